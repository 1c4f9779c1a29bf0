"""What whoever runs the service looks at: health, metrics and the access log."""

from __future__ import annotations

import hashlib
import json
import os
import sys
from bisect import bisect_left
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import accumulate
from pathlib import Path
from queue import SimpleQueue
from threading import Event, Thread
from typing import TYPE_CHECKING, Final, TextIO

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from prometheus_client.metrics_core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    Metric,
)
from prometheus_client.registry import Collector

from hkkg.errors import OutputError, Place

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Callable, Iterator
    from io import FileIO

    from hkkg.web.exchange import Exchange

    _Measured = dict[str, tuple[str, Callable[[], float]]]

NO_REQUEST: Final = b"none"
"""Stands in metrics for the address of what is no request, or refused before its address was looked at."""

_SECONDS: Final = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)
_LABELS: Final = ("path", "status")
_STANDARD_ERROR: Final = "-"
_FLUSH_SECONDS: Final = 0.5
_CLOSING_SECONDS: Final = 2.0
_MOST_BYTES: Final = 16 << 20
"""Of lines that wait to be written; those that come then are counted, and lost."""


class Metrics(Collector):
    """Counts of requests, in the format of Prometheus.

    Args:
        gauges: what is measured when somebody asks, by name, each with its explanation.
        counters: what has been counted by then, likewise.
    """

    def __init__(self, gauges: _Measured, counters: _Measured) -> None:
        """Begin at nought."""
        self._gauges = gauges
        self._counters = counters
        self._requests: Counter[tuple[bytes, int]] = Counter()
        self._durations: dict[bytes, list[int]] = {}
        self._seconds: dict[bytes, float] = {}
        self._registry = CollectorRegistry()
        self._registry.register(self)

    def count(self, path: bytes, status: int, seconds: float) -> None:
        """Count a request."""
        self._requests[path, status] += 1
        durations = self._durations.get(path)
        if durations is None:
            durations = self._durations[path] = [0] * (len(_SECONDS) + 1)
        durations[bisect_left(_SECONDS, seconds)] += 1
        self._seconds[path] = self._seconds.get(path, 0.0) + seconds

    def collect(self) -> Iterator[Metric]:
        """Yield every metric."""
        requests = CounterMetricFamily("hkkg_requests", "Requests by address and status.", labels=_LABELS)
        for (path, status), number in self._requests.items():
            requests.add_metric([path.decode(), str(status)], number)
        yield requests
        yield self._histogram()
        for name, (explanation, measure) in self._gauges.items():
            yield GaugeMetricFamily(f"hkkg_{name}", explanation, measure())
        for name, (explanation, measure) in self._counters.items():
            yield CounterMetricFamily(f"hkkg_{name}", explanation, measure())

    def _histogram(self) -> Metric:
        explanation = "From the arrival of a request to the end of its answer."
        family = HistogramMetricFamily("hkkg_request_seconds", explanation, labels=_LABELS[:1])
        for path, durations in self._durations.items():
            bounds = [*map(str, _SECONDS), "+Inf"]
            buckets = list(zip(bounds, accumulate(durations), strict=True))
            family.add_metric([path.decode()], buckets, self._seconds[path])
        return family

    def write(self) -> tuple[str, bytes]:
        """Return the media type and the text."""
        return CONTENT_TYPE_LATEST, generate_latest(self._registry)


@dataclass(slots=True)
class Served:
    """A request that is over, as far as it is known; an exchange tells the same.

    Attributes:
        client: the address of the client's host.
        method: in upper case.
        path: the target's path, as it was sent.
        status: of the answer.
        query_text: the query or update that it brought.
        rows: solutions in the answer.
        sent: bytes of the answer's body.
        is_broken: whether the connection was broken off within the answer.
    """

    client: str
    method: str = ""
    path: bytes = b""
    status: int = 0
    query_text: str = ""
    rows: int | None = None
    sent: int = 0
    is_broken: bool = False


