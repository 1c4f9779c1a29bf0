"""The store inside the process: pyoxigraph in memory."""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO
from itertools import chain, takewhile
from typing import IO, TYPE_CHECKING, Final, cast

import pyoxigraph
from pyoxigraph import BlankNode, DefaultGraph, NamedNode, Quad, RdfFormat

from hkkg import vocab
from hkkg.errors import QueryEvaluationError
from hkkg.formats import NQUADS
from hkkg.store.answers import FAILURES, RDF, Answer, Writable, evaluation_problem
from hkkg.store.complaints import query_problem, refuse_monster, update_problem
from hkkg.store.parsing import load_natively, parse_as_named
from hkkg.store.tokens import dataset_of
from hkkg.store.xml_guard import guarded

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from pyoxigraph import Literal, Triple

    from hkkg.formats import Format
    from hkkg.store.changes import Change

_GRAPH_LINE: Final = "# graph "


@dataclass(frozen=True, slots=True)
class Dataset:
    """What a query sees.

    Attributes:
        default: the graphs that make up the default graph.
        named: the graphs that GRAPH sees; None means every named graph.
    """

    default: list[NamedNode | BlankNode | DefaultGraph]
    named: list[NamedNode | BlankNode] | None

    @classmethod
    def of(cls, default_graphs: Iterable[str], named_graphs: Iterable[str]) -> Dataset:
        """Describe the dataset of a request by IRIs, each once; one that names any graph sees no other."""
        default, named = dict.fromkeys(default_graphs), dict.fromkeys(named_graphs)
        return cls([NamedNode(iri) for iri in default], [NamedNode(iri) for iri in named])


