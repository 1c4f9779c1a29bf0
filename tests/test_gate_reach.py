"""What the gate reaches from a change: each way in which a shape reads the data, on shapes of a test's own.

In each case the data conforms, the change breaks one focus node, and it is the only one looked at: what has
nothing to do with it is not given to the engine.
"""

import random

import pytest

from gate_support import GRAPH, gate, store_of, turtle
from hkkg.checks import show
from hkkg.store import Change, Quad

# shapes, data, added, removed, the focus node that is broken
REACHED = {
    "value": (
        "ex:S sh:targetClass ex:Lab ; sh:property [ sh:path ex:p ; sh:maxCount 1 ] .",
        "ex:a a ex:Lab ; ex:p 1 .",
        "ex:a ex:p 2 .",
        "",
    ),
    "type": (
        "ex:S sh:targetClass ex:Lab ; sh:property [ sh:path ex:p ; sh:minCount 1 ] .",
        "ex:a ex:q 1 .",
        "ex:a a ex:Lab .",
        "",
    ),
    "deletion that leaves too few": (
        "ex:S sh:targetClass ex:Lab ; sh:property [ sh:path [ sh:inversePath ex:of ] ; sh:minCount 1 ] .",
        "ex:a a ex:Lab . ex:record ex:of ex:a .",
        "",
        "ex:record ex:of ex:a .",
    ),
    "class of a value": (
        "ex:S sh:targetClass ex:Lab ; sh:property [ sh:path ex:p ; sh:class ex:University ] .",
        "ex:a a ex:Lab ; ex:p ex:u . ex:u a ex:University , ex:Company .",
        "",
        "ex:u a ex:University .",
    ),
    "class hierarchy of a value": (
        "ex:S sh:targetClass ex:Lab ; sh:property [ sh:path ex:p ; sh:class ex:Agent ] .",
        (
            "ex:a a ex:Lab ; ex:p ex:u . ex:u a ex:University . ex:University rdfs:subClassOf ex:Body ."
            "ex:Body rdfs:subClassOf ex:Agent ."
        ),
        "",
        "ex:Body rdfs:subClassOf ex:Agent .",
    ),
    "class hierarchy of a target": (
        "ex:S sh:targetClass ex:Lab ; sh:property [ sh:path ex:p ; sh:minCount 1 ] .",
        "ex:a a ex:KeyLab .",
        "ex:KeyLab rdfs:subClassOf ex:Lab .",
        "",
    ),
    "class that is a shape": (
        "ex:Lab a sh:NodeShape , rdfs:Class ; sh:property [ sh:path ex:p ; sh:minCount 1 ] .",
        "ex:a a ex:Lab ; ex:p 1 .",
        "",
        "ex:a ex:p 1 .",
    ),
    "class that is a shape by what it asks": (
        "ex:Lab a owl:Class ; sh:property [ sh:path ex:p ; sh:minCount 1 ] .",
        "ex:a a ex:Lab ; ex:p 1 .",
        "",
        "ex:a ex:p 1 .",
    ),
    "class that asks what an engine would pass over": (
        "ex:Lab a rdfs:Class ; sh:closed true ; sh:ignoredProperties ( rdf:type ) .",
        "ex:a a ex:Lab .",
        "ex:a ex:p 1 .",
        "",
    ),
    "instance of a class of classes that is a shape": (
        (
            "ex:Kind rdfs:subClassOf ex:Sort . ex:Sort rdfs:subClassOf owl:Class ."
            "ex:Lab a sh:NodeShape , ex:Kind ; sh:property [ sh:path ex:p ; sh:minCount 1 ] ."
        ),
        "ex:a a ex:Lab ; ex:p 1 .",
        "",
        "ex:a ex:p 1 .",
    ),
    "target node": (
        "ex:S sh:targetNode ex:a ; sh:property [ sh:path ex:p ; sh:minCount 1 ] .",
        "ex:a ex:p 1 . ex:b ex:p 1 ; ex:q 1 .",
        "",
        "ex:a ex:p 1 .",
    ),
    "subjects": (
        "ex:S sh:targetSubjectsOf ex:p ; sh:property [ sh:path ex:q ; sh:minCount 1 ] .",
        "ex:a ex:r 1 .",
        "ex:a ex:p 1 .",
        "",
    ),
    "objects": (
        "ex:S sh:targetObjectsOf ex:p ; sh:property [ sh:path ex:q ; sh:minCount 1 ] .",
        "ex:a ex:r 1 .",
        "ex:b ex:p ex:a .",
        "",
    ),
    "sequence": (
        "ex:S sh:targetClass ex:Lab ; sh:property [ sh:path ( ex:p ex:q ex:r ) ; sh:maxCount 0 ] .",
        "ex:a a ex:Lab ; ex:p ex:b . ex:b ex:q ex:c .",
        "ex:c ex:r 1 .",
        "",
    ),
    "inverse of a sequence": (
        (
            "ex:S sh:targetClass ex:Lab ;"
            " sh:property [ sh:path [ sh:inversePath ( ex:p ex:q ) ] ; sh:maxCount 0 ] ."
        ),
        "ex:a a ex:Lab . ex:c ex:q ex:a .",
        "ex:b ex:p ex:c .",
        "",
    ),
    "alternatives": (
        (
            "ex:S sh:targetClass ex:Lab ; sh:property [ sh:maxCount 1 ;"
            " sh:path [ sh:alternativePath ( ex:p [ sh:inversePath ex:q ] ) ] ] ."
        ),
        "ex:a a ex:Lab ; ex:p ex:b .",
        "ex:c ex:q ex:a .",
        "",
    ),
    "repetition": (
        (
            "ex:S sh:targetClass ex:Lab ;"
            " sh:property [ sh:path ( [ sh:zeroOrMorePath ex:next ] ex:p ) ; sh:maxCount 1 ] ."
        ),
        "ex:a a ex:Lab ; ex:next ex:b ; ex:p 1 . ex:b ex:next ex:c .",
        "ex:c ex:p 2 .",
        "",
    ),
    "repetition of one at least": (
        (
            "ex:S sh:targetClass ex:Lab ; "
            "sh:property [ sh:path [ sh:oneOrMorePath ex:next ] ; sh:nodeKind sh:IRI ] ."
        ),
        "ex:a a ex:Lab ; ex:next ex:b . ex:b ex:next ex:c .",
        "ex:c ex:next 2 .",
        "",
    ),
    "optional step": (
        (
            "ex:S sh:targetClass ex:Lab ;"
            " sh:property [ sh:path ( [ sh:zeroOrOnePath ex:next ] ex:p ) ; sh:maxCount 0 ] ."
        ),
        "ex:a a ex:Lab ; ex:next ex:b .",
        "ex:b ex:p 2 .",
        "",
    ),
    "shape of a value": (
        (
            "ex:S sh:targetClass ex:Lab ; sh:property [ sh:path ex:p ; sh:node ex:T ] ."
            "ex:T sh:property [ sh:path ex:q ; sh:minCount 1 ] ."
        ),
        "ex:a a ex:Lab ; ex:p ex:b . ex:b ex:q 1 .",
        "",
        "ex:b ex:q 1 .",
    ),
    "shapes in a list": (
        (
            "ex:S sh:targetClass ex:Lab ; sh:or ( [ sh:path ex:p ; sh:minCount 1 ]"
            " [ sh:not [ sh:path ex:q ; sh:node [ sh:property [ sh:path ex:r ; sh:minCount 1 ] ] ] ] ) ."
        ),
        "ex:a a ex:Lab ; ex:q ex:b .",
        "ex:b ex:r 1 .",
        "",
    ),
    "qualified shape": (
        (
            "ex:S sh:targetClass ex:Lab ; sh:property [ sh:path ex:p ; sh:qualifiedMinCount 1 ;"
            " sh:qualifiedValueShape [ sh:path ex:q ; sh:hasValue 1 ] ] ."
        ),
        "ex:a a ex:Lab ; ex:p ex:b , ex:c . ex:b ex:q 1 .",
        "",
        "ex:b ex:q 1 .",
    ),
    "qualified shapes that exclude one another": (
        (
            "ex:S sh:targetClass ex:Lab ; sh:property"
            " [ sh:path ex:p ; sh:qualifiedMinCount 1 ; sh:qualifiedValueShapesDisjoint true ;"
            "   sh:qualifiedValueShape [ sh:path ex:q ; sh:minCount 1 ] ] ,"
            " [ sh:path ex:other ; sh:qualifiedMinCount 0 ;"
            "   sh:qualifiedValueShape [ sh:path ex:r ; sh:minCount 1 ] ] ."
        ),
        "ex:a a ex:Lab ; ex:p ex:b . ex:b ex:q 1 .",
        "ex:b ex:r 1 .",
        "",
    ),
    "other property": (
        "ex:S sh:targetClass ex:Lab ; sh:property [ sh:path ex:p ; sh:lessThan ex:q ] .",
        "ex:a a ex:Lab ; ex:p 1 ; ex:q 2 .",
        "ex:a ex:q 0 .",
        "",
    ),
    "closed": (
        "ex:S sh:targetClass ex:Lab ; sh:closed true ; sh:ignoredProperties ( rdf:type ) .",
        "ex:a a ex:Lab .",
        "ex:a ex:p 1 .",
        "",
    ),
    "shape that refers to itself": (
        (
            "ex:S sh:targetNode ex:a ; sh:property"
            " [ sh:path ex:next ; sh:qualifiedMaxCount 0 ; sh:qualifiedValueShape ex:T ] ."
            "ex:T sh:property [ sh:path ex:next ; sh:node ex:U ] ."
            "ex:U sh:property [ sh:path ex:q ; sh:minCount 1 ] ."
        ),
        "ex:a ex:next ex:b . ex:b ex:next ex:c .",
        "ex:c ex:q 1 .",
        "",
    ),
}
QUERIES = {
    "chain": (
        "$this ex:p/^ex:q ?x . ?x ex:r ?value",
        "ex:a a ex:Lab ; ex:p ex:b . ex:c ex:q ex:b .",
        "ex:c ex:r 1 .",
        "",
    ),
    "a value that another has": (
        "$this ex:id ?value . ?other ex:id ?value . FILTER(STR(?other) != STR($this))",
        "ex:a a ex:Lab ; ex:id 1 .",
        "ex:b ex:id 1 .",
        "",
    ),
    "what must not exist": (
        "$this ex:p ?value . FILTER NOT EXISTS { ?value ex:q/ex:r ?end }",
        "ex:a a ex:Lab ; ex:p ex:b . ex:b ex:q ex:c . ex:c ex:r 1 .",
        "",
        "ex:c ex:r 1 .",
    ),
    "existence in an expression": (
        "$this ex:p ?value . BIND(EXISTS { ?value ex:q ?x } && true AS ?there) FILTER(?there)",
        "ex:a a ex:Lab ; ex:p ex:b .",
        "ex:b ex:q 1 .",
        "",
    ),
    "optional": (
        "$this ex:p ?value . OPTIONAL { ?value ex:q ?x . ?x ex:r ?y } FILTER(BOUND(?y))",
        "ex:a a ex:Lab ; ex:p ex:b . ex:b ex:q ex:c .",
        "ex:c ex:r 1 .",
        "",
    ),
    "union": (
        "$this ex:p ?value . { ?value ex:q ?x } UNION { ?value ex:r ?x }",
        "ex:a a ex:Lab ; ex:p ex:b .",
        "ex:b ex:r 1 .",
        "",
    ),
    "any predicate": (
        "$this ?path ?value . ?path rdfs:domain ?domain . FILTER NOT EXISTS { $this a ?domain }",
        "ex:a a ex:Lab ; ex:p 1 .",
        "ex:p rdfs:domain ex:Person .",
        "",
    ),
    "any predicate but some": (
        "$this !(rdf:type|ex:p) ?value",
        "ex:a a ex:Lab ; ex:p 1 .",
        "ex:a ex:q 1 .",
        "",
    ),
    "what is counted anywhere": (
        "$this ex:size ?value . { ?x ex:counted ?y } FILTER(?value < 2)",
        "ex:a a ex:Lab ; ex:size 1 .",
        "ex:x ex:counted 1 .",
        "",
    ),
    "what is counted in a query within": (
        (
            "{ SELECT $this (COUNT(?x) AS ?n) { $this ex:size ?size . ?x ex:counted [] } GROUP BY $this }"
            " $this ex:size ?value FILTER(?n > ?value)"
        ),
        "ex:a a ex:Lab ; ex:size 1 . ex:y ex:counted 1 .",
        "ex:x ex:counted 1 .",
        "",
    ),
    "what two branches bind": (
        "{ $this ex:p ?x } UNION { ?x ex:q ?y } ?x ex:r ?value",
        "ex:a a ex:Lab ; ex:s 1 . ex:c ex:q 1 .",
        "ex:c ex:r 1 .",
        "",
    ),
    "a variable out of sight in a group": (
        "$this ex:p ?x . { ?y ex:q ?z . FILTER NOT EXISTS { ?x ex:r ?w } }",
        "ex:a a ex:Lab ; ex:p ex:b . ex:c ex:q 1 . ex:b ex:r 1 .",
        "",
        "ex:b ex:r 1 .",
    ),
    "a constant between": (
        "$this ex:p ex:k . ex:k ex:q ?value",
        "ex:a a ex:Lab ; ex:p ex:k .",
        "ex:k ex:q 1 .",
        "",
    ),
}
# What is not followed is given to the engine whole.
WHOLE = {
    "triples that lead to a node": (
        "FILTER NOT EXISTS { ?x ?p $this }",
        "ex:a a ex:Lab . ex:b ex:p ex:a .",
        "",
        "ex:b ex:p ex:a .",
    ),
    "any triple but one that leads to a node": (
        "$this !(^ex:q) ?value",
        "ex:a a ex:Lab . ex:b ex:q ex:a .",
        "ex:b ex:z ex:a .",
        "",
    ),
    "any triple but one, and any but one that leads to a node": (
        "$this !(rdf:type|^ex:q) ?value",
        "ex:a a ex:Lab . ex:b ex:q ex:a .",
        "ex:b ex:z ex:a .",
        "",
    ),
    "any triple anywhere": (
        "$this ex:p ?n . ?x ?y ?value . FILTER(?value > ?n)",
        "ex:a a ex:Lab ; ex:p 500 .",
        "ex:b ex:q 700 .",
        "",
    ),
}
OTHERS = 100
PREFIXES = """ex:prefixes sh:declare [ sh:prefix "ex" ; sh:namespace "http://example.org/"^^xsd:anyURI ] ,
    [ sh:prefix "rdfs" ; sh:namespace "http://www.w3.org/2000/01/rdf-schema#"^^xsd:anyURI ] ,
    [ sh:prefix "rdf" ; sh:namespace "http://www.w3.org/1999/02/22-rdf-syntax-ns#"^^xsd:anyURI ] .
"""


