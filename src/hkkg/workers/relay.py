"""The relay: makes the calls of a query's SERVICE clauses in place of the engine, and checks their answers.

The engine looks hosts up by itself, takes an answer that is cut for a whole one, and some of its operators
pass over a call that failed. So it is told to call this process, at an address that nobody else knows.
"""

from __future__ import annotations

import gc
import secrets
import sys
import threading
import traceback
from contextlib import contextmanager, suppress
from copy import copy
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler
from io import BytesIO
from itertools import count
from socketserver import ThreadingTCPServer
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from hkkg import formats
from hkkg.errors import (
    EndpointError,
    EndpointTimeoutError,
    FederationRefusedError,
    HkkgError,
    QueryEvaluationError,
    QuerySyntaxError,
    defect,
)
from hkkg.store import Answer
from hkkg.store.parsing import line_of
from hkkg.store.remote import RemoteEngine
from hkkg.store.tokens import plain_services, service_targets
from hkkg.workers.federation import guard_connections, not_allowed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from hkkg.config import Settings
    from hkkg.formats import Format
    from hkkg.store.answers import Table, Writable
    from hkkg.store.tokens import Service

_STACK: Final = 8 << 20
_SELDOM: Final = 3600.0
_OPAQUE: Final = "x"  # of http, it makes a scheme that the engine does not know
_BLANK_NODE: Final = b'"type":"bnode","value":"'  # as the engine writes it, and no literal holds it


class Relay:
    """Takes the calls of one query at a time.

    The engine holds no lock of Python's while it evaluates and serialises: threads beside it can answer.

    Args:
        settings: of the service.
    """

    def __init__(self, settings: Settings) -> None:
        """Remember the settings; nothing is listened to yet."""
        self._settings = settings
        self._server: _Server | None = None

    def answer(self, text: str, evaluate: Callable[[str], Answer]) -> Answer:
        """Answer a query by evaluating it with the relay's address in place of each that it calls.

        Raises:
            HkkgError: it is not to be answered, or what it calls did not answer; its type says why.
        """
        if self._server is None:
            self._server = _started(self._settings)
        calls = self._server.calls = _Calls(
            text, self._server.server_address[1], self._settings.limits.seconds
        )
        return _FederatedAnswer(calls, evaluate)


