"""Answers to queries: out of the cache, or from a worker; one evaluation for all who ask the same at once."""

from __future__ import annotations

import hashlib
import secrets
import sys
import time
from functools import partial
from typing import TYPE_CHECKING, Final

from uvicorn.protocols.http.httptools_impl import STATUS_LINE

from hkkg import formats
from hkkg.errors import PreconditionError
from hkkg.web.cache import Cache, Entry
from hkkg.web.clients import FORWARDED, counted_as
from hkkg.web.exchange import COMMON
from hkkg.web.protocol import content_type
from hkkg.web.repeats import Repeats, Replay
from hkkg.workers.jobs import busy, too_late

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Awaitable, Callable, Hashable

    from hkkg.errors import HkkgError
    from hkkg.web.exchange import Exchange
    from hkkg.workers.calls import Answered, Call
    from hkkg.workers.jobs import Job
    from hkkg.workers.lanes import Lanes

_READ: Final = frozenset({"GET", "HEAD"})
_WHOLE: Final = 200
_OK: Final = STATUS_LINE[_WHOLE]
_NOT_MODIFIED: Final = STATUS_LINE[304]
_CONTENT_TYPES: Final = {
    known.name: f"content-type: {content_type(known)}\r\n".encode()
    for known in (*formats.RESULT_FORMATS, *formats.RDF_FORMATS)
}
_OUT_OF_CACHE: Final = b"server-timing: cache\r\n"
_TAGGED: Final = b"etag: %b\r\ncache-control: no-cache\r\n"
_VARY: Final = b"vary: Accept, Accept-Encoding\r\n"


class Answering:
    """Answers exchanges by calls to workers.

    Args:
        lanes: to the workers.
        cache_bytes: of answers that are kept.
        endpoint_is_remote: whether the graph may change without this service's knowledge, so that nothing is
            kept for longer than it takes to answer.
    """

    def __init__(self, lanes: Lanes, cache_bytes: int, *, endpoint_is_remote: bool = False) -> None:
        """Begin with nothing kept."""
        self.cache = Cache(cache_bytes)
        self._replays: Repeats[Replay] = Repeats()
        self.generation = 0
        self.changed = time.time()
        self.hits = self.misses = 0
        self._lanes = lanes
        self._flights: dict[tuple[int, Call], Flight] = {}
        self._is_remote = endpoint_is_remote
        # Entity tags of one run of the service mean nothing to the next.
        self._run = secrets.token_bytes(8)

    def advance(self, generation: int) -> None:
        """Answer from a generation from now on."""
        self.generation = generation
        self.changed = time.time()
        self.cache.clear()
        self._replays.clear()

    def answer(self, exchange: Exchange, call: Call, *, is_stable: bool) -> None:
        """Answer a request by a call.

        Args:
            exchange: the request.
            call: what it asks.
            is_stable: whether the same call has the same answer as long as the graph is the same.
        """
        key = (self.generation, call)
        fresh = not is_stable or self._is_remote or b"no-cache" in exchange.fields.get(b"cache-control", b"")
        if fresh:
            Flight(self, key, is_kept=False).board(exchange)
            return
        entry = self.cache.get(key)
        if entry is not None:
            self.hits += 1
            send_entry(exchange, entry)
            if exchange.request and exchange.status == _WHOLE:
                self._replays.keep(exchange.request, _replay(exchange, key, entry))
            return
        self.misses += 1
        flight = self._flights.get(key)
        if flight is None:
            flight = self._flights[key] = Flight(self, key, is_kept=True)
        flight.board(exchange)

    def replay(self, request: bytes) -> tuple[Replay, bytes | memoryview] | None:
        """Find the answer to a request that has come before, byte for byte, if it is still kept."""
        found = self._replays.get(request)
        if found is None:
            return None
        entry = self.cache.get(found.key)
        if entry is None:
            self._replays.forget(request)
            return None
        self.hits += 1
        return found, entry.body

    async def kept(self, call: Call, make: Callable[[], Awaitable[bytes]]) -> bytes | memoryview:
        """Return what a call brings, out of the cache as long as the graph is the same."""
        key = (self.generation, call)
        entry = None if self._is_remote else self.cache.get(key)
        if entry is not None:
            self.hits += 1
            return entry.body
        self.misses += 1
        body = await make()
        if key[0] == self.generation and not self._is_remote:
            self.cache.put(key, Entry(b"", body, b"", None), _size(call))
        return body

    def deadline(self, exchange: Exchange) -> float:
        """Say until when a request must be answered: its time counts from its arrival."""
        return exchange.arrived + self._lanes.seconds

    def call(self, flight: Flight, call: Call, exchange: Exchange) -> Job:
        """Send a call to a worker."""
        seconds = self.deadline(exchange) - self._lanes.loop.time()
        return self._lanes.submit(call, flight, counted_as(exchange.client), seconds)

    def is_late(self, exchange: Exchange) -> bool:
        """Whether the time of a request is over."""
        return self.deadline(exchange) <= self._lanes.loop.time()

    def share(self, job: Job, exchange: Exchange) -> None:
        """Let a call be for another request too."""
        self._lanes.share(job, counted_as(exchange.client), self.deadline(exchange))

    def at(self, time: float, act: Callable[[], None]) -> asyncio.TimerHandle:
        """Let something be done at a time."""
        return self._lanes.loop.call_at(time, act)

    def late(self, job: Job | None) -> HkkgError:
        """Make the error of a request whose time is over before its call is answered."""
        return too_late(self._lanes.seconds) if job and job.worker else busy()

    def cancel(self, job: Job) -> None:
        """Stop a call that nobody waits for any more."""
        self._lanes.cancel(job)

    def land(self, flight: Flight, key: tuple[int, Call], entry: Entry | None) -> None:
        """Take note that a flight is over, and keep what it brought."""
        if self._flights.get(key) is flight:
            del self._flights[key]
        if entry is not None and key[0] == self.generation:
            self.cache.put(key, entry, _size(key[1]))

    def etag(self, generation: int, call: Call) -> bytes:
        """Make the entity tag of an answer: of the generation, the query, the format and the encoding."""
        text = repr((generation, call)).encode("utf-8", "surrogatepass")
        return b'"%b"' % hashlib.blake2b(text, digest_size=12, key=self._run).hexdigest().encode()


