"""A result of millions of rows, passed through from a remote endpoint: the memory that this takes."""

from __future__ import annotations

import http.client
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

import figures
import workload
from peers import Service, hkkg
from processes import MEBIBYTE, NotMeasuredError, await_answer, running, watching

if TYPE_CHECKING:
    from collections.abc import Iterator

    from figures import Figure

_STUB: Final = Path(__file__).with_name("stub_endpoint.py")
_MOST_MEGABYTES: Final = 150
_MEGABYTE: Final = 1_000_000
_ENOUGH_SECONDS: Final = "3600"


def measure(folder: Path, rows: int) -> Iterator[Figure]:
    """Read a large result through `hkkg serve --endpoint`, and see that it is whole."""
    log = folder / "stub.log"
    with running((sys.executable, _STUB, str(rows)), log) as process:
        ask = workload.path(workload.SMALLEST)
        url = await_answer(process, lambda: _address(log, ask), log).removesuffix(ask)
        with (
            hkkg(folder, "--endpoint", url, "--timeout", _ENOUGH_SECONDS) as service,
            watching(service.pid, every=0.2) as samples,
        ):
            arrived = count(service)
    if arrived != rows:
        raise NotMeasuredError(f"{arrived:,} of {rows:,} rows arrived")
    megabytes = max(samples) * MEBIBYTE / _MEGABYTE
    yield figures.at_most(f"{rows:,} rows through --endpoint: most memory", megabytes, _MOST_MEGABYTES, " MB")


def _address(log: Path, ask: str) -> str | None:
    port = log.read_text(encoding="ascii", errors="replace").strip()
    return f"http://127.0.0.1:{port}/sparql{ask}" if port.isdecimal() else None


def count(service: Service) -> int:
    """Ask for all rows, and count the mark that each has while they stream."""
    target = urlsplit(service.query)
    connection = http.client.HTTPConnection(target.netloc, timeout=600)
    try:
        headers = {"Accept": "application/sparql-results+json", "Cache-Control": "no-cache"}
        connection.request(
            "GET", target.path + workload.path("SELECT ?n ?v WHERE { ?n ?p ?v }"), headers=headers
        )
        response = connection.getresponse()
        rows = 0
        while piece := response.read(MEBIBYTE):
            rows += piece.count(b"~")
    except (OSError, http.client.HTTPException) as error:
        raise NotMeasuredError(f"the result broke off: {error}") from error
    else:
        return rows
    finally:
        connection.close()
