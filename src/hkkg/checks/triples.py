"""Triples in memory, indexed the two ways that validation looks them up."""

from __future__ import annotations

import re
from collections import defaultdict
from itertools import chain
from typing import TYPE_CHECKING

from hkkg import vocab
from hkkg.store import CompactQuads, Literal, NamedNode

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from hkkg.store import Quad, Term

_TYPED = re.compile(rb'"((?:[^"\\\n]|\\.)*)"\^\^<([^>\n]*)> \.$', re.MULTILINE)
_LONGEST_LIST = 10_000
_LARGEST_IN_OBJECTS = 30_000


class Triples:
    """The triples of some documents, in order, whatever graphs they are in."""

    def __init__(self, *parts: Iterable[Quad]) -> None:
        """Index the triples by subject and by predicate.

        Args:
            parts: the documents' quads; a big one that is compact stays so.
        """
        self._by_subject: dict[Term, list[tuple[str, Term]]] = defaultdict(list)
        self._by_predicate: dict[str, list[tuple[Term, Term]]] = defaultdict(list)
        self._compact: list[CompactQuads] = []
        for part in parts:
            if isinstance(part, CompactQuads) and len(part) > _LARGEST_IN_OBJECTS:
                self._compact.append(part)
            else:
                self._index(part)

    def _index(self, quads: Iterable[Quad]) -> None:
        for quad in quads:
            self._by_subject[quad.subject].append((quad.predicate.value, quad.object))
            self._by_predicate[quad.predicate.value].append((quad.subject, quad.object))

    def subjects(self) -> Collection[Term]:
        """Every subject, once."""
        if not self._compact:
            return self._by_subject.keys()
        return dict.fromkeys(chain(self._by_subject, *(part.subjects() for part in self._compact)))

    def predicates(self) -> Collection[str]:
        """Every predicate's IRI, once."""
        if not self._compact:
            return self._by_predicate.keys()
        return dict.fromkeys(chain(self._by_predicate, *(part.predicates() for part in self._compact)))

    def about(self, subject: Term) -> list[tuple[str, Term]]:
        """The predicates and objects of a subject."""
        found = self._by_subject.get(subject, [])
        for part in self._compact:
            found = found + [(quad.predicate.value, quad.object) for quad in part.with_subject(subject)]
        return found

    def pairs(self, predicate: str) -> list[tuple[Term, Term]]:
        """The subjects and objects of a predicate."""
        found = self._by_predicate.get(predicate, [])
        for part in self._compact:
            found = found + [(quad.subject, quad.object) for quad in part.with_predicate(predicate)]
        return found

    def typed_literals(self) -> Iterator[tuple[str, str]]:
        """Yield the text and the datatype of each literal that has one, the same one more than once.

        Escapes of a compact part stay as they are.
        """
        for pairs in self._by_predicate.values():
            for _, value in pairs:
                if isinstance(value, Literal):
                    yield value.value, value.datatype.value
        for part in self._compact:
            for found in _TYPED.finditer(part.ntriples):
                yield found[1].decode(), found[2].decode()

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
