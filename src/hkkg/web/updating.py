"""`/update` and `/graph-store`: writes, which a token allows and the gate admits."""

from __future__ import annotations

import asyncio
import hmac
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Final
from uuid import uuid4

from anyio import CapacityLimiter, to_thread

from hkkg import formats
from hkkg.errors import NonconformingError, UpdateRefusedError
from hkkg.generations import Write
from hkkg.web import multipart, protocol
from hkkg.web.compression import encoding_of
from hkkg.web.plain import answer_later
from hkkg.web.preconditions import conditional
from hkkg.web.problems import PROBLEM, MethodError, RequestError, TokenError
from hkkg.web.sparql import preflight
from hkkg.workers.calls import GraphCall

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from hkkg.config import Settings
    from hkkg.formats import Format
    from hkkg.web.answering import Answering
    from hkkg.web.exchange import Exchange
    from hkkg.workers.messages import Committed

    Writer = Callable[[Write, str], Awaitable[Committed]]

GRAPH_STORE: Final = b"/graph-store"
_THE_STORE: Final = frozenset({GRAPH_STORE, GRAPH_STORE + b"/"})
_GRAPH_ALLOWED: Final = "GET, HEAD, PUT, POST, DELETE, OPTIONS"
_READ: Final = frozenset({"GET", "HEAD"})
_BODILESS: Final = _READ | {"OPTIONS"}
_WRITE: Final = frozenset({"PUT", "POST", "DELETE"})
_RDF: Final = ", ".join(known.media_type for known in formats.RDF_FORMATS).encode()
_MULTIPART: Final = "multipart/form-data"
_BEARER: Final = "bearer "
_MOST_READ_AT_ONCE: Final = 500_000
"""Bytes of an update that are read on the event loop, in a few milliseconds."""


class Gatekeeper:
    """Lets writes pass that show the token.

    Args:
        settings: of the service.
        write: carries a write out.
    """

    def __init__(self, settings: Settings, write: Writer) -> None:
        """Take what decides."""
        self.limits = settings.limits
        self._settings = settings
        self._write = write
        self._tasks: set[asyncio.Task[None]] = set()

    def refuse_strangers(self, exchange: Exchange) -> None:
        """Refuse a write that may not be.

        Raises:
            UpdateRefusedError: the service is read-only.
            TokenError: the token is missing or wrong.
        """
        if not self._settings.writable:
            raise UpdateRefusedError(
                "this service is read-only: it takes no updates.", hint=self._way_to_write
            )
        given = exchange.header(b"authorization")
        shown = given[len(_BEARER) :].strip() if given.lower().startswith(_BEARER) else ""
        if not hmac.compare_digest(shown.encode("latin-1"), self._settings.token.encode()):
            raise TokenError(
                "the update shows no token that allows it." if not given else "the token is wrong.",
                hint="Send the header Authorization: Bearer TOKEN.",
            )

    @property
    def _way_to_write(self) -> str:
        if self._settings.endpoint:  # which --writable does not go with
            return "Send updates to the endpoint behind it."
        return "Start it with --writable."

    def carry_out(self, exchange: Exchange, write: Write, done: Callable[[Committed], None]) -> None:
        """Carry a write out, also if its client hangs up, and answer when it is durable or refused."""
        wanted = _report_format(exchange)
        if wanted is not PROBLEM:
            write = replace(write, report=wanted.name)
        task = asyncio.get_running_loop().create_task(self._carry_out(exchange, write, done))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _carry_out(self, exchange: Exchange, write: Write, done: Callable[[Committed], None]) -> None:
        try:
            await self._answer(exchange, write, done)
        except Exception as error:  # noqa: BLE001 - whatever it is, the client must be told
            exchange.fail_with(error)

    async def _answer(self, exchange: Exchange, write: Write, done: Callable[[Committed], None]) -> None:
        try:
            done(await self._write(write, exchange.client))
        except NonconformingError as error:
            _report(exchange, error)


