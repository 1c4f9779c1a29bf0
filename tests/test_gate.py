"""The gate of updates: on fixtures, on random changes against full runs, and what it sees and lets pass."""

import csv
import subprocess
import sys
from pathlib import Path

import pytest

from gate_support import (
    GRAPH,
    PREFIXES,
    RandomChanges,
    context,
    gate,
    hierarchy,
    packaged_gate,
    store_of,
    turtle,
)
from hkkg import loading, validate, vocab
from hkkg.checks import CHECK, show
from hkkg.config import Settings
from hkkg.errors import NonconformingError, ShapesProblemError
from hkkg.formats import NTRIPLES
from hkkg.generations import Write, open_generation
from hkkg.generations.admission import Admission
from hkkg.graph import open_graph
from hkkg.store import Change, EmbeddedStore, NamedNode, Quad, serialize
from hkkg.validation.definitions import vocabulary_of
from hkkg.validation.excerpt import Stated

FIXTURES = Path(__file__).parent / "shapes"
# What the store's own writing of a literal breaks besides: it drops the zeros that an ISNI begins with.
AS_STORED = {
    "identified-by-isni/as-a-number": {
        ("hk:a-thing", "sh:PatternConstraintComponent", "hkkg:isni", "shape:Entity-isni")
    }
}


def shacl_alone(findings):
    return {finding for finding in findings if not finding.component.startswith(CHECK)}


def rows(findings):
    return {
        (show(f.focus), vocab.curie(f.component), str(f.path) if f.path else "", vocab.curie(f.shape))
        for f in shacl_alone(findings)
    }


def expected(path):
    with path.with_name(path.stem + ".expected.tsv").open(encoding="utf-8", newline="") as file:
        return {tuple(row.values()) for row in csv.DictReader(file, delimiter="\t")}


def assert_equal_to_a_full_run(gate, store, change, before):
    """Compare what the gate finds of a change with a full run's findings, and return those."""
    store.apply(change)
    after = set(gate.check_all(store).findings)
    found = shacl_alone(gate.check(store, change).findings)
    assert after - before <= found <= after, change
    return after


@pytest.fixture(scope="module")
def conforming():
    """A store that conforms; whoever changes it changes it back."""
    return store_of([*hierarchy(), *context()])


def of_each_kind():
    """Choose the first fixture of each shape, and the first that breaks the same constraints."""
    seen = set()
    for path in sorted(FIXTURES.glob("*/invalid.*.ttl")):
        kinds = {path.parent.name, frozenset(component for _, component, _, _ in expected(path))}
        if kinds - seen:
            yield path
        seen |= kinds


def fixture_name(path):
    return f"{path.parent.name}/{path.stem.removeprefix('invalid.')}"


@pytest.mark.parametrize("path", list(of_each_kind()), ids=fixture_name)
def test_adding_an_invalid_fixture_gives_its_approved_findings(conforming, path):
    change = Change(added=tuple(loading.read_document(path, graph=GRAPH.value).quads()))
    conforming.apply(change)
    try:
        found = rows(packaged_gate().check(conforming, change).findings)
        assert found == expected(path) | AS_STORED.get(fixture_name(path), set())
    finally:
        conforming.apply(Change(removed=change.added))


@pytest.mark.parametrize("seed", range(8))
def test_random_changes_give_what_a_full_run_newly_finds(seed):
    gate, store = packaged_gate(), store_of([*hierarchy(), *context()])
    changes, before, found = RandomChanges(store, seed), set(), 0
    for _ in range(25):
        after = assert_equal_to_a_full_run(gate, store, changes.next(), before)
        found += len(after - before)
        before = after
    assert found > 20


def test_random_changes_of_the_packaged_graph_give_what_a_full_run_newly_finds():
    gate, store = packaged_gate(), open_graph()
    assert gate.check_all(store).conforms
    changes, before = RandomChanges(store, 0), set()
    for _ in range(3):
        before = assert_equal_to_a_full_run(gate, store, changes.next(), before)
    assert before


def applied(store, change):
    store.apply(change)
    return store


def test_a_conforming_addition_conforms(conforming):
    change = Change(added=tuple(context()[:3]))
    assert packaged_gate().check(conforming, change).conforms


