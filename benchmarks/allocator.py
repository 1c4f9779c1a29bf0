"""What each setting of glibc's allocator gains, of those that `hkkg serve` starts itself again with.

Each row adds one setting to those of the row before. Every time is a process's own, and the rows take turns,
since machines are noisy. Run as a script with a file, it takes the times of one process.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Final

import figures
import graph_generator
import workload

from hkkg import formats, isolation
from hkkg.graph import open_graph

_TRIPLES: Final = 1_000_000
_ROUNDS: Final = 5


def main() -> None:
    """Print a table: how long a million triples take into huge pages, and a cheap query over them.

    Ratios are medians over the rounds, each to the first row of its own round.
    """
    added = [f"{name}={value}" for name, value in isolation.TUNED.items()]
    settings = [added[:number] for number in range(len(added) + 1)]
    with tempfile.TemporaryDirectory(prefix="hkkg-benchmark-") as folder:
        file = Path(folder) / "graph.ttl"
        graph_generator.write(file, _TRIPLES)
        rounds = [[_times(file, setting) for setting in settings] for _ in range(_ROUNDS)]
    rows = []
    for number, setting in enumerate(settings):
        load, cheap = (statistics.median(times[number][kind] for times in rounds) for kind in (0, 1))
        of_load, of_cheap = (
            statistics.median(times[number][kind] / times[0][kind] for times in rounds) for kind in (0, 1)
        )
        name = f"+ {setting[-1]}" if setting else "as glibc is"
        rows.append((name, f"{load:.2f}", f"{of_load:.2f}", f"{cheap:.0f}", f"{of_cheap:.2f}"))
    heading = ("allocator", f"{_TRIPLES:,} triples in huge pages, s", "ratio", "cheap query, µs", "ratio")
    print(figures.table(heading, rows))


def _times(file: Path, setting: list[str]) -> tuple[float, float]:
    environment = {**os.environ, isolation.TUNABLES: ":".join(setting)}
    command = (sys.executable, __file__, file)
    finished = subprocess.run(command, capture_output=True, check=True, env=environment)
    load, cheap = json.loads(finished.stdout)
    return load, cheap


def measure(file: str) -> None:
    """Load the graph as the service does, query it, and print how long both took as JSON."""
    start, shared = time.perf_counter(), isolation.allocated()
    store = open_graph([file], inference=False)
    isolation.use_huge_pages(shared)
    loaded = time.perf_counter() - start
    times = []
    for query in workload.CHEAP:
        start = time.perf_counter()
        store.query(query).serialize(formats.JSON)
        times.append(time.perf_counter() - start)
    print(json.dumps([loaded, statistics.median(times) * 1_000_000]))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=str(__doc__).partition("\n")[0])
    parser.add_argument("file", nargs="?", help="take the times of one process over this graph")
    asked = parser.parse_args()
    if asked.file:
        measure(asked.file)
    else:
        main()
