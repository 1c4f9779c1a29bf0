"""Quads held as text are the same as quads held as objects."""

import pytest

from hkkg import formats
from hkkg.checks import triples
from hkkg.checks.triples import Triples
from hkkg.errors import SyntaxProblemError
from hkkg.store import BlankNode, CompactQuads, NamedNode, compact, isomorphic, parse, parse_compact

TURTLE = """
@prefix ex: <https://example.org/> .
ex:香港 ex:name "a\\nb\\r c\\u2028"@zh-Hant , "01"^^ex:odd , 'say "hi" \\\\ .' ;
    ex:knows [ ex:name "c" ] , ex:b .
ex:b ex:knows ex:香港 ; ex:list ( 1 2.50 ) ; a ex:Thing .
<https://example.org/a%20b> a ex:Thing .
_:named ex:knows _:named .
""".encode()
TRIG = b"<https://example.org/g> { <https://example.org/s> <https://example.org/p> 1 }"


@pytest.fixture
def held():
    return parse_compact(TURTLE, formats.TURTLE, source="here")


def test_nothing_is_lost_but_the_names_of_graphs(held):
    assert isomorphic(held, parse(TURTLE, formats.TURTLE, source="here"))
    in_a_graph = parse_compact(TRIG, formats.TRIG, source="here")
    assert [str(quad.triple) for quad in in_a_graph] == [
        str(quad.triple) for quad in parse(TRIG, formats.TRIG, source="here")
    ]


def test_it_is_a_sequence_in_the_order_of_the_document(held):
    quads = list(held)
    assert len(held) == len(quads)
    assert [held[number] for number in range(len(held))] == quads == list(held)
    assert (held[-1], held[1:3], held[5:1:-2]) == (quads[-1], quads[1:3], quads[5:1:-2])
    with pytest.raises(IndexError):
        held[len(quads)]


def test_it_is_found_by_subject_and_by_predicate(held):
    quads = list(held)
    assert set(held.subjects()) == {quad.subject for quad in quads}
    assert set(held.predicates()) == {quad.predicate.value for quad in quads}
    for quad in quads:
        assert held.with_subject(quad.subject) == [q for q in quads if q.subject == quad.subject]
        assert held.with_predicate(quad.predicate.value) == [
            q for q in quads if q.predicate == quad.predicate
        ]
    assert held.with_subject(NamedNode("https://example.org/nobody")) == []
    assert held.with_predicate("https://example.org/nothing") == []


def test_blank_nodes_of_two_documents_stay_apart():
    first, second = (
        {q.subject for q in parse_compact(TURTLE, formats.TURTLE, source="here")} for _ in range(2)
    )
    assert not any(isinstance(node, BlankNode) for node in first & second)


def test_a_broken_document_says_where():
    with pytest.raises(SyntaxProblemError) as caught:
        parse_compact(TURTLE + b"\n<a> <b", formats.TURTLE, source="here")
    assert str(caught.value.place).startswith("here:")


def test_an_empty_document_has_nothing():
    assert list(parse_compact(b"# nothing", formats.TURTLE, source="here")) == []
    assert len(CompactQuads(b"")) == 0
    assert len(compact([])) == 0


def test_big_parts_answer_as_small_ones_do(held, monkeypatch):
    small = Triples(list(held))
    monkeypatch.setattr(triples, "_LARGEST_IN_OBJECTS", 0)
    big = Triples(held)
    assert list(big.subjects()) == list(small.subjects())
    assert list(big.predicates()) == list(small.predicates())
    for subject in small.subjects():
        assert big.about(subject) == small.about(subject)
    for predicate in small.predicates():
        assert big.pairs(predicate) == small.pairs(predicate)
    assert list(big.instances()) == list(small.instances())
    assert (
        Triples(held, held).pairs("https://example.org/list") == small.pairs("https://example.org/list") * 2
    )


def test_a_big_part_and_a_small_one_answer_together(held, monkeypatch):
    monkeypatch.setattr(triples, "_LARGEST_IN_OBJECTS", 0)
    both = Triples(list(held), held)
    subject = NamedNode("https://example.org/b")
    assert both.about(subject) == Triples(list(held)).about(subject) * 2
    assert len(both.pairs("https://example.org/knows")) == 8
