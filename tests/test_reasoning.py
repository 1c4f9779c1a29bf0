"""Each kind of axiom, and the closure of all of them, against owlrl's."""

import re

import owlrl
import pytest
import rdflib
from rdflib import OWL, RDFS

from hkkg import catalog, graph, loading, reasoning, vocab
from hkkg.catalog import Kind
from hkkg.rdflib_bridge import to_rdflib
from hkkg.reasoning import INFERRED, UNION, materialisation
from hkkg.store import Change, NamedNode
from reasoning_support import inferred, reasoned, store_of, union, written

GRAPH, APART = (NamedNode("http://example.org/" + name) for name in ("graph", "apart"))

# One row for each kind of axiom: the axiom, data, what follows about the data, and what must not.
KINDS = {
    "cax-sco": (":A rdfs:subClassOf :B .", ":x a :A . :y a :B .", {":x rdf:type :B"}, ":y rdf:type :A"),
    "prp-spo1": (":p rdfs:subPropertyOf :q .", ":x :p :y . :y :q :z .", {":x :q :y"}, ":y :p :z"),
    "prp-dom": (":p rdfs:domain :A .", ":x :p :y .", {":x rdf:type :A"}, ":y rdf:type :A"),
    "prp-rng": (":p rdfs:range :A .", ":x :p :y , 'text' .", {":y rdf:type :A"}, ":x rdf:type :A"),
    "prp-inv1": (":p owl:inverseOf :q .", ":x :p :y .", {":y :q :x"}, ":x :q :y"),
    "prp-inv2": (":p owl:inverseOf :q .", ":x :q :y .", {":y :p :x"}, ":x :p :y"),
    "prp-symp": (":p a owl:SymmetricProperty .", ":x :p :y , 1 . :x :q :y .", {":y :p :x"}, ":y :q :x"),
    "prp-trp": (
        ":p a owl:TransitiveProperty .",
        ":a :p :b . :b :p :c . :c :p :d . :c :q :e .",
        {":a :p :c", ":a :p :d", ":b :p :d"},
        ":b :p :e",
    ),
    "prp-spo2 of one": (":r owl:propertyChainAxiom (:p) .", ":x :p :y .", {":x :r :y"}, ":y :r :x"),
    "prp-spo2 of two": (
        ":r owl:propertyChainAxiom (:p :q) .",
        ":x :p :y . :y :q :z , 'text' . :z :p :w .",
        {":x :r :z", ':x :r "text"'},
        ":x :r :w",
    ),
    "prp-spo2 of four": (
        ":r owl:propertyChainAxiom (:p :q :p :q) .",
        ":a :p :b . :b :q :c . :c :p :d . :d :q :e .",
        {":a :r :e"},
        ":a :r :c",
    ),
    "prp-spo2 recursive": (
        ":r owl:propertyChainAxiom (:r :p) .",
        ":a :r :b . :b :p :c . :c :p :d .",
        {":a :r :c", ":a :r :d"},
        ":b :r :d",
    ),
    "cax-eqc1": (":A owl:equivalentClass :B .", ":x a :A .", {":x rdf:type :B"}, ":x rdf:type :C"),
    "cax-eqc2": (":A owl:equivalentClass :B .", ":x a :B .", {":x rdf:type :A"}, ":x rdf:type :C"),
    "prp-eqp1": (":p owl:equivalentProperty :q .", ":x :p :y .", {":x :q :y"}, ":y :q :x"),
    "prp-eqp2": (":p owl:equivalentProperty :q .", ":x :q :y .", {":x :p :y"}, ":y :p :x"),
    "scm-sco": (
        ":A rdfs:subClassOf :B . :B rdfs:subClassOf :C .",
        "",
        {":A rdfs:subClassOf :C"},
        ":C rdfs:subClassOf :A",
    ),
    "scm-spo": (
        ":p rdfs:subPropertyOf :q . :q rdfs:subPropertyOf :r .",
        "",
        {":p rdfs:subPropertyOf :r"},
        ":r rdfs:subPropertyOf :p",
    ),
    "scm-eqc1": (
        ":A owl:equivalentClass :B . :B rdfs:subClassOf :C .",
        "",
        {":A rdfs:subClassOf :B", ":B rdfs:subClassOf :A", ":A rdfs:subClassOf :C"},
        ":C rdfs:subClassOf :A",
    ),
    "scm-eqc2": (
        ":A rdfs:subClassOf :B . :B rdfs:subClassOf :A .",
        "",
        {":A owl:equivalentClass :B"},
        ":A owl:equivalentClass :C",
    ),
    "scm-eqp1": (
        ":p owl:equivalentProperty :q .",
        "",
        {":p rdfs:subPropertyOf :q", ":q rdfs:subPropertyOf :p"},
        ":p rdfs:subPropertyOf :r",
    ),
    "scm-eqp2": (
        ":p rdfs:subPropertyOf :q . :q rdfs:subPropertyOf :p .",
        "",
        {":p owl:equivalentProperty :q"},
        ":p owl:equivalentProperty :r",
    ),
}

