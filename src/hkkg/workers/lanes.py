"""Which worker answers which call: quick ones in line on one worker, each long one on a worker of its own.

A call that takes longer than a moment keeps the worker that it runs on, which from then on is one of the slow
lane and gives way to the quick ones; those that waited behind it are sent again to a fresh worker. So nothing
needs to be known of a query beforehand, and those whose like have overrun twice go to the slow lane at once:
once may have been the machine's fault. So do those that may call another service.

Searches of a graph so large that its names are not indexed beforehand have a worker of their own, which keeps
the index.
"""

from __future__ import annotations

import asyncio
import signal
from collections import OrderedDict, deque
from typing import TYPE_CHECKING, Final

from hkkg.errors import HkkgError, WorkerFailedError
from hkkg.workers.calls import FunctionCall, QueryCall, write_call
from hkkg.workers.crew import Crew, Worker
from hkkg.workers.index_lane import IndexLane
from hkkg.workers.jobs import Job, Sink
from hkkg.workers.quick_lane import QuickLane
from hkkg.workers.slow_lane import SlowLane
from hkkg.workers.worker import out_of_memory

if TYPE_CHECKING:
    import socket
    from collections.abc import Collection, Sequence

    from hkkg.config import Limits, Settings
    from hkkg.workers.calls import Call

_REMEMBERED: Final = 2_000
_OVERRUNS: Final = 2
"""Of a kind of calls, one after the other, until its calls go to the slow lane at once."""
_SPARES: Final = 2
_SOON: Final = 0.002
"""Seconds that a call may wait for others before it is worth the while to use another worker."""


