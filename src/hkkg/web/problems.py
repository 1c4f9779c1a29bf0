"""Errors as HTTP answers: one table of statuses, problem documents (RFC 9457), and pages for browsers."""

from __future__ import annotations

import json
import logging
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.routing import Match

from hkkg import errors, formats
from hkkg.errors import HkkgError
from hkkg.formats import Format
from hkkg.web.pages import HEADERS, render

if TYPE_CHECKING:
    from fastapi import FastAPI, Request

PROBLEM: Final = Format("problem", ("application/problem+json", "application/json"), ())
_TYPES: Final = "https://w3id.org/hkkg/problem/"
_METHODS: Final = ("GET", "HEAD", "PUT", "POST", "DELETE", "OPTIONS")
_log = logging.getLogger(__name__)


class RequestError(HkkgError):
    """A request is not what the protocol asks for."""


class MediaTypeError(HkkgError):
    """A request's body is of a type that is not read here."""


class TooLargeError(HkkgError):
    """A request is larger than the service takes."""


class HeadTooLargeError(HkkgError):
    """A request's headers are more than the service takes."""


class TooSlowError(HkkgError):
    """A request takes too long to arrive."""


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
    GoneError: 410,
    HeadTooLargeError: 431,
    MediaTypeError: 415,
    MethodError: 405,
    RequestError: 400,
    TokenError: 401,
    TooLargeError: 413,
    TooSlowError: 408,
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


def install(app: FastAPI) -> None:
    """Make an application answer every error with a problem document, or a page for browsers."""
    app.add_exception_handler(HkkgError, _user_error)
    app.add_exception_handler(HTTPException, _http_error)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(ClientDisconnect, _nobody)
    app.add_exception_handler(Exception, _own_error)


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


def _user_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, HkkgError)  # noqa: S101 - it is installed for these alone
    return _answer(request, document(error), str(error), extra_headers(error))


def _invalid(request: Request, error: Exception) -> Response:
    """Answer parameters that are not of the type that their address documents."""
    assert isinstance(error, RequestValidationError)  # noqa: S101 - it is installed for these alone
    first = error.errors()[0]
    name = str(first["loc"][-1])
    message = f"the parameter {name}: {first['msg'][0].lower()}{first['msg'][1:]}."
    return _user_error(request, errors.ParameterError(message, hint="/docs says what each can be."))


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


def _http_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101 - it is installed for these alone
    status = HTTPStatus(error.status_code)
    if status is HTTPStatus.METHOD_NOT_ALLOWED:
        return _other_method(request)
    detail = {
        HTTPStatus.NOT_FOUND: f"there is nothing at {request.url.path}.",
    }.get(status, str(error.detail))
    problem = {"type": "about:blank", "title": status.phrase, "status": int(status), "detail": detail}
    return _answer(request, problem, detail, dict(error.headers or {}))


def _other_method(request: Request) -> Response:
    """Say which methods an address has: to OPTIONS as the answer, to any other as an error."""
    matching = [route for route in request.app.routes if route.matches(request.scope)[0] is not Match.NONE]
    methods = {"OPTIONS"}.union(*(getattr(route, "methods", None) or () for route in matching))
    allowed = ", ".join(name for name in _METHODS if name in methods)
    if request.method == "OPTIONS":
        return Response(status_code=HTTPStatus.NO_CONTENT, headers={"Allow": allowed})
    return _user_error(request, MethodError(request.method, allowed))


def _nobody(_: Request, __: Exception) -> Response:
    """Answer a client that has hung up: nothing of this is ever sent."""
    return Response()


def _own_error(request: Request, error: Exception) -> Response:
    _log.error("a request failed", exc_info=error)
    detail = "the service failed; this is a defect of hkkg, not of the request."
    problem = {"type": "about:blank", "title": "Internal Server Error", "status": 500, "detail": detail}
    # This handler runs outside the middleware that adds it elsewhere.
    return _answer(request, problem, detail, {"Access-Control-Allow-Origin": "*"})


def _answer(
    request: Request, problem: dict[str, Any], text: str, headers: dict[str, str] | None = None
) -> Response:
    chosen = formats.negotiate(request.headers.get("accept"), (PROBLEM, formats.HTML)) or PROBLEM
    if chosen is formats.HTML:
        body = render("problem.html", request, problem=problem, text=text)
        return Response(body, problem["status"], {**HEADERS, **(headers or {})}, "text/html")
    body = json.dumps(problem, ensure_ascii=False)
    return Response(body, problem["status"], {"Vary": "Accept", **(headers or {})}, PROBLEM.media_type)


def _kebab(name: str) -> str:
    return "".join(f"-{c.lower()}" if c.isupper() else c for c in name).lstrip("-")
