"""hkkg and its peers side by side under the same load, in turn: requests a second, latency, memory."""

from __future__ import annotations

import statistics
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import figures
import load
import workload
import writes
from exchange import require_same_rows
from peers import PEERS, Service, hkkg
from processes import NotMeasuredError, pss, settle

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from contextlib import AbstractContextManager
    from pathlib import Path

    from figures import Figure
    from load import Load

HKKG, OXIGRAPH, RDFLIB_ENDPOINT = "hkkg", "oxigraph serve", "rdflib-endpoint"
_WARM_UP: Final = 1
# So many queries of each load are compared by their number of rows first.
_COMPARED: Final = 20


@dataclass(frozen=True, slots=True)
class Case:
    """A load, and how many times faster than its peers hkkg has to answer it.

    Attributes:
        name: what tables call it.
        queries: what is sent, over and over in this order.
        targets: the least ratio to each peer.
        cached: whether hkkg may answer from its cache; then only the peers that have a target are loaded,
            as the others have no cache either.
    """

    name: str
    queries: Sequence[str]
    targets: dict[str, float]
    cached: bool = True

    def concerns(self, service: Service) -> bool:
        """Tell whether a service is loaded."""
        return not self.cached or service.name in {HKKG, *self.targets}

    def load(self, service: Service, folder: Path, seconds: int) -> Load:
        """Put the load on a service, and wait until it has finished with what is left of it."""
        headers = () if self.cached else load.NOT_CACHED
        one = load.put(service, self.queries, folder, seconds=seconds, headers=headers)
        settle(service.pid)
        return one


@dataclass(frozen=True, slots=True)
class Rounds:
    """How loads are repeated: how often, for how many seconds each, and the folder for what they need."""

    folder: Path
    number: int
    seconds: int


@dataclass(slots=True)
class Results:
    """The loads of every case on every service, round by round, and what else was seen."""

    loads: dict[tuple[str, str], list[Load]] = field(default_factory=dict)
    memory: dict[str, float] = field(default_factory=dict)
    absent: list[str] = field(default_factory=list)

    def add(self, case: str, service: str, one: Load) -> None:
        """Keep the load of one round."""
        self.loads.setdefault((case, service), []).append(one)

    def ratio(self, case: str, peer: str) -> float:
        """Return the median, over the rounds, of hkkg's rate to the peer's in the same round.

        Raises:
            NotMeasuredError: one of the two was not measured, or hkkg failed at some requests.
        """
        if any(one.failed for one in self.loads.get((case, HKKG), ())):
            raise NotMeasuredError("hkkg answered some requests with errors")
        pairs = zip(self.loads.get((case, HKKG), ()), self.loads.get((case, peer), ()), strict=False)
        ratios = [ours.rate / theirs.rate for ours, theirs in pairs if theirs.rate]
        if not ratios:
            raise NotMeasuredError("; ".join(self.absent) or f"{peer} answered nothing")
        return statistics.median(ratios)

    def rows(self) -> Iterator[tuple[str, ...]]:
        """Write a row for each case and service."""
        for (case, service), loads in self.loads.items():
            values = (
                statistics.median(getattr(one, part) for one in loads) for part in ("rate", "p50", "p99")
            )
            rate, p50, p99 = values
            failed = sum(one.failed for one in loads)
            yield (case, service, f"{rate:,.0f}", f"{p50:.1f}", f"{p99:.1f}", str(failed))


HEADING: Final = ("load", "service", "requests/s", "p50, ms", "p99, ms", "failed")
_MIX: Final = workload.draws(workload.mix())
CASES: Final = (
    Case("cheap, not cached", workload.CHEAP, {OXIGRAPH: 0.4, RDFLIB_ENDPOINT: 25}, cached=False),
    Case("1,000 rows, not cached", workload.THOUSAND_ROWS, {OXIGRAPH: 0.85}, cached=False),
    Case("cheap, cached", workload.CHEAP[:20], {OXIGRAPH: 1.2}),
    Case("1,000 rows, cached", workload.THOUSAND_ROWS[:20], {OXIGRAPH: 17}),
    Case("Zipf mix, cache holds it", _MIX, {OXIGRAPH: 6}),
)
SMALL_CACHE: Final = Case("Zipf mix, quarter cache, a write a second", _MIX, {OXIGRAPH: 2})


@contextmanager
def together(folder: Path, file: Path, results: Results) -> Iterator[list[Service]]:
    """Run hkkg and every peer that there is."""
    with ExitStack() as stack:
        services = []
        for number, start in enumerate(PEERS):
            place = folder / str(number)
            place.mkdir()
            try:
                services.append(stack.enter_context(start(place, file)))
            except NotMeasuredError as error:
                results.absent.append(str(error))
        yield services


def compare(services: Sequence[Service], case: Case, rounds: Rounds, results: Results) -> None:
    """Put a load on every service in turn, round after round; the first time is only to warm up."""
    loaded = [service for service in services if case.concerns(service)]
    for service in loaded:
        case.load(service, rounds.folder, _WARM_UP)
    for _ in range(rounds.number):
        for service in loaded:
            results.add(case.name, service.name, case.load(service, rounds.folder, rounds.seconds))


def measure(file: Path, rounds: Rounds, bytes_of_mix: int) -> Results:
    """Compare the services, and then hkkg with a small cache and under writes with its fastest peer.

    Args:
        file: the graph.
        rounds: how the loads are repeated.
        bytes_of_mix: how large the results of the mix's distinct queries are together.

    Raises:
        NotMeasuredError: wrk is not installed, or the services do not answer alike.
    """
    results = Results()
    load.require_wrk()
    with together(rounds.folder, file, results) as services:
        for case in CASES:
            require_same_rows([s for s in services if case.concerns(s)], case.queries[:_COMPARED])
            compare(services, case, rounds, results)
        results.memory |= {service.name: pss(service.pid) for service in services}
        try:
            with _small_cache(rounds.folder, file, bytes_of_mix) as ours, writes.every_second(ours):
                compare([ours, *(s for s in services if s.name != HKKG)], SMALL_CACHE, rounds, results)
        except NotMeasuredError as error:
            results.absent.append(str(error))
    return results


def _small_cache(folder: Path, file: Path, bytes_of_mix: int) -> AbstractContextManager[Service]:
    megabytes = max(1, round(bytes_of_mix / 4 / 1_000_000))
    options = ("--default-graph", "union", "--no-inference", "--writable", "--cache", str(megabytes))
    return hkkg(folder, *options, file)


def compared(results: Results) -> Iterator[Figure]:
    """Yield the ratios beside their targets."""
    for case in (*CASES, SMALL_CACHE):
        for peer, target in case.targets.items():
            yield from _compared(results, case.name, peer, target)


def _compared(results: Results, case: str, peer: str, target: float) -> list[Figure]:
    name = f"{case}: hkkg / {peer}"
    return figures.measured(
        name, f"at least {target:g}", lambda: [figures.at_least(name, results.ratio(case, peer), target)]
    )