def _report_format(exchange: Exchange) -> Format:
    return formats.negotiate(exchange.header(b"accept"), (PROBLEM, *formats.RDF_FORMATS)) or PROBLEM


def _report(exchange: Exchange, error: NonconformingError) -> None:
    """Answer with the validation report in the format that the client prefers, or with a problem document.

    The process that judged the write has written it: a long one would hold up everybody here.
    """
    chosen = _report_format(exchange)
    if chosen.name != error.written:  # or it cannot hold the report
        exchange.fail(error)
        return
    headers = [(b"content-type", protocol.content_type(chosen).encode()), (b"vary", b"Accept")]
    exchange.respond(422, headers, error.report.encode())


class UpdateHandler:
    """Answers requests to `/update`."""

    def __init__(self, keeper: Gatekeeper, base: Callable[[Exchange], str]) -> None:
        """Take who decides, and how the address of the service is known to a client."""
        self._keeper = keeper
        self._base = base
        self._reading = CapacityLimiter(1)

    def most_bytes(self, exchange: Exchange) -> int:
        """Say how large an update may be.

        Raises:
            HkkgError: whoever sends it may not; its type says why.
        """
        if exchange.method == "OPTIONS":
            return 0
        if exchange.method != "POST":
            raise MethodError(exchange.method, protocol.UPDATE_ALLOWED)
        self._keeper.refuse_strangers(exchange)
        return self._keeper.limits.write_bytes

    def handle(self, exchange: Exchange) -> None:
        """Answer."""
        if exchange.method == "OPTIONS":
            preflight(exchange, protocol.UPDATE_ALLOWED, f"{protocol.FORM}, {protocol.UPDATE}".encode())
            return
        content_type, body = exchange.header(b"content-type"), exchange.body
        read = partial(protocol.read_update, exchange.method, exchange.query, content_type, body)
        if len(body) <= _MOST_READ_AT_ONCE:
            self._write(exchange, read())
        else:
            answer_later(exchange, partial(self._write_later, exchange, read))

    async def _write_later(self, exchange: Exchange, read: Callable[[], Write]) -> None:
        self._write(exchange, await to_thread.run_sync(read, limiter=self._reading))

    def _write(self, exchange: Exchange, write: Write) -> None:
        exchange.query_text = write.text
        write = replace(write, base=f"{self._base(exchange)}update")
        self._keeper.carry_out(exchange, write, lambda done: _acknowledge(exchange, 204, done))


def _acknowledge(
    exchange: Exchange, status: int, done: Committed, headers: tuple[tuple[bytes, bytes], ...] = ()
) -> None:
    counts = f"{done.added} added, {done.removed} removed".encode()
    about = [(b"hkkg-generation", str(done.generation).encode()), (b"hkkg-change", counts)]
    exchange.respond(status, [*about, *headers], b"")


