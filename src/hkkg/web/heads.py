"""Heads of requests: their fields by name, what is wrong with them, and bytes that parsers stumble over."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from hkkg.web.problems import HeadTooLargeError, MediaTypeError, RequestError, TooLargeError

if TYPE_CHECKING:
    from hkkg.config import Limits
    from hkkg.errors import HkkgError
    from hkkg.web.exchange import Exchange

_ASCII: Final = 128
_ABSOLUTE: Final = re.compile(rb"https?://([^/?#]*)/?", re.IGNORECASE)
_HOST: Final = re.compile(r"[\w.~-]+(:\d*)?|\[[\da-fA-F:.]+\](:\d*)?", re.ASCII)
_UPGRADE: Final = re.compile(rb"\r\nupgrade:", re.IGNORECASE)


class Head(NamedTuple):
    """The head of a request.

    Attributes:
        method: in upper case.
        target: as it was sent, path and query.
        fields: by their names in lower case; lines of one name are joined.
        keep_alive: whether the connection is to stay open.
        is_http_1_0: whether the client is an old one.
    """

    method: str
    target: bytes
    fields: dict[bytes, bytes]
    keep_alive: bool
    is_http_1_0: bool


class Refusing:
    """Answers a request whose head is refused."""

    def __init__(self, error: HkkgError) -> None:
        """Take the reason."""
        self._error = error

    def most_bytes(self, _: Exchange) -> int:
        """Refuse it."""
        raise self._error

    def handle(self, exchange: Exchange) -> None:
        """Refuse it."""
        exchange.fail(self._error)


def problem_of_head(
    target: bytes,
    headers: list[tuple[bytes, bytes]],
    fields: dict[bytes, bytes],
    limits: Limits,
    *,
    is_http_1_0: bool,
) -> HkkgError | None:
    """Say what is wrong with a head, of which the fields by name are known too; None if nothing is."""
    if len(target) > limits.request_bytes:
        return endless_head(target, limits)
    size = sum(len(name) + len(value) for name, value in headers)
    if len(headers) > limits.headers or size > limits.header_bytes:
        most = f"{limits.headers} headers, {limits.header_bytes:,} bytes"
        return HeadTooLargeError("the request's headers are too many or too large.", hint=f"At most: {most}.")
    return _problem_of_fields(fields, is_http_1_0=is_http_1_0)


def _problem_of_fields(fields: dict[bytes, bytes], *, is_http_1_0: bool) -> HkkgError | None:
    host = fields.get(b"host")
    if host is None and not is_http_1_0:  # RFC 9112, section 3.2
        return RequestError("the request names no host.", hint="Send one in the header Host.")
    if host and not _HOST.fullmatch(host.decode("latin-1")):  # two of them have a comma between them
        return RequestError(f"{host.decode('latin-1')!r} is no host.", hint="Send one in the header Host.")
    coding = fields.get(b"content-encoding", b"identity").decode("latin-1")
    if coding.lower() != "identity":  # RFC 9110, section 8.4
        return MediaTypeError(f"the body is encoded as {coding}.", hint="Send it as it is.")
    return None


def in_origin_form(
    target: bytes, headers: list[tuple[bytes, bytes]]
) -> tuple[bytes, list[tuple[bytes, bytes]]]:
    """Move the host that a target names to the field Host, which it overrides (RFC 9112, section 3.2.2)."""
    absolute = _ABSOLUTE.match(target)
    if absolute is None:
        return target, headers
    others = [(name, value) for name, value in headers if name != b"host"]
    return b"/" + target[absolute.end() :], [*others, (b"host", absolute[1])]


def endless_head(target: bytes, limits: Limits) -> HkkgError:
    """Make the error of a head that is too long, by how long its target is, as far as it has arrived."""
    if len(target) > limits.request_bytes:
        return TooLargeError("the address is too long.", hint="Send a long query by POST.")
    return HeadTooLargeError("the request's headers are too large.")


def joined(headers: list[tuple[bytes, bytes]]) -> dict[bytes, bytes]:
    """Return header fields by name, the lines of one name joined (RFC 9110, section 5.3)."""
    fields = dict(headers)
    if len(fields) == len(headers):
        return fields
    lines: dict[bytes, list[bytes]] = {}
    for name, value in headers:
        lines.setdefault(name, []).append(value)
    return {name: b", ".join(values) for name, values in lines.items()}


def with_ascii_target(data: bytes) -> bytes:
    """Percent-encode what is not ASCII in a request line, where many a client sends it as it is."""
    line, end, rest = data.partition(b"\r\n")
    return b"".join(bytes([byte]) if byte < _ASCII else b"%%%02X" % byte for byte in line) + end + rest


def without_upgrade(data: bytes) -> bytes:
    """Spoil the Upgrade field in a head: the parser would not read the body of a request that has one.

    Nothing is upgraded to here, and clients such as Java's offer HTTP/2 with each request.
    """
    head, end, rest = data.partition(b"\r\n\r\n")
    return _UPGRADE.sub(b"\r\nignored:", head) + end + rest
