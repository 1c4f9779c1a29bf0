"""Comparing what came with what was expected: by value, and blank nodes by their places."""

from __future__ import annotations

import struct
from collections import Counter
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Final

from pyoxigraph import BlankNode, CanonicalizationAlgorithm, Dataset, Literal, NamedNode, Quad, Triple

from conformance.model import Contents, Graph, Match, Outcome, Table, Term

if TYPE_CHECKING:
    from collections.abc import Iterable

XSD: Final = "http://www.w3.org/2001/XMLSchema#"
INTEGERS: Final = {
    f"{XSD}{name}"
    for name in (
        *("integer", "long", "int", "short", "byte"),
        *("nonNegativeInteger", "positiveInteger", "nonPositiveInteger", "negativeInteger"),
        *("unsignedLong", "unsignedInt", "unsignedShort", "unsignedByte"),
    )
}
TRUTH: Final = {"1": "true", "0": "false"}
CELL: Final = "urn:cell:"

Row = dict[str, Term]


def difference(expected: Outcome, actual: Outcome) -> str:
    """Say how an outcome differs from the one expected; nothing if it does not."""
    if isinstance(expected, Table) and isinstance(actual, Table):
        return _of_tables(expected, actual)
    if isinstance(expected, Graph) and isinstance(actual, Graph):
        return _of_quads([_as_quad(t) for t in expected.triples], [_as_quad(t) for t in actual.triples])
    if isinstance(expected, Contents) and isinstance(actual, Contents):
        return _of_quads(expected.quads, actual.quads)
    return "" if expected == actual else f"expected {expected}, and it is {actual}"


def _of_tables(expected: Table, actual: Table) -> str:
    if set(expected.variables) != set(actual.variables):
        return f"expected the variables {sorted(expected.variables)}, and they are {sorted(actual.variables)}"
    wanted, found = _rows(expected), _rows(actual)
    if expected.match is Match.REDUCED:
        if len(found) > len(wanted):
            return f"expected at most {len(wanted)} solutions, and there are {len(found)}"
        wanted, found = _distinct(wanted), _distinct(found)
    if expected.match is Match.SEQUENCE:
        wanted, found = _numbered(wanted), _numbered(found)
    if _keys(wanted) == _keys(found):
        return ""
    return _listed(map(_line, wanted), map(_line, found))


def _rows(table: Table) -> list[Row]:
    return [
        {name: by_value(term) for name, term in zip(table.variables, row, strict=True) if term is not None}
        for row in table.rows
    ]


def _distinct(rows: list[Row]) -> list[Row]:
    return list({tuple(sorted(row.items(), key=str)): row for row in rows}.values())


def _numbered(rows: list[Row]) -> list[Row]:
    return [{**row, "#": Literal(number)} for number, row in enumerate(rows)]


def _keys(rows: list[Row]) -> Counter[str] | Dataset:
    """Make what is equal for equal tables: the lines, or with blank nodes a canonical graph of the cells."""
    if not any(isinstance(term, BlankNode) for row in rows for term in row.values()):
        return Counter(map(_line, rows))
    nodes = [(BlankNode(), row) for row in rows]
    return _canonical(Quad(node, NamedNode(CELL + k), v) for node, row in nodes for k, v in row.items())


def _line(row: Row) -> str:
    return " ".join(f"?{name}={term}" for name, term in sorted(row.items())) or "(nothing bound)"


def _of_quads(expected: Iterable[Quad], actual: Iterable[Quad]) -> str:
    wanted, found = {_quad_by_value(q) for q in expected}, {_quad_by_value(q) for q in actual}
    if _canonical(wanted) == _canonical(found):
        return ""
    return _listed(map(str, wanted), map(str, found))


def _canonical(quads: Iterable[Quad]) -> Dataset:
    dataset = Dataset(quads)
    dataset.canonicalize(CanonicalizationAlgorithm.UNSTABLE)
    return dataset


def _as_quad(triple: Triple) -> Quad:
    return Quad(triple.subject, triple.predicate, triple.object)


def _quad_by_value(quad: Quad) -> Quad:
    return Quad(quad.subject, quad.predicate, by_value(quad.object), quad.graph_name)


def _listed(expected: Iterable[str], actual: Iterable[str]) -> str:
    wanted, found = Counter(expected), Counter(actual)
    lines = [f"  missing: {line}" for line in sorted((wanted - found).elements())]
    lines += [f"  besides: {line}" for line in sorted((found - wanted).elements())]
    return "\n".join(["the answer differs:", *lines])


def by_value(term: Term) -> Term:
    """Write a literal of a numeric or boolean type in one way, and its language tag in lower case.

    The type stays: an xsd:int is no xsd:integer.
    """
    if not isinstance(term, Literal):
        return term
    if term.language:
        return Literal(term.value, language=term.language.lower())
    try:
        return Literal(_lexical(term.value, term.datatype.value), datatype=term.datatype)
    except (ValueError, InvalidOperation, OverflowError):
        return term


def _lexical(text: str, datatype: str) -> str:
    if datatype in INTEGERS:
        return str(int(text))
    match datatype.removeprefix(XSD):
        case "decimal":
            return format(Decimal(text).normalize(), "f")
        case "double":
            return repr(float(text))
        case "float":
            return repr(struct.unpack("f", struct.pack("f", float(text)))[0])
        case "boolean":
            return TRUTH.get(text, text)
    return text
