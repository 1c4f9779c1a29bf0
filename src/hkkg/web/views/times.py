"""Times in words, as precisely as the source gives them and no more."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from hkkg import vocab

_DATE: Final = re.compile(
    r"(?P<year>-?\d{4,9})(?:-(?P<month>\d\d)(?:-(?P<day>\d\d))?)?|--(?P<m>\d\d)-(?P<d>\d\d)|---(?P<only>\d\d)",
    re.ASCII,
)
_MONTHS: Final = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
_ENDINGS: Final = {1: "st", 2: "nd", 3: "rd"}
_TEENS: Final = range(11, 14)

# By the concepts that qualify a date, most specific first; {} is the date.
_QUALIFIED: Final = {
    "en": (
        ({"as-of", "mid-year"}, "as of the middle of {}"),
        ({"as-of", "year-end"}, "as of the end of {}"),
        ({"mid-year"}, "in the middle of {}"),
        ({"year-end"}, "at the end of {}"),
        ({"as-of"}, "as of {}"),
        ({"by"}, "by {}"),
        ({"before"}, "before {}"),
        ({"within"}, "within {}"),
        ({"since"}, "since {}"),
        ({"for-the-year"}, "for the year {}"),
        ({"recent"}, "recently ({})"),
    ),
    "zh-Hant": (
        ({"as-of", "mid-year"}, "截至{}年中"),
        ({"as-of", "year-end"}, "截至{}年底"),
        ({"mid-year"}, "{}年中"),
        ({"year-end"}, "{}年底"),
        ({"as-of"}, "截至{}"),
        ({"by"}, "到{}"),
        ({"before"}, "{}之前"),
        ({"within"}, "{}內"),
        ({"since"}, "自{}起"),
        ({"for-the-year"}, "{}度"),
        ({"recent"}, "近日（{}）"),
    ),
    "zh-Hans": (
        ({"as-of", "mid-year"}, "截至{}年中"),
        ({"as-of", "year-end"}, "截至{}年底"),
        ({"mid-year"}, "{}年中"),
        ({"year-end"}, "{}年底"),
        ({"as-of"}, "截至{}"),
        ({"by"}, "到{}"),
        ({"before"}, "{}之前"),
        ({"within"}, "{}内"),
        ({"since"}, "自{}起"),
        ({"for-the-year"}, "{}度"),
        ({"recent"}, "近日（{}）"),
    ),
}
_ALONE: Final = {
    "en": {
        "earlier": "earlier",
        "recent": "recently",
        "current": "at present",
        "coming-years": "in the coming years",
        "future": "in the future",
        "afterwards": "afterwards",
        "yearly": "every year",
    },
    "zh-Hant": {
        "earlier": "早前",
        "recent": "近日",
        "current": "現時",
        "coming-years": "未來數年",
        "future": "未來",
        "afterwards": "隨後",
        "yearly": "每年",
    },
    "zh-Hans": {
        "earlier": "早前",
        "recent": "近日",
        "current": "目前",
        "coming-years": "未来数年",
        "future": "未来",
        "afterwards": "随后",
        "yearly": "每年",
    },
}


@dataclass(frozen=True, slots=True)
class Moment:
    """A date as the source gives it, and the concepts that qualify it, by their IRIs."""

    date: str
    qualifiers: tuple[str, ...]

    def words(self, language: str) -> str:
        """Say when; nothing if nothing is known."""
        names = {iri.removeprefix(vocab.CONCEPT) for iri in self.qualifiers}
        if self.date:
            return _dated(self.date, names, language)
        alone = _ALONE[language]
        return " ".join(alone[name] for name in sorted(names & alone.keys()))


def _dated(date: str, names: set[str], language: str) -> str:
    text, preposition = date_words(date, language)
    for wanted, pattern in _QUALIFIED[language]:
        if wanted <= names:
            doubled = pattern.startswith(("{}年", "截至{}年"))
            return pattern.format(text.removesuffix("年") if doubled else text)
    return f"{preposition} {text}".strip()


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
    name = _MONTHS[int(month) - 1] if month and 0 < int(month) <= len(_MONTHS) else month
    words = [str(int(day)) if day else "", name or "", year or ""]
    return " ".join(filter(None, words)), "on" if day else "in"


def ordinal(number: int) -> str:
    """Write 1st, 2nd, 3rd."""
    ending = "th" if number in _TEENS else _ENDINGS.get(number % 10, "th")
    return f"{number}{ending}"
