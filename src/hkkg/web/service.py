"""The service: its workers, and what answers requests with them."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import threading
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from hkkg import __version__, asking, formats, questions
from hkkg.config import FEATURED
from hkkg.errors import HkkgError
from hkkg.web import ask_functions, protocol
from hkkg.web.answering import Answering
from hkkg.web.clients import Clients, counted_as
from hkkg.web.description import UNION
from hkkg.web.functions import FUNCTIONS, SEARCHING
from hkkg.web.kept import Kept
from hkkg.web.operations import NO_REQUEST, AccessLog, Metrics, Served
from hkkg.web.plain import PlainHandler, answer_later
from hkkg.web.question_api import PLACE as QUESTIONS
from hkkg.web.question_api import QuestionHandler
from hkkg.web.repeats import Repeats
from hkkg.web.sparql import SparqlHandler, prepare, wants_page
from hkkg.web.updating import GRAPH_STORE, Gatekeeper, GraphStoreHandler, UpdateHandler
from hkkg.workers.calls import Answered, Call, FunctionCall
from hkkg.workers.frames import unpacked
from hkkg.workers.pool import Pool

if TYPE_CHECKING:
    from collections.abc import Awaitable, Mapping

    from hkkg.config import Settings
    from hkkg.generations import Write
    from hkkg.questions import Question
    from hkkg.web.connection import Connection
    from hkkg.web.exchange import Exchange, Handler
    from hkkg.web.heads import Head
    from hkkg.workers.messages import Committed

_NOBODY: Final = ""
"""The service itself, which asks once for all clients."""
_MOMENT: Final = 0.5
"""Seconds that whoever watches the service waits at most for a count of the graph."""
_FEATURES: Final = ("SPARQL11Query", "SPARQL10Query")


class Service:
    """The graph as it is served.

    Args:
        settings: what is served, and how.
        access_log: where requests are noted, if anywhere.
    """

    def __init__(self, settings: Settings, access_log: AccessLog | None = None) -> None:
        """Start the process that opens the graph."""
        self.settings = settings = replace(settings, counts_rows=access_log is not None)
        asking.prepare()  # workers may open no files
        functions = {**FUNCTIONS, **ask_functions.FUNCTIONS}
        self._pool = Pool(settings, functions, self._advance, self._lose, SEARCHING)
        self.lanes = self._pool.lanes
        self.answering = Answering(
            self.lanes, settings.cache_bytes, endpoint_is_remote=bool(settings.endpoint)
        )
        self.once = Kept(self)
        self._access_log = access_log
        self._is_closing = self.is_lost = False
        self.ending = threading.Event()
        self._metrics = Metrics(
            {
                "generation": ("The current generation of the graph.", lambda: self.answering.generation),
                "cache_bytes": ("Of answers that are kept.", lambda: self.answering.cache.bytes),
                "quick_queries": ("In the quick lanes.", lambda: self.lanes.load[0]),
                "slow_queries": ("That run in the slow lane.", lambda: self.lanes.load[1]),
                "waiting_queries": ("That wait for the slow lane.", lambda: self.lanes.load[2]),
                "waiting_writes": ("That are not answered yet.", lambda: self._pool.writes.waiting),
            },
            {
                "cache_hits": ("Answers out of the cache.", lambda: self.answering.hits),
                "cache_misses": ("Answers that had to be evaluated.", lambda: self.answering.misses),
            },
        )
        self.clients = Clients(settings.proxies)
        self._routes = self._make_routes()
        self.known_heads: Repeats[tuple[Head, Handler]] = Repeats()

    def wait(self) -> None:
        """Wait until the graph is open.

        Raises:
            HkkgError: it cannot be opened.
        """
        self.answering.generation = self._pool.ready.generation

    @property
    def is_packaged(self) -> bool:
        """Whether it serves the packaged graph, and so offers the stored questions."""
        return self._pool.ready.packaged

    async def begin(self) -> None:
        """Begin to answer, on the running event loop."""
        self.wait()
        await self._pool.begin()
        if self._access_log:
            self._access_log.begin(asyncio.get_running_loop())

    async def close(self, seconds: float) -> None:
        """Wait for the writes that are being carried out, so long at most; threads that work on are told."""
        self.ending.set()
        await self._pool.settle(seconds)
        self._is_closing = True
        if self._access_log:
            self._access_log.close()

    def _advance(self, generation: int) -> None:
        if generation > self.answering.generation:
            self.answering.advance(generation)
            self.lanes.advance(generation)

    def _lose(self) -> None:
        """End too when the process that holds the graph has ended: whoever started this starts it again."""
        if not self._is_closing:
            self.is_lost = True
            os.kill(os.getpid(), signal.SIGTERM)

    def _make_routes(self) -> Mapping[bytes, Handler]:
        limits = self.settings.limits
        keeper = Gatekeeper(self.settings, self.write)
        graph_store = GraphStoreHandler(keeper, self.answering, self.base)
        asked = QuestionHandler(self.answering, limits, lambda: self.questions, self.value, self.base)
        self._below: Mapping[bytes, Handler] = {GRAPH_STORE: graph_store, QUESTIONS: asked}
        return {
            b"/sparql": SparqlHandler(self.answering, limits, self._describe, self.base),
            b"/update": UpdateHandler(keeper, self.base),
            **self._below,
            b"/health": PlainHandler(self._health),
            b"/metrics": PlainHandler(self._write_metrics),
        }

    def route(self, connection: Connection, path: bytes) -> Handler | None:
        """Say who answers a request beneath the web framework; None leaves it to the framework."""
        handler = self._routes.get(path)
        if handler is None:
            return self._below.get(self._above(path))
        return None if path == b"/sparql" and wants_page(connection) else handler

    def _above(self, path: bytes) -> bytes:
        """Return the address under which another lies, if one here has any below it."""
        return next((place for place in self._below if path.startswith(place + b"/")), b"")

    def watch(self, exchange: Exchange) -> None:
        """Take note of a request when it is over."""
        exchange.on_end = self._note

    def _note(self, exchange: Exchange) -> None:
        self.note(exchange, self.address(exchange.path), self.lanes.loop.time() - exchange.arrived)

    def address(self, path: bytes) -> bytes:
        """Return what metrics call the path of a request that was answered beneath the web framework."""
        return path if path in self._routes else self._above(path) or NO_REQUEST

    def note(self, served: Served | Exchange, address: bytes, seconds: float) -> None:
        """Take note of a request that is over.

        Args:
            served: the request.
            address: what metrics call its address: one of a few.
            seconds: from its arrival to its end.
        """
        self._metrics.count(address, served.status, seconds)
        if self._access_log:
            self._access_log.log(served, seconds)

    def base(self, exchange: Exchange) -> str:
        """Return the address under which a client knows the service, as `base_at` does."""
        return self.base_at(exchange.header(b"host"))

    def base_at(self, host: str) -> str:
        """Return the address under which a client knows the service, with a slash at its end.

        Args:
            host: the request's field Host.
        """
        return self.settings.public_url or f"http://{host or 'localhost'}/"

    def write(self, write: Write, client: str) -> Awaitable[Committed]:
        """Carry out a write of a client's."""
        return self._pool.writes.write(write, counted_as(client))

    def _describe(self, exchange: Exchange, request: protocol.QueryRequest) -> None:
        chosen = protocol.choose(exchange.header(b"accept"), request.wanted, formats.RDF_FORMATS)
        endpoint = self.base(exchange) + "sparql"
        call = FunctionCall("description", (endpoint, self.features, chosen.name))

        async def answer() -> None:
            body: bytes = await self.kept(call, counted_as(exchange.client))
            media_type = protocol.content_type(chosen).encode()
            headers = [(b"content-type", media_type), (b"vary", b"Accept")]
            exchange.respond(200, headers, body)

        answer_later(exchange, answer)

    @property
    def features(self) -> tuple[str, ...]:
        """What the service is and can do, as its description names it."""
        updates = ("SPARQL11Update",) if self.settings.writable else ()
        is_union = not (self.settings.standard_default or self.settings.endpoint)
        union = (UNION,) if is_union else ()
        federated = ("BasicFederatedQuery",) if self.settings.services else ()
        return (*_FEATURES, *updates, *union, *federated)

    def _health(self, exchange: Exchange) -> None:
        async def answer() -> None:
            state = {
                "status": "ok",
                "version": __version__,
                "generation": self.answering.generation,
                "triples": await self._triples(),
            }
            exchange.respond(200, [(b"content-type", b"application/json")], json.dumps(state).encode())

        answer_later(exchange, answer)

    async def _triples(self) -> int | None:
        """Count the triples, once for each generation; None if that takes long, or it is elsewhere."""
        if self.settings.endpoint:
            return None
        with suppress(TimeoutError, HkkgError):
            counting = self.once.get("triples", lambda: self.value(FunctionCall("triples")))
            counted: int | None = await asyncio.wait_for(counting, _MOMENT)
            return counted
        return None

    def _write_metrics(self, exchange: Exchange) -> None:
        media_type, body = self._metrics.write()
        exchange.respond(200, [(b"content-type", media_type.encode())], body)

    async def call(self, call: Call, client: str = _NOBODY) -> tuple[Answered, bytes]:
        """Make a call for a page, and wait for its whole answer.

        Raises:
            HkkgError: it was not answered; the type says why.
        """
        return await self._pool.call(call, client)

    async def learn(self, call: FunctionCall) -> Any:  # noqa: ANN401 - whatever the function returns
        """Do as `value`, once for all clients and however little time a query has.

        Raises:
            HkkgError: it failed; the type says why.
        """
        _, body = await self._pool.call(call, _NOBODY, self.settings.limits.learning_seconds)
        return unpacked(body)

    async def value(self, call: FunctionCall, client: str = _NOBODY) -> Any:  # noqa: ANN401 - whatever the function returns
        """Call a function over the graph, and return what it returns.

        Raises:
            HkkgError: it failed; the type says why.
        """
        return await self._pool.value(call, client)

    async def kept(self, call: FunctionCall, client: str = _NOBODY) -> Any:  # noqa: ANN401 - whatever the function returns
        """Do as `value`, for a function whose value is the same as long as the graph is.

        Raises:
            HkkgError: it failed; the type says why.
        """

        async def make() -> bytes:
            return (await self.call(call, client))[1]

        return unpacked(await self.answering.kept(call, make))

    async def answer(
        self, request: protocol.QueryRequest, accept: str, client: str, base: str
    ) -> tuple[Answered, bytes]:
        """Answer a query of a browser that wants no page."""
        return await self.call(prepare(request, accept, "", base).call, client)

    async def show(self, request: protocol.QueryRequest, client: str, base: str) -> Any:  # noqa: ANN401 - unpickled
        """Answer a query for a page."""
        call = prepare(request, "*/*", "", base).call
        return await self.value(FunctionCall("show", (call, self.settings.limits.shown_rows)), client)

    async def totals(self) -> Mapping[str, int]:
        """Count what the home page tells; nothing of a remote endpoint."""
        if self.settings.endpoint:
            return {}
        found: Mapping[str, int] = await self.once.get("totals", lambda: self.value(FunctionCall("totals")))
        return {**found, "questions": len(self.questions)} if self.questions else found

    @property
    def questions(self) -> tuple[Question, ...]:
        """The stored questions; they are about the packaged graph alone."""
        return questions.all_questions() if self.is_packaged else ()

    def featured(self) -> list[Question]:
        """Choose the questions that the home page offers."""
        by_name = {question.name: question for question in self.questions}
        chosen = [by_name[name] for name in FEATURED if name in by_name]
        others = [question for question in self.questions if question not in chosen]
        return [*chosen, *others][: len(FEATURED)]
