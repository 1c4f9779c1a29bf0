"""Values compared as SPARQL compares them, where rdflib has one order over all literals.

rdflib puts a date after a number, and takes `5 IN (5.0)` for false; so does pySHACL, which stands on it.
The store's engine is asked wherever that may differ from SPARQL 1.1 (17.3, 17.4.1.9).
"""

from __future__ import annotations

import operator
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

import rdflib
from rdflib.plugins.sparql.algebra import traverse
from rdflib.plugins.sparql.parserutils import Expr, value
from rdflib.plugins.sparql.sparql import Query, SPARQLError

from hkkg import vocab
from hkkg.rdflib_bridge import from_rdflib
from hkkg.store import EmbeddedStore, Literal, NamedNode

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

_OPERATORS: Final[dict[str, Callable[[Any, Any], bool]]] = {
    "=": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    ">": operator.gt,
    "<=": operator.le,
    ">=": operator.ge,
}
_TRUE: Final = Literal("true", datatype=NamedNode(vocab.XSD + "boolean"))
# Of these one value is before another; the engine takes any term for not after itself.
_ORDERED: Final = {
    rdflib.XSD[name]
    for name in (
        "boolean", "byte", "date", "dateTime", "dateTimeStamp", "dayTimeDuration", "decimal", "double",
        "duration", "float", "int", "integer", "long", "negativeInteger", "nonNegativeInteger",
        "nonPositiveInteger", "positiveInteger", "short", "string", "time", "unsignedByte", "unsignedInt",
        "unsignedLong", "unsignedShort", "yearMonthDuration",
    )
}  # fmt: skip
_EQUATIONS: Final = {"=", "!="}


class Value(rdflib.Literal):
    """A literal of the data or the shapes, whose value pySHACL compares with a bound."""

    __slots__ = ()

    def eq(self, other: Any) -> bool:  # noqa: ANN401 - rdflib's signature
        """Tell whether a value is equal to another that it has an order with.

        Raises:
            TypeError: they have none, whether or not they are equal.
        """
        return _told("<=", self, other) and _told("=", self, other)

    def __gt__(self, other: Any) -> bool:  # noqa: ANN401 - rdflib's signature
        """Tell whether a value comes after another.

        Raises:
            TypeError: they have no order, so that it is not before it either.
        """
        if _told(">", self, other):
            return True
        if _told("<", self, other):
            return False
        raise TypeError("these values have no order")

    def __lt__(self, other: Any) -> bool:  # noqa: ANN401 - rdflib's signature
        """Tell whether a value is known to come before another."""
        return compare("<", self, other) is True

    def __le__(self, other: Any) -> bool:  # noqa: ANN401 - rdflib's signature
        """Tell whether a value is known not to come after another."""
        return compare("<=", self, other) is True


def _told(name: str, left: rdflib.term.Node, right: rdflib.term.Node) -> bool:
    answer = compare(name, left, right)
    if answer is None:
        raise TypeError("these values cannot be compared")
    return answer


def compare(name: str, left: rdflib.term.Node, right: rdflib.term.Node) -> bool | None:
    """Apply an operator (=, !=, <, >, <=, >=) to two terms; None is SPARQL's error."""
    if isinstance(left, rdflib.Literal) and isinstance(right, rdflib.Literal):
        kinds = _plain_kind(left), _plain_kind(right)
        if kinds[0] is not None and kinds[0] == kinds[1]:
            return _OPERATORS[name](left.value, right.value)
        if left == right and name not in _EQUATIONS and not _is_ordered(left):
            return None
        return _asked(name, str(from_rdflib(left)), str(from_rdflib(right)))
    return (left == right) is (name == "=") if name in _EQUATIONS else None


def _plain_kind(literal: rdflib.Literal) -> type | None:
    """Name the Python type whose order is SPARQL's; None for what needs asking."""
    own = literal.value
    if literal.datatype == rdflib.XSD.integer and type(own) is int:
        return int
    if literal.datatype == rdflib.XSD.boolean and isinstance(own, bool):
        return bool  # the engine orders no truth values, where 17.3 does
    plain = literal.language is None and literal.datatype in {None, rdflib.XSD.string}
    return str if plain and isinstance(own, str) else None


def _is_ordered(literal: rdflib.Literal) -> bool:
    known = literal.datatype in _ORDERED and not literal.ill_typed and literal.value is not None
    return known and bool(literal.value == literal.value)


@lru_cache(maxsize=10_000)
def _asked(name: str, left: str, right: str) -> bool | None:
    answer = EmbeddedStore(union=False).query(f"SELECT ({left} {name} {right} AS ?told) {{}}").table()
    (told,) = answer.column("told")
    return None if told is None else told == _TRUE


def corrected(query: Query) -> Query:
    """Give the comparisons of a prepared query SPARQL's meaning."""
    query.algebra = traverse(query.algebra, visitPost=_replacement)
    return query


def _replacement(node: Any) -> Any:  # noqa: ANN401 - any part of rdflib's algebra
    if isinstance(node, Expr) and node.name == "RelationalExpression":
        parts = {name: dict.__getitem__(node, name) for name in ("expr", "op", "other") if name in node}
        return Expr("RelationalExpression", evalfn=_related, **parts)
    return None


def _related(expression: Any, context: Any) -> rdflib.term.Node:  # noqa: ANN401 - rdflib's signature
    left, name = expression.expr, expression.op
    if name is None:
        found: rdflib.term.Node = left
        return found
    if name in _OPERATORS:
        return _literal(compare(name, left, expression.other))
    others = dict.__getitem__(expression, "other")
    among = _among(left, [] if others == rdflib.RDF.nil else others, context)
    return _literal(among if among is None else among is (name == "IN"))


def _among(left: rdflib.term.Node, others: Iterable[Any], context: Any) -> bool | None:  # noqa: ANN401
    """Tell whether a term equals one of several; an error among them matters only if it equals none."""
    told = [compare("=", left, other) if other is not None else None for other in _values(others, context)]
    return True if True in told else None if None in told else False


def _values(parts: Iterable[Any], context: Any) -> Iterator[rdflib.term.Node | None]:  # noqa: ANN401
    for part in parts:
        try:
            yield value(context, part)
        except SPARQLError:
            yield None


def _literal(told: bool | None) -> rdflib.Literal:  # noqa: FBT001 - what was told is the value
    if told is None:
        raise SPARQLError("these values cannot be compared")
    return rdflib.Literal(told)
