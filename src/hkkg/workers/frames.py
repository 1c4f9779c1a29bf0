"""Messages between processes of one service: frames on a stream socket."""

from __future__ import annotations

import pickle
from collections import deque
from struct import Struct
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    import socket
    from collections.abc import Iterator

_HEAD: Final = Struct("<IIB")
_PIECE: Final = 1 << 18
_WORTH_NOT_COPYING: Final = 1 << 15


class Kind:
    """What a frame holds; plain numbers, since each call needs two."""

    CALL: Final = 0
    """A call."""
    WHOLE: Final = 1
    """A whole answer: the length of `Answered` in two bytes, `Answered`, and the answer's bytes."""
    START: Final = 2
    """`Answered` of an answer that comes in parts."""
    PART: Final = 3
    """A part of an answer."""
    END: Final = 4
    """The end of an answer that came in parts: `Answered` as it is now known."""
    ERROR: Final = 5
    """An error of hkkg's, in place of an answer or of the rest of one."""


def frame(kind: int, number: int, *parts: bytes | memoryview) -> bytes:
    """Write a frame about the call of a number."""
    return b"".join([_HEAD.pack(sum(map(len, parts)), number, kind), *parts])


def send(connection: socket.socket, kind: int, number: int, *parts: bytes | memoryview) -> None:
    """Write a frame to a blocking socket, without copying its parts together first if they are large."""
    size = sum(map(len, parts))
    head = _HEAD.pack(size, number, kind)
    if size < _WORTH_NOT_COPYING:
        connection.sendall(b"".join([head, *parts]))
        return
    left = deque(memoryview(part) for part in (head, *parts) if part)
    while left:
        sent = connection.sendmsg(left)
        while left and sent >= len(left[0]):
            sent -= len(left.popleft())
        if left:
            left[0] = left[0][sent:]


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

    def feed(self, data: bytes) -> list[tuple[int, int, memoryview]]:
        """Take what came, and return the frames that are whole: kind, number of the call, and content."""
        if self._pieces:
            self._pieces.append(data)
            self._size += len(data)
            if self._size < self._wanted:
                return []
            data = b"".join(self._pieces)
            self._pieces = []
        whole = []
        view = memoryview(data)
        at, size = 0, len(data)
        self._wanted = _HEAD.size
        while size - at >= _HEAD.size:
            length, number, kind = _HEAD.unpack_from(data, at)
            end = at + _HEAD.size + length
            if end > size:
                self._wanted = end - at
                break
            whole.append((kind, number, view[at + _HEAD.size : end]))
            at = end
        if at < size:
            self._pieces = [data[at:]]
            self._size = size - at
        return whole


def receive(connection: socket.socket) -> Iterator[tuple[int, int, memoryview]]:
    """Yield the frames that come over a blocking socket, until the other end closes it."""
    frames = Frames()
    while data := connection.recv(_PIECE):
        yield from frames.feed(data)
