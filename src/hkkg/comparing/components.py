"""A graph's parts for comparison: triples without blank nodes, and what hangs together by blank nodes."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING, Final

from hkkg.comparing.trees import Tree
from hkkg.errors import InputUnreadableError
from hkkg.store import BlankNode, canonical

if TYPE_CHECKING:
    from collections.abc import Iterable

    from hkkg.store import Quad

Component = tuple["Quad", ...]
_MOST_ALIKE: Final = 7
_ROUNDS: Final = 30


def split(quads: Iterable[Quad]) -> tuple[set[Quad], list[Component]]:
    """Separate the quads without blank nodes from the groups that share blank nodes."""
    ground: set[Quad] = set()
    leaders: dict[BlankNode, BlankNode] = {}
    tied: list[tuple[Quad, BlankNode]] = []
    for quad in quads:
        nodes = [term for term in (quad.subject, quad.object) if isinstance(term, BlankNode)]
        if not nodes:
            ground.add(quad)
            continue
        tied.append((quad, nodes[0]))
        leaders[_leader(leaders, nodes[-1])] = _leader(leaders, nodes[0])
    groups: dict[BlankNode, list[Quad]] = defaultdict(list)
    for quad, node in tied:
        groups[_leader(leaders, node)].append(quad)
    return ground, [tuple(group) for group in groups.values()]


def _leader(leaders: dict[BlankNode, BlankNode], node: BlankNode) -> BlankNode:
    leaders.setdefault(node, node)
    while leaders[node] != node:
        leaders[node] = leaders[leaders[node]]
        node = leaders[node]
    return node


def settle(component: Component) -> tuple[tuple[str, ...], Component]:
    """Name a component, and its blank nodes, by nothing but what it says.

    A tree is named from its leaves upwards, which is fast however much its branches resemble one another;
    anything else is named by RDFC-1.0.

    Returns:
        A key that two components share if and only if they say the same, and the component with its blank
        nodes numbered in an order that follows from the key.

    Raises:
        InputUnreadableError: too many of its blank nodes look alike, which would take for ever.
    """
    tree = Tree.of(component)
    if tree is not None:
        return tree.key(), tree.numbered()
    alike = _most_alike(component)
    if alike > _MOST_ALIKE:
        raise InputUnreadableError(
            f"{alike} blank nodes cannot be told apart, so the graphs cannot be compared.",
            hint="Give some of them names.",
        )
    quads = tuple(sorted(canonical(component), key=str))
    return tuple(str(quad) for quad in quads), quads


def _most_alike(component: Component) -> int:
    """Colour the blank nodes by what is around them until no more differ; the largest colour's size."""
    nodes = {t for quad in component for t in (quad.subject, quad.object) if isinstance(t, BlankNode)}
    colours: dict[object, object] = dict.fromkeys(nodes, 0)
    number = 0
    for _ in range(_ROUNDS):
        around: dict[object, list[object]] = {node: [colours[node]] for node in nodes}
        for quad in component:
            subject, obj = colours.get(quad.subject, quad.subject), colours.get(quad.object, quad.object)
            rest = (str(quad.predicate), str(quad.graph_name))
            if quad.subject in around:
                around[quad.subject].append(("out", *rest, str(obj)))
            if quad.object in around:
                around[quad.object].append(("in", *rest, str(subject)))
        views = {node: (view[0], tuple(sorted(map(str, view[1:])))) for node, view in around.items()}
        numbers = {view: n for n, view in enumerate(dict.fromkeys(views.values()))}
        colours = {node: numbers[view] for node, view in views.items()}
        if len(numbers) == number:
            break
        number = len(numbers)
    return max(Counter(colours.values()).values())
