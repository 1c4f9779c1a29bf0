"""Reading the dates, numbers and languages that a question names."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING, Final

from hkkg.evidence.numerals import NUMBER, read_number

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_MONTHS: Final = {name.lower(): i for i, name in enumerate(calendar.month_abbr) if name}
_MONTH_WORD: Final = "|".join(_MONTHS)
_DAY: Final = r"(?:0?[1-9]|[12]\d|3[01])"
_MONTH: Final = r"(?:0?[1-9]|1[0-2])"
_YEAR: Final = r"(?:19|20|21)\d\d"
_DATE: Final = re.compile(
    rf"""
    (?<!\d)(?P<y1>{_YEAR})\s*[-/年]\s*(?P<m1>{_MONTH})(?:\s*[-/月]\s*(?P<d1>{_DAY})(?!\d)\s*[日号號]?|\s*月|(?!\d))
    | \b(?:(?P<d2>{_DAY})(?:st|nd|rd|th)?\s+)?(?P<m2>{_MONTH_WORD})[a-z]*\.?
      (?:\s+(?P<d3>{_DAY})(?:st|nd|rd|th)?,)?\s+(?P<y2>{_YEAR})(?!\d)
    | (?<!\d)(?P<y3>{_YEAR})(?!\d)\s*年?
    """,
    re.VERBOSE | re.IGNORECASE,
)
_DIGIT: Final = re.compile(r"\d")
_CHINESE_YEAR: Final = re.compile(r"[〇零一二三四五六七八九]{4}(?=\s*年)")
_CHINESE_DIGITS: Final = str.maketrans("〇零一二三四五六七八九", "00123456789")
_MID_YEAR: Final = re.compile(r"\s*中|\s*mid", re.IGNORECASE)
_MID: Final = re.compile(r"(?:mid-?|middle of)\s*$", re.IGNORECASE)
_SINCE: Final = re.compile(r"\b(?:since|after|from)\s*$", re.IGNORECASE)
_SINCE_AFTER: Final = re.compile(r"\s*(?:以来|以來|之后|之後|以后|以後|起|后|後)")
_UNTIL: Final = re.compile(r"\b(?:before|until|till|up to)\s*$", re.IGNORECASE)
_UNTIL_AFTER: Final = re.compile(r"\s*(?:之前|以前|前)")
_FROM_MONTH: Final = re.compile(
    rf"(?:\b(?P<day>{_DAY})\s+)?\b(?P<month>{_MONTH_WORD})[a-z]*\.?\s*(?:to|through|until|[-–])\s*$",
    re.IGNORECASE,
)
_TO_MONTH: Final = re.compile(rf"\s*[至到~–—-]\s*(?P<month>{_MONTH})\s*月(?:(?P<day>{_DAY})\s*[日号號])?")
_WORDS: Final = {"a": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "ten": 10}
_AMOUNT: Final = re.compile(
    rf"(?P<number>{NUMBER}|\b(?:{'|'.join(_WORDS)})(?=\s+[a-z]+illion))\s*(?P<scale>thousand|million|billion|trillion|bn|mn|m|k)?(?![a-z])",
    re.IGNORECASE,
)
_SCALES: Final = {
    "thousand": 10**3,
    "k": 10**3,
    "million": 10**6,
    "mn": 10**6,
    "m": 10**6,
    "billion": 10**9,
    "bn": 10**9,
    "trillion": 10**12,
}
EARLIEST: Final = "0001-01-01"
LATEST: Final = "9999-12-31"
LANGUAGE_IDEAS: Final[Mapping[str, str]] = {
    "+english": "en",
    "+simplified": "zh-Hans",
    "+traditional": "zh-Hant",
}
_CHINESE_NAMES: Final = {"en": "英文", "zh-Hans": "簡體中文", "zh-Hant": "繁體中文"}
LANGUAGE_NAMES: Final[Mapping[str, Mapping[str, str]]] = {
    "en": {"en": "English", "zh-Hans": "Simplified Chinese", "zh-Hant": "Traditional Chinese"},
    "zh-Hans": _CHINESE_NAMES,
    "zh-Hant": _CHINESE_NAMES,
}
"""What each language is called in each; scripts are folded, so that one Chinese name does."""


@dataclass(frozen=True, slots=True)
class Period:
    """Days that a text names.

    Attributes:
        first: the first day, as ISO 8601 writes it.
        last: the last day.
        start: where the text begins to name them.
        end: where it ends.
    """

    first: str
    last: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Amount:
    """A number that a text names, which is no year.

    Attributes:
        value: as SPARQL writes a decimal without an exponent.
        is_whole: whether it is an integer.
        start: where it begins.
        end: where it ends.
    """

    value: str
    is_whole: bool
    start: int
    end: int


def span(text: str) -> Period | None:
    """Read all dates of a text as one period: a day, a month, a year, or from the first to the last."""
    periods = list(_periods(_years_in_digits(text)))
    if not periods:
        return None
    start, end = min(p.start for p in periods), max(p.end for p in periods)
    if len(periods) > 1:
        return Period(min(p.first for p in periods), max(p.last for p in periods), start, end)
    only = periods[0]
    if _SINCE.search(text[:start]) or _SINCE_AFTER.match(text, end):
        return Period(only.first, LATEST, start, end)
    if _UNTIL.search(text[:start]) or _UNTIL_AFTER.match(text, end):
        return Period(EARLIEST, only.last, start, end)
    return only


def _years_in_digits(text: str) -> str:
    return _CHINESE_YEAR.sub(lambda found: found[0].translate(_CHINESE_DIGITS), text)


def _periods(text: str) -> Iterator[Period]:
    if not _DIGIT.search(text):
        return
    for found in _DATE.finditer(text):
        parts = found.groupdict()
        year = int(parts["y1"] or parts["y2"] or parts["y3"])
        month = int(parts["m1"]) if parts["m1"] else _MONTHS[parts["m2"][:3].lower()] if parts["m2"] else None
        day = parts["d1"] or parts["d2"] or parts["d3"]
        period = _days(year, month, int(day) if day else None)
        if period:
            is_middle = month is None and (
                _MID_YEAR.match(text, found.end()) or _MID.search(text[: found.start()])
            )
            last = f"{year}-06-30" if is_middle else period[1]
            yield Period(period[0], last, found.start(), found.end())
            yield from _beside(text, found, year)


def _beside(text: str, found: re.Match[str], year: int) -> Iterator[Period]:
    """Read the month that a date shares its year with: January to March 2026, 2026年1月至3月."""
    before = _FROM_MONTH.search(text[: found.start()]) if found["m2"] else None
    after = _TO_MONTH.match(text, found.end()) if found["m1"] else None
    for other in (before, after):
        if other:
            month = _MONTHS.get(other["month"][:3].lower()) or int(other["month"])
            period = _days(year, month, int(other["day"]) if other["day"] else None)
            if period:
                yield Period(*period, other.start(), other.end())


def _days(year: int, month: int | None, day: int | None) -> tuple[str, str] | None:
    if month is None:
        return f"{year}-01-01", f"{year}-12-31"
    length = calendar.monthrange(year, month)[1]
    if day is None:
        return f"{year}-{month:02}-01", f"{year}-{month:02}-{length}"
    if day > length:
        return None
    return (date(year, month, day).isoformat(),) * 2


def amounts(text: str) -> list[Amount]:
    """Read the numbers of a text that stand for an amount and not for a date."""
    dated = [(period.start, period.end) for period in _periods(_years_in_digits(text))]
    return [
        amount
        for found in _AMOUNT.finditer(text)
        if not any(start <= found.start() < end for start, end in dated)
        if (amount := _amount(found)) is not None
    ]


def _amount(found: re.Match[str]) -> Amount | None:
    word = _WORDS.get(found["number"].lower())
    number = read_number(found["number"]) if word is None else Fraction(word)
    if number is None or (len(found["number"]) == 1 and not found["number"].isascii() and not found["scale"]):
        return None  # one Chinese numeral is mostly a part of a word
    number *= _SCALES.get((found["scale"] or "").lower(), 1)
    if number.denominator == 1:
        return Amount(str(number.numerator), is_whole=True, start=found.start(), end=found.end())
    decimal = f"{float(number):f}".rstrip("0")
    return Amount(decimal, is_whole=False, start=found.start(), end=found.end())
