"""The first and the last day that a partial date allows.

The lexical forms are those of XML Schema 1.1 part 2, sections 3.3.9 to 3.3.14, without time zones.
"""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

from hkkg import vocab
from hkkg.reasoning.axioms import INFERRED, TYPE, UNION
from hkkg.store import Literal, NamedNode, Quad

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from hkkg.store import BlankNode, EmbeddedStore, Triple

    Resource = NamedNode | BlankNode | Triple

NOT_BEFORE: Final = NamedNode(vocab.HKKG + "notBefore")
NOT_AFTER: Final = NamedNode(vocab.HKKG + "notAfter")
QUALIFIER: Final = NamedNode(vocab.HKKG + "dateQualifier")
DATES: Final = (NamedNode(vocab.HKKG + "date"), NamedNode(vocab.HKKG + "referencePeriod"))
RECORD: Final = NamedNode(vocab.HKKG + "Record")

_BEFORE: Final = NamedNode(vocab.CONCEPT + "before")
_BY: Final = NamedNode(vocab.CONCEPT + "by")
_FOR_THE_YEAR: Final = NamedNode(vocab.CONCEPT + "for-the-year")
_SINCE: Final = NamedNode(vocab.CONCEPT + "since")
_XSD_DATE: Final = NamedNode(vocab.XSD + "date")
_PATTERNS: Final = {
    vocab.XSD + "gYear": re.compile(r"([0-9]{4})"),
    vocab.XSD + "gYearMonth": re.compile(r"([0-9]{4})-([0-9]{2})"),
    vocab.XSD + "date": re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})"),
}


@dataclass(frozen=True, slots=True)
class Bounds:
    """The first and the last day on which something can have come about, as far as its date says."""

    first: date | None
    last: date | None


def period(literal: Literal) -> tuple[date, date] | None:
    """The first and last day of a year, a month or a day; None for what names no one period.

    A day of a month or of a year names no one period; nor does a date that is ill-formed or has a time zone.
    """
    pattern = _PATTERNS.get(literal.datatype.value)
    match = pattern.fullmatch(literal.value) if pattern else None
    if not match:
        return None
    year, month, day = (int(part) for part in (*match.groups(), "0", "0")[:3])
    try:
        first = date(year, month or 1, day or 1)
        return first, date(year, month or 12, day or monthrange(year, month or 12)[1])
    except ValueError:
        return None


def bounds(literal: Literal, qualifiers: Iterable[NamedNode]) -> Bounds | None:
    """Bound a date by its precision and its qualifiers; None if it names no one period.

    "By" and "before" give no first day; "since" and "for the year" give no last, because an award for a
    year may be given after it. Every other qualifier, such as the end or the middle of a year, leaves the
    bounds of the whole period.
    """
    whole = period(literal)
    if whole is None:
        return None
    first, last = whole
    given = set(qualifiers)
    if _BEFORE in given:
        return Bounds(None, first - timedelta(days=1) if first > date.min else None)
    return Bounds(None if _BY in given else first, None if given & {_FOR_THE_YEAR, _SINCE} else last)


def all_records(store: EmbeddedStore) -> set[Resource]:
    """The records of a graph, by their stated and inferred types."""
    return {quad.subject for quad in store.quads(None, TYPE, RECORD, UNION)}


def is_record(store: EmbeddedStore, node: Resource) -> bool:
    """Whether a node is a record, by its stated and inferred types."""
    return Quad(node, TYPE, RECORD, UNION) in store


def bound_triples(store: EmbeddedStore, records: Iterable[Resource]) -> Iterator[Quad]:
    """Generate the bounds of those records that have one date."""
    for record in records:
        found = bounds_of(store, record)
        for predicate, day in ((NOT_BEFORE, found.first), (NOT_AFTER, found.last)) if found else ():
            if day is not None:
                yield Quad(record, predicate, Literal(day.isoformat(), datatype=_XSD_DATE), INFERRED)


def bounds_of(store: EmbeddedStore, record: Resource) -> Bounds | None:
    """The bounds of a record; none if it has no date, or several, of which validation speaks."""
    dates = {quad.object for quad in _dates(store, record)}
    only = dates.pop() if len(dates) == 1 else None
    if not isinstance(only, Literal):
        return None
    qualifiers = [quad.object for quad in store.quads(record, QUALIFIER, None, UNION)]
    return bounds(only, [q for q in qualifiers if isinstance(q, NamedNode)])


def bound_premises(store: EmbeddedStore, record: Resource) -> list[Triple]:
    """The triples that a record's bounds are computed from."""
    by_predicate: dict[NamedNode, Triple] = {quad.predicate: quad.triple for quad in _dates(store, record)}
    stated = by_predicate.get(DATES[1]) or by_predicate.get(DATES[0])
    qualifiers = [quad.triple for quad in store.quads(record, QUALIFIER, None, UNION)]
    return [*([stated] if stated else []), *sorted(qualifiers, key=str)]


def _dates(store: EmbeddedStore, record: Resource) -> Iterator[Quad]:
    for predicate in DATES:
        yield from store.quads(record, predicate, None, UNION)
