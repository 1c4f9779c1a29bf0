"""What the service offers, as an OpenAPI 3.1 document at `/openapi.json` and as a page at `/docs`."""

from __future__ import annotations

import hashlib
import json
from functools import lru_cache
from itertools import groupby
from typing import TYPE_CHECKING, Any, Final

from fastapi.openapi.utils import get_openapi
from fastapi.responses import Response

from hkkg import __version__
from hkkg.web.answering import names_tag
from hkkg.web.openapi import parts, question_paths, service_paths
from hkkg.web.pages import base_of, page, without_body

if TYPE_CHECKING:
    from fastapi import FastAPI, Request

    from hkkg.web.service import Service

_DESCRIPTION: Final = (
    "Hong Kong's innovation and technology as an open, cited knowledge graph: SPARQL, stored questions, "
    "validation. Errors are problem documents (RFC 9457)."
)
_READ: Final = ["GET", "HEAD"]


def install(app: FastAPI, service: Service) -> None:
    """Serve the document and the page."""
    documentation = _Documentation(app, service)
    app.add_route("/openapi.json", documentation.json, methods=_READ, include_in_schema=False)
    app.add_route("/docs", documentation.page, methods=_READ, include_in_schema=False)


def document(app: FastAPI, service: Service, base: str) -> parts.Json:
    """Make the document: of the routes of the framework, and of what is answered beneath it."""
    found: dict[str, Any] = get_openapi(
        title="hkkg", version=__version__, description=_DESCRIPTION, routes=app.routes
    )
    components = found.setdefault("components", {})
    components.setdefault("schemas", {}).update(
        parts.SCHEMAS | {"Questions": question_paths.QUESTIONS_SCHEMA}
    )
    components["responses"] = parts.problem_answers()
    components["securitySchemes"] = {"token": {"type": "http", "scheme": "bearer"}}
    own = question_paths.paths(service.questions) | service_paths.paths()
    found["paths"] = {**found.get("paths", {}), **own}
    found["servers"] = [{"url": base.rstrip("/")}]
    return found


class _Documentation:
    def __init__(self, app: FastAPI, service: Service) -> None:
        self._app = app
        self._service = service
        self._made = lru_cache(maxsize=8)(self._make)

    def _make(self, base: str) -> tuple[bytes, str]:
        body = json.dumps(document(self._app, self._service, base), ensure_ascii=False).encode()
        return body, f'"{hashlib.blake2b(body, digest_size=12).hexdigest()}"'

    async def json(self, request: Request) -> Response:
        """Answer with the document."""
        body, etag = self._made(base_of(request, self._service))
        headers = {"ETag": etag, "Cache-Control": "no-cache"}
        if names_tag(request.headers.get("if-none-match", ""), etag):
            return Response(status_code=304, headers=headers)
        return without_body(request, Response(body, headers=headers, media_type="application/json"))

    async def page(self, request: Request) -> Response:
        """Answer with the document as a page."""
        base = base_of(request, self._service)
        body, _ = self._made(base)
        return page(request, "docs.html", groups=_groups(json.loads(body)), base=base)


def _groups(found: parts.Json) -> list[tuple[str, list[parts.Json]]]:
    """Sort the operations of a document by their tags, the questions last."""
    operations = [
        {**operation, "path": path, "method": method.upper()}
        for path, item in found["paths"].items()
        for method, operation in item.items()
        if "post-" not in operation["operationId"]
    ]

    def tag(operation: parts.Json) -> str:
        return str(next(iter(operation.get("tags", ["other"]))))

    ordered = sorted(operations, key=lambda each: (tag(each) == question_paths.TAG, tag(each)))
    return [(name, list(members)) for name, members in groupby(ordered, tag)]
