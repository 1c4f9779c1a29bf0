"""The ontology's promises: words for every term, every term defined, nothing counted, chains that hold."""

from __future__ import annotations

import pytest
from rdflib import OWL, RDF, RDFS, SKOS, BNode, Literal, Namespace, URIRef
from rdflib.collection import Collection
from rdflib.namespace import DCTERMS, PROV

from hkkg import catalog, vocab
from ontology_support import (
    classes_of,
    concepts,
    fragment,
    languages,
    links,
    misfires,
    misused,
    parsed,
    terms,
    texts,
    used,
)

HKKG = Namespace(vocab.HKKG)
ONTOLOGY = URIRef("https://w3id.org/hkkg/ontology")
SCRIPTS = ["en", "zh-Hans", "zh-Hant"]
COUNTING = (
    *(OWL[name] for name in ("cardinality", "minCardinality", "maxCardinality", "qualifiedCardinality")),
    *(
        OWL[name]
        for name in (
            "minQualifiedCardinality",
            "maxQualifiedCardinality",
            "hasKey",
            "sameAs",
            "differentFrom",
        )
    ),
    *(OWL[name] for name in ("FunctionalProperty", "InverseFunctionalProperty", "AllDifferent")),
    SKOS.exactMatch,
)
# A record of these may be planned, expected or claimed, so that no shortcut may pass through it.
NOT_CHAINED = {
    HKKG[name]
    for name in ("Application", "Claim", "Completion", "Construction", "Observation", "Provision", "Support")
}
SHORTCUTS = {
    *("associatedWithAward", "authoredBy", "composedFrom", "contributesTo", "cooperatesWith", "depicts"),
    *("developedBy", "editionOf", "establishedBy", "flewOn", "funds", "heldIn", "hostedBy", "inField"),
    *("installedOn", "issuedBy", "locatedIn", "memberOf", "operatedBy", "partOf", "participatesIn"),
    *("publishedIn", "receivedAward", "releasedBy", "signedBy"),
}
# Parties of more than one class of record have the domain of hkkg:party, hkkg:Record.
SHARED_PARTIES = {HKKG.about, HKKG.comparedWith, HKKG.recipient}
NO_SUCH_TERM = {
    *("schema.org/Award", "schema.org/Mission", "schema.org/Spacecraft", "frapo/Award", "frapo/Prize"),
    *(
        "frapo/Project",
        "core#ResearchProject",
        "frapo/Infrastructure",
        "unit/HKD",
        "unit/PERSON",
        "qudt/unit",
    ),
    *("dcat#isVersionOf", "schema.org/FundingAgency", "frapo/Laboratory", "frapo/isAwardedBy"),
}


@pytest.fixture(scope="module")
def ontology():
    return parsed(*catalog.of_kind(catalog.Kind.ONTOLOGY))


@pytest.fixture(scope="module")
def mappings():
    return parsed(*catalog.of_kind(catalog.Kind.MAPPINGS))


@pytest.fixture(scope="module")
def data():
    return parsed(*catalog.of_kind(catalog.Kind.DATA))


@pytest.fixture(scope="module")
def shapes():
    return parsed(*catalog.of_kind(catalog.Kind.SHAPES))


def module(name):
    return parsed(next(file for file in catalog.packaged() if file.path.match(f"ontology/{name}.ttl")))


def test_the_ontology_says_what_it_is(ontology):
    assert set(ontology.subjects(RDF.type, OWL.Ontology)) == {ONTOLOGY}
    version = ontology.value(ONTOLOGY, OWL.versionInfo)
    assert ontology.value(ONTOLOGY, OWL.versionIRI) == URIRef(f"{ONTOLOGY}/{version}")
    assert ontology.value(ONTOLOGY, DCTERMS.license) == URIRef("https://creativecommons.org/licenses/by/4.0/")
    for predicate in (DCTERMS.creator, DCTERMS.description, DCTERMS.title):
        assert languages(ontology, ONTOLOGY, predicate) == SCRIPTS


def test_every_file_says_whose_graph_it_is():
    for file in catalog.of_kind(catalog.Kind.ONTOLOGY, catalog.Kind.MAPPINGS):
        graph = parsed(file)
        name = URIRef(file.graph)
        assert languages(graph, name, DCTERMS.title) == SCRIPTS, file.path
        assert (name, PROV.wasAttributedTo, URIRef(vocab.HK + "hkkg-editors")) in graph, file.path


def test_every_term_has_labels_and_definitions(ontology):
    assert len(terms(ontology)) > 250
    for term in terms(ontology):
        assert languages(ontology, term, RDFS.label) == SCRIPTS, term
        assert languages(ontology, term, SKOS.definition) == ["en", "zh-Hant"], term
        assert ontology.value(term, RDFS.isDefinedBy) == ONTOLOGY, term


def test_every_concept_of_the_model_has_labels_definitions_and_a_scheme(ontology):
    assert len(concepts(ontology)) > 80
    for concept in concepts(ontology):
        assert languages(ontology, concept, SKOS.prefLabel) == SCRIPTS, concept
        assert languages(ontology, concept, SKOS.definition) == ["en", "zh-Hant"], concept
    for concept in ontology.subjects(RDF.type, SKOS.Concept):
        assert (ontology.value(concept, SKOS.inScheme), RDF.type, SKOS.ConceptScheme) in ontology, concept


def test_definitions_say_more_than_labels_and_labels_are_not_shared(ontology):
    owners = {}
    for term in sorted(terms(ontology)):
        assert not texts(ontology, term, RDFS.label) & texts(ontology, term, SKOS.definition), term
        kind = OWL.Class if (term, RDF.type, OWL.Class) in ontology else RDF.Property
        for label in ontology.objects(term, RDFS.label):
            owner = owners.setdefault((kind, label), term)
            assert owner == term, f"{owner} and {term} are both called {label}"


