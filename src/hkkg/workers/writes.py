"""Writes on their way to the nursery, which carries them out one after the other."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from hkkg.errors import HkkgError, WorkerFailedError
from hkkg.workers import write_errors
from hkkg.workers.frames import Frames, Kind, frame, packed, unpacked
from hkkg.workers.line import Line
from hkkg.workers.messages import Committed, Ready, WriteCall

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable

    from hkkg.config import Limits
    from hkkg.generations import Write


@dataclass(slots=True, eq=False)
class _Write:
    """A write that is not answered yet.

    Attributes:
        write: what is to be done.
        client: who asks.
        deadline: until which it may take (`time.monotonic`).
        answer: what becomes of it.
    """

    write: Write
    client: str
    deadline: float
    answer: asyncio.Future[Committed]

    @property
    def is_over(self) -> bool:
        """Whether it is answered."""
        return self.answer.done()


class Writes(asyncio.Protocol):
    """The connection to the nursery, which is sent one write at a time: clients take turns.

    Args:
        limits: of the service.
        on_commit: called with each new generation before its writer is told.
        on_loss: called when the nursery is gone.
    """

    def __init__(self, limits: Limits, on_commit: Callable[[int], None], on_loss: Callable[[], None]) -> None:
        """Make a connection that is not connected yet."""
        self._limits = limits
        self._on_commit = on_commit
        self._on_loss = on_loss
        self._frames = Frames()
        self._number = 0
        self._line: Line[_Write] = Line(limits.waiting, limits.waiting_of_client)
        self._sent: _Write | None = None
        self._is_idle = asyncio.Event()
        self._is_idle.set()
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin."""
        self._transport = cast("asyncio.Transport", transport)

    @property
    def waiting(self) -> int:
        """How many writes are not answered yet."""
        return self._line.size + (self._sent is not None)

    async def settle(self) -> None:
        """Wait until every write is answered."""
        await self._is_idle.wait()

    async def write(self, write: Write, client: str) -> Committed:
        """Carry out a write of a client's.

        Raises:
            BusyError: too many wait already, or its turn did not come in time.
            HkkgError: it was refused or has failed, and nothing was changed.
        """
        loop, seconds = asyncio.get_running_loop(), self._limits.seconds
        mine = _Write(write, client, time.monotonic() + seconds, loop.create_future())
        refused = mine if self._transport is None else self._line.push(mine)
        if refused:
            refused.answer.set_exception(write_errors.busy())
        self._send_next()
        timer = loop.call_later(seconds, self._give_up, mine)
        try:
            return await asyncio.shield(mine.answer)
        finally:
            timer.cancel()

    def _send_next(self) -> None:
        """Send the write whose turn it is, if the one before is answered."""
        if self._sent is None and self._transport is not None:
            self._sent = self._line.pop()
            if self._sent:
                self._number += 1
                call = WriteCall(self._sent.write, self._sent.deadline)
                self._transport.write(frame(Kind.CALL, self._number, packed(call)))
        if self.waiting:
            self._is_idle.clear()
        else:
            self._is_idle.set()

    def _give_up(self, late: _Write) -> None:
        """Tell a client that its write has waited in vain; one that was sent, the nursery ends."""
        if self._line.remove(late):
            late.answer.set_exception(write_errors.busy())

    def data_received(self, data: bytes) -> None:
        """Pass on what the nursery answers."""
        for kind, _, payload in self._frames.feed(data):
            sent, self._sent = self._sent, None
            assert sent  # noqa: S101 - it answers what it was sent
            answer = unpacked(payload)
            if kind == Kind.ERROR:
                sent.answer.set_exception(answer)
            else:
                self._on_commit(answer.generation)
                sent.answer.set_result(answer)
            self._send_next()

    def connection_lost(self, _: Exception | None) -> None:
        """Tell everybody who waits that it is not known what became of their writes."""
        self._transport = None
        while self._sent:
            self._sent.answer.set_exception(
                WorkerFailedError("the service ended before the update was acknowledged.")
            )
            self._sent = self._line.pop()
        self._is_idle.set()
        self._on_loss()


def wait_until_ready(control: socket.socket) -> Ready:
    """Wait until the nursery has opened the graph.

    Raises:
        HkkgError: it cannot be opened; the type says why.
        WorkerFailedError: the nursery ended.
    """
    frames = Frames()
    while data := control.recv(1 << 16):
        for _, _, payload in frames.feed(data):
            answer = unpacked(payload)
            if isinstance(answer, HkkgError):
                raise answer
            ready: Ready = answer
            return ready
    raise WorkerFailedError("the graph could not be opened; this is a defect of hkkg, or memory ran out.")
