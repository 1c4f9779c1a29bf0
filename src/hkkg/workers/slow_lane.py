"""The slow lane: workers with one call each, and the calls that wait for one."""

from __future__ import annotations

from collections import Counter, OrderedDict, deque
from typing import TYPE_CHECKING, Final

from hkkg.workers.frames import Kind
from hkkg.workers.jobs import Job, busy, deliver, too_late

if TYPE_CHECKING:
    import asyncio

    from hkkg.workers.crew import Worker
    from hkkg.workers.lanes import Lanes

_PATIENCE: Final = 1 / 10
"""Of the seconds that a call may take, until a client that has none running is given another's worker."""


class SlowLane:
    """Workers with one call each, and the calls that wait for one, client by client in turn.

    A client may have them all as long as nobody else waits. Whoever has none gets one before long, if need be
    from the client that has the most: the call that it ran last begins anew when its turn comes.
    """

    def __init__(self, lanes: Lanes, most: int) -> None:
        """Begin without a call; so many run at a time at most."""
        self._lanes = lanes
        self._most = most
        self.running: dict[Worker, tuple[Job, asyncio.TimerHandle]] = {}
        self._queues: OrderedDict[str, deque[Job]] = OrderedDict()
        self.waiting = 0

    def push(self, job: Job) -> None:
        """Run a call, or let it wait."""
        queue = self._queues.get(job.client, ())
        limits = self._lanes.limits
        if self.waiting >= limits.waiting or len(queue) >= limits.waiting_of_client:
            job.fail(busy())
            return
        self._queues.setdefault(job.client, deque()).append(job)
        self.waiting += 1
        self._watch(job)
        self.man()

    def take_over(self, job: Job, worker: Worker) -> None:
        """Go on with a call on the worker that began it, if there is room; else let it wait."""
        if job.is_over:
            worker.kill()
        elif len(self.running) < self._most:
            self._run(job, worker)
        else:
            worker.kill()
            job.worker = None
            self.push(job)

    def man(self) -> None:
        """Run what waits, as far as there is room and a worker."""
        while self.waiting and len(self.running) < self._most:
            worker = self._lanes.crew.take()
            if worker is None:
                return
            job = self._next()
            if job is None:
                worker.kill()
                return
            worker.send(job)
            worker.pending.clear()
            self._run(job, worker)

    def _next(self) -> Job | None:
        """Take the first call of the client that has the fewest running."""
        busy_with = Counter(job.client for job, _ in self.running.values())
        while self._queues:
            client = min(self._queues, key=lambda name: busy_with[name])
            queue = self._queues[client]
            job = queue.popleft()
            self._leaves(job, queue)
            if queue:
                self._queues.move_to_end(client)
            if not job.is_over:
                return job
        return None

    def _leaves(self, job: Job, queue: deque[Job]) -> None:
        """Take note that a call waits no more."""
        self.waiting -= 1
        if not queue:
            del self._queues[job.client]
        if job.timer:
            job.timer.cancel()

    def cancel(self, job: Job) -> None:
        """Stop a call if it runs, or forget it if it waits."""
        worker = job.worker
        if worker is None or worker not in self.running:
            self._drop(job)
        elif self.running[worker][0] is job:  # it may have run before another there
            self.stop(worker)

    def _drop(self, job: Job) -> None:
        queue = self._queues.get(job.client)
        if queue and job in queue:
            queue.remove(job)
            self._leaves(job, queue)

    def _run(self, job: Job, worker: Worker) -> None:
        job.worker = worker
        worker.on_frame = self.answer
        timer = self._lanes.loop.call_at(job.deadline, self._overrun, worker)
        self.running[worker] = (job, timer)
        worker.give_way()

    def answer(self, worker: Worker, kind: int, payload: bytes | memoryview) -> None:
        """Pass on a frame of a worker's."""
        if worker not in self.running:
            return
        job, _ = self.running[worker]
        if kind not in {Kind.START, Kind.PART}:
            self._lanes.reconsider(job, worker)
            self.stop(worker)
        deliver(job, kind, payload, worker.generation)

    def stop(self, worker: Worker) -> None:
        """End with a worker: it is not used again, since it may have grown."""
        _, timer = self.running.pop(worker)
        timer.cancel()
        worker.kill()
        self.man()

    def forget(self, worker: Worker) -> None:
        """Answer for a worker that ended by itself."""
        if worker in self.running:
            job, timer = self.running.pop(worker)
            timer.cancel()
            job.fail(self._lanes.reason(worker.code))

    def _overrun(self, worker: Worker) -> None:
        job, _ = self.running[worker]
        self.stop(worker)
        job.fail(too_late(self._lanes.seconds))

    def _watch(self, job: Job) -> None:
        soon = self._lanes.loop.time() + self._lanes.limits.seconds * _PATIENCE
        job.timer = self._lanes.loop.call_at(min(soon, job.deadline), self._look, job)

    def _look(self, job: Job) -> None:
        """Make room for a client that waits, or tell it that it has waited in vain."""
        if job.deadline <= self._lanes.loop.time():
            self._drop(job)
            job.fail(busy())
        else:
            self._watch(job)
            self._make_room(job.client)

    def _make_room(self, client: str) -> None:
        """Take a worker from the client that has the most, for one that has none."""
        has = Counter(job.client for job, _ in self.running.values())
        if has[client] or len(self.running) < self._most:
            return
        spared = [
            worker for worker, (job, _) in self.running.items() if has[job.client] > 1 and not job.has_begun
        ]
        if spared:
            self._put_back(max(reversed(spared), key=lambda worker: has[self.running[worker][0].client]))

    def _put_back(self, worker: Worker) -> None:
        """Let a call that runs wait again, before the others of its client."""
        job, timer = self.running.pop(worker)
        timer.cancel()
        worker.kill()
        job.worker = None
        self._queues.setdefault(job.client, deque()).appendleft(job)
        self.waiting += 1
        self._watch(job)
        self.man()