class Flight:
    """One call, and the exchanges that wait for its answer."""

    def __init__(self, answering: Answering, key: tuple[int, Call], *, is_kept: bool) -> None:
        """Prepare a call; it is made for the first exchange."""
        self._answering = answering
        self._key = key
        self._is_kept = is_kept
        self._waiting: list[Exchange] = []
        self._streaming: Exchange | None = None
        self._job: Job | None = None
        self._timer: asyncio.TimerHandle | None = None

    def board(self, exchange: Exchange) -> None:
        """Let an exchange wait for the answer."""
        self._waiting.append(exchange)
        exchange.on_gone = partial(self._leave, exchange)
        if self._job is None:
            self._job = self._answering.call(self, self._key[1], exchange)
            return
        self._answering.share(self._job, exchange)
        if self._timer is None:
            self._watch()

    def _watch(self) -> None:
        """Look again when the time of the next is over: those who share a call have each their own."""
        next_deadline = min(map(self._answering.deadline, self._aboard))
        self._timer = self._answering.at(next_deadline, self._look)

    def _look(self) -> None:
        """Tell those whose time is over."""
        self._timer = None
        error = self._answering.late(self._job)
        for exchange in [one for one in self._aboard if self._answering.is_late(one)]:
            self._leave(exchange)
            exchange.fail(error)
        if self._aboard:
            self._watch()

    @property
    def _aboard(self) -> list[Exchange]:
        return [self._streaming] if self._streaming else self._waiting

    def _leave(self, exchange: Exchange) -> None:
        if exchange in self._waiting:
            self._waiting.remove(exchange)
        if exchange is self._streaming:
            self._streaming = None
        if not self._aboard:
            self._land(None)
            self._rest()
            if self._job:
                self._answering.cancel(self._job)

    def _rest(self) -> None:
        """Look no more."""
        if self._timer:
            self._timer.cancel()
            self._timer = None

    def _land(self, entry: Entry | None) -> None:
        if self._is_kept:
            self._answering.land(self, self._key, entry)

    def whole(self, answered: Answered, body: bytes | memoryview, generation: int) -> None:
        """Take a whole answer, and give it to everybody who waits."""
        lines = _lines(answered)
        etag = self._answering.etag(generation, self._key[1]) if self._is_kept else b""
        if etag:
            body = bytes(body)
            lines += _TAGGED % etag
        else:
            lines += b"cache-control: no-store\r\n"
        entry = Entry(lines, body, etag, answered.rows)
        self._land(entry if generation == self._key[0] else None)
        timing = b"server-timing: query;dur=%.2f\r\n" % (answered.seconds * 1000)
        self._job = None  # it knows this flight, and so both would be left to the garbage collector
        self._rest()
        for exchange in self._waiting:
            send_entry(exchange, entry, timing)

    def start(self, answered: Answered, _: int) -> None:
        """Begin to pass on a large answer to the first who waits; others ask for their own."""
        self._land(None)
        first, *others = self._waiting
        self._waiting, self._streaming = [], first
        for exchange in others:
            Flight(self._answering, self._key, is_kept=False).board(exchange)
        worker = self._job.worker if self._job else None
        if worker:
            first.on_pause, first.on_resume = worker.pause, worker.resume
            if first.connection.is_stalled:  # of which nobody has told the worker
                worker.pause()
        headers = [line.partition(b": ")[::2] for line in _lines(answered).splitlines()]
        first.start(200, [*headers, (b"cache-control", b"no-store")])
        if first.method == "HEAD":
            first.finish()
            if self._job:
                self._answering.cancel(self._job)

    def part(self, data: bytes | memoryview) -> None:
        """Pass on a part."""
        if self._streaming:
            self._streaming.send(data)

    def end(self, _: Answered) -> None:
        """End what was passed on."""
        self._job = None  # as in `whole`
        self._rest()
        if self._streaming:
            self._streaming.finish()

    def fail(self, error: HkkgError) -> None:
        """Tell everybody who waits, or break off what was begun."""
        self._land(None)
        self._job = None  # as in `whole`
        self._rest()
        for exchange in self._aboard:
            exchange.fail(error)


