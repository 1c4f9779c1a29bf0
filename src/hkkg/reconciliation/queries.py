"""Reconciliation queries and data extension queries as JSON, read strictly.

Reconciliation Service API 0.2, sections 4.1 (Structure of a Reconciliation Query) and 7.3 (Data Extension
Query Requests).
"""

from __future__ import annotations

import json
import math
from collections import Counter
from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any, Final, cast

from hkkg.errors import ParameterError, Place

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

DEFAULT_LIMIT: Final = 10
MOST_CANDIDATES: Final = 100
"""Candidates for a query, however many it would take."""
MOST_VALUES: Final = 1_000_000
STRICTNESS: Final = ("any", "all", "should")

_QUERY_MEMBERS: Final = ("query", "type", "limit", "properties", "type_strict")
_PROPERTY_MEMBERS: Final = ("pid", "p", "v")
_EXTENSION_MEMBERS: Final = ("ids", "properties")
_LONGEST_SHOWN: Final = 60
_MOST_DIGITS: Final = 12

Value = str | float | bool


@dataclass(frozen=True, slots=True)
class PropertyValue:
    """Values that a candidate should have for a property; one of them is enough.

    Attributes:
        property: its identifier or a label of it.
        values: literals, or names or identifiers of entities.
    """

    property: str
    values: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Query:
    """A reconciliation query.

    Attributes:
        text: a name or an identifier; nothing if only properties are given.
        types: identifiers of types, or labels of them.
        strictness: whether a candidate must be of any or of all of the types, or should be of one.
        properties: that a candidate should have.
        limit: on the number of candidates.
    """

    text: str
    types: tuple[str, ...] = ()
    strictness: str = "should"
    properties: tuple[PropertyValue, ...] = ()
    limit: int = DEFAULT_LIMIT


@dataclass(frozen=True, slots=True)
class Extension:
    """A data extension query.

    Attributes:
        ids: of entities.
        properties: identifiers, each with how many values are wanted at most; 0 means all.
    """

    ids: tuple[str, ...]
    properties: tuple[tuple[str, int], ...]


def read_json(text: str, what: str) -> Any:  # noqa: ANN401 - JSON is anything
    """Read a JSON document in which no object has a member twice.

    Raises:
        ParameterError: it is none.
    """
    try:
        return json.loads(text, object_pairs_hook=lambda pairs: _members(pairs, what), parse_constant=_refuse)
    except json.JSONDecodeError as error:
        place = Place(what, error.lineno, error.colno)
        raise ParameterError(
            f"this is not JSON: {error.msg}.", place=place, hint="Send a JSON object."
        ) from None
    except RecursionError:
        raise ParameterError(f"{what} is nested too deeply.") from None
    except ValueError:  # Python reads no integer of thousands of digits
        raise ParameterError(f"{what} has a number that is too long.") from None


def _members(pairs: list[tuple[str, Any]], what: str) -> dict[str, Any]:
    repeated = [name for name, count in Counter(name for name, _ in pairs).items() if count > 1]
    if repeated:
        raise ParameterError(f"{what} has the member {repeated[0][:_LONGEST_SHOWN]!r} twice.")
    return dict(pairs)


def _refuse(constant: str) -> float:
    raise ParameterError(f"{constant} is no JSON number.")


def read_batch(text: str) -> dict[str, Query]:
    """Read a reconciliation query batch.

    Raises:
        ParameterError: it is none; the place names the query.
    """
    batch = read_json(text, "queries")
    if not isinstance(batch, dict):
        raise ParameterError(
            "queries is no object of queries by name.", hint='Send {"q0": {"query": "港大"}}.'
        )
    return {name: read_query(query, _shown(name)) for name, query in batch.items()}


def _shown(name: str) -> str:
    """Write the name of a query so that a message can hold it: JSON may escape what is no character."""
    return name[:_LONGEST_SHOWN].encode("utf-8", "backslashreplace").decode()


def read_query(query: object, name: str) -> Query:
    """Read one query, given as an object, or as a text alone.

    Raises:
        ParameterError: it is none.
    """
    if isinstance(query, str):
        query = {"query": query}
    given = _object(query, name, _QUERY_MEMBERS)
    text = given.get("query", "")
    if not isinstance(text, str):
        raise _wrong(name, "query", "a string")
    pairs = _list(given.get("properties", []), name, "properties")
    properties = tuple(pair for pair in (_property(value, name) for value in pairs) if pair.values)
    if not text.strip() and not properties:
        raise ParameterError("it has neither a query nor properties.", place=Place(name))
    return Query(
        text,
        _types(given.get("type"), name),
        _strictness(given.get("type_strict"), name),
        properties,
        _limit(given.get("limit"), name),
    )


