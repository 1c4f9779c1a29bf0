"""The lane of searches in a large graph: one worker, which keeps the index that the first of them made."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from hkkg.errors import BusyError
from hkkg.workers.frames import Kind
from hkkg.workers.jobs import busy, deliver, still, too_late
from hkkg.workers.line import Line

if TYPE_CHECKING:
    import asyncio

    from hkkg.workers.crew import Worker
    from hkkg.workers.jobs import Job
    from hkkg.workers.lanes import Lanes

_INDEXING_SECONDS: Final = 600.0
"""How long the names may be indexed for; `benchmarks/search.py --large` prints how long they take."""
_IDLE_SECONDS: Final = 600.0
"""After which a worker that nobody asks ends, and gives its memory back."""


class IndexLane:
    """One worker that is asked one call after another, for as long as its generation is the current one.

    What was asked before a later one came is still answered from it: otherwise nobody would find anything
    in a graph that is written to more often than its names can be indexed. Clients take turns.
    """

    def __init__(self, lanes: Lanes) -> None:
        """Begin without a worker: memory is taken only if somebody searches."""
        self._lanes = lanes
        limits = lanes.limits
        self._asked_before: Line[Job] = Line(limits.waiting, limits.waiting_of_client)
        self._waiting: Line[Job] = Line(limits.waiting, limits.waiting_of_client)
        self._worker: Worker | None = None
        self._is_old = False
        self._running: Job | None = None
        self._has_index = False
        self._ending: asyncio.TimerHandle | None = None

    def __len__(self) -> int:
        """Count the calls that are not answered yet."""
        return self._asked_before.size + self._waiting.size + (self._running is not None)

    def push(self, job: Job) -> None:
        """Take a call, unless too many wait."""
        refused = self._waiting.push(job)
        if refused is not job:
            job.timer = self._lanes.loop.call_at(job.deadline, self._overrun, job)
        if refused:
            still(refused)
            refused.fail(self._late())
        self.man()

    def man(self) -> None:
        """Send the next call, if there is one and a worker is free."""
        if self._is_old and not self._asked_before.size and (self._running is None or self._running.is_over):
            self._running = None
            self._end()
        line = self._asked_before if self._asked_before.size else self._waiting
        if self._running is not None or not line.size:
            return
        worker = self._worker or self._lanes.crew.take()
        if worker is None:
            return
        if self._worker is None:
            worker.on_frame = self._answer
            worker.give_way()
            self._worker = worker
        self._running = line.pop()
        assert self._running  # noqa: S101 - none is over that waits
        worker.send(self._running)
        worker.pending.clear()
        self._end_after(_INDEXING_SECONDS)

    def drop(self, job: Job) -> None:
        """Forget a call that waits, if it does; one that runs goes on, since it may be making the index."""
        if self._asked_before.remove(job) or self._waiting.remove(job):
            still(job)
        self.man()

    def retire(self) -> None:
        """Give the worker no call of those to come: it knows the names of an older generation."""
        if self._worker is not None and not self._is_old:
            self._is_old = True
            self._asked_before.put_back(list(iter(self._waiting.pop, None)))

    def forget(self, worker: Worker) -> None:
        """Answer for a worker that ended by itself."""
        if worker is self._worker:
            job, self._running = self._running, None
            self._end()
            if job is not None:
                still(job)
                job.fail(self._lanes.reason(worker.code))

    def _answer(self, worker: Worker, kind: int, payload: bytes | memoryview) -> None:
        job = self._running
        if job is None:
            return
        if kind not in {Kind.START, Kind.PART}:
            still(job)
            self._running = None
            self._has_index = True
            self._end_after(_IDLE_SECONDS)
        deliver(job, kind, payload, worker.generation)
        self.man()

    def _overrun(self, job: Job) -> None:
        """Tell a client that waited in vain; the names go on being indexed for those who ask later."""
        if job is not self._running:
            self.drop(job)
            job.fail(self._late())
        elif self._has_index:
            self._running = None
            self._end()
            job.fail(too_late(self._lanes.seconds))
            self.man()
        else:
            job.fail(self._late())
            self.man()

    def _late(self) -> BusyError:
        if self._has_index:
            return busy()
        return BusyError("the names of this graph are being indexed.", hint="Try again in a minute.")

    def _end_after(self, seconds: float) -> None:
        if self._ending:
            self._ending.cancel()
        self._ending = self._lanes.loop.call_later(seconds, self._give_up)

    def _give_up(self) -> None:
        """End a worker that nobody asks, or that does not come to an end with the index."""
        job, self._running = self._running, None
        self._end()
        if job is not None:
            job.fail(too_late(_INDEXING_SECONDS))
        self.man()

    def _end(self) -> None:
        if self._ending:
            self._ending.cancel()
        worker, self._worker = self._worker, None
        self._ending, self._has_index, self._is_old = None, False, False
        if worker is not None:
            worker.kill()
