"""Times in words, as precisely as the source gives them and no more."""

from __future__ import annotations

import re
from calendar import month_name
from dataclasses import dataclass
from typing import Final

from hkkg import vocab

_DATE: Final = re.compile(
    r"(?P<year>-?\d{4,9})(?:-(?P<month>\d\d)(?:-(?P<day>\d\d))?)?|--(?P<m>\d\d)-(?P<d>\d\d)|---(?P<only>\d\d)",
    re.ASCII,
)
_ENDINGS: Final = {1: "st", 2: "nd", 3: "rd"}
_TEENS: Final = range(11, 14)

# By the concepts that qualify a date, most specific first; {} is the date. In the order of vocab.LANGUAGES.
_QUALIFIED: Final = (
    ({"as-of", "mid-year"}, ("as of the middle of {}", "截至{}年中", "截至{}年中")),
    ({"as-of", "year-end"}, ("as of the end of {}", "截至{}年底", "截至{}年底")),
    ({"mid-year"}, ("in the middle of {}", "{}年中", "{}年中")),
    ({"year-end"}, ("at the end of {}", "{}年底", "{}年底")),
    ({"as-of"}, ("as of {}", "截至{}", "截至{}")),
    ({"by"}, ("by {}", "到{}", "到{}")),
    ({"before"}, ("before {}", "{}之前", "{}之前")),
    ({"within"}, ("within {}", "{}内", "{}內")),
    ({"since"}, ("since {}", "自{}起", "自{}起")),
    ({"for-the-year"}, ("for the year {}", "{}度", "{}度")),
    ({"recent"}, ("recently ({})", "近日（{}）", "近日（{}）")),
)
_ALONE: Final = {
    "earlier": ("earlier", "早前", "早前"),
    "recent": ("recently", "近日", "近日"),
    "current": ("at present", "目前", "現時"),
    "coming-years": ("in the coming years", "未来数年", "未來數年"),
    "future": ("in the future", "未来", "未來"),
    "afterwards": ("afterwards", "随后", "隨後"),
    "yearly": ("every year", "每年", "每年"),
}


@dataclass(frozen=True, slots=True)
class Moment:
    """A date as the source gives it, and the concepts that qualify it, by their IRIs."""

    date: str
    qualifiers: tuple[str, ...]

    def words(self, language: str) -> str:
        """Say when in a sentence; nothing if nothing is known."""
        return self._qualified(language) or " ".join(reversed(date_words(self.date, language))).strip()

    def label(self, language: str) -> str:
        """Say when where that stands by itself; nothing if nothing is known."""
        return self._qualified(language) or date_words(self.date, language)[0]

    def _qualified(self, language: str) -> str:
        column = vocab.LANGUAGES.index(language)
        names = {iri.removeprefix(vocab.CONCEPT) for iri in self.qualifiers}
        if not self.date:
            return " ".join(_ALONE[name][column] for name in sorted(names & _ALONE.keys()))
        pattern = next((patterns[column] for wanted, patterns in _QUALIFIED if wanted <= names), "")
        text = date_words(self.date, language)[0]
        return pattern.format(text.removesuffix("年") if "{}年" in pattern else text)


def date_words(date: str, language: str) -> tuple[str, str]:
    """Write a date of XML Schema in words, and the preposition that it takes in English.

    What is no such date is given back as it is.
    """
    match = _DATE.fullmatch(date)
    if not match:
        return date, ""
    year, month, day = (
        match["year"],
        match["month"] or match["m"],
        match["day"] or match["d"] or match["only"],
    )
    if language != "en":
        parts = ((year, "年"), (month, "月"), (day, "日"))
        return "".join(f"{int(number)}{unit}" for number, unit in parts if number), ""
    if match["only"]:
        return f"the {ordinal(int(day))} of a month", "on"
    name = month_name[int(month)] if month and 0 < int(month) < len(month_name) else month
    words = [str(int(day)) if day else "", name or "", year or ""]
    return " ".join(filter(None, words)), "on" if day else "in"


def ordinal(number: int) -> str:
    """Write 1st, 2nd, 3rd."""
    ending = "th" if number in _TEENS else _ENDINGS.get(number % 10, "th")
    return f"{number}{ending}"