def _types(given: object, name: str) -> tuple[str, ...]:
    types = [] if given is None or given == "" else given if isinstance(given, list) else [given]
    # OpenRefine sends a type that the user chose as its identifier, some older clients as an object.
    found = [t.get("id") if isinstance(t, dict) else t for t in types]
    if not all(isinstance(t, str) for t in found):
        raise _wrong(name, "type", "an identifier or a list of these")
    return tuple(cast("list[str]", found))


def _strictness(given: object, name: str) -> str:
    if given is None:
        return "should"
    if given not in STRICTNESS:
        raise _wrong(name, "type_strict", f"one of {', '.join(STRICTNESS)}")
    return str(given)


def _limit(given: object, name: str) -> int:
    if given is None:
        return DEFAULT_LIMIT
    if isinstance(given, bool) or not isinstance(given, int | float):
        raise _wrong(name, "limit", "a number")
    if not 1 <= given < math.inf or given != int(given):
        raise _wrong(name, "limit", "a whole number of 1 or more")
    return min(int(given), MOST_CANDIDATES)


def _property(given: object, name: str) -> PropertyValue:
    pair = _object(given, name, _PROPERTY_MEMBERS)
    pid = pair.get("pid", pair.get("p"))  # OpenRefine's documentation has both
    if not isinstance(pid, str) or not pid.strip():
        raise _wrong(name, "pid", "the identifier of a property")
    if "v" not in pair:
        raise ParameterError(f"the property {pid[:_LONGEST_SHOWN]} has no value v.", place=Place(name))
    values = pair["v"] if isinstance(pair["v"], list) else [pair["v"]]
    read = (_value(value, name) for value in values)
    # An empty cell of a column says nothing.
    return PropertyValue(pid, tuple(v for v in read if not isinstance(v, str) or v.strip()))


def _value(given: object, name: str) -> Value:
    if isinstance(given, dict) and isinstance(given.get("id"), str):
        return str(given["id"])
    if not isinstance(given, str | int | float | bool):
        raise _wrong(name, "v", "a text, a number, true or false, or an object with an id")
    return given


def read_extension(text: str) -> Extension:
    """Read a data extension query.

    Raises:
        ParameterError: it is none.
    """
    given = _object(read_json(text, "extend"), "extend", _EXTENSION_MEMBERS)
    ids = _list(given.get("ids"), "extend", "ids")
    if not all(isinstance(identifier, str) for identifier in ids):
        raise _wrong("extend", "ids", "a list of identifiers")
    properties = _list(given.get("properties"), "extend", "properties")
    return Extension(tuple(cast("list[str]", ids)), tuple(map(_wanted, properties)))


def _wanted(given: object) -> tuple[str, int]:
    wanted = _object(given, "extend", ("id", "settings", "name"))
    identifier, settings = wanted.get("id"), wanted.get("settings") or {}
    if not isinstance(identifier, str) or not identifier.strip():
        raise _wrong("extend", "id", "the identifier of a property")
    limit = _object(settings, "settings", ("limit",)).get("limit", 0)
    if isinstance(limit, str) and limit.isascii() and limit.isdigit():  # forms send numbers so
        limit = int(limit[:_MOST_DIGITS])
    if isinstance(limit, bool) or not isinstance(limit, int | float) or not 0 <= limit <= MOST_VALUES:
        raise _wrong("extend", "limit", f"a number of values up to {MOST_VALUES:,}, 0 for all")
    return identifier, int(limit)


def _object(given: object, place: str, known: Collection[str]) -> Mapping[str, object]:
    if not isinstance(given, dict):
        raise ParameterError("it is no JSON object.", place=Place(place))
    for name in given:
        if name not in known:
            near = get_close_matches(name[:_LONGEST_SHOWN], known, n=1)
            hint = f"Did you mean {near[0]}?" if near else f"There are: {', '.join(known)}."
            raise ParameterError(
                f"it has no member {name[:_LONGEST_SHOWN]!r}.", place=Place(place), hint=hint
            )
    return given


def _list(given: object, place: str, member: str) -> list[object]:
    if not isinstance(given, list):
        raise _wrong(place, member, "a list")
    return given


def _wrong(place: str, member: str, right: str) -> ParameterError:
    return ParameterError(f"{member} is not {right}.", place=Place(place))
