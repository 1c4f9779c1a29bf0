"""Components whose blank nodes form a tree, as brackets and lists in Turtle do."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from hkkg.formatting.sameness import name_tree
from hkkg.store import BlankNode, Quad

if TYPE_CHECKING:
    from hkkg.formatting.sameness import Children
    from hkkg.store import Term


@dataclass(frozen=True, slots=True)
class Tree:
    """A tree of blank nodes, below a named subject or by itself.

    Attributes:
        component: its quads.
        root: its topmost blank node.
        names: a name of each blank node, made of all that is below it.
    """

    component: tuple[Quad, ...]
    root: BlankNode
    names: dict[Term, str]

    @classmethod
    def of(cls, component: tuple[Quad, ...]) -> Tree | None:
        """Make a tree of quads that share blank nodes, if they form one."""
        children: Children = {}
        uses: Counter[BlankNode] = Counter()
        below: set[BlankNode] = set()
        for quad in component:
            if isinstance(quad.object, BlankNode):
                children.setdefault(quad.object, [])
                uses[quad.object] += 1
            if isinstance(quad.subject, BlankNode):
                said = f"{quad.predicate} {quad.graph_name}"
                children.setdefault(quad.subject, []).append((said, quad.object))
                if isinstance(quad.object, BlankNode):
                    below.add(quad.object)
        roots = [node for node in children if node not in below]
        if len(roots) != 1 or max(uses.values(), default=0) > 1:
            return None
        names: dict[Term, str] = {}
        name_tree(roots[0], children, names)
        return cls(component, roots[0], names)

    def key(self) -> tuple[str, ...]:
        """Name the tree by what it says."""
        above = next((quad for quad in self.component if quad.object == self.root), None)
        if above is None:
            return (self.names[self.root],)
        return str(above.subject), str(above.predicate), str(above.graph_name), self.names[self.root]

    def numbered(self) -> tuple[Quad, ...]:
        """Number the blank nodes from the root down, and sort the quads accordingly."""
        below: dict[Term, list[Quad]] = {}
        for quad in self.component:
            below.setdefault(quad.subject, []).append(quad)
        numbers: dict[Term, BlankNode] = {}
        found = [quad for quad in self.component if quad.object == self.root]
        stack: list[Term] = [self.root]
        while stack:
            node = stack.pop()
            numbers[node] = BlankNode(f"n{len(numbers)}")
            quads = sorted(below.get(node, []), key=self._rank)
            found += quads
            stack += [quad.object for quad in reversed(quads) if quad.object in self.names]
        return tuple(
            Quad(
                numbers.get(quad.subject, quad.subject),
                quad.predicate,
                numbers.get(quad.object, quad.object),
                quad.graph_name,
            )
            for quad in found
        )

    def _rank(self, quad: Quad) -> tuple[str, str, str]:
        return str(quad.predicate), str(quad.graph_name), self.names.get(quad.object) or str(quad.object)