# Axioms that feed one another in circles, and deep hierarchies.
TANGLES = {
    "an inverse of a chain over inverses": (
        ":p owl:inverseOf :ip . :r owl:propertyChainAxiom (:ip :q) . :ir owl:inverseOf :r ."
        ":record :p :lab ; :q :university ."
    ),
    "a chain over another chain": (
        ":r owl:propertyChainAxiom (:p :q) . :s owl:propertyChainAxiom (:t :r) . :u owl:inverseOf :s ."
        ":a :t :b . :b :p :c . :c :q :d ."
    ),
    "a transitive property with an inverse and a chain into itself": (
        ":part a owl:TransitiveProperty ; owl:inverseOf :whole ; owl:propertyChainAxiom (:in :of) ."
        ":a :in :r1 . :r1 :of :b . :b :part :c . :d :whole :c . :d :part :e ."
    ),
    "a symmetric property below one with domain and range": (
        ":p a owl:SymmetricProperty ; rdfs:subPropertyOf :q . :q rdfs:domain :A ; rdfs:range :B ."
        ":A rdfs:subClassOf :C . :B owl:equivalentClass :D . :x :p :y ."
    ),
    "a circle of classes": (
        ":A rdfs:subClassOf :B . :B rdfs:subClassOf :C . :C rdfs:subClassOf :A . :x a :B ."
    ),
    "a deep hierarchy of properties": (
        "".join(f":p{n} rdfs:subPropertyOf :p{n + 1} . " for n in range(30)) + ":x :p0 :y , 'text' ."
    ),
}


@pytest.fixture(autouse=True)
def _rdflib_as_it_was():
    """Give rdflib its datatypes back: owlrl rebinds some of them for the whole process."""
    datatypes = rdflib.term._toPythonMapping  # noqa: SLF001 - rdflib has no public way back
    before = dict(datatypes)
    yield
    datatypes.clear()
    datatypes.update(before)


BUILT_IN = (vocab.OWL, vocab.RDF, vocab.RDFS, vocab.XSD)


def oracle(store):
    """What owlrl infers from the default graph, but for bookkeeping, and the same part of what hkkg did.

    Left out are triples of these kinds, because no triple about an individual depends on them: whatever is
    the same as, equivalent to or below itself; the terms of OWL, RDF and XML Schema (everything is an
    owl:Thing, each literal has its datatypes); derived domains and ranges; and, on hkkg's side, labels of
    records and bounds of dates, which no axiom implies.
    """
    stated = rdflib.Graph()
    for quad in store.quads(graph=UNION):
        stated.add(_triple(quad))
    closure = rdflib.Graph()
    closure += stated
    semantics = owlrl.DeductiveClosure(
        owlrl.OWLRL_Semantics, rdfs_closure=False, axiomatic_triples=False, datatype_axioms=False
    )
    semantics.expand(closure)
    theirs = {triple for triple in closure if _compared(triple)} - set(stated)
    reasoning.materialise(store)
    ours = {_triple(quad) for quad in store.quads(graph=INFERRED) if not _generated(quad)}
    return theirs, {triple for triple in ours if _compared(triple)}