class AccessLog:
    """One line of JSON for each request: no secret is in it, and of a query only a digest.

    Args:
        path: of the file, or `-` for standard error.

    Raises:
        OutputError: it cannot be written.
    """

    def __init__(self, path: str) -> None:
        """Open it."""
        self._lines: list[str] = []
        self._size = 0
        try:
            self._writer = _Writer(path)
        except OSError as error:
            message = f"the access log cannot be written: {error.strerror}."
            raise OutputError(message, place=Place(path)) from None

    def begin(self, loop: asyncio.AbstractEventLoop) -> None:
        """Begin to write what is collected, twice a second."""
        self._writer.start()
        loop.call_later(_FLUSH_SECONDS, self._flush, loop)

    def log(self, served: Served | Exchange, seconds: float) -> None:
        """Take note of a request that is over."""
        if self._size > _MOST_BYTES:
            self._writer.lost += 1
            return
        text = served.query_text.encode("utf-8", "surrogatepass")
        entry = {
            "time": datetime.now(UTC).isoformat(timespec="milliseconds"),
            "client": served.client,
            "method": served.method,
            "path": served.path.decode("ascii", "replace"),
            "status": served.status,
            "query": hashlib.sha256(text).hexdigest()[:16] if text else None,
            "rows": served.rows,
            "bytes": served.sent,
            "seconds": round(seconds, 6),
            "outcome": _outcome(served),
        }
        line = json.dumps({name: value for name, value in entry.items() if value is not None})
        self._size += len(line)
        self._lines.append(line)

    def _flush(self, loop: asyncio.AbstractEventLoop) -> None:
        loop.call_later(_FLUSH_SECONDS, self._flush, loop)
        if self._writer.is_idle:
            self._pass_on()

    def _pass_on(self) -> None:
        if self._lines:
            self._writer.take(self._lines)
            self._lines, self._size = [], 0

    def close(self) -> None:
        """Write what is collected, as far as that can be done soon."""
        self._pass_on()
        self._writer.end()


class _Writer(Thread):
    """Writes lines on a thread, so that a disk that is full or a pipe that nobody reads holds nothing up.

    Attributes:
        is_idle: whether it has written what it took.
        lost: lines that were not even given to it.
    """

    def __init__(self, path: str) -> None:
        super().__init__(name="access log", daemon=True)  # a pipe may hold it for ever
        self._is_standard_error = path == _STANDARD_ERROR
        self._file: TextIO | FileIO = sys.stderr
        if not self._is_standard_error:
            self._file = Path(path).open("ab", buffering=0)  # noqa: SIM115 - open as long as the service
        self._taken: SimpleQueue[list[str] | None] = SimpleQueue()
        self._is_ending = Event()
        self._is_failing = False
        self._told = 0
        self.is_idle = True
        self.lost = 0

    def take(self, lines: list[str]) -> None:
        self.is_idle = False
        self._taken.put(lines)

    def end(self) -> None:
        self._taken.put(None)
        self._is_ending.set()
        self.join(_CLOSING_SECONDS)

    def run(self) -> None:
        given_up = 0
        for lines in iter(self._taken.get, None):
            given_up += self._write("\n".join([*lines, ""]).encode())
            self.is_idle = True
        if lost := self._newly_lost() + given_up:
            _say(f"the access log lacks {lost} lines.")

    def _write(self, data: bytes) -> int:
        """Write lines, again until it works or the service ends, and return how many are not written."""
        rest = memoryview(data)
        while rest:
            try:
                # Not through sys.stderr, whose lock a thread that is stuck would hold when the process ends.
                rest = rest[os.write(self._file.fileno(), rest) :]
            except OSError as error:
                self._tell_failure(error)
                if self._is_ending.wait(_FLUSH_SECONDS):
                    return bytes(rest).count(b"\n")
        self._tell_success()
        return 0

    def _tell_failure(self, error: OSError) -> None:
        if not (self._is_failing or self._is_standard_error):
            _say(f"the access log cannot be written: {error.strerror}. It is tried again and again.")
        self._is_failing = True

    def _tell_success(self) -> None:
        lost = self._newly_lost()
        if self._is_failing or lost:
            _say(f"the access log is written again; it lacks {lost} lines.")
        self._is_failing = False

    def _newly_lost(self) -> int:
        before, self._told = self._told, self.lost
        return self._told - before


def _say(text: str) -> None:
    with suppress(OSError, AttributeError):  # who starts a service can have closed it
        os.write(sys.stderr.fileno(), f"hkkg: {text}\n".encode())


def _outcome(served: Served | Exchange) -> str:
    if served.is_broken:
        return "broken off"
    if served.status == 499:  # noqa: PLR2004 - as the exchange says it
        return "client gone"
    return "answered" if served.status < 400 else "refused" if served.status < 500 else "failed"  # noqa: PLR2004 - the classes of statuses
