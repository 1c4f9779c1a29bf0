"""Reasoning over changes: always the same as reasoning over the changed graph from scratch."""

import random

import pytest

from hkkg import formats, graph, reasoning, vocab, why
from hkkg.reasoning import INFERRED, UNION, Reasoner
from hkkg.store import BlankNode, Change, DefaultGraph, EmbeddedStore, NamedNode, Quad, parse
from reasoning_support import EX, PREFIXES, inferred, reasoned, store_of

ONE, TWO, APART = (EX + name for name in ("one", "two", "apart"))

# Each kind of axiom, circles of them, and what the wording of records is made of.
ONTOLOGY = """
:A rdfs:subClassOf :B . :B rdfs:subClassOf :C . :C owl:equivalentClass :D . :E rdfs:subClassOf :E2 .
:p rdfs:subPropertyOf :q . :q rdfs:domain :A ; rdfs:range :E . :q owl:equivalentProperty :q2 .
:s a owl:SymmetricProperty . :t a owl:TransitiveProperty ; owl:inverseOf :it .
:s rdfs:subPropertyOf :t . :r owl:propertyChainAxiom ( :p :t ) . :t owl:propertyChainAxiom ( :r :s ) .
:loop owl:propertyChainAxiom ( :loop :p :it ) . :q2 rdfs:subPropertyOf :loop .
hkkg:Event rdfs:subClassOf hkkg:Record . hkkg:Hosting rdfs:subClassOf hkkg:Record .
hkkg:host rdfs:subPropertyOf hkkg:party ; rdfs:range :A . hkkg:hosted rdfs:subPropertyOf hkkg:party .
hkkg:hosting owl:inverseOf hkkg:hosted . hkkg:hosted rdfs:domain hkkg:Hosting .
hkkg:hostedBy owl:propertyChainAxiom ( hkkg:hosting hkkg:host ) . hkkg:hostedBy rdfs:subPropertyOf :t .
hkkg:referencePeriod rdfs:subPropertyOf hkkg:date .
hkkg:Event rdfs:label "event"@en . hkkg:Hosting rdfs:label "hosting"@en , "依託"@zh-Hant .
"""
AXIOMS = """
:A rdfs:subClassOf :E . :B owl:equivalentClass :E . :p a owl:SymmetricProperty . :q rdfs:range :D .
:s owl:inverseOf :p . :q owl:propertyChainAxiom ( :s :s ) . hkkg:Event rdfs:subClassOf hkkg:Hosting .
hkkg:venue rdfs:subPropertyOf hkkg:party . :t rdfs:subPropertyOf hkkg:host . :t a owl:TransitiveProperty .
"""
# Axioms under which rules derive axioms, or labels.
TANGLES = {
    "no more": "",
    "labels": ":name rdfs:subPropertyOf rdfs:label . skos:prefLabel rdfs:subPropertyOf rdfs:label .",
    "use of labels": "rdfs:label rdfs:subPropertyOf :name . hkkg:notAfter rdfs:domain :Dated .",
    "axioms": ":p rdfs:subPropertyOf rdfs:subClassOf . :q rdfs:domain owl:TransitiveProperty .",
}
NODES = ("hk:a", "hk:b", "hk:c", "hk:d", "hk:e", ":p", ":A", "hk:x")
PARTIES = ("hkkg:host", "hkkg:hosted", "hkkg:about", "hkkg:venue", "hkkg:party")


def quads_of(turtle, name=ONE):
    """Parse Turtle; hk:x stands for one blank node."""
    found = parse((PREFIXES + turtle).encode(), formats.TURTLE, source="test", graph=name)
    return [Quad(_node(q.subject), q.predicate, _node(q.object), q.graph_name) for q in found]


def _node(term):
    return BlankNode("x") if term == NamedNode(vocab.HK + "x") else term


# What tells a copy of a store that a graph is apart.
KEPT = quads_of(":A :p :b .", APART)
GRAPHS = (ONE, ONE, TWO, TWO, APART)
SEEDS, STEPS = 2, 30


