"""The FAIR principles as far as they can be checked without the internet, each by a check that can fail.

A check takes what the service publishes and returns what is wrong with it. Each has a case with something
taken away, which it must find.
"""

import json
import re

import httpx
import pytest
import rdflib
from rdflib.namespace import DCTERMS, FOAF, PROV, RDF, VOID

from conftest import DEADLINE
from dataset_support import HOME, PREFIXES, graph, problems, unknown_terms, without
from hkkg import formats

DATASET = rdflib.URIRef(f"{HOME}catalog#dataset")
LICENSES = ("https://creativecommons.org/licenses/", "https://creativecommons.org/publicdomain/")
OPEN = {known.media_type for known in formats.RDF_FORMATS}
HTML = {"Accept": "text/html"}


class Published:
    """What a service publishes of its dataset."""

    def __init__(self, client):
        self.client = client
        self.void = graph(client.get("/.well-known/void").text)
        self.catalog = graph(client.get("/catalog").text)
        page = client.get("/", headers=HTML).text
        (block,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)
        self.home = json.loads(block)
        self.sitemap = client.get("/sitemap.xml").text

    def local(self, iri):
        """The address here of one of the dataset's own IRIs."""
        return "/" + iri.removeprefix(HOME).partition("#")[0]


@pytest.fixture(scope="module")
def published(server):
    with httpx.Client(base_url=server, timeout=DEADLINE) as client:
        yield Published(client)


@pytest.fixture
def copy(published):
    """What is published, to take something away from."""
    made = object.__new__(Published)
    made.__dict__ |= published.__dict__
    return made


def f1_identifiers_are_persistent_and_resolve(p):
    """F1: the dataset, its catalogue and its versions have permanent identifiers, which answer here."""
    subjects = {str(s) for s in p.catalog.subjects(RDF.type, None) if isinstance(s, rdflib.URIRef)}
    own = {iri for iri in subjects if "/catalog" in iri}
    yield from (f"{iri} is not permanent" for iri in own if not iri.startswith(HOME))
    for path in {p.local(iri) for iri in own if iri.startswith(HOME)}:
        if not p.client.get(path).is_success:
            yield f"{path} does not resolve"


def f2_the_description_is_rich(p):
    """F2: titles and descriptions in three languages, keywords, figures and examples."""
    yield from problems(p.void)
    yield from problems(p.catalog)
    if not p.catalog.query(PREFIXES + "ASK { catalog:dataset dcat:keyword ?word }"):
        yield "no keyword"


def f3_metadata_names_the_data(p):
    """F3: each description names the dataset that it describes."""
    if DATASET not in set(p.void.objects(None, FOAF.primaryTopic)):
        yield "VoID does not name the dataset"
    if not p.catalog.query(PREFIXES + "ASK { ?c a dcat:Catalog ; dcat:dataset catalog:dataset }"):
        yield "the catalogue does not name the dataset"
    if p.home["@id"] != str(DATASET):
        yield "the home page does not name the dataset"


def f4_it_can_be_found(p):
    """F4: search engines are told of it by the sitemap and by schema.org."""
    if "/catalog<" not in p.sitemap:
        yield "the sitemap lacks the catalogue"
    if p.home["@type"] != "Dataset":
        yield "the home page describes no schema.org Dataset"


def a1_data_is_had_by_open_protocols(p):
    """A1: every file and the endpoint answer plain HTTP without credentials."""
    files = {str(o) for o in p.void.objects(None, VOID.dataDump)}
    yield from (f"{url} does not answer" for url in sorted(files) if not p.client.head(url).is_success)
    endpoints = {str(o) for o in p.void.objects(DATASET, VOID.sparqlEndpoint)}
    asked = {url: p.client.get(url, params={"query": "ASK {}"}) for url in endpoints}
    yield from (f"{url} does not answer" for url, answer in asked.items() if not answer.is_success)
    if not (files and endpoints):
        yield "nothing is to be had"


def a2_metadata_outlives_data(p):
    """A2: a version that is not kept still answers, and says which is."""
    answer = p.client.get("/catalog/0.1.0+000000000000")
    if answer.status_code != 410 or not answer.json().get("hint"):
        yield "a version that is gone says nothing"


