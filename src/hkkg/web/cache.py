"""Answers that are kept: a bounded number of bytes, the longest unused given up first."""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Hashable

_OVERHEAD: Final = 500
"""Bytes that an entry takes besides its answer and its key's text."""


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

    Args:
        most_bytes: of the answers and their keys together.
    """

    def __init__(self, most_bytes: int) -> None:
        """Begin with nothing."""
        self._most = most_bytes
        self._entries: OrderedDict[Hashable, tuple[Entry, int]] = OrderedDict()
        self.bytes = 0

    def __len__(self) -> int:
        """Count the answers."""
        return len(self._entries)

    def get(self, key: Hashable) -> Entry | None:
        """Find an answer."""
        found = self._entries.get(key)
        if found is None:
            return None
        self._entries.move_to_end(key)
        return found[0]

    def put(self, key: Hashable, entry: Entry, key_size: int) -> None:
        """Keep an answer, unless it alone would take a quarter of the room."""
        size = len(entry.body) + len(entry.lines) + key_size + _OVERHEAD
        if size > self._most // 4:
            return
        if key in self._entries:
            self.bytes -= self._entries.pop(key)[1]
        self._entries[key] = (entry, size)
        self.bytes += size
        while self.bytes > self._most:
            _, (_, freed) = self._entries.popitem(last=False)
            self.bytes -= freed

    def clear(self) -> None:
        """Forget everything."""
        self._entries.clear()
        self.bytes = 0
