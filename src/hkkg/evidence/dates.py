"""Dates as a source prints them, and whether a date of the graph can be read in them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Final

from hkkg import vocab
from hkkg.evidence.numerals import read_number
from hkkg.evidence.texts import blank_all, plain

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_CHINESE_DIGIT = "[〇零一二三四五六七八九]"
_YEAR = rf"(?P<year>(?<!\d)\d{{4}}|(?<!{_CHINESE_DIGIT}){_CHINESE_DIGIT}{{4}})年"
_MONTH = r"(?P<month{n}>(?<![\d十])(?:1[0-2]|0?[1-9])|十[一二]?|(?<!十)[一二三四五六七八九])月"
_DAY = (
    r"(?P<day{n}>(?<!\d)(?:3[01]|[12]\d|0?[1-9])|三十一?|二?十[一二三四五六七八九]?|[一二三四五六七八九])日"
)
DATE: Final = re.compile(
    rf"{_YEAR}(?:{_MONTH.format(n=1)}(?:{_DAY.format(n=1)})?)?"
    rf"|{_MONTH.format(n=2)}(?:{_DAY.format(n=2)})?"
    rf"|{_DAY.format(n=3)}"
)

_PART = {"y": r"(?P<year>\d{4})", "m": r"(?P<month>\d\d)", "d": r"(?P<day>\d\d)"}
_FORMS: Final = {
    vocab.XSD + "gYear": re.compile(_PART["y"]),
    vocab.XSD + "gYearMonth": re.compile(f"{_PART['y']}-{_PART['m']}"),
    vocab.XSD + "date": re.compile(f"{_PART['y']}-{_PART['m']}-{_PART['d']}"),
    vocab.XSD + "gMonth": re.compile(f"--{_PART['m']}"),
    vocab.XSD + "gMonthDay": re.compile(f"--{_PART['m']}-{_PART['d']}"),
    vocab.XSD + "gDay": re.compile(f"---{_PART['d']}"),
}


@dataclass(frozen=True, slots=True)
class PartialDate:
    """A year, a month and a day, as far as they are given."""

    year: int | None = None
    month: int | None = None
    day: int | None = None

    def __str__(self) -> str:
        """Write the date as a Chinese newspaper would."""
        parts = ((self.year, "年"), (self.month, "月"), (self.day, "日"))
        return "".join(f"{number}{word}" for number, word in parts if number is not None)


@dataclass(frozen=True, slots=True)
class Mention:
    """A date in a text, with what stands directly before and after it."""

    date: PartialDate
    before: str
    after: str


def parse_date(lexical: str, datatype: str) -> PartialDate | None:
    """Read a literal of one of XML Schema's date types; None if it is none, or malformed."""
    form = _FORMS.get(datatype)
    found = form.fullmatch(lexical) if form else None
    return _partial(found.groupdict()) if found else None


def _partial(groups: dict[str, str | None]) -> PartialDate:
    return PartialDate(**{name: int(text) for name, text in groups.items() if text})


@cache
def mentions(text: str) -> tuple[Mention, ...]:
    """Find every date in a text."""
    words = plain(text)
    return tuple(
        Mention(_mentioned(found), words[: found.start()], words[found.end() :])
        for found in DATE.finditer(words)
    )


def _mentioned(found: re.Match[str]) -> PartialDate:
    numbers = {name.rstrip("123"): read_number(text) for name, text in found.groupdict().items() if text}
    return PartialDate(**{name: int(number) for name, number in numbers.items() if number is not None})


def without_dates(text: str) -> str:
    """Put holes in the place of dates; a number of years, such as 十年, is none."""
    return blank_all(text, DATE)


def agreeing(date: PartialDate, texts: Iterable[str]) -> list[Mention]:
    """Return the mentions that give a date whole; its year may stand in another text than its month."""
    found = [mention for text in texts for mention in mentions(text)]
    whole = [mention for mention in found if _covers(mention.date, date)]
    if whole or date.year is None or date.month is None:
        return whole
    years = [mention for mention in found if mention.date.year == date.year]
    rest = PartialDate(month=date.month, day=date.day)
    months = [m for m in found if m.date.year is None and _covers(m.date, rest)]
    return years + months if years and months else []


def _covers(given: PartialDate, wanted: PartialDate) -> bool:
    pairs = ((given.year, wanted.year), (given.month, wanted.month), (given.day, wanted.day))
    return all(want is None or want == have for have, want in pairs)


def readable(date: PartialDate, levels: Sequence[Sequence[str]]) -> list[Mention]:
    """Return the mentions of a date in a passage or in what it is read with.

    Args:
        date: what should be readable.
        levels: the passage's text first, then those that it is read with directly, and so on. A text
            that gives a date of the same kind itself is not overruled by those that it is read with.
    """
    seen: list[str] = []
    for level in levels:
        seen.extend(level)
        found = agreeing(date, seen)
        if found or any(_same_kind(mention.date, date) for text in level for mention in mentions(text)):
            return found
    return []


def _same_kind(given: PartialDate, wanted: PartialDate) -> bool:
    pairs = ((given.year, wanted.year), (given.month, wanted.month), (given.day, wanted.day))
    return all(want is None or have is not None for have, want in pairs)


def given_by(levels: Iterable[Iterable[str]]) -> str:
    """Say which dates the texts give."""
    found = {str(mention.date): None for level in levels for text in level for mention in mentions(text)}
    return "、".join(found) or "no date"
