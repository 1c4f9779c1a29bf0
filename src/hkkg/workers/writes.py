"""Writes on their way to the nursery, which carries them out one after the other."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, cast

from hkkg.errors import HkkgError, WorkerFailedError
from hkkg.workers.frames import Frames, Kind, frame, packed, unpacked
from hkkg.workers.jobs import busy
from hkkg.workers.messages import Committed, Ready, WriteCall

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable

    from hkkg.config import Limits
    from hkkg.generations import Write


class Writes(asyncio.Protocol):
    """The connection to the nursery.

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
        self._waiting: dict[int, asyncio.Future[Committed]] = {}
        self._is_idle = asyncio.Event()
        self._is_idle.set()
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin."""
        self._transport = cast("asyncio.Transport", transport)

    @property
    def waiting(self) -> int:
        """How many writes are not answered yet."""
        return len(self._waiting)

    async def settle(self) -> None:
        """Wait until every write is answered."""
        await self._is_idle.wait()

    async def write(self, write: Write) -> Committed:
        """Carry out a write.

        Raises:
            BusyError: too many wait already.
            HkkgError: it was refused or has failed, and nothing was changed.
        """
        if len(self._waiting) >= self._limits.waiting or self._transport is None:
            raise busy()
        self._number += 1
        future = asyncio.get_running_loop().create_future()
        self._waiting[self._number] = future
        self._is_idle.clear()
        call = WriteCall(write, time.monotonic() + self._limits.seconds)
        self._transport.write(frame(Kind.CALL, self._number, packed(call)))
        committed: Committed = await asyncio.shield(future)
        return committed

    def data_received(self, data: bytes) -> None:
        """Pass on what the nursery answers."""
        for kind, number, payload in self._frames.feed(data):
            future = self._waiting.pop(number)
            answer = unpacked(payload)
            if kind == Kind.ERROR:
                future.set_exception(answer)
            else:
                self._on_commit(answer.generation)
                future.set_result(answer)
            if not self._waiting:
                self._is_idle.set()

    def connection_lost(self, _: Exception | None) -> None:
        """Tell everybody who waits that it is not known what became of their writes."""
        for future in self._waiting.values():
            future.set_exception(WorkerFailedError("the service ended before the update was acknowledged."))
        self._waiting.clear()
        self._is_idle.set()
        self._transport = None
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
