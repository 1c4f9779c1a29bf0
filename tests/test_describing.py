"""Descriptions of resources: what they hold, their pages, and the same triples in every format."""

import json
from itertools import chain, cycle

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyld import jsonld

from hkkg import describing, formats, vocab
from hkkg.describing import Context, describe
from hkkg.errors import NotAcceptableError, ParameterError, UnknownResourceError
from hkkg.graph import load_graph
from hkkg.store import (
    BlankNode,
    DefaultGraph,
    EmbeddedStore,
    Literal,
    NamedNode,
    Quad,
    isomorphic,
    parse,
    parse_as_named,
)

BASE = "http://127.0.0.1/"
CONTEXT = f"{BASE}context.jsonld"
OURS = (vocab.HK, vocab.PASSAGE, vocab.CONCEPT, vocab.GRAPH, vocab.HKKG, vocab.SHAPE)
LABORATORY = vocab.HK + "skl-agrobiotechnology"
HOSTING = vocab.HK + "skl-agrobiotechnology-at-cuhk"


def named(iri):
    return NamedNode(iri)


def in_default(triples):
    return [Quad(*triple, DefaultGraph()) for triple in triples]


def resources(store):
    subjects = {quad.subject.value for quad in store.quads() if isinstance(quad.subject, NamedNode)}
    return sorted(iri for iri in subjects if iri.startswith(OURS))


def graphs_of(quads, predicate, obj):
    return {q.graph_name.value for q in quads if q.predicate == predicate and q.object == obj}


def test_own_statements_name_who_states_them(packaged):
    own = describe(packaged, LABORATORY).own.quads
    label = Literal("農業生物技術全國重點實驗室", language="zh-hant")
    assert graphs_of(own, named(vocab.SKOS + "prefLabel"), label) == {
        vocab.GRAPH + "data/takungpao-2026/laboratories"
    }
    host = named(vocab.HK + "chinese-university-of-hong-kong")
    assert graphs_of(own, named(vocab.HKKG + "hostedBy"), host) == {vocab.INFERRED_GRAPH}


def test_records_come_whole_with_their_passages(packaged):
    found = describe(packaged, LABORATORY)
    record = next(block for block in found.incoming.records if block.subject == named(HOSTING))
    assert named(vocab.HKKG + "host") in {quad.predicate for quad in record.quads}
    passage = named(vocab.PASSAGE + "tkp-2026.3585-3598")
    assert record.cited == (passage,)
    cited = next(block for block in found.passages if block.subject == passage)
    starts = {q.object.value for q in cited.quads if q.predicate == named(vocab.OA + "start")}
    assert starts == {"3585"}


def test_passages_come_with_those_that_they_are_read_with(packaged):
    passage = named(vocab.PASSAGE + "tkp-2026.4-10")
    other = named(vocab.PASSAGE + "tkp-2026.30-37")
    citing = next(q.subject for q in packaged.quads(None, named(vocab.HKKG + "statedIn"), passage))
    assert {passage, other} <= {block.subject for block in describe(packaged, citing.value).passages}


def test_everything_named_has_its_names_in_three_scripts(packaged):
    found = describe(packaged, LABORATORY)
    for iri in (LABORATORY, vocab.HK + "chinese-university-of-hong-kong", vocab.HKKG + "hostedBy", HOSTING):
        assert set(found.names[iri]) == {"en", "zh-Hans", "zh-Hant"}


def test_graphs_are_described_that_state_something(packaged):
    found = describe(packaged, LABORATORY)
    stating = {quad.graph_name for quad in found.own.quads} - {named(vocab.INFERRED_GRAPH)}
    described = {block.subject for block in found.sources}
    assert stating <= described
    speakers = {
        q.object for b in found.sources for q in b.quads if q.predicate.value.endswith("AttributedTo")
    }
    assert named(vocab.HK + "ta-kung-pao") in speakers


def test_pages_hold_every_link_once_in_one_order(packaged):
    iri = vocab.HK + "hong-kong"
    whole = describe(packaged, iri, page_size=1000).incoming
    pages = [describe(packaged, iri, page=number, page_size=7).incoming for number in range(1, 8)]
    assert pages[0].last_page == 7
    assert [link.subject for page in pages for link in page.links] == [link.subject for link in whole.links]
    assert (
        whole.total
        == len(whole.links)
        == len(
            {q.subject for q in packaged.quads(None, None, named(iri)) if isinstance(q.subject, NamedNode)}
        )
    )
    are_records = [link.record is not None for link in whole.links]
    assert are_records == sorted(are_records, reverse=True)
    assert (pages[0].previous_page, pages[0].next_page, pages[-1].next_page) == (None, 2, None)


