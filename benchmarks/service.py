"""Measure the SPARQL service beside its peers, and print every figure beside its target.

Run it with `make bench`, or `python benchmarks/service.py`; `--full` takes the time that the targets speak
of. Everything runs here, on free ports of the loopback. A figure that cannot be measured says why.
"""

from __future__ import annotations

import argparse
import tempfile
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import figures
import graph_generator
import in_process
import memory
import page
import runaways
import throughput
import wrapping
import writes
from processes import NotMeasuredError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from figures import Figure

SMALL, LARGE = 100_000, 1_000_000


@dataclass(frozen=True, slots=True)
class Plan:
    """How much is measured.

    Attributes:
        folder: where the run keeps its files.
        rounds: how often each load is put on each service.
        seconds: for how long each time.
        runaways: how many queries of each kind that never ends.
        minutes: how long the large graph is queried before its memory counts.
        rows: how many rows pass through the wrapped endpoint.
    """

    folder: Path
    rounds: int = 3
    seconds: int = 3
    runaways: int = 8
    minutes: float = 1
    rows: int = 10_000_000

    def place(self) -> Path:
        """Make a folder for one service."""
        return Path(tempfile.mkdtemp(dir=self.folder))

    def graph(self, triples: int) -> Path:
        """Return the file of a graph of so many triples, written when it is first asked for."""
        path = self.folder / f"graph-{triples}.ttl"
        if not path.exists():
            graph_generator.write(path, triples)
        return path


FULL: Final = {"rounds": 5, "seconds": 5, "runaways": 100, "minutes": 10}


@cache
def _in_process(file: Path) -> dict[str, Any]:
    return in_process.run(file)


def _throughput(plan: Plan) -> str:
    file = plan.graph(SMALL)
    try:
        rounds = throughput.Rounds(plan.place(), plan.rounds, plan.seconds)
        results = throughput.measure(file, rounds, _in_process(file)["bytes_of_mix"])
    except NotMeasuredError as error:
        return f"Throughput: not measured: {error}\n"
    memory_rows = [(name, f"{mebibytes:,.0f}") for name, mebibytes in results.memory.items()]
    tables = [
        figures.table(figures.HEADING, (figure.cells() for figure in throughput.compared(results))),
        figures.table(throughput.HEADING, results.rows()),
        figures.table(("service, after these loads", "memory, MiB"), memory_rows),
        *(f"Not measured: {reason}.\n" for reason in results.absent),
    ]
    return "\n".join(tables)


def _figures(name: str, target: str, measure: Callable[[], Iterator[Figure]]) -> str:
    found = figures.measured(name, target, measure)
    return figures.table(figures.HEADING, (figure.cells() for figure in found))


def _runaways(plan: Plan) -> str:
    def measure() -> Iterator[Figure]:
        return runaways.measure(plan.place(), plan.graph(SMALL), plan.runaways, plan.seconds)

    return _figures("runaways", "an error for all in time", measure)


def _inserts(plan: Plan) -> str:
    return _figures(
        "gated insert of a scholar", "at most 250 ms", lambda: writes.gated(plan.place(), plan.graph(SMALL))
    )


def _ratio_to_rdflib(plan: Plan) -> str:
    file = plan.graph(SMALL)
    plain = _in_process(file)["times"]
    return _figures("in process", "at least 80", lambda: in_process.compared(file, plain))


def _memory(plan: Plan) -> str:
    return _figures(
        "1M triples",
        "serving within 8 s, in 2.2 times the graph",
        lambda: memory.measure(plan.place(), plan.graph(LARGE), plan.minutes),
    )


def _wrapping(plan: Plan) -> str:
    return _figures(
        f"{plan.rows:,} rows through --endpoint",
        "at most 150 MB",
        lambda: wrapping.measure(plan.place(), plan.rows),
    )


SECTIONS: Final[dict[str, tuple[str, Callable[[Plan], str]]]] = {
    "throughput": ("Requests side by side", _throughput),
    "in-process": ("In the process", _ratio_to_rdflib),
    "runaways": ("Queries that never end", _runaways),
    "inserts": ("Writes behind the gate", _inserts),
    "memory": ("A large graph", _memory),
    "wrapping": ("A wrapped endpoint", _wrapping),
}


def arguments() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=str(__doc__).partition("\n")[0])
    parser.add_argument(
        "sections", nargs="*", help=f"what to measure, of {', '.join(SECTIONS)}; without any, all"
    )
    parser.add_argument("--full", action="store_true", help="take the time that the targets speak of")
    parser.add_argument("--minutes", type=float, help="how long the large graph is queried")
    parser.add_argument("--runaways", type=int, help="how many queries of each kind that never ends")
    parser.add_argument("--rows", type=int, help="how many rows pass through the wrapped endpoint")
    parser.add_argument("--page", type=Path, help="also write the tables to this page")
    chosen = parser.parse_args()
    if unknown := set(chosen.sections) - set(SECTIONS):
        parser.error(f"there is no section {', '.join(sorted(unknown))}; there are {', '.join(SECTIONS)}")
    return chosen


def main() -> None:
    """Take the measurements, print their tables, and write the page if asked."""
    chosen = arguments()
    said = {name: getattr(chosen, name) for name in ("minutes", "runaways", "rows")}
    wanted = (FULL if chosen.full else {}) | {
        name: value for name, value in said.items() if value is not None
    }
    text = ""
    with tempfile.TemporaryDirectory(prefix="hkkg-benchmark-") as folder:
        plan = replace(Plan(Path(folder)), **wanted)
        for section in chosen.sections or SECTIONS:
            title, measure = SECTIONS[section]
            part = f"## {title}\n\n{measure(plan)}\n"
            print(part, flush=True)
            text += part
    if chosen.page:
        chosen.page.write_text(page.compose(text.rstrip() + "\n", plan.rounds), encoding="utf-8")


if __name__ == "__main__":
    main()
