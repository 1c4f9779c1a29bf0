"""How long RDFC-1.0 takes to name blank nodes: for ever, where many look alike from wherever one looks."""

from __future__ import annotations

from collections import Counter, defaultdict
from math import factorial
from typing import TYPE_CHECKING, Final

from pyoxigraph import BlankNode

from hkkg.errors import InputUnreadableError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pyoxigraph import Quad

_MOST_EFFORT: Final = 30_000_000
"""Some ten seconds of the engine's time, which nobody can stop."""

_MORE_IF_LED: Final = 10
"""Times as much where there is no choice: a long list of equal values takes long, but not for ever."""

_Way = tuple[str, str, str]
_Neighbours = dict[BlankNode, list[tuple[_Way, BlankNode]]]


def refuse_symmetry(quads: Sequence[Quad]) -> None:
    """Refuse quads whose blank nodes would take for ever to name.

    Raises:
        InputUnreadableError: too many of them look alike.
    """
    neighbours = _neighbours(quads)
    if not neighbours:
        return
    alike = _alike(quads)
    near = {
        node: [(way, alike[other], other) for way, other in neighbours[node] if other in alike]
        for node in neighbours
        if node in alike
    }
    is_led = all(_is_led(around) for around in near.values())
    most = _MOST_EFFORT * (_MORE_IF_LED if is_led else 1)
    effort = 0
    for start in near:
        for step in _steps(start, near):
            effort += step
            if effort > most:
                raise InputUnreadableError(
                    "its blank nodes look so much alike that it would take for ever to tell them apart.",
                    hint="Give some of them names.",
                )


def _neighbours(quads: Sequence[Quad]) -> _Neighbours:
    found: _Neighbours = defaultdict(list)
    for quad in quads:
        subject, obj = quad.subject, quad.object
        if isinstance(subject, BlankNode) and isinstance(obj, BlankNode) and subject != obj:
            way = (str(quad.predicate), str(quad.graph_name))
            found[subject].append((("to", *way), obj))
            found[obj].append((("from", *way), subject))
    return found


def _alike(quads: Sequence[Quad]) -> dict[BlankNode, int]:
    """Number what the blank nodes look like by their own quads; those that are unique are left out (4.6)."""
    own: dict[BlankNode, list[str]] = defaultdict(list)
    for quad in quads:
        terms = (quad.subject, quad.predicate, quad.object, quad.graph_name)
        for node in {term for term in terms if isinstance(term, BlankNode)}:
            own[node].append(
                " ".join(
                    ("_:a" if term == node else "_:z") if isinstance(term, BlankNode) else str(term)
                    for term in terms
                )
            )
    looks = {node: tuple(sorted(said)) for node, said in own.items()}
    often = Counter(looks.values())
    numbers = {look: number for number, look in enumerate(often)}
    return {node: numbers[look] for node, look in looks.items() if often[look] > 1}


def _is_led(around: Sequence[tuple[_Way, int, BlankNode]]) -> bool:
    """Whether there is only one neighbour of each kind, so that there is no choice of where to go first."""
    return len({(way, look) for way, look, _ in around}) == len(around)


def _steps(start: BlankNode, near: dict[BlankNode, list[tuple[_Way, int, BlankNode]]]) -> Iterator[int]:
    """Walk once where the algorithm walks in every order (4.8), and yield each step times the orders."""
    seen, waiting = {start}, [(start, 1)]
    while waiting:
        node, orders = waiting.pop()
        yield orders * (len(near[node]) + len(seen))
        groups: dict[tuple[_Way, int], set[BlankNode]] = defaultdict(set)
        for way, look, other in near[node]:
            if other not in seen:
                groups[way, look].add(other)
        for group in groups.values():
            waiting += [(other, orders * factorial(len(group))) for other in group - seen]
            seen |= group
