"""SARIF 2.1.0, which code hosts and editors read."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from hkkg import __version__
from hkkg.checks import Severity
from hkkg.validation.output import words
from hkkg.validation.output.fingerprints import fingerprints

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from hkkg.checks import Finding
    from hkkg.errors import HkkgError, Place
    from hkkg.validation.report import Report

SCHEMA: Final = "https://json.schemastore.org/sarif-2.1.0.json"
_LEVELS: Final = {Severity.VIOLATION: "error", Severity.WARNING: "warning", Severity.INFO: "note"}
_LONGEST_SNIPPET: Final = 1000


def write(report: Report, language: str = "en") -> str:
    """Write the report as a log of one run."""
    rules = sorted({words.rule(finding) for finding in report.findings})
    numbers = {iri: number for number, iri in enumerate(rules)}
    pairs = zip(report.findings, fingerprints(report.findings), strict=True)
    run = {
        "tool": {"driver": _driver(rules, report.findings)},
        "columnKind": "unicodeCodePoints",
        "invocations": [_invocation(report.problems)],
        "results": [_result(finding, digest, numbers, language) for finding, digest in pairs],
        "properties": {"engine": report.engine, "triples": report.triples, "shapes": report.shapes},
    }
    log = {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}
    return json.dumps(log, ensure_ascii=False, indent=2)


def _invocation(problems: Sequence[HkkgError]) -> dict[str, object]:
    """Say what kept the run from being whole."""
    if not problems:
        return {"executionSuccessful": True}
    return {"executionSuccessful": False, "toolExecutionNotifications": [_notification(p) for p in problems]}


def _notification(problem: HkkgError) -> dict[str, object]:
    said: dict[str, object] = {"level": "error", "message": {"text": problem.message}}
    place = problem.place
    if place is None:
        return said
    location: dict[str, object] = {"artifactLocation": {"uri": _uri(place.source)}}
    if place.line is not None:
        column = {} if place.column is None else {"startColumn": place.column}
        location["region"] = {"startLine": place.line, **column}
    return said | {"locations": [{"physicalLocation": location}]}


def _driver(rules: Sequence[str], findings: Iterable[Finding]) -> dict[str, object]:
    worst: dict[str, Finding] = {}
    for finding in findings:
        held = worst.setdefault(words.rule(finding), finding)
        if finding.severity > held.severity:
            worst[words.rule(finding)] = finding
    return {
        "name": "hkkg",
        "version": __version__,
        "semanticVersion": __version__,
        "informationUri": "https://w3id.org/hkkg/",
        "rules": [_rule(iri, worst[iri]) for iri in rules],
    }


def _rule(iri: str, finding: Finding) -> dict[str, object]:
    rule: dict[str, object] = {
        "id": iri,
        "name": words.rule_name(iri),
        "shortDescription": {"text": words.rule_name(iri)},
        "defaultConfiguration": {"level": _LEVELS[finding.severity]},
    }
    if iri.startswith(("http://", "https://")):
        rule["helpUri"] = quote(iri, safe=":/?#[]@!$&'()*+,;=%-._~")
    return rule


def _result(finding: Finding, digest: str, rules: Mapping[str, int], language: str) -> dict[str, object]:
    fix = words.fix(finding, language)
    text = words.headline(finding, language) + (f"\n{fix}" if fix else "")
    rule = words.rule(finding)
    result: dict[str, object] = {
        "ruleId": rule,
        "ruleIndex": rules[rule],
        "level": _LEVELS[finding.severity],
        "message": {"text": text},
        "partialFingerprints": {"hkkgFinding/v1": digest},
        "properties": {"component": finding.component, "focus": words.plain(finding.focus)},
    }
    if finding.old:
        result["baselineState"] = "unchanged"
    if finding.place:
        result["locations"] = [{"physicalLocation": _location(finding, finding.place)}]
    return result


def _location(finding: Finding, place: Place) -> dict[str, object]:
    location: dict[str, object] = {"artifactLocation": {"uri": _uri(place.source)}}
    if place.line is None:
        return location
    region: dict[str, object] = {"startLine": place.line}
    if place.column is not None:
        region |= {"startColumn": place.column, "endColumn": place.column + finding.width}
        if finding.excerpt is not None:
            region["snippet"] = {
                "text": finding.excerpt[place.column - 1 :][: finding.width][:_LONGEST_SNIPPET]
            }
    return location | {"region": region}


def _uri(source: str) -> str:
    """Write a path as a URI: relative as it was given, so that hosts find it in the repository."""
    path = Path(source)
    return path.as_uri() if path.is_absolute() else quote(path.as_posix())
