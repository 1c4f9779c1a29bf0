"""The outcome of a validation, for programs and for people."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import count
from typing import TYPE_CHECKING, Final

from hkkg import formats, vocab
from hkkg.checks import Finding, Severity
from hkkg.checks.findings import CHECK
from hkkg.errors import ManyProblemsError
from hkkg.store import BlankNode, DefaultGraph, EmbeddedStore, Literal, NamedNode, Quad
from hkkg.validation.output import json, text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from hkkg.errors import HkkgError
    from hkkg.store import Term, Triple

_TYPE: Final = NamedNode(vocab.RDF + "type")
_BOOLEAN: Final = NamedNode(vocab.XSD + "boolean")


@dataclass(frozen=True, slots=True, repr=False)
class Report:
    """What was found, and by which engine.

    Attributes:
        findings: the worst first.
        engine: the name of the SHACL engine; empty if nothing could be judged.
        triples: how many triples were validated.
        shapes: how many shapes they were validated against.
        descriptions: what the shapes say of the blank nodes in the findings' origins.
        problems: the files and shapes that cannot be used, so that this is not the whole report.
    """

    findings: tuple[Finding, ...]
    engine: str
    triples: int
    shapes: int
    descriptions: tuple[Triple, ...] = ()
    problems: tuple[HkkgError, ...] = ()

    @classmethod
    def of_problem(cls, problem: HkkgError) -> Report:
        """Report what kept everything from being judged."""
        problems = problem.problems if isinstance(problem, ManyProblemsError) else (problem,)
        return cls((), "", 0, 0, problems=problems)

    def __repr__(self) -> str:
        """Show what was found, so that `assert report.conforms, report` says it in a test."""
        return self.to_text()

    @property
    def conforms(self) -> bool:
        """Whether nothing was found, as SHACL defines it, and nothing was left out."""
        return not self.findings and not self.problems

    def fails(self, threshold: Severity = Severity.VIOLATION) -> bool:
        """Tell whether anything as bad as the threshold was found that the baseline does not have."""
        return any(finding.severity >= threshold and not finding.old for finding in self.findings)

    @property
    def new(self) -> tuple[Finding, ...]:
        """What was found and is not in the baseline; everything, without a baseline."""
        return tuple(finding for finding in self.findings if not finding.old)

    def to_turtle(self, *, own_rules: bool = False) -> bytes:
        """Write the standard `sh:ValidationReport`.

        Args:
            own_rules: whether the results of hkkg's own rules, which SHACL does not define, are in it too.
        """
        quads = _report_quads(self, own_rules=own_rules)
        return EmbeddedStore().dump(formats.TURTLE, quads)

    def to_json(self, language: str = "en") -> str:
        """Write the findings as JSON, IRIs in full."""
        return json.write(self, language)

    def to_text(self, language: str = "en") -> str:
        """Write one line for each finding, then a summary."""
        return text.write(self, language)


def _report_quads(report: Report, *, own_rules: bool) -> list[Quad]:
    # SHACL defines what its report holds: hkkg's own checks are in every other format.
    standard = [f for f in report.findings if own_rules or not f.component.startswith(CHECK)]
    conforms = not standard and not report.problems
    top = BlankNode("report")
    quads = [
        _quad(top, _TYPE, NamedNode(vocab.SH + "ValidationReport")),
        _quad(top, _sh("conforms"), Literal(str(conforms).lower(), datatype=_BOOLEAN)),
    ]
    repeated = (finding for finding in standard for _ in range(finding.origin.times))
    labels = count()
    for finding in repeated:
        quads += _result_quads(top, "result", finding, labels)
    return quads + _plain(report.descriptions)


def _result_quads(holder: BlankNode, link: str, finding: Finding, labels: Iterator[int]) -> list[Quad]:
    result = BlankNode(f"result{next(labels)}")
    quads = [
        _quad(holder, _sh(link), result),
        _quad(result, _TYPE, _sh("ValidationResult")),
        _quad(result, _sh("focusNode"), finding.focus),
        _quad(result, _sh("resultSeverity"), NamedNode(finding.origin.severity or finding.severity.iri)),
        _quad(result, _sh("sourceConstraintComponent"), NamedNode(finding.component)),
    ]
    quads += [_quad(result, _sh("resultMessage"), _message(*pair)) for pair in finding.messages]
    if finding.value is not None:
        quads.append(_quad(result, _sh("value"), finding.value))
    shape = finding.origin.shape or (None if finding.shape is None else NamedNode(finding.shape))
    if shape is not None:
        quads.append(_quad(result, _sh("sourceShape"), shape))
    if finding.origin.constraint is not None:
        quads.append(_quad(result, _sh("sourceConstraint"), finding.origin.constraint))
    if finding.path is not None:
        node, described = finding.path.triples()
        quads.append(_quad(result, _sh("resultPath"), node))
        quads += _plain(described)
    for detail in finding.origin.details:
        quads += _result_quads(result, "detail", detail, labels)
    return quads


def _plain(triples: Iterable[Triple]) -> list[Quad]:
    return [Quad(t.subject, t.predicate, t.object, DefaultGraph()) for t in triples]


def _sh(name: str) -> NamedNode:
    return NamedNode(vocab.SH + name)


def _quad(subject: BlankNode, predicate: NamedNode, obj: Term) -> Quad:
    return Quad(subject, predicate, obj, DefaultGraph())


def _message(language: str, text: str) -> Literal:
    return Literal(text, language=language) if language else Literal(text)
