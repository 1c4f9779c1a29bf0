"""Score the search on the stored set of what users type, and time it: in a process, and over HTTP."""

from __future__ import annotations

import argparse
import csv
import json
import os
import statistics
import sys
import tempfile
import time
import urllib.request
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeVar
from urllib.parse import urlencode

import graph_generator
import peers
import processes

from hkkg import vocab
from hkkg.graph import open_graph
from hkkg.search import LabelIndex
from hkkg.search.labels import labels_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

Found = TypeVar("Found")
CASES = Path(__file__).resolve().parents[1] / "tests" / "search" / "cases.tsv"
_SOME: Final = 60


def cases() -> list[dict[str, str]]:
    """Read the stored set."""
    with CASES.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines, delimiter="\t"))


def timed(find: Callable[[str], Found], texts: Iterable[str]) -> tuple[list[Found], list[float]]:
    """Search for each text; return what was found for each, and the seconds that each took."""
    found, seconds = [], []
    for text in texts:
        began = time.perf_counter()
        found.append(find(text))
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


def large(triples: int) -> None:
    """Print what an index of a synthetic graph takes, and searches in it for names and their first words."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "graph.ttl"
        graph_generator.write(file, triples)
        store = open_graph([str(file)])
    before, began = processes.pss(os.getpid()), time.process_time()
    index = LabelIndex(store)
    taken, memory = time.process_time() - began, processes.pss(os.getpid()) - before
    names = sorted(label.text for label in labels_of(store))
    print(f"{triples:,} triples, {len(names):,} labels: {taken:.1f} s of a processor, {memory:.0f} MiB")
    some = names[:: len(names) // _SOME]
    say("in a process", timed(index.search, [*some, *(name.partition(" ")[0] for name in some)])[1])


def main() -> None:
    """Score and time."""
    parser = argparse.ArgumentParser(description=str(__doc__).partition("\n")[0])
    parser.add_argument("--large", type=int, metavar="TRIPLES", help="index a synthetic graph instead")
    parser.add_argument("--misses", action="store_true", help="print the searches that find something else")
    asked = parser.parse_args()
    if asked.large:
        large(asked.large)
        return
    index = LabelIndex(open_graph())
    texts = [case["text"] for case in cases()]
    found, seconds = timed(lambda text: [vocab.curie(hit.iri) for hit in index.search(text)], texts)
    score(found, with_misses=asked.misses)
    say("in a process", seconds)
    with tempfile.TemporaryDirectory() as folder, peers.hkkg(Path(folder)) as service:
        find = over_http(service.query.removesuffix("sparql"))
        timed(find, texts)
        again, seconds = timed(find, texts)
        say("over HTTP", seconds)
    if again != found:
        sys.exit("the service finds something else")


if __name__ == "__main__":
    main()
