"""Validation against SHACL shapes, by either of two engines, and by hkkg's own checks."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from hkkg import checks, progress
from hkkg.checks import Finding, Severity, Triples
from hkkg.checks.literals import untold
from hkkg.checks.shape_model import named_shapes
from hkkg.validation import describing, engines, reading
from hkkg.validation.judging import Judge
from hkkg.validation.report import Report
from hkkg.validation.tasks import Task, against, alone, beside, beside_packaged, packaged, refuse

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from hkkg.loading import Document
    from hkkg.store import Quad
    from hkkg.validation.tasks import Read

__all__ = [
    "Finding",
    "Report",
    "Severity",
    "Task",
    "against",
    "alone",
    "beside",
    "beside_packaged",
    "judge",
    "packaged",
    "refuse",
    "run",
    "validate",
]


def validate(documents: Iterable[Document], shapes: Iterable[Document], engine: str = engines.AUTO) -> Report:
    """Validate documents against shapes, and nothing else.

    Args:
        documents: the data, with the class hierarchy that the shapes need.
        shapes: the shapes.
        engine: `pyshifty`, `pyshacl`, or `auto`, which takes the fast one where it is right.

    Raises:
        SyntaxProblemError: a document is not well-formed.
        ShapesProblemError: the shapes are not well-formed SHACL.
    """
    task = Task(
        tuple((document, document.compact_quads()) for document in documents),
        tuple((document, document.compact_quads()) for document in shapes),
        own_rules=False,
    )
    return run(task, engine)


def run(task: Task, engine: str = engines.AUTO) -> Report:
    """Carry out a task whose files and shapes can all be used.

    Raises:
        ShapesProblemError: a shape is not well-formed, or recursive.
        HkkgError: a file could not be read.
        ManyProblemsError: several are or could not.
    """
    report = judge(task, engine)
    refuse(report.problems)
    return report


def judge(task: Task, engine: str = engines.AUTO) -> Report:
    """Carry out a task as far as its shapes can be used; the report says what cannot be.

    Raises:
        ShapesProblemError: the shapes are refused as a whole.
        ValidatorFailedError: an engine gave up.
    """
    data, shapes = Triples(*_quads(task.documents)), Triples(*_quads(task.shapes))
    known = Triples(*_quads(task.documents), *_quads(task.context)) if task.context else data
    progress.step("validating")
    triples = reading.ntriples(*_quads(task.documents), *_quads(task.context))
    judgement = Judge(triples, task.shapes, shapes).judge(engine)
    progress.step("checking")
    found = _about(judgement.findings, data, task)
    found += untold(_own_findings(task, data, known, shapes), found)
    return Report(
        _located(found, task, known, shapes),
        " and ".join(judgement.engines),
        sum(map(len, _quads(task.documents))),
        len(named_shapes(shapes)),
        describing.of_findings(found, shapes),
        (*task.problems, *judgement.problems),
    )


def _quads(documents: Sequence[Read]) -> list[Sequence[Quad]]:
    return [quads for _, quads in documents]


def _about(found: list[Finding], data: Triples, task: Task) -> list[Finding]:
    """Keep the findings that are about the documents, not about their context."""
    if not task.context:
        return found
    subjects = set(data.subjects())
    return [finding for finding in found if finding.focus in subjects]


def _own_findings(task: Task, data: Triples, known: Triples, shapes: Triples) -> Iterator[Finding]:
    if task.own_rules:
        documents = [document for document, _ in (*task.documents, *task.shapes)]
        yield from checks.lint(
            data, known, shapes, documents=documents, unresolved=task.unresolved, whole=task.whole
        )
    else:
        yield from checks.check_parameters(shapes)


def _located(found: Iterable[Finding], task: Task, known: Triples, shapes: Triples) -> tuple[Finding, ...]:
    unique = sorted(dict.fromkeys(found), key=lambda finding: finding.key)
    if not unique:
        return ()
    progress.step("locating")
    # Positions take another reading of the files, which a graph without findings does not need.
    places = import_module("hkkg.validation.places").Places([*task.documents, *task.shapes])
    located: tuple[Finding, ...] = places.locate_all(_with_fixes(unique, known, shapes))
    return located


def _with_fixes(found: list[Finding], known: Triples, shapes: Triples) -> list[Finding]:
    # Suggestions load OpenCC's dictionaries, which a graph without findings does not need.
    suggest = import_module("hkkg.checks.suggestions").suggest
    return [suggest(finding, shapes, known) for finding in found]
