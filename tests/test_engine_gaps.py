"""What pyshifty gets wrong goes to pySHACL, shape by shape; a case fails once its gap is mended."""

import pytest

from hkkg import formats, validation
from hkkg.checks import Triples
from hkkg.errors import HkkgError, ShapesProblemError
from hkkg.loading import Document
from hkkg.store import parse
from hkkg.validation import gaps

PREFIXES = """
@prefix ex: <https://example.org/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""
DATA = 'ex:a a ex:P ; ex:n 5 ; ex:m 4 ; ex:d 5.0 ; ex:s "x1" , "y" . ex:b a ex:P .'
SPARQL = "ex:S sh:targetClass ex:P ; sh:sparql [ sh:select '''SELECT $this {{ {} }}''' ] ."
N, M, D, S = (f"<https://example.org/{name}>" for name in "nmds")
FUNCTION = f"""ex:S sh:targetClass ex:P ; sh:sparql [
    sh:select "SELECT $this {{ FILTER(<https://example.org/has>($this)) }}" ] .
ex:has a sh:SPARQLFunction ; sh:parameter [ sh:path ex:op1 ] ; sh:returnType xsd:boolean ;
    sh:ask "ASK {{ $op1 {N} ?x }}" ."""
TARGET_TYPE = """ex:S sh:target [ a ex:Of ; ex:of ex:P ] ; sh:nodeKind sh:Literal .
ex:Of a sh:SPARQLTargetType ; rdfs:subClassOf sh:Target ; sh:parameter [ sh:path ex:of ] ;
    sh:select "SELECT ?this { ?this a $of }" ."""
# The shapes, and the focus nodes that SHACL prescribes.
CASES = {
    "comparison": [
        (SPARQL.format(f"$this {N} ?a ; {M} ?b FILTER(?a != ?b)"), {"a"}),
        (SPARQL.format(f"$this {N} ?a ; {D} ?b FILTER(?a = ?b)"), {"a"}),
        (SPARQL.format(f"$this {N} ?a FILTER(?a = 5.0)"), {"a"}),
        (SPARQL.format(f'$this {N} ?a FILTER("x" != ?a)'), {"a"}),
        (SPARQL.format(f"$this {N} ?a FILTER(?a = '5'^^<http://www.w3.org/2001/XMLSchema#byte>)"), {"a"}),
    ],
    "pattern": [
        ('ex:S sh:targetNode ex:a ; sh:property [ sh:path ex:s ; sh:pattern "^(?!z)" ] .', set()),
        ('ex:S sh:targetNode ex:a ; sh:property [ sh:path ex:t ; sh:pattern "^(.)\\\\1$" ] .', set()),
    ],
    "function": [(FUNCTION, {"a"})],
    "target-type": [(TARGET_TYPE, {"a", "b"})],
    "deactivated-query": [
        (SPARQL.format("").replace("[ sh:select", "[ sh:deactivated true ; sh:select"), set()),
    ],
}
FLAT = [(name, *case) for name, cases in CASES.items() for case in cases]


def document(text, source="data.ttl"):
    return Document(source, (PREFIXES + text).encode(), formats.TURTLE, "https://example.org/graph")


def check(shapes, engine="auto", data=DATA):
    return validation.validate([document(data)], [document(shapes, "shapes.ttl")], engine)


def focuses(report):
    return {finding.focus.value.rpartition("/")[2] for finding in report.findings}


def test_every_gap_has_a_case():
    assert list(CASES) == [gap.name for gap in gaps.GAPS]


@pytest.mark.parametrize(("name", "shapes", "prescribed"), FLAT)
def test_auto_is_right_where_pyshifty_is_wrong(name, shapes, prescribed):
    data = DATA + ' ex:a ex:t "zz" .'
    report = check(shapes, data=data)
    assert (focuses(report), report.engine) == (prescribed, "pyshacl")
    try:
        mistaken = focuses(check(shapes, "pyshifty", data))
    except HkkgError:
        return
    assert mistaken != prescribed, f"pyshifty is mended: take {name} out of the table"


@pytest.mark.parametrize(
    ("comparison", "mistaken"),
    [
        ("?a != ?b", True),
        ("?a = ?b", True),
        ("(?a) = (?b)", True),
        ("?a = 5.0", True),
        ("5 = ?a", True),
        ("?a = true", True),
        ("?a != 'x'", True),
        ("?a != <x:y>", True),
        ("'5'^^<http://www.w3.org/2001/XMLSchema#byte> = ?a", True),
        ("?a = 'x'@en", True),
        ("?a < ?b || ?a > ?b", False),
        ("?a <= ?b", False),
        ("?a = <x:y>", False),
        ("?a = 'x'", False),
        ('LANG(?a) = "en"', False),
        ("STRLEN(?a) = 3", False),
        ("STR(?a) != STR(?b)", False),
        ("3 = STRLEN(?a)", False),
        ("?a IN (5, 6)", False),
    ],
)
def test_the_comparisons_that_pyshifty_mistakes_are_known(comparison, mistaken):
    assert gaps.compares_plainly(f"SELECT $this {{ FILTER({comparison}) }}") is mistaken


@pytest.mark.parametrize(
    "comparison",
    [
        "?n = ?k ",
        " ?s = 'x' ",
        " ?i = ex:x ",
        " ?s IN ('x') ",
        " ?n NOT IN (4) ",
        " STRLEN(?s) = 1 ",
        " STRLEN(?s) != 2\n    ",
        " LANG(?s) = '' ",
        " STR(?s) = STR(?s) ",
        " ?n < ?d + 1 ",
        " ?n + 0 = ?d + 0 ",
        " ?n <= ?d ",
        " COALESCE(?n, 1) = 5.0\n    ",
        " YEAR(?t) = 2020 ",
        " DATATYPE(?n) != xsd:string ",
        " ABS(?n) = 5.0 ",
        " ?t < ?u",
    ],
)
def test_the_other_comparisons_are_right_in_both_engines(comparison):
    """When this fails, pyshifty mistakes more than is known."""
    data = """ex:a ex:n 5 ; ex:k 5 ; ex:d 5.0 ; ex:s "x" ; ex:i ex:x ; ex:t "2020-01-01"^^xsd:date ;
        ex:u "2021-01-01"^^xsd:date ."""
    pattern = " ".join(f"$this ex:{name} ?{name} ." for name in "nkdsitu")
    shapes = f"""ex:o sh:declare [ sh:prefix "ex" ; sh:namespace "https://example.org/"^^xsd:anyURI ] ,
        [ sh:prefix "xsd" ; sh:namespace "http://www.w3.org/2001/XMLSchema#"^^xsd:anyURI ] .
        ex:S sh:targetNode ex:a ; sh:sparql [ sh:prefixes ex:o ;
            sh:select '''SELECT $this {{ {pattern} FILTER({comparison}) }}''' ] ."""
    assert [focuses(check(shapes, engine, data)) for engine in ("pyshifty", "pyshacl")] == [{"a"}, {"a"}]


@pytest.mark.parametrize(
    ("condition", "holds"),
    [
        ("?n IN (5.0)", True),
        ("?n IN (<x:y>, 4, 5.0)", True),
        ("?n NOT IN (5.0)", False),
        ("?n NOT IN (4.0)", True),
        ("?n IN ()", False),
        ("?n NOT IN ()", True),
        ("?n NOT IN (4, ?unbound)", False),
        ("?n IN (5, ?unbound)", True),
        ("?t < ?n || ?t >= ?n", False),
        ("?n < 'x' || !(?n < 'x')", False),
        ("?t > '2019-12-31'^^<http://www.w3.org/2001/XMLSchema#date>", True),
        ("true > false", True),
        ("?i = <https://example.org/i>", True),
        ("?i != ?n", True),
        ("?i < ?n || ?i >= ?n", False),
    ],
)
@pytest.mark.parametrize("engine", ["auto", "pyshacl"])
def test_values_are_compared_as_sparql_does(engine, condition, holds):
    """Each query needs the reference besides, which stands on rdflib's one order of all literals."""
    data = 'ex:a ex:n 5 ; ex:t "2020-01-01"^^xsd:date ; ex:i ex:i .'
    t, i = (f"<https://example.org/{name}>" for name in "ti")
    query = f"SELECT $this {{ $this {N} ?n ; {t} ?t ; {i} ?i FILTER(?n = 5.0) FILTER({condition}) }}"
    report = check(f'ex:S sh:targetNode ex:a ; sh:sparql [ sh:select """{query}""" ] .', engine, data)
    assert report.engine == "pyshacl"
    assert focuses(report) == ({"a"} if holds else set())


