"""The gate through which writes pass: tried on a copy of a generation, reasoned over and validated there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from hkkg import isolation, reasoning
from hkkg.generations.updates import DEFAULT, INFERRED
from hkkg.store import Change, DefaultGraph, EmbeddedStore, NamedNode, Quad

if TYPE_CHECKING:
    from collections.abc import Iterable

    from hkkg.config import Settings
    from hkkg.generations.updates import Write


@dataclass(frozen=True, slots=True)
class Admitted:
    """A write that may become the next generation.

    Attributes:
        change: the whole of it, with what reasoning adds and takes away.
        stated: how many quads it adds and removes without that.
    """

    change: Change
    stated: tuple[int, int]


class Gate:
    """Judges writes to a store, on a copy of it that is thrown away."""

    def __init__(self, store: EmbeddedStore, settings: Settings) -> None:
        """Prepare what does not depend on a write."""
        self._store = store
        self._settings = settings

    def admit(self, write: Write) -> Admitted:
        """Carry out a write on the store, unless it is refused.

        Raises:
            NonconformingError: the graph would violate its shapes.
            HkkgError: the write is not to be carried out; its type says why.
        """
        with isolation.opening_nothing():
            stated = self._change(write)
        whole = self._advance(stated) if stated else stated
        return Admitted(whole, (len(stated.added), len(stated.removed)))

    def follow(self, change: Change) -> None:
        """Take note of a change that was carried out on the store."""

    def _change(self, write: Write) -> Change:
        if not (self._store.union and self._settings.standard_default):
            return write.change(self._store)
        return _with_default(write.change(_standard_view(self._store)))

    def _advance(self, stated: Change) -> Change:
        if not self._settings.reasons:
            self._store.apply(stated)
            return stated
        before = set(self._store.quads(graph=INFERRED))
        self._store.apply(stated)
        reasoning.materialise(self._store)
        after = set(self._store.quads(graph=INFERRED))
        return Change(
            (*stated.added, *(after - before)),
            (*stated.removed, *(before - after)),
            stated.created,
            stated.dropped,
        )


def _standard_view(store: EmbeddedStore) -> EmbeddedStore:
    """Copy a store that keeps a union into one whose default graph is its own."""
    view = EmbeddedStore(union=False)
    named = (quad for quad in store.quads() if isinstance(quad.graph_name, NamedNode))
    view.add(_renamed(named, DEFAULT, DefaultGraph()), in_union=True)
    return view


def _with_default(change: Change) -> Change:
    return Change(
        tuple(_renamed(change.added, DefaultGraph(), DEFAULT)),
        tuple(_renamed(change.removed, DefaultGraph(), DEFAULT)),
        change.created,
        change.dropped,
    )


def _renamed(
    quads: Iterable[Quad], old: NamedNode | DefaultGraph, new: NamedNode | DefaultGraph
) -> Iterable[Quad]:
    return (Quad(q.subject, q.predicate, q.object, new) if q.graph_name == old else q for q in quads)
