"""The SPARQL 1.1 Protocol: what a request asks for, read strictly and decoded once."""

from __future__ import annotations

from dataclasses import dataclass
from email.message import Message
from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qsl

from hkkg import formats
from hkkg.errors import FederationRefusedError, QuerySyntaxError, UnknownFormatError, UpdateRefusedError
from hkkg.store.tokens import calls_service, depth
from hkkg.web.problems import MediaTypeError, NotAcceptableError, RequestError, TooLargeError

if TYPE_CHECKING:
    from fastapi import Request

    from hkkg.config import Limits
    from hkkg.formats import Format

FORM: Final = "application/x-www-form-urlencoded"
QUERY: Final = "application/sparql-query"
UPDATE: Final = "application/sparql-update"
NO_TYPE: Final = "none/given"
ALLOWED: Final = "GET, HEAD, POST, OPTIONS"

# SPARQLWrapper calls some formats so.
_ALIASES: Final = {"json-ld": "jsonld", "n3": "turtle", "rdf+xml": "rdfxml"}
_KNOWN: Final = (*formats.RESULT_FORMATS, *formats.RDF_FORMATS, formats.HTML)


@dataclass(frozen=True, slots=True)
class QueryRequest:
    """A query as the protocol transports it; without a text, the client asks what the service is."""

    text: str | None
    default_graphs: tuple[str, ...] = ()
    named_graphs: tuple[str, ...] = ()
    wanted: tuple[Format, ...] = ()


async def read_request(request: Request, limits: Limits) -> QueryRequest:
    """Read a request for a query.

    Raises:
        RequestError: it is not UTF-8, or has more or less than one query.
        MediaTypeError: its body is neither a form nor a query.
        TooLargeError: it is larger than the limits allow.
        UpdateRefusedError: it is an update.
    """
    raw = request.scope["query_string"]
    if len(raw) > limits.request_bytes:
        raise _too_large(limits)
    parameters = decode_form(raw, "the address")
    if request.method == "POST":
        parameters = _of_post(request, parameters, await read_body(request, limits))
    return _as_request(parameters, is_post=request.method == "POST")


async def read_body(request: Request, limits: Limits) -> bytes:
    """Read a body whole.

    Raises:
        TooLargeError: it is larger than the limits allow.
    """
    parts: list[bytes] = []
    size = 0
    async for part in request.stream():
        size += len(part)
        if size > limits.request_bytes:
            raise _too_large(limits)
        parts.append(part)
    return b"".join(parts)


def _too_large(limits: Limits) -> TooLargeError:
    return TooLargeError(
        f"the request is larger than {limits.request_bytes:,} bytes.", hint="Make it shorter."
    )


def _of_post(request: Request, parameters: list[tuple[str, str]], body: bytes) -> list[tuple[str, str]]:
    match content_type(request).get_content_type():
        case "application/x-www-form-urlencoded":
            return decode_form(body, "the form")
        case "application/sparql-query":
            return [*parameters, ("query", _text(body, "the body"))]
        case "application/sparql-update":
            raise read_only()
        case other:
            raise unread(other, f"Send {FORM} or {QUERY}.")


def content_type(request: Request) -> Message:
    """Read the Content-Type header.

    Raises:
        MediaTypeError: the body is in another encoding than UTF-8.
    """
    header = Message()
    header["Content-Type"] = request.headers.get("content-type") or NO_TYPE
    charset = str(header.get_param("charset") or "utf-8").lower()
    if charset not in {"utf-8", "utf8", "us-ascii"}:
        raise MediaTypeError(f"the body is in {charset}.", hint="Send UTF-8.")
    return header


def unread(media_type: str, hint: str) -> MediaTypeError:
    """Make the refusal of a body's type."""
    shown = "(none given)" if media_type == NO_TYPE else media_type
    return MediaTypeError(f"a body of the type {shown} is not read here.", hint=hint)


def decode_form(data: bytes, what: str) -> list[tuple[str, str]]:
    """Decode a query string or form, once.

    Raises:
        RequestError: it is not UTF-8, as it stands or after decoding.
    """
    try:
        return parse_qsl(_text(data, what), keep_blank_values=True, errors="strict")
    except UnicodeDecodeError:
        raise RequestError(f"{what} holds percent-encoded bytes that are not UTF-8.") from None


def _text(data: bytes, what: str) -> str:
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        raise RequestError(f"{what} is not UTF-8: byte {error.start + 1} cannot be read.") from None


def _as_request(parameters: list[tuple[str, str]], *, is_post: bool) -> QueryRequest:
    def values(name: str) -> tuple[str, ...]:
        return tuple(value for key, value in parameters if key == name)

    queries = values("query")
    if values("update"):
        raise read_only()
    if len(queries) > 1:
        raise RequestError(f"the request has {len(queries)} queries.", hint="Send one.")
    if is_post and not queries:
        raise RequestError("the request has no query.", hint="Send it as the form's field 'query'.")
    return QueryRequest(
        text=queries[0] if queries else None,
        default_graphs=_iris(values("default-graph-uri")),
        named_graphs=_iris(values("named-graph-uri")),
        wanted=_formats(values("format")),
    )


def read_only() -> UpdateRefusedError:
    """Make the refusal of an update."""
    return UpdateRefusedError("this service is read-only: it takes no updates.", hint="Send a query.")


def _iris(values: tuple[str, ...]) -> tuple[str, ...]:
    for value in values:
        if ":" not in value or any(c in value for c in '<>"{}|^`\\ '):
            raise RequestError(f"{value!r} is no IRI of a graph.", hint="Graphs are named by absolute IRIs.")
    return values


def _formats(names: tuple[str, ...]) -> tuple[Format, ...]:
    """Find every format that the names may mean: `json` means something else for a graph than for a table."""
    found = [f for name in names for f in _KNOWN if _is_called(f, _ALIASES.get(name.lower(), name.lower()))]
    if names and not found:
        known = ", ".join(f.name for f in _KNOWN)
        raise UnknownFormatError(f"there is no format {names[0]!r} here.", hint=f"Use one of: {known}.")
    return tuple(found)


def _is_called(known: Format, name: str) -> bool:
    return name == known.name or name in known.extensions or name in known.media_types


def choose(accept: str | None, wanted: tuple[Format, ...], offered: tuple[Format, ...]) -> Format:
    """Choose a format: one that the request names, else the one that its Accept header prefers.

    Raises:
        NotAcceptableError: the client accepts none; the hint names those that there are.
    """
    named = next((f for f in wanted if f in offered), None)
    chosen = named or formats.negotiate(accept, offered)
    if chosen is None:
        known = ", ".join(f.media_type for f in offered)
        raise NotAcceptableError(f"none of {accept!r} can be sent.", hint=f"This can: {known}.")
    return chosen


def refuse_dangers(text: str, limits: Limits) -> None:
    """Refuse a query that would send requests elsewhere or nest deeper than the engine's parser can stand.

    Raises:
        FederationRefusedError: it has a SERVICE clause.
        QuerySyntaxError: it is nested too deeply.
    """
    if calls_service(text):
        raise FederationRefusedError(
            "SERVICE is not allowed here: the service sends no requests elsewhere.",
            hint="Run the query with a federated query engine of your own, against this endpoint.",
        )
    if depth(text) > limits.nesting:
        raise QuerySyntaxError(
            f"the query is nested deeper than {limits.nesting} brackets.", hint="Write it flatter."
        )
