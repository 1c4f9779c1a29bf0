"""Answers that are kept: a bounded number of bytes, the longest unused compressed first and then given up.

To unpack an answer takes less time than its query, and packed it needs less room.
"""

from __future__ import annotations

import zlib
from collections import OrderedDict
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Hashable

_OVERHEAD: Final = 500
"""Bytes that an entry takes besides its answer and its key's text."""

_SHORTEST_PACKED: Final = 500
_MOST_PACKED: Final = 1 << 18
"""Bytes that the event loop may take the time to compress for one answer that comes."""

_FASTEST: Final = 1


class Entry(NamedTuple):
    """A whole answer, ready to be sent.

    Attributes:
        lines: its header fields.
        body: its bytes.
        etag: its entity tag, quoted.
        rows: solutions that it holds, as far as they are known.
    """

    lines: bytes
    body: bytes | memoryview
    etag: bytes
    rows: int | None


class Cache:
    """Answers by what they answer.

    A quarter of the room is for those that are ready to be sent; the rest is for those that were not asked
    for lately, which are compressed.

    Args:
        most_bytes: of the answers and their keys together.
    """

    def __init__(self, most_bytes: int) -> None:
        """Begin with nothing."""
        self._largest = most_bytes // 4
        self._ready = _Shelf(self._largest)
        self._packed = _Shelf(most_bytes - self._largest)

    @property
    def bytes(self) -> int:
        """What they take of the room."""
        return self._ready.bytes + self._packed.bytes

    def get(self, key: Hashable) -> Entry | None:
        """Find an answer."""
        found = self._ready.get(key)
        if found is None:
            found = self._packed.get(key)
            if found is None:
                return None
            found = found.unpacked()
            self._make_ready(key, found)
        return found.entry

    def put(self, key: Hashable, entry: Entry, key_size: int) -> None:
        """Keep an answer, unless it alone would take a quarter of the room."""
        held = _Held(entry, key_size)
        self._packed.drop(key)
        if held.size <= self._largest:
            self._make_ready(key, held)

    def _make_ready(self, key: Hashable, held: _Held) -> None:
        room = _MOST_PACKED
        for unused, left in self._ready.put(key, held):
            if unused in self._packed.held:
                continue
            packed = left.packed(room)
            room -= len(left.entry.body) if packed.is_packed else 0
            self._packed.put(unused, packed)

    def clear(self) -> None:
        """Forget everything."""
        self._ready.clear()
        self._packed.clear()


class _Held(NamedTuple):
    entry: Entry
    key_size: int
    is_packed: bool = False

    @property
    def size(self) -> int:
        return len(self.entry.body) + len(self.entry.lines) + self.key_size + _OVERHEAD

    def packed(self, most: int) -> _Held:
        """Compress it, if that is worth its while and it has so many bytes at most."""
        body = self.entry.body
        if not _SHORTEST_PACKED <= len(body) <= most or b"content-encoding" in self.entry.lines:
            return self
        return self._replace(entry=self.entry._replace(body=zlib.compress(body, _FASTEST)), is_packed=True)

    def unpacked(self) -> _Held:
        if not self.is_packed:
            return self
        body = zlib.decompress(self.entry.body)
        return self._replace(entry=self.entry._replace(body=body), is_packed=False)


class _Shelf:
    """A bounded number of bytes of answers; the longest unused have to leave."""

    def __init__(self, most_bytes: int) -> None:
        self._most = most_bytes
        self.held: OrderedDict[Hashable, _Held] = OrderedDict()
        self.bytes = 0

    def get(self, key: Hashable) -> _Held | None:
        found = self.held.get(key)
        if found is not None:
            self.held.move_to_end(key)
        return found

    def put(self, key: Hashable, held: _Held) -> list[tuple[Hashable, _Held]]:
        """Take an answer, and return those that have to leave."""
        self.drop(key)
        self.held[key] = held
        self.bytes += held.size
        leaving = []
        while self.bytes > self._most:
            leaving.append(self.held.popitem(last=False))
            self.bytes -= leaving[-1][1].size
        return leaving

    def drop(self, key: Hashable) -> None:
        dropped = self.held.pop(key, None)
        self.bytes -= dropped.size if dropped else 0

    def clear(self) -> None:
        self.held.clear()
        self.bytes = 0
