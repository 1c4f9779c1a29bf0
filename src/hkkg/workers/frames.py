"""Messages between processes of one service: frames on a stream socket."""

from __future__ import annotations

import pickle
from enum import IntEnum
from struct import Struct
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    import socket
    from collections.abc import Iterator

_HEAD: Final = Struct("<IIB")
_PIECE: Final = 1 << 18


class Kind(IntEnum):
    """What a frame holds."""

    CALL = 0
    """A call: its function's name and its arguments."""
    WHOLE = 1
    """A whole answer: `Answered`, and its bytes behind it."""
    START = 2
    """`Answered` of an answer that comes in parts."""
    PART = 3
    """A part of an answer."""
    END = 4
    """The end of an answer that came in parts: an updated `Answered`."""
    ERROR = 5
    """An error of hkkg's, in place of an answer or of the rest of one."""


def frame(kind: Kind, number: int, *parts: bytes) -> bytes:
    """Write a frame about the call of a number."""
    return b"".join([_HEAD.pack(sum(map(len, parts)), number, kind), *parts])


def packed(value: Any) -> bytes:  # noqa: ANN401 - whatever a call takes
    """Write a value for a frame; both ends are processes of one service."""
    return pickle.dumps(value, pickle.HIGHEST_PROTOCOL)


def unpacked(data: bytes | memoryview) -> Any:  # noqa: ANN401 - whatever a call takes
    """Read a value of a frame."""
    return pickle.loads(data)  # noqa: S301 - it was written by a process of this service


class Frames:
    """Frames out of the bytes of a stream as they come."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self._pieces: list[bytes] = []
        self._size = 0
        self._wanted = _HEAD.size

    def feed(self, data: bytes) -> Iterator[tuple[Kind, int, bytes]]:
        """Take what came, and yield the frames that are whole."""
        self._pieces.append(data)
        self._size += len(data)
        if self._size < self._wanted:
            return
        buffer = self._pieces[0] if len(self._pieces) == 1 else b"".join(self._pieces)
        at = 0
        self._wanted = _HEAD.size
        while len(buffer) - at >= _HEAD.size:
            length, number, kind = _HEAD.unpack_from(buffer, at)
            end = at + _HEAD.size + length
            if end > len(buffer):
                self._wanted = end - at
                break
            yield Kind(kind), number, buffer[at + _HEAD.size : end]
            at = end
        self._pieces = [buffer[at:]] if at < len(buffer) else []
        self._size = len(buffer) - at


def receive(connection: socket.socket) -> Iterator[tuple[Kind, int, bytes]]:
    """Yield the frames that come over a blocking socket, until the other end closes it."""
    frames = Frames()
    while data := connection.recv(_PIECE):
        yield from frames.feed(data)
