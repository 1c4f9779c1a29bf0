"""Errors as HTTP answers: one table of statuses, and problem documents (RFC 9457)."""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import Any, Final

from hkkg import errors
from hkkg.errors import HkkgError
from hkkg.formats import Format

PROBLEM: Final = Format("problem", ("application/problem+json", "application/json"), ())
_TYPES: Final = "https://w3id.org/hkkg/problem/"


class RequestError(HkkgError):
    """A request is not what the protocol asks for."""


class MediaTypeError(HkkgError):
    """A request's body is of a type that is not read here."""


class TooLargeError(HkkgError):
    """A request is larger than the service takes."""


class AddressTooLongError(HkkgError):
    """A request's address is longer than the service takes."""


class HeadTooLargeError(HkkgError):
    """A request's headers are more than the service takes."""


class TooSlowError(HkkgError):
    """A request takes too long to arrive."""


class UnimplementedError(HkkgError):
    """A request asks for what HTTP has and this service has not."""


class VersionError(HkkgError):
    """A request is in a version of HTTP that is not spoken here."""


class TokenError(HkkgError):
    """A write does not show the token that allows it."""


class GoneError(HkkgError):
    """What a request asks for was here, and is kept no more."""


class MethodError(HkkgError):
    """A method is not among those of an address.

    Args:
        method: that was used.
        allowed: those that may be.
    """

    def __init__(self, method: str, allowed: str) -> None:
        """Keep the methods, which the answer lists."""
        super().__init__(f"{method} cannot be used here.", hint=f"These can: {allowed}.")
        self.allowed = allowed


STATUS: Final[dict[type[HkkgError], int]] = {
    errors.BusyError: 503,
    errors.EndpointError: 502,
    errors.EndpointTimeoutError: 504,
    errors.FederationRefusedError: 403,
    errors.InputUnreadableError: 400,
    errors.ManyProblemsError: 400,
    errors.MemoryExceededError: 507,
    errors.NonconformingError: 422,
    errors.NotAcceptableError: 406,
    errors.NotOfferedError: 501,
    errors.ParameterError: 400,
    errors.QueryEvaluationError: 422,
    errors.QuerySyntaxError: 400,
    errors.PreconditionError: 412,
    errors.ResultTooLargeError: 413,
    errors.ShapesProblemError: 400,
    errors.StoreFullError: 507,
    errors.SyntaxProblemError: 400,
    errors.TimeExceededError: 504,
    errors.UnknownFormatError: 400,
    errors.UnknownQuestionError: 404,
    errors.UnknownResourceError: 404,
    errors.UpdateRefusedError: 403,
    AddressTooLongError: 414,
    GoneError: 410,
    HeadTooLargeError: 431,
    MediaTypeError: 415,
    MethodError: 405,
    RequestError: 400,
    TokenError: 401,
    TooLargeError: 413,
    TooSlowError: 408,
    UnimplementedError: 501,
    VersionError: 505,
}
_RETRY_SECONDS: Final = 1


def problem(error: HkkgError) -> tuple[int, list[tuple[bytes, bytes]], bytes]:
    """Write an error as status, header fields and problem document."""
    status = status_of(error)
    body = json.dumps(document(error), ensure_ascii=False).encode()
    fields = [("content-type", PROBLEM.media_type), ("vary", "Accept"), *extra_headers(error).items()]
    return status, [(name.encode(), value.encode()) for name, value in fields], body


def extra_headers(error: HkkgError) -> dict[str, str]:
    """Say what the answer to an error tells in header fields of its own."""
    match error:
        case MethodError():
            return {"allow": error.allowed}
        case TokenError():
            return {"www-authenticate": 'Bearer realm="hkkg"'}
        case errors.BusyError():
            return {"retry-after": str(_RETRY_SECONDS)}
        case _:
            return {}


def status_of(error: HkkgError) -> int:
    """Return the status of a user's mistake."""
    return STATUS.get(type(error), 500)


def document(error: HkkgError) -> dict[str, Any]:
    """Write an error as the members of a problem document."""
    status = status_of(error)
    members = {
        "type": _TYPES + _kebab(type(error).__name__.removesuffix("Error")),
        "title": HTTPStatus(status).phrase,
        "status": status,
        **_facts(error),
    }
    if isinstance(error, errors.ManyProblemsError):
        members = {**_facts(error.problems[0]), **members, "problems": [_facts(p) for p in error.problems]}
    if isinstance(error, errors.NonconformingError):
        members["report"] = error.report
    return members


def _facts(error: HkkgError) -> dict[str, Any]:
    """Say what is known of a mistake: what it is, where, and what would be right."""
    place = error.place
    facts = {
        "detail": error.message,
        "hint": error.hint,
        "source": place.source if place else None,
        "line": place.line if place else None,
        "column": place.column if place else None,
        "excerpt": error.excerpt,
        "nearest": getattr(error, "nearest", None) or None,
    }
    return {name: value for name, value in facts.items() if value is not None}


def _kebab(name: str) -> str:
    return "".join(f"-{c.lower()}" if c.isupper() else c for c in name).lstrip("-")