VALUES = [
    "5", "5.0", "5.0e0", '"5"^^xsd:byte', '"NaN"^^xsd:double', '"x"', '"x"@en', '"x"^^xsd:token', "true",
    '"2020-01-01"^^xsd:date', '"2020-01-01Z"^^xsd:date', '"2020-01-01T00:00:00"^^xsd:dateTime',
    '"2020-01-01T00:00:00Z"^^xsd:dateTime', '"2020"^^xsd:gYear', '"10:00:00"^^xsd:time',
    '"P1D"^^xsd:dayTimeDuration', '"P1Y"^^xsd:yearMonthDuration', '"abc"^^xsd:integer', '"x"^^ex:type',
    "ex:i",
]  # fmt: skip


@pytest.mark.parametrize("bound", [value for value in VALUES if value not in {"true", "ex:i"}])
@pytest.mark.parametrize("parameter", ["minInclusive", "minExclusive", "maxInclusive", "maxExclusive"])
def test_a_bound_is_met_by_the_same_values_in_both_engines(parameter, bound):
    """Of truth values pyshifty knows no order; the table of the specification has one (SPARQL 1.1, 17.3)."""
    data = "\n".join(f"ex:n{number} ex:p {value} ." for number, value in enumerate(VALUES))
    shapes = f"ex:S sh:targetSubjectsOf ex:p ; sh:property [ sh:path ex:p ; sh:{parameter} {bound} ] ."
    fast, reference = (focuses(check(shapes, engine, data)) for engine in ("pyshifty", "pyshacl"))
    assert reference == fast
    assert len(reference) > len(VALUES) // 2


