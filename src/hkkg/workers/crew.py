"""The workers as the process that answers HTTP sees them: their connections, and those that stand ready."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import time
from collections import deque
from contextlib import suppress
from typing import TYPE_CHECKING, Final, cast

from hkkg.workers.frames import Frames, Kind, frame, unpacked
from hkkg.workers.messages import Ended, Forked

if TYPE_CHECKING:
    from collections.abc import Callable

    from hkkg.workers.jobs import Job

_PACKET: Final = 4096
_BUFFER: Final = 1 << 20
_NICE: Final = 10
_AGAIN_AFTER: Final = 0.25
"""Seconds until a worker is asked for again that could not be received, or ended before it was asked."""

_MINOR_FAULTS: Final = 7
"""Index of their number among the fields that follow a process's name."""

_PROCESS_CLOCK: Final = 2


class Worker(asyncio.Protocol):
    """One worker process.

    Attributes:
        generation: which it sees.
        pending: the jobs that it was sent, in the order in which it answers them.
        code: how it ended by itself, as `os.waitstatus_to_exitcode` tells.
        paused_since: when its answer began to wait for its client, by the event loop's clock.
    """

    def __init__(self, forked: Forked, handle: int, on_loss: Callable[[Worker], None]) -> None:
        """Take the handle of its process, which is closed with it, and who is told if it ends by itself."""
        self.pid = forked.pid
        self.generation = forked.generation
        self.pending: deque[Job] = deque()
        self.code = 0
        self.paused_since: float | None = None
        self.on_frame: Callable[[Worker, int, bytes | memoryview], None] | None = None
        self.on_flow: Callable[[Worker], None] | None = None
        self._on_loss = on_loss
        self._handle = handle
        self._frames = Frames()
        self._number = 0
        self._unsent: list[bytes] = []
        self._is_cut_off = False
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin."""
        self._transport = cast("asyncio.Transport", transport)

    def send(self, job: Job) -> None:
        """Ask it."""
        assert self._transport  # noqa: S101 - it is connected before anybody knows it
        job.worker = self
        self._number += 1
        self.pending.append(job)
        if not self._unsent:
            asyncio.get_running_loop().call_soon(self._send_all)
        self._unsent.append(frame(Kind.CALL, self._number & 0xFFFFFFFF, job.payload))

    def _send_all(self) -> None:
        """Send what came up in one turn of the event loop at once: each write wakes the worker."""
        assert self._transport  # noqa: S101 - as above
        unsent, self._unsent = self._unsent, []
        if not self._transport.is_closing():
            self._transport.write(b"".join(unsent))

    def data_received(self, data: bytes) -> None:
        """Pass on what it answers."""
        for kind, _, payload in self._frames.feed(data):
            if self.on_frame:
                self.on_frame(self, kind, payload)

    def pause(self) -> None:
        """Take no more of its answer for now, so that it waits."""
        if self._transport and not self._transport.is_closing():
            self._transport.pause_reading()
            self._flow(asyncio.get_running_loop().time())

    def resume(self) -> None:
        """Take more of its answer."""
        if self._transport and not self._transport.is_closing():
            self._transport.resume_reading()
            self._flow(None)

    def _flow(self, paused_since: float | None) -> None:
        self.paused_since = paused_since
        if self.on_flow:
            self.on_flow(self)

    def freeze(self) -> None:
        """Let its process stand still, whatever it does."""
        self._signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """Let its process go on."""
        self._signal(signal.SIGCONT)

    def _signal(self, number: signal.Signals) -> None:
        if self._handle >= 0:
            with suppress(ProcessLookupError):
                signal.pidfd_send_signal(self._handle, number)

    def cpu_seconds(self) -> float:
        """Return the processor time that its process has taken (clock_getcpuclockid(3)); 0 if it is gone."""
        try:
            return time.clock_gettime((~self.pid << 3) | _PROCESS_CLOCK)
        except OSError:
            return 0.0

    def pages(self) -> int:
        """Return how many pages it has of its own, more or less: each came by a fault (proc_pid_stat(5))."""
        try:
            with open(f"/proc/{self.pid}/stat", "rb") as stat:  # noqa: PTH123 - as quick as can be
                return int(stat.read().rpartition(b")")[2].split()[_MINOR_FAULTS])
        except OSError:
            return 0

    def give_way(self) -> None:
        """Let it run when nothing more urgent does: each of its threads, which Linux ranks one by one."""
        with suppress(OSError):  # it may be gone, or there may be no descriptor free to look it up with
            for thread in os.listdir(f"/proc/{self.pid}/task"):  # noqa: PTH208 - a path would not be used
                os.setpriority(os.PRIO_PROCESS, int(thread), _NICE)

    def kill(self) -> None:
        """End its process now, whatever it does."""
        self.on_frame = self.on_flow = None
        self._signal(signal.SIGKILL)
        self._release()
        if self._transport:
            self._transport.abort()

    def _release(self) -> None:
        if self._handle >= 0:
            os.close(self._handle)
            self._handle = -1

    @property
    def was_asked(self) -> bool:
        """Whether it was sent a call."""
        return self._number > 0

    @property
    def has_ended(self) -> bool:
        """Whether its process is gone."""
        return self._handle < 0

    def ended(self, code: int) -> None:
        """Take note that its process is gone; what it had answered may be to come."""
        self.code = code
        self._release()
        if self._transport and not self._transport.is_closing():
            self._transport.resume_reading()
        self._mourn()

    def connection_lost(self, _: Exception | None) -> None:
        """Take note that nothing more comes."""
        self._is_cut_off = True
        self._mourn()

    def _mourn(self) -> None:
        if self.has_ended and self._is_cut_off and self.on_frame:
            self._on_loss(self)


class Crew:
    """Keeps workers of the current generation ready.

    Args:
        packets: the nursery's socket for workers.
        spares: how many stand ready.
        on_arrival: called when a worker has come.
        on_loss: called with a worker that ended by itself.
    """

    def __init__(
        self,
        packets: socket.socket,
        spares: int,
        on_arrival: Callable[[], None],
        on_loss: Callable[[Worker], None],
    ) -> None:
        """Ask for the first workers."""
        self.generation = 0
        self._packets = packets
        self._wanted = spares
        self._on_arrival = on_arrival
        self._on_loss = on_loss
        self._spares: deque[Worker] = deque()
        self._asked = 0
        self._known: dict[int, Worker] = {}
        self._is_resting = False
        packets.setblocking(False)  # noqa: FBT003 - the socket's own signature

    def begin(self, generation: int) -> None:
        """Begin to take workers."""
        self.generation = generation
        asyncio.get_running_loop().add_reader(self._packets, self._receive)
        self._fill()

    def take(self) -> Worker | None:
        """Take a worker that stands ready; it is on its way if there is none."""
        worker = self._spares.popleft() if self._spares else None
        self._fill()
        return worker

    def advance(self, generation: int) -> None:
        """Go over to a generation: who stands ready for an older one is sent away."""
        self.generation = generation
        for worker in [spare for spare in self._spares if spare.generation < generation]:
            self._spares.remove(worker)
            worker.kill()
        self._fill()

    @property
    def ready(self) -> int:
        """How many stand ready."""
        return len(self._spares)

    def _fill(self) -> None:
        missing = self._wanted - len(self._spares) - self._asked
        if missing > 0 and not self._is_resting:
            with suppress(BlockingIOError, BrokenPipeError, ConnectionResetError):
                self._packets.send(b"w" * missing)
                self._asked += missing

    def _rest(self) -> None:
        """Ask for no worker for a little while: it would come to nothing, as the one before."""
        if not self._is_resting:
            self._is_resting = True
            asyncio.get_running_loop().call_later(_AGAIN_AFTER, self._go_on)

    def _go_on(self) -> None:
        self._is_resting = False
        self._fill()

    def _receive(self) -> None:
        while True:
            try:
                data, handles, _, _ = socket.recv_fds(self._packets, _PACKET, 2)
            except (BlockingIOError, InterruptedError):
                return
            except ConnectionResetError:
                data = b""
            if not data:
                asyncio.get_running_loop().remove_reader(self._packets)
                for pid in list(self._known):
                    self._bury(Ended(pid, 0))
                return
            message = unpacked(data)
            if isinstance(message, Forked):
                self._admit(message, handles)
            else:
                self._bury(message)

    def _admit(self, forked: Forked, handles: list[int]) -> None:
        """Take a worker, or another a little later if there was no number free for its descriptors."""
        match handles:
            case [connection, handle]:
                worker = self._known[forked.pid] = Worker(forked, handle, self._on_loss)
                asyncio.get_running_loop().create_task(self._welcome(worker, connection))
            case _:
                for lone in handles:
                    os.close(lone)
                self._asked = max(0, self._asked - 1)
                self._rest()

    async def _welcome(self, worker: Worker, connection: int) -> None:
        stream = socket.socket(fileno=connection)
        stream.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _BUFFER)
        await asyncio.get_running_loop().create_connection(lambda: worker, sock=stream)
        self._asked = max(0, self._asked - 1)
        if worker.generation < self.generation or worker.has_ended:
            worker.kill()
            self._fill()
        else:
            self._spares.append(worker)
            self._on_arrival()

    def _bury(self, ended: Ended) -> None:
        worker = self._known.pop(ended.pid, None)
        if worker is None:
            return
        if not (worker.has_ended or worker.was_asked):
            self._rest()
        if worker in self._spares:
            self._spares.remove(worker)
            self._fill()
        worker.ended(ended.code)
