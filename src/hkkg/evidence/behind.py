"""The passages behind an answer: where the source states what its rows say."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeGuard

from hkkg import vocab
from hkkg.passages import Passage
from hkkg.store import DefaultGraph, Literal, NamedNode, Quad

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from hkkg.store import EmbeddedStore, Term

    Telling = NamedNode | Literal

_UNION: Final = DefaultGraph()
_TYPE: Final = NamedNode(vocab.RDF + "type")
_RECORDS: Final = (NamedNode(vocab.HKKG + "Record"), NamedNode(vocab.HKKG + "EditorialNote"))
_STATED_IN: Final = NamedNode(vocab.HKKG + "statedIn")
_BOOLEAN: Final = NamedNode(vocab.XSD + "boolean")
_RELATES: Final = 2
_MOST_ROWS: Final = 200
MOST_PASSAGES: Final = 50


@dataclass(frozen=True, slots=True)
class PassageBehind(Passage):
    """A passage, and what of an answer it states.

    Attributes:
        states: the IRIs of the records and things that it states, sorted.
    """

    states: tuple[str, ...] = ()


def passages_behind(
    store: EmbeddedStore,
    rows: Iterable[Sequence[Term | None]],
    given: Iterable[NamedNode] = (),
    most: int | None = MOST_PASSAGES,
) -> tuple[PassageBehind, ...]:
    """Find the passages that state what the rows of an answer say.

    They are those of each record that relates two things of a row, or of a row and what was given; those of a
    record or passage that is itself in a row; where a row has neither, those of each record that relates a
    thing and a value; failing that, those of the things in the row; and where it has no things, those of what
    was given.

    Args:
        store: the graph.
        rows: of the answer; of very many, the first 200.
        given: things that the question was asked about, which the rows do not repeat.
        most: passages to return; None for all.

    Returns:
        The first of them in the order of the source.
    """
    finder = _Finder(store, frozenset(given))
    stating: dict[NamedNode, set[str]] = {}
    for row, _ in zip(rows, range(_MOST_ROWS), strict=False):
        for passage, stated in finder.behind(row):
            stating.setdefault(passage, set()).add(stated)
    described = [
        PassageBehind.read(store, passage, states=tuple(sorted(states - {passage.value})))
        for passage, states in stating.items()
    ]
    return tuple(sorted(described, key=lambda p: (p.start or 0, p.end or 0, p.iri))[:most])


class _Finder:
    def __init__(self, store: EmbeddedStore, given: frozenset[NamedNode]) -> None:
        self._store = store
        self._given = given
        self._stated: dict[NamedNode, tuple[NamedNode, ...]] = {}
        self._speaking: dict[Telling, frozenset[NamedNode]] = {}

    def behind(self, row: Sequence[Term | None]) -> Iterator[tuple[NamedNode, str]]:
        """Yield passages with what they state of a row."""
        terms = {term for term in row if _tells(term)}
        things = {term for term in terms if isinstance(term, NamedNode)}
        for passage in (t for t in things if t.value.startswith(vocab.PASSAGE)):
            yield passage, passage.value
        records = set(filter(self._is_record, things))
        stated = (records | self._relating(things)) or self._relating(terms) or things or self._given
        for each in sorted(stated, key=str):
            for passage in self._passages(each):
                yield passage, each.value

    def _relating(self, terms: Iterable[Telling]) -> set[NamedNode]:
        """Return what speaks of two of some terms, or of one of them and of what was given."""
        new = Counter(speaker for term in terms for speaker in self._speakers(term))
        old = {speaker for thing in self._given.difference(terms) for speaker in self._speakers(thing)}
        return {speaker for speaker, number in new.items() if number >= _RELATES or speaker in old}

    def _is_record(self, thing: NamedNode) -> bool:
        return any(Quad(thing, _TYPE, kind, _UNION) in self._store for kind in _RECORDS)

    def _speakers(self, term: Telling) -> frozenset[NamedNode]:
        """Return what is stated in passages and speaks of a thing, or has a value."""
        if term not in self._speaking:
            found = {q.subject for q in self._store.quads(None, None, term, _UNION)}
            speaking = (s for s in found if isinstance(s, NamedNode) and self._passages(s))
            self._speaking[term] = frozenset(speaking)
        return self._speaking[term]

    def _passages(self, thing: NamedNode) -> tuple[NamedNode, ...]:
        if thing not in self._stated:
            objects = (q.object for q in self._store.quads(thing, _STATED_IN, None, _UNION))
            self._stated[thing] = tuple(o for o in objects if isinstance(o, NamedNode))
        return self._stated[thing]


def _tells(term: Term | None) -> TypeGuard[Telling]:
    """Whether a term says of which record a row is: a yes or no is of too many, a name of none."""
    if isinstance(term, Literal):
        return not term.language and term.datatype != _BOOLEAN
    return isinstance(term, NamedNode)