class _Calls:
    """The calls of one query.

    Attributes:
        text: of the query, as the engine is to evaluate it.
        failure: why the query is not to be answered, if a call failed.
    """

    def __init__(self, text: str, port: int, timeout: float) -> None:
        self._services = plain_services(text)
        self._written = text
        prefix = f"http://127.0.0.1:{port}/{secrets.token_urlsafe()}/"
        self._iris = [f"{prefix}{number}/" for number in range(len(self._services))]
        self._engines = [RemoteEngine(service.iri, timeout=timeout) for service in self._services]
        self._numbers = {urlsplit(iri).path: number for number, iri in enumerate(self._iris)}
        self._answers = count()
        self.text = _with_iris(text, self._services, self._iris)
        self.failure: Exception | None = None
        if not all(target.startswith(f"<{prefix}") for target in service_targets(self.text)):
            raise FederationRefusedError(
                "SERVICE is not allowed here: the query can be read in several ways.",
                hint="Leave a blank on both sides of each < that compares.",
            )

    def expects(self, path: str) -> bool:
        """Whether a request is a call of this query's."""
        return path in self._numbers

    def answer(self, path: str, text: str) -> bytes | None:
        """Make a call, unless one has failed; None if it fails."""
        if self.failure:
            return None
        number = self._numbers[path]
        output = BytesIO()
        try:
            self._engines[number].answer(self._restored(text)).write(formats.JSON, output)
        except HkkgError as error:
            self._note(self._services[number], error)
        except MemoryError:
            self.failure = MemoryError()
        except Exception:  # noqa: BLE001 - the engine waits for an answer, and the client is told
            traceback.print_exc()
            self.failure = defect()
        else:
            # The label of a blank node means nothing beyond its answer, and the engine would join by it.
            named_apart = _BLANK_NODE + b"answer%d_" % next(self._answers)
            return output.getvalue().replace(_BLANK_NODE, named_apart)
        return None

    def _restored(self, text: str) -> str:
        """Name in a text of the engine's what the query names."""
        for iri, service in zip(self._iris, self._services, strict=True):
            text = text.replace(iri, service.iri)
        return text

    def _note(self, service: Service, error: HkkgError) -> None:
        """Keep an error for the client, without what it came from, which may end on its own thread alone."""
        if isinstance(error, FederationRefusedError):
            self.failure = not_allowed(service.iri, error)
        elif not service.is_silent:
            kind = EndpointTimeoutError if isinstance(error, EndpointTimeoutError) else EndpointError
            self.failure = kind(
                f"SERVICE <{service.iri}> failed: {error.message}",
                hint="SERVICE SILENT would go on without its answer.",
            )

    @contextmanager
    def checked(self) -> Iterator[None]:
        """Evaluate, and fail with what a call failed with, also where the engine passes over that."""
        gc.disable()  # on a thread of the relay's, it would end what the engine bound to this one
        try:
            yield
        except QueryEvaluationError as error:
            if not self.failure:
                raise QueryEvaluationError(self._restored(error.message)) from None
        finally:
            gc.enable()
        if self.failure:
            raise copy(self.failure)  # which is not to keep the answer that it ends

    def complaint(self, evaluate: Callable[[str], Answer]) -> QuerySyntaxError | None:
        """Say what is wrong with a query as it was written, without calling anybody."""
        opaque = [_OPAQUE + service.iri[1:] for service in self._services]
        try:
            evaluate(_with_iris(self._written, self._services, opaque))
        except QuerySyntaxError as error:
            line = error.place.line if error.place else None
            excerpt = line_of(self._written.encode(), line) if line else error.excerpt
            return QuerySyntaxError(error.message, place=error.place, hint=error.hint, excerpt=excerpt)
        return None


def _with_iris(text: str, services: list[Service], iris: list[str]) -> str:
    pieces: list[str] = []
    at = 0
    for service, iri in zip(services, iris, strict=True):
        pieces += [text[at : service.start], f"<{iri}>"]
        at = service.end
    return "".join([*pieces, text[at:]])


class _FederatedAnswer(Answer):
    """An answer whose evaluation calls others."""

    def __init__(self, calls: _Calls, evaluate: Callable[[str], Answer]) -> None:
        self._calls = calls
        try:
            with calls.checked():
                super().__init__(evaluate(calls.text)._raw)  # noqa: SLF001 - of its own class
        except QuerySyntaxError as error:
            raise calls.complaint(evaluate) or error from None

    def table(self) -> Table:
        with self._calls.checked():
            return super().table()

    def write(self, target: Format, output: Writable) -> None:
        with self._calls.checked():
            super().write(target, output)


class _Server(ThreadingTCPServer):
    daemon_threads = True
    calls: _Calls

    def handle_error(self, *_: object) -> None:
        if isinstance(sys.exception(), (MemoryError, RuntimeError)):  # the latter where no thread can start
            self.calls.failure = MemoryError()


class _Handler(BaseHTTPRequestHandler):
    server: _Server

    def do_POST(self) -> None:
        calls = self.server.calls
        if not calls.expects(self.path):
            return
        text = self.rfile.read(int(self.headers["Content-Length"])).decode()
        body = calls.answer(self.path, text)
        with suppress(ConnectionError):  # the engine has enough
            self.send_response(HTTPStatus.BAD_GATEWAY if body is None else HTTPStatus.OK)
            self.send_header("Content-Type", formats.JSON.media_type)
            self.send_header("Content-Length", str(len(body or b"")))
            self.end_headers()
            self.wfile.write(body or b"")

    def log_message(self, *_: object) -> None:
        pass


def _started(settings: Settings) -> _Server:
    guard_connections(settings.services)
    server = _Server(("127.0.0.1", 0), _Handler)
    threading.stack_size(_STACK)
    try:
        threading.Thread(target=server.serve_forever, args=(_SELDOM,), daemon=True).start()
    except RuntimeError:
        raise MemoryError from None  # for its stack
    return server
