"""The failures that are known, each with who fails and why."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

    from conformance.model import Case

FILE: Final = Path(__file__).with_name("known.tsv")
ENGINE: Final = "engine"


class Known(NamedTuple):
    """Who fails a test, the engine or the service, and why."""

    side: str
    reason: str


def of_suite() -> dict[str, Known]:
    """Read which tests of the W3C's suite are known to fail."""
    with FILE.open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file, delimiter="\t")
        return {row["test"]: Known(row["side"], row["reason"]) for row in rows}


def of_cases(cases: Iterable[Case], *, in_process: bool) -> dict[str, Known]:
    """Read which of the project's own cases are known to fail, in process or as the service."""
    reasons = {case.identifier: case.known or (in_process and case.mended) for case in cases}
    return {name: Known(ENGINE, reason) for name, reason in reasons.items() if reason}
