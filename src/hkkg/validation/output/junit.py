"""JUnit's XML, as CI servers read it: a suite for each file, a failed case for each finding."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final
from xml.etree import ElementTree as ET

from hkkg.validation.output import words
from hkkg.validation.output.text import by_file

if TYPE_CHECKING:
    from hkkg.checks import Finding
    from hkkg.errors import HkkgError
    from hkkg.validation.report import Report

# XML has no way to write these, not even as references.
_UNWRITABLE: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def write(report: Report, language: str = "en") -> str:
    """Write findings as failures and unusable inputs as errors; a report of neither is one passed case."""
    number, errors = len(report.new), len(report.problems)
    top = ET.Element(
        "testsuites",
        name="hkkg validate",
        tests=str(max(1, number + errors)),
        failures=str(number),
        errors=str(errors),
    )
    for source, findings in by_file(report.new).items():
        suite = _suite(top, source or words.say("elsewhere", language), len(findings), len(findings))
        for finding in findings:
            _case(suite, finding, language)
    if errors:
        suite = _suite(top, words.say("unusable", language), errors, 0, errors)
        for problem in report.problems:
            _error(suite, problem, language)
    if not report.new and not errors:
        suite = _suite(top, "hkkg validate", 1, 0)
        ET.SubElement(suite, "testcase", name=words.say("valid", language), classname="hkkg", time="0")
    ET.indent(top)
    return ET.tostring(top, encoding="unicode", xml_declaration=False)


def _suite(top: ET.Element, name: str, tests: int, failures: int, errors: int = 0) -> ET.Element:
    return ET.SubElement(
        top,
        "testsuite",
        name=_text(name),
        tests=str(tests),
        failures=str(failures),
        errors=str(errors),
        skipped="0",
        time="0",
    )


def _error(suite: ET.Element, problem: HkkgError, language: str) -> None:
    case = ET.SubElement(
        suite,
        "testcase",
        name=_text(str(problem.place or problem.message)),
        classname=_text(words.say("unusable", language)),
        time="0",
    )
    if problem.place:
        case.set("file", _text(problem.place.source))
    if problem.place and problem.place.line:
        case.set("line", str(problem.place.line))
    ET.SubElement(case, "error", message=_text(problem.message)).text = _text(str(problem))


def _case(suite: ET.Element, finding: Finding, language: str) -> None:
    place = finding.place
    line = place.line if place else None
    where = f"{line}:{place.column} " if place and line else ""
    case = ET.SubElement(
        suite,
        "testcase",
        name=_text(where + words.headline(finding, language)),
        classname=_text(words.rule_name(words.rule(finding))),
        time="0",
    )
    if place:
        case.set("file", _text(place.source))
    if line:
        case.set("line", str(line))
    failure = ET.SubElement(
        case,
        "failure",
        message=_text(words.message(finding, language)),
        type=finding.severity.name.lower(),
    )
    details = [words.line(finding, language), finding.excerpt, words.fix(finding, language)]
    failure.text = _text("\n".join(detail for detail in details if detail))


def _text(text: str) -> str:
    return _UNWRITABLE.sub("\ufffd", text)
