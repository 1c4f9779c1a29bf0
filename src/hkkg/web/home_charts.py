"""The charts of the home page, read from the graph: what is not there is left out."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any, Final

from hkkg import vocab
from hkkg.web import charts
from hkkg.web.charts import Value, form_of
from hkkg.web.names import Names
from hkkg.web.querying import rows, text_of
from hkkg.web.texts import TEXTS
from hkkg.web.views.amounts import Amount
from hkkg.web.views.times import Moment

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from hkkg.store import Term
    from hkkg.web.charts import Chart
    from hkkg.workers.worker import Engine, Functions

_HK: Final = vocab.HK
_RANKS: Final = ("world-rank-among-clusters", "world-rank", "world-rank-in-technology")
_BARS: Final = {
    "chart_companies": ("number-of-companies-with-parents-outside-hong-kong", "number-of-start-ups"),
    "chart_computing": ("computing-power",),
    "chart_enterprises": (
        "number-of-enterprises-attracted",
        "number-of-jobs-created",
        "investment-in-hong-kong",
    ),
}
_SHARED_SCALE: Final = frozenset({"chart_companies"})
_OBSERVATIONS: Final = """
SELECT ?record ?indicator ?about ?value ?unit ?comparator ?modality ?period ?ranking ?derived ?qualifier
  ?word ?passage