def test_what_is_inferred_counts_for_nothing():
    triples = turtle("ex:lab a ex:Lab . ex:lab ex:host ex:university .")
    shapes = "ex:S sh:targetClass ex:Lab ; sh:property [ sh:path ex:host ; sh:minCount 1 ] ."
    stated = [q for q in triples if q.predicate.value == vocab.RDF + "type"]
    store = store_of(stated)
    inferred = NamedNode(vocab.INFERRED_GRAPH)
    store.add([Quad(q.subject, q.predicate, q.object, inferred) for q in triples], in_union=True)
    change = Change(added=tuple(stated))
    assert [f.component for f in gate(shapes).check(store, change).findings] == [
        vocab.SH + "MinCountConstraintComponent"
    ]


def test_a_graph_apart_from_the_union_counts_for_nothing():
    apart = turtle("ex:lab a ex:Lab .")
    store = EmbeddedStore()
    store.add(apart, in_union=False)
    shapes = "ex:S sh:targetClass ex:Lab ; sh:property [ sh:path ex:host ; sh:minCount 1 ] ."
    assert gate(shapes).check(store, Change(added=tuple(apart))).conforms
    assert gate(shapes).check_all(store).conforms


def test_a_default_graph_of_its_own_counts():
    added = [Quad(q.subject, q.predicate, q.object) for q in turtle("ex:lab a ex:Lab .")]
    store = applied(EmbeddedStore(union=False), Change(added=tuple(added)))
    shapes = "ex:S sh:targetClass ex:Lab ; sh:property [ sh:path ex:host ; sh:minCount 1 ] ."
    assert not gate(shapes).check(store, Change(added=tuple(added))).conforms


def test_a_warning_is_reported_and_does_not_fail():
    shapes = """ex:S sh:targetClass ex:Lab ;
        sh:property [ sh:path ex:host ; sh:minCount 1 ; sh:severity sh:Warning ] ."""
    added = tuple(turtle("ex:lab a ex:Lab ."))
    report = gate(shapes).check(store_of(added), Change(added=added))
    assert report.findings
    assert not report.fails()


@pytest.mark.parametrize(
    ("triple", "rule"),
    [
        ('ex:a ex:p "300"^^xsd:byte', "literal"),
        ('ex:a ex:p "2023-02-29"^^xsd:date', "literal"),
        ('ex:a ex:p "1"^^xsd:interger', "datatype"),
        ('ex:a hkkg:isni "0000000121742758"', "check-digits"),
        ('ex:a skos:prefLabel "国家"@zh-Hant', "script"),
    ],
)
def test_a_rule_beyond_shacl_is_applied_to_what_is_added(triple, rule):
    added = tuple(turtle(triple + " ."))
    report = gate("ex:S sh:targetClass ex:Lab ; sh:nodeKind sh:IRI .").check(
        store_of(added), Change(added=added)
    )
    assert [f.component for f in report.findings] == [CHECK + rule]
    assert report.fails()


ONTOLOGY = """ex:ontology a owl:Ontology . ex:Lab a owl:Class ; rdfs:label "Lab"@en .
    ex:host a owl:ObjectProperty ; rdfs:label "host"@en . <http://example.org> a owl:Ontology ."""
NO_SHAPE_APPLIES = "ex:S sh:targetClass ex:Nothing ; sh:nodeKind sh:IRI ."


def undefined(report):
    return [(f.focus.value, f.message()) for f in report.findings if f.component == CHECK + "undefined-term"]


@pytest.mark.parametrize(
    ("triple", "told"),
    [
        ("ex:a ex:hots ex:b", "Define <http://example.org/hots> or correct its spelling"),
        ("ex:a a ex:Lob", "Define <http://example.org/Lob> or correct its spelling"),
        ("ex:a rdfs:lable 'x'", "Define rdfs:lable or correct its spelling"),
        ("ex:Lab rdfs:subClassOf ex:Thing", "Define <http://example.org/Thing> or correct its spelling"),
        ("ex:a a ex:Lab ; ex:host ex:b", None),
        ("ex:a <http://elsewhere.example/hots> ex:b", None),
    ],
)
def test_an_undefined_term_is_refused_in_what_is_added(triple, told):
    store, added = store_of(turtle(ONTOLOGY)), tuple(turtle(triple + " ."))
    store.apply(Change(added=added))
    report = gate(NO_SHAPE_APPLIES).check(store, Change(added=added))
    assert report.fails() is (told is not None)
    assert [message.partition(": nothing")[0] for _, message in undefined(report)] == (
        [] if told is None else [told]
    )


