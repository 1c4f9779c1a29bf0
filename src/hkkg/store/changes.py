"""What a transaction did to a store: the quads that it added and removed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pyoxigraph import NamedNode, Quad

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Change:
    """The difference between two states of a store.

    A store that keeps a union derives its default graph from the named graphs, so that a change of it names
    quads of named graphs alone.

    Attributes:
        added: quads that were not there before.
        removed: quads that were there before.
        created: named graphs that have come to be, though they may be empty.
        dropped: named graphs that are no more; their quads are among those removed.
    """

    added: tuple[Quad, ...] = ()
    removed: tuple[Quad, ...] = ()
    created: tuple[NamedNode, ...] = ()
    dropped: tuple[NamedNode, ...] = ()

    @classmethod
    def of_all(cls, changes: Iterable[Change]) -> Change:
        """Sum up changes that follow each other: what comes and goes on the way counts for nothing."""
        quads: dict[Quad, bool] = {}
        graphs: dict[NamedNode, bool] = {}
        for change in changes:
            _follow(quads, change.removed, change.added)
            _follow(graphs, change.dropped, change.created)
        return cls(
            added=tuple(quad for quad, is_there in quads.items() if is_there),
            removed=tuple(quad for quad, is_there in quads.items() if not is_there),
            created=tuple(name for name, is_there in graphs.items() if is_there),
            dropped=tuple(name for name, is_there in graphs.items() if not is_there),
        )

    @property
    def inverse(self) -> Change:
        """What undoes it."""
        return Change(self.removed, self.added, self.dropped, self.created)

    def __bool__(self) -> bool:
        """Whether anything is different."""
        return bool(self.added or self.removed or self.created or self.dropped)


def _follow(known: dict[T, bool], gone: Iterable[T], come: Iterable[T]) -> None:
    """Note what is gone and what has come, as against what was there at first."""
    for is_there, things in ((False, gone), (True, come)):
        for thing in things:
            if known.get(thing) is (not is_there):
                del known[thing]
            else:
                known[thing] = is_there
