"""Validation against SHACL shapes, by either of two engines, and by hkkg's own checks."""

from __future__ import annotations

from importlib import import_module
from itertools import chain
from typing import TYPE_CHECKING

from hkkg import checks, vocab
from hkkg.checks import Finding, Severity, Triples
from hkkg.store import NamedNode
from hkkg.validation import engines, reading
from hkkg.validation.report import Report
from hkkg.validation.tasks import Task, alone, beside_packaged, packaged

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
    "alone",
    "beside_packaged",
    "packaged",
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
        tuple((document, document.quads()) for document in documents),
        tuple((document, document.quads()) for document in shapes),
        own_rules=False,
    )
    return run(task, engine)


def run(task: Task, engine: str = engines.AUTO) -> Report:
    """Carry out a task."""
    data_quads, shape_quads = _quads(task.documents), _quads(task.shapes)
    all_quads = data_quads + _quads(task.context)
    data, shapes = Triples(data_quads), Triples(shape_quads)
    known = Triples(all_quads) if task.context else data
    chosen = engines.choose(engine, shapes)
    report = chosen.report(reading.ntriples(all_quads), reading.shapes_ntriples(shape_quads))
    found = _about(reading.findings(report, shapes), data, task)
    found += _own_findings(task, data, known, shapes)
    return Report(_located(found, task), chosen.name, len(data_quads), _count(shapes))


def _quads(documents: Sequence[Read]) -> list[Quad]:
    return list(chain.from_iterable(quads for _, quads in documents))


def _about(found: list[Finding], data: Triples, task: Task) -> list[Finding]:
    """Keep the findings that are about the documents, not about their context."""
    if not task.context:
        return found
    subjects = set(data.subjects())
    return [finding for finding in found if finding.focus in subjects]


def _own_findings(task: Task, data: Triples, known: Triples, shapes: Triples) -> Iterator[Finding]:
    yield from checks.check_parameters(shapes)
    if task.whole:
        yield from checks.check_targets(shapes, known)
    if task.own_rules:
        yield from checks.check_digits(data)
        # OpenCC's dictionaries load only where labels are checked.
        yield from import_module("hkkg.checks.scripts").check_scripts(data)
        yield from checks.check_terms(data, known)
        yield from checks.check_shape_terms(shapes, known)


def _located(found: Iterable[Finding], task: Task) -> tuple[Finding, ...]:
    unique = sorted(dict.fromkeys(found), key=lambda finding: finding.key)
    if not unique:
        return ()
    # Positions are read with rdflib, which a graph without findings does not need.
    places = import_module("hkkg.validation.places").Places([*task.documents, *task.shapes])
    return tuple(places.locate(finding) for finding in unique)


def _count(shapes: Triples) -> int:
    kinds = {vocab.SH + "NodeShape", vocab.SH + "PropertyShape"}
    return len({s for s, kind in shapes.instances() if kind in kinds and isinstance(s, NamedNode)})
