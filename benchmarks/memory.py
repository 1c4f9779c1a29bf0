"""A large graph: how long until it is served, and how much memory four workers take while they are in use.

Run as a script with a file, it is the process to compare with: it loads the graph as hkkg does, and prints
the memory that it then has, in MiB.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from typing import TYPE_CHECKING, Final

import figures
import load
import workload
from peers import hkkg
from processes import pss, watching

from hkkg.graph import open_graph

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from figures import Figure

_WORKERS: Final = 4
_MOST_SECONDS: Final = 8
_MOST_TIMES_THE_GRAPH: Final = 2.2
_SECONDS_OF_MINUTE: Final = 60


def measure(folder: Path, file: Path, minutes: float) -> Iterator[Figure]:
    """Start hkkg over the graph, and keep it busy with the mix."""
    loaded = float(subprocess.run((sys.executable, __file__, file), capture_output=True, check=True).stdout)
    queries = workload.draws(workload.mix())
    options = ("--default-graph", "union", "--no-inference", "--workers", str(_WORKERS))
    start = time.perf_counter()
    with hkkg(folder, *options, file) as service:
        yield figures.at_most("1M triples: serving after", time.perf_counter() - start, _MOST_SECONDS, " s")
        with watching(service.pid) as samples:
            one = load.put(
                service, queries, folder, seconds=round(_SECONDS_OF_MINUTE * minutes), headers=load.NOT_CACHED
            )
    use = f"{minutes:g} min of the mix at {one.rate:,.0f} requests/s, {one.failed} failed"
    memories = f"{max(samples):,.0f} MiB / {loaded:,.0f} MiB"
    name = f"1M triples, {_WORKERS} workers, {use}: most memory of all processes / loaded graph ({memories})"
    yield figures.at_most(name, max(samples) / loaded, _MOST_TIMES_THE_GRAPH)


def hold(file: str) -> None:
    """Load a graph, and print the memory of this process."""
    store = open_graph([file], inference=False)
    print(f"{pss(os.getpid()):.1f}")
    del store  # not before its memory is counted


if __name__ == "__main__":
    hold(sys.argv[1])
