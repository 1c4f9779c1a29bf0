"""Run the project's own cases, or the W3C's suite, and print what passes by group.

    PYTHONPATH=tests python -m conformance [--in-process] [--quiet] [RDF-TESTS]

RDF-TESTS is a checkout of the W3C's rdf-tests; without it, the project's own cases run. All run over HTTP
against a service that is started for them; what fails there runs again in the engine itself, which tells a
defect of the service from one of the engine. `--in-process` runs the engine alone. The exit code is 1 if
anything failed that is not known to fail, or passed that is.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter, defaultdict
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

import httpx

from conformance import compare, exchanges, known, targets, w3c
from conformance.cases import own_cases
from conformance.known import ENGINE, Known
from conformance.model import Case

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

Trial = Case | w3c.Test

PASSED: Final = "passed"
KNOWN: Final = "known"
FAILED: Final = "failed"
MENDED: Final = "mended"
NOT_RUN: Final = "not run"
WORDS: Final = (PASSED, KNOWN, FAILED, MENDED, NOT_RUN)


class Result(NamedTuple):
    """What came of a trial, and why."""

    trial: Trial
    word: str
    why: str = ""


def attempt(trial: Trial, target: targets.Target) -> str:
    """Run a trial, and say what is wrong; nothing if nothing is."""
    try:
        if isinstance(trial, Case):
            return compare.difference(trial.expected, targets.run(trial, target))
        return exchanges.run(trial, target)
    except (targets.TargetError, ValueError, httpx.HTTPError) as error:
        return f"{type(error).__name__}: {error}"


def judge(trial: Trial, target: targets.Target, failing: dict[str, Known]) -> Result:
    """Run a trial, and sort out who is to blame if it fails."""
    if isinstance(trial, w3c.Test) and trial.out_of_scope:
        return Result(trial, NOT_RUN, w3c.OUT_OF_SCOPE[trial.group.partition("/")[2]])
    expected = failing.get(trial.identifier)
    over_http = isinstance(target, targets.Service)
    if not over_http and (not isinstance(trial, Case) or (expected and expected.side != ENGINE)):
        return Result(trial, NOT_RUN, "only over HTTP")
    problem = attempt(trial, target)
    if not problem:
        return Result(
            trial, MENDED if expected else PASSED, "passes, though it is known to fail" if expected else ""
        )
    of_engine = over_http and isinstance(trial, Case) and _of_engine(trial, expected)
    if expected and (of_engine or not over_http or expected.side != ENGINE):
        return Result(trial, KNOWN, expected.reason)
    side = "the engine fails it too" if of_engine or not over_http else "the service's own failure"
    return Result(trial, FAILED, f"{side}: {problem}")


def _of_engine(case: Case, expected: Known | None) -> bool:
    """Try a case on the engine itself, unless what is known forbids it there."""
    return (expected is None or expected.side == ENGINE) and bool(attempt(case, targets.Engine()))


def complaints(results: Iterable[Result]) -> Iterator[str]:
    """Say what is not as it should be."""
    for result in results:
        if result.word in {FAILED, MENDED}:
            yield f"{result.word}: {result.trial.identifier}: {result.why}\n"


def table(results: Iterable[Result]) -> list[str]:
    """Write the table of what came of each group."""
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for result in results:
        counts[result.trial.group][result.word] += 1
        counts["all"][result.word] += 1
    lines = [f"| group | {' | '.join(WORDS)} |", "|---" * (len(WORDS) + 1) + "|"]
    lines += [f"| {group} | {' | '.join(str(c[w]) for w in WORDS)} |" for group, c in counts.items()]
    return lines


def main() -> int:
    """Run what the command line names."""
    parser = argparse.ArgumentParser(prog="conformance", description=__doc__.partition("\n")[0])
    parser.add_argument(
        "suite", nargs="?", type=Path, metavar="RDF-TESTS", help="a checkout of the W3C's rdf-tests"
    )
    parser.add_argument("--in-process", action="store_true", help="run the engine alone, without a service")
    parser.add_argument("--quiet", action="store_true", help="print the table alone")
    arguments = parser.parse_args()
    if arguments.suite:
        trials, failing = w3c.trials(arguments.suite), known.of_suite()
    else:
        trials, failing = own_cases(), known.of_cases(own_cases(), in_process=arguments.in_process)
    serving = nullcontext(targets.Engine()) if arguments.in_process else targets.serving()
    with serving as target:
        results = [judge(trial, target, failing) for trial in trials]
    lines = [] if arguments.quiet else list(complaints(results))
    sys.stdout.write("\n".join([*lines, *table(results), ""]))
    return int(any(result.word in {FAILED, MENDED} for result in results))


if __name__ == "__main__":
    sys.exit(main())