def constraint(pattern):
    return (
        PREFIXES + 'ex:S sh:targetClass ex:Lab ; sh:sparql [ sh:prefixes ex:prefixes ; sh:select """'
        f'SELECT DISTINCT $this WHERE {{ {pattern} }}""" ] .'
    )


def unrelated():
    """Things of a class that no shape targets."""
    return turtle("".join(f"ex:other-{n} a ex:Other ; ex:name {n} .\n" for n in range(OTHERS)))


def changed(shapes, data, added, removed):
    """Change a store that conforms, and return what the gate finds in it, and what a full run does."""
    judge = gate(shapes)
    store = store_of([*turtle(data), *unrelated()])
    assert judge.check_all(store).conforms
    change = Change(added=tuple(turtle(added)), removed=tuple(turtle(removed)))
    store.apply(change)
    return judge.check(store, change), judge.check_all(store)


def focus_nodes(report):
    return [show(finding.focus) for finding in report.findings]


CASES = REACHED | {f"query: {name}": (constraint(q), *rest) for name, (q, *rest) in QUERIES.items()}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_a_change_reaches_the_focus_node_that_it_breaks(case):
    found, everything = changed(*case)
    assert focus_nodes(found) == ["<http://example.org/a>"]
    assert found.findings == everything.findings
    assert found.triples < OTHERS


