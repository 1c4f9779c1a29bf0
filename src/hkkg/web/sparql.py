"""`/sparql`: queries by the SPARQL 1.1 Protocol, answered beneath the web framework."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from hkkg import formats
from hkkg.errors import NotAcceptableError
from hkkg.store.tokens import without_strings
from hkkg.web import protocol
from hkkg.web.compression import encoding_of
from hkkg.web.problems import RequestError
from hkkg.workers.calls import QueryCall

if TYPE_CHECKING:
    from collections.abc import Callable

    from hkkg.config import Limits
    from hkkg.web.answering import Answering
    from hkkg.web.connection import Connection
    from hkkg.web.exchange import Exchange

_UNSTABLE: Final = ("NOW", "RAND", "UUID", "BNODE", "SERVICE")
# It may take a name for one of them, which costs no more than that the answer is not kept.
_CALLS_UNSTABLE: Final = re.compile(r"(?:NOW|RAND|UUID|BNODE)\s*[(#]|(?<![\w:])SERVICE\b", re.IGNORECASE)
_READ: Final = frozenset({"GET", "HEAD"})
_NEEDS_BASE: Final = re.compile(r"<(?![A-Za-z][\w+.-]*:)[^<>\"{}|^`\x00-\x20]*>|[IU]RI\s*[(#]", re.IGNORECASE)
_LONGEST_READ: Final = 20_000
_MOST_REMEMBERED: Final = 4_096
_LONGEST_REMEMBERED: Final = 8_192
_PAGE_HINT: Final = "Write format=html in the address, or send Accept: text/html."
_ACCEPTED: Final = f"{protocol.FORM}, {protocol.QUERY}".encode()


class Prepared(NamedTuple):
    """What a request asks, once it is read.

    Attributes:
        call: for a worker.
        is_stable: whether the same call has the same answer as long as the graph is the same.
    """

    call: QueryCall
    is_stable: bool


class SparqlHandler:
    """Answers requests to `/sparql`.

    Args:
        answering: answers calls.
        limits: of the service.
        describe: answers a request without a query.
        base: tells the address of the service as a client knows it.
    """

    def __init__(
        self,
        answering: Answering,
        limits: Limits,
        describe: Callable[[Exchange, protocol.QueryRequest], None],
        base: Callable[[Exchange], str],
    ) -> None:
        """Begin with nothing remembered."""
        self._answering = answering
        self._limits = limits
        self._describe = describe
        self._base = base
        self._remembered: dict[tuple[bytes, ...], Prepared] = {}

    def most_bytes(self, _: Exchange) -> int:
        """Say how large a query may be."""
        return self._limits.request_bytes

    def handle(self, exchange: Exchange) -> None:
        """Answer."""
        if exchange.method == "OPTIONS":
            preflight(exchange, protocol.ALLOWED, _ACCEPTED)
            return
        fields = exchange.fields.get
        accept, encodings = fields(b"accept", b""), fields(b"accept-encoding", b"")
        key = (exchange.target, accept, encodings, fields(b"host", b""))
        may_remember = exchange.method in _READ and sum(map(len, key)) < _LONGEST_REMEMBERED
        prepared = self._remembered.get(key) if may_remember else None
        if prepared is None:
            request = protocol.read_query(
                exchange.method, exchange.query, exchange.header(b"content-type"), exchange.body
            )
            if request.text is None:
                self._describe(exchange, request)
                return
            if formats.HTML in request.wanted:
                raise NotAcceptableError("a form cannot choose a page as its answer.", hint=_PAGE_HINT)
            prepared = prepare(
                request,
                exchange.header(b"accept"),
                exchange.header(b"accept-encoding"),
                self._base(exchange),
            )
            if may_remember:
                self._remember(key, prepared)
        exchange.query_text = prepared.call.text
        self._answering.answer(exchange, prepared.call, is_stable=prepared.is_stable)

    def _remember(self, key: tuple[bytes, ...], prepared: Prepared) -> None:
        if len(self._remembered) >= _MOST_REMEMBERED:
            self._remembered.clear()
        self._remembered[key] = prepared


def prepare(request: protocol.QueryRequest, accept: str, encodings: str, base: str) -> Prepared:
    """Turn a request for a query into a call.

    Raises:
        NotAcceptableError: the client accepts no format that any query could be answered in.
    """
    text = request.text or ""
    table = protocol.choice(accept, request.wanted, formats.RESULT_FORMATS)
    graph = protocol.choice(accept, request.wanted, formats.RDF_FORMATS)
    if table is None and graph is None:
        protocol.choose(accept, request.wanted, (*formats.RESULT_FORMATS, *formats.RDF_FORMATS))
    call = QueryCall(
        text,
        table.name if table else None,
        graph.name if graph else None,
        encoding_of(encodings),
        request.default_graphs,
        request.named_graphs,
        f"{base}sparql" if needs_base(text) else "",
    )
    return Prepared(call, is_stable(text))


def needs_base(text: str) -> bool:
    """Whether the address of the service may matter to a query; to look through a long one takes too long."""
    return len(text) > _LONGEST_READ or _NEEDS_BASE.search(text) is not None


def is_stable(text: str) -> bool:
    """Whether a query has the same answer each time, as far as its words tell."""
    upper = text.upper()
    if not any(word in upper for word in _UNSTABLE):
        return True
    return len(text) <= _LONGEST_READ and not _CALLS_UNSTABLE.search(without_strings(text))


def wants_page(connection: Connection) -> bool:
    """Whether a browser asks for a page about an answer, and not for the answer."""
    named = _named_formats(connection.url.partition(b"?")[2])
    if named:
        return any(protocol.is_called(formats.HTML, name) for name in named)
    accept = connection.fields.get(b"accept", b"")
    if b"html" not in accept:
        return False
    every = (*formats.RESULT_FORMATS, *formats.RDF_FORMATS, formats.HTML)
    return formats.negotiate(accept.decode("latin-1"), every) is formats.HTML


def _named_formats(query: bytes) -> list[str]:
    if b"format=" not in query:
        return []
    given = [field for field in query.split(b"&") if field.startswith(b"format=")]
    try:
        return [name.lower() for _, name in protocol.decode_form(b"&".join(given), "the address")]
    except RequestError:  # whoever answers refuses it
        return [""]


def preflight(exchange: Exchange, allowed: str, accepted: bytes = b"") -> None:
    """Answer OPTIONS, and a browser that asks whether another origin's page may send a request."""
    asked = exchange.header(b"access-control-request-headers") or "*"
    headers = [
        (b"allow", allowed.encode()),
        *([(b"accept-post", accepted)] if accepted else []),
        (b"access-control-allow-methods", allowed.encode()),
        (b"access-control-allow-headers", asked.encode("latin-1")),
        (b"access-control-max-age", b"86400"),
    ]
    exchange.respond(204, headers, b"")
