"""Figures in a clause: numbers beside a unit's word, and the other numbers that the clause holds."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Final

from hkkg.evidence.dates import without_dates
from hkkg.evidence.numerals import ARABIC, CHINESE, NUMBER, read_number
from hkkg.evidence.texts import HOLE, blank, clauses, plain, without_names, without_products

if TYPE_CHECKING:
    from collections.abc import Iterable
    from fractions import Fraction

# What may follow a number so that it counts something; 級, 等 and 號 name a grade or a number instead.
_MEASURES: Final = "位名個家項所屆倍大年月日天歲次艘架種類座間人份條期批成元％%"  # one character each
_LONG_MEASURES: Final = ("小時", "分鐘", "港元", "港幣", "百分點", "個百分點")
_RANK: Final = "第"
_BETWEEN: Final = r"(?P<more>[多餘余幾])?\s*(?P<open>[（(])?"
_RANGE: Final = r"\s*(?:至|到|—|–|-|~|～)\s*"
_OTHER_CHINESE = re.compile(
    rf"第{CHINESE}|{CHINESE}(?=[多餘余幾]?(?:[{_MEASURES}]|{'|'.join(_LONG_MEASURES)}))"
)
_OTHER_ARABIC = re.compile(ARABIC)
_PERCENT = re.compile(rf"百分之({NUMBER})")


@dataclass(frozen=True, slots=True)
class Figure:
    """A number beside its unit's word, read from a clause."""

    low: Fraction
    high: Fraction
    unit_word: str
    printed: str
    before: str
    more: str
    after: str

    @property
    def is_range(self) -> bool:
        """Whether two ends are given, as in 五至十年."""
        return self.low != self.high


@dataclass(frozen=True, slots=True)
class Reading:
    """What a clause gives for some unit words: the figures beside them, and the other figures."""

    clause: str
    figures: tuple[Figure, ...]
    others: tuple[str, ...]


@cache
def readings(text: str, unit_words: tuple[str, ...]) -> tuple[Reading, ...]:
    """Read each clause of a passage that has a figure beside one of the unit words."""
    words = _readable(plain(text))
    found = (_read_clause(clause, unit_words) for clause in clauses(words))
    return tuple(reading for reading in found if reading.figures)


def _readable(text: str) -> str:
    """Read 百分之十一 as 十一%, and 首屆 as 第一屆."""
    return _PERCENT.sub(r"\1%", text).replace("首屆", "第一屆")


def _read_clause(clause: str, unit_words: tuple[str, ...]) -> Reading:
    bare = without_products(without_dates(without_names(clause)))
    figures = []
    rest = bare
    for found in _pattern(unit_words).finditer(bare):
        figure = _figure(found, bare)
        if figure is not None:
            figures.append(figure)
            rest = blank(rest, found.start(), found.end())
    return Reading(clause, tuple(figures), tuple(_others(rest)))


@cache
def _pattern(unit_words: tuple[str, ...]) -> re.Pattern[str]:
    """Match a number, or a range of two, beside a unit's word."""
    after = sorted((plain(word) for word in unit_words if word != _RANK), key=len, reverse=True)
    choices = []
    if after:
        units = "|".join(re.escape(word) for word in after)
        choices.append(
            rf"第?(?P<low>{NUMBER})(?:{_RANGE}(?P<high>{NUMBER}))?{_BETWEEN}(?P<unit>{units})(?(open)[）)])"
        )
    if _RANK in unit_words:
        choices.append(rf"(?P<rank>第)(?P<place>{NUMBER})(?:位|名)?")
    return re.compile("|".join(choices) if choices else r"(?!)")


def _figure(found: re.Match[str], clause: str) -> Figure | None:
    parts = {name: text for name, text in found.groupdict().items() if text}
    low = read_number(parts.get("low") or parts["place"])
    high = read_number(parts["high"]) if "high" in parts else low
    if low is None or high is None:
        return None
    return Figure(
        low=low,
        high=high,
        unit_word=parts.get("unit") or _RANK,
        printed=found[0],
        before=clause[: found.start()],
        more=parts.get("more", ""),
        after=clause[found.end() :],
    )


def _others(rest: str) -> Iterable[str]:
    """List the numbers that remain in a clause: all Arabic ones, and Chinese ones that count something."""
    for found in _OTHER_ARABIC.finditer(rest):
        yield found[0]
    for found in _OTHER_CHINESE.finditer(rest):
        if read_number(found[0].removeprefix(_RANK)) is not None:
            yield found[0]


def any_figure(text: str) -> str | None:
    """Return the longest number with the word that it counts, for a key word; None without one."""
    bare = without_products(without_names(plain(text)))
    pattern = re.compile(
        rf"第{NUMBER}[位名屆]?|{NUMBER}[多餘余幾]?(?:PFLOPS|{'|'.join(_LONG_MEASURES)}|[{_MEASURES}])"
    )
    found = [match[0] for match in pattern.finditer(bare) if HOLE not in match[0]]
    return max(found, key=len, default=None)