@pytest.mark.parametrize("case", WHOLE.values(), ids=WHOLE)
def test_what_cannot_be_followed_is_validated_whole(case):
    pattern, *rest = case
    found, everything = changed(constraint(pattern), *rest)
    assert "<http://example.org/a>" in focus_nodes(found)
    assert found == everything


EVERY_CASE = CASES | {f"query: {name}": (constraint(q), *rest) for name, (q, *rest) in WHOLE.items()}


def random_change(store, model, chosen):
    """Add one to three triples made of the terms of a model's, and remove as many."""
    nodes = sorted({q.subject for q in model} | {q.object for q in model}, key=str)
    added = set()
    for _ in range(chosen.randint(1, 3)):
        like = chosen.choice(model)
        subject = chosen.choice([q.subject for q in model])
        obj = chosen.choice([like.object, chosen.choice(nodes)])
        added.add(Quad(subject, like.predicate, obj, GRAPH))
    stated = sorted(store.quads(graph=GRAPH), key=str)
    removed = set(chosen.sample(stated, min(len(stated), chosen.randint(0, 3)))) - added
    return Change(tuple(added - set(stated)), tuple(removed))


@pytest.mark.parametrize("case", EVERY_CASE.values(), ids=EVERY_CASE)
def test_random_changes_of_a_small_graph_give_what_a_full_run_newly_finds(case):
    shapes, *parts = case
    judge, store, model = gate(shapes), store_of(turtle(parts[0])), turtle(" ".join(parts))
    chosen, before, seen = random.Random(1), set(), 0  # noqa: S311 - the same changes in each run
    for _ in range(40):
        change = random_change(store, model, chosen)
        store.apply(change)
        after = set(judge.check_all(store).findings)
        found = set(judge.check(store, change).findings)
        assert after - before <= found <= after, change
        seen += len(after - before)
        before = after
    assert seen


