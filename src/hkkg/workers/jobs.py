"""A call on its way: who asked, until when, and where the answer goes."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Final, Protocol

from hkkg.errors import BusyError, TimeExceededError
from hkkg.workers.calls import Answered, QueryCall
from hkkg.workers.frames import Kind, unpacked

if TYPE_CHECKING:
    import asyncio

    from hkkg.errors import HkkgError
    from hkkg.workers.calls import Call
    from hkkg.workers.crew import Worker

_CONSTANTS: Final = re.compile(r"\"[^\"]*\"|'[^']*'|\d+|\s+")
_LONGEST_COMPARED: Final = 10_000
_LONGEST_REMEMBERED: Final = 2_000
_MOST_REMEMBERED: Final = 4_096


class Sink(Protocol):
    """Takes the answer of a call: all at once, or a start, parts and an end; or an error in place of any."""

    def whole(self, answered: Answered, body: bytes | memoryview, generation: int) -> None:
        """Take a whole answer."""

    def start(self, answered: Answered, generation: int) -> None:
        """Take note that an answer begins which comes in parts."""

    def part(self, data: bytes | memoryview) -> None:
        """Take a part."""

    def end(self, answered: Answered) -> None:
        """Take note that nothing more comes."""

    def fail(self, error: HkkgError) -> None:
        """Take the error that ends it, before its start or after."""


class Job:
    """A call that was made and not yet answered.

    Attributes:
        call: what is asked.
        sink: where the answer goes.
        client: who asks, for fairness between clients.
        deadline: when it must be answered, by the event loop's clock.
        worker: who answers it, once it was sent.
        timer: tells when it has waited too long, as long as it waits.
        has_begun: whether a part of its answer has come.
        is_over: whether nobody waits for the answer any more.
    """

    __slots__ = ("call", "client", "deadline", "has_begun", "is_over", "payload", "sink", "timer", "worker")

    def __init__(self, call: Call, sink: Sink, client: str, deadline: float, payload: bytes) -> None:
        """Take a call and its arguments, written for a frame."""
        self.call = call
        self.sink = sink
        self.client = client
        self.deadline = deadline
        self.payload = payload
        self.worker: Worker | None = None
        self.timer: asyncio.TimerHandle | None = None
        self.has_begun = False
        self.is_over = False

    @property
    def kinds(self) -> tuple[int, ...]:
        """What it has in common with calls that take as long: hashes, since a call may be long itself.

        Those of a query are of its text, and, for its client, of its text without its constants: what one
        client's queries take tells nothing of another's that differ from them.
        """
        if not isinstance(self.call, QueryCall):
            return (hash(self.call),)
        text = self.call.text
        return hash(text), hash((self.client, _without_constants(text)))

    def fail(self, error: HkkgError) -> None:
        """End with an error, unless it is over."""
        if not self.is_over:
            self.is_over = True
            self.sink.fail(error)


def _without_constants(text: str) -> str:
    if len(text) > _LONGEST_REMEMBERED:
        return _CONSTANTS.sub("", text[:_LONGEST_COMPARED])
    return _remembered(text)


@lru_cache(_MOST_REMEMBERED)
def _remembered(text: str) -> str:
    return _CONSTANTS.sub("", text)


def still(job: Job) -> None:
    """Let a call's timer be quiet."""
    if job.timer:
        job.timer.cancel()


def too_late(seconds: float) -> TimeExceededError:
    """Make the error of a call that was not answered in time."""
    return TimeExceededError(
        f"the query took more than {seconds:g} seconds.",
        hint="Make it more selective, or ask for less with LIMIT.",
    )


def deliver(job: Job, kind: int, payload: bytes | memoryview, generation: int) -> float:
    """Give a frame of an answer to whoever waits for it, if anybody still does.

    Returns:
        The seconds that its evaluation took, if it is whole; else 0.
    """
    if kind == Kind.WHOLE:
        return _deliver_whole(job, payload, generation)
    if job.is_over:
        return 0.0
    match kind:
        case Kind.START:
            job.has_begun = True
            job.sink.start(Answered.read(payload), generation)
        case Kind.PART:
            job.sink.part(payload)
        case Kind.END:
            job.is_over = True
            job.sink.end(Answered.read(payload))
        case Kind.ERROR:
            job.fail(unpacked(payload))
    return 0.0


def _deliver_whole(job: Job, payload: bytes | memoryview, generation: int) -> float:
    length = int.from_bytes(payload[:2], "little")
    answered = Answered.read(payload[2 : 2 + length])
    if not job.is_over:
        job.is_over = True
        job.sink.whole(answered, payload[2 + length :], generation)
    return answered.seconds


def busy() -> BusyError:
    """Make the error of a call that nobody had time for."""
    return BusyError("the service is busy with other queries.", hint="Try again in a moment.")
