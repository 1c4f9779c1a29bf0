"""The place of each finding: the offending term, wherever Turtle lets it stand."""

import pyoxigraph
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hkkg import formats, loading, validation
from hkkg.turtle_scan import Scan

HEAD = (
    "@prefix ex: <https://example.org/> . @prefix xsd: <http://www.w3.org/2001/XMLSchema#> .\n"
    "@prefix sh: <http://www.w3.org/ns/shacl#> .\n"
)
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"


def document(text, name="data.ttl", form=formats.TURTLE):
    return loading.Document(name, text.encode(), form, "https://example.org/graph")


def placed(data, shape, engine="pyshifty"):
    """Validate, and return (line, column, underlined text) of each finding."""
    shapes = document(HEAD + f"ex:S a sh:NodeShape ; {shape} .", "shapes.ttl")
    report = validation.validate([document(HEAD + data)], [shapes], engine)
    return [
        (f.place.line - 2, f.place.column, f.excerpt[f.place.column - 1 :][: f.width])
        for f in report.findings
    ]


def test_a_wrong_value_is_underlined_whole():
    data = 'ex:a a ex:C ;\n    ex:p "ok" , 5 ,\n        "後x"@zh-Hant .\n'
    shape = "sh:targetClass ex:C ; sh:property [ sh:path ex:p ; sh:datatype xsd:string ]"
    assert sorted(placed(data, shape)) == [(2, 17, "5"), (3, 9, '"後x"@zh-Hant')]


def test_a_multi_line_literal_is_found_where_it_starts():
    data = 'ex:a a ex:C ;\n    ex:q """one\ntwo""" ;\n    ex:p """three\n# no comment\nex:p 5 .""" .\n'
    shape = "sh:targetClass ex:C ; sh:property [ sh:path ex:p ; sh:maxLength 3 ]"
    assert placed(data, shape) == [(4, 10, '"""three')]


def test_a_nested_blank_node_is_found_at_its_bracket():
    data = "ex:a a ex:C ;\n    ex:p [\n        a ex:D ;\n        ex:q [ a ex:D ; ex:r 1 ]\n    ] .\n"
    shape = "sh:targetClass ex:D ; sh:property [ sh:path ex:r ; sh:minCount 1 ]"
    assert placed(data, shape) == [(2, 10, "[")]


def test_a_value_inside_a_nested_blank_node_is_found():
    data = "ex:a a ex:C ;\n    ex:p [ a ex:D ; ex:q [ a ex:D ; ex:r 1 ] ] .\n"
    shape = "sh:targetClass ex:D ; sh:property [ sh:path ex:r ; sh:maxInclusive 0 ]"
    assert placed(data, shape) == [(2, 42, "1")]


def test_a_member_of_a_list_is_found():
    data = "ex:a a ex:C ;\n    ex:p (\n        1\n        2 ( 3 )\n        40 ) .\n"
    shape = (
        f"sh:targetClass ex:C ; sh:property [ sh:maxInclusive 9 ; "
        f"sh:path ( ex:p [ sh:zeroOrMorePath <{RDF}rest> ] <{RDF}first> ) ; sh:nodeKind sh:Literal ]"
    )
    assert (5, 9, "40") in placed(data, shape)


def test_several_subjects_on_one_line_are_told_apart():
    data = "ex:a a ex:C . ex:b a ex:C ; ex:n 1 . ex:c a ex:C .\n"
    shape = "sh:targetClass ex:C ; sh:property [ sh:path ex:n ; sh:minCount 1 ]"
    assert placed(data, shape) == [(1, 1, "ex:a"), (1, 38, "ex:c")]


def test_one_value_too_many_is_the_last():
    data = "ex:a a ex:C ;\n    ex:n 1 ;\n    ex:n 2 .\n"
    shape = "sh:targetClass ex:C ; sh:property [ sh:path ex:n ; sh:maxCount 1 ]"
    assert placed(data, shape) == [(3, 10, "2")]


def test_a_repeated_language_is_the_second_text():
    data = 'ex:a a ex:C ;\n    ex:n "x"@en , "y"@fr ,\n        "z"@en .\n'
    shape = "sh:targetClass ex:C ; sh:property [ sh:path ex:n ; sh:uniqueLang true ]"
    assert placed(data, shape) == [(3, 9, '"z"@en')]


