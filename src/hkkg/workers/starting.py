"""Starting the nursery, which opens the graph, and the links to it of the process that started it."""

from __future__ import annotations

import gc
import os
import signal
import socket
import sys
import traceback
from contextlib import suppress
from typing import TYPE_CHECKING, NamedTuple

from hkkg import isolation
from hkkg.errors import HkkgError, WorkerFailedError
from hkkg.generations import Opened, open_generation
from hkkg.store import EmbeddedStore
from hkkg.workers.frames import Kind, frame, packed
from hkkg.workers.nursery import Nursery

if TYPE_CHECKING:
    from hkkg.config import Settings
    from hkkg.workers.worker import Functions


class Links(NamedTuple):
    """The nursery as the process that started it sees it.

    Attributes:
        pid: of the nursery.
        workers: packets: one out for each worker wanted; `Forked` and `Ended` in.
        control: frames: `Ready` or an error, then answers to writes.
    """

    pid: int
    workers: socket.socket
    control: socket.socket


def start(settings: Settings, functions: Functions) -> Links:
    """Fork the nursery, which begins to open the graph."""
    workers, their_workers = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    control, their_control = socket.socketpair()
    gc.freeze()  # a garbage collection writes to what it looks at, which both would have to copy
    pid = os.fork()
    if pid:
        isolation.use_small_pages()
        isolation.open_as_many_as_allowed()
        their_workers.close()
        their_control.close()
        return Links(pid, workers, control)
    isolation.inherit_only({their_workers, their_control})
    try:
        _run(settings, functions, their_workers, their_control)
    except BaseException:  # noqa: BLE001 - the process must not run on into what its parent does
        traceback.print_exc()
    finally:
        sys.stderr.flush()
        os._exit(0)


def _run(
    settings: Settings,
    functions: Functions,
    workers: socket.socket,
    control: socket.socket,
) -> None:
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)  # whoever started it says when it ends
    shared = isolation.allocated()
    try:
        opened = Opened(EmbeddedStore()) if settings.endpoint else open_generation(settings)
        isolation.use_huge_pages(shared)
        nursery = Nursery(opened, settings, functions, workers, control)
    except HkkgError as error:
        control.sendall(frame(Kind.ERROR, 0, packed(error)))
        return
    except BaseException:  # noqa: BLE001 - whatever it is, its parent must be told
        traceback.print_exc()
        failed = WorkerFailedError("the graph could not be opened; this is a defect of hkkg.")
        control.sendall(frame(Kind.ERROR, 0, packed(failed)))
        return
    with suppress(BrokenPipeError, ConnectionResetError):
        nursery.run()
