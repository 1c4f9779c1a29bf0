"""The quick lane: calls in line for one worker, sent a little ahead of the answers of those before."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from hkkg.workers.frames import Kind
from hkkg.workers.jobs import Job, busy, deliver
from hkkg.workers.line import Line

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hkkg.workers.crew import Worker
    from hkkg.workers.lanes import Lanes

_AHEAD: Final = 0.005
"""Seconds of work that a worker has before it: more would hold up whoever comes, less might leave it idle."""

_LEAST_AHEAD: Final = 4
_MOST_AHEAD: Final = 32
"""Calls that a worker has before it, whatever the mean says: the next may take longer than those before."""

_LOOKED_AT_AFTER: Final = 0.25
"""Seconds of work between two looks at how much memory a worker has."""

_AT_EASE: Final = 8
"""Times as much memory may a worker have while no long call runs, which would need more."""

_LEAST_WORK: Final = 0.001
"""Seconds that each call counts for at least."""

_PATIENCE: Final = 1 / 4
"""Of the seconds that a call may take, between two looks at whether it does."""

_WEIGHT: Final = 1 / 8
"""Of the latest call, in the mean of what calls take."""


class _Overrunning:
    """Tells when the call at the head of a worker has taken too long, by the worker's own time.

    By the clock, others may have held it up.
    """

    def __init__(self, lanes: Lanes) -> None:
        self._lanes = lanes
        self._head: Job | None = None
        self._cpu = 0.0

    def is_due(self, worker: Worker) -> bool:
        head = worker.pending[0]
        cpu = worker.cpu_seconds()
        if head is not self._head:
            self._head, self._cpu = head, cpu
        is_too_late = head.deadline <= self._lanes.loop.time()
        return is_too_late or cpu - self._cpu >= self._lanes.limits.quick_seconds


class QuickLane:
    """One worker that calls are sent to a little ahead of its answers, and the calls that wait for it."""

    def __init__(self, lanes: Lanes) -> None:
        """Begin without a worker."""
        self._lanes = lanes
        self.worker: Worker | None = None
        self._line: Line[Job] = Line()
        self._overrunning = _Overrunning(lanes)
        self._is_watching = False
        self._mean_seconds = 0.0
        self._worked = 0.0
        self._moved = 0.0

    def __len__(self) -> int:
        """Count the calls that are not answered yet."""
        return self._line.size + (len(self.worker.pending) if self.worker else 0)

    def delay(self, now: float) -> float:
        """Return the seconds until a call that comes now is at the head, more or less."""
        waiting = len(self)
        return max(waiting * self._mean_seconds, now - self._moved) if waiting else 0.0

    def push(self, job: Job) -> None:
        """Take a call, if need be in the place of one whose client has too many in line."""
        if not len(self):
            self._moved = self._lanes.loop.time()
        if self.worker is not None and not self._line.size and self._has_room(self.worker):
            self.worker.send(job)
        else:
            refused = self._line.push(job)
            if refused:
                refused.fail(busy())
        self._watch()

    def share(self, job: Job, client: str) -> None:
        """Let a call wait for another client, who asks the same, if it is that one's turn sooner."""
        place = self._line.place(job)
        if place is not None and self._line.count(client) < place:
            self._line.move(job, client)

    def take_back(self, jobs: Sequence[Job]) -> None:
        """Take calls before all others that were sent to a worker in vain."""
        if not len(self):
            self._moved = self._lanes.loop.time()
        self._put_back(jobs)
        self._send_on()
        self._watch()

    def _put_back(self, jobs: Sequence[Job]) -> None:
        for job in jobs:
            job.worker = None
        self._line.put_back(jobs)

    def _has_room(self, worker: Worker) -> bool:
        ahead = len(worker.pending)
        return ahead < _LEAST_AHEAD or (ahead < _MOST_AHEAD and ahead * self._mean_seconds < _AHEAD)

    def _send_on(self) -> None:
        """Send what waits, as far as there is room."""
        worker = self.worker
        while worker is not None and self._has_room(worker):
            job = self._line.pop()
            if job is None:
                return
            worker.send(job)

    def man(self) -> None:
        """Take a worker if there is none, and send it what waits."""
        if self.worker is not None:
            return
        worker = self._lanes.crew.take()
        if worker is None:
            return
        worker.on_frame = self._answer
        self.worker = worker
        self._send_on()
        if len(self):
            self._watch()

    def retire(self) -> None:
        """Let the worker end with what it was sent, and take another for what comes."""
        worker, self.worker = self.worker, None
        if worker is None:
            return
        if worker.pending:
            LastOrders(self._lanes, worker)
        else:
            worker.kill()

    def _answer(self, worker: Worker, kind: int, payload: bytes | memoryview) -> None:
        job = worker.pending[0]
        if kind == Kind.START:
            # Its client may take its time to read; others are not to wait for that.
            self._slow_down()
            self._lanes.pass_on(worker, kind, payload)
            return
        worker.pending.popleft()
        before, self._moved = self._moved, self._lanes.loop.time()
        # An error does not say how long it took.
        seconds = deliver(job, kind, payload, worker.generation) or self._moved - before
        self._mean_seconds += (seconds - self._mean_seconds) * _WEIGHT
        self._lanes.forgive(job)
        self._worked += max(seconds, _LEAST_WORK)
        if self._worked >= _LOOKED_AT_AFTER and worker is self.worker:
            self._worked = 0.0
            self._retire_grown(worker)
        if self._line.size:
            self._send_on()

    def _retire_grown(self, worker: Worker) -> None:
        """Take a fresh worker for one that has grown: the engine writes to what it reads, which copies it."""
        times = 1 if self._lanes.has_slow else _AT_EASE
        if worker.pages() > self._lanes.limits.quick_pages * times:
            self.retire()
            self.man()

    def _watch(self) -> None:
        if not self._is_watching:
            self._is_watching = True
            self._lanes.loop.call_later(self._lanes.limits.quick_seconds * _PATIENCE, self._look)

    def _look(self) -> None:
        """See whether the call at the head has overrun."""
        self._is_watching = False
        now = self._lanes.loop.time()
        for job in self._line.pop_late(now):
            job.fail(busy())
        worker = self.worker
        if worker is not None:
            _tell_late(worker, now)
        if worker is not None and worker.pending and self._overrunning.is_due(worker):
            self._slow_down()
        elif len(self):
            self._watch()

    def _slow_down(self) -> None:
        worker = self.worker
        assert worker  # noqa: S101 - it has a call at its head
        self.worker = None
        job, *others = worker.pending
        worker.pending.clear()
        self._put_back(others)
        self._lanes.slow_down(job, worker)
        self.man()
        if self._line.size:
            self._watch()