@pytest.mark.parametrize(("page", "size"), [(0, 10), (9, 7), (1, 0), (1, 1001)])
def test_a_page_that_is_not_there(packaged, page, size):
    with pytest.raises(ParameterError, match=f"there is no page {page}"):
        describe(packaged, vocab.HK + "hong-kong", page=page, page_size=size)


def test_an_unknown_resource_offers_the_nearest(packaged):
    with pytest.raises(UnknownResourceError) as caught:
        describe(packaged, vocab.HK + "universty-of-hong-kong")
    assert vocab.HK + "university-of-hong-kong" in caught.value.nearest
    with pytest.raises(ParameterError, match="no IRI"):
        describe(packaged, "a b")
    with pytest.raises(UnknownResourceError) as caught:
        describe(packaged, vocab.HK + "x" * 100_000)
    assert caught.value.nearest == ()


def test_records_are_known_without_reasoning():
    found = describe(load_graph(), LABORATORY)
    assert named(HOSTING) in {block.subject for block in found.incoming.records}
    assert not graphs_of(found.quads(), named(vocab.RDF + "type"), named(vocab.HKKG + "Record"))


def store_of(turtle):
    store = EmbeddedStore()
    header = "".join(f"@prefix {prefix}: <{iri}> .\n" for prefix, iri in vocab.PREFIXES.items())
    document = (header + turtle).encode()
    store.add(parse(document, formats.TURTLE, source="test", graph=vocab.GRAPH + "test"), in_union=True)
    return store


def test_what_points_from_blank_nodes_is_told_by_what_they_hang_on():
    store = store_of("hk:a hkkg:knows [ hkkg:of ( hk:x hk:b ) ] . [] hkkg:names hk:b .")
    incoming = describe(store, vocab.HK + "b").incoming
    first, second = incoming.links
    assert first.subject == named(vocab.HK + "a")
    assert {q.predicate.value.rpartition("#")[2] for q in first.quads} == {"knows", "of", "first", "rest"}
    assert isinstance(second.subject, BlankNode)


def test_circles_of_blank_nodes_end():
    store = store_of("_:a hkkg:next _:b . _:b hkkg:next _:a ; hkkg:names hk:x . hk:x hkkg:knows _:a .")
    found = describe(store, vocab.HK + "x")
    assert len(found.own.quads) == 4
    assert found.incoming.total == 0


def test_a_retired_resource():
    store = store_of(
        "hk:old owl:deprecated true ; dcterms:isReplacedBy hk:new , hk:newer . hk:new a hkkg:Entity ."
    )
    assert describing.successors(store, named(vocab.HK + "old")) == (vocab.HK + "new", vocab.HK + "newer")
    assert describing.successors(store, named(vocab.HK + "new")) is None
    kept = store_of("hk:old owl:deprecated false ; dcterms:isReplacedBy hk:new .")
    assert describing.successors(kept, named(vocab.HK + "old")) is None


def test_a_graph_is_described_by_all_that_it_holds(packaged):
    graph = named(vocab.GRAPH + "data/takungpao-2026/laboratories")
    quads, sources = describing.whole(packaged, graph)
    assert set(packaged.quads(graph=graph)) <= set(quads)
    assert [block.subject for block in sources] == [graph]
    assert describing.is_larger(packaged, graph, 300)
    assert not describing.is_larger(packaged, graph, 400)
    with pytest.raises(ValueError, match="holds nothing"):
        describing.whole(packaged, named(LABORATORY))


def test_the_ontology_is_described_by_all_its_terms(packaged):
    quads, sources = describing.whole(packaged, named(vocab.HKKG.removesuffix("#")))
    terms = {quad.subject.value for quad in quads if isinstance(quad.subject, NamedNode)}
    assert {iri for iri in resources(packaged) if iri.startswith(vocab.HKKG)} <= terms
    assert vocab.GRAPH + "ontology/alignments" in {block.subject.value for block in sources}
    assert not any("shapes" in block.subject.value or "data/" in block.subject.value for block in sources)


