"""Workflow commands, which GitHub shows as annotations on the lines of a pull request."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from hkkg.checks import Severity
from hkkg.validation.output import words
from hkkg.validation.output.text import by_file

if TYPE_CHECKING:
    from collections.abc import Mapping

    from hkkg.checks import Finding
    from hkkg.errors import HkkgError
    from hkkg.validation.report import Report

_COMMANDS: Final = {Severity.VIOLATION: "error", Severity.WARNING: "warning", Severity.INFO: "notice"}
_DATA: Final = str.maketrans({"%": "%25", "\r": "%0D", "\n": "%0A"})
_PROPERTY: Final = _DATA | str.maketrans({":": "%3A", ",": "%2C"})


def write(report: Report, language: str = "en") -> str:
    """Write a command for each finding, and the summary as plain text."""
    lines = [_line(finding, language) for group in by_file(report.new).values() for finding in group]
    lines += [_problem(error, language) for error in report.problems]
    return "\n".join([*lines, words.summary(report, language)])


def _problem(error: HkkgError, language: str) -> str:
    place = error.place
    known: dict[str, object] = (
        {"file": place.source, "line": place.line, "col": place.column} if place else {}
    )
    known["title"] = words.say("unusable", language)
    return _command("error", known, f"{error.message}\n{error.hint}" if error.hint else error.message)


def _command(name: str, known: Mapping[str, object], text: str) -> str:
    properties = [
        f"{key}={str(value).translate(_PROPERTY)}" for key, value in known.items() if value is not None
    ]
    return f"::{name} {','.join(properties)}::{text.translate(_DATA)}"


def _line(finding: Finding, language: str) -> str:
    place = finding.place
    known: dict[str, object] = (
        {"file": place.source, "line": place.line, "col": place.column} if place else {}
    )
    if place and place.column is not None:
        known["endColumn"] = place.column + finding.width
    known["title"] = words.rule_name(words.rule(finding))
    fix = words.fix(finding, language)
    text = words.headline(finding, language) + (f"\n{fix}" if fix else "")
    return _command(_COMMANDS[finding.severity], known, text)