class GraphStoreHandler:
    """Answers requests to `/graph-store` (SPARQL 1.1 Graph Store HTTP Protocol)."""

    def __init__(self, keeper: Gatekeeper, answering: Answering, base: Callable[[Exchange], str]) -> None:
        """Take who decides, and how the address of the service is known to a client."""
        self._keeper = keeper
        self._answering = answering
        self._base = base

    def most_bytes(self, exchange: Exchange) -> int:
        """Say how large a graph may be.

        Raises:
            HkkgError: whoever sends it may not; its type says why.
        """
        if exchange.method in _BODILESS:
            return 0
        if exchange.method not in _WRITE:
            raise MethodError(exchange.method, _GRAPH_ALLOWED)
        self._keeper.refuse_strangers(exchange)
        return self._keeper.limits.write_bytes

    def handle(self, exchange: Exchange) -> None:
        """Answer."""
        if exchange.method == "OPTIONS":
            preflight(exchange, _GRAPH_ALLOWED, _RDF)
        elif exchange.method in _READ:
            self._read(exchange)
        else:
            self._change(exchange)

    def _read(self, exchange: Exchange) -> None:
        name, _ = self._target(exchange)
        wanted = protocol.choose(exchange.header(b"accept"), self._format(exchange), formats.RDF_FORMATS)
        call = GraphCall(name, wanted.name, encoding_of(exchange.header(b"accept-encoding")))
        self._answering.answer(exchange, call, is_stable=True)

    def _format(self, exchange: Exchange) -> tuple[formats.Format, ...]:
        names = [value for key, value in _parameters(exchange) if key == "format"]
        return tuple(formats.by_name(name, formats.RDF_FORMATS) for name in names)

    def _target(self, exchange: Exchange) -> tuple[str | None, bool]:
        """Return the IRI of the graph that is meant, None for the default graph, and whether it is a new one.

        Raises:
            RequestError: it names none, or more than one.
        """
        parameters = _parameters(exchange)
        if exchange.path not in _THE_STORE:
            return self._direct_target(exchange, parameters), False
        named = [value for key, value in parameters if key == "graph"]
        is_default = any(key == "default" for key, _ in parameters)
        if len(named) + is_default > 1:
            raise RequestError("the address names more than one graph.", hint=_HINT)
        if named:
            return protocol.iris((named[0],))[0], False
        if not is_default and exchange.method != "POST":
            raise RequestError("the address names no graph.", hint=_HINT)
        return None, not is_default

    def _direct_target(self, exchange: Exchange, parameters: protocol.Parameters) -> str:
        others = [key for key, _ in parameters if key != "format"]
        if others:  # were it passed over, another graph than is meant would be written
            raise RequestError(
                f"the address of a graph has no parameter {others[0][:100]!r}.", hint=_DIRECT_HINT
            )
        address = self._base(exchange) + exchange.path.decode("ascii", "replace").lstrip("/")
        return protocol.iris((address,))[0]

    def _address(self, exchange: Exchange) -> str:
        return self._base(exchange) + exchange.target.decode("ascii", "replace").lstrip("/")

    def _change(self, exchange: Exchange) -> None:
        if exchange.header(b"content-range"):  # RFC 9110, section 14.5
            raise RequestError("a part of a graph cannot be put.", hint="Leave Content-Range out.")
        name, is_new = self._target(exchange)
        if is_new:
            name = f"{self._base(exchange)}graph-store/{uuid4()}"
        documents = () if exchange.method == "DELETE" else tuple(_documents(exchange))
        write = Write(
            exchange.method.lower(), graph=name, documents=documents, base=name or self._address(exchange)
        )
        write = conditional(write, exchange, self._answering)
        location = ((b"location", name.encode()),) if is_new and name else ()

        def acknowledge(done: Committed) -> None:
            _acknowledge(exchange, 201 if name in done.created else 204, done, location)

        self._keeper.carry_out(exchange, write, acknowledge)


_HINT: Final = "Write ?default or ?graph=IRI."
_DIRECT_HINT: Final = "Write /graph-store?default, /graph-store?graph=IRI, or the graph's own address alone."


def _parameters(exchange: Exchange) -> protocol.Parameters:
    return protocol.decode_form(exchange.query, "the address")


def _documents(exchange: Exchange) -> list[tuple[bytes, str]]:
    """Return what a request brings, each with its format's name.

    Raises:
        MediaTypeError: it is no RDF.
        RequestError: a form has no part.
    """
    header = protocol.read_content_type(exchange.header(b"content-type"))
    media_type = protocol.media_type_of(exchange.header(b"content-type"))
    if media_type != _MULTIPART:
        return [(exchange.body, _format_of(media_type))]
    fields = multipart.fields(exchange.body, str(header.get_param("boundary") or ""))
    if not fields:
        raise RequestError("the form has no part.", hint="Send a graph in each.")
    return [(field.body, _format_of(field.media_type)) for field in fields]


def _format_of(media_type: str) -> str:
    found = next((known for known in formats.RDF_FORMATS if media_type in known.media_types), None)
    if found is None:
        raise protocol.unread(media_type, f"Send one of: {_RDF.decode()}.")
    return found.name