class EmbeddedStore:
    """Named graphs, and a default graph that holds the union of those that a plain query should see.

    The union is kept as triples of its own, because a query over many graphs at once is several times
    slower than over one. As long as a single document is loaded, its graph stands for the union: without the
    copy the store needs half of the memory and of the time to open, and most queries are faster.
    """

    def __init__(self, *, union: bool = True) -> None:
        """Make an empty store.

        Args:
            union: whether the default graph is the union of the named graphs; else it is a graph of its own.
        """
        self._store = pyoxigraph.Store()
        self._apart: set[str] = set()
        self._sole: NamedNode | None = None
        self.union = union

    def __contains__(self, quad: Quad) -> bool:
        """Whether a quad is there, at the same cost however many share its terms."""
        if self._sole and isinstance(quad.graph_name, DefaultGraph):
            quad = Quad(quad.subject, quad.predicate, quad.object, self._sole)
        return quad in self._store

    def add(self, quads: Iterable[Quad], *, in_union: bool) -> None:
        """Add quads; with `in_union`, their triples are in the default graph too.

        Without it, their graphs stay apart from the union whatever is done to them later.
        """
        quads = list(quads)
        self._store.extend(quads)
        if not in_union:
            self._apart.update(str(quad.graph_name) for quad in quads)
        elif self.union:
            self.complete_union()
            self._store.extend(_in_default_graph(quads))

    def load(self, data: bytes, source_format: Format, *, source: str, graph: str) -> None:
        """Load a document of triples into a graph and into the union, natively.

        Raises:
            SyntaxProblemError: the document is not well-formed, with line and column; the store holds less
                than all of it and is not to be used.
        """
        is_first = not len(self._store)
        load_natively(self._store, data, source_format, source=source, graph=graph)
        if not self.union:
            return
        if is_first:
            self._sole = NamedNode(graph)
        else:
            self.complete_union()
            self._include(NamedNode(graph))

    def complete_union(self) -> None:
        """Let the default graph have its own triples, as whatever changes the store does before."""
        sole, self._sole = self._sole, None
        if sole:
            self._include(sole)

    def _include(self, graph: NamedNode) -> None:
        self._store.update(f"ADD SILENT {graph} TO DEFAULT")

    def snapshot(self) -> bytes:
        """Write all quads, the default graph's included, as N-Quads with the names of blank nodes.

        Comments list the named graphs, so that empty ones are kept.
        """
        self.complete_union()
        graphs = "".join(f"{_GRAPH_LINE}{name}\n" for name in self._store.named_graphs())
        return graphs.encode() + _dumped(self._store)

    def restore(self, data: bytes, *, source: str, apart: Iterable[str] = ()) -> None:
        """Fill an empty store with a snapshot.

        Raises:
            SyntaxProblemError: it is no snapshot.
        """
        self._apart = {str(NamedNode(name)) for name in apart}
        lines = data.splitlines(keepends=True)
        for line in takewhile(lambda line: line.startswith(b"#"), lines):
            self._store.add_graph(NamedNode(line.decode().removeprefix(_GRAPH_LINE).strip()[1:-1]))
        # The engine would rename blank nodes while it loads, and later changes name them.
        plain = b"".join(line for line in lines if b"_:" not in line)
        load_natively(self._store, plain, NQUADS, source=source)
        others = b"".join(line for line in lines if b"_:" in line)
        self._store.extend(parse_as_named(others, NQUADS, source=source))

    @property
    def apart(self) -> tuple[str, ...]:
        """The IRIs of the graphs that the union leaves out, sorted."""
        return tuple(sorted(name[1:-1] for name in self._apart))

    def apply(self, change: Change) -> None:
        """Carry out a change, and keep the union in step with the named graphs."""
        self.complete_union()
        for quad in change.removed:
            self._store.remove(quad)
        self._store.extend(change.added)
        for name in change.created:
            self._store.add_graph(name)
        for name in change.dropped:
            self._store.remove_graph(name)
        if self.union:
            self._store.extend(_in_default_graph(q for q in change.added if self.in_union(q.graph_name)))
            for quad in _in_default_graph(q for q in change.removed if self.in_union(q.graph_name)):
                if not self._is_stated(quad):
                    self._store.remove(quad)

    def _is_stated(self, quad: Quad) -> bool:
        """Whether a named graph of the union holds a triple."""
        stated = self._store.quads_for_pattern(quad.subject, quad.predicate, quad.object, None)
        return any(isinstance(q.graph_name, NamedNode) and self.in_union(q.graph_name) for q in stated)

    def query(
        self,
        text: str,
        *,
        source: str = "query",
        dataset: Dataset | None = None,
        base: str | None = None,
    ) -> Answer:
        """Evaluate a query over the default graph and the named graphs.

        Args:
            text: SPARQL 1.1; every prefix must be declared.
            source: what errors call the query.
            base: what relative IRIs are relative to; without it they are refused.
            dataset: what it sees, in place of any FROM clause; without it, what such clauses say, or all.

        Raises:
            QuerySyntaxError: with line and column.
            QueryEvaluationError: the engine gave up.
        """
        refuse_monster(text, source)
        try:
            default, named = (dataset.default, dataset.named) if dataset else (self._seen_by(text), None)
            return Answer(self._store.query(text, base_iri=base, default_graph=default, named_graphs=named))
        except SyntaxError as error:
            raise query_problem(error, text, source) from None
        except FAILURES as error:
            raise evaluation_problem(error) from None

    def _seen_by(self, text: str) -> list[NamedNode | BlankNode | DefaultGraph] | None:
        """Say which graph stands for the union, if any does, unless the query names its dataset itself."""
        return [self._sole] if self._sole and not any(dataset_of(text)) else None

    def update(
        self, text: str, *, source: str = "update", base: str | None = None, is_bounded: bool = False
    ) -> None:
        """Evaluate a SPARQL Update, all of it or nothing.

        The default graph is not kept in step with the named graphs: the update names each that it means.

        Args:
            text: SPARQL 1.1 Update; every prefix must be declared.
            source: what errors call the update.
            base: what relative IRIs are relative to; without it they are refused.
            is_bounded: whether it is part of what `refuse_monster` has let pass, at some cost.

        Raises:
            QuerySyntaxError: with line and column.
            QueryEvaluationError: the engine gave up.
        """
        if not is_bounded:
            refuse_monster(text, source)
        self.complete_union()
        try:
            self._store.update(text, base_iri=base)
        except SyntaxError as error:
            raise update_problem(error, text, source, base) from None
        except (RuntimeError, ValueError, OSError) as error:
            raise QueryEvaluationError(f"the update could not be evaluated: {error}.") from None

    def merged(self, default_graphs: Iterable[str], named_graphs: Iterable[str]) -> EmbeddedStore:
        """Copy graphs into a store whose default graph is the merge of others (RDF 1.1 Semantics, 4.1)."""
        store = EmbeddedStore(union=False)
        for name in set(default_graphs):
            store.add(_in_default_graph(self.quads(graph=NamedNode(name))), in_union=True)
        for name in set(named_graphs):
            store.add(self.quads(graph=NamedNode(name)), in_union=True)
        return store

    def write_graph(self, name: str | None, target: Format, output: Writable) -> None:
        """Write a named graph, or the default graph, in the order in which the store holds it.

        Raises:
            NotAcceptableError: it holds what XML cannot express; a part may have been written.
        """
        graph = self._sole or DefaultGraph() if name is None else NamedNode(name)
        stream = cast("IO[bytes]", guarded(target, output))
        self._store.dump(stream, RDF[target.name], from_graph=graph, prefixes=vocab.PREFIXES)

    def written_aside(self, text: str, *, source: str = "update", base: str | None = None) -> list[Quad]:
        """Carry out a SPARQL Update that writes to graphs of its own alone, and take out what it wrote.

        Raises:
            QuerySyntaxError: with line and column.
            QueryEvaluationError: the engine gave up.
        """
        before = self._named()
        self.update(text, source=source, base=base)
        own = self._named() - before
        written = [quad for name in own for quad in self.quads(graph=name)]
        for name in own:
            self._store.remove_graph(name)
        return written

    def _named(self) -> set[NamedNode]:
        return {name for name in self._store.named_graphs() if isinstance(name, NamedNode)}

    def has_graph(self, name: NamedNode) -> bool:
        """Whether there is a named graph, empty or not."""
        return self._store.contains_named_graph(name)

    def quads(
        self,
        subject: NamedNode | BlankNode | Triple | None = None,
        predicate: NamedNode | None = None,
        obj: NamedNode | BlankNode | Literal | Triple | None = None,
        graph: NamedNode | DefaultGraph | None = None,
    ) -> Iterator[Quad]:
        """Iterate over the quads that match; None matches anything."""
        pattern = (subject, predicate, obj)
        if self._sole and isinstance(graph, DefaultGraph):
            return _in_default_graph(self._store.quads_for_pattern(*pattern, self._sole))
        found = self._store.quads_for_pattern(*pattern, graph)
        return chain(found, self.quads(*pattern, DefaultGraph())) if self._sole and graph is None else found

    def in_union(self, graph: NamedNode | BlankNode | DefaultGraph) -> bool:
        """Whether what a graph states is seen by a plain query.

        The default graph states nothing where it is the union of others.
        """
        return not self.union if isinstance(graph, DefaultGraph) else str(graph) not in self._apart

    def graphs(self) -> list[str]:
        """Name the named graphs, sorted."""
        return sorted(g.value for g in self._store.named_graphs() if isinstance(g, NamedNode))

    def graph_sizes(self) -> dict[str, int]:
        """Count the triples of each named graph."""
        found = self._store.query("SELECT ?g (COUNT(*) AS ?size) { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g")
        assert isinstance(found, pyoxigraph.QuerySolutions)  # noqa: S101 - the query above is a SELECT
        sizes = {row[0].value: int(row[1].value) for row in found}
        return {name: sizes.get(name, 0) for name in self.graphs()}

    def dump(
        self, target: Format, quads: Iterable[Quad], prefixes: Mapping[str, str] = vocab.PREFIXES
    ) -> bytes:
        """Write quads in a format, sorted, so that the same graph gives the same bytes.

        A format that holds no graphs gets the triples of all of them.
        """
        return next(self.dumps((target,), quads, prefixes))

    def dumps(
        self,
        targets: Sequence[Format],
        quads: Iterable[Quad],
        prefixes: Mapping[str, str] = vocab.PREFIXES,
    ) -> Iterator[bytes]:
        """Write quads likewise in several formats, all of which hold graphs or none, and sort them once."""
        ordered = _ordered(quads, holds_graphs=targets[0].holds_graphs)
        for target in targets:
            output = BytesIO()
            stream = cast("IO[bytes]", guarded(target, output))
            pyoxigraph.serialize(ordered, stream, RDF[target.name], prefixes=dict(prefixes))
            yield output.getvalue()


def _ordered(quads: Iterable[Quad], *, holds_graphs: bool) -> list[Triple] | list[Quad]:
    if not holds_graphs:
        return sorted({q.triple for q in quads}, key=str)
    return sorted(set(quads), key=lambda q: (str(q.graph_name), str(q.triple)))


def _dumped(store: pyoxigraph.Store) -> bytes:
    return store.dump(format=RdfFormat.N_QUADS) or b""


def _read(lines: set[bytes], source: str) -> tuple[Quad, ...]:
    return tuple(parse_as_named(b"".join(lines), NQUADS, source=source))


def _in_default_graph(quads: Iterable[Quad]) -> Iterator[Quad]:
    return (Quad(q.subject, q.predicate, q.object, DefaultGraph()) for q in quads)