WHERE {{
  VALUES ?indicator {{ {indicators} }}
  ?record hkkg:indicator ?indicator ; hkkg:about ?about ; hkkg:value ?value .
  OPTIONAL {{ ?record qudt:hasUnit ?unit }}
  OPTIONAL {{ ?record hkkg:comparator ?comparator }}
  OPTIONAL {{ ?record hkkg:modality ?modality }}
  OPTIONAL {{ ?record hkkg:referencePeriod ?period }}
  OPTIONAL {{ ?record hkkg:ranking ?ranking }}
  OPTIONAL {{ ?record hkkg:dateQualifier ?qualifier }}
  OPTIONAL {{ ?indicator hkkg:unitWord ?word }}
  OPTIONAL {{ ?record hkkg:statedIn ?passage }}
  OPTIONAL {{ ?record hkkg:formula ?derived }}
}}
"""
_LABORATORIES: Final = """
SELECT DISTINCT ?university ?laboratory (BOUND(?designation) AS ?new) WHERE {
  ?laboratory a hkkg:StateKeyLaboratory ; hkkg:hostedBy ?university .
  OPTIONAL { ?laboratory hkkg:designation ?designation . ?designation hkkg:newlyEstablished true }
}
"""
_SEVERAL: Final = frozenset({"qualifier", "word", "passage"})
_OPEN: Final = frozenset({"more-than", "at-least"})


@dataclass(slots=True)
class _Figure:
    """An observation, as its rows tell it: what it has one of, and what it may have several of."""

    record: str
    indicator: str
    about: str
    number: Decimal
    unit: str
    comparator: str
    modality: str
    period: str
    ranking: str
    is_derived: bool
    several: dict[str, set[str]] = field(default_factory=lambda: {name: set() for name in _SEVERAL})

    def iris(self) -> list[str]:
        """The things that are named when it is shown."""
        return [iri for iri in (self.indicator, self.about, self.modality, self.ranking) if iri]

    def amount(self, lang: str) -> str:
        """Write it as it is stated: more than 5,200; 逾5,200家."""
        words = frozenset(self.several["word"])
        return Amount(str(self.number), self.unit, (self.comparator,), words).words(lang)

    def when(self, lang: str) -> str:
        """Say of what time it is."""
        return Moment(self.period, tuple(self.several["qualifier"])).label(lang)


def home_charts(engine: Engine, lang: str) -> list[Chart]:
    """Read what the home page draws, in the language of a page."""
    found = _observations(engine)
    names = Names(engine, [iri for figure in found for iri in figure.iris()], lang)
    drawn = [_ranking(found, names, lang)]
    drawn += [_chart(key, indicators, found, names, lang) for key, indicators in _BARS.items()]
    drawn.append(_laboratories(engine, lang))
    return [chart for chart in drawn if chart is not None]


def _observations(engine: Engine) -> list[_Figure]:
    wanted = [*_RANKS, *(name for names in _BARS.values() for name in names)]
    indicators = " ".join(f"<{_indicator(name)}>" for name in wanted)
    found: dict[str, _Figure] = {}
    for row in rows(engine, _OBSERVATIONS.format(indicators=indicators)):
        record = text_of(row["record"])
        if record not in found and (figure := _read(row)):
            found[record] = figure
        for name in _SEVERAL & row.keys() if record in found else ():
            found[record].several[name].add(text_of(row[name]))
    return sorted(found.values(), key=lambda figure: (-figure.number, figure.record))


def _read(row: Mapping[str, Term]) -> _Figure | None:
    """Read what is single in an observation; None if its value is no number."""
    names = ("record", "indicator", "about", "unit", "comparator", "modality", "period", "ranking")
    told: dict[str, Any] = {name: text_of(row.get(name)) for name in names}
    try:
        number = Decimal(text_of(row["value"]))
    except InvalidOperation:
        return None
    if not number.is_finite():
        return None
    return _Figure(number=number, is_derived="derived" in row, **told)


def _indicator(name: str) -> str:
    return f"{_HK}indicator-{name}"


def _ranking(found: Iterable[_Figure], names: Names, lang: str) -> Chart | None:
    wanted = {_indicator(name) for name in _RANKS}
    values = [_value(figure, names, lang) for figure in found if figure.indicator in wanted]
    return charts.shown("chart_ranks", "ranks", [charts.ranks(None, values)])


def _chart(
    key: str, indicators: tuple[str, ...], found: Iterable[_Figure], names: Names, lang: str
) -> Chart | None:
    by_indicator: dict[str, list[Value]] = defaultdict(list)
    for figure in found:
        by_indicator[figure.indicator].append(_value(figure, names, lang))
    iris = [iri for iri in map(_indicator, indicators) if iri in by_indicator]
    if key in _SHARED_SCALE:
        return charts.shown(key, "bars", [charts.bars(None, [v for iri in iris for v in by_indicator[iri]])])
    return charts.shown(key, "bars", [charts.bars(names[iri], by_indicator[iri]) for iri in iris])


def _value(figure: _Figure, names: Names, lang: str) -> Value:
    comparator = figure.comparator.removeprefix(vocab.CONCEPT)
    form = form_of(figure.modality)
    marks = [names[figure.modality].text] if form != "measured" else []
    computed = [TEXTS[lang]["chart_derived"]] if figure.is_derived else []
    return Value(
        name=names[figure.about],
        number=figure.number,
        amount=figure.amount(lang),
        record=figure.record,
        form="claimed" if figure.is_derived else form,
        is_open=comparator in _OPEN,
        when=figure.when(lang),
        notes=tuple(names[iri] for iri in (figure.indicator, figure.ranking) if iri),
        marks=(*marks, *computed),
        passages=tuple(sorted(figure.several["passage"])),
    )


def _laboratories(engine: Engine, lang: str) -> Chart | None:
    hosted: dict[str, dict[str, bool]] = defaultdict(dict)
    for row in rows(engine, _LABORATORIES):
        hosted[text_of(row["university"])][text_of(row["laboratory"])] = text_of(row["new"]) == "true"
    names = Names(engine, hosted, lang)
    say = TEXTS[lang]["chart_of_which_new"]
    values = [
        Value(
            names[university],
            Decimal(len(laboratories)),
            f"{len(laboratories)}",
            part=sum(laboratories.values()),
            marks=(say.format(sum(laboratories.values())),) if any(laboratories.values()) else (),
        )
        for university, laboratories in hosted.items()
    ]
    values.sort(key=lambda value: (-value.number, value.name))
    return charts.shown("chart_laboratories", "bars", [charts.bars(None, values)])


FUNCTIONS: Final[Functions] = {"home_charts": home_charts}
