"""All dated things, year by year: as precise as the source, ordered by the bounds of their dates."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Final, NamedTuple

from hkkg import vocab
from hkkg.web.charts import form_of
from hkkg.web.names import Names
from hkkg.web.querying import rows, text_of
from hkkg.web.views.times import Moment

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from hkkg.store import Term
    from hkkg.web.names import Name
    from hkkg.workers.worker import Engine, Functions

_DATED: Final = """
SELECT ?record ?date ?first ?last ?modality ?qualifier WHERE {
  ?record hkkg:notAfter ?last .
  OPTIONAL { ?record hkkg:date|hkkg:referencePeriod ?date }
  OPTIONAL { ?record hkkg:notBefore ?first }
  OPTIONAL { ?record hkkg:modality ?modality }
  OPTIONAL { ?record hkkg:dateQualifier ?qualifier }
}
"""
_KINDS: Final = "SELECT DISTINCT ?record ?kind { ?record hkkg:notAfter ?last ; a ?kind }"
_ABOVE: Final = """
SELECT DISTINCT ?kind ?above WHERE {
  { SELECT DISTINCT ?kind { ?record hkkg:notAfter ?last ; a ?kind } }
  ?kind rdfs:subClassOf ?above .
  FILTER(?kind != ?above)
}
"""
_CLAIM: Final = f"{vocab.HKKG}Claim"
_WHOLE: Final = 100
_MOST: Final = 500
_MOST_YEARS: Final = 60


@dataclass(frozen=True, slots=True)
class Happening:
    """A dated record.

    Attributes:
        name: of the record.
        kinds: its most specific classes.
        when: its date in words, as precisely as the source gives it.
        first: the earliest day that it may be of; None if that is open.
        last: the latest day.
        modality: whether it was measured, planned, expected or claimed; None if that is not said.
        form: how it is drawn: `measured`, `planned` or `claimed`.
    """

    name: Name
    kinds: tuple[Name, ...]
    when: str
    first: date | None
    last: date
    modality: Name | None
    form: str

    @property
    def span(self) -> tuple[float, float]:
        """Where in the year of its last day it begins, and how long it is there, in per cent."""
        start = date(self.last.year, 1, 1)
        days = (date(self.last.year, 12, 31) - start).days + 1
        first = max(self.first or start, start)
        begin = (first - start).days / days
        return round(begin * _WHOLE, 2), round(((self.last - first).days + 1) / days * _WHOLE, 2)


@dataclass(frozen=True, slots=True)
class Chronology:
    """What a timeline shows, and what it may be filtered by, with counts.

    Attributes:
        years: happenings by the year of their last day.
        kinds: how many there are of each kind.
        counts: how many there are in each year by form, whatever the filter.
        total: of all, whatever the filter.
        is_cut: whether the filter leaves more than `years` holds.
    """

    years: Mapping[int, list[Happening]]
    kinds: tuple[tuple[Name, int], ...]
    counts: Mapping[int, Mapping[str, int]]
    total: int
    is_cut: bool


def chronology(engine: Engine, lang: str, kind: str, year: int | None) -> Chronology:
    """Read the dated things of a kind and a year; of all where these are not given.

    Args:
        engine: asks the graph.
        lang: of the page.
        kind: the IRI of a class; nothing for all.
        year: in which something may have been.
    """
    found = _happenings(engine, lang)
    kinds = Counter(name for happening in found for name in happening.kinds)
    kept = [h for h in found if _is_wanted(h, kind, year)]
    years: dict[int, list[Happening]] = {}
    for happening in kept[:_MOST]:
        years.setdefault(happening.last.year, []).append(happening)
    return Chronology(years, tuple(sorted(kinds.items())), _counts(found), len(found), len(kept) > _MOST)


def _is_wanted(happening: Happening, kind: str, year: int | None) -> bool:
    if kind and kind not in {name.iri for name in happening.kinds}:
        return False
    if year is None:
        return True
    return (happening.first or happening.last).year <= year <= happening.last.year


def _counts(found: Iterable[Happening]) -> dict[int, Counter[str]]:
    counts: dict[int, Counter[str]] = {}
    for happening in found:
        counts.setdefault(happening.last.year, Counter())[happening.form] += 1
    years = range(min(counts), max(counts) + 1) if counts else range(0)
    shown = years if len(years) <= _MOST_YEARS else sorted(counts)
    return {year: counts.get(year, Counter()) for year in shown}


class _Told(NamedTuple):
    """What the graph holds of a record."""

    row: Mapping[str, Term]
    qualifiers: set[str]
    kinds: set[str]


def _happenings(engine: Engine, lang: str) -> list[Happening]:
    told = _told(engine)
    modalities = {text_of(row["modality"]) for row, _, _ in told.values() if "modality" in row}
    kinds = (kinds for _, _, kinds in told.values())
    names = Names(engine, {*told, *modalities}.union(*kinds), lang)
    found = (_happening(record, names, lang) for record in told.values())
    dated = [happening for happening in found if happening is not None]
    return sorted(dated, key=lambda h: (h.last, h.first or date.min, h.kinds, h.name))


def _told(engine: Engine) -> dict[str, _Told]:
    kinds = _kinds(engine)
    told: dict[str, _Told] = {}
    for row in rows(engine, _DATED):
        record = text_of(row["record"])
        known = told.setdefault(record, _Told(row, set(), kinds.get(record, set())))
        if "qualifier" in row:
            known.qualifiers.add(text_of(row["qualifier"]))
    return told


def _happening(told: _Told, names: Names, lang: str) -> Happening | None:
    row, last = told.row, _day(told.row["last"])
    if last is None:
        return None
    modality = text_of(row.get("modality"))
    moment = Moment(text_of(row.get("date")), tuple(told.qualifiers))
    return Happening(
        name=names[text_of(row["record"])],
        kinds=tuple(sorted(names[iri] for iri in told.kinds)),
        when=moment.label(lang) or last.isoformat(),
        first=_day(row.get("first")),
        last=last,
        modality=names[modality] if modality else None,
        form="claimed" if _CLAIM in told.kinds else form_of(modality),
    )


def _day(term: Term | None) -> date | None:
    try:
        return date.fromisoformat(text_of(term))
    except ValueError:
        return None


def _kinds(engine: Engine) -> dict[str, set[str]]:
    """The classes of each record that no other of its classes stands below."""
    above = _pairs(engine, _ABOVE, "above", "kind")
    kinds = _pairs(engine, _KINDS, "kind")
    for record, found in kinds.items():
        upper = set().union(*(above.get(kind, set()) for kind in found))
        kinds[record] = {kind for kind in found if kind.startswith(vocab.HKKG)} - upper
    return kinds


def _pairs(engine: Engine, query: str, value: str, key: str = "record") -> dict[str, set[str]]:
    pairs: dict[str, set[str]] = {}
    for row in rows(engine, query):
        pairs.setdefault(text_of(row[key]), set()).add(text_of(row[value]))
    return pairs


FUNCTIONS: Final[Functions] = {"chronology": chronology}
