"""Requests that are answered beneath the web framework, and their answers."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Final, Protocol

from uvicorn.protocols.http.httptools_impl import STATUS_LINE

from hkkg.errors import HkkgError, defect
from hkkg.web.clients import FORWARDED
from hkkg.web.heads import expects_to_be_asked
from hkkg.web.problems import TooLargeError, problem

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Callable, Sequence

    from hkkg.web.connection import Connection
    from hkkg.web.heads import Head

_log = logging.getLogger(__name__)

_WORTH_NOT_COPYING: Final = 1 << 15
_BODILESS: Final = frozenset({204, 304})
CLIENT_CLOSED: Final = 499
"""The status that logs give to a request whose client hung up; nobody ever gets it."""

COMMON_FIELDS: Final = (
    (b"access-control-allow-origin", b"*"),
    (b"access-control-expose-headers", b"*"),
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'; base-uri 'none'"),
    (b"cross-origin-resource-policy", b"cross-origin"),
    (b"referrer-policy", b"no-referrer"),
    (b"x-content-type-options", b"nosniff"),
)
"""Header fields of every answer."""

COMMON: Final = b"".join(name + b": " + value + b"\r\n" for name, value in COMMON_FIELDS)


class Handler(Protocol):
    """Answers requests to one path."""

    def most_bytes(self, exchange: Exchange) -> int:
        """Say how large the body of a request may be, whose head alone has arrived.

        Raises:
            HkkgError: the request is refused whatever its body is.
        """

    def handle(self, exchange: Exchange) -> None:
        """Answer a request that has arrived whole, now or later."""


class _Event:
    """Stands in for the event that uvicorn sets for its own cycles."""

    def set(self) -> None:
        """Do nothing."""


class Exchange:
    """A request and its answer.

    Attributes:
        method: in upper case.
        target: the request's target as it was sent, path and query.
        request: all its bytes, if its answer may be sent again to whoever sends the same.
        fields: of the request's head, by their names in lower case; lines of one name are joined.
        body: of the request.
        client: the address of the client's host.
        arrived: when the request began to arrive, by the event loop's clock.
        on_gone: called when the client hangs up before the answer is complete.
        on_pause: called when the client takes no more for now.
        on_resume: called when it does again.
        on_end: called with the exchange when it is over.
        query_text: the query or update that it brings, as far as it is known.
        rows: solutions in the answer, as far as they are known.
        extra: lines of header fields that its answer has besides those of every such answer.
        status: of the answer; 499 if the client hung up before there was one, 0 as long as there is none.
        received: bytes of the request's body that have arrived.
        sent: bytes of the answer's body.
        is_broken: whether the connection was broken off within the answer.
    """

    message_event = _Event()

    def __init__(self, connection: Connection, handler: Handler, head: Head, arrived: float) -> None:
        """Take over a request whose head has arrived."""
        self.connection = connection
        self.handler = handler
        self.arrived = arrived
        self.method, self.target, self.fields, self.keep_alive, self.is_http_1_0 = head
        self.client = connection.host(self.fields.get(FORWARDED))
        self.request = b""
        self.body = b""
        self.on_gone: Callable[[], None] | None = None
        self.on_pause: Callable[[], None] | None = None
        self.on_resume: Callable[[], None] | None = None
        self.on_end: Callable[[Exchange], None] | None = None
        self.rows: int | None = None
        self.query_text = ""
        self.extra = b""
        self._pieces: list[bytes] = []
        self.received = 0
        self.status = 0
        self.sent = 0
        self.is_broken = False
        self._is_due = False
        self._refusal: HkkgError | None = None
        self._most_bytes = 0
        # uvicorn looks at these.
        self.more_body = True
        self.disconnected = False
        self.response_complete = False

    @property
    def path(self) -> bytes:
        """The target's path, as it was sent."""
        return self.target.partition(b"?")[0]

    @property
    def query(self) -> bytes:
        """The target's query, as it was sent."""
        return self.target.partition(b"?")[2]

    def header(self, name: bytes) -> str:
        """Return a field of the head; nothing if there is none."""
        return self.fields.get(name, b"").decode("latin-1")

    def take(self, data: bytes) -> None:
        """Take a piece of the body."""
        self.received += len(data)
        if self._refusal is None:
            self._pieces.append(data)
        if self._is_due and self.received > self._most_bytes:
            self.refuse(_too_large(self._most_bytes))

    def complete(self, request: bytes = b"") -> None:
        """Take note that the request has arrived whole, and of all its bytes if it may come again."""
        self.more_body = False
        if self.keep_alive and self.method == "GET" and not self.is_http_1_0:
            self.request = request
        self._handle()

    def begin(self) -> None:
        """Take note that it is this request's turn."""
        self._is_due = True
        try:
            self._most_bytes = self.handler.most_bytes(self)
        except HkkgError as error:
            self.refuse(error)
            return
        if max(self.received, int(self.fields.get(b"content-length", b"0"))) > self._most_bytes:
            self.refuse(_too_large(self._most_bytes))
            return
        if self.more_body and expects_to_be_asked(self.fields, is_http_1_0=self.is_http_1_0):
            self.connection.transport.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        self._handle()

    def refuse(self, error: HkkgError) -> None:
        """Answer with an error when it is this request's turn, and do not wait for the rest of it."""
        self._refusal = error
        self._pieces = []
        self._handle()

    def _handle(self) -> None:
        if not self._is_due or self.response_complete:
            return
        if self._refusal:
            self.fail(self._refusal)
            return
        if self.more_body:
            return
        self.body = b"".join(self._pieces)
        self._pieces = []
        try:
            self.handler.handle(self)
        except Exception as error:  # noqa: BLE001 - whatever it is, the client must be told
            self.fail_with(error)

    def fail(self, error: HkkgError) -> None:
        """Answer with a problem document, or break off if the answer has begun."""
        if self.response_complete:
            return
        if self.status:
            self.abort()
            return
        self.respond(*problem(error))

    def fail_with(self, error: BaseException) -> None:
        """Answer for a failure, which is a user's mistake or else a defect."""
        if isinstance(error, HkkgError):
            self.fail(error)
            return
        _log.error("a request failed", exc_info=error)
        self.fail(defect())

    def respond(self, status: int, headers: Sequence[tuple[bytes, bytes]], body: bytes) -> None:
        """Answer."""
        lines = b"".join([name + b": " + value + b"\r\n" for name, value in headers])
        self.respond_with(STATUS_LINE[status], lines, body, status=status)

    def respond_with(
        self, status_line: bytes, lines: bytes, body: bytes | memoryview, *, status: int = 200
    ) -> None:
        """Answer with header fields that are written already."""
        if self.response_complete:
            return
        self.status = status
        if self.more_body:
            self.keep_alive = False
        head = [status_line, lines, COMMON, self._own_lines(), _length(status, body), b"\r\n"]
        if self.method == "HEAD":
            body = b""
        self.sent = len(body)
        write(self.connection.transport, head, body)
        self._finish()

    def _own_lines(self) -> bytes:
        lines = self.connection.default_lines() + self.extra
        if not self.keep_alive:
            return lines + b"connection: close\r\n"
        return lines + b"connection: keep-alive\r\n" if self.is_http_1_0 else lines

    def start(self, status: int, headers: Sequence[tuple[bytes, bytes]]) -> None:
        """Begin an answer of unknown length."""
        if self.is_http_1_0:
            self.keep_alive = False
        self.status = status
        lines = b"".join([name + b": " + value + b"\r\n" for name, value in headers])
        chunked = b"" if self.is_http_1_0 else b"transfer-encoding: chunked\r\n"
        self.connection.transport.write(
            b"".join([STATUS_LINE[status], lines, COMMON, self._own_lines(), chunked, b"\r\n"])
        )

    def send(self, data: bytes | memoryview) -> None:
        """Send a part of an answer that was begun."""
        if not data or self.response_complete or self.method == "HEAD":
            return
        self.sent += len(data)
        parts = [data] if self.is_http_1_0 else [b"%x\r\n" % len(data), data, b"\r\n"]
        self.connection.transport.writelines(parts)

    def finish(self) -> None:
        """End an answer that was begun."""
        if self.response_complete:
            return
        if not self.is_http_1_0 and self.method != "HEAD":
            self.connection.transport.write(b"0\r\n\r\n")
        self._finish()

    def abort(self) -> None:
        """Break the connection off, so that no client can take what it has for the whole answer."""
        self.response_complete = self.is_broken = True
        self.connection.reset()
        self._tell()

    def _finish(self) -> None:
        self.response_complete = True
        if self.more_body:
            self.connection.linger()
        elif not self.keep_alive:
            self.connection.transport.close()
        self.connection.on_response_complete()
        self._tell()

    def _tell(self) -> None:
        # Who answers knows this request, and so both would be left to the garbage collector.
        self.on_gone = self.on_pause = self.on_resume = None
        self.body, self._pieces = b"", []
        if self.on_end:
            self.on_end(self)

    def lost(self) -> None:
        """Take note that the client has hung up."""
        if not self.response_complete:
            self.response_complete = True
            self.status = CLIENT_CLOSED
            if self.on_gone:
                self.on_gone()
            self._tell()


def write(transport: asyncio.Transport, head: list[bytes], body: bytes | memoryview) -> None:
    """Send an answer at once; a large body is not copied behind its head first."""
    if len(body) < _WORTH_NOT_COPYING:
        transport.write(b"".join([*head, body]))
    else:
        transport.writelines([b"".join(head), body])


def _length(status: int, body: bytes | memoryview) -> bytes:
    return b"" if status in _BODILESS else b"content-length: %d\r\n" % len(body)


def _too_large(most: int) -> TooLargeError:
    return TooLargeError(f"the request is too large: at most {most:,} bytes.", hint="Send less at a time.")
