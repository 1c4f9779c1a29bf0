"""Walks over the stated triples of a store: back from a change to focus nodes, and on to what those read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from hkkg import catalog, vocab
from hkkg.catalog import Kind
from hkkg.store import BlankNode, NamedNode

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping

    from hkkg.store import DefaultGraph, EmbeddedStore, Quad, Term, Triple
    from hkkg.validation.navigation import Edge, Pattern
    from hkkg.validation.reach import Reach

_TYPE: Final = NamedNode(vocab.RDF + "type")
_SUBCLASS: Final = NamedNode(vocab.RDFS + "subClassOf")


class TooFarError(Exception):
    """So much is reached that to validate all of it is cheaper."""


class Stated:
    """The triples of a store that shapes see: what the graphs of its union state, not what was inferred.

    Mappings to other vocabularies are left out too, as they are where the packaged graph is validated.
    """

    def __init__(self, store: EmbeddedStore, context: EmbeddedStore | None = None) -> None:
        """Look at a store, which may change, and at one that it may refer to, which does not."""
        self._store = store
        self._context = context
        self._unseen = {vocab.INFERRED_GRAPH, *(file.graph for file in catalog.of_kind(Kind.MAPPINGS))}
        self._seen: dict[NamedNode | BlankNode | DefaultGraph, bool] = {}

    def __contains__(self, quad: Quad) -> bool:
        """Whether a quad, if it is there, is one that shapes see."""
        graph = quad.graph_name
        if graph not in self._seen:
            self._seen[graph] = (
                self._store.in_union(graph) and getattr(graph, "value", None) not in self._unseen
            )
        return self._seen[graph]

    def match(
        self, subject: Term | None = None, predicate: NamedNode | None = None, obj: Term | None = None
    ) -> Iterator[Quad]:
        """Yield the quads that match; a triple that two graphs state comes twice."""
        if subject is None or isinstance(subject, NamedNode | BlankNode):
            yield from (quad for quad in self._store.quads(subject, predicate, obj) if quad in self)
            if self._context is not None:
                yield from self._context.quads(subject, predicate, obj)


class Walks:
    """The walks that a validation of one state of a store makes, none longer than a limit."""

    def __init__(self, reach: Reach, stated: Stated, limit: int) -> None:
        """Begin.

        Args:
            reach: what the shapes read.
            stated: the triples.
            limit: how many nodes may be met, and triples be read, before giving up.
        """
        self._navigation = reach.navigation
        self._targets = reach.targets
        self._stated = stated
        self._left = limit
        self._onward: dict[tuple[Term, Edge], list[Quad]] = {}
        self._classes: dict[Term, frozenset[Term]] = {}

    def focus_nodes(self, changed: Collection[Quad]) -> dict[Term, set[int]]:
        """Find the focus nodes whose results a change can have changed, and where walks from them begin.

        Args:
            changed: the stated quads that were added or removed, literals as the store writes them.

        Raises:
            TooFarError: the limit is reached.
        """
        candidates = self._before(changed) | self._at_large(changed)
        found = {node: self.starts(node) for node in candidates}
        return {node: starts for node, starts in found.items() if starts}

    def _before(self, changed: Iterable[Quad]) -> set[Term]:
        """Walk back from triples to the nodes that walks which read them can begin at."""
        found: set[Term] = set()
        visited: set[tuple[Term, int]] = set()
        waiting = [place for quad in changed for place in self._readers(quad)]
        while waiting:
            place = node, state = waiting.pop()
            if place in visited:
                continue
            visited.add(place)
            self._spend()
            if self._navigation.starts[state]:
                found.add(node)
            for edge, states in self._navigation.backward[state].items():
                sources = [self._source(quad, edge) for quad in self._arriving(node, edge)]
                waiting += [(source, state) for source in sources for state in states]
        return found

    def _readers(self, quad: Quad) -> Iterator[tuple[Term, int]]:
        """Yield the nodes and states that a triple is read in."""
        for predicate in (quad.predicate.value, None):
            for edge, states in self._navigation.reading.get(predicate, {}).items():
                for state in states:
                    yield self._source(quad, edge), state

    @staticmethod
    def _source(quad: Quad, edge: Edge) -> Term:
        return quad.object if edge.inverse else quad.subject

    def _arriving(self, node: Term, edge: Edge) -> Iterator[Quad]:
        predicate = None if edge.predicate is None else NamedNode(edge.predicate)
        if edge.to_predicate:
            found = self._stated.match(predicate=node) if isinstance(node, NamedNode) else iter(())
        elif edge.inverse:
            found = self._stated.match(node, predicate)
        else:
            found = self._stated.match(None, predicate, node)
        return self._spending(found)

    def _at_large(self, changed: Collection[Quad]) -> set[Term]:
        """Find the focus nodes of shapes that read a changed triple wherever it is."""
        starts: set[int] = set()
        for pattern, origins in self._navigation.origins.items():
            if any(_matches(quad, pattern) for quad in changed):
                starts |= origins
        return set(self._focus_nodes_of(starts)) if starts else set()

    def _focus_nodes_of(self, starts: set[int]) -> Iterator[Term]:
        targets = self._targets
        yield from (node for node, users in targets.nodes.items() if users & starts)
        for kind in [NamedNode(iri) for iri, users in targets.classes.items() if users & starts]:
            for below in self._closure(kind, lambda c: (q.subject for q in self._match(None, _SUBCLASS, c))):
                yield from (quad.subject for quad in self._match(None, _TYPE, below))
        for iri in [iri for iri, users in targets.subjects_of.items() if users & starts]:
            yield from (quad.subject for quad in self._match(None, NamedNode(iri), None))
        for iri in [iri for iri, users in targets.objects_of.items() if users & starts]:
            yield from (quad.object for quad in self._match(None, NamedNode(iri), None))

    def starts(self, node: Term) -> set[int]:
        """Find where walks from a node begin: one start for each shape that targets it."""
        targets = self._targets
        found = {*targets.nodes.get(node, ())}
        for quad in self._match(node, _TYPE, None):
            for kind in self._superclasses(quad.object):
                found |= targets.classes.get(getattr(kind, "value", ""), frozenset())
        for iri, starts in targets.subjects_of.items():
            found |= starts if any(self._match(node, NamedNode(iri), None)) else set()
        for iri, starts in targets.objects_of.items():
            found |= starts if any(self._match(None, NamedNode(iri), node)) else set()
        return found

    def _superclasses(self, kind: Term) -> frozenset[Term]:
        if kind not in self._classes:
            above = self._closure(kind, lambda c: (q.object for q in self._match(c, _SUBCLASS, None)))
            self._classes[kind] = frozenset(above)
        return self._classes[kind]

    @staticmethod
    def _closure(node: Term, beside: Callable[[Term], Iterable[Term]]) -> set[Term]:
        found, waiting = {node}, [node]
        while waiting:
            fresh = set(beside(waiting.pop())) - found
            found |= fresh
            waiting += fresh
        return found

    def excerpt(self, focus_nodes: Mapping[Term, set[int]]) -> Collection[Quad]:
        """Collect the triples that the shapes of some focus nodes read.

        Raises:
            TooFarError: the limit is reached.
        """
        found: dict[Triple, Quad] = {}
        visited: set[tuple[Term, int]] = set()
        waiting = [(node, start) for node, starts in focus_nodes.items() for start in starts]
        patterns: set[Pattern] = set()
        while waiting:
            place = node, state = waiting.pop()
            if place in visited:
                continue
            visited.add(place)
            self._spend()
            patterns |= self._navigation.elsewhere.get(state, frozenset())
            for edge, states in self._navigation.forward[state].items():
                for quad in self._leaving(node, edge):
                    found[quad.triple] = quad
                    reached = _end(quad, edge)
                    waiting += [(reached, state) for state in states]
        for pattern in patterns:
            found.update((quad.triple, quad) for quad in self._match(*pattern))
        return found.values()

    def _leaving(self, node: Term, edge: Edge) -> list[Quad]:
        if (node, edge) not in self._onward:
            predicate = None if edge.predicate is None else NamedNode(edge.predicate)
            ends = (None, predicate, node) if edge.inverse else (node, predicate, None)
            self._onward[node, edge] = list(self._match(*ends))
        return self._onward[node, edge]

    def _match(self, subject: Term | None, predicate: NamedNode | None, obj: Term | None) -> Iterator[Quad]:
        return self._spending(self._stated.match(subject, predicate, obj))

    def _spending(self, quads: Iterable[Quad]) -> Iterator[Quad]:
        for quad in quads:
            self._spend()
            yield quad

    def _spend(self) -> None:
        self._left -= 1
        if self._left < 0:
            raise TooFarError


def _end(quad: Quad, edge: Edge) -> Term:
    if edge.to_predicate:
        return quad.predicate
    return quad.subject if edge.inverse else quad.object


def _matches(quad: Quad, pattern: Pattern) -> bool:
    return all(
        wanted is None or wanted == term
        for wanted, term in zip(pattern, (quad.subject, quad.predicate, quad.object), strict=True)
    )