class LastOrders:
    """A quick worker that another has taken the place of, which ends with the calls that it has."""

    def __init__(self, lanes: Lanes, worker: Worker) -> None:
        """Take over a worker that has calls."""
        self._lanes = lanes
        self._worker = worker
        worker.on_frame = self._answer
        self._overrunning = _Overrunning(lanes)
        self._watch()

    def _watch(self) -> None:
        seconds = self._lanes.limits.quick_seconds * _PATIENCE
        self._timer = self._lanes.loop.call_later(seconds, self._look)

    def _look(self) -> None:
        _tell_late(self._worker, self._lanes.loop.time())
        if self._worker.pending and self._overrunning.is_due(self._worker):
            self._slow_down()
        elif self._worker.pending:
            self._watch()

    def _answer(self, worker: Worker, kind: int, payload: bytes | memoryview) -> None:
        if kind == Kind.START:
            self._slow_down()
            self._lanes.pass_on(worker, kind, payload)
            return
        deliver(worker.pending.popleft(), kind, payload, worker.generation)
        if not worker.pending:
            self._timer.cancel()
            worker.kill()

    def _slow_down(self) -> None:
        """Move its head to the slow lane, and answer the others from the current generation."""
        self._timer.cancel()
        job, *others = self._worker.pending
        self._worker.pending.clear()
        self._lanes.resend(others)
        self._lanes.slow_down(job, self._worker)


def _tell_late(worker: Worker, now: float) -> None:
    """Tell the clients of calls that wait behind another for a worker, and whose time is over."""
    for job in list(worker.pending)[1:]:
        if job.deadline <= now:
            job.fail(busy())
