"""Confining a process that does what others ask for: its memory, its stack, what it opens, and its life."""

from __future__ import annotations

import ctypes
import os
import resource
import signal
import sys
import threading
import time
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable, Iterator, Sequence

_DIE_WITH_PARENT: Final = 1
_TRIM_THRESHOLD: Final = -1
_MMAP_THRESHOLD: Final = -3
_KEPT: Final = 32 << 20
_ENDING_SECONDS: Final = 1.0
_HUGE_PAGE: Final = 2 << 20
_MADV_HUGEPAGE: Final = 14
_MADV_COLLAPSE: Final = 25
_DISABLE_HUGE_PAGES: Final = 41
TUNABLES: Final = "GLIBC_TUNABLES"
"""The variable of the settings that glibc reads when a program starts."""

TUNED: Final = {"glibc.malloc.tcache_count": 200, "glibc.malloc.hugetlb": 1, "glibc.malloc.mxfast": 0}
"""Settings of its allocator that the engine needs."""

_libc = ctypes.CDLL(None, use_errno=True)


def die_with_parent() -> None:
    """Let the kernel end this process when the one that forked it ends (prctl(2), PR_SET_PDEATHSIG)."""
    _libc.prctl(_DIE_WITH_PARENT, signal.SIGKILL)


def inherit_only(kept: set[socket.socket]) -> None:
    """Close whatever else this process has inherited, and end with its parent."""
    die_with_parent()
    numbers = sorted(connection.fileno() for connection in kept)
    for before, after in zip([2, *numbers], [*numbers, 1 << 20], strict=True):
        os.closerange(before + 1, after)


def bound_memory(more_bytes: int) -> None:
    """Let this process take no more than so much memory besides what it has; it is aborted if it tries."""
    with open("/proc/self/statm", encoding="ascii") as sizes:  # noqa: PTH123 - as quick as can be
        present = int(sizes.read().split()[0]) * resource.getpagesize()
    bound = present + more_bytes
    resource.setrlimit(resource.RLIMIT_AS, (bound, bound))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def keep_freed_memory() -> None:
    """Let this process keep what it frees for what it allocates next (mallopt(3)), where the libc can.

    The buffers of large answers otherwise go back to the kernel each time, and come as fresh pages again.
    """
    with suppress(AttributeError):
        _libc.mallopt(_MMAP_THRESHOLD, _KEPT)
        _libc.mallopt(_TRIM_THRESHOLD, _KEPT)


def restart_with_tuned_allocator() -> None:
    """Start this program again with an allocator as the engine needs it: glibc reads that at its start.

    The engine frees more pieces with each query than the usual caches hold, and those that these do not hold
    cost it as much as the query. A large graph comes into huge pages sooner than into ordinary ones, and
    sooner again if what is freed meanwhile is not kept apart in bins, which are emptied over and over. What
    the user has said of any of these stands.
    """
    said = os.environ.get(TUNABLES, "")
    wanted = tunables(said)
    with suppress(ValueError):  # of another libc
        if wanted != said and os.confstr("CS_GNU_LIBC_VERSION"):
            os.environ[TUNABLES] = wanted
            os.execv(sys.executable, sys.orig_argv)  # noqa: S606 - this very program


def tunables(said: str = "") -> str:
    """Add what the engine needs to settings of glibc's allocator, as far as they do not speak of it."""
    missing = [f"{name}={value}" for name, value in TUNED.items() if name not in said]
    return ":".join(filter(None, [said, *missing]))


def use_small_pages() -> None:
    """Let this process take no more huge pages (prctl(2), PR_SET_THP_DISABLE): those that it has remain.

    It has little that is large, and would take up more memory than it uses.
    """
    _libc.prctl(_DISABLE_HUGE_PAGES, 1, 0, 0, 0)


def allocated() -> list[range]:
    """Return the addresses at which this process keeps what it has allocated, in order."""
    with open("/proc/self/maps", encoding="ascii", errors="replace") as lines:  # noqa: PTH123 - as above
        regions = [line.split() for line in lines]
    return [
        range(*(int(address, 16) for address in addresses.split("-")))
        for addresses, rights, _, _, inode, *name in regions
        if rights == "rw-p" and inode == "0" and name in ([], ["[heap]"])
    ]


def use_huge_pages(shared: Sequence[range]) -> None:
    """Gather what this process has allocated into huge pages (madvise(2)), where the kernel can.

    A process that holds a large graph in them forks many times faster, and finds its way in it sooner.

    Args:
        shared: addresses to leave alone, in order: what is gathered is no longer shared with the process
            that forked this one.
    """
    for region in allocated():
        start = region.start
        for other in (*shared, range(region.stop, region.stop)):
            _gather(start, min(other.start, region.stop))
            start = max(start, min(other.stop, region.stop))


def _gather(start: int, end: int) -> None:
    first, last = -(-start // _HUGE_PAGE) * _HUGE_PAGE, end // _HUGE_PAGE * _HUGE_PAGE
    for advice in (_MADV_HUGEPAGE, _MADV_COLLAPSE) if first < last else ():
        _libc.madvise(ctypes.c_void_p(first), ctypes.c_size_t(last - first), advice)


def run_afresh(work: Callable[[], None], stack: int) -> None:
    """Do something on a new thread of this process, with a stack of so many bytes, and wait for it.

    The engine seeds its random numbers once for each thread, so that forked processes which went on on the
    thread that they were forked on would all make the same blank nodes and UUIDs.
    """
    threading.stack_size(stack)
    thread = threading.Thread(target=work)
    thread.start()
    thread.join()


def wait_for_threads() -> None:
    """Wait until this process has one thread again, so that it may fork.

    Those of a library that has been told to end may take a moment to.
    """
    end = time.monotonic() + _ENDING_SECONDS
    while len(os.listdir("/proc/self/task")) > 1 and time.monotonic() < end:  # noqa: PTH208 - a path would not be used
        time.sleep(_ENDING_SECONDS / 1000)


def open_as_many_as_allowed() -> None:
    """Let this process have as many files and connections open as its hard limit says (getrlimit(2))."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


@contextmanager
def opening_nothing() -> Iterator[None]:
    """Let this process open no file and no connection: it has no number left for one.

    What it has open stays open, also above the limit; the lowest number that is free is the first beyond it.
    """
    before, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    lowest_free = os.dup(0)
    os.close(lowest_free)
    resource.setrlimit(resource.RLIMIT_NOFILE, (lowest_free, most))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (before, most))
