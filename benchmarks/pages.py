"""Measure the pages about things: how long each takes to arrive, and its bytes over the wire.

Run it with `python benchmarks/pages.py [PAGES] [RUNS]`: a service of the packaged graph, PAGES pages (default
50) spread evenly over all entities, each fetched RUNS times (default 5) in each language over one connection,
compressed as browsers ask. The first round finds every page for the first time. The figures count what the
client waits, from the request to the last byte; the targets are 15 ms at the median and 60 kB for a page.
"""

from __future__ import annotations

import argparse
import http.client
import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote, urlsplit

from hkkg.graph import open_graph

HKKG = str(Path(sys.executable).parent / "hkkg")
LANGUAGES = ("en", "zh-Hant", "zh-Hans")
HEADERS = {"Accept": "text/html", "Accept-Encoding": "gzip, br"}
ENTITIES = """
PREFIX hkkg: <https://w3id.org/hkkg/ontology#>
SELECT DISTINCT ?thing { ?thing a hkkg:Entity FILTER(STRSTARTS(STR(?thing), "https://w3id.org/hkkg/id/")) }
ORDER BY ?thing
"""
TARGETS = "targets: 15 ms at the median, 60 kB"


class Fetched(NamedTuple):
    """A page that arrived: its address, the seconds it took, and its bytes over the wire."""

    address: str
    seconds: float
    size: int


def addresses(count: int) -> list[str]:
    """Choose pages spread evenly over all entities."""
    names = [str(row[0].value).rsplit("/", 1)[-1] for row in open_graph().query(ENTITIES).table().rows]
    step = max(1, len(names) / count)
    return [f"/doc/{quote(names[int(n * step)])}" for n in range(min(count, len(names)))]


def fetch(connection: http.client.HTTPConnection, address: str) -> Fetched:
    """Fetch a page.

    Raises:
        SystemExit: it did not arrive.
    """
    start = time.perf_counter()
    connection.request("GET", address, headers=HEADERS)
    response = connection.getresponse()
    body = response.read()
    seconds = time.perf_counter() - start
    if response.status != http.HTTPStatus.OK:
        sys.exit(f"{address}: {response.status}")
    return Fetched(address, seconds, len(body))


def report(name: str, fetched: list[Fetched]) -> None:
    """Print the figures of one round."""
    milliseconds = sorted(1_000 * one.seconds for one in fetched)
    sizes = sorted(one.size for one in fetched)
    slowest = max(fetched, key=lambda one: one.seconds)
    print(
        f"{name:<12} median {statistics.median(milliseconds):6.1f} ms"
        f"   p95 {milliseconds[int(len(milliseconds) * 0.95)]:6.1f} ms   most {milliseconds[-1]:6.1f} ms"
        f"   median {statistics.median(sizes) / 1_000:5.1f} kB   most {sizes[-1] / 1_000:5.1f} kB"
        f"   slowest {slowest.address}"
    )


def main(pages: int, runs: int) -> None:
    """Measure, and print a line for the first round and one for all later ones."""
    chosen = addresses(pages)
    served = subprocess.Popen([HKKG, "serve", "--port", "0"], stdout=subprocess.PIPE, text=True)
    try:
        assert served.stdout is not None  # noqa: S101 - it is a pipe
        url = next(word for word in served.stdout.readline().split() if word.startswith("http://"))
        connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=30)
        rounds = [
            [fetch(connection, f"{address}?lang={language}") for language in LANGUAGES for address in chosen]
            for _ in range(runs + 1)
        ]
    finally:
        served.terminate()
        served.wait()
    print(f"{len(chosen)} pages in {len(LANGUAGES)} languages, {runs} runs; {TARGETS}")
    report("first round", rounds[0])
    report("later rounds", [one for later in rounds[1:] for one in later])


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=str(__doc__).partition("\n")[0])
    parser.add_argument(
        "pages", nargs="?", type=int, default=50, help="how many entities have theirs fetched"
    )
    parser.add_argument("runs", nargs="?", type=int, default=5, help="after the first")
    main(**vars(parser.parse_args()))
