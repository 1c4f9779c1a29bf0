"""What a transaction did to a store: the quads that it added and removed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pyoxigraph import NamedNode, Quad


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

    def __bool__(self) -> bool:
        """Whether anything is different."""
        return bool(self.added or self.removed or self.created or self.dropped)
