"""Dates in words, as precisely as the source gives them and no more."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING, Final

from hkkg import vocab

if TYPE_CHECKING:
    from collections.abc import Iterable

    from hkkg.web.names import Names

_PARTS: Final = re.compile(r"(?:-?(?P<year>\d{4,})|-)(?:-(?P<month>\d\d))?(?:-(?P<day>\d\d))?\Z")
# The qualifiers that read on into a date, outermost first; in Chinese, those that stand before it.
_READ_ON: Final[tuple[str, ...]] = (
    "as-of",
    "by",
    "before",
    "within",
    "since",
    "for-the-year",
    "mid-year",
    "year-end",
)
_BEFORE_IN_CHINESE: Final = frozenset({"as-of", "by"})
_YEAR: Final = "年"


def dated(text: str, lang: str) -> str:
    """Write a date of any precision in words; what is no date is given back as it is.

    >>> dated("2025-08", "en"), dated("2025-08", "zh-Hant")
    ('August 2025', '2025年8月')
    """
    match = _PARTS.match(text)
    if match is None:
        return text
    year, month, day = match["year"], match["month"], match["day"]
    if lang != "en":
        parts = ((year, _YEAR), (month, "月"), (day, "日"))
        return "".join(f"{int(number)}{unit}" for number, unit in parts if number)
    name = date(2000, int(month), 1).strftime("%B") if month and 1 <= int(month) <= 12 else month  # noqa: PLR2004 - months
    return " ".join(part for part in (str(int(day)) if day else None, name, year) if part)


def when(text: str, qualifiers: Iterable[str], names: Names, lang: str) -> str:
    """Say when something is, with the concepts that qualify its date: "as of mid-year 2026"; 截至2026年中."""
    given = {iri.removeprefix(vocab.CONCEPT): names[iri].text for iri in sorted(qualifiers)}
    said = dated(text, lang)
    if not said:
        return (", " if lang == "en" else "，").join(given.values())
    reading = [(name, given.pop(name)) for name in _READ_ON if name in given]
    said = _english(said, reading) if lang == "en" else _chinese(said, reading)
    for aside in given.values():
        said = f"{said} ({aside})" if lang == "en" else f"{said}（{aside}）"
    return said


def _english(said: str, reading: list[tuple[str, str]]) -> str:
    return " ".join([*(word for _, word in reading), said])


def _chinese(said: str, reading: list[tuple[str, str]]) -> str:
    for name, word in reversed(reading):
        if name in _BEFORE_IN_CHINESE:
            said = word + said
        else:
            said = (said.removesuffix(_YEAR) if word.startswith(_YEAR) else said) + word
    return said
