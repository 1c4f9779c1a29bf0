"""Score the search on the stored set of what users type, and time it: in a process, and over HTTP."""

from __future__ import annotations

import argparse
import csv
import json
import statistics
import sys
import tempfile
import time
import urllib.request
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import peers

from hkkg import vocab
from hkkg.graph import open_graph
from hkkg.search import LabelIndex

if TYPE_CHECKING:
    from collections.abc import Callable

CASES = Path(__file__).resolve().parents[1] / "tests" / "search" / "cases.tsv"


def cases() -> list[dict[str, str]]:
    """Read the stored set."""
    with CASES.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines, delimiter="\t"))


def timed(find: Callable[[str], list[str]]) -> tuple[list[list[str]], list[float]]:
    """Search for every case; return the CURIEs found for each, and the seconds that each took."""
    found, seconds = [], []
    for case in cases():
        began = time.perf_counter()
        found.append(find(case["text"]))
        seconds.append(time.perf_counter() - began)
    return found, seconds


def score(found: list[list[str]], *, with_misses: bool) -> None:
    """Print the share of each kind that has the right entity first, and the others if asked."""
    right: defaultdict[str, list[bool]] = defaultdict(list)
    for case, curies in zip(cases(), found, strict=True):
        right[case["kind"]].append(curies[:1] == [case["expected"]])
        if with_misses and curies[:1] != [case["expected"]]:
            print("miss:", case["kind"], case["text"], case["expected"], curies[:3])
    for kind, results in right.items():
        print(f"{kind:14} {sum(results):3} of {len(results):3}")
    total = [is_right for results in right.values() for is_right in results]
    print(f"{'all':14} {sum(total):3} of {len(total):3}, {sum(total) / len(total):.1%} first")


def over_http(base: str) -> Callable[[str], list[str]]:
    """Return what searches by the service."""

    def find(text: str) -> list[str]:
        url = f"{base}api/search?{urlencode({'q': text})}"
        with urllib.request.urlopen(url) as response:  # noqa: S310 - a server of the benchmark's own
            return [result["curie"] for result in json.load(response)["results"]]

    return find


def say(where: str, seconds: list[float]) -> None:
    """Print how long searches took."""
    print(f"{where:14} median {statistics.median(seconds) * 1e3:.2f} ms, slowest {max(seconds) * 1e3:.2f} ms")


def main() -> None:
    """Score and time."""
    parser = argparse.ArgumentParser(description=str(__doc__).partition("\n")[0])
    parser.add_argument("--misses", action="store_true", help="print the searches that find something else")
    asked = parser.parse_args()
    index = LabelIndex(open_graph())
    found, seconds = timed(lambda text: [vocab.curie(hit.iri) for hit in index.search(text)])
    score(found, with_misses=asked.misses)
    say("in a process", seconds)
    with tempfile.TemporaryDirectory() as folder, peers.hkkg(Path(folder)) as service:
        find = over_http(service.query.removesuffix("sparql"))
        timed(find)
        again, seconds = timed(find)
        say("over HTTP", seconds)
    if again != found:
        sys.exit("the service finds something else")


if __name__ == "__main__":
    main()
