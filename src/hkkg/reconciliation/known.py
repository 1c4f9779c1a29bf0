"""What every answer of the reconciliation service is made of."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from hkkg.search import LabelIndex
    from hkkg.store import EmbeddedStore


class Known(NamedTuple):
    """A graph, and the language in which it is told.

    Attributes:
        store: that has the entities.
        labels: their names.
        language: to show names in.
    """

    store: EmbeddedStore
    labels: LabelIndex
    language: str
