"""IRIs for graphs that a blank node names (RDF 1.1, 3.5): SPARQL knows graphs by IRIs alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyoxigraph import BlankNode, DefaultGraph, NamedNode, Quad, Triple

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from pyoxigraph import Literal

    Iris = Mapping[NamedNode | BlankNode | Literal | DefaultGraph, NamedNode]


def named_by_iris(quads: Iterable[Quad], graph: str) -> list[Quad]:
    """Put triples outside any graph into one, and name the graphs after it that a blank node names.

    Such a node becomes that IRI wherever it stands; they are numbered in the order of the document.
    """
    name = NamedNode(graph)
    placed = [
        Quad(q.subject, q.predicate, q.object, name) if isinstance(q.graph_name, DefaultGraph) else q
        for q in quads
    ]
    blank = dict.fromkeys(q.graph_name for q in placed if isinstance(q.graph_name, BlankNode))
    iris: Iris = {node: NamedNode(f"{graph}#genid-{number}") for number, node in enumerate(blank, 1)}
    return [_renamed(quad, iris) for quad in placed] if iris else placed


def _renamed(quad: Quad, iris: Iris) -> Quad:
    triple = _with_iris(quad.triple, iris)
    return Quad(triple.subject, triple.predicate, triple.object, iris.get(quad.graph_name, quad.graph_name))


def _with_iris(triple: Triple, iris: Iris) -> Triple:
    subject, obj = triple.subject, triple.object
    return Triple(
        _with_iris(subject, iris) if isinstance(subject, Triple) else iris.get(subject, subject),
        triple.predicate,
        _with_iris(obj, iris) if isinstance(obj, Triple) else iris.get(obj, obj),
    )
