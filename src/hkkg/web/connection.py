"""HTTP connections: uvicorn's, whose requests are answered beneath the web framework where they have a route.

The framework's routing costs more than a quick query does, and it gives no way to break a connection off in
the middle of an answer. Whatever has no route here goes to the framework as usual.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from uvicorn.protocols.http.httptools_impl import STATUS_LINE

from hkkg.web.arrival import ArrivingProtocol
from hkkg.web.clients import FORWARDED
from hkkg.web.envelope import ending_early
from hkkg.web.exchange import COMMON, Exchange, write
from hkkg.web.heads import (
    LONGEST_PASSED_ON,
    Head,
    Refusing,
    endless_head,
    expects_to_be_asked,
    in_origin_form,
    joined,
    problem_of_head,
    too_long,
)
from hkkg.web.operations import NO_REQUEST, Served
from hkkg.web.problems import problem
from hkkg.web.repeats import is_whole

if TYPE_CHECKING:
    from hkkg.errors import HkkgError
    from hkkg.web.exchange import Handler
    from hkkg.web.repeats import Replay
    from hkkg.web.service import Service

_default_lines: dict[int, tuple[list[tuple[bytes, bytes]], bytes]] = {}


class Connection(ArrivingProtocol):
    """A connection of uvicorn's, which answers the requests that have a route here beneath the framework."""

    def __init__(self, service: Service, *args: Any, **options: Any) -> None:  # noqa: ANN401 - whatever uvicorn passes
        """Begin to wait for a request, with what uvicorn gives."""
        super().__init__(service.settings.limits, *args, **options)
        self._service = service
        self.fields: dict[bytes, bytes] = {}
        self.request = b""
        self._head: Head
        self._began = 0.0
        self._current: Any = None

    def data_received(self, data: bytes) -> None:
        """Take what a client sends, and refuse a head, or what else is no body, that has no end."""
        if self._is_deaf:
            return
        is_next = self._is_next()
        if is_next and self._is_repeated(data):
            return
        if self._is_idle and not (data := data.lstrip(b"\r\n")):
            return  # empty lines before a request are no part of it
        self._rests_since = None
        self.request = data if is_next and is_whole(data) else b""
        self._read(data)
        self._pace.take_note(len(data))
        if self._head_bytes > self.limits.header_bytes + self.limits.request_bytes and not self._is_idle:
            self.refuse(endless_head(self.url, self.limits))

    def _is_next(self) -> bool:
        """Whether what comes now begins a request that may be answered at once."""
        is_over = self._current is None or self._current.response_complete
        return self._is_idle and is_over and self._stalled_since is None and not self.transport.is_closing()

    def _is_repeated(self, data: bytes) -> bool:
        """Answer a request that has come before, byte for byte, without reading it."""
        found = self._service.answering.replay(data)
        if found is not None:
            self._send_again(*found)
            return True
        known = self._service.known_heads.get(data)
        if known is not None:
            self._waits_since, self._rests_since, self._began = None, None, self.loop.time()
            head, handler = known
            self.url = head.target
            self._take(head, handler).complete(data)
        return known is not None

    def host(self, forwarded: bytes | None) -> str:
        """Return the address of the client's host, as the request and who brought it say."""
        return self._service.clients.host(self.client[0] if self.client else "", forwarded)

    def _send_again(self, replay: Replay, body: bytes | memoryview) -> None:
        now = self.loop.time()
        write(self.transport, [replay.head, self.default_lines(), replay.length], body)
        self.server_state.total_requests += 1
        self._waits_since, self._rests_since = None, now
        host, sent = self.host(replay.forwarded), len(body)
        served = Served(host, "GET", replay.path, 200, replay.query_text, replay.rows, sent)
        self._service.note(served, self._service.address(replay.path), self.loop.time() - now)

    def on_message_begin(self) -> None:
        """Begin with a request; what only the framework needs of it is made when it is known to go there."""
        super().on_message_begin()
        self._began = self.loop.time()
        if self._waits_since is None:
            self._waits_since = self._began

    def on_headers_complete(self) -> None:
        """Choose who answers."""
        if self._is_deaf or self._is_offering():
            return
        self._in_head = False
        parser = self.parser
        version = parser.get_http_version()
        if not self.url.startswith(b"/") and len(self.headers) <= self.limits.headers:
            self.url, self.headers = in_origin_form(self.url, self.headers)
        self.fields = joined(self.headers)
        is_http_1_0 = version == "1.0"
        stays = parser.should_keep_alive() and not (is_http_1_0 and b"transfer-encoding" in self.fields)
        head = Head(parser.get_method().decode("ascii"), self.url, self.fields, stays, is_http_1_0)
        refusal = problem_of_head(head, version, self.headers, self.limits)
        if refusal:
            self._take(head._replace(keep_alive=False), Refusing(refusal))
            return
        handler = self._service.route(self, self.url.partition(b"?")[0])
        if handler is not None:
            self._head = head
            self._take(head, handler)
        elif len(self.url) > LONGEST_PASSED_ON:
            self._take(head, Refusing(too_long()))
        else:
            self._pass_on(is_asking=expects_to_be_asked(self.fields, is_http_1_0=is_http_1_0))

    def _take(self, head: Head, handler: Handler) -> Exchange:
        before = self.cycle
        exchange = Exchange(self, handler, head, self._began)
        self._service.watch(exchange)
        self.cycle: Any = exchange
        # A client that takes no answers gets no more of them, else they would pile up here.
        if self._stalled_since is None and (before is None or before.response_complete):
            self._current = exchange
            exchange.begin()
        else:
            waiting: Any = (exchange, self.app)
            self.pipeline.appendleft(waiting)
        return exchange

    def _start_asgi_task(self, cycle: Any, app: Any) -> None:  # noqa: ANN401 - uvicorn's types are private
        self._current = cycle
        if isinstance(cycle, Exchange):
            self.loop.call_soon(cycle.begin)  # else many that wait in line would nest
        else:
            ending: Any = ending_early(app, cycle, self.linger)
            super()._start_asgi_task(cycle, ending)

    def on_body(self, body: bytes) -> None:
        """Take a piece of a request's body."""
        self._head_bytes = 0
        if self._is_deaf:
            return
        if isinstance(self.cycle, Exchange):
            self.cycle.take(body)
        elif self.cycle is not None:
            super().on_body(body)

    def on_message_complete(self) -> None:
        """Take note that a request has arrived whole."""
        if self._is_deaf:
            return
        self._waits_since = None
        self._is_idle = True
        if isinstance(self.cycle, Exchange):
            if self.request and not isinstance(self.cycle.handler, Refusing):
                self._service.known_heads.keep(self.request, (self._head, self.cycle.handler))
            self.cycle.complete(self.request)
        elif self.cycle is not None:
            super().on_message_complete()

    def on_response_complete(self) -> None:
        """Turn to the next request; the patrol ends connections that rest too long, not a timer for each."""
        self.server_state.total_requests += 1
        if self.transport.is_closing():
            return
        if not self.pipeline:
            self._rests_since = self.loop.time()
        if self._stalled_since is None:
            self._turn_to_next()

    def _turn_to_next(self) -> None:
        """Begin with the request that has waited longest; without any, read on."""
        if self.pipeline:
            self._start_asgi_task(*self.pipeline.pop())
        self.flow.resume_reading()

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
        for cycle in (self._current, *(cycle for cycle, _ in self.pipeline)):
            if isinstance(cycle, Exchange):
                cycle.lost()
            elif cycle is not None:
                _tell_gone(cycle)
        self.pipeline.clear()
        self.cycle = self._current = None  # they know this connection, and hold what has arrived

    def pause_writing(self) -> None:
        """Tell whoever answers that the client takes no more for now."""
        super().pause_writing()
        self._stall(self.loop.time())
        if isinstance(self._current, Exchange) and self._current.on_pause:
            self._current.on_pause()

    def resume_writing(self) -> None:
        """Tell whoever answers that the client takes more, or turn to the request that waited for that."""
        super().resume_writing()
        self._stalled_since = None
        if isinstance(self._current, Exchange) and self._current.on_resume:
            self._current.on_resume()
        if self._is_free() and not self.transport.is_closing():
            self._turn_to_next()

    def _is_free(self) -> bool:
        """Whether no request is being answered."""
        current = self._current
        return current is None or current.response_complete

    def linger(self) -> None:
        """End the connection, but let the client send what it is at, so that it reads the answer.

        To close at once would reset the connection, and the answer be lost (RFC 9112, section 9.6).
        """
        self._is_deaf = True
        self._waits_since, self._lingers_since = None, self.loop.time()
        self.pipeline.clear()
        if not self._is_free():
            _tell_gone(self._current)  # the framework would answer too
        self.flow.resume_reading()
        if not self.transport.is_closing():
            self.transport.write_eof()

    def refuse(self, error: HkkgError) -> None:
        """Answer with a problem document, unless another answer is due before, and end the connection."""
        if self._is_deaf:
            return
        self._is_deaf = True
        due = self.pipeline[-1][0] if self.pipeline and self._is_free() else self._current
        if isinstance(self.cycle, Exchange) and self.cycle.more_body:
            self.cycle.refuse(error)
        elif due is not None and not due.response_complete and not due.more_body:
            due.keep_alive = False
        elif not self.transport.is_closing():
            self._send(error)
            self.linger()

    def break_off(self) -> None:
        """Reset the connection if an answer was begun and is not all sent; the service ends now."""
        exchange = self._current
        if isinstance(exchange, Exchange) and exchange.status and not exchange.response_complete:
            exchange.abort()
        elif self.transport.get_write_buffer_size():
            self.reset()

    def _send(self, error: HkkgError) -> None:
        status, headers, body = problem(error)
        lines = [STATUS_LINE[status], *(n + b": " + v + b"\r\n" for n, v in headers), COMMON]
        ending = b"content-length: %d\r\nconnection: close\r\n\r\n" % len(body)
        self.transport.write(b"".join([*lines, self.default_lines(), ending, body]))
        client = self.host(self.fields.get(FORWARDED))
        seconds = self.loop.time() - self._began if self._began else 0.0
        self._service.note(Served(client, status=status, sent=len(body)), NO_REQUEST, seconds)

    @property
    def received(self) -> int:
        """Bytes of the body of the request that arrives now."""
        return self.cycle.received if isinstance(self.cycle, Exchange) else 0


def _tell_gone(cycle: Any) -> None:  # noqa: ANN401 - uvicorn's types are private
    """Tell the framework that nobody waits for its answer any more."""
    cycle.disconnected = True
    cycle.message_event.set()