def test_a_bound_that_cannot_be_compared_is_not_met_beside_a_gap():
    shapes = """ex:S sh:targetNode ex:a ; sh:property [ sh:path ex:d ; sh:maxExclusive 9 ] ,
        [ sh:path ex:s ; sh:pattern "^(?!z)" ] ."""
    report = check(shapes, data='ex:a ex:d true ; ex:s "x" .')
    assert report.engine == "pyshacl"
    assert [f.component.rpartition("#")[2] for f in report.findings] == ["MaxExclusiveConstraintComponent"]


# What each engine gets wrong, in one shape.
BEYOND = {
    "pair": 'sh:path ex:s ; sh:lessThan ex:m ; sh:pattern "^(?!z)"',
    "inverse": 'sh:path ( ex:s [ sh:inversePath ( ex:m ex:n ) ] ) ; sh:pattern "^(?!z)"',
}


def test_every_fault_has_a_case():
    assert list(BEYOND) == [fault.name for fault in gaps.FAULTS]


@pytest.mark.parametrize("name", BEYOND)
def test_what_no_engine_is_right_about_is_not_judged(name):
    with pytest.raises(ShapesProblemError, match=rf"about pattern, nor pySHACL about {name}") as caught:
        check(f"\nex:S sh:targetNode ex:a ; sh:property [ {BEYOND[name]} ] .")
    assert str(caught.value.place) == "shapes.ttl:7:1"
    apart = BEYOND[name].rpartition(";")[0]
    assert check(f"ex:S sh:targetNode ex:a ; sh:property [ {apart} ] .").engine == "pyshifty"


def test_pyshacl_still_gives_iris_an_order():
    """When this fails, the fault is mended: take it out of the table."""
    shapes = "ex:S sh:targetNode ex:a ; sh:property [ sh:path ex:p ; sh:lessThan ex:q ] ."
    found = [focuses(check(shapes, engine, "ex:a ex:p ex:a ; ex:q ex:b .")) for engine in ("auto", "pyshacl")]
    assert found == [{"a"}, set()]


def test_only_the_shape_that_needs_it_goes_to_the_reference():
    fast = "ex:T sh:targetClass ex:P ; sh:property [ sh:path ex:n ; sh:minCount 1 ; sh:maxLength 0 ] ."
    report = check(fast + CASES["comparison"][0][0])
    assert report.engine == "pyshifty and pyshacl"
    assert sorted((f.focus.value[-1], f.component.rpartition("#")[2]) for f in report.findings) == [
        ("a", "MaxLengthConstraintComponent"),
        ("a", "SPARQLConstraintComponent"),
        ("b", "MinCountConstraintComponent"),
    ]


def test_a_shape_that_leads_to_a_gap_goes_to_the_reference_too():
    shapes = """ex:S sh:targetNode ex:a ; sh:and ( ex:T ) . ex:T sh:property ex:U .
        ex:U sh:path ex:s ; sh:pattern "(?=x)" ."""
    report = check(shapes)
    assert report.engine == "pyshacl"
    assert [f.component.rpartition("#")[2] for f in report.findings] == ["AndConstraintComponent"]


def test_a_class_that_is_a_shape_is_no_target_of_the_other_engine():
    shapes = """ex:P a sh:NodeShape , rdfs:Class ; sh:property [ sh:path ex:s ; sh:pattern "^(?!x)" ] .
        ex:T sh:targetNode ex:a ; sh:property [ sh:path ex:n ; sh:maxCount 0 ] ."""
    report = check(shapes)
    assert [f.component.rpartition("#")[2] for f in report.findings] == [
        "MaxCountConstraintComponent",
        "PatternConstraintComponent",
    ]


def test_the_packaged_shapes_need_nothing_that_pyshifty_lacks():
    task = validation.packaged()
    assert gaps.holders(Triples(*(quads for _, quads in task.shapes))) == set()


def test_a_gap_is_no_gap_elsewhere():
    quads = parse(
        (PREFIXES + 'ex:S sh:pattern "^[A-Z]{2}(a|b)\\\\d[^x]$" .').encode(), formats.TURTLE, source="s"
    )
    assert gaps.holders(Triples(quads)) == set()
