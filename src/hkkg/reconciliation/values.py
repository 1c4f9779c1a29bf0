"""Values of properties: how they are told to clients, and compared with what clients give."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any, Final

from rapidfuzz.distance import OSA

from hkkg import vocab
from hkkg.reconciliation.identifiers import chosen, entity_id, entity_iri
from hkkg.search import fold
from hkkg.store import Literal, NamedNode

if TYPE_CHECKING:
    from collections.abc import Iterable

    from hkkg.reconciliation.known import Known
    from hkkg.reconciliation.queries import Value

_INTEGERS: Final = frozenset(
    vocab.XSD + name for name in ("integer", "int", "long", "nonNegativeInteger", "positiveInteger", "short")
)
_NUMBERS: Final = frozenset(vocab.XSD + name for name in ("decimal", "double", "float"))
_DATE: Final = re.compile(r"-?\d{4,}-\d\d-\d\d(T\d\d:\d\d:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)?\Z")
_LEAST_ALIKE: Final = 0.7


class Values:
    """Reads the values of properties of things.

    Args:
        known: what has them.
    """

    def __init__(self, known: Known) -> None:
        """Take it."""
        self._store, self._index, self._language = known

    def of(self, iri: str, predicate: str) -> list[NamedNode | Literal]:
        """Return the values of a thing, each once, in a fixed order."""
        quads = self._store.quads(NamedNode(iri), NamedNode(predicate))
        return sorted({q.object for q in quads if isinstance(q.object, NamedNode | Literal)}, key=str)

    def written(self, iri: str, predicate: str) -> list[dict[str, Any]]:
        """Write the values of a thing for a client (Reconciliation Service API 0.2, section 7.4).

        Texts in several languages are told in the one asked for alone.
        """
        values = self.of(iri, predicate)
        tagged = {vocab.canonical_tag(v.language): v for v in values if isinstance(v, Literal) and v.language}
        best = chosen({tag: tag for tag in tagged}, self._language)
        kept = [v for v in values if not (isinstance(v, Literal) and v.language) or _tag(v) == best]
        return [self._write(value) for value in kept]

    def _write(self, value: NamedNode | Literal) -> dict[str, Any]:
        if isinstance(value, NamedNode):
            name = chosen(self._index.names(value.value), self._language)
            return {"id": entity_id(value.value), "name": name} if name else {"str": value.value}
        datatype = value.datatype.value
        if datatype in _INTEGERS and _number(value.value) is not None:
            return {"int": int(Decimal(value.value))}
        if datatype in _NUMBERS and _number(value.value) is not None:
            return {"float": float(value.value)}
        if datatype in {vocab.XSD + "date", vocab.XSD + "dateTime"} and _DATE.match(value.value):
            return {"date": _moment(value.value)}
        return {"str": value.value}

    def likeness(self, iri: str, predicate: str, wanted: Iterable[Value]) -> float:
        """Say how well a thing's values answer to any of some that are wanted, between 0 and 1."""
        values = self.of(iri, predicate)
        return max((self._alike(value, want) for want in wanted for value in values), default=0.0)

    def _alike(self, value: NamedNode | Literal, wanted: Value) -> float:
        if isinstance(value, NamedNode):
            return self._alike_entity(value.value, str(wanted))
        if isinstance(wanted, bool):
            return float(value.value in ({"true", "1"} if wanted else {"false", "0"}))
        numbers = _number(value.value), _number(str(wanted))
        if None not in numbers:
            return float(numbers[0] == numbers[1])
        alike: float = OSA.normalized_similarity(fold(value.value), fold(str(wanted)))
        return alike if alike >= _LEAST_ALIKE else 0.0

    def _alike_entity(self, iri: str, wanted: str) -> float:
        if entity_iri(wanted) == iri or wanted == iri:
            return 1.0
        return self._index.likeness(iri, wanted)


def _tag(value: Literal) -> str:
    return vocab.canonical_tag(value.language or "")


def _number(text: str) -> Decimal | None:
    try:
        number = Decimal(text.replace(",", "").strip())
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def _moment(text: str) -> str:
    """Write a date as the beginning of its day, since the API has moments alone."""
    if "T" in text:
        return text
    day, zone = re.fullmatch(r"(-?\d{4,}-\d\d-\d\d)(.*)", text).groups()  # type: ignore[union-attr] # as matched
    return f"{day}T00:00:00{zone}"