def test_the_value_of_an_inverse_path_is_found_in_its_own_block():
    data = "ex:a a ex:C .\nex:b ex:p 1 .\nex:b ex:q ex:a .\n"
    shape = "sh:targetClass ex:C ; sh:property [ sh:path [ sh:inversePath ex:q ] ; sh:class ex:D ]"
    assert placed(data, shape) == [(3, 11, "ex:a")]


def test_a_focus_node_that_is_only_an_object_is_found():
    data = "ex:b\n    ex:p 1 .\n"
    shape = "sh:targetObjectsOf ex:p ; sh:nodeKind sh:IRI"
    assert placed(data, shape) == [(2, 10, "1")]


def test_both_engines_name_the_same_places():
    data = "ex:a a ex:C ;\n    ex:p [ a ex:D ; ex:r 1 ] , [ a ex:D ; ex:r -1 ] .\n[] a ex:D .\n"
    shape = "sh:targetClass ex:D ; sh:property [ sh:path ex:r ; sh:minCount 1 ; sh:minInclusive 0 ]"
    places = sorted(placed(data, shape))
    assert places == sorted(placed(data, shape, "pyshacl"))
    assert places == [(2, 48, "-1"), (3, 1, "[")]


TERMS = st.sampled_from(
    [
        *("ex:a", "<https://example.org/b>", "_:b", "1", "-1.5", "2e3", "true", "[]", "()"),
        *('"x"', '"x"@en', '"""y\nz"""', '"x"^^ex:t', "'q'", '"後 # \\" ."'),
    ]
)
OBJECTS = st.recursive(
    TERMS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3).map(lambda items: f"( {' '.join(items)} )"),
        st.lists(inner, min_size=1, max_size=3).map(
            lambda items: "[ " + " ; ".join(f"ex:p{i} {item}" for i, item in enumerate(items)) + " ]"
        ),
    ),
    max_leaves=6,
)
SUBJECTS = st.sampled_from(["ex:s", "_:c", "[]", "[ ex:i 1 ]", "( 1 [ ex:i ex:j ] )", '( "a" "b" )'])
BLOCKS = st.builds(
    lambda subject, objects: f"{subject} ex:p {' , '.join(objects)} ; a ex:C ;\n .\n",
    SUBJECTS,
    st.lists(OBJECTS, min_size=1, max_size=3),
)


@given(st.lists(BLOCKS, min_size=1, max_size=4))
@settings(max_examples=150, deadline=None)
def test_the_scan_reads_the_triples_of_the_parser_in_its_order(blocks):
    text = HEAD + "".join(blocks)
    quads = list(pyoxigraph.parse(text, pyoxigraph.RdfFormat.TURTLE))
    scan = Scan(text)
    assert len(scan.subjects) == len(quads)
    for quad, predicate, obj in zip(quads, scan.predicates, scan.objects, strict=True):
        assert (predicate < 0) == quad.predicate.value.startswith((RDF + "first", RDF + "rest"))
        assert predicate < 0 or scan.name(predicate) == quad.predicate.value
        if isinstance(quad.object, pyoxigraph.Literal):
            assert scan.name(obj) == quad.object.value


@pytest.mark.parametrize(
    ("form", "text", "line"),
    [
        (formats.TRIG, "ex:g {\n  ex:a a ex:C .\n  ex:b a ex:C ; ex:n 1\n}\n", 4),
        (formats.TRIG, "GRAPH ex:g {\n ex:b ex:n 1 }\n{ ex:a a ex:C }\n", 5),
    ],
)
def test_trig_has_places_too(form, text, line):
    shapes = document(
        HEAD + "ex:S sh:targetClass ex:C ; sh:property [ sh:path ex:n ; sh:minCount 1 ] .", "s.ttl"
    )
    report = validation.validate([document(HEAD + text, "data.trig", form)], [shapes])
    assert [f.place.line for f in report.findings] == [line]


def test_nquads_have_places_too():
    text = "<g:b> <g:n> 'x'@en <g:g> .\n<g:a> <g:p> <g:c> <g:g> .\n".replace("'", '"')
    shapes = document(
        "<g:S> <http://www.w3.org/ns/shacl#targetSubjectsOf> <g:p> ;"
        "<http://www.w3.org/ns/shacl#nodeKind> <http://www.w3.org/ns/shacl#Literal> .",
        "s.ttl",
    )
    report = validation.validate([document(text, "data.nq", formats.NQUADS)], [shapes])
    assert [(f.place.line, f.place.column) for f in report.findings] == [(2, 1)]