def drawn(rng):
    """One triple of Turtle: of types, links, records, labels or dates."""
    node, other = rng.choice(NODES), rng.choice(NODES)
    year = rng.choice(("2024", "2025", "2026"))
    tag = rng.choice(("en", "zh-Hant", "zh-Hans", "fr"))
    return rng.choice(
        (
            f"{node} a {rng.choice((':A', ':B', ':C', ':D', ':E'))} .",
            *(f"{node} {rng.choice((':p', ':q', ':q2', ':s', ':t', ':it', ':r'))} {other} .",) * 3,
            f"{node} {rng.choice((':p', ':t', ':name'))} {rng.choice(('01', '1', '1.0'))} .",
            *(f"{node} a {rng.choice(('hkkg:Event', 'hkkg:Hosting', 'hkkg:Record'))} .",) * 2,
            *(f"{node} {rng.choice(PARTIES)} {other} .",) * 2,
            f'{node} hkkg:date "{year}"^^xsd:gYear .',
            f'{node} hkkg:referencePeriod "{year}-05"^^xsd:gYearMonth .',
            f"{node} hkkg:dateQualifier concept:{rng.choice(('by', 'since', 'before'))} .",
            f'{node} hkkg:notAfter "{year}-12-31"^^xsd:date .',
            f'{node} {rng.choice(("rdfs:label", "skos:prefLabel", ":name"))} "{year}"@{tag} .',
            f"{node} hkkg:indicator {other} ; hkkg:value {year} .",
            f'{node} hkkg:assertion "it is {year}"@en .',
            f'hkkg:{rng.choice(("Event", "Hosting"))} rdfs:label "{year}"@{tag} .',
        )
    )


AXIOM_QUADS = [quads_of(a + " .", TWO) for a in AXIOMS.split(" .") if a.strip()]


def stated(store):
    return [q for q in store.quads() if q.graph_name not in {DefaultGraph(), INFERRED}]


def copy_of(store):
    other = EmbeddedStore()
    for quad in store.quads():
        if quad.graph_name != DefaultGraph():
            other.add([quad], in_union=store.in_union(quad.graph_name))
    return other


def afresh(store):
    """The same stated quads, reasoned over from scratch."""
    other = EmbeddedStore()
    for quad in stated(store):
        other.add([quad], in_union=store.in_union(quad.graph_name))
    reasoning.materialise(other)
    return other


def a_change(rng, store):
    """Some quads added and removed at random: of data, of axioms at times, some for the second time."""
    data = [q for q in stated(store) if q.graph_name != NamedNode(EX + "graph") and q not in KEPT]
    removed = rng.sample(data, min(len(data), rng.choice((0, 0, 1, 2, 5))))
    added = [q for _ in range(rng.choice((0, 1, 2, 4))) for q in quads_of(drawn(rng), rng.choice(GRAPHS))]
    follows = list(store.quads(graph=INFERRED))
    if follows and rng.random() < 0.3:
        quad = rng.choice(follows)
        added.append(Quad(quad.subject, quad.predicate, quad.object, NamedNode(ONE)))
    if rng.random() < 0.05:
        added += rng.choice(AXIOM_QUADS)
    if rng.random() < 0.05:
        removed.append(rng.choice([q for q in stated(store) if q not in data and q not in KEPT]))
    return Change(tuple(added), tuple(removed))


def check(store, reasoner, change, other):
    """Carry a change out on one store, take over on another one what came of it, and compare."""
    before = set(store.quads(graph=INFERRED))
    whole = reasoner.advance(change)
    after = set(store.quads(graph=INFERRED))
    assert {q for q in whole.added if q.graph_name == INFERRED} == after - before
    assert {q for q in whole.removed if q.graph_name == INFERRED} == before - after
    assert set(store.quads()) == set(afresh(store).quads())
    other.apply(whole)
    assert set(other.quads()) == set(store.quads())
    return whole


