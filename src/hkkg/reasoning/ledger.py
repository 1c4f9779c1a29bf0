"""The writes to `graph:inferred` while a change is carried out, and what they come to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hkkg.reasoning.axioms import INFERRED, in_graph
from hkkg.store import Change

if TYPE_CHECKING:
    from collections.abc import Iterable

    from hkkg.store import EmbeddedStore, Quad, Triple


class Ledger:
    """What `graph:inferred` has gained and lost; what was taken away and put back counts for nothing."""

    def __init__(self, store: EmbeddedStore) -> None:
        """Begin with the graph as it is."""
        self._store = store
        self._added: set[Quad] = set()
        self._removed: set[Quad] = set()

    def add(self, triples: Iterable[Triple]) -> None:
        """Infer triples that the union does not hold."""
        quads = {in_graph(triple, INFERRED) for triple in triples}
        self._store.add(quads, in_union=True)
        self._added |= quads - self._removed
        self._removed -= quads

    def remove(self, triples: Iterable[Triple]) -> None:
        """Infer triples no more; one that is stated now stays in the union."""
        quads = {in_graph(triple, INFERRED) for triple in triples}
        self._store.apply(Change(removed=tuple(quads)))
        self._removed |= quads - self._added
        self._added -= quads

    def before(self) -> set[Quad]:
        """What the graph held in the beginning."""
        return (set(self._store.quads(graph=INFERRED)) - self._added) | self._removed

    def whole(self, stated: Change) -> Change:
        """Complete the change of the stated graphs with that of the inferred one."""
        return whole_change(stated, added=self._added, removed=self._removed)


def whole_change(stated: Change, *, added: Iterable[Quad], removed: Iterable[Quad]) -> Change:
    """Complete the change of the stated graphs with what `graph:inferred` gained and lost."""
    return Change((*stated.added, *added), (*stated.removed, *removed), stated.created, stated.dropped)