def _triple(quad):
    return tuple(to_rdflib(term) for term in (quad.subject, quad.predicate, quad.object))


def _compared(triple):
    subject, predicate, obj = triple
    # rdflib's own startswith takes no tuple, so these are made strings first.
    names = [str(term) for term in (subject, obj) if isinstance(term, rdflib.URIRef)]
    return not (
        isinstance(subject, rdflib.Literal)
        or subject == obj
        or predicate in {OWL.sameAs, RDFS.domain, RDFS.range}
        or any(name.startswith(BUILT_IN) for name in names)
    )


def _generated(quad):
    return quad.predicate.value in {vocab.RDFS + "label", vocab.HKKG + "notBefore", vocab.HKKG + "notAfter"}


@pytest.mark.parametrize("kind", KINDS)
def test_an_axiom_implies_what_its_rule_says_and_no_more(kind):
    axiom, data, follows, does_not = KINDS[kind]
    store, _ = reasoned(axiom + data)
    assert follows <= inferred(store)
    assert does_not not in inferred(store)


@pytest.mark.parametrize("kind", KINDS)
def test_without_the_axiom_nothing_follows(kind):
    store, result = reasoned(KINDS[kind][1])
    assert inferred(store) == set()
    assert result.inferred == 0


@pytest.mark.parametrize("kind", KINDS)
def test_the_rule_has_its_name_in_the_profile(kind):
    name = kind.split()[0]
    _, result = reasoned(KINDS[kind][0])
    compiled = {rule.name for rule in result.rules}
    assert name in compiled
    assert all(re.fullmatch(r"(cax|prp|scm)-[a-z]+[0-9]?", rule) for rule in compiled)


@pytest.mark.parametrize("turtle", [*(a + d for a, d, _, _ in KINDS.values()), *TANGLES.values()])
def test_the_closure_is_owlrls(turtle):
    theirs, ours = oracle(store_of(turtle))
    assert ours == theirs
    assert ours


def test_the_closure_of_the_packaged_graph_is_owlrls():
    files = catalog.of_kind(Kind.DATA, Kind.ONTOLOGY, Kind.MAPPINGS)
    theirs, ours = oracle(loading.load_packaged(files))
    assert ours == theirs
    assert len(ours) > 1000


def test_the_comparison_with_owlrl_sees_a_missing_rule(monkeypatch):
    everything = materialisation.compile_rules
    monkeypatch.setattr(
        materialisation,
        "compile_rules",
        lambda axioms: [r for r in everything(axioms) if r.name != "prp-inv2"],
    )
    theirs, ours = oracle(store_of(*KINDS["prp-inv2"][:1], store=store_of(KINDS["prp-inv2"][1])))
    assert ours < theirs


def test_a_range_that_is_a_datatype_implies_nothing():
    store, _ = reasoned(":p rdfs:range xsd:string . :q rdfs:range rdfs:Literal . :x :p 'a' ; :q :y .")
    assert inferred(store) == set()


def test_a_triple_as_a_value_is_the_subject_of_nothing():
    store, _ = reasoned(":p a owl:SymmetricProperty ; rdfs:range :A . :x :p <<( :a :b :c )>> .")
    assert inferred(store) == set()


def test_what_a_graph_apart_states_does_not_outlive_its_inference():
    store = store_of(":A rdfs:subClassOf :B . :x a :A .")
    apart = store_of(":x a :B .", graph=APART.value)
    store.add(apart.quads(graph=APART), in_union=False)
    reasoning.materialise(store)
    store.apply(Change(removed=tuple(store.quads(NamedNode("http://example.org/x"), graph=GRAPH))))
    reasoning.materialise(store)
    assert ":x rdf:type :B" not in {written(triple) for triple in union(store)}


def test_annotations_and_mappings_imply_nothing():
    store, _ = reasoned(":A skos:closeMatch :B ; rdfs:seeAlso :C . :x a :A .")
    assert inferred(store) == set()


