"""HTTP connections: uvicorn's, whose requests are answered beneath the web framework where they have a route.

The framework's routing costs more than a quick query does, and it gives no way to break a connection off in
the middle of an answer. Whatever has no route here goes to the framework as usual.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol

from hkkg.web.exchange import COMMON, Exchange
from hkkg.web.problems import HeadTooLargeError, RequestError, TooLargeError, TooSlowError, problem

if TYPE_CHECKING:
    import asyncio

    from hkkg.errors import HkkgError
    from hkkg.web.service import Service

_ASCII: Final = 128
_SLOWEST: Final = 100_000
"""Bytes a second that a client sends at least, once its time is up."""

_default_lines: dict[int, tuple[list[tuple[bytes, bytes]], bytes]] = {}


class Connection(HttpToolsProtocol):
    """A connection of uvicorn's, which answers the requests that have a route here beneath the framework."""

    def __init__(self, service: Service, *args: Any, **options: Any) -> None:  # noqa: ANN401 - whatever uvicorn passes
        """Begin to wait for a request, with what uvicorn gives."""
        super().__init__(*args, **options)
        self.limits = service.settings.limits
        self._service = service
        self.fields: dict[bytes, bytes] = {}
        self._waits_since: float | None = self.loop.time()
        self._rests_since: float | None = None
        self._in_head = False
        self._is_idle = True
        self._head_bytes = 0
        self._stalled_since: float | None = None

    def data_received(self, data: bytes) -> None:
        """Take what a client sends, and refuse a head that has no end."""
        self._rests_since = None
        if self._waits_since is None:
            self._waits_since = self.loop.time()
        if self._in_head:
            self._head_bytes += len(data)
        elif self._is_idle and not data.isascii():
            data = _with_ascii_target(data)
        super().data_received(data)
        if self._in_head and self._head_bytes > self.limits.header_bytes + self.limits.request_bytes:
            self.refuse(HeadTooLargeError("the request's headers are too large."))

    def on_message_begin(self) -> None:
        """Begin with a request; what only the framework needs of it is made when it is known to go there."""
        self.url = b""
        self.headers = []
        self.expect_100_continue = False
        self._in_head = True
        self._is_idle = False
        self._head_bytes = 0

    def on_headers_complete(self) -> None:
        """Choose who answers."""
        self._in_head = False
        self.fields = _joined(self.headers)
        problem_of_head = self._problem_of_head()
        if problem_of_head:
            self.refuse(problem_of_head)
            return
        handler = self._service.route(self, self.url.partition(b"?")[0])
        if handler is None:
            self._pass_on()
            return
        before, arrived = self.cycle, self._waits_since or self.loop.time()
        exchange = Exchange(self, handler, arrived)
        self._service.watch(exchange)
        self.cycle: Any = exchange
        if before is None or before.response_complete:
            exchange.begin()
        else:
            self.flow.pause_reading()
            waiting: Any = (exchange, self.app)
            self.pipeline.appendleft(waiting)

    def _pass_on(self) -> None:
        """Let the framework answer."""
        url, headers, expects = self.url, self.headers, self.expect_100_continue
        super().on_message_begin()
        self.url, self.expect_100_continue = url, expects
        self.headers.extend(headers)
        super().on_headers_complete()

    def _problem_of_head(self) -> HkkgError | None:
        limits = self.limits
        if len(self.url) > limits.request_bytes:
            return TooLargeError("the address is too long.", hint="Send a long query by POST.")
        size = sum(len(name) + len(value) for name, value in self.headers)
        if len(self.headers) > limits.headers or size > limits.header_bytes:
            most = f"{limits.headers} headers, {limits.header_bytes:,} bytes"
            return HeadTooLargeError(
                "the request's headers are too many or too large.", hint=f"At most: {most}."
            )
        return None

    def _start_asgi_task(self, cycle: Any, app: Any) -> None:  # noqa: ANN401 - uvicorn's types are private
        if isinstance(cycle, Exchange):
            cycle.begin()
        else:
            super()._start_asgi_task(cycle, app)

    def on_body(self, body: bytes) -> None:
        """Take a piece of a request's body."""
        if isinstance(self.cycle, Exchange):
            self.cycle.take(body)
        elif self.cycle is not None:
            super().on_body(body)

    def on_message_complete(self) -> None:
        """Take note that a request has arrived whole."""
        self._waits_since = None
        self._is_idle = True
        if isinstance(self.cycle, Exchange):
            self.cycle.complete()
        elif self.cycle is not None:
            super().on_message_complete()

    def on_response_complete(self) -> None:
        """Turn to the next request; the patrol ends connections that rest too long, not a timer for each."""
        if self.pipeline or self.transport.is_closing():
            super().on_response_complete()
            return
        self.server_state.total_requests += 1
        self.flow.resume_reading()
        self._rests_since = self.loop.time()

    def default_lines(self) -> bytes:
        """Write the header fields that uvicorn gives every answer, which it changes once a second."""
        fields = self.server_state.default_headers
        known = _default_lines.get(id(fields))
        if known is None or known[0] is not fields:
            _default_lines.clear()
            known = (fields, b"".join([name + b": " + value + b"\r\n" for name, value in fields]))
            _default_lines[id(fields)] = known
        return known[1]

    def connection_lost(self, exc: Exception | None) -> None:
        """Tell whoever answers that the client is gone."""
        super().connection_lost(exc)
        if isinstance(self.cycle, Exchange):
            self.cycle.lost()

    def pause_writing(self) -> None:
        """Tell whoever answers that the client takes no more for now."""
        super().pause_writing()
        self._stalled_since = self.loop.time()
        if isinstance(self.cycle, Exchange) and self.cycle.on_pause:
            self.cycle.on_pause()

    def resume_writing(self) -> None:
        """Tell whoever answers that the client takes more."""
        super().resume_writing()
        self._stalled_since = None
        if isinstance(self.cycle, Exchange) and self.cycle.on_resume:
            self.cycle.on_resume()

    def refuse(self, error: HkkgError) -> None:
        """Answer with a problem document, and close the connection."""
        status, headers, body = problem(error)
        lines = [STATUS_LINE[status], *(n + b": " + v + b"\r\n" for n, v in headers), COMMON]
        ending = b"content-length: %d\r\nconnection: close\r\n\r\n" % len(body)
        if not self.transport.is_closing():
            self.transport.write(b"".join([*lines, ending, body]))
            self.transport.close()

    def send_400_response(self, msg: str) -> None:
        """Answer what is no HTTP."""
        self.refuse(RequestError(f"this is no HTTP/1.1 request: {msg}"))

    def check_patience(self, now: float) -> None:
        """Give up on a client that is too slow to send its request, or to take its answer."""
        patience = self.limits.sending_seconds
        if self._stalled_since is not None and now - self._stalled_since > patience:
            self.transport.abort()
        elif self._rests_since is not None and now - self._rests_since > self.timeout_keep_alive:
            self.transport.close()
        elif self._waits_since is not None and now - self._waits_since > self._allowed_seconds():
            message = f"the request did not arrive within {patience:g} seconds."
            self.refuse(TooSlowError(message, hint="Send it faster."))

    def _allowed_seconds(self) -> float:
        received = self.cycle.received if isinstance(self.cycle, Exchange) else 0
        return self.limits.sending_seconds + received / _SLOWEST


def _joined(headers: list[tuple[bytes, bytes]]) -> dict[bytes, bytes]:
    """Return header fields by name, the lines of one name joined (RFC 9110, section 5.3)."""
    fields = dict(headers)
    if len(fields) < len(headers):
        for name in fields:
            fields[name] = b", ".join([value for other, value in headers if other == name])
    return fields


def _with_ascii_target(data: bytes) -> bytes:
    """Percent-encode what is not ASCII in a request line, where many a client sends it as it is."""
    line, end, rest = data.partition(b"\r\n")
    return b"".join(bytes([byte]) if byte < _ASCII else b"%%%02X" % byte for byte in line) + end + rest


def patrol(connections: set[Connection], loop: asyncio.AbstractEventLoop) -> None:
    """Look after slow clients once a second, for as long as the event loop runs."""
    now = loop.time()
    for connection in list(connections):
        connection.check_patience(now)
    loop.call_later(1.0, patrol, connections, loop)
