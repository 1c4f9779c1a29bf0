"""The client of Python on the packaged graph: how long a question takes once the graph is there.

It prints the time of `import hkkg`, of the first `hkkg.connect()`, and of questions, in milliseconds.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import time
from typing import TYPE_CHECKING, Final

import hkkg

if TYPE_CHECKING:
    from collections.abc import Callable

_TIMES: Final = 200
_IMPORTS: Final = 7
_QUESTIONS: Final = (
    ("laboratories-of-a-university", {"university": "港大"}),
    ("laboratories-by-university", {}),
    ("where-a-payload-is", {}),
)
_IMPORT: Final = "import time; t = time.perf_counter(); import hkkg; print(time.perf_counter() - t)"


def _milliseconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return (time.perf_counter() - start) * 1_000


def _import_seconds() -> float:
    finished = subprocess.run((sys.executable, "-c", _IMPORT), capture_output=True, check=True)
    return float(finished.stdout)


def main() -> None:
    """Measure."""
    argparse.ArgumentParser(description=str(__doc__).partition("\n")[0]).parse_args()
    imported = statistics.median(_import_seconds() for _ in range(_IMPORTS)) * 1_000
    print(f"import hkkg: {imported:.1f} ms (target 150)")
    print(f"hkkg.connect() and a first query: {_milliseconds(lambda: hkkg.connect().query('ASK {}')):.0f} ms")
    with hkkg.connect() as client:
        for name, values in _QUESTIONS:
            client.question(name, **values)
            times = [_milliseconds(lambda: client.question(name, **values).rows) for _ in range(_TIMES)]  # noqa: B023 - called at once
            print(f"{name}: median {statistics.median(times):.2f} ms, longest {max(times):.1f} (target 5)")


if __name__ == "__main__":
    main()
