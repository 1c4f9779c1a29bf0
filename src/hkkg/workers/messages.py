"""What the nursery and the process that answers HTTP tell each other."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from hkkg.generations import Write


class Ready(NamedTuple):
    """The graph is open.

    Attributes:
        generation: the current one.
        packaged: whether it is the packaged graph.
        searches_at_once: whether every worker finds things by their names at once; if not, one of them has
            to index the names of a large graph first.
    """

    generation: int
    packaged: bool
    searches_at_once: bool


class Forked(NamedTuple):
    """A worker is there; its connection and a handle of its process come with this."""

    pid: int
    generation: int


class Ended(NamedTuple):
    """A process ended, as `os.waitstatus_to_exitcode` tells."""

    pid: int
    code: int


class WriteCall(NamedTuple):
    """A write, and the time (`time.monotonic`) until which it may take."""

    write: Write
    deadline: float


class Committed(NamedTuple):
    """A write has become a generation, or has changed nothing.

    Attributes:
        generation: the current one.
        added: quads that it added, besides what reasoning adds.
        removed: quads that it removed, likewise.
        created: IRIs of the graphs that it made.
    """

    generation: int
    added: int
    removed: int
    created: tuple[str, ...]
