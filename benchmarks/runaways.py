"""Queries that never end: answered with an error in time, and no burden for the queries beside them."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Event
from typing import TYPE_CHECKING, Final

import exchange
import figures
import load
import workload
from figures import Figure
from peers import Service, hkkg
from processes import NotMeasuredError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from exchange import Response

DEADLINE: Final = 1.0
_GRACE: Final = 0.05
_AT_ONCE: Final = 8
_BESIDE: Final = 2
_MOST_TIMES_ALONE: Final = 2
# No time, no memory, no room in the queue, a result too large.
_ERRORS: Final = frozenset({413, 503, 504, 507})
DISGUISED: Final = "disguised as a lookup"


def measure(folder: Path, file: Path, times: int, seconds: int) -> Iterator[Figure]:
    """Send every kind of runaway so many times, one by one and eight at once; then beside cheap queries."""
    options = ("--default-graph", "union", "--no-inference", "--timeout", f"{DEADLINE:g}")
    with hkkg(folder, *options, file) as service:
        for kind, query in workload.RUNAWAYS.items():
            yield _in_time(f"{kind}, one by one", _sent(service, query, times, 1))
            yield _in_time(f"{kind}, eight at once", _sent(service, query, times, _AT_ONCE))
        yield from _neighbours(service, folder, seconds)


def _sent(service: Service, query: str, times: int, at_once: int) -> list[Response]:
    responses: list[Response] = []
    with ThreadPoolExecutor(at_once) as pool:
        while len(responses) < times:
            together = min(at_once, times - len(responses))
            different = (f"{query} # {number}" for number in range(together))
            responses += pool.map(lambda one: exchange.ask(service, one), different)
    return responses


def _in_time(name: str, responses: list[Response]) -> Figure:
    good = sum(r.status in _ERRORS and r.seconds <= DEADLINE + _GRACE for r in responses)
    statuses = ", ".join(
        f"{n} x {status}" for status, n in sorted(Counter(r.status for r in responses).items())
    )
    late = 1000 * (max(r.seconds for r in responses) - DEADLINE)
    measured = f"{good} of {len(responses)} ({statuses}; the slowest {late:+.0f} ms from the deadline)"
    return Figure(
        f"runaway: {name}", measured, f"all by the deadline + {1000 * _GRACE:.0f} ms", good == len(responses)
    )


def _neighbours(service: Service, folder: Path, seconds: int) -> Iterator[Figure]:
    def p99() -> float:
        one = load.put(service, workload.CHEAP, folder, seconds=seconds, headers=load.NOT_CACHED)
        if one.failed:
            raise NotMeasuredError(f"{one.failed} cheap queries failed")
        return one.p99

    p99()
    plain = [query for kind, query in workload.RUNAWAYS.items() if kind != DISGUISED]
    for name, queries in (
        ("runaways", plain),
        ("runaways disguised as lookups", [workload.RUNAWAYS[DISGUISED]]),
    ):
        alone = p99()
        with _sending(service, queries):
            beside = p99()
        title = f"p99 of cheap queries beside {_BESIDE} {name} at a time / alone"
        times = f"({beside:.1f} ms / {alone:.1f} ms)"
        yield figures.at_most(f"{title} {times}", beside / alone, _MOST_TIMES_ALONE)


@contextmanager
def _sending(service: Service, queries: list[str]) -> Iterator[None]:
    over = Event()

    def send(start: int) -> None:
        turn = start
        while not over.is_set():  # a number makes each another query, which no other can be answered with
            exchange.ask(service, f"{queries[turn % len(queries)]} # {_BESIDE * turn + start}")
            turn += 1

    with ThreadPoolExecutor(_BESIDE) as pool:
        for start in range(_BESIDE):
            pool.submit(send, start)
        try:
            yield
        finally:
            over.set()
