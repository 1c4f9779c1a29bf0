"""What cases run on: a service over HTTP, or the engine in this process, as the measure of the service."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final, Protocol

import httpx
import pyoxigraph
from pyoxigraph import DefaultGraph, NamedNode, Quad, QueryBoolean, QuerySolutions, RdfFormat

from conformance import results
from conformance.model import Case, Contents, Data, Outcome, Table, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterator

HKKG: Final = str(Path(sys.executable).parent / "hkkg")
TOKEN: Final = "conformance"  # noqa: S105 - a server of the test's own
CONTENTS: Final = "SELECT ?g ?s ?p ?o { { ?s ?p ?o } UNION { GRAPH ?g { ?s ?p ?o } } }"
GRAPH_FORMS: Final = "application/n-triples"
MALFORMED: Final = 400
SERVER_ERROR: Final = 500
STOP_BEFORE_LOAD: Final = re.compile(r"\bLOAD\s+<")


class TargetError(Exception):
    """A target does not do what a text asks."""


class RefusedError(TargetError):
    """The target refuses a text as malformed."""


class DeclinedError(TargetError):
    """The target understands a text, and does not carry it out."""


class FailedError(TargetError):
    """The target fails in a way that no case expects."""


class Target(Protocol):
    """A store that a case runs on."""

    def load(self, data: tuple[Data, ...]) -> None:
        """Replace all that the store holds."""

    def query(self, case: Case) -> Outcome:
        """Answer the case's query."""

    def update(self, case: Case) -> None:
        """Run the case's update."""

    def contents(self) -> Contents:
        """Read all that the store holds."""


def run(case: Case, target: Target) -> Outcome:
    """Run a case.

    Raises:
        RefusedError: the text is refused, and the case is not of syntax.
        DeclinedError: the same.
        FailedError: the target fails.
        ValueError: the answer cannot be read.
    """
    target.load(case.data)
    if isinstance(case.expected, Verdict):
        return _verdict(case, target)
    return _answer(case, target)


def _verdict(case: Case, target: Target) -> Verdict:
    """Find out whether a text is well-formed: one that is not carried out for another reason is."""
    try:
        _answer(case, target)
    except RefusedError:
        return Verdict.REFUSED
    except DeclinedError:
        return Verdict.ACCEPTED
    return Verdict.ACCEPTED


def _answer(case: Case, target: Target) -> Outcome:
    if not case.is_update:
        return target.query(case)
    target.update(case)
    return target.contents()


class Engine:
    """The engine, used directly."""

    def __init__(self) -> None:
        """Make an empty store."""
        self._store = pyoxigraph.Store()

    def load(self, data: tuple[Data, ...]) -> None:
        """Replace all that the store holds."""
        self._store = pyoxigraph.Store()
        for item in data:
            graph = NamedNode(item.graph) if item.graph else DefaultGraph()
            media_type = RdfFormat.from_media_type(item.media_type)
            self._store.load(item.body, media_type, base_iri=item.graph, to_graph=graph)

    def query(self, case: Case) -> Outcome:
        """Answer a query, through the formats that a service would send."""
        try:
            answer = self._store.query(case.text, base_iri=case.base)
            if isinstance(answer, QuerySolutions | QueryBoolean):
                return results.read(answer.serialize(format=results.TABLES[case.accept]), case.accept)
            return results.read(answer.serialize(format=results.GRAPHS[GRAPH_FORMS]), GRAPH_FORMS)
        except SyntaxError as error:
            raise RefusedError(str(error)) from None
        except (RuntimeError, OSError) as error:
            raise DeclinedError(str(error)) from None

    def update(self, case: Case) -> None:
        """Run an update, but a LOAD: an operation before it fails, so that it sends no request."""
        try:
            self._store.update(
                STOP_BEFORE_LOAD.sub(r"DROP GRAPH <urn:nothing> ; \g<0>", case.text), base_iri=case.base
            )
        except SyntaxError as error:
            raise RefusedError(str(error)) from None
        except (RuntimeError, OSError) as error:
            raise DeclinedError(str(error)) from None

    def contents(self) -> Contents:
        """Read all that the store holds."""
        return Contents(frozenset(self._store))


