"""A picture of a hierarchy: where each class stands, always the same for the same classes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

ROW: Final = 26
INDENT: Final = 22
COLUMN: Final = 380
_GAP: Final = 1
_COLUMNS: Final = 2


@dataclass(frozen=True, slots=True)
class Box:
    """Where a class stands.

    Attributes:
        name: of the class.
        x: of its dot, in units of the picture.
        y: likewise.
        parent_y: of the dot of the class above it; None at the top.
        depth: classes above it.
    """

    name: str
    x: int
    y: int
    parent_y: int | None
    depth: int


@dataclass(frozen=True, slots=True)
class Diagram:
    """A picture: its size in its own units, and what is in it, from top to bottom."""

    width: int
    height: int
    boxes: tuple[Box, ...]


def lay_out(parents: Mapping[str, Sequence[str]]) -> Diagram:
    """Place classes as trees, each below and to the right of the first class above it.

    Args:
        parents: of each class, by name; those that are no key are left aside.
    """
    below: dict[str, list[str]] = {name: [] for name in parents}
    roots: list[str] = []
    for name in sorted(parents):
        above = next((p for p in sorted(parents[name]) if p in below and p != name), None)
        (roots if above is None else below[above]).append(name)
    columns: list[list[Box]] = [[] for _ in range(_COLUMNS)]
    heights = [0] * _COLUMNS
    for tree in sorted((list(_rows(root, below)) for root in roots), key=lambda rows: (-len(rows), rows)):
        shortest = heights.index(min(heights))
        columns[shortest] += _boxes(tree, shortest, heights[shortest])
        heights[shortest] += len(tree) + _GAP
    boxes = tuple(box for column in columns for box in column)
    return Diagram(COLUMN * _COLUMNS, max(max(heights) - _GAP, 0) * ROW, boxes)


def _rows(root: str, below: Mapping[str, Sequence[str]]) -> Iterator[tuple[str, int]]:
    """Yield a tree's classes with their depths, each followed by those below it."""
    waiting = [(root, 0)]
    while waiting:
        name, depth = waiting.pop()
        yield name, depth
        waiting += [(child, depth + 1) for child in reversed(below[name])]


def _boxes(tree: Sequence[tuple[str, int]], column: int, start: int) -> Iterator[Box]:
    last_at: dict[int, int] = {}
    for row, (name, depth) in enumerate(tree):
        y = (start + row) * ROW + ROW // 2
        last_at[depth] = y
        yield Box(name, column * COLUMN + depth * INDENT + 8, y, last_at.get(depth - 1), depth)
