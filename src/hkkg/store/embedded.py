"""The store inside the process: pyoxigraph in memory."""

from __future__ import annotations

from collections import Counter
from io import BytesIO
from typing import TYPE_CHECKING

import pyoxigraph
from pyoxigraph import DefaultGraph, NamedNode, Quad

from hkkg import vocab
from hkkg.errors import QueryEvaluationError
from hkkg.store.answers import RDF, Answer, evaluating
from hkkg.store.complaints import query_problem, refuse_monster

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from pyoxigraph import BlankNode, Literal, Triple

    from hkkg.formats import Format
    from hkkg.store.changes import Change


class EmbeddedStore:
    """Named graphs, and a default graph that holds the union of those that a plain query should see.

    The union is kept as triples of its own, because a query over many graphs at once is several times
    slower than over one.
    """

    def __init__(self, *, union: bool = True) -> None:
        """Make an empty store.

        Args:
            union: whether the default graph is the union of the named graphs; else it is a graph of its own.
        """
        self._store = pyoxigraph.Store()
        self._apart: set[str] = set()
        self.union = union

    def __len__(self) -> int:
        """Count the quads, the default graph's included."""
        return len(self._store)

    def __contains__(self, quad: Quad) -> bool:
        """Whether a quad is there, at the same cost however many share its terms."""
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
            self._store.extend(_in_default_graph(quads))

    def apply(self, change: Change) -> None:
        """Carry out a change, and keep the union in step with the named graphs."""
        for quad in change.removed:
            self._store.remove(quad)
        self._store.extend(change.added)
        for name in change.created:
            self._store.add_graph(name)
        for name in change.dropped:
            self._store.remove_graph(name)
        if self.union:
            self._store.extend(_in_default_graph(q for q in change.added if self.in_union(q)))
            for quad in _in_default_graph(q for q in change.removed if self.in_union(q)):
                if not self._is_stated(quad):
                    self._store.remove(quad)

    def in_union(self, quad: Quad) -> bool:
        """Whether a quad's graph is one of those that make up the union."""
        return str(quad.graph_name) not in self._apart

    def _is_stated(self, quad: Quad) -> bool:
        """Whether a named graph of the union holds a triple."""
        stated = self._store.quads_for_pattern(quad.subject, quad.predicate, quad.object, None)
        return any(isinstance(q.graph_name, NamedNode) and self.in_union(q) for q in stated)

    def query(
        self,
        text: str,
        *,
        source: str = "query",
        default_graphs: Sequence[str] = (),
        named_graphs: Sequence[str] = (),
    ) -> Answer:
        """Evaluate a query over the default graph and the named graphs.

        Args:
            text: SPARQL 1.1; every prefix must be declared.
            source: what errors call the query.
            default_graphs: IRIs of the graphs that make up the default graph, in place of any FROM clause.
            named_graphs: IRIs of the graphs that GRAPH sees, in place of any FROM NAMED clause.

        Raises:
            QuerySyntaxError: with line and column.
            QueryEvaluationError: the engine gave up.
        """
        refuse_monster(text, source)
        try:
            with evaluating():
                default, named = _dataset(default_graphs, named_graphs)
                return Answer(self._store.query(text, default_graph=default, named_graphs=named))
        except SyntaxError as error:
            raise query_problem(error, text, source) from None

    def update(self, text: str, *, source: str = "update") -> None:
        """Evaluate a SPARQL Update, all of it or nothing.

        The default graph is not kept in step with the named graphs: the update names each that it means.

        Args:
            text: SPARQL 1.1 Update; every prefix must be declared.
            source: what errors call the update.

        Raises:
            QuerySyntaxError: with line and column.
            QueryEvaluationError: the engine gave up.
        """
        try:
            self._store.update(text)
        except SyntaxError as error:
            raise query_problem(error, text, source) from None
        except (RuntimeError, ValueError, OSError) as error:
            raise QueryEvaluationError(f"the update could not be evaluated: {error}.") from None

    def quads(
        self,
        subject: NamedNode | BlankNode | Triple | None = None,
        predicate: NamedNode | None = None,
        obj: NamedNode | BlankNode | Literal | Triple | None = None,
        graph: NamedNode | DefaultGraph | None = None,
    ) -> Iterator[Quad]:
        """Iterate over the quads that match; None matches anything."""
        return self._store.quads_for_pattern(subject, predicate, obj, graph)

    def graphs(self) -> list[str]:
        """Name the named graphs, sorted."""
        return sorted(g.value for g in self._store.named_graphs() if isinstance(g, NamedNode))

    def graph_sizes(self) -> dict[str, int]:
        """Count the triples of each named graph."""
        names = (q.graph_name for q in self._store if isinstance(q.graph_name, NamedNode))
        return dict(sorted(Counter(name.value for name in names).items()))

    def dump(self, target: Format, quads: Iterable[Quad]) -> bytes:
        """Write quads in a format, sorted, so that the same graph gives the same bytes.

        A format that holds no graphs gets the triples of all of them.
        """
        if not target.holds_graphs:
            triples = {q.triple for q in quads}
            ordered: list[Triple] | list[Quad] = sorted(triples, key=str)
        else:
            ordered = sorted(set(quads), key=lambda q: (str(q.graph_name), str(q.triple)))
        output = BytesIO()
        pyoxigraph.serialize(ordered, output, RDF[target.name], prefixes=vocab.PREFIXES)
        return output.getvalue()


def _in_default_graph(quads: Iterable[Quad]) -> Iterator[Quad]:
    return (Quad(q.subject, q.predicate, q.object, DefaultGraph()) for q in quads)


def _dataset(
    default_graphs: Sequence[str], named_graphs: Sequence[str]
) -> tuple[list[NamedNode | BlankNode | DefaultGraph] | None, list[NamedNode | BlankNode] | None]:
    """Describe the dataset of a request; a request that names any graph sees no other."""
    if not default_graphs and not named_graphs:
        return None, None
    return [NamedNode(iri) for iri in default_graphs], [NamedNode(iri) for iri in named_graphs]
