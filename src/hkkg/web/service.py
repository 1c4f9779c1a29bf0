"""The service: its workers, and what answers requests with them."""

from __future__ import annotations

import asyncio
import json
import os
import re
import signal
from contextlib import suppress
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from hkkg import __version__, formats, questions
from hkkg.config import FEATURED
from hkkg.errors import ResultTooLargeError
from hkkg.web import protocol
from hkkg.web.answering import Answering
from hkkg.web.clients import Clients
from hkkg.web.functions import FUNCTIONS
from hkkg.web.kept import Kept
from hkkg.web.operations import AccessLog, Metrics, Served
from hkkg.web.problems import MethodError, RequestError
from hkkg.web.repeats import Repeats
from hkkg.web.sparql import SparqlHandler, prepare
from hkkg.web.updating import GRAPH_STORE, Gatekeeper, GraphStoreHandler, UpdateHandler
from hkkg.workers import nursery
from hkkg.workers.calls import Answered, Call, FunctionCall
from hkkg.workers.frames import unpacked
from hkkg.workers.lanes import Lanes
from hkkg.workers.writes import Writes, wait_until_ready

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    from hkkg.config import Settings
    from hkkg.errors import HkkgError
    from hkkg.generations import Write
    from hkkg.questions import Question
    from hkkg.web.connection import Connection
    from hkkg.web.exchange import Exchange, Handler
    from hkkg.web.heads import Head
    from hkkg.workers.messages import Committed

_READ: Final = frozenset({"GET", "HEAD"})
_HOST: Final = re.compile(r"[\w.~-]+(:\d*)?|\[[\da-fA-F:.]+\](:\d*)?", re.ASCII)
_NOBODY: Final = ""
_FEATURES: Final = ("SPARQL11Query", "SPARQL10Query")