def test_a_term_that_is_defined_with_its_use_is_admitted():
    added = tuple(turtle("ex:near a owl:ObjectProperty . ex:a ex:near ex:b ."))
    store = applied(store_of(turtle(ONTOLOGY)), Change(added=added))
    words = vocabulary_of(Stated(store_of(turtle(ONTOLOGY))))
    assert gate(NO_SHAPE_APPLIES).check(store, Change(added=added), words).conforms


@pytest.mark.parametrize(
    ("use", "term", "definition"),
    [
        ("ex:a ex:host ex:b .", "host", ""),
        ("ex:a a ex:Lab .", "Lab", ""),
        ("ex:a ex:near ex:b .", "near", "ex:near rdfs:subPropertyOf ex:host ."),
        ("ex:a a ex:Hut .", "Hut", "ex:Hut rdfs:subClassOf ex:Lab ."),
    ],
)
def test_a_definition_cannot_be_taken_from_what_is_used(use, term, definition):
    kept = turtle(ONTOLOGY + use + definition)
    removed = tuple(quad for quad in kept if quad.subject.value == f"http://example.org/{term}")
    store = store_of([quad for quad in kept if quad not in removed])
    words = vocabulary_of(Stated(store_of(kept)))
    report = gate(NO_SHAPE_APPLIES).check(store, Change(removed=removed), words)
    assert [focus for focus, _ in undefined(report)] == ["http://example.org/a"]


def test_names_of_the_packaged_graph_are_looked_up_in_the_store():
    store = open_graph()
    words = vocabulary_of(Stated(store))
    known = "hk:hong-kong skos:related hk:university-of-hong-kong ."
    added = {name: tuple(turtle(text)) for name, text in (
        ("known", known),
        ("misspelt", known.replace("university", "univrsity")),
        ("property", "hk:hong-kong hkkg:locatedInn hk:hong-kong ."),
    )}  # fmt: skip
    found = {}
    for name, quads in added.items():
        store.apply(Change(added=quads))
        found[name] = undefined(packaged_gate().check(store, Change(added=quads), words))
        store.apply(Change(removed=quads))
    assert {name: len(rows) for name, rows in found.items()} == {"known": 0, "misspelt": 1, "property": 1}
    assert "Did you mean hkkg:" in found["property"][0][1]


def test_what_is_removed_is_missed_where_it_is_named():
    store = open_graph()
    words = vocabulary_of(Stated(store))
    lab = NamedNode(vocab.HK + "university-of-hong-kong")
    removed = tuple(store.quads(lab, NamedNode(vocab.RDF + "type")))
    store.apply(Change(removed=removed))
    assert undefined(packaged_gate().check(store, Change(removed=removed), words))


def test_an_update_is_admitted_once_its_property_is_defined():
    settings = Settings(writable=True)
    opened = open_generation(settings)
    admission = Admission(opened, settings)
    use = insertion("data/test", "hk:hong-kong hkkg:nearestTo hk:hong-kong")
    with pytest.raises(NonconformingError) as caught:
        attempt(admission, opened.store, use)
    assert "hkkg:nearestTo" in caught.value.message
    assert CHECK + "undefined-term" in caught.value.report
    definition = insertion(
        "ontology/hkkg", "hkkg:nearestTo a owl:ObjectProperty ; rdfs:isDefinedBy hkkg:ontology"
    )
    admission.follow(carried_out(opened.store, definition))
    attempt(admission, opened.store, use)


@pytest.mark.parametrize(
    "words", ["hk:hong-kong hkkg:locatedInn hk:hong-kong", 'hk:a rdfs:comment "2023-02-29"^^xsd:date']
)
def test_a_change_of_a_shapes_graph_takes_nothing_past_the_rules_on_triples(words):
    settings = Settings(writable=True)
    opened = open_generation(settings)
    both = f"{words} }} GRAPH <{vocab.GRAPH}ontology/shapes/records> {{ <x:note> rdfs:comment 'n'"
    with pytest.raises(NonconformingError):
        attempt(Admission(opened, settings), opened.store, insertion("data/test", both))