def test_the_path_of_a_property_shape_is_put_into_its_query():
    shapes = """ex:S sh:targetClass ex:Lab ; sh:property [ sh:path ( ex:p [ sh:inversePath ex:q ] ) ;
        sh:sparql [ sh:select "SELECT $this ?value WHERE { $this $PATH ?value }" ] ] ."""
    found, everything = changed(shapes, "ex:a a ex:Lab ; ex:p ex:b .", "ex:c ex:q ex:b .", "")
    assert focus_nodes(found) == ["<http://example.org/a>"]
    assert found.findings == everything.findings


def test_a_literal_is_a_focus_node_as_the_store_writes_it():
    shapes = "ex:S sh:targetObjectsOf ex:p ; sh:maxInclusive 9 ."
    found, everything = changed(shapes, "ex:a ex:q 1 .", 'ex:a ex:p "012"^^xsd:int .', "")
    assert focus_nodes(found) == ["12"]
    assert found.findings == everything.findings


def test_a_change_that_no_shape_reads_is_not_validated():
    shapes = "ex:S sh:targetClass ex:Lab ; sh:property [ sh:path ex:p ; sh:minCount 1 ] ."
    found, _ = changed(shapes, "ex:a a ex:Lab ; ex:p 1 .", "ex:a ex:q 1 . ex:b ex:p 1 .", "")
    assert (found.findings, found.triples) == ((), 0)


