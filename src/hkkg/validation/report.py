"""The outcome of a validation, for programs and for people."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from hkkg import formats, vocab
from hkkg.checks import Finding, Severity, show
from hkkg.store import BlankNode, DefaultGraph, EmbeddedStore, Literal, NamedNode, Quad

if TYPE_CHECKING:
    from hkkg.store import Term

_TYPE: Final = NamedNode(vocab.RDF + "type")
_BOOLEAN: Final = NamedNode(vocab.XSD + "boolean")


@dataclass(frozen=True, slots=True)
class Report:
    """What was found, and by which engine.

    Attributes:
        findings: the worst first.
        engine: the name of the SHACL engine.
        triples: how many triples were validated.
        shapes: how many shapes they were validated against.
    """

    findings: tuple[Finding, ...]
    engine: str
    triples: int
    shapes: int

    @property
    def conforms(self) -> bool:
        """Whether nothing was found, as SHACL defines it."""
        return not self.findings

    def fails(self, threshold: Severity = Severity.VIOLATION) -> bool:
        """Tell whether anything as bad as the threshold was found."""
        return any(finding.severity >= threshold for finding in self.findings)

    def to_turtle(self) -> bytes:
        """Write the standard `sh:ValidationReport`."""
        quads = _report_quads(self)
        return EmbeddedStore().dump(formats.TURTLE, quads)

    def to_json(self) -> str:
        """Write the findings as JSON, IRIs in full."""
        document = {
            "conforms": self.conforms,
            "engine": self.engine,
            "triples": self.triples,
            "shapes": self.shapes,
            "findings": [_as_json(finding) for finding in self.findings],
        }
        return json.dumps(document, ensure_ascii=False, indent=2)

    def to_text(self, language: str = "en") -> str:
        """Write one line for each finding, then a summary."""
        lines = [line(finding, language) for finding in self.findings]
        return "\n".join([*lines, self.summary()])

    def summary(self) -> str:
        """Say in one line what was done and found."""
        checked = f"{self.triples} triples against {self.shapes} shapes, by {self.engine}"
        if self.conforms:
            return f"conforms: {checked}"
        counts = [
            f"{number} {severity.name.lower()}{'s' if number > 1 and severity is not Severity.INFO else ''}"
            for severity in sorted(Severity, reverse=True)
            if (number := sum(finding.severity is severity for finding in self.findings))
        ]
        return f"{', '.join(counts)}: {checked}"


def line(finding: Finding, language: str = "en") -> str:
    """Write a finding as `file:line: severity: focus (path): message`."""
    path = f" ({finding.path})" if finding.path else ""
    shown = isinstance(finding.value, NamedNode | Literal) and finding.value != finding.focus
    value = f" Found {show(finding.value)}." if finding.value is not None and shown else ""
    place = f"{finding.place}: " if finding.place else ""
    name = finding.severity.name.lower()
    return f"{place}{name}: {show(finding.focus)}{path}: {finding.message(language)}{value}"


def _as_json(finding: Finding) -> dict[str, object]:
    return {
        "severity": finding.severity.name.lower(),
        "focus": _plain(finding.focus),
        "path": str(finding.path) if finding.path else None,
        "value": _plain(finding.value),
        "component": finding.component,
        "shape": finding.shape,
        "messages": dict(finding.messages),
        "file": finding.place.source if finding.place else None,
        "line": finding.place.line if finding.place else None,
    }


def _plain(term: Term | None) -> str | None:
    """Write a term for a program: an IRI in full, anything else as N-Triples does."""
    if term is None or isinstance(term, NamedNode):
        return term.value if term is not None else None
    return str(term)


def _report_quads(report: Report) -> list[Quad]:
    top = BlankNode("report")
    quads = [
        _quad(top, _TYPE, NamedNode(vocab.SH + "ValidationReport")),
        _quad(top, _sh("conforms"), Literal(str(report.conforms).lower(), datatype=_BOOLEAN)),
    ]
    for number, finding in enumerate(report.findings):
        result = BlankNode(f"result{number}")
        quads += [_quad(top, _sh("result"), result), *_result_quads(result, finding)]
    return quads


def _result_quads(result: BlankNode, finding: Finding) -> list[Quad]:
    quads = [
        _quad(result, _TYPE, _sh("ValidationResult")),
        _quad(result, _sh("focusNode"), finding.focus),
        _quad(result, _sh("resultSeverity"), NamedNode(finding.severity.iri)),
        _quad(result, _sh("sourceConstraintComponent"), NamedNode(finding.component)),
    ]
    quads += [_quad(result, _sh("resultMessage"), _message(*pair)) for pair in finding.messages]
    if finding.value is not None:
        quads.append(_quad(result, _sh("value"), finding.value))
    if finding.shape is not None:
        quads.append(_quad(result, _sh("sourceShape"), NamedNode(finding.shape)))
    if finding.path is not None:
        node, described = finding.path.triples()
        quads.append(_quad(result, _sh("resultPath"), node))
        quads += [Quad(t.subject, t.predicate, t.object, DefaultGraph()) for t in described]
    return quads


def _sh(name: str) -> NamedNode:
    return NamedNode(vocab.SH + name)


def _quad(subject: BlankNode, predicate: NamedNode, obj: Term) -> Quad:
    return Quad(subject, predicate, obj, DefaultGraph())


def _message(language: str, text: str) -> Literal:
    return Literal(text, language=language) if language else Literal(text)