def insertion(graph, triples):
    names = "".join(f"PREFIX {name}: <{iri}> " for name, iri in PREFIXES.items())
    return Write("update", f"{names} INSERT DATA {{ GRAPH <{vocab.GRAPH}{graph}> {{ {triples} }} }}")


def attempt(admission, store, write):
    """Have a write judged, as the process does whose copy of the store is thrown away."""
    before = set(store.quads())
    try:
        return admission.admit(write)
    finally:
        after = set(store.quads())
        store.apply(Change(tuple(before - after), tuple(after - before)))


def carried_out(store, write):
    change = write.change(store)
    store.apply(change)
    return change


def test_an_ill_formed_literal_that_a_shape_finds_is_told_once():
    added = tuple(turtle('ex:a ex:p "abc"^^xsd:date .'))
    shapes = "ex:S sh:targetSubjectsOf ex:p ; sh:property [ sh:path ex:p ; sh:datatype xsd:date ] ."
    report = gate(shapes).check(store_of(added), Change(added=added))
    assert [f.component for f in report.findings] == [vocab.SH + "DatatypeConstraintComponent"]


@pytest.mark.parametrize(
    ("asked", "literal", "conforms"),
    [
        ("sh:datatype xsd:nonNegativeInteger", '"5"^^xsd:nonNegativeInteger', True),
        ("sh:datatype xsd:dateTimeStamp", '"2024-01-01T00:00:00Z"^^xsd:dateTimeStamp', True),
        ("sh:datatype xsd:int", '"5.0"^^xsd:decimal', False),
        ('sh:hasValue "01"^^xsd:integer', "1", True),
        ('sh:hasValue "1.50"^^xsd:decimal', "1.50", True),
        ('sh:languageIn ("zh-Hant")', '"甲"@zh-Hant', True),
        ('sh:languageIn ("zh-Hant")', '"甲"@zh-Hans', False),
        ("sh:uniqueLang true", '"甲"@zh-Hant , "乙"@zh-hant', False),
        ("sh:uniqueLang true", '"甲"@zh-Hant , "乙"@zh-Hans', True),
    ],
)
def test_a_literal_is_judged_as_the_store_writes_it(asked, literal, conforms):
    added = tuple(turtle(f"ex:a a ex:Lab ; ex:p {literal} ."))
    shapes = f"ex:S sh:targetClass ex:Lab ; sh:property [ sh:path ex:p ; {asked} ] ."
    store, change = store_of(added), Change(added=added)
    assert gate(shapes).check(store, change).conforms is conforms
    assert gate(shapes).check_all(store).conforms is conforms


def test_a_comparison_of_tags_by_pyshacl_sees_them_in_their_letter_case():
    shapes = """ex:S sh:targetClass ex:Lab ; sh:sparql [ sh:select '''SELECT $this WHERE {
        $this <http://example.org/p> ?x , ?y . FILTER(lang(?x) = "zh-Hant" && ?x = ?y) }''' ] ."""
    added = tuple(turtle('ex:a a ex:Lab ; ex:p "甲"@zh-Hant .'))
    report = gate(shapes).check(store_of(added), Change(added=added))
    assert report.engine == "pyshacl"
    assert [f.component for f in report.findings] == [vocab.SH + "SPARQLConstraintComponent"]


def test_ill_formed_shapes_are_refused_when_the_gate_is_made():
    with pytest.raises(ShapesProblemError):
        gate("ex:S sh:targetClass ex:Lab ; sh:property [ sh:minCount 1 ] .")


FORKING = """
import os
from gate_support import context, hierarchy, packaged_gate, store_of
from hkkg.store import Change
added = tuple(context()[:40])
gate, store = packaged_gate(), store_of([*hierarchy(), *added])
assert len(os.listdir("/proc/self/task")) == 1
child = os.fork()
if child == 0:
    os._exit(0 if gate.check(store, Change(added=added)).findings else 1)
assert os.waitpid(child, 0)[1] == 0
"""


def test_a_gate_starts_no_thread_and_works_in_a_forked_process():
    subprocess.run([sys.executable, "-c", FORKING], check=True, cwd=Path(__file__).parent, timeout=60)


