"""Graph management (SPARQL 1.1 Update, section 3.2): what it changes, at the cost of the graphs it names.

A default graph that is a union of others is read as that; what is emptied or written in its stead is the
graph that holds what is written without one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeAlias

from hkkg import vocab
from hkkg.errors import QueryEvaluationError
from hkkg.reasoning import INFERRED
from hkkg.store import Change, DefaultGraph, EmbeddedStore, NamedNode, Quad

if TYPE_CHECKING:
    from collections.abc import Iterable

    from hkkg.generations.operations import Operation

Graph: TypeAlias = "NamedNode | DefaultGraph"

DEFAULT: Final = NamedNode(vocab.GRAPH + "default")
"""Holds what is written without a graph to a store whose default graph is the union of its named graphs."""

_NO_OPERANDS: Final = frozenset({"SILENT", "GRAPH", "TO"})


def managed(operation: Operation, base: str | None, store: EmbeddedStore) -> Change:
    """Say what an operation on whole graphs changes, and leave the store as it is.

    Raises:
        QueryEvaluationError: there is no such graph, or there is one already.
    """
    operands = [word for word in operation.words[1:] if word not in _NO_OPERANDS]
    match operation.kind:
        case "CREATE":
            return _created(_resolved(operation, operands[0], base), operation, store)
        case "CLEAR" | "DROP":
            graphs = _chosen(operation, operands[0], base, store)
            return _emptied(graphs, operation, store, drops=operation.kind == "DROP")
        case _:
            source, target = (_resolved(operation, operand, base) for operand in operands)
            return _transferred(source, target, operation, store)


def _resolved(operation: Operation, operand: str, base: str | None) -> Graph:
    """Resolve the name of a graph as the engine does."""
    if operand == "DEFAULT":
        return DefaultGraph()
    scratch = EmbeddedStore(union=False)
    scratch.update(f"{operation.prologue} CREATE GRAPH {operand}", base=base)
    return NamedNode(scratch.graphs()[0])


def _chosen(operation: Operation, operand: str, base: str | None, store: EmbeddedStore) -> list[Graph]:
    """Name the graphs to be emptied; what is inferred goes with what it follows from."""
    own = _written(DefaultGraph(), store)
    named: list[Graph] = [NamedNode(name) for name in store.graphs() if name != INFERRED.value]
    match operand:
        case "DEFAULT":
            return [own]
        case "NAMED":
            return named
        case "ALL":
            return list(dict.fromkeys([*named, own]))
        case _:
            return [_resolved(operation, operand, base)]


def _written(graph: Graph, store: EmbeddedStore) -> Graph:
    """Say which graph is written or emptied where one is named."""
    return DEFAULT if store.union and isinstance(graph, DefaultGraph) else graph


def _created(graph: Graph, operation: Operation, store: EmbeddedStore) -> Change:
    assert isinstance(graph, NamedNode)  # noqa: S101 - the grammar has no other
    if not store.has_graph(graph):
        return Change(created=(graph,))
    if operation.is_silent:
        return Change()
    raise QueryEvaluationError(f"there is a graph {graph} already.", hint="CREATE SILENT does not mind.")


def _emptied(graphs: Iterable[Graph], operation: Operation, store: EmbeddedStore, *, drops: bool) -> Change:
    there = [graph for graph in graphs if _is_there(graph, operation, store)]
    removed = tuple(quad for graph in there for quad in store.quads(graph=graph))
    dropped = tuple(graph for graph in there if isinstance(graph, NamedNode)) if drops else ()
    return Change(removed=removed, dropped=dropped)


def _is_there(graph: Graph, operation: Operation, store: EmbeddedStore) -> bool:
    if isinstance(graph, DefaultGraph) or store.has_graph(graph):
        return True
    if operation.is_silent or (store.union and graph == DEFAULT):
        return False
    raise QueryEvaluationError(f"there is no graph {graph}.", hint=f"{operation.kind} SILENT does not mind.")


def _transferred(source: Graph, target: Graph, operation: Operation, store: EmbeddedStore) -> Change:
    """Say what ADD, COPY and MOVE change."""
    if source == target or not _is_there(source, operation, store):
        return Change()
    moved, into = _written(source, store), _written(target, store)
    before = set(store.quads(graph=into))
    after = {Quad(q.subject, q.predicate, q.object, into) for q in store.quads(graph=source)}
    is_new = isinstance(into, NamedNode) and not store.has_graph(into)
    filling = Change(
        added=tuple(after - before),
        removed=() if operation.kind == "ADD" else tuple(before - after),
        created=(into,) if is_new and isinstance(into, NamedNode) else (),
    )
    if operation.kind != "MOVE" or moved == into:
        return filling
    return Change.of_all([filling, _emptied([moved], operation, store, drops=True)])
