"""Score the search on the stored set of what users type, and time it.

python benchmarks/search.py [--misses]
"""

from __future__ import annotations

import csv
import statistics
import sys
import time
from collections import defaultdict
from pathlib import Path

from hkkg import vocab
from hkkg.graph import open_graph
from hkkg.search import LabelIndex

CASES = Path(__file__).resolve().parents[1] / "tests" / "search" / "cases.tsv"


def cases() -> list[dict[str, str]]:
    """Read the stored set."""
    with CASES.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines, delimiter="\t"))


def main() -> None:
    """Print the share of each kind that has the right entity first, and the median time."""
    began = time.perf_counter()
    index = LabelIndex(open_graph())
    print(f"graph and index ready after {time.perf_counter() - began:.2f} s")
    right: defaultdict[str, list[bool]] = defaultdict(list)
    seconds = []
    for case in cases():
        began = time.perf_counter()
        hits = index.search(case["text"])
        seconds.append(time.perf_counter() - began)
        found = [vocab.curie(hit.iri) for hit in hits]
        right[case["kind"]].append(found[:1] == [case["expected"]])
        if "--misses" in sys.argv and found[:1] != [case["expected"]]:
            print("miss:", case["kind"], case["text"], case["expected"], found[:3])
    for kind, results in right.items():
        print(f"{kind:14} {sum(results):3} of {len(results):3}")
    total = [is_right for results in right.values() for is_right in results]
    print(f"{'all':14} {sum(total):3} of {len(total):3}, {sum(total) / len(total):.1%} first")
    print(f"median {statistics.median(seconds) * 1000:.2f} ms, slowest {max(seconds) * 1000:.2f} ms")


if __name__ == "__main__":
    main()
