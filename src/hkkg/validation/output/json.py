"""Findings as JSON, with everything that is known of them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from hkkg.validation.output import words
from hkkg.validation.output.fingerprints import fingerprints

if TYPE_CHECKING:
    from hkkg.checks import Finding
    from hkkg.errors import HkkgError, Place
    from hkkg.validation.report import Report


def write(report: Report, language: str = "en") -> str:
    """Write the findings as JSON, IRIs in full, `message` in the language and `messages` in all."""
    pairs = zip(report.findings, fingerprints(report.findings), strict=True)
    document = {
        "conforms": report.conforms,
        "engine": report.engine,
        "triples": report.triples,
        "shapes": report.shapes,
        "findings": [_finding(finding, fingerprint, language) for finding, fingerprint in pairs],
        "problems": [_problem(error) for error in report.problems],
    }
    return json.dumps(document, ensure_ascii=False, indent=2)


def _problem(error: HkkgError) -> dict[str, object]:
    return {"message": error.message, "hint": error.hint, **_place(error.place)}


def _place(place: Place | None) -> dict[str, object]:
    return {
        "file": place.source if place else None,
        "line": place.line if place else None,
        "column": place.column if place else None,
    }


def _finding(finding: Finding, fingerprint: str, language: str) -> dict[str, object]:
    return {
        "severity": finding.severity.name.lower(),
        "focus": words.plain(finding.focus),
        "path": str(finding.path) if finding.path else None,
        "value": words.plain(finding.value),
        "component": finding.component,
        "shape": finding.shape,
        "message": words.message(finding, language),
        "messages": dict(finding.messages),
        "fix": finding.fix,
        **_place(finding.place),
        "excerpt": finding.excerpt,
        "fingerprint": fingerprint,
        "baseline": "old" if finding.old else "new",
    }
