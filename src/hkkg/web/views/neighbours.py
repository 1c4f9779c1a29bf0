"""The picture of what a thing is related to: neighbours on both sides of it, evenly apart."""

from __future__ import annotations

from math import sqrt
from typing import TYPE_CHECKING, Final

from hkkg import vocab
from hkkg.store import NamedNode
from hkkg.web.views.model import Neighbourhood, Node
from hkkg.web.views.places import place

if TYPE_CHECKING:
    from collections.abc import Iterable

    from hkkg.web.views.model import Record
    from hkkg.web.views.reader import Reader

_MOST: Final = 40
_WIDTH: Final = 880
_ROW: Final = 42
_LEAST_HEIGHT: Final = 150
_HEAD: Final = 40
_REACH: Final = 150
_BEND: Final = 70
_LONGEST: Final = {"en": 35, "zh-Hant": 19, "zh-Hans": 19}
_KINDS: Final = (
    ("agent", "Agent"),
    ("place", "Place"),
    ("document", "PolicyDocument"),
    ("document", "Source"),
    ("thing", "Entity"),
)


def neighbourhood(reader: Reader, center: NamedNode, records: Iterable[Record]) -> Neighbourhood | None:
    """Draw what records relate a thing to; None if that is nothing."""
    related: dict[str, str] = {}
    for record in records:
        for party in record.parties:
            if party != center.value and not party.startswith(vocab.PASSAGE):
                related.setdefault(party, record.kind.text)
    if not related:
        return None
    ordered = sorted(related.items(), key=lambda pair: (pair[1], reader.name(NamedNode(pair[0]))[0], pair[0]))
    shown = ordered[:_MOST]
    right = (len(shown) + 1) // 2
    height = max(_LEAST_HEIGHT, (right + 1) * _ROW + _HEAD)
    nodes = [
        *_side(reader, shown[:right], height, is_left=False),
        *_side(reader, shown[right:], height, is_left=True),
    ]
    name = reader.name(center)[0]
    return Neighbourhood(
        _WIDTH,
        height,
        _WIDTH // 2,
        (height + _HEAD) // 2,
        _short(name, 2 * _LONGEST[reader.language]),
        tuple(nodes),
        len(ordered) - len(shown),
    )


def _side(reader: Reader, related: list[tuple[str, str]], height: int, *, is_left: bool) -> list[Node]:
    """Set nodes on an arc that bends away from the middle."""
    middle = (height + _HEAD) / 2
    top = middle - (len(related) - 1) * _ROW / 2
    nodes = []
    for position, (iri, relation) in enumerate(related):
        y = top + position * _ROW
        away = abs(y - middle) / (height / 2)
        x = _REACH - _BEND + _BEND * sqrt(max(0.0, 1 - away * away))
        nodes.append(_node(reader, iri, relation, (round(x), round(y)), is_left=is_left))
    return nodes


def _node(reader: Reader, iri: str, relation: str, spot: tuple[int, int], *, is_left: bool) -> Node:
    name, lang = reader.name(NamedNode(iri))
    x = _WIDTH // 2 + (-spot[0] if is_left else spot[0])
    text = _short(name, _LONGEST[reader.language])
    return Node(text, name, place(iri), relation, x, spot[1], is_left, _kind(reader, iri), lang)


def _kind(reader: Reader, iri: str) -> str:
    if iri.startswith(vocab.CONCEPT):
        return "concept"
    node = NamedNode(iri)
    return next((kind for kind, name in _KINDS if reader.is_a(node, vocab.HKKG + name)), "record")


def _short(text: str, most: int) -> str:
    """Shorten a long name in its middle: many names begin alike."""
    head = most // 3
    return text if len(text) <= most else f"{text[:head].rstrip()}…{text[head + 1 - most :].lstrip()}"