class Service:
    """The graph as it is served.

    Args:
        settings: what is served, and how.
        access_log: where requests are noted, if anywhere.

    Raises:
        HkkgError: the graph cannot be opened.
    """

    def __init__(self, settings: Settings, access_log: AccessLog | None = None) -> None:
        """Start the process that opens the graph, and wait for it."""
        self.settings = settings = replace(settings, counts_rows=access_log is not None)
        self._links = nursery.start(settings, FUNCTIONS)
        self._ready = wait_until_ready(self._links.control)
        self.lanes = Lanes(self._links.workers, settings, is_remote=bool(settings.endpoint))
        self.answering = Answering(
            self.lanes, settings.cache_bytes, endpoint_is_remote=bool(settings.endpoint)
        )
        self.kept = Kept(self)
        self._writes = Writes(settings.limits, self._advance, self._lose)
        self._access_log = access_log
        self._is_closing = self.is_lost = False
        self._metrics = Metrics(
            {
                "generation": ("The current generation of the graph.", lambda: self.answering.generation),
                "cache_bytes": ("Of answers that are kept.", lambda: self.answering.cache.bytes),
                "cache_hits": ("Answers out of the cache.", lambda: self.answering.hits),
                "cache_misses": ("Answers that had to be evaluated.", lambda: self.answering.misses),
                "quick_queries": ("In the quick lanes.", lambda: self.lanes.load[0]),
                "slow_queries": ("That run in the slow lane.", lambda: self.lanes.load[1]),
                "waiting_queries": ("That wait for the slow lane.", lambda: self.lanes.load[2]),
                "waiting_writes": ("That are not answered yet.", lambda: self._writes.waiting),
            }
        )
        self.clients = Clients(settings.proxies)
        self._routes = self._make_routes()
        self.known_heads: Repeats[tuple[Head, Handler]] = Repeats()

    @property
    def is_packaged(self) -> bool:
        """Whether it serves the packaged graph, and so offers the stored questions."""
        return self._ready.packaged

    async def begin(self) -> None:
        """Begin to answer, on the running event loop."""
        loop = asyncio.get_running_loop()
        await loop.create_connection(lambda: self._writes, sock=self._links.control)
        self.answering.generation = self._ready.generation
        self.lanes.begin(self._ready.generation)
        if self._access_log:
            self._access_log.begin(loop)

    async def close(self) -> None:
        """Wait for the writes that are being carried out, within a bound."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._writes.settle(), self.settings.limits.closing_seconds)
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
        self._graph_store = GraphStoreHandler(keeper, self.answering, self.base)
        return {
            b"/sparql": SparqlHandler(self.answering, limits, self._describe, self.base),
            b"/update": UpdateHandler(keeper, self.base),
            GRAPH_STORE: self._graph_store,
            b"/health": _Plain(self._health),
            b"/metrics": _Plain(self._write_metrics),
        }

    def route(self, connection: Connection, path: bytes) -> Handler | None:
        """Say who answers a request beneath the web framework; None leaves it to the framework."""
        handler = self._routes.get(path)
        if handler is None:
            return self._graph_store if path.startswith(GRAPH_STORE + b"/") else None
        return None if path == b"/sparql" and wants_page(connection) else handler

    def watch(self, exchange: Exchange) -> None:
        """Take note of a request when it is over."""
        exchange.on_end = self._note

    def _note(self, exchange: Exchange) -> None:
        self.note(exchange, self.address(exchange.path), self.lanes.loop.time() - exchange.arrived)

    def address(self, path: bytes) -> bytes:
        """Return what metrics call a path that has a route here."""
        return path if path in self._routes else GRAPH_STORE

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
        """Return the address under which a client knows the service, with a slash at its end.

        Raises:
            RequestError: the request names no host as HTTP has it; texts that are sent on hold this address.
        """
        return self.base_at(exchange.header(b"host"))

    def base_at(self, host: str | None) -> str:
        """Return the address under which a client knows the service that sent this Host header.

        Raises:
            RequestError: it names no host as HTTP has it.
        """
        if self.settings.public_url:
            return self.settings.public_url
        host = host or "localhost"
        if not _HOST.fullmatch(host):
            raise RequestError(f"{host!r} is no host.", hint="Send one in the header Host.")
        return f"http://{host}/"

    def write(self, write: Write) -> Awaitable[Committed]:
        """Carry out a write."""
        return self._writes.write(write)

    def _describe(self, exchange: Exchange, request: protocol.QueryRequest) -> None:
        chosen = protocol.choose(exchange.header(b"accept"), request.wanted, formats.RDF_FORMATS)
        endpoint = self.base(exchange) + "sparql"
        call = FunctionCall("description", (endpoint, self.features, chosen.name))

        async def answer() -> None:
            body: bytes = await self.value(call)
            media_type = protocol.content_type(chosen).encode()
            headers = [(b"content-type", media_type), (b"vary", b"Accept")]
            exchange.respond(200, headers, body)

        _answer_later(exchange, answer)

    @property
    def features(self) -> tuple[str, ...]:
        """What the service is and can do, as its description names it."""
        updates = ("SPARQL11Update",) if self.settings.writable else ()
        is_union = not (self.settings.standard_default or self.settings.endpoint)
        union = ("UnionDefaultGraph",) if is_union else ()
        return (*_FEATURES, *updates, *union)

    def _health(self, exchange: Exchange) -> None:
        async def answer() -> None:
            state = {
                "status": "ok",
                "version": __version__,
                "generation": self.answering.generation,
                "triples": await self.value(FunctionCall("triples")),
            }
            exchange.respond(200, [(b"content-type", b"application/json")], json.dumps(state).encode())

        _answer_later(exchange, answer)

    def _write_metrics(self, exchange: Exchange) -> None:
        media_type, body = self._metrics.write()
        exchange.respond(200, [(b"content-type", media_type.encode())], body)

    async def call(self, call: Call, client: str = _NOBODY) -> tuple[Answered, bytes]:
        """Make a call for a page, and wait for its whole answer.

        Raises:
            HkkgError: it was not answered; the type says why.
        """
        waiting = _Waiting()
        job = self.lanes.submit(call, waiting, client)
        try:
            return await waiting.future
        finally:
            self.lanes.cancel(job)

    async def value(self, call: FunctionCall, client: str = _NOBODY) -> Any:  # noqa: ANN401 - whatever the function returns
        """Call a function over the graph, and return what it returns.

        Raises:
            HkkgError: it failed; the type says why.
        """
        _, body = await self.call(call, client)
        return unpacked(body)

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
        """Count what the home page tells."""
        found: Mapping[str, int] = await self.value(FunctionCall("totals"))
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


class _Plain:
    """A small address that is only read."""

    def __init__(self, answer: Callable[[Exchange], None]) -> None:
        self._answer = answer

    def most_bytes(self, _: Exchange) -> int:
        return 0

    def handle(self, exchange: Exchange) -> None:
        if exchange.method not in _READ:
            raise MethodError(exchange.method, "GET, HEAD")
        self._answer(exchange)


class _Waiting:
    """Takes an answer for whoever awaits it, if it is not so large that it comes in parts."""

    def __init__(self) -> None:
        self.future: asyncio.Future[tuple[Answered, bytes]] = asyncio.get_running_loop().create_future()

    def whole(self, answered: Answered, body: bytes | memoryview, _: int) -> None:
        if not self.future.done():
            self.future.set_result((answered, bytes(body)))

    def start(self, _: Answered, generation: int) -> None:  # noqa: ARG002 - as every sink
        self.fail(
            ResultTooLargeError(
                "the answer is too large for a form.",
                hint="Ask for it by GET, or with an Accept header that prefers its format to a page.",
            )
        )

    def part(self, data: bytes | memoryview) -> None:
        """Leave it."""

    def end(self, answered: Answered) -> None:
        """Leave it."""

    def fail(self, error: HkkgError) -> None:
        if not self.future.done():
            self.future.set_exception(error)


def _answer_later(exchange: Exchange, answer: Callable[[], Awaitable[None]]) -> None:
    task = asyncio.ensure_future(answer())
    task.add_done_callback(partial(_tell_failure, exchange))


def _tell_failure(exchange: Exchange, task: asyncio.Future[None]) -> None:
    error = task.exception()
    if error is not None:
        exchange.fail_with(error)


def wants_page(connection: Connection) -> bool:
    """Whether a browser asks for a page about an answer, and not for the answer."""
    if b"format=html" in connection.url or b"format=text%2Fhtml" in connection.url:
        return True
    if b"?format=" in connection.url or b"&format=" in connection.url:
        return False
    accept = connection.fields.get(b"accept", b"")
    if b"html" not in accept:
        return False
    every = (*formats.RESULT_FORMATS, *formats.RDF_FORMATS, formats.HTML)
    return formats.negotiate(accept.decode("latin-1"), every) is formats.HTML
