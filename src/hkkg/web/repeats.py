"""Requests that come again to the byte, so that they need not be read a second time.

Clients repeat themselves exactly: a program asks its queries with the same header fields each time. To parse
a request and to find its answer in the cache takes several times as long as to send the answer.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Generic, NamedTuple, TypeVar

if TYPE_CHECKING:
    from collections.abc import Hashable

T = TypeVar("T")

_MOST: Final = 4_096
_LONGEST: Final = 4_096
_HEAD_END: Final = b"\r\n\r\n"


class Replay(NamedTuple):
    """An answer out of the cache, as it was sent.

    Attributes:
        key: of the answer in the cache.
        path: of the request's target.
        query_text: the query.
        forwarded: whom a proxy speaks for.
        rows: solutions in the answer.
        head: up to the fields that change from second to second.
        length: what follows them.
    """

    key: Hashable
    path: bytes
    query_text: str
    forwarded: bytes | None
    rows: int | None
    head: bytes
    length: bytes


class Repeats(Generic[T]):
    """What is known of requests, by their bytes; what was kept first gives way when there are too many."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self._known: dict[bytes, T] = {}

    def get(self, request: bytes) -> T | None:
        """Find what is known of a request."""
        return self._known.get(request)

    def keep(self, request: bytes, known: T) -> None:
        """Keep what is known of a request."""
        if len(self._known) >= _MOST:
            del self._known[next(iter(self._known))]
        self._known[request] = known

    def forget(self, request: bytes) -> None:
        """Give up what is known of a request."""
        self._known.pop(request, None)

    def clear(self) -> None:
        """Forget everything."""
        self._known.clear()


def is_whole(data: bytes) -> bool:
    """Whether what has arrived is one request without a body, and not too long to be kept."""
    return len(data) <= _LONGEST and data.endswith(_HEAD_END) and data.count(_HEAD_END) == 1
