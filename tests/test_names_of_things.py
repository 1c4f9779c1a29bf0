"""Things given by name: the same, whether the labels of the graph are kept or it is asked for them."""

import pytest

from hkkg import han, questions, vocab
from hkkg.errors import ParameterError
from hkkg.search import NAMING, WholeNames, is_small
from hkkg.store import Change, EmbeddedStore, Literal, NamedNode, Quad

PREFERRED = NamedNode(vocab.SKOS + "prefLabel")
LABEL = NamedNode(vocab.RDFS + "label")
EVERY = 23


@pytest.fixture(scope="module")
def kept(packaged):
    return WholeNames(packaged)


def found(text, store, called=None):
    """Return what is found, or the error in its place."""
    try:
        return questions.find(text, lambda query: store.query(query).table(), "the thing", called)
    except ParameterError as error:
        return error.message, error.hint


@pytest.mark.parametrize(
    "text",
    [
        "港大",
        "hku",
        "香港",
        "營運",
        "营运",
        "hk:university-of-hong-kong",
        "Univeristy of Hong Kong",
        "no one",
    ],
)
def test_a_name_finds_the_same_either_way(packaged, kept, text):
    assert found(text, packaged, kept.called) == found(text, packaged)


def test_every_few_labels_find_the_same_either_way(packaged, kept):
    quads = [quad for naming in NAMING for quad in packaged.quads(None, naming)]
    texts = sorted({quad.object.value for quad in quads})[::EVERY]
    written = {form for text in texts for form in (text, text.upper(), han.simplified(text))}
    assert len(written) > 100
    assert [t for t in sorted(written) if found(t, packaged, kept.called) != found(t, packaged)] == []


def test_two_things_of_one_name_are_both_offered(packaged, kept):
    message, hint = found("香港", packaged, kept.called)
    assert "names 2 things" in message
    assert "hk:hong-kong" in hint
    assert "concept:scope-hong-kong" in hint


def test_what_is_called_exactly_so_comes_first():
    store = EmbeddedStore()
    quads = [Quad(NamedNode(f"x:{n}"), PREFERRED, Literal(n)) for n in ("Able", "ABLE")]
    store.apply(Change(added=tuple(quads)))
    kept = WholeNames(store)
    for text, expected in (("Able", "x:Able"), ("ABLE", "x:ABLE")):
        assert found(text, store, kept.called) == found(text, store) == NamedNode(expected)
    assert "2 things" in found("able", store, kept.called)[0]


def test_names_follow_a_change():
    store = EmbeddedStore()
    kept = WholeNames(store)
    old, new = (Quad(NamedNode("x:a"), LABEL, Literal(text)) for text in ("書院", "學院"))
    for added, removed, named in (((old,), (), ["書院"]), ((new,), (old,), ["學院"]), ((), (new,), [])):
        change = Change(added=added, removed=removed)
        store.apply(change)
        kept.follow(change)
        assert [label for text in ("书院", "学院") for _, label in kept.called(text)] == named


def test_too_many_names_are_not_kept():
    store = EmbeddedStore()
    store.apply(Change(added=tuple(Quad(NamedNode(f"x:{n}"), LABEL, Literal(f"{n}")) for n in range(10_001))))
    assert is_small(store)
    assert not is_small(store, NAMING)