def _size(call: Call) -> int:
    """Say how many bytes a call takes as the key of what is kept."""
    return sys.getsizeof(repr(call))


def _lines(answered: Answered) -> bytes:
    encoding = f"content-encoding: {answered.encoding}\r\n".encode() if answered.encoding else b""
    return _CONTENT_TYPES[answered.format] + encoding + _VARY


def _replay(exchange: Exchange, key: Hashable, entry: Entry) -> Replay:
    head = b"".join([_OK, entry.lines, _OUT_OF_CACHE, COMMON, exchange.extra])
    length = b"content-length: %d\r\n\r\n" % len(entry.body)
    forwarded = exchange.fields.get(FORWARDED)
    return Replay(key, exchange.path, exchange.query_text, forwarded, entry.rows, head, length)


def send_entry(exchange: Exchange, entry: Entry, timing: bytes = _OUT_OF_CACHE) -> None:
    """Send a whole answer, or say that the client has it."""
    exchange.rows = entry.rows
    fields = exchange.fields
    if (b"if-none-match" in fields or b"if-match" in fields) and not _meets_conditions(exchange, entry):
        return
    exchange.respond_with(_OK, entry.lines + timing, entry.body)


def _meets_conditions(exchange: Exchange, entry: Entry) -> bool:
    """Whether the conditions of a request hold (RFC 9110, section 13.2.2); it is answered if they do not."""
    tag, wanted = entry.etag.decode(), exchange.header(b"if-match").strip()
    if wanted and wanted != "*" and tag not in {name.strip() for name in wanted.split(",")}:
        exchange.fail(PreconditionError("this is another answer than If-Match names."))
        return False
    if not tag or not names_tag(exchange.header(b"if-none-match"), tag):
        return True
    if exchange.method in _READ:
        exchange.respond_with(_NOT_MODIFIED, _TAGGED % entry.etag + _VARY, b"", status=304)
    else:
        exchange.fail(PreconditionError("the answer is the one that If-None-Match names."))
    return False


def names_tag(header: str, etag: str) -> bool:
    """Whether an If-None-Match header names an entity tag (RFC 9110, section 13.1.2)."""
    return header.strip() == "*" or etag in {tag.strip().removeprefix("W/") for tag in header.split(",")}