def written(store, iri, **options):
    """The triples of a document, and the document in each format."""
    found = describe(store, iri, **options)
    about = describing.document_quads(iri, found.sources, f"{BASE}doc/x", found.incoming)
    quads = [*about, *found.quads()]
    texts = {known: describing.write(store, quads, iri, known, BASE) for known in formats.RDF_FORMATS}
    return quads, texts


def as_one(text, context):
    """Put the context into a document, as no parser here fetches it."""
    document = json.loads(text)
    assert document["@context"] == CONTEXT
    return json.dumps({**document, "@context": context["@context"]}).encode()


def assert_same(quads, text, known, context):
    triples = {quad.triple for quad in quads}
    if known is formats.JSONLD:
        assert isomorphic(parse(as_one(text, context), known, source="test"), in_default(triples))
        return
    read = set(parse_as_named(text, known, source="test"))
    assert {quad.triple for quad in read if isinstance(quad.graph_name, DefaultGraph)} == triples
    stated = {quad for quad in quads if not isinstance(quad.graph_name, DefaultGraph)}
    assert read >= (stated if known.holds_graphs else set())


KINDS = [
    LABORATORY,
    HOSTING,
    vocab.PASSAGE + "tkp-2026.4-10",
    vocab.CONCEPT + "agricultural-biotechnology",
    vocab.HK + "annual-funding-of-all-state-key-laboratories-derived",
    vocab.HK + "article-topic",
    vocab.HKKG + "hostedBy",
]


@pytest.mark.parametrize("iri", KINDS)
def test_a_resource_is_the_same_in_every_format(packaged, iri):
    context = Context.of(packaged).document()
    quads, texts = written(packaged, iri)
    for known, text in texts.items():
        assert_same(quads, text, known, context)


def test_every_resource_can_be_described(packaged):
    context = Context.of(packaged).document()
    turns = cycle(formats.RDF_FORMATS)
    for number, iri in enumerate(resources(packaged)):
        quads = list(describe(packaged, iri, page_size=2).quads())
        assert quads, iri
        if number % 5 == 0:
            known = next(turns)
            assert_same(quads, describing.write(packaged, quads, iri, known, BASE), known, context)


def test_a_lost_triple_is_noticed(packaged):
    quads, texts = written(packaged, HOSTING)
    lines = texts[formats.NTRIPLES].splitlines(keepends=True)
    with pytest.raises(AssertionError):
        assert_same(quads, b"".join(lines[1:]), formats.NTRIPLES, {})


def loaded(context):
    def load(url, _):
        assert url == CONTEXT, "a document needs nothing but our context"
        return {
            "contextUrl": None,
            "documentUrl": url,
            "document": context,
            "contentType": "application/ld+json",
        }

    return {"documentLoader": load}


@pytest.mark.parametrize("iri", KINDS)
def test_json_ld_as_its_reference_processor_reads_and_writes_it(packaged, iri):
    context = Context.of(packaged).document()
    options = loaded(context)
    quads, texts = written(packaged, iri, page_size=20)
    document = json.loads(texts[formats.JSONLD])
    nquads = jsonld.to_rdf(document, {**options, "format": "application/n-quads"})
    read = parse(nquads.encode(), formats.NQUADS, source=iri)
    assert isomorphic(read, in_default({quad.triple for quad in quads}))
    again = jsonld.compact(jsonld.expand(document, options), CONTEXT, options)
    assert folded(again) == folded(document)
    assert vocab.expand(document["id"]) == iri


def folded(value):
    """Forget the order of what has none."""
    if isinstance(value, dict):
        return {key: folded(member) for key, member in value.items()}
    if isinstance(value, list):
        return sorted(map(folded, value), key=lambda member: json.dumps(member, sort_keys=True))
    return value


def test_the_context_expands_every_term_to_its_iri(packaged):
    terms = Context.of(packaged).terms
    defined = {iri for iri in resources(packaged) if iri.startswith(vocab.HKKG)}
    assert defined <= terms.keys()
    names = [term.name for term in terms.values()]
    assert len(set(names)) == len(names)
    document = {"@context": CONTEXT, "id": "x:s", **dict.fromkeys(names, "hk:x")}
    options = loaded(Context.of(packaged).document())
    (expanded,) = jsonld.expand(document, options)
    assert expanded.keys() == {"@id", *terms}