class Lanes:
    """Sends calls to workers, and their answers back.

    Args:
        packets: the nursery's socket for workers.
        settings: of the service.
        is_remote: whether workers wait for somebody else, so that each takes one call at a time.
    """

    def __init__(
        self,
        packets: socket.socket,
        settings: Settings,
        *,
        is_remote: bool = False,
    ) -> None:
        """Make lanes without workers."""
        quick = 0 if is_remote else max(1, settings.workers // 2)
        self._limits = settings.limits
        self._federates = bool(settings.services)
        self._quick = [QuickLane(self) for _ in range(quick)]
        slow = max(1, settings.workers - quick)
        self._slow = SlowLane(self, slow, max(1, slow - 1) if is_remote else slow)
        self._indexed: Collection[str] = ()
        self._index = IndexLane(self)
        self._overruns: OrderedDict[int, int] = OrderedDict()
        self.crew = Crew(packets, quick + _SPARES, self._man, self._mourn)
        self.loop: asyncio.AbstractEventLoop

    def begin(self, generation: int, indexed: Collection[str]) -> None:
        """Begin, on the running event loop.

        Args:
            generation: that calls are answered from.
            indexed: functions that need an index of names which workers do not have.
        """
        self.loop = asyncio.get_running_loop()
        self._indexed = frozenset(indexed)
        self.crew.begin(generation)

    def advance(self, generation: int) -> None:
        """Answer every later call from a generation; earlier ones are answered from theirs."""
        self.crew.advance(generation)
        for lane in self._quick:
            lane.retire()
        self._index.retire()
        self._man()

    def submit(self, call: Call, sink: Sink, client: str, seconds: float | None = None) -> Job:
        """Make a call; the sink gets its answer.

        Args:
            call: what is asked.
            sink: where the answer goes.
            client: who asks.
            seconds: that it may take, else what the settings say.
        """
        now = self.loop.time()
        deadline = now + (self._limits.seconds if seconds is None else seconds)
        job = Job(call, sink, client, deadline, write_call(call))
        if isinstance(call, FunctionCall) and call.function in self._indexed:
            self._index.push(job)
        elif not self._quick or self._times_overrun(job) >= _OVERRUNS or self._may_wait(call):
            self._slow.push(job)
        else:
            self._next_quick(now).push(job)
        return job

    def share(self, job: Job, client: str, deadline: float) -> None:
        """Let a call be another client's too, who asks the same and may have a later deadline."""
        job.deadline = max(job.deadline, deadline)
        if job.worker is None and client != job.client:
            for lane in self._quick:
                lane.share(job, client)
            self._slow.share(job, client)

    def _times_overrun(self, job: Job) -> int:
        return max(self._overruns.get(kind, 0) for kind in job.kinds) if self._overruns else 0

    def _may_wait(self, call: Call) -> bool:
        """Whether a call may wait for another service, which takes no time of a processor to overrun."""
        asked = (call, *getattr(call, "arguments", ())) if self._federates else ()
        return any(isinstance(one, QueryCall) and "service" in one.text.lower() for one in asked)

    def _next_quick(self, now: float) -> QuickLane:
        """Choose a quick lane: the first that is soon free, since few processes change places less often."""
        for lane in self._quick:
            if lane.delay(now) < _SOON:
                return lane
        return min(self._quick, key=len)

    def cancel(self, job: Job) -> None:
        """Stop a call whose client is gone."""
        job.is_over = True
        self._slow.cancel(job)
        self._index.drop(job)

    def slow_down(self, job: Job, worker: Worker) -> None:
        """Move a call that has overrun to the slow lane, with its worker if it can run on."""
        times = self._times_overrun(job) + 1
        for kind in job.kinds:
            self._overruns[kind] = times
            self._overruns.move_to_end(kind)
            if len(self._overruns) > _REMEMBERED:
                self._overruns.popitem(last=False)
        self._slow.take_over(job, worker)

    def forgive(self, job: Job) -> None:
        """Take note that a call was quick whose like had overrun, but not too often."""
        if 0 < self._times_overrun(job) < _OVERRUNS:
            self._forget(job)

    def reconsider(self, job: Job, worker: Worker) -> None:
        """Let calls like one that was quick after all be quick ones again."""
        if worker.cpu_seconds() < self._limits.quick_seconds:
            self._forget(job)

    def _forget(self, job: Job) -> None:
        for kind in job.kinds:
            self._overruns.pop(kind, None)

    @property
    def load(self) -> tuple[int, int, int]:
        """How many calls are in the quick lanes, run in the slow lane, and wait for it."""
        return sum(map(len, self._quick)), self._slow.running, self._slow.waiting + len(self._index)

    @property
    def has_slow(self) -> bool:
        """Whether a long call runs."""
        return self._slow.running > 0

    @property
    def seconds(self) -> float:
        """How long a call may take."""
        return self._limits.seconds

    @property
    def limits(self) -> Limits:
        """What the service gives at most."""
        return self._limits

    def _man(self) -> None:
        for lane in self._quick:
            lane.man()
        self._slow.man()
        self._index.man()

    def _mourn(self, worker: Worker) -> None:
        """Answer for a worker that ended by itself, and send what waited behind its call to another."""
        for lane in self._quick:
            if lane.worker is worker:
                lane.worker = None
        pending, worker.pending = worker.pending, deque()
        if pending:
            pending.popleft().fail(self.reason(worker.code))
        self._slow.forget(worker)
        self._index.forget(worker)
        if pending:
            self.resend(pending)
        self._man()

    def resend(self, jobs: Sequence[Job]) -> None:
        """Send calls again whose worker was lost to another."""
        self._quick[0].take_back(jobs)

    def pass_on(self, worker: Worker, kind: int, payload: bytes | memoryview) -> None:
        """Pass on a frame of a worker that has just gone over to the slow lane."""
        self._slow.answer(worker, kind, payload)

    def reason(self, code: int) -> HkkgError:
        """Say why a worker that ended by itself did not answer."""
        if -code in {signal.SIGABRT, signal.SIGKILL}:
            return out_of_memory(self._limits)
        if code == 0:
            return WorkerFailedError("the service ended before the query was answered.")
        return WorkerFailedError(
            "the engine could not stand the query: it is nested too deeply, or is a defect of hkkg.",
            hint="Write it flatter.",
        )
