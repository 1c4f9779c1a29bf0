"""What waits for its turn: client by client, that of each client in its order."""

from __future__ import annotations

from collections import OrderedDict, deque
from typing import TYPE_CHECKING, Final, Generic, Protocol, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

MOST: Final = 1_024
MOST_OF_CLIENT: Final = 256


class Waiting(Protocol):
    """What can wait in a line.

    Attributes:
        client: who asks.
        deadline: until when it waits at most.
    """

    client: str
    deadline: float

    @property
    def is_over(self) -> bool:
        """Whether nobody waits for it any more."""


W = TypeVar("W", bound=Waiting)


class Line(Generic[W]):
    """What waits, of which one client's holds up another's by one at a time.

    Args:
        most: that wait at a time.
        most_of_client: those of them that one client has.

    Attributes:
        size: how many there are.
    """

    def __init__(self, most: int = MOST, most_of_client: int = MOST_OF_CLIENT) -> None:
        """Begin without anybody."""
        self._most, self._most_of_client = most, most_of_client
        self._queues: OrderedDict[str, deque[W]] = OrderedDict()
        self.size = 0

    def push(self, job: W) -> W | None:
        """Let a call wait behind those of its client.

        Returns:
            The call that has no place: this one if its client has too many, or, if the line is full, the
            last of the client that has the most.
        """
        own = self.count(job.client)
        if own >= self._most_of_client:
            return job
        refused = None
        if self.size >= self._most:
            longest = max(self._queues.values(), key=len)
            if len(longest) <= own + 1:
                return job
            refused = longest.pop()
            self.size -= 1
        self._queues.setdefault(job.client, deque()).append(job)
        self.size += 1
        return refused

    def put_back(self, jobs: Sequence[W]) -> None:
        """Let calls wait before all others that were sent to a worker in vain."""
        for job in reversed(jobs):
            self._queues.setdefault(job.client, deque()).appendleft(job)
            self._queues.move_to_end(job.client, last=False)
        self.size += len(jobs)

    def next_client(self, key: Callable[[str], int]) -> str | None:
        """Return the client with the least of something, of several the one whose turn it is."""
        return min(self._queues, key=key, default=None)

    def pop(self, client: str | None = None) -> W | None:
        """Take the first call of a client, or of that whose turn it is, unless nobody waits."""
        while self._queues:
            chosen = next(iter(self._queues)) if client is None else client
            queue = self._queues.get(chosen)
            if queue is None:
                return None
            job = self._take(chosen, queue)
            if queue:
                self._queues.move_to_end(chosen)
            if not job.is_over:
                return job
        return None

    def count(self, client: str) -> int:
        """Count the calls of a client."""
        return len(self._queues.get(client, ()))

    def place(self, job: W) -> int | None:
        """Count the calls of its client before a call; None if it does not wait here."""
        queue = self._queues.get(job.client)
        return queue.index(job) if queue and job in queue else None

    def remove(self, job: W) -> bool:
        """Take a call that waits no more, if it is here."""
        queue = self._queues.get(job.client)
        if not queue or job not in queue:
            return False
        queue.remove(job)
        self._leave(job.client, queue)
        return True

    def move(self, job: W, client: str) -> None:
        """Let a call that waits here wait behind those of another client."""
        self.remove(job)
        job.client = client
        self._queues.setdefault(client, deque()).append(job)
        self.size += 1

    def pop_late(self, now: float) -> list[W]:
        """Take the calls whose time is over."""
        late = [job for queue in self._queues.values() for job in queue if job.deadline <= now]
        for job in late:
            self.remove(job)
        return late

    def _take(self, client: str, queue: deque[W]) -> W:
        job = queue.popleft()
        self._leave(client, queue)
        return job

    def _leave(self, client: str, queue: deque[W]) -> None:
        self.size -= 1
        if not queue:
            del self._queues[client]
