"""Fields of forms and query strings, read as `urllib.parse.parse_qsl` reads them, and sooner.

To look up each escape of a megabyte would hold everybody up. So all of them are marked at once as
quoted-printable has them, which the standard library decodes in C.
"""

from __future__ import annotations

import codecs
from binascii import a2b_qp
from string import hexdigits
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

_CLASSES: Final = bytes(
    ord("h") if chr(byte) in hexdigits else byte if byte == ord("%") else 0 for byte in range(256)
)
_BEGINNING: Final = b"\1hh"
_DIFFERENCE: Final = bytes([0, ord("%") ^ ord("=")]) + bytes(254)

_EQUALS: Final = b"\xff"
"""Stands for =, which marks escapes; it is in no UTF-8."""

_PIECE: Final = 1 << 18
"""Bytes that are decoded at a time, so that other threads have their turn in between."""


def fields(data: bytes) -> list[tuple[str, str]]:
    """Decode the fields of a form that is UTF-8 as it stands.

    Raises:
        UnicodeDecodeError: it is none once it is decoded.
    """
    marked = b"".join(map(_marked, _pieces(data, b"%")))
    pairs = (field.partition(_EQUALS) for field in marked.split(b"&") if field)
    return [(_decoded(name), _decoded(value)) for name, _, value in pairs]


def _pieces(text: bytes, escape: bytes) -> Iterator[bytes]:
    """Cut a text into pieces, none of which ends within an escape."""
    start = 0
    while start < len(text):
        end = start + _PIECE
        cut = text.rfind(escape, end - 2, end)
        end = end if cut < 0 else cut
        yield text[start:end]
        start = end


def _marked(text: bytes) -> bytes:
    """Write escapes with = in place of %, where two hexadecimal digits follow."""
    text = text.replace(b"+", b" ").replace(b"=", _EQUALS)
    if b"%" not in text:
        return text
    beginnings = text.translate(_CLASSES).replace(b"%hh", _BEGINNING).translate(_DIFFERENCE)
    marked = int.from_bytes(text, "big") ^ int.from_bytes(beginnings, "big")
    return marked.to_bytes(len(text), "big")


def _decoded(text: bytes) -> str:
    if len(text) <= _PIECE:
        return _unescaped(text).decode()
    return "".join(codecs.iterdecode(map(_unescaped, _pieces(text, b"=")), "utf-8"))


def _unescaped(text: bytes) -> bytes:
    if b"=" not in text:
        return text.replace(_EQUALS, b"=")
    return a2b_qp(text.replace(_EQUALS, b"=3D"))
