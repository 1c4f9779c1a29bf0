"""The places of the slow lane: the calls that run there, and those that stand still for another's sake."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Iterator

    from hkkg.workers.crew import Worker
    from hkkg.workers.jobs import Job

_MOST_FROZEN: Final = 2
"""Workers that stand still, at most: each keeps its memory."""


@dataclass(slots=True)
class Run:
    """A call that has a worker.

    Attributes:
        job: the call.
        timer: tells when its time is over.
        since: when its worker began, went on, or was made to stand still.
        is_frozen: whether its worker stands still.
    """

    job: Job
    timer: asyncio.TimerHandle
    since: float
    is_frozen: bool = False

    @property
    def may_begin_anew(self) -> bool:
        """Whether it computes and nothing of its answer is sent."""
        return not (self.is_frozen or self.job.has_begun)


class Places:
    """Which calls have a worker; so many compute at a time at most, and a few more stand still."""

    def __init__(self, most: int) -> None:
        """Begin without a call."""
        self.most = most
        self._runs: dict[Worker, Run] = {}

    def __len__(self) -> int:
        """Count the calls that have a worker."""
        return len(self._runs)

    def __contains__(self, worker: Worker) -> bool:
        """Whether a worker has a call here."""
        return worker in self._runs

    def __getitem__(self, worker: Worker) -> Run:
        """Return what a worker does."""
        return self._runs[worker]

    def take(self, worker: Worker, run: Run) -> None:
        """Let a call run."""
        self._runs[worker] = run

    def leave(self, worker: Worker) -> Job:
        """Take a call that runs no more."""
        run = self._runs.pop(worker)
        run.timer.cancel()
        return run.job

    def freeze(self, worker: Worker, now: float) -> None:
        """Let a call stand still; its place is free."""
        run = self._runs[worker]
        run.is_frozen, run.since = True, now
        worker.freeze()

    def thaw(self, worker: Worker, now: float) -> None:
        """Let a call go on."""
        run = self._runs[worker]
        run.is_frozen, run.since = False, now
        worker.thaw()

    @property
    def has_free(self) -> bool:
        """Whether one call more may compute."""
        return sum(1 for _ in self.computing()) < self.most

    @property
    def may_freeze(self) -> bool:
        """Whether one call more may stand still."""
        return len(self._runs) - sum(1 for _ in self.computing()) < _MOST_FROZEN

    def computing(self) -> Iterator[Worker]:
        """Return the workers that do not stand still."""
        return (worker for worker, run in self._runs.items() if not run.is_frozen)

    def ready(self) -> Iterator[Worker]:
        """Return the workers that stand still and whose clients take more."""
        frozen = (worker for worker, run in self._runs.items() if run.is_frozen)
        return (worker for worker in frozen if worker.paused_since is None)

    def idle(self) -> Iterator[Worker]:
        """Return the workers whose clients take no more for now, and which hold a place all the same."""
        return (worker for worker in self.computing() if worker.paused_since is not None)

    def held(self) -> Counter[str]:
        """Count the calls of each client that have a worker."""
        return Counter(run.job.client for run in self._runs.values())

    def of_clients_with_several(self) -> list[Worker]:
        """Return the workers of clients that have more than one, those of the one with the most first."""
        held = self.held()
        several = [worker for worker in reversed(self._runs) if held[self._runs[worker].job.client] > 1]
        return sorted(several, key=lambda worker: -held[self._runs[worker].job.client])
