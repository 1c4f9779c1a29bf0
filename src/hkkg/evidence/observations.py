"""Whether a record's figures are those that its passages print, in their unit and with their comparator."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Final

from hkkg import vocab
from hkkg.evidence.figures import readings
from hkkg.evidence.findings import Problem
from hkkg.evidence.model import COMPARATOR, EXACTLY, INDICATOR, ORDINAL, VALUE
from hkkg.evidence.texts import plain

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hkkg.evidence.figures import Figure
    from hkkg.evidence.model import Evidence

UNIT: Final = vocab.QUDT + "hasUnit"
UNIT_WORD: Final = vocab.HKKG + "unitWord"
_EDITION: Final = ("屆",)
# What a unit's words hold. A count's word holds none of these; an unknown unit's word may be any other.
_WORDS_OF_UNITS: Final = {
    "CCY_HKD": ("元", "港幣", "HK$"),
    "DAY": ("天", "日"),
    "HR": ("小時", "鐘頭"),
    "MIN": ("分鐘",),
    "PERCENT": ("%",),
    "PetaFLOPS": ("PFLOPS", "PetaFLOPS", "千萬億次浮點運算"),
    "UNITLESS": ("第", "倍", "屆"),
    "YR": ("年",),
}


@dataclass(frozen=True, slots=True)
class _Question:
    """A value of a record, to be read in one of its passages."""

    resource: str
    predicate: str
    value: str
    passage: str

    @property
    def place(self) -> str:
        """The passage's name."""
        return vocab.curie(self.passage)

    def problem(self, code: str, message: str, would_be: str = "") -> Problem:
        """Make a problem of the value."""
        return Problem(self.resource, code, message, would_be, self.predicate, self.value)


def figure_problems(evidence: Evidence, resource: str) -> Iterator[Problem]:
    """Find values and ordinals that the record's passages do not print so."""
    for value in evidence.statements.values(resource, VALUE):
        words = _unit_words(evidence, resource)
        if not words:
            message = "its indicator has no hkkg:unitWord, so its value cannot be read beside one."
            yield Problem(resource, "figure-unit", message, "", INDICATOR)
            return
        for passage in evidence.passages_of(resource):
            yield from _problems(evidence, _Question(resource, VALUE, value, passage), words)
    for value in evidence.statements.values(resource, ORDINAL):
        for passage in evidence.passages_of(resource):
            yield from _problems(evidence, _Question(resource, ORDINAL, value, passage), _EDITION)


def _unit_words(evidence: Evidence, resource: str) -> tuple[str, ...]:
    indicators = evidence.statements.values(resource, INDICATOR)
    found = (evidence.statements.values(indicator, UNIT_WORD) for indicator in indicators)
    return tuple(sorted({word for words in found for word in words}))


def number_of(lexical: str) -> Fraction | None:
    """Read a literal's number; None if it is none."""
    try:
        return Fraction(lexical)
    except (ValueError, ZeroDivisionError):
        return None


def _problems(evidence: Evidence, question: _Question, words: tuple[str, ...]) -> Iterator[Problem]:
    place, shown = question.place, "、".join(words)
    found = readings(evidence.passages.by_iri[question.passage].text or "", words)
    figures = [figure for reading in found for figure in reading.figures]
    if not figures:
        yield question.problem("figure-missing", f"no clause of {place} has a figure beside {shown}.")
        return
    if len(figures) > 1:
        message = f"{place} has more than one figure beside {shown}; cite a tighter passage."
        yield question.problem("figure-ambiguous", message, "、".join(f.printed for f in figures))
        return
    if found[0].others:
        others = "、".join(found[0].others)
        message = f"the clause of {place} has another figure besides its period: {others}."
        yield question.problem("figure-not-alone", message)
    yield from _value_problems(evidence, question, figures[0])
    if question.predicate == VALUE:
        yield from _unit_problems(evidence, question, figures[0])
        yield from _comparator_problems(evidence, question, figures[0])


def _value_problems(evidence: Evidence, question: _Question, figure: Figure) -> Iterator[Problem]:
    given = _end(evidence, question.resource, figure)
    if given is None:
        message = f"{question.place} prints a range, not one value."
        yield question.problem("figure-differs", message, figure.printed)
    elif number_of(question.value) != given:
        message = f"its value {question.value} is not what {question.place} prints."
        yield question.problem("figure-differs", message, _told(figure, given))


def _end(evidence: Evidence, resource: str, figure: Figure) -> Fraction | None:
    """Return a figure's value, or that end of its range that the indicator's name asks for."""
    if not figure.is_range:
        return figure.low
    indicator = evidence.statements.first(resource, INDICATOR) or ""
    if indicator.endswith("-minimum"):
        return figure.low
    return figure.high if indicator.endswith("-maximum") else None


def _told(figure: Figure, given: Fraction) -> str:
    number = str(given) if given.denominator == 1 else str(float(given))
    return f"{figure.printed}, that is {number}"


def _unit_problems(evidence: Evidence, question: _Question, figure: Figure) -> Iterator[Problem]:
    word, resource = plain(figure.unit_word), question.resource
    for unit in evidence.statements.values(resource, UNIT):
        name = unit.rsplit("/", 1)[-1]
        own = _WORDS_OF_UNITS.get(name)
        if own is not None:
            suits = any(part in word for part in own)
        else:
            suits = not any(part in word for parts in _WORDS_OF_UNITS.values() for part in parts)
        if not suits:
            message = f"the unit {vocab.curie(unit)} is not that of {figure.unit_word}."
            yield Problem(resource, "figure-unit", message, figure.printed, UNIT, unit)


def _comparator_problems(evidence: Evidence, question: _Question, figure: Figure) -> Iterator[Problem]:
    resource = question.resource
    printed, word = _printed_comparator(evidence, figure)
    for comparator in evidence.statements.values(resource, COMPARATOR):
        if comparator != printed:
            message = f"{vocab.curie(comparator)} is not the comparator of {question.place}."
            would_be = f"{word}, that is {vocab.curie(printed)}" if word else vocab.curie(printed)
            yield Problem(resource, "comparator-differs", message, would_be, COMPARATOR, comparator)


def _printed_comparator(evidence: Evidence, figure: Figure) -> tuple[str, str]:
    """Find the longest comparator's word directly before or after the figure; without one it is exact."""
    before = figure.before.rstrip("了有 ")
    found = [
        (len(word), comparator, word)
        for comparator, words in evidence.model.comparators.items()
        for word in words
        if before.endswith(word) or figure.more == word or figure.after.startswith(word)
    ]
    return max(found)[1:] if found else (EXACTLY, "")
