"""Results as they come over the wire, piece by piece: repaired where engines are odd, refused where cut."""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING, Final
from xml.parsers.expat import ParserCreate

from hkkg.store.results_xml import well_formed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from _typeshed import WriteableBuffer

_BUFFER: Final = 1 << 16
# Virtuoso names blank nodes so, which is no blank node's name.
_NODE_ID: Final = re.compile(rb'("type"\s*:\s*"bnode"\s*,\s*"value"\s*:\s*")nodeID://')
_LONGEST_NODE_ID: Final = 256


class Pieces(io.RawIOBase):
    """Pieces of bytes as a file."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        """Take the pieces one by one, when they are read."""
        super().__init__()
        self._pieces = pieces
        self._rest = memoryview(b"")

    def readable(self) -> bool:
        """Say that it can be read."""
        return True

    def readinto(self, buffer: WriteableBuffer) -> int:
        """Read some bytes, none at the end."""
        target = memoryview(buffer).cast("B")
        while not self._rest:
            piece = next(self._pieces, None)
            if piece is None:
                return 0
            self._rest = memoryview(piece)
        size = min(len(target), len(self._rest))
        target[:size] = self._rest[:size]
        self._rest = self._rest[size:]
        return size


def as_file(pieces: Iterator[bytes]) -> io.BufferedReader:
    """Read pieces as a file."""
    return io.BufferedReader(Pieces(pieces), _BUFFER)


def whole_xml(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """Pass XML on, and make sure that it is whole: the engine's parser takes any end for the right one.

    Raises:
        SyntaxError: it is not well-formed, or ends too soon.
    """
    parser = ParserCreate()
    for piece in pieces:
        with well_formed():
            parser.Parse(piece, False)  # noqa: FBT003 - its second argument has no name
        yield piece
    with well_formed():
        parser.Parse(b"", True)  # noqa: FBT003 - see above


def with_blank_nodes(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """Pass SPARQL results in JSON on, with Virtuoso's names of blank nodes made such as RDF allows."""
    kept = b""
    for piece in pieces:
        text = kept + piece
        # A name that the end of the piece cuts in two starts after the last brace.
        cut = text.rfind(b"{", max(len(text) - _LONGEST_NODE_ID, 0))
        passed, kept = (text, b"") if cut < 0 else (text[:cut], text[cut:])
        yield _NODE_ID.sub(rb"\1", passed) if b"nodeID://" in passed else passed
    yield _NODE_ID.sub(rb"\1", kept)
