"""The ways in which a user can be wrong, one type for each; nothing here knows of HTTP or of exit codes."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True, slots=True)
class Place:
    """Where something is wrong: a file or parameter, and a line and column that count from 1."""

    source: str
    line: int | None = None
    column: int | None = None

    def __str__(self) -> str:
        """Write the place as `source:line:column`, as far as it is known."""
        numbers = [str(n) for n in (self.line, self.column) if n is not None]
        return ":".join([self.source, *numbers])


class HkkgError(Exception):
    """Something that the user can put right.

    Args:
        message: what was wrong, in one sentence.
        place: where it was wrong.
        hint: what would be right.
        excerpt: the offending line of the input.
    """

    def __init__(
        self, message: str, *, place: Place | None = None, hint: str | None = None, excerpt: str | None = None
    ) -> None:
        """Keep the parts, so that each front end can show them in its own way."""
        super().__init__(message)
        self.message = message
        self.place = place
        self.hint = hint
        self.excerpt = excerpt

    def __str__(self) -> str:
        """Join place, message and hint into one paragraph."""
        head = f"{self.place}: {self.message}" if self.place else self.message
        lines = [head]
        if self.excerpt is not None:
            lines.append(_marked(self.excerpt, self.place.column if self.place else None))
        if self.hint:
            lines.append(self.hint)
        return _printable("\n".join(lines))


def _marked(excerpt: str, column: int | None) -> str:
    """Show the line, cut to a window around the column, with a caret under the column."""
    if column is None:
        return f"  {excerpt[:100]}"
    start = max(0, column - 61)
    window = excerpt[start : start + 100]
    return f"  {window}\n  {' ' * width(window[: column - 1 - start])}^"


def width(text: str) -> int:
    """Count the cells that a terminal gives to a text: two for a Chinese character."""
    return sum(2 if unicodedata.east_asian_width(c) in "FW" else not unicodedata.combining(c) for c in text)


def _printable(text: str) -> str:
    """Replace what would command a terminal, or cannot be written at all, one for one."""
    return "".join(
        " " if c == "\t" else "\ufffd" if c != "\n" and unicodedata.category(c)[0] == "C" else c for c in text
    )


class InputUnreadableError(HkkgError):
    """A file is missing, is a directory, is empty, or cannot be decoded."""


class SyntaxProblemError(HkkgError):
    """An RDF document is not well-formed."""


class FormattingError(HkkgError):
    """A Turtle document is well-formed, but hkkg does not format it."""


class ShapesProblemError(HkkgError):
    """A shapes graph is not well-formed SHACL."""


class ValidatorFailedError(HkkgError):
    """A SHACL engine gave up for a reason that is not in its input."""


class QuerySyntaxError(HkkgError):
    """A SPARQL request is not well-formed."""


class QueryEvaluationError(HkkgError):
    """A well-formed SPARQL request could not be evaluated."""


class FederationRefusedError(HkkgError):
    """A query would make the service send requests to another one."""


class UnknownFormatError(HkkgError):
    """A format's name or extension is not one that hkkg reads or writes."""


class QuestionFileError(HkkgError):
    """A stored question or its stored answer is not written as it should be."""


class UnknownQuestionError(HkkgError):
    """No stored query has this name."""


class ParameterError(HkkgError):
    """A parameter is missing, unknown, repeated or of the wrong type."""


class UnknownResourceError(HkkgError):
    """The graph does not speak of this IRI.

    Args:
        message: what was wrong, in one sentence.
        hint: what would be right.
        nearest: IRIs that may be meant.
    """

    def __init__(self, message: str, *, hint: str | None = None, nearest: Sequence[str] = ()) -> None:
        """Keep the IRIs, which a page links to."""
        super().__init__(message, hint=hint)
        self.nearest = tuple(nearest)


class MissingExtraError(HkkgError):
    """Something needs a package that is installed only if it is asked for.

    Args:
        extra: of hkkg, which installs it.
    """

    def __init__(self, extra: str) -> None:
        """Say how to install it."""
        hint = f"Install it: pip install 'hkkg[{extra}]'"
        super().__init__(f"this needs the extra {extra}, which is not installed.", hint=hint)


class SourceMismatchError(HkkgError):
    """A source file is not the one that the graph cites."""


class PassageError(HkkgError):
    """A text cannot be cited from the source as it stands."""


class EndpointError(HkkgError):
    """A remote SPARQL endpoint is unreachable or answers with something else than results.

    Attributes:
        may_pass: whether the same request may well succeed a moment later.
    """

    may_pass = False

    def passing(self) -> EndpointError:
        """Take note that the same request may well succeed a moment later."""
        self.may_pass = True
        return self


class EndpointTimeoutError(EndpointError):
    """A remote SPARQL endpoint took longer than it was given, or says so itself."""


class ServerError(HkkgError):
    """The HTTP server cannot listen at the address that was asked for."""


class OutputError(HkkgError):
    """A result cannot be written where it was asked for."""


class UpdateRefusedError(HkkgError):
    """An update is not allowed on this service."""


class PreconditionError(HkkgError):
    """What a write depends on does not hold."""


class StoreDamagedError(HkkgError):
    """A durable store does not hold what it should."""


class StoreUnusableError(HkkgError):
    """A durable store is not to be opened as it was asked."""


class StoreFullError(HkkgError):
    """A change cannot be stored, so that it was not made."""


class NonconformingError(HkkgError):
    """An update would make the graph violate its shapes."""

    def __init__(
        self, message: str, *, report: str = "", written: str = "turtle", hint: str | None = None
    ) -> None:
        """Keep the `sh:ValidationReport`, and the name of the format in which it is written."""
        super().__init__(message, hint=hint)
        self.report = report
        self.written = written


class NotAcceptableError(HkkgError):
    """An answer cannot be written in any of the formats that its reader accepts."""


class TimeExceededError(HkkgError):
    """A request was stopped because it took more time than the service gives to one."""


class MemoryExceededError(HkkgError):
    """A request was stopped because it took more memory than the service gives to one."""


class ResultTooLargeError(HkkgError):
    """An answer is larger than the service sends."""


class NotOfferedError(HkkgError):
    """A service cannot do, as it was started, what others can."""


class BusyError(HkkgError):
    """The service has too much to do to begin with a request."""


class WorkerFailedError(HkkgError):
    """A process of the service ended although it should not have."""


def defect() -> WorkerFailedError:
    """Make the error of a failure that is no mistake of whoever asked."""
    return WorkerFailedError("the service failed; this is a defect of hkkg, not of the request.")


class ManyProblemsError(HkkgError):
    """Several inputs cannot be used.

    Args:
        problems: one for each input, in order.
    """

    def __init__(self, problems: Sequence[HkkgError]) -> None:
        """Join the problems into one message, a paragraph for each."""
        super().__init__("\n".join(dict.fromkeys(str(problem) for problem in problems)))
        self.problems = tuple(problems)