def test_every_term_of_hkkg_that_is_used_is_defined(ontology, mappings, data, shapes):
    everything = ontology + mappings + data + shapes
    assert used(everything, vocab.HKKG) <= terms(ontology)
    assert used(everything, vocab.CONCEPT) <= concepts(ontology + data)


def test_every_property_and_class_is_declared_as_what_it_is_used(ontology, mappings, data):
    assert misused(ontology + mappings + data, ontology + mappings) == set()


@pytest.mark.parametrize(
    "statement",
    [
        "hk:x hkkg:memberrOf hk:y",
        'hk:x hkkg:memberOf "text"',
        "hk:x hkkg:value hk:y",
        "hk:x a hkkg:Persom",
        "hk:x schema:name 1",
    ],
)
def test_a_use_that_is_not_declared_is_noticed(ontology, statement):
    assert misused(fragment(statement), ontology)


def test_no_domain_or_range_makes_of_a_thing_what_nobody_says_that_it_is(ontology, data):
    assert misfires(ontology + data, ontology) == set()


def test_a_misfire_is_noticed(ontology):
    hosting = "hk:h a hkkg:Hosting ; hkkg:host hk:u . hk:u a hkkg:"
    assert misfires(fragment(hosting + "Place"), ontology)
    assert not misfires(fragment(hosting + "University"), ontology)


def test_nothing_is_counted_or_merged(ontology, mappings, data):
    everything = ontology + mappings + data
    assert [term for term in COUNTING if term in {t for triple in everything for t in triple}] == []


def test_chains_are_of_object_properties_and_pass_through_no_planned_or_claimed_record(ontology):
    chains = list(ontology.subject_objects(OWL.propertyChainAxiom))
    assert {result.removeprefix(vocab.HKKG) for result, _ in chains} == SHORTCUTS
    for result, head in chains:
        first, last = Collection(ontology, head)
        for link in (result, first, last):
            assert set(ontology.objects(link, RDF.type)) <= {
                OWL.ObjectProperty,
                OWL.TransitiveProperty,
                OWL.SymmetricProperty,
            }
        passed = {c for p in links(ontology, first, last) for c in ontology.objects(p, RDFS.domain)}
        assert not passed & NOT_CHAINED, result


def test_no_record_that_a_chain_passes_through_is_planned_expected_or_claimed(ontology, data):
    passed = {
        kind
        for _, head in ontology.subject_objects(OWL.propertyChainAxiom)
        for link in links(ontology, *Collection(ontology, head))
        for kind in ontology.objects(link, RDFS.domain)
    }
    unsure = {
        s for s, how in data.subject_objects(HKKG.modality) if how != URIRef(vocab.CONCEPT + "measured")
    }
    assert {s for s in unsure if classes_of(data, ontology, s) & passed} == set()


def test_parties_are_of_records(ontology):
    parties = set(ontology.subjects(RDFS.subPropertyOf, HKKG.party))
    for party in parties - SHARED_PARTIES:
        domain = ontology.value(party, RDFS.domain)
        assert HKKG.Record in set(ontology.transitive_objects(domain, RDFS.subClassOf)), party
    for party in SHARED_PARTIES:
        assert (party, RDFS.domain, None) not in ontology


def test_every_record_class_has_a_party(ontology):
    records = set(ontology.transitive_subjects(RDFS.subClassOf, HKKG.Record)) - {HKKG.Record, HKKG.Event}
    shared = {HKKG.Claim}
    for record in records - shared:
        above = set(ontology.transitive_objects(record, RDFS.subClassOf))
        assert any(
            HKKG.party in set(ontology.objects(p, RDFS.subPropertyOf))
            for c in above
            for p in with_domain(ontology, c)
        ), record


def with_domain(ontology, kind):
    return ontology.subjects(RDFS.domain, kind)


def test_axioms_on_outside_terms_are_in_the_alignments_alone(ontology):
    alignments = module("alignments")
    for subject, predicate, value in ontology - alignments:
        axiom = predicate in {
            RDFS.subClassOf,
            RDFS.subPropertyOf,
            OWL.equivalentClass,
            OWL.equivalentProperty,
        }
        assert not axiom or value.startswith(vocab.HKKG), (subject, predicate, value)
    for subject in set(alignments.subjects()) - set(alignments.subjects(RDFS.isDefinedBy)):
        assert str(subject).startswith((vocab.HKKG, vocab.GRAPH)), subject


def test_the_four_vocabularies_are_aligned_by_axioms(ontology):
    reached = {
        value for _, predicate, value in ontology if predicate != RDF.type and isinstance(value, URIRef)
    }
    for namespace in (vocab.SCHEMA, vocab.PREFIXES["org"], vocab.PROV, vocab.SKOS):
        assert any(value.startswith(namespace) for value in reached), namespace


def test_mappings_are_close_matches_and_are_not_reasoned_over(ontology, mappings):
    assert (None, SKOS.closeMatch, None) not in ontology
    pairs = list(mappings.subject_objects(SKOS.closeMatch))
    assert {s for s, _ in pairs} <= terms(ontology)
    for prefix in ("foaf", "vivo", "frapo", "s66", "fabio", "sosa"):
        assert any(prefix in value for _, value in pairs), prefix


def test_terms_that_exist_nowhere_are_not_used(ontology, mappings, data):
    for triple in ontology + mappings + data:
        assert not [
            t for t in triple if not isinstance(t, (Literal, BNode)) and t.endswith(tuple(NO_SUCH_TERM))
        ], triple
