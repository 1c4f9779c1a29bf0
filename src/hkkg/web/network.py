"""Universities, their laboratories and scholars, and what these take part in, laid out in columns."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from statistics import fmean
from typing import TYPE_CHECKING, Final

from hkkg import vocab
from hkkg.web.line_breaks import broken
from hkkg.web.names import Names
from hkkg.web.querying import rows, text_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from hkkg.web.names import Name
    from hkkg.workers.worker import Engine, Functions

COLUMNS: Final = ("laboratories", "universities", "scholars", "projects")
_RELATIONS: Final = (
    # pattern, relation, the columns of its subject and its object
    ("?from a hkkg:Laboratory ; hkkg:hostedBy ?to .", "hostedBy", 0, 1),
    ("?from a hkkg:Scholar ; hkkg:memberOf ?to . ?to a hkkg:University .", "memberOf", 2, 1),
    ("?from a hkkg:Scholar ; hkkg:participatesIn ?to .", "participatesIn", 2, 3),
    ("?from a hkkg:University ; hkkg:participatesIn ?to .", "participatesIn", 1, 3),
    ("?from a hkkg:University ; hkkg:develops ?to .", "develops", 1, 3),
)
_QUERY: Final = "SELECT DISTINCT ?from ?to {{ {pattern} }} ORDER BY ?from ?to LIMIT {most}"
_LONE: Final = "SELECT DISTINCT ?from { ?from a hkkg:University } ORDER BY ?from LIMIT 50"
_MOST: Final = 200
WIDTH: Final = 1118
_BOX: Final = 230
_GAP: Final = 66
_PITCH: Final = 68
_HEIGHT: Final = 58


@dataclass(frozen=True, slots=True)
class Node:
    """A thing in its place.

    Attributes:
        number: by which links name it.
        name: in the language of the page.
        column: its index in `COLUMNS`.
        x: of its box's left edge.
        y: of its box's top edge.
        lines: its name, broken to fit the box.
    """

    number: int
    name: Name
    column: int
    x: int
    y: int
    lines: tuple[str, ...]

    @property
    def heading(self) -> str:
        """What its column is called in `COLUMNS`."""
        return COLUMNS[self.column]

    @property
    def is_cut(self) -> bool:
        """Whether the box does not hold the whole name."""
        return self.lines[-1].endswith("…")


@dataclass(frozen=True, slots=True)
class Link:
    """A relation of two nodes, and the curve that draws it."""

    source: Node
    target: Node
    relation: Name
    path: str


@dataclass(frozen=True, slots=True)
class Network:
    """A drawing, and whether there was more than it holds."""

    nodes: tuple[Node, ...]
    links: tuple[Link, ...]
    height: int
    is_cut: bool
    width: int = WIDTH
    box: int = _BOX
    box_height: int = _HEIGHT

    @property
    def columns(self) -> list[tuple[str, int, int]]:
        """The columns that hold anything: their names, left edges and numbers of nodes."""
        grouped = groupby(self.nodes, lambda node: node.column)
        counted = ((column, len(list(nodes))) for column, nodes in grouped)
        return [(COLUMNS[column], _left(column), count) for column, count in counted]


def network(engine: Engine, lang: str) -> Network:
    """Read and lay out the network, the same way each time."""
    edges, is_cut = _edges(engine)
    columns: dict[str, int] = {text_of(row["from"]): 1 for row in rows(engine, _LONE)}
    for source, _, target, (first, second) in edges:
        columns.setdefault(source, first)
        columns.setdefault(target, second)
    relations = {relation for _, relation, _, _ in edges}
    names = Names(engine, {*columns, *relations}, lang)
    ordered = _ordered(columns, [(source, target) for source, _, target, _ in edges])
    tallest = max((len(column) for column in ordered), default=0)
    nodes = _placed(ordered, names, tallest)
    links = (
        Link(nodes[source], nodes[target], names[relation], _curve(nodes[source], nodes[target]))
        for source, relation, target, _ in edges
    )
    return Network(tuple(nodes.values()), tuple(links), tallest * _PITCH + 40, is_cut)


def _edges(engine: Engine) -> tuple[list[tuple[str, str, str, tuple[int, int]]], bool]:
    edges, is_cut = [], False
    for pattern, relation, first, second in _RELATIONS:
        found = rows(engine, _QUERY.format(pattern=pattern, most=_MOST + 1))
        is_cut = is_cut or len(found) > _MOST
        iri = vocab.HKKG + relation
        edges += [(text_of(r["from"]), iri, text_of(r["to"]), (first, second)) for r in found[:_MOST]]
    return edges, is_cut


def _ordered(columns: Mapping[str, int], edges: Iterable[tuple[str, str]]) -> list[list[str]]:
    """Order each column by where the neighbours stand, from the universities outwards."""
    near: dict[str, list[str]] = {iri: [] for iri in columns}
    for source, target in edges:
        near[source].append(target)
        near[target].append(source)
    parts = [[iri for iri in columns if columns[iri] == index] for index in range(len(COLUMNS))]
    parts[1].sort(key=lambda iri: (-sum(columns[other] == 0 for other in near[iri]), -len(near[iri]), iri))
    place = {iri: index / len(parts[1]) for index, iri in enumerate(parts[1])}
    for index in (0, 2, 3):
        parts[index].sort(key=lambda iri: (_mean(place, near[iri]), iri))
        place |= {iri: row / len(parts[index]) for row, iri in enumerate(parts[index])}
    return parts


def _mean(place: Mapping[str, float], near: Iterable[str]) -> float:
    return fmean([place[iri] for iri in near if iri in place] or [1.0])


def _placed(ordered: list[list[str]], names: Names, tallest: int) -> dict[str, Node]:
    nodes: dict[str, Node] = {}
    for column, iris in enumerate(ordered):
        step = tallest * _PITCH / max(len(iris), 1)
        for row, iri in enumerate(iris):
            y = round(40 + step * (row + 0.5) - _HEIGHT / 2)
            lines = broken(names[iri].text)
            nodes[iri] = Node(len(nodes), names[iri], column, _left(column), y, lines)
    return nodes


def _left(column: int) -> int:
    return column * (_BOX + _GAP)


def _curve(source: Node, target: Node) -> str:
    """Draw a link from the inner edge of one box to that of the other."""
    first, second = sorted((source, target), key=lambda node: node.column)
    x1, y1 = first.x + _BOX, first.y + _HEIGHT // 2
    x2, y2 = second.x, second.y + _HEIGHT // 2
    bend = (x2 - x1) // 2
    return f"M{x1} {y1}C{x1 + bend} {y1} {x2 - bend} {y2} {x2} {y2}"


FUNCTIONS: Final[Functions] = {"network": network}