def i1_formats_are_open(p):
    """I1: the data is in RDF formats of W3C, under their media types."""
    query = PREFIXES + "SELECT ?type { ?d dcat:mediaType ?type }"
    found = {str(row[0]).partition("media-types/")[2] for row in p.catalog.query(query)}
    yield from (f"{known} is missing" for known in sorted(OPEN - found))
    yield from (f"{known} is no RDF format" for known in sorted(found - OPEN))


def i2_vocabularies_exist(p):
    """I2: every term used in the metadata is in its vocabulary."""
    yield from unknown_terms(p.void) | unknown_terms(p.catalog)


def i3_it_links_to_others(p):
    """I3: qualified links to other datasets are counted."""
    spaces = {str(o) for o in p.void.objects(None, VOID.uriSpace)}
    yield from {"https://ror.org/", "http://www.wikidata.org/entity/"} - spaces


def r1_1_the_licence_is_clear(p):
    """R1.1: every part with data names a known licence."""
    for part in p.void.objects(DATASET, VOID.subset):
        is_data = "/graph/data/" in str(part)
        found = {str(o) for o in p.void.objects(part, DCTERMS.license)}
        if is_data and not found:
            yield f"{part} has no licence"
        yield from (f"{iri} is no licence that is known" for iri in found if not iri.startswith(LICENSES))


def r1_2_provenance_is_told(p):
    """R1.2: every part with data says who speaks, and the dataset what it was drawn from."""
    parts = [o for o in p.void.objects(DATASET, VOID.subset) if "/graph/data/" in str(o)]
    yield from (
        f"{part} has no speaker" for part in parts if not set(p.void.objects(part, PROV.wasAttributedTo))
    )
    if not set(p.catalog.objects(DATASET, PROV.wasDerivedFrom)):
        yield "the dataset has no source"


def r1_3_files_can_be_verified(p):
    """R1.3: each file has a size and a checksum, after DCAT 3."""
    query = (
        PREFIXES
        + "SELECT ?d { ?d a dcat:Distribution FILTER NOT EXISTS { ?d spdx:checksum ?c ; dcat:byteSize ?s } }"
    )
    yield from (f"{row[0]} cannot be verified" for row in p.catalog.query(query))


CHECKS = [
    f1_identifiers_are_persistent_and_resolve,
    f2_the_description_is_rich,
    f3_metadata_names_the_data,
    f4_it_can_be_found,
    a1_data_is_had_by_open_protocols,
    a2_metadata_outlives_data,
    i1_formats_are_open,
    i2_vocabularies_exist,
    i3_it_links_to_others,
    r1_1_the_licence_is_clear,
    r1_2_provenance_is_told,
    r1_3_files_can_be_verified,
]


class Elsewhere:
    """A service that has nothing at any address."""

    @staticmethod
    def get(url, **_):
        return httpx.Response(404, json={}, request=httpx.Request("GET", f"http://h{url}"))

    head = get


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_the_service_passes(published, check):
    assert list(check(published)) == []


@pytest.mark.parametrize(
    ("check", "part", "change"),
    [
        (f1_identifiers_are_persistent_and_resolve, "client", Elsewhere()),
        (f2_the_description_is_rich, "catalog", "DELETE WHERE { ?s dcat:keyword ?o }"),
        (f3_metadata_names_the_data, "void", "DELETE WHERE { ?s foaf:primaryTopic ?o }"),
        (f4_it_can_be_found, "sitemap", "<urlset/>"),
        (a1_data_is_had_by_open_protocols, "client", Elsewhere()),
        (a2_metadata_outlives_data, "client", Elsewhere()),
        (i1_formats_are_open, "catalog", "DELETE WHERE { ?s dcat:mediaType ?o }"),
        (i2_vocabularies_exist, "void", "INSERT DATA { catalog:dataset void:size 1 }"),
        (i3_it_links_to_others, "void", 'DELETE WHERE { ?s void:uriSpace "https://ror.org/" }'),
        (r1_1_the_licence_is_clear, "void", "DELETE WHERE { ?s dcterms:license ?o }"),
        (r1_2_provenance_is_told, "void", "DELETE WHERE { ?s prov:wasAttributedTo ?o }"),
        (r1_3_files_can_be_verified, "catalog", "DELETE WHERE { ?s spdx:checksum ?o }"),
    ],
    ids=lambda value: getattr(value, "__name__", None),
)
def test_what_is_missing_is_found(copy, check, part, change):
    is_update = part in {"void", "catalog"}
    setattr(copy, part, without(getattr(copy, part), change) if is_update else change)
    assert list(check(copy)) != []