def test_what_was_wrong_elsewhere_before_is_not_told():
    shapes = "ex:S sh:targetClass ex:Lab ; sh:property [ sh:path ex:p ; sh:minCount 1 ] ."
    added = tuple(turtle("ex:b a ex:Lab ; ex:p 1 ."))
    store = store_of([*turtle("ex:wrong a ex:Lab ."), *added])
    assert gate(shapes).check(store, Change(added=added)).conforms


def test_a_change_that_reaches_very_far_is_validated_whole():
    shapes = "ex:S sh:targetClass ex:Lab ; sh:property [ sh:path ex:p ; sh:class ex:Agent ] ."
    data = "".join(f"ex:lab-{n} a ex:Lab ; ex:p ex:u .\n" for n in range(8_000)) + "ex:u a ex:Agent ."
    store = store_of(turtle(data))
    change = Change(removed=tuple(turtle("ex:u a ex:Agent .")))
    store.apply(change)
    report = gate(shapes).check(store, change)
    assert (len(report.findings), report.triples) == (8_000, 16_000)


@pytest.mark.parametrize(
    "parameter",
    [
        "sh:target [ a sh:SPARQLTarget ; sh:select 'SELECT ?this { ?this a <http://example.org/Lab> }' ]",
        "sh:rule [ a sh:TripleRule ; sh:subject sh:this ; sh:predicate ex:p ; sh:object 1 ]",
    ],
)
def test_what_is_beyond_shacl_core_and_sparql_is_validated_whole(parameter):
    shapes = f"ex:S sh:targetClass ex:Lab ; sh:property [ sh:path ex:p ; sh:minCount 1 ] ; {parameter} ."
    found, everything = changed(shapes, "ex:a a ex:Lab ; ex:p 1 .", "", "ex:a ex:p 1 .")
    assert found == everything
