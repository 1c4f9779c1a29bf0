"""Triples in memory, indexed the two ways that validation looks them up."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from hkkg import vocab
from hkkg.store import NamedNode

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from hkkg.store import Quad, Term

_LONGEST_LIST = 10_000


class Triples:
    """The triples of some documents, in order, whatever graphs they are in."""

    def __init__(self, quads: Iterable[Quad]) -> None:
        """Index the triples by subject and by predicate."""
        self._by_subject: dict[Term, list[tuple[str, Term]]] = defaultdict(list)
        self._by_predicate: dict[str, list[tuple[Term, Term]]] = defaultdict(list)
        for quad in quads:
            self._by_subject[quad.subject].append((quad.predicate.value, quad.object))
            self._by_predicate[quad.predicate.value].append((quad.subject, quad.object))

    def subjects(self) -> Iterable[Term]:
        """Every subject, once."""
        return self._by_subject.keys()

    def predicates(self) -> Iterable[str]:
        """Every predicate's IRI, once."""
        return self._by_predicate.keys()

    def about(self, subject: Term) -> list[tuple[str, Term]]:
        """The predicates and objects of a subject."""
        return self._by_subject.get(subject, [])

    def pairs(self, predicate: str) -> list[tuple[Term, Term]]:
        """The subjects and objects of a predicate."""
        return self._by_predicate.get(predicate, [])

    def values(self, subject: Term, predicate: str) -> list[Term]:
        """The objects of a subject and predicate."""
        return [obj for name, obj in self.about(subject) if name == predicate]

    def value(self, subject: Term, predicate: str) -> Term | None:
        """The first object of a subject and predicate."""
        return next(iter(self.values(subject, predicate)), None)

    def members(self, head: Term) -> list[Term]:
        """The members of an RDF list; a list without end is cut."""
        members: list[Term] = []
        while head != NamedNode(vocab.RDF + "nil") and len(members) < _LONGEST_LIST:
            first, rest = self.value(head, vocab.RDF + "first"), self.value(head, vocab.RDF + "rest")
            if first is None or rest is None:
                break
            members.append(first)
            head = rest
        return members

    def instances(self) -> Iterator[tuple[Term, str]]:
        """Yield each thing and each class that it is said to be of."""
        for subject, kind in self.pairs(vocab.RDF + "type"):
            if isinstance(kind, NamedNode):
                yield subject, kind.value
