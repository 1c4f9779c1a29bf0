"""The calls that wait for a quick worker: client by client in turn, those of each client in their order."""

from __future__ import annotations

from collections import OrderedDict, deque
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hkkg.workers.jobs import Job

MOST: Final = 1_024
MOST_OF_CLIENT: Final = 256


class Line:
    """Calls that wait, of which one client's hold up another's by one at a time.

    Attributes:
        size: how many there are.
    """

    def __init__(self) -> None:
        """Begin without a call."""
        self._queues: OrderedDict[str, deque[Job]] = OrderedDict()
        self.size = 0

    def push(self, job: Job) -> Job | None:
        """Let a call wait behind those of its client.

        Returns:
            The call that has no place: this one if its client has too many, or, if the line is full, the
            last of the client that has the most.
        """
        own = len(self._queues.get(job.client, ()))
        if own >= MOST_OF_CLIENT:
            return job
        refused = None
        if self.size >= MOST:
            longest = max(self._queues.values(), key=len)
            if len(longest) <= own + 1:
                return job
            refused = longest.pop()
            self.size -= 1
        self._queues.setdefault(job.client, deque()).append(job)
        self.size += 1
        return refused

    def put_back(self, jobs: Sequence[Job]) -> None:
        """Let calls wait before all others that were sent to a worker in vain."""
        for job in reversed(jobs):
            job.worker = None
            self._queues.setdefault(job.client, deque()).appendleft(job)
            self._queues.move_to_end(job.client, last=False)
        self.size += len(jobs)

    def pop(self) -> Job | None:
        """Take the first call of the client whose turn it is, unless nobody waits."""
        while self._queues:
            client, queue = next(iter(self._queues.items()))
            job = self._take(client, queue)
            if queue:
                self._queues.move_to_end(client)
            if not job.is_over:
                return job
        return None

    def pop_late(self, now: float) -> list[Job]:
        """Take the calls whose time is over; those of one client come and go in their order."""
        late = []
        for client, queue in list(self._queues.items()):
            while queue and queue[0].deadline <= now:
                late.append(self._take(client, queue))
        return late

    def _take(self, client: str, queue: deque[Job]) -> Job:
        job = queue.popleft()
        self.size -= 1
        if not queue:
            del self._queues[client]
        return job
