"""Settings of the service: every number that somebody may want to look up or change."""

from __future__ import annotations

from dataclasses import dataclass, field
from threading import TIMEOUT_MAX
from typing import TYPE_CHECKING, Final

from hkkg.errors import ParameterError

if TYPE_CHECKING:
    from pathlib import Path

DEFAULT_HOST: Final = "127.0.0.1"
DEFAULT_PORT: Final = 8000
DEFAULT_WORKERS: Final = 4
DEFAULT_SECONDS: Final = 30.0
DEFAULT_CACHE: Final = 64_000_000

ENDPOINT_TIMEOUT: Final = 60.0
"""Seconds until the answer of a remote endpoint must begin, and for each further piece of it."""

QUERY_STACK: Final = 64 * 1024 * 1024
"""Bytes of the stack on which a query is evaluated: the engine recurses."""

_NO_END: Final = "Is there the end of a line behind it?"

FEATURED: Final = (
    "laboratories-by-university",
    "award-winning-projects-and-scholars",
    "where-a-payload-is",
    "computing-power-now-and-planned",
    "contradicted-claims",
)
"""The questions that the home page offers first, as far as they exist; others fill it up to this many."""


def refuse_odd_timeout(seconds: float) -> None:
    """Refuse a timeout that no socket and no thread can wait for.

    Raises:
        ParameterError: it is not positive, or endless.
    """
    if not 0 < seconds <= TIMEOUT_MAX:
        raise ParameterError(f"the timeout cannot be {seconds:g}.", hint="Give seconds, such as 60.")


@dataclass(frozen=True, slots=True)
class Limits:
    """What the service takes and gives at most.

    Attributes:
        request_bytes: of a query, as a request's body or query string.
        write_bytes: of an update, or of the graph that a request of the Graph Store Protocol brings.
        header_bytes: of a request's first line and headers.
        headers: in a request.
        sending_seconds: for a client to send a request, and to take each part of an answer.
        nesting: of brackets in a query; the engine's parser recurses.
        seconds: from the arrival of a query or update to the end of its evaluation.
        query_bytes: of memory that a query takes besides the graph.
        result_bytes: of an answer, before it is compressed.
        buffered_bytes: of an answer that are held back, so that a failure until then has its own status.
        value_bytes: of what a page or a document of the service's own is made from.
        waiting: queries that wait for a worker, and updates that wait for their turn.
        waiting_of_client: those of them that one client has.
        quick_seconds: after which a query gives way to the quick ones.
        quick_pages: of memory of its own that a worker for quick ones has, when another takes its place while
            long ones run; else eight times as many.
        shown_rows: on an HTML page; other formats have no such limit.
        validation_seconds: of a validation, which is killed then.
        validation_bytes: of memory that a validation takes.
        dump_seconds: of writing one dump of the whole graph.
        learning_seconds: of learning what things and questions are called, for questions in words.
        closing_seconds: for what runs when the service is told to stop.
    """

    request_bytes: int = 1_000_000
    write_bytes: int = 256_000_000
    header_bytes: int = 64_000
    headers: int = 100
    sending_seconds: float = 30.0
    nesting: int = 400
    seconds: float = DEFAULT_SECONDS
    query_bytes: int = 2_000_000_000
    result_bytes: int = 8_000_000_000
    buffered_bytes: int = 4_000_000
    value_bytes: int = 32_000_000
    waiting: int = 64
    waiting_of_client: int = 16
    quick_seconds: float = 0.02
    quick_pages: int = 1 << 12
    shown_rows: int = 1_000
    validation_seconds: int = 30
    validation_bytes: int = 2_000_000_000
    dump_seconds: float = 300.0
    learning_seconds: float = 300.0
    closing_seconds: float = 10.0


@dataclass(frozen=True, slots=True)
class Credentials:
    """What opens an endpoint: a bearer token, else a user and a password.

    The token goes with every request; the password only where the server asks for it, by Basic or by Digest.
    Neither follows a redirection to another host.

    Raises:
        ParameterError: one of them holds what no header can.
    """

    token: str | None = field(default=None, repr=False)
    user: str | None = None
    password: str | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        """Refuse what cannot be sent, before it shows in an error of somebody else's."""
        if self.token and not (self.token.isascii() and self.token.isprintable()):
            raise ParameterError("the endpoint's token has a character that no header can.", hint=_NO_END)
        if not (self.user or "").isprintable() or not (self.password or "").isprintable():
            raise ParameterError("the endpoint's user or password has a control character.", hint=_NO_END)


@dataclass(frozen=True, slots=True)
class Settings:
    """What is served, and how.

    Attributes:
        files: paths and folders to serve; none means the packaged graph, unless `empty`.
        empty: whether it starts without any graph.
        shapes: paths and folders of the shapes that admit updates, in place of the packaged ones.
        store: the folder of a durable store.
        endpoint: the URL of a remote SPARQL endpoint to serve, in place of a graph here.
        credentials: what opens that endpoint, if its URL does not say.
        inference: whether it is reasoned over.
        standard_default: whether a plain query sees the default graph alone, and not the union.
        writable: whether updates are admitted.
        gated: whether they must keep the graph conforming to its shapes.
        token: what an update must show.
        workers: processes that evaluate queries.
        cache_bytes: of answers that are kept.
        public_url: the address behind which the service stands, with a slash at the end.
        proxies: addresses and networks of proxies that are believed whom they speak for.
        services: hosts that a query may call by SERVICE.
        counts_rows: whether the solutions of an answer are counted, which the access log alone tells.
        limits: what it takes and gives at most.
    """

    files: tuple[str, ...] = ()
    empty: bool = False
    shapes: tuple[str, ...] = ()
    store: Path | None = None
    endpoint: str | None = field(default=None, repr=False)
    credentials: Credentials | None = None
    inference: bool = True
    standard_default: bool = False
    writable: bool = False
    gated: bool = True
    token: str = field(default="", repr=False)
    workers: int = DEFAULT_WORKERS
    cache_bytes: int = DEFAULT_CACHE
    public_url: str | None = None
    proxies: tuple[str, ...] = ()
    services: tuple[str, ...] = ()
    counts_rows: bool = False
    limits: Limits = Limits()

    @property
    def packaged(self) -> bool:
        """Whether it starts as the packaged graph, and so offers the stored questions."""
        return not (self.files or self.empty or self.endpoint)

    @property
    def reasons(self) -> bool:
        """Whether anything is inferred."""
        return self.inference and not self.empty

    @property
    def union(self) -> bool:
        """Whether the quads are kept with a union, which reasoning needs too."""
        return self.reasons or not self.standard_default
