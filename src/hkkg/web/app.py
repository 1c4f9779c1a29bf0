"""The application: routes of pages, and nothing else."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from anyio import CapacityLimiter, to_thread
from fastapi import FastAPI, Request
from fastapi.middleware.cors import CORSMiddleware
from fastapi.responses import Response

from hkkg import __version__, formats
from hkkg.web import (
    ask,
    browse,
    entity,
    error_handlers,
    linked,
    openapi,
    overview,
    protocol,
    publication,
    query_page,
    question_pages,
    reconcile,
    search,
    slashes,
    static_files,
)
from hkkg.web.pages import base_of, client_of, language, page, unless_gone, without_body
from hkkg.web.said import by_theme
from hkkg.web.validate import Validation
from hkkg.workers.calls import FunctionCall

if TYPE_CHECKING:
    from hkkg.web.service import Service
    from hkkg.web.shown_answer import Shown

_LINKED: Final = ("json", "csv", "tsv", "xml")
_LINKED_GRAPHS: Final = ("turtle", "jsonld", "rdfxml")
_FORMATS: Final = {known.name: known for known in (*formats.RESULT_FORMATS, *formats.RDF_FORMATS)}


def create_app(service: Service) -> FastAPI:
    """Make the application of a service."""
    # FastAPI's own documentation page loads scripts from elsewhere.
    app = FastAPI(title="hkkg", version=__version__, docs_url=None, redoc_url=None, openapi_url=None)
    app.add_middleware(
        CORSMiddleware,
        allow_origins=["*"],
        allow_methods=protocol.ALLOWED.split(", "),
        allow_headers=["*"],
        expose_headers=["*"],
    )
    error_handlers.install(app)
    static_files.install(app)
    _Routes(service).install(app)
    for area in (
        ask,
        browse,
        entity,
        linked,
        overview,
        publication,
        query_page,
        question_pages,
        reconcile,
        search,
        openapi,
        slashes,
    ):
        area.install(app, service)
    return app


class _Routes:
    def __init__(self, service: Service) -> None:
        self._service = service
        self._filling = CapacityLimiter(1)

    def install(self, app: FastAPI) -> None:
        readable = ["GET", "HEAD"]
        limits = self._service.settings.limits
        app.add_api_route("/", self.home, methods=readable, include_in_schema=False)
        app.add_route("/sparql", self.sparql, methods=["GET", "HEAD", "POST"])
        Validation(limits, CapacityLimiter(self._service.settings.workers)).install(app)

    async def home(self, request: Request) -> Response:
        """Say what this is and what may be asked."""
        totals = await self._service.totals()
        call = FunctionCall("home_charts", (language(request),))
        charts = await self._service.value(call, client_of(request))
        featured = self._service.featured()
        featured_first = sorted(self._service.questions, key=lambda question: question not in featured)
        return page(
            request,
            "home.html",
            totals=totals,
            charts=charts,
            themes=by_theme(featured_first, language(request)),
            featured=featured[0].name if featured else "",
            base=base_of(request, self._service),
            dataset=await request.app.state.datasets.json_ld(request),
        )

    async def sparql(self, request: Request) -> Response:
        """Answer a browser's query with a page; what no browser asks is answered beneath this."""
        body = await protocol.read_body(request, self._service.settings.limits)
        content_type = request.headers.get("content-type") or ""
        asked = protocol.read_query(request.method, request.scope["query_string"], content_type, body)
        if asked.text is None:
            return page(request, "sparql.html", query="", dataset=asked.dataset)
        request.state.query = asked.text
        if asked.wanted and formats.HTML not in asked.wanted:
            return await self._unpaged(request, asked)
        answer = await self._show(request, asked)
        linked = _LINKED if answer.turtle is None else _LINKED_GRAPHS
        filling = partial(
            page,
            request,
            "answer.html",
            query=asked.text,
            dataset=asked.dataset,
            answer=answer,
            formats=linked,
        )
        return await to_thread.run_sync(filling, limiter=self._filling)  # beside the loop: it may be large

    async def _unpaged(self, request: Request, asked: protocol.QueryRequest) -> Response:
        accept, base = request.headers.get("accept", ""), base_of(request, self._service)
        answer = self._service.answer(asked, accept, client_of(request), base)
        answered, content = await unless_gone(request, answer)
        media_type = _FORMATS[answered.format].media_type
        return without_body(request, Response(content, media_type=media_type, headers={"Vary": "Accept"}))

    async def _show(self, request: Request, asked: protocol.QueryRequest) -> Shown:
        answer = self._service.show(asked, client_of(request), base_of(request, self._service))
        shown: Shown = await unless_gone(request, answer)
        return shown
