"""The SPARQL 1.1 Protocol: what a request asks for, read strictly and decoded once."""

from __future__ import annotations

from codecs import BOM_UTF8
from dataclasses import dataclass
from email.message import Message
from textwrap import shorten
from typing import TYPE_CHECKING, Final

from hkkg import formats
from hkkg.errors import NotAcceptableError, UnknownFormatError, UpdateRefusedError
from hkkg.generations import Write
from hkkg.store import NamedNode
from hkkg.web import urlencoded
from hkkg.web.problems import MediaTypeError, MethodError, RequestError, TooLargeError

if TYPE_CHECKING:
    from fastapi import Request

    from hkkg.config import Limits
    from hkkg.formats import Format

FORM: Final = "application/x-www-form-urlencoded"
QUERY: Final = "application/sparql-query"
UPDATE: Final = "application/sparql-update"
NO_TYPE: Final = "none/given"
ALLOWED: Final = "GET, HEAD, POST, OPTIONS"
UPDATE_ALLOWED: Final = "POST, OPTIONS"

# SPARQLWrapper calls some formats so.
_ALIASES: Final = {"json-ld": "jsonld", "n3": "turtle", "rdf+xml": "rdfxml"}
_KNOWN: Final = (*formats.RESULT_FORMATS, *formats.RDF_FORMATS, formats.HTML)
_LONGEST_TOLD: Final = 200
_LONGEST_TYPE: Final = 1_000
_MOST_PARAMETERS: Final = 10_000
_UTF_8: Final = frozenset({"utf-8", "utf8", "us-ascii"})

Parameters = list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class QueryRequest:
    """A query as the protocol transports it; without a text, the client asks what the service is."""

    text: str | None
    default_graphs: tuple[str, ...] = ()
    named_graphs: tuple[str, ...] = ()
    wanted: tuple[Format, ...] = ()

    @property
    def dataset(self) -> Parameters:
        """The parameters that choose its dataset."""
        default = [("default-graph-uri", iri) for iri in self.default_graphs]
        return default + [("named-graph-uri", iri) for iri in self.named_graphs]


def read_query(method: str, query_string: bytes, content_type: str, body: bytes) -> QueryRequest:
    """Read a request for a query (SPARQL 1.1 Protocol, section 2.1).

    Raises:
        MethodError: it is none of GET, HEAD and POST.
        MediaTypeError: its body is neither a form nor a query.
        RequestError: it is not UTF-8, or has more or less than one query.
        UpdateRefusedError: it is an update.
    """
    if method in {"GET", "HEAD"}:
        return _as_query(decode_form(query_string, "the address"), is_post=False)
    if method != "POST":
        raise MethodError(method, ALLOWED)
    media_type = media_type_of(content_type)
    parameters = decode_form(query_string, "the address")
    match media_type:
        case "application/x-www-form-urlencoded":
            return _as_query([*parameters, *decode_form(body, "the form")], is_post=True)
        case "application/sparql-query":
            _refuse_both(parameters, "query")
            return _as_query([*parameters, ("query", decode_text(body, "the body"))], is_post=True)
        case "application/sparql-update":
            raise UpdateRefusedError("this address takes no updates.", hint="Send them to /update.")
        case _:
            raise unread(media_type, f"Send {FORM} or {QUERY}.")


def _as_query(parameters: Parameters, *, is_post: bool) -> QueryRequest:
    queries = _values(parameters, "query")
    if _values(parameters, "update"):
        raise UpdateRefusedError("this address takes no updates.", hint="Send them by POST to /update.")
    if len(queries) > 1:
        raise RequestError(f"the request has {len(queries)} queries.", hint="Send one.")
    if is_post and not queries:
        raise RequestError("the request has no query.", hint="Send it as the form's field 'query'.")
    return QueryRequest(
        text=_bare(queries[0]) if queries else None,
        default_graphs=iris(_values(parameters, "default-graph-uri")),
        named_graphs=iris(_values(parameters, "named-graph-uri")),
        wanted=_formats(_values(parameters, "format")),
    )


def read_update(method: str, query_string: bytes, content_type: str, body: bytes) -> Write:
    """Read a request for an update (SPARQL 1.1 Protocol, section 2.2).

    Raises:
        MethodError: it is no POST.
        MediaTypeError: its body is neither a form nor an update.
        RequestError: it is not UTF-8, or has more or less than one update.
    """
    if method != "POST":
        raise MethodError(method, UPDATE_ALLOWED)
    media_type = media_type_of(content_type)
    parameters = decode_form(query_string, "the address")
    match media_type:
        case "application/x-www-form-urlencoded":
            parameters += decode_form(body, "the form")
        case "application/sparql-update":
            _refuse_both(parameters, "update")
            parameters.append(("update", decode_text(body, "the body")))
        case _:
            raise unread(media_type, f"Send {FORM} or {UPDATE}.")
    updates = _values(parameters, "update")
    if len(updates) != 1:
        message = f"the request has {len(updates) or 'no'} update{'s' if updates else ''}."
        raise RequestError(message, hint="Send one, as the form's field 'update' or as the body.")
    return Write(
        "update",
        _bare(updates[0]),
        using_graphs=iris(_values(parameters, "using-graph-uri")),
        using_named_graphs=iris(_values(parameters, "using-named-graph-uri")),
    )


def _values(parameters: Parameters, name: str) -> tuple[str, ...]:
    return tuple(value for key, value in parameters if key == name)


