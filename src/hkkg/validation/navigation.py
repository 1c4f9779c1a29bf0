"""A finite automaton over the edges of a graph: which triples can be met on the way from a node."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from hkkg.checks import PropertyPath
    from hkkg.store import NamedNode, Term

ANY: Final = "negatedPath"
_REPEATED: Final = {"zeroOrMorePath", "oneOrMorePath"}
_SKIPPED: Final = {"zeroOrMorePath", "zeroOrOnePath"}


class Edge(NamedTuple):
    """A triple with a node at one end, as a step away from that node.

    Attributes:
        predicate: the predicate's IRI; None is any predicate.
        inverse: whether the node is the object.
        to_predicate: whether the step leads to the predicate itself, not to the other end.
    """

    predicate: str | None
    inverse: bool = False
    to_predicate: bool = False


class Pattern(NamedTuple):
    """A triple pattern that holds no node known beforehand; None matches anything."""

    subject: Term | None
    predicate: NamedNode | None
    object: Term | None


@dataclass(frozen=True, slots=True)
class Navigation:
    """An automaton as walks use it.

    Attributes:
        forward: for each state the edges to follow, and the state that each leads to.
        backward: for each state the edges that lead to it, and the states that they come from.
        reading: for each predicate (None: any) the edges that read it, and the states that do.
        elsewhere: for some states what is read though no edge leads to it.
        starts: for each state the starts that are one with it, without any edge between.
        origins: for each of those patterns the starts from which a walk can come to read it.
    """

    forward: tuple[Mapping[Edge, frozenset[int]], ...]
    backward: tuple[Mapping[Edge, frozenset[int]], ...]
    reading: Mapping[str | None, Mapping[Edge, frozenset[int]]]
    elsewhere: Mapping[int, frozenset[Pattern]]
    starts: tuple[frozenset[int], ...]
    origins: Mapping[Pattern, frozenset[int]]

    @property
    def reads_any_predicate_backwards(self) -> bool:
        """Whether a triple of any predicate is read from its object, or wherever it is."""
        anywhere = any(pattern.predicate is None for pattern in self.origins)
        return anywhere or any(edge.inverse for edge in self.reading.get(None, {}))


class Builder:
    """Builds an automaton, state by state."""

    def __init__(self) -> None:
        """Begin without any state."""
        self._edges: list[dict[Edge, set[int]]] = []
        self._links: list[set[int]] = []
        self._elsewhere: dict[int, set[Pattern]] = defaultdict(set)

    def state(self) -> int:
        """Make a state."""
        self._edges.append(defaultdict(set))
        self._links.append(set())
        return len(self._links) - 1

    def link(self, state: int, other: int) -> None:
        """Let whatever is in a state be in another one too."""
        self._links[state].add(other)

    def step(self, state: int, edge: Edge, target: int | None = None) -> int:
        """Add an edge from a state, and return the state that it leads to, by default a new one."""
        target = self.state() if target is None else target
        self._edges[state][edge].add(target)
        return target

    def read_elsewhere(self, state: int, pattern: Pattern) -> None:
        """Let a state depend on every triple that matches a pattern."""
        self._elsewhere[state].add(pattern)

    def path(self, state: int, path: PropertyPath, *, inverse: bool = False) -> int:
        """Follow a property path from a state, and return the state of its values."""
        match path.kind:
            case "predicate":
                return self.step(state, Edge(path.iri, inverse))
            case "inversePath":
                return self.path(state, path.parts[0], inverse=not inverse)
            case "sequence":
                for part in reversed(path.parts) if inverse else path.parts:
                    state = self.path(state, part, inverse=inverse)
                return state
            case "alternativePath":
                end = self.state()
                for part in path.parts:
                    self.link(self.path(state, part, inverse=inverse), end)
                return end
            case kind if kind == ANY:
                return self.step(state, Edge(None, inverse))
            case kind:
                return self._repetition(state, kind, path.parts[0], inverse=inverse)

    def _repetition(self, state: int, kind: str, part: PropertyPath, *, inverse: bool) -> int:
        begin, end = self.state(), self.state()
        self.link(state, begin)
        last = self.path(begin, part, inverse=inverse)
        self.link(last, end)
        if kind in _REPEATED:
            self.link(last, begin)
        if kind in _SKIPPED:
            self.link(begin, end)
        return end

    def build(self, starts: Iterable[int]) -> Navigation:
        """Finish the automaton.

        Args:
            starts: the states that walks begin in.
        """
        states = range(len(self._links))
        closures = [self._closure(state) for state in states]
        starts = list(starts)
        return Navigation(
            tuple(self._forward(closures[state]) for state in states),
            self._backward(closures),
            self._reading(),
            {state: found for state in states if (found := self._patterns(closures[state]))},
            tuple(frozenset(start for start in starts if state in closures[start]) for state in states),
            self._origins(starts),
        )

    def _patterns(self, closure: set[int]) -> frozenset[Pattern]:
        return frozenset(pattern for state in closure for pattern in self._elsewhere.get(state, ()))

    def _closure(self, state: int) -> set[int]:
        found, waiting = {state}, [state]
        while waiting:
            fresh = self._links[waiting.pop()] - found
            found |= fresh
            waiting += fresh
        return found

    def _forward(self, closure: set[int]) -> dict[Edge, frozenset[int]]:
        found: dict[Edge, set[int]] = defaultdict(set)
        for state in closure:
            for edge, targets in self._edges[state].items():
                found[edge] |= targets
        return _frozen(found)

    def _backward(self, closures: list[set[int]]) -> tuple[dict[Edge, frozenset[int]], ...]:
        found: list[dict[Edge, set[int]]] = [defaultdict(set) for _ in closures]
        for state, edges in enumerate(self._edges):
            for edge, targets in edges.items():
                for reached in set().union(*(closures[target] for target in targets)):
                    found[reached][edge].add(state)
        return tuple(map(_frozen, found))

    def _reading(self) -> dict[str | None, dict[Edge, frozenset[int]]]:
        found: dict[str | None, dict[Edge, set[int]]] = defaultdict(lambda: defaultdict(set))
        for state, edges in enumerate(self._edges):
            for edge in edges:
                found[edge.predicate][edge].add(state)
        return {predicate: _frozen(edges) for predicate, edges in found.items()}

    def _origins(self, starts: list[int]) -> dict[Pattern, frozenset[int]]:
        found: dict[Pattern, set[int]] = defaultdict(set)
        for start in starts if self._elsewhere else ():
            for pattern in self._patterns(self._reachable(start)):
                found[pattern].add(start)
        return {pattern: frozenset(origins) for pattern, origins in found.items()}

    def _reachable(self, start: int) -> set[int]:
        found, waiting = {start}, [start]
        while waiting:
            state = waiting.pop()
            fresh = self._links[state].union(*self._edges[state].values()) - found
            found |= fresh
            waiting += fresh
        return found


def _frozen(edges: Mapping[Edge, set[int]]) -> dict[Edge, frozenset[int]]:
    return {edge: frozenset(states) for edge, states in edges.items()}