BLANK_QUERIES = {
    "no value": ("FILTER NOT EXISTS {{ $this {p} ?x . FILTER(?x > 0) }}", "[] a ex:Lab .", 1),
    "an optional value": ("OPTIONAL {{ $this {p} ?x }} FILTER(!BOUND(?x))", "[] a ex:Lab .", 1),
    "a value": ("$this {p} ?x . FILTER(?x > 1)", "[] a ex:Lab .", 0),
    "of a subclass": ("FILTER NOT EXISTS {{ $this {p} ?x . FILTER(?x > 0) }}", "[] a ex:Hut .", 1),
    "of a value": ("FILTER NOT EXISTS {{ $this {p} ?x . FILTER(?x > 0) }}", "ex:a a ex:Site ; ex:q [] .", 1),
}


@pytest.mark.parametrize(("query", "added", "found"), BLANK_QUERIES.values(), ids=BLANK_QUERIES)
def test_a_query_is_asked_of_a_blank_node_and_of_no_other(tmp_path, query, added, found):
    """pyshifty takes the blank node for any node, so that what others have counts for it."""
    shapes = f"""ex:S a sh:NodeShape ; sh:targetClass ex:Lab ;
            sh:sparql [ sh:select "SELECT $this {{ {query.format(p="<http://example.org/p>")} }}" ] .
        ex:T sh:targetClass ex:Site ; sh:property [ sh:path ex:q ; sh:node ex:S ] .
        ex:U sh:targetClass ex:Lab ; sh:property [ sh:path ex:p ; sh:maxCount 1 ] ."""
    known = turtle("ex:Hut rdfs:subClassOf ex:Lab . ex:good a ex:Lab ; ex:p 1 . ex:other ex:p 2 .")
    assert number_found(tmp_path, shapes, known, turtle(added)) == [found] * 3


BLANK_COMPONENTS = {
    "of a focus node": ("ex:needs true", "[] a ex:Lab ."),
    "of a value": ("sh:property [ sh:path ex:q ; ex:needs true ]", "ex:a a ex:Lab ; ex:q [] ."),
    "of a value of a path": (
        "sh:property [ sh:path ( ex:q ex:q ) ; ex:needs true ]",
        "ex:a a ex:Lab ; ex:q [ ex:q [] ] .",
    ),
    "of a value of a value": (
        "sh:property [ sh:path ex:q ; sh:node [ sh:property [ sh:path ex:q ; ex:needs true ] ] ]",
        "ex:a a ex:Lab ; ex:q ex:b . ex:b ex:q [] .",
    ),
    "of a focus node by SELECT": ("ex:lacks true", "[] a ex:Lab ."),
}


@pytest.mark.parametrize(("asked", "added"), BLANK_COMPONENTS.values(), ids=BLANK_COMPONENTS)
def test_so_is_the_query_of_a_component(tmp_path, asked, added):
    shapes = f"""ex:Needing a sh:ConstraintComponent ; sh:parameter [ sh:path ex:needs ] ;
            sh:validator [ a sh:SPARQLAskValidator ; sh:ask "ASK {{ $value <http://example.org/p> ?x }}" ] .
        ex:Lacking a sh:ConstraintComponent ; sh:parameter [ sh:path ex:lacks ] ;
            sh:nodeValidator [ a sh:SPARQLSelectValidator ;
                sh:select "SELECT $this {{ FILTER NOT EXISTS {{ $this <http://example.org/p> ?x }} }}" ] .
        ex:S a sh:NodeShape ; sh:targetClass ex:Lab ; {asked} ."""
    known = turtle("ex:good a ex:Lab ; ex:p 1 ; ex:q ex:good .")
    assert number_found(tmp_path, shapes, known, turtle(added)) == [1] * 3


def number_found(tmp_path, shapes, known, added):
    """Count what a gate finds of a change, what it finds of the whole, and what a validation does."""
    change = Change(added=tuple(added))
    store, judge = store_of([*known, *change.added]), gate(shapes)
    reports = [judge.check(store, change), judge.check_all(store)]
    (tmp_path / "shapes.nt").write_bytes(serialize([quad.triple for quad in turtle(shapes)], NTRIPLES))
    data = serialize([quad.triple for quad in (*known, *change.added)], NTRIPLES)
    reports.append(validate(data=data, shapes=tmp_path / "shapes.nt"))
    asked = (vocab.SH, PREFIXES["ex"])
    return [len([f for f in report.findings if f.component.startswith(asked)]) for report in reports]
