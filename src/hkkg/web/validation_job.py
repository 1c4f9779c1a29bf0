"""A validation that a request asks for, carried out in a process of its own that may be killed.

Nothing here imports the web framework, so that the process starts soon.
"""

from __future__ import annotations

import os
import pickle
import re
import resource
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from hkkg import api, formats, importing, vocab
from hkkg.errors import HkkgError, Place, ShapesProblemError
from hkkg.store import EmbeddedStore, Literal, parse
from hkkg.store.tokens import calls_service, depth
from hkkg.validation.output import WRITERS, text, words

if TYPE_CHECKING:
    from collections.abc import Iterable

    from hkkg.checks import Finding
    from hkkg.config import Limits
    from hkkg.store import Quad
    from hkkg.validation import Report, Task
    from hkkg.validation.tasks import Read

_SH: Final = vocab.SH
_IMPORTS: Final = vocab.OWL + "imports"
_NO_IRI: Final = re.compile(r'[<>"{}|^`\\\x00-\x20]')
_NO_PREFIX: Final = re.compile(r"[^\w.-]")
_BEFORE: Final = 40
_WIDEST: Final = 120
_NETWORK: Final = ("socket.connect", "socket.getaddrinfo", "socket.gethostby", "socket.sendto", "urllib.")


@dataclass(frozen=True, slots=True)
class Upload:
    """A document that a request brings."""

    name: str
    body: bytes
    format: formats.Format = formats.TURTLE


@dataclass(frozen=True, slots=True)
class Job:
    """What a request asks for.

    Attributes:
        data: what to validate.
        shapes: the shapes; without any, the packaged ones.
        engine: the SHACL engine's name.
        format: a report writer's or an RDF format's name, or `html`.
        language: of messages.
        limits: what the service takes at most.
    """

    data: tuple[Upload, ...]
    shapes: tuple[Upload, ...]
    engine: str
    format: str
    language: str
    limits: Limits


@dataclass(frozen=True, slots=True)
class Shown:
    """A finding as a page shows it."""

    severity: str
    place: str
    headline: str
    fix: str | None
    line: int | None
    before: str
    marked: str
    after: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """A report, written, or for a page."""

    body: bytes = b""
    conforms: bool = True
    summary: str = ""
    shown: tuple[Shown, ...] = ()
    is_cut: bool = False


def carry_out(job: Job) -> Outcome:
    """Validate, and write the report.

    Raises:
        HkkgError: something in the request cannot be used.
    """
    report = api.validate_documents(
        [api.document(upload.name, upload.body, upload.format) for upload in job.data],
        [api.document(upload.name, upload.body, upload.format) for upload in job.shapes],
        job.engine,
        lambda task: _refuse_dangers(task, job.limits.nesting),
    )
    if job.format == formats.HTML.name:
        return _for_a_page(report, job)
    if job.format in WRITERS:
        return Outcome(WRITERS[job.format].write(report, job.language).encode() + b"\n")
    quads = parse(report.to_turtle(), formats.TURTLE, source="report")
    return Outcome(EmbeddedStore().dump(formats.by_name(job.format, formats.RDF_FORMATS), quads))


def _for_a_page(report: Report, job: Job) -> Outcome:
    ordered = [finding for group in text.by_file(report.findings).values() for finding in group]
    limit = job.limits.shown_rows
    return Outcome(
        conforms=report.conforms,
        summary=words.summary(report, job.language),
        shown=tuple(_shown(finding, job.language) for finding in ordered[:limit]),
        is_cut=len(ordered) > limit,
    )


def _shown(finding: Finding, language: str) -> Shown:
    place, excerpt = finding.place or Place(""), finding.excerpt or ""
    at = (place.column or 1) - 1
    end = at + max(1, finding.width) if place.column else at
    start = max(0, at - _BEFORE) if len(excerpt) > _WIDEST else 0
    return Shown(
        finding.severity.name.lower(),
        str(place),
        words.headline(finding, language),
        words.fix(finding, language),
        place.line if excerpt else None,
        excerpt[start:at],
        excerpt[at : min(end, start + _WIDEST)],
        excerpt[end : start + _WIDEST],
    )


def _refuse_dangers(task: Task, nesting: int) -> None:
    """Refuse what would fetch documents, or could not be parsed within the stack."""
    for document, quads in task.shapes:
        for quad in quads:
            if quad.predicate.value.startswith(_SH) and isinstance(quad.object, Literal):
                _refuse_text(quad, Place(document.source), nesting)
    own = [*task.documents, *task.shapes]
    _refuse_imports(own, [*own, *task.context])


def _refuse_text(quad: Quad, place: Place, nesting: int) -> None:
    name, value = quad.predicate.value.removeprefix(_SH), getattr(quad.object, "value", "")
    if name in {"message", "name", "description"}:
        return
    if calls_service(value):
        raise ShapesProblemError(
            f"sh:{name} calls SERVICE, which is not allowed here: nothing is fetched from elsewhere.",
            place=place,
            hint="Leave it out, or run hkkg validate on your own machine.",
        )
    # Both are written into the text of a query, where they could become more than a prefix.
    if (name == "namespace" and _NO_IRI.search(value)) or (name == "prefix" and _NO_PREFIX.search(value)):
        raise ShapesProblemError(f"sh:{name} cannot be {value!r}.", place=place)
    if depth(value) > nesting:
        raise ShapesProblemError(f"sh:{name} is nested deeper than {nesting} brackets.", place=place)


def _refuse_imports(own: Iterable[Read], present: Iterable[Read]) -> None:
    """Refuse imports of what is not among the documents: to leave one out could hide a finding."""
    there = {iri for _, quads in present for iri in importing.declared(quads)}
    for document, quads in own:
        for quad in quads:
            if quad.predicate.value == _IMPORTS and getattr(quad.object, "value", "") not in there:
                raise ShapesProblemError(
                    f"owl:imports {quad.object} is not followed here: nothing is fetched from elsewhere.",
                    place=Place(document.source),
                    hint="Send that document too, or leave the import out.",
                )


def main() -> None:
    """Read a job from standard input, and write its outcome, or the user's mistake, to standard output."""
    written = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever an engine prints is no part of the outcome
    job = pickle.load(sys.stdin.buffer)  # noqa: S301 - it comes from the service that started this process
    _confine(job.limits)
    try:
        outcome: Outcome | HkkgError = carry_out(job)
    except HkkgError as error:
        outcome = error
    pickle.dump(outcome, written)
    written.close()


def _confine(limits: Limits) -> None:
    """Give way to queries, take no more than the limits, and reach no network."""
    os.nice(10)
    resource.setrlimit(resource.RLIMIT_CPU, (limits.validation_seconds, limits.validation_seconds + 1))
    resource.setrlimit(resource.RLIMIT_AS, (limits.validation_bytes, limits.validation_bytes))
    sys.addaudithook(_refuse_network)


def _refuse_network(event: str, _: Any) -> None:  # noqa: ANN401 - each event brings something else
    if event.startswith(_NETWORK):
        raise PermissionError("a validation reaches no network")
