"""Findings for people: grouped by file, each below it with its line of the source."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING, Final

from hkkg.checks import Severity
from hkkg.validation.output import words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from hkkg.checks import Finding
    from hkkg.validation.report import Report

    Paint = Callable[[str, str], str]

_WIDEST: Final = 100
_BEFORE: Final = 60
_COLOURS: Final = {Severity.VIOLATION: "red", Severity.WARNING: "yellow", Severity.INFO: "blue"}
_CODES: Final = {"red": "1;31", "yellow": "1;33", "blue": "1;34", "green": "1;32", "bold": "1"}


def write(report: Report, language: str = "en") -> str:
    """Write the report without colour."""
    return _write(report, language, lambda _, text: text)


def write_coloured(report: Report, language: str = "en") -> str:
    """Write the report with the colours of a terminal."""
    return _write(report, language, lambda style, text: f"\x1b[{_CODES[style]}m{text}\x1b[0m")


def _write(report: Report, language: str, paint: Paint) -> str:
    blocks = [
        "\n".join(line for finding in findings for line in _lines(finding, language, paint))
        for findings in by_file(report.new).values()
    ]
    ending = "bold" if report.new or report.problems else "green"
    return "\n\n".join([*blocks, paint(ending, words.summary(report, language))])


def by_file(findings: Iterable[Finding]) -> dict[str, list[Finding]]:
    """Group findings by file, in the order of lines; those without a file are under the empty name."""
    groups: dict[str, list[Finding]] = {}
    for finding in findings:
        groups.setdefault(finding.place.source if finding.place else "", []).append(finding)
    return {
        source: sorted(groups[source], key=_order)
        for source in sorted(groups, key=lambda name: (not name, name))
    }


def _order(finding: Finding) -> tuple[int, int, int]:
    place = finding.place
    return ((place.line or 0) if place else 0, (place.column or 0) if place else 0, -finding.severity)


def _lines(finding: Finding, language: str, paint: Paint) -> list[str]:
    colour = _COLOURS[finding.severity]
    place = f"{paint('bold', printable(str(finding.place)))}: " if finding.place else ""
    name = paint(colour, finding.severity.name.lower())
    lines = [f"{place}{name}: {printable(' '.join(words.headline(finding, language).split()))}"]
    if finding.excerpt is not None and finding.place and finding.place.line is not None:
        lines += _marked(finding, lambda text: paint(colour, text))
    fix = words.fix(finding, language)
    return [*lines, f"    {printable(fix)}"] if fix else lines


def _marked(finding: Finding, paint: Callable[[str], str]) -> list[str]:
    """Show the line, cut to a window around the column, with the wrong term underlined."""
    excerpt, place = finding.excerpt or "", finding.place
    number = str(place.line) if place else ""
    column = place.column if place else None
    start = max(0, (column or 1) - 1 - _BEFORE) if len(excerpt) > _WIDEST else 0
    window = excerpt[start : start + _WIDEST].replace("\t", " ")
    lines = [f"  {number} | {printable(window)}"]
    if column is not None:
        before = window[: column - 1 - start]
        marked = window[len(before) : len(before) + max(1, finding.width)]
        margin = " " * len(number)
        rule = paint("^" * max(1, columns(marked)))
        lines.append(f"  {margin} | {' ' * columns(before)}{rule}")
    return lines


def printable(text: str) -> str:
    """Take out what would move a terminal's cursor or change its colours."""
    return text if text.isprintable() else "".join(c if c.isprintable() else "\ufffd" for c in text)


def columns(text: str) -> int:
    """Count the columns that a text takes on a terminal: two for a Chinese character."""
    return sum(_columns(c) for c in text)


def _columns(character: str) -> int:
    if unicodedata.combining(character):
        return 0
    return 2 if unicodedata.east_asian_width(character) in {"W", "F"} else 1
