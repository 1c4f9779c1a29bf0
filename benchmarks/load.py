"""Load on a service: wrk sends GET requests over 16 connections, and says how fast they were answered."""

from __future__ import annotations

import json
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

import workload
from processes import NotMeasuredError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from peers import Service

CONNECTIONS: Final = 16
_SCRIPT: Final = Path(__file__).with_name("requests.lua")
_MICROSECONDS: Final = 1_000_000
NOT_CACHED: Final = ("Cache-Control", "no-cache")


@dataclass(frozen=True, slots=True)
class Load:
    """What came of a load.

    Attributes:
        rate: answers in a second, without those that say an error.
        p50: median latency, in milliseconds.
        p99: latency that 99 of 100 requests stayed within, in milliseconds.
        failed: how many requests were answered with an error, or not at all.
    """

    rate: float
    p50: float
    p99: float
    failed: int


def require_wrk() -> str:
    """Return the path of wrk.

    Raises:
        NotMeasuredError: it is not installed.
    """
    program = shutil.which("wrk")
    if not program:
        raise NotMeasuredError("wrk is not installed (Debian and Homebrew call the package wrk)")
    return program


def parse(output: str) -> Load:
    """Read what wrk and its script printed.

    Raises:
        NotMeasuredError: the script's line is missing, as when wrk could not connect.
    """
    line = next((line for line in output.splitlines() if line.startswith("{")), None)
    if line is None:
        raise NotMeasuredError(f"wrk said: {output.strip() or 'nothing'}")
    counted = json.loads(line)
    return Load(
        rate=(counted["requests"] - counted["refused"]) * _MICROSECONDS / counted["microseconds"],
        p50=counted["p50"] / 1000,
        p99=counted["p99"] / 1000,
        failed=counted["refused"] + counted["broken"],
    )


def put(
    service: Service,
    queries: Sequence[str],
    folder: Path,
    *,
    seconds: int,
    headers: Sequence[str] = (),
) -> Load:
    """Send queries to a service, over and over in their order, for so many seconds.

    Raises:
        NotMeasuredError: wrk is not installed, or could not connect.
    """
    requests = folder / "requests.txt"
    target = urlsplit(service.query)
    lines = {query: f"{target.path}{workload.path(query)}\n" for query in dict.fromkeys(queries)}
    requests.write_text("".join(lines[query] for query in queries), encoding="ascii")
    command = (
        require_wrk(),
        "-t1",
        f"-c{CONNECTIONS}",
        f"-d{seconds}s",
        "--timeout",
        "60s",
        "-s",
        _SCRIPT,
    )
    finished = subprocess.run(
        (*command, service.root, "--", requests, *headers), capture_output=True, text=True, check=False
    )
    return parse(finished.stdout + finished.stderr)
