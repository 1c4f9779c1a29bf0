"""Measure hkkg's commands as whole processes, beside a peer that does the same work in the same run.

Run it with `make bench`, or `python benchmarks/commands.py [RUNS]`. Each command runs once to warm the file
cache and then RUNS times (default 7), hkkg and its peer in turn; the table gives medians in seconds, the
target that the project has set, and the ratio of the peer's median to hkkg's.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import time
import urllib.parse
import urllib.request
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
BIN = Path(sys.executable).parent
HKKG = str(BIN / "hkkg")
QUERY = ROOT / "queries" / "laboratories-by-university.rq"
TURTLE = [str(p) for p in sorted([*ROOT.glob("data/*/*.ttl"), *ROOT.glob("ontology/*.ttl")])]
SHAPES = [str(p) for p in sorted(ROOT.glob("ontology/shapes/*.ttl"))]

PYSHACL = f"""
import rdflib, pyshacl
data, shapes = rdflib.Graph(), rdflib.Graph()
for path in {TURTLE!r}: data.parse(path)
for path in {SHAPES!r}: shapes.parse(path)
conforms, _, text = pyshacl.validate(data, shacl_graph=shapes)
print(conforms)
"""
RDFLIB = f"""
import rdflib
data = rdflib.Graph()
for path in {TURTLE!r}: data.parse(path)
print(len(data.query(open({str(QUERY)!r}).read())))
"""


@dataclass(frozen=True)
class Case:
    """A command, its target in seconds, and a peer's command for the same work."""

    name: str
    command: tuple[str, ...]
    target: float
    peer: tuple[str, ...] | None = None
    peer_name: str = ""


CASES = (
    Case("hkkg --help", (HKKG, "--help"), 0.2),
    Case(
        "hkkg validate", (HKKG, "validate"), 1.5, (sys.executable, "-c", PYSHACL), "pySHACL, the same shapes"
    ),
    Case(
        "hkkg query laboratories-by-university",
        (HKKG, "query", "laboratories-by-university", "--format", "csv"),
        0.7,
        (sys.executable, "-c", RDFLIB),
        "rdflib, stated triples only",
    ),
)


def seconds(command: tuple[str, ...]) -> float:
    """Run a command to its end and return the wall-clock time."""
    start = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return time.perf_counter() - start


def first_answer() -> float:
    """Start the server and return the time until it has answered a query."""
    start = time.perf_counter()
    server = subprocess.Popen(
        (HKKG, "serve", "--port", "0"), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    try:
        assert server.stdout is not None  # noqa: S101 - a pipe was asked for
        address = next(word for line in server.stdout for word in line.split() if word.startswith("http://"))
        query = urllib.parse.urlencode({"query": "ASK { ?s ?p ?o }"})
        url = f"{address.rstrip('/')}/sparql?{query}"
        while True:
            try:
                urllib.request.urlopen(url, timeout=5).read()  # noqa: S310 - the server just started
                return time.perf_counter() - start
            except OSError:
                time.sleep(0.01)
    finally:
        server.terminate()
        server.wait(timeout=30)


def row(name: str, ours: list[float], target: float, theirs: list[float], peer: str) -> str:
    """Write one line of the table."""
    median = statistics.median(ours)
    line = f"| {name} | {median:.2f} | {target} | "
    if theirs:
        return line + f"{peer}: {statistics.median(theirs):.2f} | {statistics.median(theirs) / median:.1f} |"
    return line + "- | - |"


def measure(case: Case, runs: int) -> str:
    """Run a case and its peer in turn."""
    ours, theirs = [], []
    for number in range(runs + 1):
        timed = seconds(case.command)
        peer = seconds(case.peer) if case.peer else None
        if number:
            ours.append(timed)
            theirs += [peer] if peer is not None else []
    return row(case.name, ours, case.target, theirs, case.peer_name)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=str(__doc__).partition("\n")[0])
    parser.add_argument("runs", nargs="?", type=int, default=7, help="of each command")
    runs = parser.parse_args().runs
    print("| command | median, s | target, s | peer: median, s | peer / hkkg |")
    print("|---|---|---|---|---|")
    for case in CASES:
        print(measure(case, runs), flush=True)
    print(row("hkkg serve, first query", [first_answer() for _ in range(runs)], 1.5, [], ""))


if __name__ == "__main__":
    main()
