"""Heads of requests: their fields by name, and what is wrong with them."""

from __future__ import annotations

import re
from ipaddress import IPv6Address
from typing import TYPE_CHECKING, Final, NamedTuple

from hkkg.web.problems import (
    AddressTooLongError,
    HeadTooLargeError,
    MediaTypeError,
    RequestError,
    UnimplementedError,
    VersionError,
)

if TYPE_CHECKING:
    from hkkg.config import Limits
    from hkkg.errors import HkkgError
    from hkkg.web.exchange import Exchange

LONGEST_PASSED_ON: Final = 65_535
"""Bytes of an address for the framework, which splits no longer one."""

_ASCII: Final = 128
_SHOWN: Final = 100
_LISTS: Final = (b"accept", b"accept-encoding", b"accept-language")
_LONGEST_LIST: Final = 4_000
"""Bytes of a list of what a client takes: to read a long one would hold everybody up."""

_ABSOLUTE: Final = re.compile(rb"https?://([^/?#]+)/?", re.IGNORECASE)
_HOST: Final = re.compile(r"(?:[\w.~-]+|\[([\da-fA-F:.]+)\])(?::\d*)?", re.ASCII)
_METHODS: Final = "GET, HEAD, POST, PUT, DELETE and OPTIONS"


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
    head: Head, version: str, headers: list[tuple[bytes, bytes]], limits: Limits
) -> HkkgError | None:
    """Say what is wrong with a head, which came in a version of HTTP with these lines; None if nothing."""
    if len(head.target) > limits.request_bytes:
        return endless_head(head.target, limits)
    size = sum(len(name) + len(value) for name, value in headers)
    if len(headers) > limits.headers or size > limits.header_bytes:
        most = f"{limits.headers} headers, {limits.header_bytes:,} bytes"
        return HeadTooLargeError("the request's headers are too many or too large.", hint=f"At most: {most}.")
    long = next((name for name in _LISTS if len(head.fields.get(name, b"")) > _LONGEST_LIST), None)
    if long:
        name = long.decode().title()
        return HeadTooLargeError(f"the header {name} has more than {_LONGEST_LIST:,} bytes.")
    return _problem_of_line(head, version) or _problem_of_fields(head)


def _problem_of_line(head: Head, version: str) -> HkkgError | None:
    if version not in {"1.1", "1.0"}:  # RFC 9110, section 15.6.6
        return VersionError(f"HTTP/{version} is not spoken here.", hint="Use HTTP/1.1.")
    if head.method == "CONNECT":
        return unknown_method()
    if not head.target.startswith((b"/", b"*")):
        address = head.target[:_SHOWN].decode("latin-1")
        return RequestError(f"{address!r} is no address of this service.", hint="Send its path.")
    return None


def _problem_of_fields(head: Head) -> HkkgError | None:
    host = head.fields.get(b"host")
    if host is None and not head.is_http_1_0:  # RFC 9112, section 3.2
        return RequestError("the request names no host.", hint="Send one in the header Host.")
    if host and not _is_host(host.decode("latin-1")):  # two of them have a comma between them
        return RequestError(f"{host.decode('latin-1')!r} is no host.", hint="Send one in the header Host.")
    coding = head.fields.get(b"transfer-encoding", b"chunked").decode("latin-1")
    if coding.lower() != "chunked":  # RFC 9112, section 6.1
        hint = "Send it as it is, or chunked."
        return UnimplementedError(f"the body is transferred as {coding}.", hint=hint)
    coding = head.fields.get(b"content-encoding", b"identity").decode("latin-1")
    if coding.lower() != "identity":  # RFC 9110, section 8.4
        return MediaTypeError(f"the body is encoded as {coding}.", hint="Send it as it is.")
    return None


def _is_host(host: str) -> bool:
    found = _HOST.fullmatch(host)
    try:
        return found is not None and (found[1] is None or bool(IPv6Address(found[1])))
    except ValueError:
        return False


def unknown_method() -> HkkgError:
    """Make the error of a method that no address has."""
    return UnimplementedError("the request's method is not known here.", hint=f"There are {_METHODS}.")


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
        return too_long()
    return HeadTooLargeError("the request's headers are too large.")


def too_long() -> HkkgError:
    """Make the error of an address that is too long."""
    return AddressTooLongError("the address is too long.", hint="Send a long query by POST.")


def expects_to_be_asked(fields: dict[bytes, bytes], *, is_http_1_0: bool) -> bool:
    """Whether a client waits to be told to send the body (RFC 9110, section 10.1.1)."""
    return fields.get(b"expect", b"").lower() == b"100-continue" and not is_http_1_0


def joined(headers: list[tuple[bytes, bytes]]) -> dict[bytes, bytes]:
    """Return header fields by name, the lines of one name joined (RFC 9110, section 5.3)."""
    fields = dict(headers)
    if len(fields) == len(headers):
        return fields
    lines: dict[bytes, list[bytes]] = {}
    for name, value in headers:
        lines.setdefault(name, []).append(value)
    return {name: b", ".join(values) for name, values in lines.items()}


def with_ascii_target(head: bytes) -> bytes:
    """Percent-encode what is not ASCII in the first line, where many a client sends it as it is."""
    line, end, rest = head.partition(b"\n")
    return b"".join(bytes([byte]) if byte < _ASCII else b"%%%02X" % byte for byte in line) + end + rest
