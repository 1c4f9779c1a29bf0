"""What two graphs say differently."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from hkkg.comparing.components import settle, split
from hkkg.store import BlankNode, Quad

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from hkkg.comparing.components import Component
    from hkkg.store import Term

    Settled = tuple[tuple[str, ...], Component]


@dataclass(frozen=True, slots=True)
class Difference:
    """The quads that only one of two graphs holds; those that share a blank node come together."""

    removed: tuple[Quad, ...]
    added: tuple[Quad, ...]

    def __bool__(self) -> bool:
        """Whether there is any."""
        return bool(self.removed or self.added)


def difference(old: Iterable[Quad], new: Iterable[Quad]) -> Difference:
    """Compare two graphs by meaning: names of blank nodes do not count, nor does order.

    Blank nodes that hang together are compared as a whole, so that a change in one does not rename, and
    thereby seem to change, the others.

    Raises:
        InputUnreadableError: blank nodes of a graph cannot be told apart.
    """
    old_ground, old_groups = split(set(old))
    new_ground, new_groups = split(set(new))
    old_settled = sorted(map(settle, old_groups), key=_key)
    new_settled = sorted(map(settle, new_groups), key=_key)
    removed = _without(old_settled, Counter(map(_key, new_settled)))
    added = _without(new_settled, Counter(map(_key, old_settled)))
    return Difference(
        (*sorted(old_ground - new_ground, key=str), *_numbered(removed, "r")),
        (*sorted(new_ground - old_ground, key=str), *_numbered(added, "a")),
    )


def _key(settled: Settled) -> tuple[str, ...]:
    return settled[0]


def _without(groups: list[Settled], others: Counter[tuple[str, ...]]) -> list[Component]:
    """Take away the components that the other side has, as often as it has them."""
    left: list[Component] = []
    for key, group in groups:
        if others[key]:
            others[key] -= 1
        else:
            left.append(group)
    return left


def _numbered(groups: list[Component], letter: str) -> Iterator[Quad]:
    """Number the blank nodes of all components through, in their order."""
    count = 0
    for group in groups:
        names: dict[Term, BlankNode] = {}
        for quad in group:
            for term in (quad.subject, quad.object):
                if isinstance(term, BlankNode) and term not in names:
                    names[term] = BlankNode(f"{letter}{count}")
                    count += 1
        for quad in group:
            subject, obj = names.get(quad.subject, quad.subject), names.get(quad.object, quad.object)
            yield Quad(subject, quad.predicate, obj, quad.graph_name)
