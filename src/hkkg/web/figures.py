"""The charts of the home page, read from the graph: what is not there is left out."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any, Final

from hkkg import vocab
from hkkg.web import charts
from hkkg.web.charts import Value
from hkkg.web.moments import when
from hkkg.web.names import Names
from hkkg.web.querying import rows, text_of
from hkkg.web.texts import TEXTS

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
  ?passage
WHERE {{
  VALUES ?indicator {{ {indicators} }}
  ?record hkkg:indicator ?indicator ; hkkg:about ?about ; hkkg:value ?value .
  OPTIONAL {{ ?record qudt:hasUnit ?unit }}
  OPTIONAL {{ ?record hkkg:comparator ?comparator }}
  OPTIONAL {{ ?record hkkg:modality ?modality }}
  OPTIONAL {{ ?record hkkg:referencePeriod ?period }}
  OPTIONAL {{ ?record hkkg:ranking ?ranking }}
  OPTIONAL {{ ?record hkkg:dateQualifier ?qualifier }}
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
_FORMS: Final = {"planned": "planned", "expected": "planned", "claimed": "claimed"}
_LARGE: Final = {
    "en": ((10**9, " billion"), (10**6, " million")),
    "zh-Hant": ((10**8, "億"), (10**4, "萬")),
    "zh-Hans": ((10**8, "亿"), (10**4, "万")),
}
_HUNDRED: Final = 100
_OPEN: Final = frozenset({"more-than", "at-least"})


@dataclass(slots=True)
class _Figure:
    """An observation, as its rows tell it."""

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
    qualifiers: set[str]
    passages: set[str]

    def iris(self) -> list[str]:
        """The things that are named when it is shown."""
        named = (self.indicator, self.about, self.comparator, self.modality, self.ranking, *self.qualifiers)
        return [iri for iri in named if iri]


def figures(engine: Engine, lang: str) -> list[Chart]:
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
        if record in found:
            found[record].qualifiers |= {text_of(row["qualifier"])} if "qualifier" in row else set()
            found[record].passages |= {text_of(row["passage"])} if "passage" in row else set()
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
    return _Figure(number=number, is_derived="derived" in row, qualifiers=set(), passages=set(), **told)


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
    modality = figure.modality.removeprefix(vocab.CONCEPT)
    marks = [names[figure.modality].text] if modality in _FORMS else []
    computed = [TEXTS[lang]["chart_derived"]] if figure.is_derived else []
    return Value(
        name=names[figure.about],
        number=figure.number,
        amount=_amount(figure, names, lang),
        record=figure.record,
        form="claimed" if figure.is_derived else _FORMS.get(modality, "measured"),
        is_open=comparator in _OPEN,
        when=when(figure.period, figure.qualifiers, names, lang),
        notes=tuple(names[iri] for iri in (figure.indicator, figure.ranking) if iri),
        marks=(*marks, *computed),
        passages=tuple(sorted(figure.passages)),
    )


def _amount(figure: _Figure, names: Names, lang: str) -> str:
    """Write a number as it is stated: more than 5,200; 多於 5,200."""
    is_bare = figure.comparator in {"", f"{vocab.CONCEPT}exactly"}
    unit = figure.unit.rpartition("/")[2]
    pattern = TEXTS[lang].get(f"unit_{unit}", "{}")
    if figure.indicator in map(_indicator, _RANKS):
        pattern = TEXTS[lang]["unit_rank"]
    text = pattern.format(_money(figure.number, lang) if unit.startswith("CCY_") else f"{figure.number:,f}")
    return text if is_bare else f"{names[figure.comparator].text} {text}"


def _money(number: Decimal, lang: str) -> str:
    """Write a round sum as people do: 73 billion; 730億."""
    for size, word in _LARGE[lang]:
        if number >= size and number * _HUNDRED % size == 0:
            return f"{(number / size).normalize():,f}{word}"
    return f"{number:,f}"


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


FUNCTIONS: Final[Functions] = {"figures": figures}
