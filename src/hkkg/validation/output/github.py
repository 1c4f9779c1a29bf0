"""Workflow commands, which GitHub shows as annotations on the lines of a pull request."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from hkkg.checks import Severity
from hkkg.validation.output import words
from hkkg.validation.output.text import by_file

if TYPE_CHECKING:
    from hkkg.checks import Finding
    from hkkg.validation.report import Report

_COMMANDS: Final = {Severity.VIOLATION: "error", Severity.WARNING: "warning", Severity.INFO: "notice"}
_DATA: Final = str.maketrans({"%": "%25", "\r": "%0D", "\n": "%0A"})
_PROPERTY: Final = _DATA | str.maketrans({":": "%3A", ",": "%2C"})


def write(report: Report, language: str = "en") -> str:
    """Write a command for each finding, and the summary as plain text."""
    lines = [_line(finding, language) for group in by_file(report.new).values() for finding in group]
    return "\n".join([*lines, words.summary(report, language)])


def _line(finding: Finding, language: str) -> str:
    place = finding.place
    known: dict[str, object] = (
        {"file": place.source, "line": place.line, "col": place.column} if place else {}
    )
    if place and place.column is not None:
        known["endColumn"] = place.column + finding.width
    known["title"] = words.rule_name(words.rule(finding))
    properties = [
        f"{name}={str(value).translate(_PROPERTY)}" for name, value in known.items() if value is not None
    ]
    fix = words.fix(finding, language)
    text = words.headline(finding, language) + (f"\n{fix}" if fix else "")
    return f"::{_COMMANDS[finding.severity]} {','.join(properties)}::{text.translate(_DATA)}"
