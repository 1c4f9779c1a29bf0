"""hkkg and its peers as services over one file: started on free ports of the loopback, stopped at the end."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import urllib.request
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

import workload
from processes import NotMeasuredError, await_answer, free_port, running

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager

BIN: Final = Path(sys.executable).parent
TOKEN: Final = "benchmark"  # noqa: S105 - of a server that lives as long as a measurement
_ADDRESS: Final = re.compile(r"http://[0-9.:]+")
_HOST: Final = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class Service:
    """A server that runs.

    Attributes:
        name: what tables call it.
        query: the URL that takes queries.
        pid: its first process.
    """

    name: str
    query: str
    pid: int

    @property
    def root(self) -> str:
        """The URL of the server, without a path."""
        return "/".join(self.query.split("/")[:3])


@cache
def _help_of_serve() -> str:
    return subprocess.run(
        (BIN / "hkkg", "serve", "--help"), capture_output=True, text=True, check=True
    ).stdout


@contextmanager
def hkkg(folder: Path, *arguments: str | Path) -> Iterator[Service]:
    """Run `hkkg serve` with these arguments, and with a token for updates.

    Raises:
        NotMeasuredError: it has no such option, or does not start.
    """
    missing = [
        a for a in arguments if isinstance(a, str) and a.startswith("--") and a not in _help_of_serve()
    ]
    if missing:
        raise NotMeasuredError(f"hkkg serve has no {', '.join(missing)}")
    log = folder / "hkkg.log"
    environment = {**os.environ, "HKKG_UPDATE_TOKEN": TOKEN}
    with running((BIN / "hkkg", "serve", "--port", "0", *arguments), log, environment) as process:

        def url() -> str | None:
            match = _ADDRESS.search(log.read_text(encoding="utf-8", errors="replace"))
            return f"{match[0]}/sparql{workload.path(workload.SMALLEST)}" if match else None

        address = await_answer(process, url, log)
        yield Service("hkkg", address.partition("?")[0], process.pid)


def hkkg_read_only(folder: Path, file: Path) -> AbstractContextManager[Service]:
    """Run `hkkg serve` over a file, as far as possible with a union default graph and without reasoning."""
    union = ("--default-graph", "union") if "--default-graph" in _help_of_serve() else ()
    return hkkg(folder, "--no-inference", *union, file)


@contextmanager
def oxigraph(folder: Path, file: Path) -> Iterator[Service]:
    """Run `oxigraph serve` in memory, where it is fastest, and send it the file by Graph Store Protocol."""
    log, address = folder / "oxigraph.log", f"{_HOST}:{free_port()}"
    with running((BIN / "oxigraph", "serve", "--bind", address), log) as process:
        query = f"http://{address}/query"
        await_answer(process, lambda: query + workload.path(workload.SMALLEST), log)
        request = urllib.request.Request(
            f"http://{address}/store?default", file.read_bytes(), {"Content-Type": "text/turtle"}
        )
        urllib.request.urlopen(request).close()  # noqa: S310 - as above
        yield Service("oxigraph serve", query, process.pid)


@contextmanager
def rdflib_endpoint(folder: Path, file: Path) -> Iterator[Service]:
    """Run `rdflib-endpoint serve` over the file.

    Raises:
        NotMeasuredError: it is not installed.
    """
    program = shutil.which("rdflib-endpoint", path=f"{BIN}{os.pathsep}{os.environ['PATH']}")
    if not program:
        raise NotMeasuredError("rdflib-endpoint is not installed")
    log, port = folder / "rdflib-endpoint.log", free_port()
    with running((program, "serve", "--host", _HOST, "--port", str(port), file), log) as process:
        query = f"http://{_HOST}:{port}/"
        await_answer(process, lambda: query + workload.path(workload.SMALLEST), log)
        yield Service("rdflib-endpoint", query, process.pid)


@contextmanager
def virtuoso(folder: Path, file: Path) -> Iterator[Service]:
    """Run Virtuoso with a database of its own, and load the file into it.

    Raises:
        NotMeasuredError: it is not installed.
    """
    program, client = shutil.which("virtuoso-t"), shutil.which("isql-vt") or shutil.which("isql")
    if not program or not client:
        raise NotMeasuredError("Virtuoso is not installed")
    sql, http, log = free_port(), free_port(), folder / "virtuoso.log"
    settings = folder / "virtuoso.ini"
    settings.write_text(
        _VIRTUOSO.format(folder=folder, sql=sql, http=http, data=file.parent), encoding="ascii"
    )
    with running((program, "+foreground", "+configfile", settings), log) as process:
        query = f"http://{_HOST}:{http}/sparql"
        await_answer(process, lambda: query + workload.path("ASK { ?s ?p ?o }"), log)
        load = f"DB.DBA.TTLP_MT(file_open('{file}'), '', 'https://example.org/benchmark');"
        subprocess.run(
            (client, f"{_HOST}:{sql}", "dba", "dba", f"exec={load}"), check=True, capture_output=True
        )
        yield Service("Virtuoso", query, process.pid)


PEERS: Final[tuple[Callable[[Path, Path], AbstractContextManager[Service]], ...]] = (
    hkkg_read_only,
    oxigraph,
    rdflib_endpoint,
    virtuoso,
)

_VIRTUOSO: Final = """\
[Database]
DatabaseFile = {folder}/virtuoso.db
ErrorLogFile = {folder}/virtuoso-errors.log
LockFile = {folder}/virtuoso.lck
TransactionFile = {folder}/virtuoso.trx
xa_persistent_file = {folder}/virtuoso.pxa

[TempDatabase]
DatabaseFile = {folder}/virtuoso-temp.db
TransactionFile = {folder}/virtuoso-temp.trx

[Parameters]
ServerPort = 127.0.0.1:{sql}
DirsAllowed = {data}
NumberOfBuffers = 170000
MaxDirtyBuffers = 130000
ThreadsPerQuery = 2

[HTTPServer]
ServerPort = 127.0.0.1:{http}
ServerRoot = {folder}
ServerThreads = 32
MaxClientConnections = 32
MaxKeepAlives = 32
KeepAliveTimeout = 60

[SPARQL]
ResultSetMaxRows = 100000
DefaultGraph = https://example.org/benchmark
"""
