"""hkkg's store and rdflib in one process each, over the same file and queries: how many times faster.

Run as a script with a file, it takes the times of both, and prints them with the size of the mix's results
as JSON.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import time
from typing import TYPE_CHECKING, Any, Final

import figures
import rdflib
import workload

from hkkg import formats, isolation
from hkkg.graph import open_graph

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from figures import Figure

_TIMES: Final = 5
_SECONDS: Final = 0.2
_LEAST_TIMES_RDFLIB: Final = 80


def run(file: Path, tunables: str = "") -> dict[str, Any]:
    """Take the times, in a process of its own.

    Args:
        file: the graph.
        tunables: settings of its allocator.
    """
    environment = {**os.environ, isolation.TUNABLES: tunables}
    command = (sys.executable, __file__, file)
    finished = subprocess.run(command, capture_output=True, check=True, env=environment)
    read: dict[str, Any] = json.loads(finished.stdout)
    return read


def compared(file: Path, plain: dict[str, tuple[float, float]]) -> Iterator[Figure]:
    """Yield the geometric means of the ratios beside their target.

    Args:
        file: the graph.
        plain: the times that were taken in a process with glibc's allocator as it is.
    """
    tuned = run(file, isolation.tunables())["times"]
    for where, times in (
        ("in process", plain),
        ("in process, both with the allocator as `hkkg serve` has it", tuned),
    ):
        ratios = {kind: theirs / ours for kind, (ours, theirs) in times.items()}
        each = ", ".join(f"{kind} {ratio:.0f}" for kind, ratio in ratios.items())
        name = f"{where}: rdflib's time / hkkg's, geometric mean ({each})"
        yield figures.at_least(name, statistics.geometric_mean(ratios.values()), _LEAST_TIMES_RDFLIB)


def _median(evaluate: Callable[[], object]) -> float:
    """Return the median of several times, and of so many of a short one that the first few do not decide."""
    times: list[float] = []
    while len(times) < _TIMES or sum(times) < _SECONDS:
        start = time.perf_counter()
        evaluate()
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def main() -> None:
    """Load the file twice, and query both."""
    store, graph = open_graph([sys.argv[1]], inference=False), rdflib.Graph().parse(sys.argv[1])

    def ours(query: str) -> bytes:
        return store.query(query).serialize(formats.JSON)

    def theirs(query: str) -> bytes | None:
        return graph.query(query).serialize(format="json")

    times = {}
    for kind, query in workload.KINDS.items():
        times[kind] = (_median(lambda: ours(query)), _median(lambda: theirs(query)))  # noqa: B023 - called at once
    bytes_of_mix = sum(len(ours(query)) for query in workload.mix())
    print(json.dumps({"times": times, "bytes_of_mix": bytes_of_mix}))


if __name__ == "__main__":
    main()
