"""The application: routes, and nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from anyio import CapacityLimiter, to_thread
from fastapi import FastAPI, Request
from fastapi.middleware.cors import CORSMiddleware
from fastapi.responses import JSONResponse, Response

from hkkg import __version__, formats
from hkkg.errors import UnknownQuestionError
from hkkg.web import problems, protocol
from hkkg.web.pages import page, shown_rows, without_body
from hkkg.web.service import Service, Shown, Written
from hkkg.web.validate import Validation

if TYPE_CHECKING:
    from collections.abc import Callable

    from hkkg.config import Settings
    from hkkg.store import EmbeddedStore

_RESERVED: Final = {"lang"}
_LINKED: Final = ("json", "csv", "tsv", "xml")
_LINKED_GRAPHS: Final = ("turtle", "jsonld", "rdfxml")


def create_app(store: EmbeddedStore, settings: Settings) -> FastAPI:
    """Make the application over a store that nobody changes any more."""
    # FastAPI's own documentation page loads scripts from elsewhere.
    app = FastAPI(title="hkkg", version=__version__, docs_url=None, redoc_url=None)
    app.add_middleware(
        CORSMiddleware,
        allow_origins=["*"],
        allow_methods=protocol.ALLOWED.split(", "),
        allow_headers=["*"],
        expose_headers=["*"],
    )
    problems.install(app)
    _Routes(Service(store, settings)).install(app)
    return app


class _Routes:
    def __init__(self, service: Service) -> None:
        self._service = service
        self._limiter = CapacityLimiter(service.settings.limits.queries)

    def install(self, app: FastAPI) -> None:
        readable = ["GET", "HEAD"]
        app.add_api_route("/", self.home, methods=readable, include_in_schema=False)
        app.add_api_route("/health", self.health, methods=readable)
        app.add_api_route("/questions", self.list_questions, methods=readable, include_in_schema=False)
        app.add_api_route("/questions/{name}", self.question, methods=readable, include_in_schema=False)
        app.add_route("/sparql", self.sparql, methods=protocol.ALLOWED.split(", "))
        Validation(self._service.settings.limits, self._limiter).install(app)
        app.add_route("/update", self.update, methods=["POST"])

    async def _run(self, function: Callable[..., Any], *args: Any) -> Any:  # noqa: ANN401 - whatever it returns
        return await to_thread.run_sync(function, *args, limiter=self._limiter)

    async def home(self, request: Request) -> Response:
        """Say what this is and what may be asked."""
        totals = await self._run(lambda: self._service.totals)
        featured = await self._run(self._service.featured)
        return page(request, "home.html", totals=totals, questions=featured, base=str(request.base_url))

    async def health(self) -> Response:
        """Say that the service is there."""
        triples = await self._run(lambda: self._service.triples)
        return JSONResponse({"status": "ok", "version": __version__, "triples": triples})

    async def list_questions(self, request: Request) -> Response:
        """List the stored questions."""
        stored = await self._run(lambda: self._service.questions)
        return page(request, "questions.html", questions=stored)

    async def question(self, request: Request, name: str) -> Response:
        """Show a stored question, its parameters and its answer."""
        if not self._service.settings.packaged:
            raise UnknownQuestionError("this service has no stored questions.")
        question = self._service.question(name)
        values = protocol.decode_form(request.scope["query_string"], "the address")
        given = [(key, value) for key, value in values if key not in _RESERVED]
        query = question.bind(given)
        answer = await self._run(self._service.show, query)
        return page(
            request,
            "question.html",
            question=question,
            given=dict(given),
            query=_without_header(query),
            **self._answer_values(answer),
        )

    async def sparql(self, request: Request) -> Response:
        """Answer a query by the SPARQL 1.1 Protocol; without a query, describe the service."""
        if request.method == "OPTIONS":
            accepted = f"{protocol.FORM}, {protocol.QUERY}"
            return Response(status_code=204, headers={"Allow": protocol.ALLOWED, "Accept-Post": accepted})
        asked = await protocol.read_request(request, self._service.settings.limits)
        accept = request.headers.get("accept")
        if asked.text is None:
            endpoint = str(request.url.replace(query="", fragment=""))
            answer = await self._run(self._service.description, endpoint, accept, asked.wanted)
        else:
            answer = await self._run(self._service.answer, asked, accept)
        if isinstance(answer, Shown):
            return page(request, "answer.html", query=asked.text, **self._answer_values(answer))
        if answer.format is formats.HTML:
            return page(request, "sparql.html", query="")
        return _written(request, answer)

    async def update(self, request: Request) -> Response:  # noqa: ARG002 - the router passes it
        """Refuse an update: this service is read-only."""
        raise protocol.read_only()

    def _answer_values(self, answer: Shown) -> dict[str, Any]:
        limit = self._service.settings.limits.shown_rows
        return {
            "answer": answer,
            "rows": shown_rows(answer.table, limit) if answer.table else [],
            "is_cut": answer.total > limit,
            "formats": _LINKED_GRAPHS if answer.turtle is not None else _LINKED,
        }


def _written(request: Request, answer: Written) -> Response:
    response = Response(answer.body, media_type=answer.format.media_type, headers={"Vary": "Accept"})
    return without_body(request, response)


def _without_header(query: str) -> str:
    return "\n".join(line for line in query.splitlines() if not line.startswith("#+"))
