"""Which shapes lead to which: what uses a shape, what has a target, and what leads back to itself."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final

from hkkg import vocab
from hkkg.checks.shape_model import TARGETS, implicit_targets, references
from hkkg.store import NamedNode

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from hkkg.checks import Triples
    from hkkg.store import Term

_SH: Final = vocab.SH
VALIDATORS: Final = ("validator", "nodeValidator", "propertyValidator")


class ShapeGraph:
    """The references between the nodes of a shapes graph."""

    def __init__(self, shapes: Triples) -> None:
        """Read the references; a component counts as referred to by the shapes that use its parameters."""
        self.shapes = shapes
        self._users: dict[Term, set[Term]] = defaultdict(set)
        self._used: dict[Term, set[Term]] = defaultdict(set)
        self._shapes_used: dict[Term, set[Term]] = defaultdict(set)
        for user, _, used in references(shapes):
            self._shapes_used[user].add(used)
            self._note(user, used)
        for user, used in _of_queries(shapes):
            self._note(user, used)

    def _note(self, user: Term, used: Term) -> None:
        self._users[used].add(user)
        self._used[user].add(used)

    def roots(self) -> list[Term]:
        """List the shapes that have a target."""
        targeted = (shape for name in TARGETS for shape, _ in self.shapes.pairs(_SH + name))
        return list(dict.fromkeys([*targeted, *implicit_targets(self.shapes)]))

    def users(self, nodes: Iterable[Term]) -> set[Term]:
        """Return what leads to any of the nodes in one step."""
        return {user for node in nodes for user in self._users.get(node, ())}

    def using(self, nodes: Iterable[Term]) -> set[Term]:
        """Return the nodes, and all that lead to them."""
        return _closure(nodes, self._users)

    def below(self, node: Term) -> set[Term]:
        """Return the node, and all that it leads to."""
        return _closure([node], self._used)

    def recursive(self) -> list[Term]:
        """List the shapes that lead back to themselves, whose validation SHACL does not define (3.4.3)."""
        return [node for node, used in self._shapes_used.items() if node in _closure(used, self._shapes_used)]


def _closure(nodes: Iterable[Term], steps: dict[Term, set[Term]]) -> set[Term]:
    found: set[Term] = set()
    waiting = list(nodes)
    while waiting:
        node = waiting.pop()
        if node not in found:
            found.add(node)
            waiting += steps.get(node, ())
    return found


def _of_queries(shapes: Triples) -> Iterator[tuple[Term, Term]]:
    """Yield shapes with their SPARQL constraints and targets, and with the components that they use."""
    for name in ("sparql", "target", "expression"):
        yield from shapes.pairs(_SH + name)
    for component, parameter in shapes.pairs(_SH + "parameter"):
        for path in shapes.values(parameter, _SH + "path"):
            if isinstance(path, NamedNode):
                yield from ((shape, component) for shape, _ in shapes.pairs(path.value))
    for name in VALIDATORS:
        yield from shapes.pairs(_SH + name)


def queries(shapes: Triples) -> Iterator[tuple[Term, str]]:
    """Yield each node that holds SPARQL, and its text."""
    for name in ("select", "ask"):
        for holder, text in shapes.pairs(_SH + name):
            yield holder, getattr(text, "value", "")


def leading_to(graph: ShapeGraph, nodes: Iterable[Term], roots: Collection[Term]) -> set[Term]:
    """Return which of the roots lead to any of the nodes."""
    return graph.using(nodes).intersection(roots)