class Service:
    """A service of the SPARQL 1.1 Protocol and Graph Store Protocol, over HTTP."""

    def __init__(self, address: str) -> None:
        """Use the service at an address."""
        self.client = httpx.Client(base_url=address, timeout=60)
        self.writing = {"Authorization": f"Bearer {TOKEN}"}
        self._held: tuple[Data, ...] | None = None

    def load(self, data: tuple[Data, ...]) -> None:
        """Replace all that the store holds, unless it holds just this already."""
        if data == self._held:
            return
        self.clear()
        for item in data:
            parameters = {"graph": item.graph} if item.graph else {"default": ""}
            headers = {"Content-Type": item.media_type, **self.writing}
            self._sent("POST", "graph-store", params=parameters, content=item.body, headers=headers)
        self._held = data

    def clear(self) -> None:
        """Empty the store."""
        self.touched()
        self._update("DROP ALL")

    def touched(self) -> None:
        """Know that something else than this has changed what the store holds."""
        self._held = None

    def query(self, case: Case) -> Outcome:
        """Answer a query by a direct POST."""
        accept = f"{case.accept}, {GRAPH_FORMS};q=0.9"
        headers = {"Content-Type": "application/sparql-query", "Accept": accept}
        response = self._sent("POST", "sparql", content=with_base(case), headers=headers)
        return results.read(response.content, media_type(response))

    def update(self, case: Case) -> None:
        """Run an update by a direct POST."""
        self.touched()
        self._update(with_base(case))

    def contents(self) -> Contents:
        """Read all that the store holds, by a query."""
        headers = {"Content-Type": "application/sparql-query", "Accept": "application/sparql-results+json"}
        response = self._sent("POST", "sparql", content=CONTENTS, headers=headers)
        table = results.read(response.content, media_type(response))
        assert isinstance(table, Table)
        return Contents(frozenset(Quad(s, p, o, g or DefaultGraph()) for g, s, p, o in table.rows))

    def _update(self, text: str) -> None:
        headers = {"Content-Type": "application/sparql-update", **self.writing}
        self._sent("POST", "update", content=text, headers=headers)

    def _sent(self, method: str, path: str, **request: object) -> httpx.Response:
        response = self.client.request(method, path, **request)
        if response.status_code == MALFORMED:
            raise RefusedError(response.text)
        if response.is_success:
            return response
        said = f"{response.status_code}: {response.text}"
        raise DeclinedError(said) if response.status_code < SERVER_ERROR else FailedError(said)


def with_base(case: Case) -> str:
    """Write the base that relative IRIs resolve against into the text itself.

    A text whose syntax alone is tested stays as it is: a service resolves its IRIs against its own address.
    """
    is_syntax = isinstance(case.expected, Verdict)
    return f"BASE <{case.base}>\n{case.text}" if case.base and not is_syntax else case.text


def media_type(response: httpx.Response) -> str:
    """Read the media type of a response, without parameters."""
    return response.headers.get("Content-Type", "").partition(";")[0].strip().lower()


@contextmanager
def serving() -> Iterator[Service]:
    """Run a writable service of an empty store on a free port, and stop it."""
    command = [
        HKKG,
        "serve",
        "--port",
        "0",
        "--empty",
        "--writable",
        "--no-gate",
        "--default-graph",
        "standard",
    ]
    environment = {**os.environ, "HKKG_UPDATE_TOKEN": TOKEN}
    with tempfile.TemporaryFile("w+") as log:
        process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=log, encoding="utf-8", env=environment
        )
        try:
            assert process.stdout is not None
            words = process.stdout.readline().split()
            address = next((word for word in words if word.startswith("http://")), None)
            if address is None:
                process.wait(timeout=30)
                log.seek(0)
                raise RuntimeError(f"the server did not start: {' '.join(words)} {log.read()}")
            service = Service(address)
            with service.client:
                wait_for(service)
                yield service
        finally:
            process.terminate()
            process.communicate(timeout=30)


def wait_for(service: Service) -> None:
    """Wait until a service answers.

    Raises:
        httpx.ConnectError: it never does.
    """
    transport = httpx.HTTPTransport(retries=10)
    with httpx.Client(transport=transport, base_url=service.client.base_url) as client:
        client.get("health").raise_for_status()
