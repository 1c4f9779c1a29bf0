"""The slow lane: workers with one call each, and the calls that wait for one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from hkkg.workers.frames import Kind
from hkkg.workers.jobs import Job, busy, deliver, still, too_late
from hkkg.workers.line import Line
from hkkg.workers.places import Places, Run

if TYPE_CHECKING:
    from hkkg.workers.crew import Worker
    from hkkg.workers.lanes import Lanes

_PATIENCE: Final = 1 / 10
"""Of the seconds that a call may take, until a client that has none running is given another's place."""

_AGAIN_AFTER: Final = 0.02
"""Seconds until it is tried again to give a place to a call for which there was no worker."""


class SlowLane:
    """Workers with one call each, and the calls that wait for one, client by client in turn.

    A client may have every place as long as nobody else waits; where there are no quick lanes, every place
    but one. Whoever has none gets one: at once that of a call whose client takes no more of its answer for
    now, which then stands still; else before long that of the client that has the most, whose last call
    begins anew when its turn comes; and if each has one, that of the call that has run for longest, which
    stands still until it gets a place in the same way.
    """

    def __init__(self, lanes: Lanes, most: int, most_of_client: int) -> None:
        """Begin without a call; so many run at a time at most, and so many of one client."""
        self._lanes = lanes
        self._most_of_client = most_of_client
        self._patience = lanes.limits.seconds * _PATIENCE
        self._line: Line[Job] = Line(lanes.limits.waiting, lanes.limits.waiting_of_client)
        self._places = Places(most)

    @property
    def running(self) -> int:
        """How many calls have a worker."""
        return len(self._places)

    @property
    def waiting(self) -> int:
        """How many calls wait for one."""
        return self._line.size

    def push(self, job: Job) -> None:
        """Run a call, or let it wait."""
        refused = self._line.push(job)
        if refused is not job:
            self._watch(job)
        if refused:
            still(refused)
            refused.fail(busy())
        self.man()

    def share(self, job: Job, client: str) -> None:
        """Let a call wait for another client, who asks the same, if it is that one's turn sooner."""
        place = self._line.place(job)
        held = self._places.held()
        if place is not None and (held[client], self._line.count(client)) < (held[job.client], place):
            self._line.move(job, client)
            self.man()

    def take_over(self, job: Job, worker: Worker) -> None:
        """Go on with a call on the worker that began it, if there is room; else let it wait."""
        if job.is_over:
            worker.kill()
        elif self._finds_place(job.client):
            self._run(job, worker)
        else:
            worker.kill()
            job.worker = None
            self.push(job)

    def man(self) -> None:
        """Let go on what stands still, and run what waits, as far as there is room and a worker."""
        while self._thaw_next() or self._start_next():
            pass

    def _thaw_next(self) -> bool:
        worker = next(self._places.ready(), None)
        if worker is None or not self._places.has_free:
            return False
        self._thaw(worker)
        return True

    def _thaw(self, worker: Worker) -> None:
        still(self._places[worker].job)
        self._places.thaw(worker, self._lanes.loop.time())

    def _start_next(self) -> bool:
        client = self._line.next_client(self._places.held().__getitem__) if self._line.size else None
        return client is not None and self._finds_place(client) and self._start(client)

    def _start(self, client: str) -> bool:
        """Start the first call of a client, if there is a worker."""
        worker = self._lanes.crew.take()
        if worker is None:
            return False
        job = self._line.pop(client)
        if job is None:
            worker.kill()
            return False
        still(job)
        worker.send(job)
        worker.pending.clear()
        self._run(job, worker)
        return True

    def _finds_place(self, client: str) -> bool:
        """Whether a client may have a place, if need be that of a call whose client takes nothing for now."""
        held = self._places.held()[client]
        if self._places.has_free:
            return held < self._most_of_client
        idle = next(self._places.idle(), None)
        if held or idle is None or not self._places.may_freeze:
            return False
        self._freeze(idle)
        return True

    def cancel(self, job: Job) -> None:
        """Stop a call if it runs, or forget it if it waits."""
        worker = job.worker
        if worker is None or worker not in self._places:
            self._drop(job)
        elif self._places[worker].job is job:  # it may have run before another there
            self.stop(worker)

    def _drop(self, job: Job) -> None:
        if self._line.remove(job):
            still(job)

    def _run(self, job: Job, worker: Worker) -> None:
        job.worker = worker
        worker.on_frame, worker.on_flow = self.answer, self._flow
        timer = self._lanes.loop.call_at(job.deadline, self._overrun, worker)
        self._places.take(worker, Run(job, timer, self._lanes.loop.time()))
        worker.give_way()

    def answer(self, worker: Worker, kind: int, payload: bytes | memoryview) -> None:
        """Pass on a frame of a worker's."""
        if worker not in self._places:
            return
        job = self._places[worker].job
        if kind not in {Kind.START, Kind.PART}:
            self._lanes.reconsider(job, worker)
            self.stop(worker)
        deliver(job, kind, payload, worker.generation)

    def _flow(self, worker: Worker) -> None:
        """Give the place of a call away whose client takes no more, or look for one when it does again."""
        if worker in self._places:
            run = self._places[worker]
            if run.is_frozen and worker.paused_since is None:
                self._watch(run.job)
            self.man()

    def stop(self, worker: Worker) -> None:
        """End with a worker: it is not used again, since it may have grown."""
        self._end(worker)
        self.man()

    def _end(self, worker: Worker) -> Job:
        job = self._places.leave(worker)
        still(job)
        worker.kill()
        return job

    def forget(self, worker: Worker) -> None:
        """Answer for a worker that ended by itself."""
        if worker in self._places:
            self._end(worker).fail(self._lanes.reason(worker.code))

    def _overrun(self, worker: Worker) -> None:
        run = self._places[worker]
        if run.job.deadline > self._lanes.loop.time():  # another asks the same, who came later
            run.timer = self._lanes.loop.call_at(run.job.deadline, self._overrun, worker)
            return
        self.stop(worker)
        run.job.fail(too_late(self._lanes.seconds))

    def _watch(self, job: Job, seconds: float | None = None) -> None:
        still(job)
        soon = self._lanes.loop.time() + (seconds or self._patience)
        job.timer = self._lanes.loop.call_at(min(soon, job.deadline), self._look, job)

    def _look(self, job: Job) -> None:
        """Make room for a call that waits, or tell its client that it has waited in vain."""
        is_late = job.deadline <= self._lanes.loop.time()
        if job.worker is None and is_late:
            self._drop(job)
            job.fail(busy())
        elif not is_late and (job.worker is None or job.worker.paused_since is None):
            can_run = job.worker is not None or self._lanes.crew.ready > 0
            self._watch(job, self._patience if can_run else _AGAIN_AFTER)
            if can_run and self._makes_room(job):
                self._give_place(job)
            self.man()

    def _makes_room(self, job: Job) -> bool:
        """Free a place for a call whose client has none, if somebody can be asked to give way."""
        places = self._places
        computing = {places[worker].job.client for worker in places.computing()}
        if job.client in computing or (job.worker is None and places.held()[job.client]):
            return False
        if places.has_free:
            return True
        spared = [worker for worker in places.of_clients_with_several() if places[worker].may_begin_anew]
        patient = [worker for worker in places.computing() if places[worker].since <= self._long_ago()]
        if spared:
            self._put_back(spared[0])
        elif patient and (places.may_freeze or job.worker):
            self._freeze(min(patient, key=lambda worker: places[worker].since))
        else:
            is_full = job.worker is None and not places.may_freeze
            return is_full and self._ends_one() and self._makes_room(job)
        return True

    def _give_place(self, job: Job) -> None:
        if job.worker:
            self._thaw(job.worker)
        else:
            self._start(job.client)

    def _long_ago(self) -> float:
        """Return when began what has had its time, if others wait."""
        return self._lanes.loop.time() - self._patience

    def _freeze(self, worker: Worker) -> None:
        self._places.freeze(worker, self._lanes.loop.time())
        if worker.paused_since is None:
            self._watch(self._places[worker].job)

    def _ends_one(self) -> bool:
        """End a call: of a client that has several, else one whose client has taken nothing for long."""
        places, ago = self._places, self._long_ago()
        idle = [worker for worker in places.idle() if (worker.paused_since or ago) < ago]
        chosen = next(iter(places.of_clients_with_several() or idle), None)
        if chosen is None:
            return False
        if places[chosen].job.has_begun:
            self._end(chosen).fail(busy())
        else:
            self._put_back(chosen)
        return True

    def _put_back(self, worker: Worker) -> None:
        """Let a call that runs wait again, before the others of its client."""
        job = self._end(worker)
        job.worker = None
        self._line.put_back([job])
        self._watch(job)
