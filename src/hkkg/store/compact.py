"""Quads of a big document, held as text: a tenth of the memory of as many objects."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING, overload

import pyoxigraph
from pyoxigraph import BlankNode, NamedNode, Quad, RdfFormat

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from hkkg.store.answers import Term


class CompactQuads(Sequence[Quad]):
    """Quads in the order of their document, as N-Triples; a quad becomes an object when it is asked for.

    The names of graphs are not kept.
    """

    def __init__(self, ntriples: bytes) -> None:
        """Keep N-Triples as `parse_compact` writes them: one triple a line, one space between terms."""
        self.ntriples = ntriples

    def __len__(self) -> int:
        """Count the quads."""
        return len(self._ends)

    def __iter__(self) -> Iterator[Quad]:
        """Yield the quads."""
        return iter(_parsed(self.ntriples))

    @overload
    def __getitem__(self, index: int) -> Quad: ...

    @overload
    def __getitem__(self, index: slice) -> list[Quad]: ...

    def __getitem__(self, index: int | slice) -> Quad | list[Quad]:
        """Return one quad, or some of them."""
        if isinstance(index, slice):
            return self._at(range(len(self))[index])
        return self._at([range(len(self))[index]])[0]

    def subjects(self) -> Iterator[Term]:
        """Yield every subject, once."""
        return (_node(name) for name in self._by_subject)

    def predicates(self) -> list[str]:
        """Return every predicate's IRI, once."""
        return [name[1:-1].decode() for name in self._by_predicate]

    def with_subject(self, subject: Term) -> list[Quad]:
        """Return the quads of a subject."""
        return self._at(self._by_subject.get(str(subject).encode(), ()))

    def with_predicate(self, iri: str) -> list[Quad]:
        """Return the quads of a predicate."""
        return self._at(self._by_predicate.get(f"<{iri}>".encode(), ()))

    def _at(self, numbers: Iterable[int]) -> list[Quad]:
        return list(_parsed(b"".join(self._line(number) for number in numbers)))

    def _line(self, number: int) -> bytes:
        return self.ntriples[self._ends[number - 1] if number else 0 : self._ends[number]]

    @cached_property
    def _ends(self) -> array[int]:
        ends, end = array("Q"), self.ntriples.find(b"\n") + 1
        while end:
            ends.append(end)
            end = self.ntriples.find(b"\n", end) + 1
        return ends

    @cached_property
    def _by_subject(self) -> dict[bytes, array[int]]:
        return self._index(0)

    @cached_property
    def _by_predicate(self) -> dict[bytes, array[int]]:
        return self._index(1)

    def _index(self, term: int) -> dict[bytes, array[int]]:
        index: dict[bytes, array[int]] = {}
        for number in range(len(self)):
            name = self._line(number).split(b" ", 2)[term]
            if name not in index:
                index[name] = array("L")
            index[name].append(number)
        return index


def _parsed(ntriples: bytes) -> Iterable[Quad]:
    return pyoxigraph.parse(ntriples, RdfFormat.N_TRIPLES, rename_blank_nodes=False)


def _node(name: bytes) -> Term:
    text = name.decode()
    return NamedNode(text[1:-1]) if text.startswith("<") else BlankNode(text[2:])


def compact(quads: Iterable[Quad]) -> CompactQuads:
    """Hold quads as text, whatever graphs they are in; they are taken one at a time."""
    ntriples = pyoxigraph.serialize((quad.triple for quad in quads), None, RdfFormat.N_TRIPLES)
    return CompactQuads(ntriples or b"")
