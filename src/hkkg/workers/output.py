"""An answer on its way out of a worker: whole in one frame, or in parts once it has grown too large."""

from __future__ import annotations

import zlib
from time import perf_counter
from typing import TYPE_CHECKING, Final, Protocol

import brotli  # type: ignore[import-untyped]  # it brings no types

from hkkg import formats
from hkkg.errors import ResultTooLargeError
from hkkg.workers.calls import Answered
from hkkg.workers.frames import Kind, packed, send

if TYPE_CHECKING:
    import socket

    from hkkg.config import Settings
    from hkkg.errors import HkkgError

_PART: Final = 1 << 17
_WORTH_COMPRESSING: Final = 1_000
ENCODINGS: Final = ("", "br", "gzip")
"""How an answer may be compressed: not at all, or as HTTP calls it."""

_GZIP: Final = 16 + zlib.MAX_WBITS
_BROTLI_QUALITY: Final = 2
_ROWS: Final = {
    formats.JSON.name: (b'},{"', b'"bindings":[{'),
    formats.XML.name: (b"<result>", b""),
    formats.CSV.name: (b"\r\n", b""),
    formats.TSV.name: (b"\n", b""),
}


class _Compressor(Protocol):
    def compress(self, data: bytes | memoryview, /) -> bytes: ...

    def flush(self) -> bytes: ...


class _Brotli:
    def __init__(self) -> None:
        self._inner = brotli.Compressor(quality=_BROTLI_QUALITY)

    def compress(self, data: bytes | memoryview, /) -> bytes:
        compressed: bytes = self._inner.process(data)
        return compressed

    def flush(self) -> bytes:
        rest: bytes = self._inner.finish()
        return rest


def compressor(encoding: str) -> _Compressor:
    """Make what compresses by an encoding, `br` or `gzip`."""
    return _Brotli() if encoding == "br" else zlib.compressobj(1, zlib.DEFLATED, _GZIP)


class Output:
    """A binary stream to write one answer to.

    Args:
        connection: where the frames go.
        number: of the call.
        encoding: how the client wants it compressed.
        settings: how much is buffered, how much sent at all, and whether solutions are counted.
    """

    def __init__(self, connection: socket.socket, number: int, encoding: str, settings: Settings) -> None:
        """Begin; nothing is sent yet."""
        self._connection = connection
        self._number = number
        self._encoding = encoding
        self._limits = settings.limits
        self._counts_rows = settings.counts_rows
        self._pieces: list[bytes] = []
        self._held = 0
        self._begun = perf_counter()
        self._compressor: _Compressor | None = None
        self._size = 0
        self.format = ""
        self.is_table = False
        self.is_started = False

    def write(self, data: bytes) -> int:
        """Take a piece of the answer.

        Raises:
            ResultTooLargeError: the answer is larger than the service sends.
        """
        self._pieces.append(data)
        self._held += len(data)
        self._size += len(data)
        if self._size > self._limits.result_bytes:
            raise ResultTooLargeError(
                f"the answer is larger than {self._limits.result_bytes // 1_000_000:,} MB.",
                hint="Ask for less, with LIMIT and OFFSET or a narrower pattern.",
            )
        if self._held >= (_PART if self.is_started else self._limits.buffered_bytes):
            self._send_part()
        return len(data)

    def flush(self) -> None:
        """Do nothing: parts are sent when they are large enough."""

    def end(self) -> None:
        """Send what is left."""
        if self.is_started:
            self._send_part()
            if self._compressor:
                self._send(Kind.PART, self._compressor.flush())
            self._send(Kind.END, self._answered(None).written())
        else:
            self._send_whole(b"".join(self._pieces))

    def end_value(self, value: object) -> None:
        """Answer with a value in place of bytes.

        Raises:
            ResultTooLargeError: it is larger than the process that answers HTTP has the time to unpack.
        """
        body = packed(value)
        if len(body) > self._limits.value_bytes:
            raise ResultTooLargeError(
                f"a page or document is made from {self._limits.value_bytes // 1_000_000:,} MB at most.",
                hint="Ask for less, or at /sparql, which sends large answers as they come.",
            )
        self._send_whole(body)

    def fail(self, error: HkkgError) -> None:
        """Send an error in place of the answer, or of what is left of it."""
        self._send(Kind.ERROR, packed(error))

    def _send_whole(self, body: bytes) -> None:
        rows = self._rows(body)
        self._encoding = self._encoding if len(body) >= _WORTH_COMPRESSING else ""
        if self._encoding:
            packing = compressor(self._encoding)
            body = packing.compress(body) + packing.flush()
        head = self._answered(rows).written()
        self._send(Kind.WHOLE, len(head).to_bytes(2, "little"), head, body)

    def _send_part(self) -> None:
        if not self.is_started:
            self.is_started = True
            self._compressor = compressor(self._encoding) if self._encoding else None
            self._send(Kind.START, self._answered(None).written())
        part = memoryview(b"".join(self._pieces))
        self._pieces, self._held = [], 0
        for start in range(0, len(part), _PART):  # one value alone may have any size
            piece = part[start : start + _PART]
            self._send(Kind.PART, self._compressor.compress(piece) if self._compressor else piece)

    def _answered(self, rows: int | None) -> Answered:
        return Answered(self.format, self._encoding, rows, perf_counter() - self._begun, self._size)

    def _rows(self, body: bytes) -> int | None:
        """Count the solutions of a table by what stands between them."""
        if not (self._counts_rows and self.is_table):
            return None
        between, first = _ROWS[self.format]
        return body.count(between) + (first in body if first else -(between != b"<result>"))

    def _send(self, kind: int, *parts: bytes | memoryview) -> None:
        send(self._connection, kind, self._number, *parts)
