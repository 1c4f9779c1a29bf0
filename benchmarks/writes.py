"""Updates: one scholar more, by a token, on a writable service."""

from __future__ import annotations

import statistics
from contextlib import contextmanager
from threading import Event, Thread
from typing import TYPE_CHECKING, Final

import exchange
import figures
from graph_generator import add_scholar
from peers import TOKEN, Service, hkkg
from processes import NotMeasuredError
from turtle_blocks import PREFIXES

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from figures import Figure

GRAPH: Final = "https://w3id.org/hkkg/graph/data/benchmark/written"
_WARM_UP, _INSERTS = 2, 21
_MOST_MILLISECONDS: Final = 250
_LEAST_ERROR: Final = 400


def insertion(number: int) -> str:
    """Write the update that inserts a scholar whom no generated graph holds, with passage and records."""
    blocks = "".join(str(block) for block in add_scholar(number))
    return f"{PREFIXES}INSERT DATA {{ GRAPH <{GRAPH}> {{ {blocks} }} }}"


def insert(service: Service, number: int) -> float:
    """Insert a scholar, and return the seconds until it was acknowledged.

    Raises:
        NotMeasuredError: it was refused.
    """
    headers = {"Content-Type": "application/sparql-update", "Authorization": f"Bearer {TOKEN}"}
    body = insertion(number).encode()
    response = exchange.request(f"{service.root}/update", "POST", body, headers)
    if not 0 < response.status < _LEAST_ERROR:
        raise NotMeasuredError(f"an insert was answered {response.status}: {response.body[:300]!r}")
    return response.seconds


@contextmanager
def every_second(service: Service) -> Iterator[None]:
    """Insert a scholar every second until the end, so that there is a new generation as often.

    Raises:
        NotMeasuredError: an insert was refused.
    """
    over, refused = Event(), list[NotMeasuredError]()
    insert(service, 0)

    def write() -> None:
        number = 0
        while not over.wait(1):
            number += 1
            try:
                insert(service, number)
            except NotMeasuredError as error:
                refused.append(error)

    thread = Thread(target=write)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()
    if refused:
        raise refused[0]


def gated(folder: Path, file: Path) -> Iterator[Figure]:
    """Insert scholars one after the other into a graph that is validated and reasoned over."""
    with hkkg(folder, "--default-graph", "union", "--writable", file) as service:
        times = [insert(service, number) for number in range(_WARM_UP + _INSERTS)][_WARM_UP:]
    times = [1000 * seconds for seconds in times]
    name = f"gated insert of a scholar, median of {_INSERTS}"
    yield figures.at_most(name, statistics.median(times), _MOST_MILLISECONDS, " ms")