def test_the_packaged_mappings_change_nothing():
    def closure(*kinds):
        store = loading.load_packaged(catalog.of_kind(*kinds))
        reasoning.materialise(store)
        return inferred(store)

    assert closure(Kind.ONTOLOGY, Kind.MAPPINGS) == closure(Kind.ONTOLOGY)


def test_what_is_stated_is_not_repeated():
    store, _ = reasoned(":A rdfs:subClassOf :B . :x a :A , :B . :y a :A .")
    assert inferred(store) == {":y rdf:type :B"}


def test_what_is_inferred_is_in_the_default_graph_too():
    store, _ = reasoned(":A rdfs:subClassOf :B . :x a :A .")
    assert ":x rdf:type :B" in {written(triple) for triple in union(store)}


def test_reasoning_again_changes_nothing():
    store, first = reasoned(TANGLES["a transitive property with an inverse and a chain into itself"])
    before = union(store), inferred(store)
    assert reasoning.materialise(store).inferred == first.inferred
    assert (union(store), inferred(store)) == before


def test_what_comes_to_be_stated_is_inferred_no_more():
    store, _ = reasoned(":A rdfs:subClassOf :B . :x a :A .")
    store_of(":x a :B .", graph="http://example.org/other", store=store)
    reasoning.materialise(store)
    assert inferred(store) == set()
    assert ":x rdf:type :B" in {written(triple) for triple in union(store)}


def test_what_does_not_follow_any_more_is_taken_away():
    store, _ = reasoned(":A rdfs:subClassOf :B . :x a :A .")
    gone = "<http://example.org/x> a <http://example.org/A>"
    store.update(f"DELETE DATA {{ {gone} . GRAPH <http://example.org/graph> {{ {gone} }} }}")
    reasoning.materialise(store)
    assert inferred(store) == set()
    assert ":x rdf:type :B" not in {written(triple) for triple in union(store)}


def test_a_graph_without_axioms_stays_as_it_is():
    store, result = reasoned(":x :p :y .")
    assert len(union(store)) == 1
    assert result.unsupported == ()


@pytest.mark.parametrize(
    ("axiom", "reported"),
    [
        (":A rdfs:subClassOf [ a owl:Restriction ; owl:onProperty :p ; owl:allValuesFrom :B ] .", ":A"),
        (":A rdfs:subClassOf [ a owl:Restriction ; owl:onProperty :p ; owl:hasValue :b ] .", ":A"),
        (":A rdfs:subClassOf [ a owl:Restriction ; owl:onProperty :p ; owl:maxCardinality 1 ] .", ":A"),
        (":A rdfs:subClassOf [ owl:intersectionOf (:B :C) ] .", ":A"),
        (":A owl:equivalentClass [ owl:unionOf (:B :C) ] .", ":A"),
        (":A owl:unionOf (:B :C) .", ":A"),
        (
            "[ a owl:Restriction ; owl:onProperty :p ; owl:someValuesFrom :B ] rdfs:subClassOf :A .",
            "anonymous",
        ),
        (":p a owl:FunctionalProperty .", ":p"),
        (":p a owl:InverseFunctionalProperty .", ":p"),
        (":A owl:hasKey (:p) .", ":A"),
        (":x owl:sameAs :y .", ":x"),
        (":p owl:propertyChainAxiom ( [ owl:inverseOf :q ] :r ) .", ":p"),
        (":p owl:propertyChainAxiom () .", ":p"),
        (":p owl:propertyChainAxiom :q .", ":p"),
        (":p rdfs:subPropertyOf [ owl:inverseOf :q ] .", ":p"),
    ],
)
def test_an_axiom_that_would_imply_more_is_reported(axiom, reported):
    _, result = reasoned(axiom)
    assert len(result.unsupported) == 1
    assert reported.lstrip(":") in str(result.unsupported[0])
    assert "does not reason" in str(result.unsupported[0])


