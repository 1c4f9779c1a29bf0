"""The slow lane: workers with one call each, and the calls that wait for one."""

from __future__ import annotations

from collections import Counter, OrderedDict, deque
from typing import TYPE_CHECKING

from hkkg.workers.frames import Kind
from hkkg.workers.jobs import Job, busy, deliver, too_late

if TYPE_CHECKING:
    import asyncio

    from hkkg.workers.crew import Worker
    from hkkg.workers.lanes import Lanes


class SlowLane:
    """Workers with one call each, and the calls that wait for one, client by client in turn."""

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
        job.timer = self._lanes.loop.call_at(job.deadline, self._give_up, job)
        self.man()

    def take_over(self, job: Job, worker: Worker) -> None:
        """Go on with a call on the worker that began it, if there is room; else let it wait."""
        if job.is_over:
            worker.kill()
        elif len(self.running) < self._most:
            self._run(job, worker)
        else:
            worker.kill()
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

    def drop(self, job: Job) -> None:
        """Forget a call that waits, if it does."""
        queue = self._queues.get(job.client)
        if queue and job in queue:
            queue.remove(job)
            self._leaves(job, queue)

    def _run(self, job: Job, worker: Worker) -> None:
        job.worker = worker
        worker.on_frame = self.answer
        worker.give_way()
        timer = self._lanes.loop.call_at(job.deadline, self._overrun, worker)
        self.running[worker] = (job, timer)

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

    def _give_up(self, job: Job) -> None:
        """Tell a client that waited in vain."""
        self.drop(job)
        job.fail(busy())
