"""Which worker answers which call: quick ones in line on one worker, each long one on a worker of its own.

A call that takes longer than a moment keeps the worker that it runs on, which from then on is one of the slow
lane and gives way to the quick ones; those that waited behind it are sent again to a fresh worker. So nothing
needs to be known of a query beforehand, and those whose like have overrun before go to the slow lane at once.
"""

from __future__ import annotations

import asyncio
import signal
from collections import Counter, OrderedDict, deque
from typing import TYPE_CHECKING, Final

from hkkg.errors import BusyError, HkkgError, WorkerFailedError
from hkkg.workers.calls import Answered, write_call
from hkkg.workers.crew import Crew, Worker
from hkkg.workers.frames import Kind, unpacked
from hkkg.workers.jobs import Job, Sink, too_late
from hkkg.workers.worker import out_of_memory

if TYPE_CHECKING:
    import socket

    from hkkg.config import Limits, Settings
    from hkkg.workers.calls import Call

_MOST_IN_LINE: Final = 1_024
_MOST_OF_CLIENT_IN_LINE: Final = 256
_RETIRES_AFTER: Final = 20_000
_REMEMBERED: Final = 1_000
_SPARES: Final = 2


class Lanes:
    """Sends calls to workers, and their answers back.

    Args:
        packets: the nursery's socket for workers.
        settings: of the service.
        is_remote: whether workers wait for somebody else, so that each takes one call at a time.
    """

    def __init__(self, packets: socket.socket, settings: Settings, *, is_remote: bool = False) -> None:
        """Make lanes without workers."""
        quick = 0 if is_remote else max(1, settings.workers // 2)
        self._limits = settings.limits
        self._quick = [_QuickLane(self) for _ in range(quick)]
        self._slow = _SlowLane(self, max(1, settings.workers - quick))
        self._slow_kinds: OrderedDict[object, None] = OrderedDict()
        self.crew = Crew(packets, quick + _SPARES, self._man, self._mourn)
        self.loop: asyncio.AbstractEventLoop

    def begin(self, generation: int) -> None:
        """Begin, on the running event loop."""
        self.loop = asyncio.get_running_loop()
        self.crew.begin(generation)

    def advance(self, generation: int) -> None:
        """Answer every later call from a generation; earlier ones are answered from theirs."""
        self.crew.advance(generation)
        for lane in self._quick:
            lane.retire()
        self._man()

    def submit(self, call: Call, sink: Sink, client: str, seconds: float | None = None) -> Job:
        """Make a call; the sink gets its answer.

        Args:
            call: what is asked.
            sink: where the answer goes.
            client: who asks.
            seconds: that it may take, else what the settings say.
        """
        deadline = self.loop.time() + (self._limits.seconds if seconds is None else seconds)
        job = Job(call, sink, client, deadline, write_call(call))
        if not self._quick or (self._slow_kinds and job.kind in self._slow_kinds):
            self._slow.push(job)
        else:
            min(self._quick, key=len).push(job)
        return job

    def cancel(self, job: Job) -> None:
        """Stop a call whose client is gone."""
        job.is_over = True
        if job.worker is not None and job.worker in self._slow.running:
            self._slow.stop(job.worker)
        else:
            self._slow.drop(job)

    def slow_down(self, job: Job, worker: Worker) -> None:
        """Move a call that has overrun to the slow lane, with its worker if it can run on."""
        kind = job.kind
        self._slow_kinds[kind] = None
        self._slow_kinds.move_to_end(kind)
        if len(self._slow_kinds) > _REMEMBERED:
            self._slow_kinds.popitem(last=False)
        self._slow.take_over(job, worker)

    def reconsider(self, job: Job, worker: Worker) -> None:
        """Let calls like one that was quick after all be quick ones again."""
        if worker.cpu_seconds() < self._limits.quick_seconds:
            self._slow_kinds.pop(job.kind, None)

    @property
    def load(self) -> tuple[int, int, int]:
        """How many calls are in the quick lanes, run in the slow lane, and wait for it."""
        return sum(map(len, self._quick)), len(self._slow.running), self._slow.waiting

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

    def _mourn(self, worker: Worker) -> None:
        """Answer for a worker that ended by itself, and send what waited behind its call to another."""
        for lane in self._quick:
            if lane.worker is worker:
                lane.worker = None
        pending, worker.pending = worker.pending, deque()
        if pending:
            pending.popleft().fail(self._reason(worker.code))
        self._slow.forget(worker)
        for job in pending:
            self._quick[0].push(job)
        self._man()

    def _reason(self, code: int) -> HkkgError:
        if -code in {signal.SIGABRT, signal.SIGKILL}:
            return out_of_memory(self._limits)
        if code == 0:
            return WorkerFailedError("the service ended before the query was answered.")
        return WorkerFailedError(
            "the engine could not stand the query: it is nested too deeply, or is a defect of hkkg.",
            hint="Write it flatter.",
        )


class _QuickLane:
    """One worker that calls are sent to without waiting for the answers of those before."""

    def __init__(self, lanes: Lanes) -> None:
        self._lanes = lanes
        self.worker: Worker | None = None
        self._unsent: deque[Job] = deque()
        self._seen: Job | None = None
        self._seen_cpu = 0.0
        self._is_watching = False

    def __len__(self) -> int:
        return len(self._unsent) + (len(self.worker.pending) if self.worker else 0)

    def push(self, job: Job) -> None:
        if len(self) >= _MOST_OF_CLIENT_IN_LINE and self._is_unfair(job):
            job.fail(busy())
        elif self.worker is None:
            self._unsent.append(job)
            self._watch()
        else:
            self._send(job)

    def _is_unfair(self, job: Job) -> bool:
        if len(self) >= _MOST_IN_LINE:
            return True
        line = [*self._unsent, *(self.worker.pending if self.worker else ())]
        return sum(1 for other in line if other.client == job.client) >= _MOST_OF_CLIENT_IN_LINE

    def _send(self, job: Job) -> None:
        assert self.worker  # noqa: S101 - whoever calls has looked
        self.worker.send(job)
        self._watch()

    def man(self) -> None:
        """Take a worker if there is none, and send it what waits."""
        if self.worker is not None:
            return
        worker = self._lanes.crew.take()
        if worker is None:
            return
        worker.on_frame = self._answer
        self.worker = worker
        while self._unsent:
            job = self._unsent.popleft()
            if not job.is_over:
                self._send(job)

    def retire(self) -> None:
        """Let the worker end with what it was sent, and take another for what comes."""
        worker, self.worker = self.worker, None
        if worker is None:
            return
        if worker.pending:
            _LastOrders(self._lanes, worker)
        else:
            worker.kill()

    def _answer(self, worker: Worker, kind: int, payload: bytes) -> None:
        job = worker.pending[0]
        if kind == Kind.START:
            # Its client may take its time to read; others are not to wait for that.
            self._slow_down()
            self._lanes._slow.answer(worker, kind, payload)  # noqa: SLF001 - one module's lanes
            return
        worker.pending.popleft()
        worker.served += 1
        deliver(job, kind, payload, worker.generation)
        if worker.served >= _RETIRES_AFTER and worker is self.worker:
            self.retire()
            self.man()

    def _watch(self) -> None:
        if not self._is_watching:
            self._is_watching = True
            self._lanes.loop.call_later(self._lanes.limits.quick_seconds / 2, self._look)

    def _look(self) -> None:
        """See whether the call at the head has overrun, by its worker's own time: others may hold it up."""
        self._is_watching = False
        now = self._lanes.loop.time()
        for job in [job for job in self._unsent if job.deadline <= now]:
            self._unsent.remove(job)
            job.fail(busy())
        worker = self.worker
        head = worker.pending[0] if worker is not None and worker.pending else None
        if worker is not None and head is not None:
            cpu = worker.cpu_seconds()
            if head is not self._seen:
                self._seen, self._seen_cpu = head, cpu
            elif cpu - self._seen_cpu >= self._lanes.limits.quick_seconds or head.deadline <= now:
                self._slow_down()
                return
        if head is not None or self._unsent:
            self._watch()

    def _slow_down(self) -> None:
        worker = self.worker
        assert worker  # noqa: S101 - it has a call at its head
        self.worker = None
        job = worker.pending.popleft()
        self._unsent.extendleft(reversed(worker.pending))
        worker.pending.clear()
        self._lanes.slow_down(job, worker)
        self.man()
        if self._unsent:
            self._watch()


class _LastOrders:
    """A quick worker of an older generation, which ends with the calls that it has."""

    def __init__(self, lanes: Lanes, worker: Worker) -> None:
        self._lanes = lanes
        self._worker = worker
        worker.on_frame = self._answer
        seconds = lanes.limits.quick_seconds * 2
        self._timer = lanes.loop.call_later(seconds, self._overrun)

    def _answer(self, worker: Worker, kind: int, payload: bytes) -> None:
        if kind == Kind.START:
            self._overrun()
            self._lanes._slow.answer(worker, kind, payload)  # noqa: SLF001 - one module's lanes
            return
        deliver(worker.pending.popleft(), kind, payload, worker.generation)
        if not worker.pending:
            self._timer.cancel()
            worker.kill()

    def _overrun(self) -> None:
        """Move its head to the slow lane, and answer the others from the current generation."""
        self._timer.cancel()
        if not self._worker.pending:
            return
        job, *others = self._worker.pending
        self._worker.pending.clear()
        for other in others:
            self._lanes._quick[0].push(other)  # noqa: SLF001 - one module's lanes
        self._lanes.slow_down(job, self._worker)


class _SlowLane:
    """Workers with one call each, and the calls that wait for one, client by client in turn."""

    def __init__(self, lanes: Lanes, most: int) -> None:
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

    def answer(self, worker: Worker, kind: int, payload: bytes) -> None:
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
            job.fail(self._lanes._reason(worker.code))  # noqa: SLF001 - one module's lanes

    def _overrun(self, worker: Worker) -> None:
        job, _ = self.running[worker]
        self.stop(worker)
        job.fail(too_late(self._lanes.seconds))

    def _give_up(self, job: Job) -> None:
        """Tell a client that waited in vain."""
        self.drop(job)
        job.fail(busy())


def deliver(job: Job, kind: int, payload: bytes, generation: int) -> None:
    """Give a frame of an answer to whoever waits for it."""
    if job.is_over:
        return
    match kind:
        case Kind.WHOLE:
            job.is_over = True
            length = int.from_bytes(payload[:2], "little")
            answered = Answered.read(payload[2 : 2 + length])
            job.sink.whole(answered, payload[2 + length :], generation)
        case Kind.START:
            job.sink.start(Answered.read(payload), generation)
        case Kind.PART:
            job.sink.part(payload)
        case Kind.END:
            job.is_over = True
            job.sink.end(Answered.read(payload))
        case Kind.ERROR:
            job.fail(unpacked(payload))


def busy() -> BusyError:
    """Make the error of a call that nobody had time for."""
    return BusyError("the service is busy with other queries.", hint="Try again in a moment.")