@pytest.mark.parametrize("tangle", TANGLES)
@pytest.mark.parametrize("seed", range(SEEDS))
def test_it_is_as_reasoning_from_scratch(tangle, seed):
    rng = random.Random(seed)  # noqa: S311 - it guards nothing
    store = store_of(ONTOLOGY + TANGLES[tangle])
    store.add(KEPT, in_union=False)
    reasoning.materialise(store)
    other = copy_of(store)
    reasoner, idle = Reasoner(store), Reasoner(other)
    for _ in range(STEPS):
        whole = check(store, reasoner, a_change(rng, store), other)
        if idle.touches_axioms(whole):
            idle = Reasoner(other)
        store, reasoner, other, idle = other, idle, store, reasoner


def some_changes(rng, store):
    """What editors do to the packaged graph: things and records come, go, and are called otherwise."""
    data = [q for q in stated(store) if "/graph/data/" in q.graph_name.value]
    type_record = (NamedNode(vocab.RDF + "type"), NamedNode(vocab.HKKG + "Record"), UNION)
    records = [q.subject for q in store.quads(None, *type_record)]
    things = [q.subject for q in data if q.predicate.value == vocab.SKOS + "prefLabel"]
    record, thing, party = rng.choice(records), rng.choice(things), rng.choice(things)
    new = quads_of(f"""hk:new a hkkg:Scholar ; skos:prefLabel "New"@en , "新"@zh-Hant .
        hk:at a hkkg:Membership ; hkkg:member hk:new ; hkkg:organization {party} ;
            hkkg:date "2026"^^xsd:gYear .""")
    follows = rng.sample(list(store.quads(graph=INFERRED)), 5)
    yield Change(added=tuple(new))
    yield Change(removed=tuple(q for q in data if q.subject == record))
    yield Change(removed=tuple(q for q in data if thing in {q.subject, q.object}))
    yield Change(tuple(rng.sample(data, 3)), tuple(rng.sample(data, 20)))
    yield Change(tuple(Quad(q.subject, q.predicate, q.object, NamedNode(TWO)) for q in follows))
    yield Change(tuple(quads_of(f'{party} skos:prefLabel "Otherwise"@en .', TWO)), tuple(new[:3]))


def test_so_it_is_over_the_packaged_graph():
    rng = random.Random(7)  # noqa: S311 - it guards nothing
    store = graph.open_graph()
    other, reasoner = copy_of(store), Reasoner(store)
    for change in some_changes(rng, store):
        assert change
        assert not reasoner.touches_axioms(change)
        other.apply(reasoner.advance(change))
    assert set(store.quads()) == set(afresh(store).quads())
    assert set(other.quads()) == set(store.quads())


def test_a_change_and_its_reverse_come_to_nothing():
    store = store_of(ONTOLOGY + "hk:a a hkkg:Hosting ; hkkg:hosted hk:b ; hkkg:host hk:c .")
    reasoning.materialise(store)
    reasoner, before = Reasoner(store), set(store.quads())
    quads = tuple(
        quads_of('hk:b :p hk:c . hk:c skos:prefLabel "C"@en . hk:d a hkkg:Event ; hkkg:about hk:a .')
    )
    there = reasoner.advance(Change(added=quads))
    back = reasoner.advance(Change(removed=quads))
    assert set(there.added) == set(back.removed) > set(quads)
    assert set(there.removed) == set(back.added)
    assert set(store.quads()) == before


def test_a_circle_does_not_hold_itself_up():
    store = store_of(":t a owl:TransitiveProperty , owl:SymmetricProperty . :a :t :b . :b :t :c .")
    reasoning.materialise(store)
    gone = Change(removed=tuple(quads_of(":a :t :b . :b :t :c .", EX + "graph")))
    Reasoner(store).advance(gone)
    assert inferred(store) == set()
    assert not list(store.quads(None, NamedNode(EX + "t")))


