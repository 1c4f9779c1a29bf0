"""What a write asks for, turned into the change that it makes of a store.

The operations of an update are carried out one after the other (SPARQL 1.1 Update, section 3).
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from uuid import uuid4

from hkkg import formats
from hkkg.errors import (
    FederationRefusedError,
    PreconditionError,
    QueryEvaluationError,
    QuerySyntaxError,
    UnknownResourceError,
    UpdateRefusedError,
)
from hkkg.generations.management import DEFAULT, managed
from hkkg.generations.operations import Operation, in_place, operations, parts, stretches
from hkkg.generations.patterns import aside, written_aside
from hkkg.reasoning import INFERRED
from hkkg.store import Change, DefaultGraph, EmbeddedStore, NamedNode, Quad, parse
from hkkg.store.complaints import refuse_monster
from hkkg.store.tokens import calls_service, prologue

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

_SOURCE: Final = "update"
_NOWHERE: Final = "urn:uuid:00000000-0000-0000-0000-000000000000"


@dataclass(frozen=True, slots=True)
class Write:
    """A write as a request transports it: a SPARQL Update, or a graph to put, post or delete.

    Attributes:
        method: `update`, or `put`, `post` or `delete` of the Graph Store Protocol.
        text: of the update.
        graph: the IRI of the graph of the Graph Store Protocol; None is the default graph.
        documents: the media and bytes of the graph to put or post, each with its format's name.
        using_graphs: IRIs of the graphs that make up the default graph for an update's patterns.
        using_named_graphs: IRIs of the graphs that GRAPH sees there.
        base: what relative IRIs are relative to.
        must_exist: whether there must be the graph already, or must not be; None if either will do.
        generation: that the write is meant for; None if any will do.
        report: the name of the format for a report of why it is refused; Turtle if that cannot hold it.
    """

    method: str
    text: str = ""
    graph: str | None = None
    documents: tuple[tuple[bytes, str], ...] = ()
    using_graphs: tuple[str, ...] = ()
    using_named_graphs: tuple[str, ...] = ()
    base: str | None = None
    must_exist: bool | None = None
    generation: int | None = None
    report: str = formats.TURTLE.name

    def change(self, store: EmbeddedStore) -> Change:
        """Say what the write changes in a store, and leave the store as it is.

        Raises:
            QuerySyntaxError: the update is not well-formed.
            SyntaxProblemError: a document is not.
            UnknownResourceError: a graph to delete does not exist.
            UpdateRefusedError: it would change what reasoning adds, or names a dataset twice.
            FederationRefusedError: it would fetch something.
            PreconditionError: there is the graph, or is not, against what the write says.
        """
        if self.method == "update":
            return _allowed(_of_update(self, store))
        return _allowed(_of_graph(self, store))


def _of_update(write: Write, store: EmbeddedStore) -> Change:
    refuse_monster(write.text, _SOURCE)
    split = parts(write.text)
    for stretch in stretches(write.text, split):
        try:
            _refuse_malformed(stretch.prologue + stretch.text, write.base)
        except QuerySyntaxError:
            _refuse_malformed(in_place(stretch, write.text, split), write.base)
    every = operations(write.text, split, _SOURCE)
    if calls_service(write.text) or any(each.kind == "LOAD" and not each.is_silent for each in every):
        raise FederationRefusedError(
            "SERVICE and LOAD are not allowed in an update: the service sends no requests elsewhere.",
            hint="Load the document yourself, and send what it holds.",
        )
    if write.using_graphs or write.using_named_graphs:
        every = [each.with_dataset(write.using_graphs, write.using_named_graphs) for each in every]
    return _of_operations(every, write.base, store)


def _of_operations(every: Sequence[Operation], base: str | None, store: EmbeddedStore) -> Change:
    """Carry operations out in turn, each on what those before it left; then undo them all."""
    done: list[Change] = []
    try:
        for number, operation in enumerate(every, 1):
            done.append(_of_operation(operation, base, store))
            if number < len(every):
                store.apply(done[-1])
    finally:
        for change in reversed(done[: len(every) - 1]):
            store.apply(change.inverse)
    return done[0] if len(done) == 1 else Change.of_all(done)


def _of_operation(operation: Operation, base: str | None, store: EmbeddedStore) -> Change:
    if "DATA" in operation.groups:
        return _of_data(operation, base, store)
    if "WHERE" in operation.groups:
        return _of_pattern(operation, base, store)
    if operation.kind == "LOAD":
        return Change()  # silent: it succeeds without an effect where nothing may be loaded
    return managed(operation, base, store)


def _refuse_malformed(text: str, base: str | None) -> None:
    """Refuse an update for its mistakes before it is refused for what it would fetch.

    Raises:
        QuerySyntaxError: it is not well-formed.
    """
    start = len(prologue(text))
    harmless = f"{text[:start]}\nDROP GRAPH <{_NOWHERE}> ; {text[start:]}"  # it fails before it fetches
    with suppress(QueryEvaluationError):
        try:
            EmbeddedStore().update(harmless, source=_SOURCE, base=base, is_bounded=True)
        except QuerySyntaxError:  # it is as malformed without, and says where
            EmbeddedStore().update(text, source=_SOURCE, base=base, is_bounded=True)


def _of_data(operation: Operation, base: str | None, store: EmbeddedStore) -> Change:
    scratch = EmbeddedStore(union=False)
    insertion = f"{operation.prologue}INSERT DATA {{{operation.groups['DATA']}}}"
    scratch.update(insertion, source=_SOURCE, base=base, is_bounded=True)
    inserts = operation.kind == "INSERT"
    meant = [quad for each in scratch.quads() for quad in _meant(each, store, inserts=inserts)]
    return _difference(dict.fromkeys(meant, inserts), store)


def _of_pattern(operation: Operation, base: str | None, store: EmbeddedStore) -> Change:
    """Delete first, and then insert, all by the solutions over the store as it is (section 3.1.3)."""
    written: dict[bool, set[Quad]] = {False: set(), True: set()}
    prefix = f"{uuid4().urn}:"
    for quad in store.written_aside(written_aside(operation, prefix), source=_SOURCE, base=base):
        meant = aside(quad.graph_name.value, prefix) if isinstance(quad.graph_name, NamedNode) else None
        if meant:
            graph = NamedNode(meant.graph) if meant.graph else DefaultGraph()
            written[meant.inserts].add(Quad(quad.subject, quad.predicate, quad.object, graph))
    both = written[False] & written[True]
    # A triple of the union stays where it is stated.
    staying = {quad for quad in both if store.union and _is_stated(quad, store)}
    changes = ((False, written[False] - both), (True, written[True] - staying))
    return _difference(
        {
            meant: inserts
            for inserts, quads in changes
            for quad in quads
            for meant in _meant(quad, store, inserts=inserts)
        },
        store,
    )


def _is_stated(quad: Quad, store: EmbeddedStore) -> bool:
    return isinstance(quad.graph_name, DefaultGraph) and bool(_stating(quad, store))


def _meant(quad: Quad, store: EmbeddedStore, *, inserts: bool) -> Iterable[Quad]:
    """Say which quads a quad of the default graph stands for, where that is a union."""
    if not store.union or not isinstance(quad.graph_name, DefaultGraph):
        return [quad]
    if inserts:
        return [Quad(quad.subject, quad.predicate, quad.object, DEFAULT)]
    return _stated(quad, store)


def _stated(quad: Quad, store: EmbeddedStore) -> list[Quad]:
    """Find a triple of the union in the graphs that state it.

    Raises:
        UpdateRefusedError: it is only inferred.
    """
    stated = _stating(quad, store)
    if not stated and Quad(quad.subject, quad.predicate, quad.object, INFERRED) in store:
        raise _inferred(f"{quad.triple} is inferred, and follows as long as what it follows from is stated.")
    return stated


def _stating(quad: Quad, store: EmbeddedStore) -> list[Quad]:
    return [
        q
        for q in store.quads(quad.subject, quad.predicate, quad.object)
        if isinstance(q.graph_name, NamedNode) and q.graph_name != INFERRED and store.in_union(q.graph_name)
    ]


def _difference(wanted: dict[Quad, bool], store: EmbeddedStore) -> Change:
    names = {q.graph_name for q, is_in in wanted.items() if is_in and isinstance(q.graph_name, NamedNode)}
    return Change(
        added=tuple(quad for quad, is_in in wanted.items() if is_in and quad not in store),
        removed=tuple(quad for quad, is_in in wanted.items() if not is_in and quad in store),
        created=tuple(name for name in sorted(names, key=str) if not store.has_graph(name)),
    )


def _of_graph(write: Write, store: EmbeddedStore) -> Change:
    name = _target(write, store)
    exists = not isinstance(name, NamedNode) or store.has_graph(name)
    if write.must_exist not in {None, exists}:
        raise PreconditionError(f"there is {'a' if exists else 'no'} graph {name}{' already' * exists}.")
    before = set(store.quads(graph=name))
    if write.method == "delete":
        if not exists:
            raise UnknownResourceError(f"there is no graph {name}.")
        return Change(removed=tuple(before), dropped=(name,) if isinstance(name, NamedNode) else ())
    after = set(_quads(write, name))
    return Change(
        added=tuple(after - before),
        removed=tuple(before - after) if write.method == "put" else (),
        created=() if exists or not isinstance(name, NamedNode) else (name,),
    )


def _target(write: Write, store: EmbeddedStore) -> NamedNode | DefaultGraph:
    if write.graph is not None:
        return NamedNode(write.graph)
    return DEFAULT if store.union else DefaultGraph()


def _quads(write: Write, name: NamedNode | DefaultGraph) -> Iterator[Quad]:
    """Parse the documents of a graph, their numbers spelt as a store spells them."""
    scratch = EmbeddedStore(union=False)
    for number, (data, format_name) in enumerate(write.documents, 1):
        source = "the body" if len(write.documents) == 1 else f"part {number} of the body"
        target = formats.by_name(format_name, formats.RDF_FORMATS)
        parsed = parse(data, target, source=source, base=write.base)
        scratch.add((Quad(q.subject, q.predicate, q.object, name) for q in parsed), in_union=True)
    return scratch.quads()


def _allowed(change: Change) -> Change:
    """Refuse a change of what reasoning adds."""
    if INFERRED in change.created or any(quad.graph_name == INFERRED for quad in change.added):
        raise _inferred("graph:inferred holds what reasoning adds, and nothing else can be added to it.")
    if INFERRED in change.dropped or any(quad.graph_name == INFERRED for quad in change.removed):
        raise _inferred("graph:inferred holds what reasoning adds, and nothing can be removed from it.")
    return change


def _inferred(message: str) -> UpdateRefusedError:
    hint = f"Change what it follows from. GRAPH ?g {{ … }} with FILTER(?g != {INFERRED}) leaves it out."
    return UpdateRefusedError(message, hint=hint)