def _refuse_both(parameters: Parameters, name: str) -> None:
    if _values(parameters, name):
        message = f"the request has one {name} in its address and one in its body."
        raise RequestError(message, hint="Send one.")


def _bare(text: str) -> str:
    """Return a query or update without a byte order mark, which files have that a form is filled from.

    Raises:
        RequestError: it holds a NUL character.
    """
    if "\0" in text:
        at = text.index("\0") + 1
        raise RequestError(f"the text holds a NUL character, as its {at}th.", hint="Leave it out.")
    return text.removeprefix("\ufeff")


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
            raise TooLargeError(
                f"the request is larger than {limits.request_bytes:,} bytes.", hint="Make it shorter."
            )
        parts.append(part)
    return b"".join(parts)


def read_content_type(header: str | None) -> Message:
    """Read a Content-Type header.

    Raises:
        MediaTypeError: the body is in another encoding than UTF-8, or the header too long.
    """
    if header and len(header) > _LONGEST_TYPE:  # to read one takes time in the square of its length
        raise MediaTypeError(f"the header Content-Type has more than {_LONGEST_TYPE:,} characters.")
    message = Message()
    message["Content-Type"] = header or NO_TYPE
    charset = str(message.get_param("charset") or "utf-8").lower()
    if charset not in _UTF_8:
        raise MediaTypeError(f"the body is in {charset}.", hint="Send UTF-8.")
    return message


def content_type(known: Format) -> str:
    """Write the Content-Type of an answer in a format."""
    charset = "; charset=utf-8" if known.media_type.startswith("text/") else ""
    return known.media_type + charset


def media_type_of(header: str | None) -> str:
    """Return the media type that a Content-Type header names.

    Raises:
        MediaTypeError: the body is in another encoding than UTF-8.
    """
    message = read_content_type(header)
    # The library takes what is no media type for plain text.
    return message.get_content_type() if "/" in str(message["Content-Type"]) else str(header)


def unread(media_type: str, hint: str) -> MediaTypeError:
    """Make the refusal of a body's type."""
    shown = "(none given)" if media_type in {NO_TYPE, ""} else media_type
    return MediaTypeError(f"a body of type {shown} is not read here.", hint=hint)


def decode_form(data: bytes, what: str) -> Parameters:
    """Decode a query string or form, once.

    Raises:
        RequestError: it is not UTF-8, as it stands or after decoding, or has too many fields.
    """
    if data.count(b"&") >= _MOST_PARAMETERS:
        raise RequestError(f"{what} has more than {_MOST_PARAMETERS:,} fields.", hint="Send fewer.")
    decode_text(data, what)
    try:
        return urlencoded.fields(data.removeprefix(BOM_UTF8))
    except UnicodeDecodeError:
        raise RequestError(f"{what} holds percent-encoded bytes that are not UTF-8.") from None


def decode_text(data: bytes, what: str) -> str:
    """Decode UTF-8, without a byte order mark.

    Raises:
        RequestError: it is none.
    """
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise RequestError(f"{what} is not UTF-8: byte {error.start + 1} cannot be read.") from None


def iris(values: tuple[str, ...]) -> tuple[str, ...]:
    """Check names of graphs.

    Raises:
        RequestError: one is no absolute IRI.
    """
    for value in values:
        try:
            NamedNode(value)
        except ValueError:
            message = f"{value[:_LONGEST_TOLD]!r} is no IRI of a graph."
            raise RequestError(message, hint="Graphs are named by absolute IRIs.") from None
    return values


def _formats(names: tuple[str, ...]) -> tuple[Format, ...]:
    """Find every format that the names may mean: `json` means something else for a graph than for a table.

    Clients repeat a format by its other names, of which one that is known will do.
    """
    meant = [found for name in names if (found := _called(_ALIASES.get(name.lower(), name.lower())))]
    if names and not meant:
        known = ", ".join(f.name for f in _KNOWN)
        message = f"there is no format {names[0][:_LONGEST_TOLD]!r} here."
        raise UnknownFormatError(message, hint=f"Use one of: {known}.")
    common = [f for f in _KNOWN if meant and all(f in found for found in meant)]
    if meant and not common:
        raise RequestError(f"the request names {len(meant)} formats.", hint="Name one.")
    return tuple(common)


def _called(name: str) -> list[Format]:
    return [known for known in _KNOWN if is_called(known, name)]


def is_called(known: Format, name: str) -> bool:
    """Whether a name in lower case is one of a format's."""
    return name == known.name or name in known.extensions or name in known.media_types


def choose(accept: str | None, wanted: tuple[Format, ...], offered: tuple[Format, ...]) -> Format:
    """Choose a format: one that the request names, else the one that its Accept header prefers.

    Raises:
        NotAcceptableError: the client accepts none; the hint names those that there are.
    """
    chosen = choice(accept, wanted, offered)
    if chosen is None:
        known = ", ".join(f.media_type for f in offered)
        told = shorten(repr(accept), _LONGEST_TOLD, placeholder=" …")
        raise NotAcceptableError(f"none of {told} can be sent.", hint=f"This can: {known}.")
    return chosen


def choice(accept: str | None, wanted: tuple[Format, ...], offered: tuple[Format, ...]) -> Format | None:
    """Choose likewise; None if the client accepts none."""
    named = next((f for f in wanted if f in offered), None)
    return named or formats.negotiate(accept, offered)
