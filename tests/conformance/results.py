"""Reading the bodies of answers: result tables, truth values and graphs."""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from typing import Final

import pyoxigraph
from pyoxigraph import BlankNode, Literal, NamedNode, QueryBoolean, QueryResultsFormat, RdfFormat, Triple

from conformance.model import Graph, Match, Outcome, Table, Term

RS: Final = "http://www.w3.org/2001/sw/DataAccess/tests/result-set#"
RDF: Final = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
CSV: Final = "text/csv"

TABLES: Final = {
    "application/sparql-results+json": QueryResultsFormat.JSON,
    "application/sparql-results+xml": QueryResultsFormat.XML,
    "text/tab-separated-values": QueryResultsFormat.TSV,
    CSV: QueryResultsFormat.CSV,
}
MEDIA_TYPES: Final = dict(zip(("json", "xml", "tsv", "csv"), TABLES, strict=True))
GRAPHS: Final = {
    "application/n-triples": RdfFormat.N_TRIPLES,
    "text/turtle": RdfFormat.TURTLE,
    "application/rdf+xml": RdfFormat.RDF_XML,
}


def read(body: bytes, media_type: str, base: str | None = None) -> Outcome:
    """Read the body of an answer.

    Raises:
        ValueError: the media type is none that carries an answer, or the body is not what it says.
    """
    if media_type == CSV:
        return _csv(body)
    if media_type in TABLES:
        return _table(body, TABLES[media_type])
    if media_type in GRAPHS:
        quads = pyoxigraph.parse(body, GRAPHS[media_type], base_iri=base)
        return _graph([Triple(q.subject, q.predicate, q.object) for q in quads])
    raise ValueError(f"an answer of the type {media_type!r}")


def _table(body: bytes, kind: QueryResultsFormat) -> Table | bool:
    answer = pyoxigraph.parse_query_results(body, kind)
    if isinstance(answer, QueryBoolean):
        return bool(answer)
    names = tuple(variable.value for variable in answer.variables)
    return Table(names, tuple(tuple(row[name] for name in names) for row in answer))


def _csv(body: bytes) -> Table:
    """Read CSV, which keeps no kinds of terms but blank nodes, and no difference between nothing and ''."""
    header, *lines = csv.reader(io.StringIO(body.decode(), newline=""))
    return Table(tuple(header), tuple(tuple(map(_cell, line)) for line in lines))


def _cell(text: str) -> Term | None:
    if not text:
        return None
    return BlankNode(text[2:]) if text.startswith("_:") else Literal(text)


def _graph(triples: list[Triple]) -> Outcome:
    """Tell a graph from a table or truth value that is written as one."""
    facts: dict[Term, dict[str, list[Term]]] = defaultdict(lambda: defaultdict(list))
    for triple in triples:
        facts[triple.subject][triple.predicate.value].append(triple.object)
    kind = NamedNode(f"{RS}ResultSet")
    found = next((f for f in list(facts.values()) if kind in f[f"{RDF}type"]), None)
    if found is None:
        return Graph(frozenset(triples))
    if found[f"{RS}boolean"]:
        return found[f"{RS}boolean"][0].value == "true"
    return _result_set(found, facts)


def _result_set(found: dict[str, list[Term]], facts: dict[Term, dict[str, list[Term]]]) -> Table:
    names = tuple(sorted(term.value for term in found[f"{RS}resultVariable"]))
    solutions = [facts[node] for node in found[f"{RS}solution"]]
    ordered = bool(solutions) and all(s[f"{RS}index"] for s in solutions)
    if ordered:
        solutions.sort(key=lambda s: int(s[f"{RS}index"][0].value))
    rows = []
    for solution in solutions:
        bindings = [facts[node] for node in solution[f"{RS}binding"]]
        values = {b[f"{RS}variable"][0].value: b[f"{RS}value"][0] for b in bindings}
        rows.append(tuple(values.get(name) for name in names))
    return Table(names, tuple(rows), Match.SEQUENCE if ordered else Match.BAG)
