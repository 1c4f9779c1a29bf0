"""Descriptions of the dataset for tests: as a service gives them, and judged by shapes and vocabularies."""

from functools import cache
from pathlib import Path

import pyshacl
import rdflib
from rdflib.namespace import DCAT, DCTERMS, FOAF, OWL, PROV, RDF, RDFS, SDO, SKOS, VOID, XSD

SHAPES = Path(__file__).parent / "datasets" / "shapes.ttl"
HOME = "https://w3id.org/hkkg/"
PREFIXES = """
PREFIX dcat: <http://www.w3.org/ns/dcat#>
PREFIX dcterms: <http://purl.org/dc/terms/>
PREFIX foaf: <http://xmlns.com/foaf/0.1/>
PREFIX prov: <http://www.w3.org/ns/prov#>
PREFIX spdx: <http://spdx.org/rdf/terms#>
PREFIX void: <http://rdfs.org/ns/void#>
PREFIX catalog: <https://w3id.org/hkkg/catalog#>
"""
# rdflib's DCAT is that of version 2; these are of version 3 (sections 6.4.23 to 6.4.26).
_DCAT_3 = {"version", "hasVersion", "hasCurrentVersion", "previousVersion"}
_SPDX = {"Checksum", "checksum", "algorithm", "checksumValue", "checksumAlgorithm_sha256"}
_FORMATS = {"Turtle", "TriG", "N-Triples", "N-Quads", "RDF_XML", "JSON-LD"}
_VOCABULARIES = {
    **{str(known): set(known.__annotations__) for known in (DCTERMS, FOAF, OWL, PROV, RDFS, SDO, SKOS)},
    str(VOID): {*VOID.__annotations__, "class"},  # no annotation can have this name
    str(DCAT): set(DCAT.__annotations__) | _DCAT_3,
    str(RDF): set(RDF.__annotations__),
    str(XSD): set(XSD.__annotations__),
    "http://spdx.org/rdf/terms#": _SPDX,
    "http://www.w3.org/ns/formats/": _FORMATS,
}


def graph(data, form="turtle"):
    made = rdflib.Graph()
    made.parse(data=data, format=form)
    return made


@cache
def shapes():
    return rdflib.Graph().parse(SHAPES)


def problems(described):
    """Validate a description, and return the shapes' complaints; none if it conforms."""
    conforms, report, _ = pyshacl.validate(described, shacl_graph=shapes())
    results = report.subjects(rdflib.RDF.type, rdflib.SH.ValidationResult)
    paths = {str(report.value(result, rdflib.SH.resultPath)) for result in results}
    assert conforms is not bool(paths)
    return paths


def unknown_terms(described):
    """List properties, classes and datatypes that their vocabularies do not have."""
    used = {str(p) for p in described.predicates()}
    used |= {str(c) for c in described.objects(None, rdflib.RDF.type)}
    used |= {str(o.datatype) for o in described.objects() if isinstance(o, rdflib.Literal) and o.datatype}
    used |= {str(o) for o in described.objects(None, rdflib.VOID.feature)}
    used |= {str(o) for o in described.objects(None, rdflib.URIRef("http://spdx.org/rdf/terms#algorithm"))}
    return {iri for iri in used if not _is_known(iri)}


def _is_known(iri):
    space = next((known for known in _VOCABULARIES if iri.startswith(known)), None)
    return space is not None and iri.removeprefix(space) in _VOCABULARIES[space]


def without(described, update):
    """Copy a description and change the copy."""
    changed = graph(described.serialize(format="nt"), "nt")
    changed.update(PREFIXES + update)
    return changed
