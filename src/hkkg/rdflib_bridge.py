"""The one way between rdflib's terms and the store's, and rdflib as a second engine."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, cast

import rdflib
from pyparsing import ParseException
from rdflib.plugins import sparql
from rdflib.query import Result

from hkkg import vocab
from hkkg.errors import Place, QueryEvaluationError, QuerySyntaxError
from hkkg.store import BlankNode, DefaultGraph, Literal, NamedNode, Quad, Table, Term, Triple

if TYPE_CHECKING:
    from collections.abc import Iterable

_LONGEST_REASON = 200


def to_rdflib(term: Term) -> rdflib.term.Node:
    """Convert a term of the store, with its language tag written as RFC 5646 recommends.

    Raises:
        TypeError: it is a triple term, which RDF 1.1 lacks.
    """
    match term:
        case NamedNode():
            return rdflib.URIRef(term.value)
        case BlankNode():
            return rdflib.BNode(term.value)
        case Literal() if term.language:
            return rdflib.Literal(term.value, lang=vocab.canonical_tag(term.language))
        case Literal() if term.datatype.value == vocab.XSD + "string":
            return rdflib.Literal(term.value)  # to rdflib, one with the datatype written out is another term
        case Literal():
            return rdflib.Literal(term.value, datatype=rdflib.URIRef(term.datatype.value), normalize=False)
        case _:
            raise TypeError("rdflib has no triple terms")


def from_rdflib(node: rdflib.term.Node | None) -> Term | None:
    """Convert a term of rdflib; None stays None.

    Raises:
        TypeError: it is none of RDF's terms.
    """
    match node:
        case None:
            return None
        case rdflib.URIRef():
            return NamedNode(str(node))
        case rdflib.BNode():
            return BlankNode(str(node))
        case rdflib.Literal() if node.language:
            return Literal(str(node), language=node.language)
        case rdflib.Literal():
            return Literal(str(node), datatype=NamedNode(str(node.datatype)) if node.datatype else None)
        case _:
            raise TypeError(f"{type(node).__name__} is no RDF term")


def result_of(answer: Table | list[Triple]) -> rdflib.Graph | Result:
    """Convert an answer: triples to a graph, a table to a result.

    Raises:
        TypeError: it has a triple term, which RDF 1.1 lacks.
    """
    if isinstance(answer, list):
        graph = rdflib.Graph()
        for prefix, namespace in vocab.PREFIXES.items():
            graph.bind(prefix, namespace)
        for triple in answer:
            graph.add((to_rdflib(triple.subject), to_rdflib(triple.predicate), to_rdflib(triple.object)))
        return graph
    result = Result("SELECT")
    names = [rdflib.Variable(name) for name in answer.variables]
    result.vars = names
    result.bindings = [
        {
            name: cast("rdflib.term.Identifier", to_rdflib(term))
            for name, term in zip(names, row, strict=True)
            if term is not None
        }
        for row in answer.rows
    ]
    return result


class RdflibEngine:
    """rdflib's own query engine over the quads of a store: slow, and written by other people."""

    name = "rdflib"

    def __init__(self, quads: Iterable[Quad]) -> None:
        """Copy the quads."""
        self._dataset = rdflib.Dataset(default_union=False)
        for quad in quads:
            self._target(quad).add(
                (
                    to_rdflib(quad.subject),
                    to_rdflib(quad.predicate),
                    to_rdflib(quad.object),
                )
            )

    def _target(self, quad: Quad) -> rdflib.Graph:
        if isinstance(quad.graph_name, DefaultGraph):
            default: rdflib.Graph = self._dataset.default_graph
            return default
        return self._dataset.graph(rdflib.URIRef(quad.graph_name.value))

    def read(self, text: str, source: str) -> Table | bool | list[Triple]:
        """Evaluate a query and read its whole answer.

        Raises:
            QuerySyntaxError: rdflib's parser refuses the query.
            QueryEvaluationError: rdflib gave up.
        """
        # The first keeps FROM from fetching documents; the second makes a plain query see the default graph.
        sparql.SPARQL_LOAD_GRAPHS = False
        sparql.SPARQL_DEFAULT_GRAPH_UNION = False
        try:
            with warnings.catch_warnings():
                # rdflib's own evaluation uses what its Dataset deprecates.
                warnings.simplefilter("ignore", DeprecationWarning)
                return _converted(self._dataset.query(text))
        except ParseException as error:
            place = Place(source, error.lineno, error.column)
            raise QuerySyntaxError("rdflib cannot read the query beyond this place.", place=place) from None
        except Exception as error:  # noqa: BLE001 - rdflib raises Exception itself for what it cannot evaluate
            message = f"rdflib could not evaluate the query: {str(error)[:_LONGEST_REASON]}"
            raise QueryEvaluationError(message, place=Place(source)) from None


def _converted(result: Result) -> Table | bool | list[Triple]:
    if result.type == "ASK":
        return bool(result.askAnswer)
    if result.type == "SELECT":
        variables = tuple(str(v) for v in result.vars or ())
        # rdflib types the rows of every kind of result alike.
        rows = (tuple(from_rdflib(node) for node in row) for row in result)  # type: ignore[union-attr]
        return Table(variables, tuple(rows))
    return [_triple(*nodes) for nodes in result.graph or ()]


def _triple(*nodes: rdflib.term.Node) -> Triple:
    subject, predicate, obj = (from_rdflib(node) for node in nodes)
    assert isinstance(subject, NamedNode | BlankNode)  # noqa: S101 - rdflib constructs no other subjects
    assert isinstance(predicate, NamedNode)  # noqa: S101 - nor other predicates
    assert obj is not None  # noqa: S101 - nor triples without an object
    return Triple(subject, predicate, obj)
