"""Validate synthetic graphs with planted errors, by hkkg and by pySHACL's own command, side by side.

Run it with `make bench`, or `python benchmarks/validation.py [TRIPLES]...` (default 10000 100000 1000000).
Each command runs once as a whole process, reading the files and writing the report included. hkkg's findings
are compared with the errors that were planted; pySHACL has no part above 100,000 triples. The peak of memory
is the resident set's, as the kernel counts it.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

import planted

BIN = Path(sys.executable).parent
LARGEST_FOR_THE_PEER = 100_000
MEBIBYTE = 2**20
# macOS counts bytes here, and Linux kibibytes.
UNIT_OF_MEMORY = 1 if sys.platform == "darwin" else 1024


class Run(NamedTuple):
    """What a command took."""

    seconds: float
    mebibytes: float
    status: int


def run(command: list[str | Path], output: Path) -> Run:
    """Run a command to its end."""
    with output.open("wb") as file:
        start = time.perf_counter()
        process = subprocess.Popen(command, stdout=file)
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    return Run(seconds, usage.ru_maxrss * UNIT_OF_MEMORY / MEBIBYTE, process.returncode)


def reported(findings: list[dict[str, str | None]]) -> list[planted.Error]:
    """Read what hkkg found, from its JSON."""
    return [
        planted.Error(str(f["focus"]), planted.local_name(f["path"]), str(f["component"])) for f in findings
    ]


def row(folder: Path, triples: int) -> str:
    """Measure one size, and write its line of the table."""
    data, shapes, errors = planted.plant(folder, triples)
    report = folder / "report"
    ours = run([BIN / "hkkg", "validate", data, "--shapes", shapes, "--format", "json"], report)
    found = reported(json.loads(report.read_bytes())["findings"])
    right = len(errors & set(found))
    cells = [
        f"{triples:,}",
        f"{ours.seconds:.1f}",
        f"{ours.mebibytes:.0f}",
        f"{right} of {len(errors)}",
        str(len(found) - right),
    ]
    if triples > LARGEST_FOR_THE_PEER:
        return " | ".join(cells + ["-"] * 4)
    theirs = run([BIN / "pyshacl", "-s", shapes, data], report)
    cells += [f"{theirs.seconds:.1f}", f"{theirs.mebibytes:.0f}"]
    cells += [f"{theirs.seconds / ours.seconds:.1f}", f"{theirs.mebibytes / ours.mebibytes:.1f}"]
    return " | ".join(cells)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=str(__doc__).partition("\n")[0])
    parser.add_argument("triples", nargs="*", type=int, default=[10_000, 100_000, 1_000_000])
    sizes = parser.parse_args().triples
    print(
        "| triples | hkkg, s | hkkg, MiB | found | besides | pySHACL, s | pySHACL, MiB "
        "| time, pySHACL / hkkg | memory, pySHACL / hkkg |"
    )
    print("|---|---|---|---|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        for size in sizes:
            print(f"| {row(Path(folder), size)} |", flush=True)


if __name__ == "__main__":
    main()
