"""How long a connection waits for its client: to send a request, and to take the answer."""

from __future__ import annotations

import socket
import struct
from abc import abstractmethod
from typing import TYPE_CHECKING, Any, Final

from uvicorn.protocols.http.flow_control import FlowControl
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from hkkg.web.problems import TooSlowError

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Collection

    from hkkg.config import Limits
    from hkkg.errors import HkkgError

_SLOWEST: Final = 100_000
"""Bytes a second that a client sends at least, once its time is up."""

_SLOWEST_READER: Final = 10_000
"""Bytes a second that a client takes at least, once its time is up."""

_MOST_WAITING: Final = 16
_MOST_WAITING_BYTES: Final = 1 << 16
"""Requests that wait in line, and their bytes, with which reading goes on."""

_RESET_ON_CLOSE: Final = struct.pack("ii", 1, 0)


class _Flow(FlowControl):
    """Reads no further as long as much waits in line, which would grow and grow.

    A little may wait meanwhile, for only who reads sees that a client hangs up. The framework asks for more
    whenever it waits for that.
    """

    def __init__(self, transport: asyncio.Transport, line: Collection[object]) -> None:
        super().__init__(transport)
        self._line = line
        self._waiting_bytes = 0

    def resume_reading(self) -> None:
        """Read again, unless much waits."""
        if not self._line:
            self._waiting_bytes = 0
        if not self._is_full():
            super().resume_reading()

    def take_note(self, count: int) -> None:
        """Take note of bytes that have arrived; what arrives behind others waits with them."""
        if not self._line:
            return
        self._waiting_bytes += count
        if self._is_full():
            self.pause_reading()
        else:
            self.resume_reading()

    def _is_full(self) -> bool:
        return len(self._line) >= _MOST_WAITING or self._waiting_bytes >= _MOST_WAITING_BYTES


class PatientProtocol(HttpToolsProtocol):
    """A connection of uvicorn's that gives up on clients which are too slow, once its patience is over."""

    def __init__(self, limits: Limits, *args: Any, **options: Any) -> None:  # noqa: ANN401 - whatever uvicorn passes
        """Begin to wait for a request, with what uvicorn gives."""
        super().__init__(*args, **options)
        self.limits = limits
        self._waits_since: float | None = self.loop.time()
        self._rests_since: float | None = None
        self._lingers_since: float | None = None
        self._stalled_since: float | None = None
        self._stalled_bytes = 0
        self._pace: _Flow

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn has it
        """Begin."""
        super().connection_made(transport)
        self.flow = self._pace = _Flow(transport, self.pipeline)

    @property
    @abstractmethod
    def received(self) -> int:
        """Bytes of the body of the request that arrives now."""

    @abstractmethod
    def refuse(self, error: HkkgError) -> None:
        """Answer with an error, and end the connection."""

    @property
    def is_stalled(self) -> bool:
        """Whether the client takes no more for now."""
        return self._stalled_since is not None

    def _stall(self, now: float) -> None:
        self._stalled_since = now
        self._stalled_bytes = self.transport.get_write_buffer_size()

    def reset(self) -> None:
        """Break off, so that no client can take what it has for the whole answer.

        Without a chunked encoding, only a reset tells a broken answer from a complete one.
        """
        raw: socket.socket | None = self.transport.get_extra_info("socket")
        if raw is not None:
            raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET_ON_CLOSE)
        self.transport.abort()

    def check_patience(self, now: float) -> None:
        """Give up on a client that is too slow to send its request, or to take its answer."""
        patience = self.limits.sending_seconds
        if self.transport.is_closing() and self._stalled_since is None:
            self._stall(now)  # it closes when all is sent, and so never if the client takes nothing
        if self._waits_since is not None and self.flow.read_paused:
            self._waits_since = now  # the client cannot send what nobody reads
        if self._is_stalled(now):
            self.reset()
        elif _is_over(self._lingers_since, now, patience):
            self.transport.abort()
        elif _is_over(self._rests_since, now, self.timeout_keep_alive):
            self.transport.close()
        elif _is_over(self._waits_since, now, patience + self.received / _SLOWEST):
            message = f"the request did not arrive within {patience:g} seconds."
            self.refuse(TooSlowError(message, hint="Send it faster."))

    def _is_stalled(self, now: float) -> bool:
        taken = max(0, self._stalled_bytes - self.transport.get_write_buffer_size())
        return _is_over(self._stalled_since, now, self.limits.sending_seconds + taken / _SLOWEST_READER)


def _is_over(since: float | None, now: float, seconds: float) -> bool:
    return since is not None and now - since > seconds


def patrol(connections: Collection[PatientProtocol], loop: asyncio.AbstractEventLoop) -> None:
    """Look after slow clients once a second, for as long as the event loop runs."""
    loop.call_later(1.0, patrol, connections, loop)
    now = loop.time()
    for connection in list(connections):
        connection.check_patience(now)