# What there is at first, beside the ontology, and what is taken from it.
REMOVALS = {
    "a triple that another graph states": (":x a :B ; a :A .", ":x a :B .", ":x a :B ."),
    "one of two grounds, to what is an object only": (":x :q :y . :z :q :y .", "", ":x :q :y ."),
    "the class of a record that another names": (
        "hk:r a hkkg:Event ; hkkg:host hk:s . hk:s a hkkg:Event .",
        "",
        "hk:s a hkkg:Event .",
    ),
    "a ground of a record that names one of a circle": (
        "hk:r a hkkg:Event ; hkkg:host hk:s , hk:a . hk:s hkkg:host hk:t . hk:t hkkg:host hk:s .",
        "hk:s a hkkg:Event . hk:t a hkkg:Event .",
        "hk:r hkkg:host hk:a .",
    ),
}


@pytest.mark.parametrize("case", REMOVALS)
def test_what_is_removed_takes_along_what_has_no_other_ground(case):
    one, two, gone = REMOVALS[case]
    store = store_of(ONTOLOGY + one)
    store_of(two, graph=TWO, store=store)
    reasoning.materialise(store)
    change = Change(removed=tuple(quads_of(gone, EX + "graph")))
    check(store, Reasoner(store), change, copy_of(store))


def test_what_is_inferred_to_be_an_axiom_is_none():
    store, _ = reasoned(":q rdfs:domain owl:TransitiveProperty . :p :q :z .")
    change = Change(added=tuple(quads_of(":a :p :b . :b :p :c .")))
    check(store, Reasoner(store), change, copy_of(store))
    assert ":a :p :c" not in inferred(store)


def test_a_change_that_does_nothing_comes_to_nothing():
    store, _ = reasoned(":A rdfs:subClassOf :B . :x a :A .")
    before = set(store.quads())
    whole = Reasoner(store).advance(Change(removed=tuple(quads_of(":y a :A ."))))
    assert not whole.added
    assert set(store.quads()) == before


AXIOM_CHANGES = {
    ":A rdfs:subClassOf :C .": True,
    "rdf:type rdfs:subPropertyOf :p .": True,
    ":p a owl:SymmetricProperty .": True,
    ":p a rdfs:Datatype .": True,
    ":r owl:propertyChainAxiom () .": True,
    ":link rdf:rest () .": True,
    ":x rdf:first :y ; rdf:rest () .": False,
    ":x a :A ; rdfs:label 'x' ; :p :y .": False,
    ":x a owl:Class .": False,
}


@pytest.mark.parametrize("turtle", AXIOM_CHANGES)
def test_it_knows_what_touches_axioms(turtle):
    store, _ = reasoned(":A rdfs:subClassOf :B . :r owl:propertyChainAxiom :link . :link rdf:first :p .")
    change = Change(added=tuple(quads_of(turtle)))
    assert Reasoner(store).touches_axioms(change) is AXIOM_CHANGES[turtle]


def test_axioms_of_a_graph_apart_are_none():
    store = store_of(":x a :A .")
    store.add(KEPT, in_union=False)
    reasoning.materialise(store)
    change = Change(added=tuple(quads_of(":A rdfs:subClassOf :B .", APART)))
    reasoner = Reasoner(store)
    assert not reasoner.touches_axioms(change)
    assert reasoner.advance(change) == change
    assert inferred(store) == set()


def test_what_comes_to_follow_is_explained():
    store, _ = reasoned(ONTOLOGY)
    quads = quads_of("hk:a :p hk:b . hk:b :s hk:c . hk:c a hkkg:Event .")
    Reasoner(store).advance(Change(added=tuple(quads)))
    triples = [quad.triple for quad in store.quads(graph=INFERRED)]
    explained = [why.explain(store, *triple).as_dict() for triple in triples]
    assert all(explanation["premises"] for explanation in explained)
    fresh = afresh(store)
    assert explained == [why.explain(fresh, *triple).as_dict() for triple in triples]
