"""Errors of requests that the web framework answers: problem documents, or pages for browsers."""

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
from hkkg.errors import HkkgError, defect
from hkkg.web.exchange import CLIENT_CLOSED
from hkkg.web.pages import HEADERS, render
from hkkg.web.problems import PROBLEM, MethodError, document, extra_headers

if TYPE_CHECKING:
    from fastapi import FastAPI, Request

_METHODS: Final = ("GET", "HEAD", "PUT", "POST", "DELETE", "OPTIONS")
_log = logging.getLogger(__name__)


def install(app: FastAPI) -> None:
    """Make an application answer every error with a problem document, or a page for browsers."""
    app.add_exception_handler(HkkgError, _user_error)
    app.add_exception_handler(HTTPException, _http_error)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(ClientDisconnect, _nobody)
    app.add_exception_handler(Exception, _own_error)


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


def _http_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101 - it is installed for these alone
    status = HTTPStatus(error.status_code)
    if status is HTTPStatus.METHOD_NOT_ALLOWED:
        return _other_method(request)
    if request.scope["path"] == "*" and request.method == "OPTIONS":  # RFC 9110, section 9.3.7
        return Response(status_code=HTTPStatus.NO_CONTENT, headers={"Allow": ", ".join(_METHODS)})
    detail = {
        HTTPStatus.NOT_FOUND: f"there is nothing at {request.url.path}.",
    }.get(status, str(error.detail))
    problem = {"type": "about:blank", "title": status.phrase, "status": int(status), "detail": detail}
    return _answer(request, problem, detail, dict(error.headers or {}))


def _other_method(request: Request) -> Response:
    """Say which methods an address has: to OPTIONS as the answer, to any other as an error."""
    scope = {**request.scope, "root_path": ""}  # below a mount, it is the mount's
    matching = [route for route in request.app.routes if route.matches(scope)[0] is not Match.NONE]
    methods = {"OPTIONS"}.union(*(getattr(route, "methods", None) or () for route in matching))
    allowed = ", ".join(name for name in _METHODS if name in methods)
    if request.method == "OPTIONS":
        return Response(status_code=HTTPStatus.NO_CONTENT, headers={"Allow": allowed})
    return _user_error(request, MethodError(request.method, allowed))


def _nobody(_: Request, __: Exception) -> Response:
    """Answer a client that has hung up: this is noted, and never sent."""
    return Response(status_code=CLIENT_CLOSED)


def _own_error(request: Request, error: Exception) -> Response:
    _log.error("a request failed", exc_info=error)
    detail = defect().message
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