@pytest.mark.parametrize(
    "axiom",
    [
        ":A rdfs:subClassOf [ a owl:Restriction ; owl:onProperty :p ; owl:someValuesFrom :B ] .",
        ":A rdfs:subClassOf [ a owl:Restriction ; owl:onProperty :p ; owl:minCardinality 1 ] .",
        ":p rdfs:domain [ owl:unionOf (:A :B) ] .",
        ":A rdfs:subClassOf [ owl:complementOf :B ] .",
        "[ a owl:Restriction ; owl:onProperty :p ; owl:allValuesFrom :B ] rdfs:subClassOf :A .",
        ":A owl:disjointWith :B .",
        ":p a owl:AsymmetricProperty , owl:IrreflexiveProperty .",
    ],
)
def test_an_axiom_from_which_nothing_follows_is_passed_over(axiom):
    store, result = reasoned(axiom)
    assert result.unsupported == ()
    assert inferred(store) == set()
    theirs, ours = oracle(store_of(axiom + ":x a :A ; :p :y ."))
    assert ours == {t for t in theirs if not any(isinstance(term, rdflib.BNode) for term in t)}


@pytest.mark.parametrize(
    "turtle",
    [
        ":p owl:propertyChainAxiom _:a . _:a rdf:first :q ; rdf:rest _:a .",
        ":p owl:propertyChainAxiom [ rdf:first :q ] .",
        ":p owl:propertyChainAxiom [ rdf:first :q , :r ; rdf:rest () ] .",
        ":p owl:propertyChainAxiom ( 'text' ) .",
    ],
)
def test_a_broken_chain_is_reported(turtle):
    _, result = reasoned(turtle)
    assert [u.subject for u in result.unsupported] == ["<http://example.org/p>"]


@pytest.fixture(scope="module")
def packaged():
    return graph.open_graph()


def test_every_axiom_of_the_packaged_ontology_is_supported(packaged):
    assert reasoning.materialise(packaged).unsupported == ()


def test_the_packaged_graph_repeats_nothing(packaged):
    graphs = {quad.triple: set() for quad in packaged.quads(graph=INFERRED)}
    for quad in packaged.quads():
        if quad.triple in graphs and isinstance(quad.graph_name, NamedNode):
            graphs[quad.triple].add(quad.graph_name.value)
    assert {name for names in graphs.values() for name in names} == {vocab.INFERRED_GRAPH}


def test_outside_superclasses_are_inferred(packaged):
    university = vocab.HK + "university-of-hong-kong"
    types = {q.object.value for q in packaged.quads(NamedNode(university), _term("rdf:type"), None, UNION)}
    assert {vocab.HKKG + "Organization", vocab.PROV + "Agent", vocab.SCHEMA + "Organization"} <= types


def _term(curie):
    return NamedNode(vocab.expand(curie))


def _chains(store):
    return [rule for rule in reasoning.rules_of(store) if rule.name == "prp-spo2"]


NEVER_CHAINED = ("Application", "Claim", "Completion", "Construction", "Observation", "Provision", "Support")


@pytest.mark.parametrize("record_class", NEVER_CHAINED)
def test_nothing_is_chained_through_a_class_that_is_planned_or_claimed(packaged, record_class):
    """Neither its parties' properties nor the inverses of these are links of a chain.

    `hkkg:about`, which observations and claims share, has no domain.
    """
    properties = {
        quad.subject
        for quad in packaged.quads(None, _term("rdfs:domain"), _term(f"hkkg:{record_class}"), UNION)
    } | {_term("hkkg:about")}
    inverses = list(packaged.quads(None, _term("owl:inverseOf"), None, UNION))
    properties |= {q.subject for q in inverses if q.object in properties}
    properties |= {q.object for q in inverses if q.subject in properties}
    assert len(properties) > 1
    assert not [rule for rule in _chains(packaged) if properties & set(rule.axiom.objects)]


def test_nothing_is_chained_through_a_record_that_is_not_measured(packaged):
    """No link of a chain leads over a record whose modality says that it may not be so."""
    for rule in _chains(packaged):
        body = " ".join(" ".join(map(str, pattern)) + " ." for pattern in rule.body)
        query = f"""SELECT DISTINCT ?x1 WHERE {{ {body} ?x1 <{vocab.HKKG}modality> ?modality
            FILTER(?modality != <{vocab.CONCEPT}measured>) }}"""
        assert packaged.query(query).table().rows == ()