nodes = st.sampled_from([*(named(f"{vocab.HK}{n}") for n in "abc"), *(BlankNode(n) for n in "vwxyz")])
literals = st.sampled_from(
    [
        Literal("香"),
        Literal("香", language="zh-hant"),
        Literal("1", datatype=named(vocab.XSD + "integer")),
        Literal("01", datatype=named(vocab.XSD + "integer")),
        Literal("9" * 20, datatype=named(vocab.XSD + "integer")),
        Literal("true", datatype=named(vocab.XSD + "boolean")),
        Literal("1", datatype=named(vocab.XSD + "boolean")),
        Literal("2026", datatype=named(vocab.XSD + "gYear")),
    ]
)
predicates = st.sampled_from(
    [
        named(iri)
        for iri in (
            vocab.RDF + "type",
            vocab.RDF + "first",
            vocab.RDF + "rest",
            vocab.RDFS + "label",
            vocab.HKKG + "host",
            vocab.HKKG + "unknown",
            vocab.SCHEMA + "sameAs",
            "http://elsewhere.example/p",
        )
    ]
)
objects = st.one_of(nodes, literals, st.just(named(vocab.RDF + "nil")))
some_quads = st.lists(st.builds(Quad, nodes, predicates, objects), max_size=14)


@settings(deadline=None, max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(quads=some_quads)
def test_any_graph_comes_back_from_json_ld(packaged, quads):
    context = CONTEXTS.setdefault("packaged", Context.of(packaged).document())
    text = describing.write(packaged, quads, vocab.HK + "a", formats.JSONLD, BASE)
    read = parse(as_one(text, context), formats.JSONLD, source="test")
    assert isomorphic(read, in_default({quad.triple for quad in quads}))
    nquads = jsonld.to_rdf(json.loads(text), {**loaded(context), "format": "application/n-quads"})
    assert isomorphic(parse(nquads.encode(), formats.NQUADS, source="test"), read)


CONTEXTS = {}


def test_lists_are_lists_and_blank_nodes_stand_inside():
    store = store_of("hk:a hkkg:knows [ hkkg:of ( hk:b 1 ) ] .")
    _, texts = written(store, vocab.HK + "a")
    document = json.loads(texts[formats.JSONLD])
    assert document["hkkg:knows"] == {"hkkg:of": {"@list": [{"id": "hk:b"}, 1]}}


def test_values_of_several_kinds_are_all_kept():
    store = store_of(
        'hk:a rdfs:label "x"@en , "y" ; rdfs:seeAlso hk:b , "z" ; hkkg:value 1 , "01"^^xsd:gYear .'
    )
    _, texts = written(store, vocab.HK + "a")
    document = json.loads(texts[formats.JSONLD])
    assert (document["label"], document["rdfs:label"]) == ({"en": "x"}, "y")
    assert (document["seeAlso"], document["rdfs:seeAlso"]) == ("hk:b", "z")
    assert document["hkkg:value"] == [{"@value": "01", "@type": "xsd:gYear"}, 1]


def test_deep_graphs_are_written_beside_each_other():
    chained = [Quad(BlankNode(f"n{i}"), named("x:p"), BlankNode(f"n{i + 1}")) for i in range(2_000)]
    quads = [Quad(named("x:a"), named("x:p"), BlankNode("n0")), *chained]
    text = describing.write(EmbeddedStore(), quads, "x:a", formats.JSONLD, BASE)
    context = Context.of(EmbeddedStore()).document()
    assert len(set(parse(as_one(text, context), formats.JSONLD, source="test"))) == 2_001


def test_triples_about_triples_are_no_json_ld():
    inner = Quad(named("x:a"), named("x:p"), named("x:b")).triple
    quads = [Quad(named("x:a"), named("x:says"), inner)]
    with pytest.raises(NotAcceptableError, match="JSON-LD does not know"):
        describing.write(EmbeddedStore(), quads, "x:a", formats.JSONLD, BASE)


def test_pages_are_linked_in_the_document(packaged):
    iri = vocab.HK + "hong-kong"
    found = describe(packaged, iri, page=2, page_size=10)
    quads = describing.document_quads(
        iri, found.sources, f"{BASE}doc/hong-kong", found.incoming, "page_size=10&"
    )
    hydra = {q.predicate.value.partition("core#")[2]: q.object.value for q in quads}
    pages = {
        name: f"{BASE}doc/hong-kong?page_size=10&page={n}"
        for name, n in (("first", 1), ("next", 3), ("view", 2))
    }
    assert pages.items() <= hydra.items()
    assert list(chain(hydra)).count("previous") == 1
