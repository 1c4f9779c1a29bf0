"""Python's way to the graph: `hkkg.connect()` here, or `hkkg.connect(URL)` behind any SPARQL endpoint."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Final

from hkkg.client.client import Client, Why
from hkkg.client.engines import Embedded, Remote
from hkkg.client.result import Result
from hkkg.client.values import IRI, Blank, Text, Typed
from hkkg.config import ENDPOINT_TIMEOUT, Credentials, refuse_odd_timeout
from hkkg.errors import ParameterError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from hkkg.store import EmbeddedStore

__all__ = ["IRI", "Blank", "Client", "Result", "Text", "Typed", "Why", "connect"]

_SCHEMES: Final = ("http://", "https://")
_MOST_RETRIES: Final = 10


def connect(  # noqa: PLR0913 - each has a default of its own
    *sources: str | Path,
    inference: bool = True,
    timeout: float | None = None,
    retries: int = 2,
    token: str | None = None,
    user: str | None = None,
    password: str | None = None,
    default_graphs: Iterable[str] = (),
) -> Client:
    """Open a graph.

    ```python
    client = hkkg.connect()                                  # the packaged graph, in this process
    client = hkkg.connect("mine.ttl", "folder")              # files of yours
    client = hkkg.connect("https://example.org/sparql")      # any SPARQL 1.1 endpoint
    ```

    The packaged graph is read once, and kept for every client of this process.

    Args:
        sources: the URL of an endpoint, or files, folders and globs; nothing for the packaged graph.
        inference: whether a graph in this process is reasoned over.
        timeout: seconds for a query; for an endpoint until its answer begins and for each further piece,
            60 unless said otherwise.
        retries: how often a query is sent again to an endpoint after a failure that may pass.
        token: that opens an endpoint, as a bearer.
        user: that opens an endpoint, with a password.
        password: of the user.
        default_graphs: IRIs of the graphs that a plain query is to see at an endpoint whose own default
            graph is empty.

    Raises:
        ParameterError: the options contradict each other.
        InputUnreadableError: a file cannot be read.
    """
    texts = tuple(str(source) for source in sources)
    if timeout is not None:
        refuse_odd_timeout(timeout)
    graphs = (default_graphs,) if isinstance(default_graphs, str) else tuple(default_graphs)
    if any(text.lower().startswith(_SCHEMES) for text in texts):
        if len(texts) > 1:
            raise ParameterError("an endpoint is opened alone.", hint="Make a client for each.")
        credentials = _credentials(token, user, password)
        return Client(_remote(texts[0], timeout or ENDPOINT_TIMEOUT, retries, credentials, graphs))
    if graphs or token or user or password:
        message = "credentials and default_graphs are for endpoints."
        raise ParameterError(message, hint="Write the endpoint's URL with http:// or https://.")
    return Client(Embedded(_packaged(inference) if not texts else _opened(texts, inference), timeout), texts)


@cache
def _packaged(inference: bool) -> EmbeddedStore:  # noqa: FBT001 - `cache` takes it by its place
    return _opened((), inference)


def _opened(texts: tuple[str, ...], inference: bool) -> EmbeddedStore:  # noqa: FBT001 - as said
    from hkkg.graph import open_graph  # noqa: PLC0415 - an endpoint needs no engine of its own

    return open_graph(texts, inference=inference)


def _credentials(token: str | None, user: str | None, password: str | None) -> Credentials | None:
    if token and user:
        raise ParameterError("there are a token and a user.", hint="Give one of them.")
    if (user is None) != (password is None):
        raise ParameterError("of user and password only one is given.", hint="Give both.")
    return Credentials(token, user, password) if token or user else None


def _remote(
    url: str, timeout: float, retries: int, credentials: Credentials | None, graphs: tuple[str, ...]
) -> Remote:
    from hkkg.store.remote import RemoteEngine  # noqa: PLC0415 - its HTTP client is slow to import

    if not 0 <= retries <= _MOST_RETRIES:
        raise ParameterError(f"retries cannot be {retries}.", hint=f"Give 0 to {_MOST_RETRIES}.")
    return Remote(RemoteEngine(url, timeout=timeout, credentials=credentials), retries, graphs)
