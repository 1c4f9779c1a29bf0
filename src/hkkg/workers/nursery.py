"""The nursery: the process that holds the current generation, forks workers from it, and commits writes.

It never starts a thread, so that forking it is safe. It evaluates nothing itself: a write is judged in a
child, which has a copy of the generation to try it on.
"""

from __future__ import annotations

import os
import selectors
import signal
import socket
import sys
import time
import traceback
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from hkkg import isolation
from hkkg.config import QUERY_STACK
from hkkg.errors import HkkgError, defect
from hkkg.generations import Opened, Write, read_patch, write_patch
from hkkg.workers import write_errors
from hkkg.workers.engine import EmbeddedEngine
from hkkg.workers.frames import Frames, Kind, frame, packed, receive, unpacked
from hkkg.workers.messages import Committed, Ended, Forked, Ready, WriteCall
from hkkg.workers.worker import Engine, Functions, work

if TYPE_CHECKING:
    from collections.abc import Callable

    from hkkg.config import Settings
    from hkkg.generations.admission import Admission
    from hkkg.store import EmbeddedStore

_SMALL: Final = 1 << 16
_BUFFER: Final = 1 << 20
_AGAIN_AFTER: Final = 1.0
"""Seconds until a worker is forked that could not be."""

_CHANGES_UNTIL_SNAPSHOT: Final = 100
"""How many changes there are until a snapshot is tried again that could not be written.

Each try may fill what is left of the disk for a moment, and costs as much as if it were of use.
"""


@dataclass(slots=True)
class _Attempt:
    """A write that a child is trying."""

    number: int
    deadline: float
    pid: int
    connection: socket.socket
    frames: Frames = field(default_factory=Frames)


class Nursery:
    """Forks workers and carries out writes, one at a time, until its connections are closed."""

    def __init__(
        self,
        opened: Opened,
        settings: Settings,
        functions: Functions,
        workers: socket.socket,
        control: socket.socket,
    ) -> None:
        """Take over an open graph, and say that it is there."""
        self._store, self._directory = opened.store, opened.directory
        self._generation = opened.number
        self._settings = settings
        self._workers, self._control = workers, control
        self._engine = _engine(self._store, settings)
        isolation.wait_for_threads()
        self._functions = functions
        self._admission = _admission(opened, settings) if settings.writable else None
        self._frames = Frames()
        self._attempt: _Attempt | None = None
        self._snapshots: dict[int, int] = {}
        self._next_snapshot = 0
        self._owed = 0
        self._fork_at = 0.0
        self._selector = selectors.DefaultSelector()
        for connection in (workers, control):
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _BUFFER)
        if self._admission and not (opened.packaged and opened.directory is None):
            self._refuse_nonconforming(self._admission)
        control.sendall(frame(Kind.WHOLE, 0, packed(self._ready(opened))))

    def _ready(self, opened: Opened) -> Ready:
        searches_at_once = self._engine.store is None or self._engine.index is not None
        return Ready(self._generation, opened.packaged, searches_at_once)

    def _refuse_nonconforming(self, admission: Admission) -> None:
        """Let a child validate the graph, since that may start threads.

        Raises:
            NonconformingError: it violates its shapes.
        """
        theirs, ours = socket.socketpair()
        pid = os.fork()
        if not pid:
            isolation.inherit_only({theirs})
            self._tell(theirs, admission.refuse_nonconforming)
        theirs.close()
        for kind, _, payload in receive(ours):
            if kind == Kind.ERROR:
                raise unpacked(payload)
        os.waitpid(pid, 0)
        ours.close()

    def run(self) -> None:
        """Serve until the other side is gone."""
        reading, writing = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
        signal.set_wakeup_fd(writing, warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        self._selector.register(reading, selectors.EVENT_READ, lambda: self._reap(reading))
        self._selector.register(self._workers, selectors.EVENT_READ, self._take_wishes)
        self._selector.register(self._control, selectors.EVENT_READ, self._take_writes)
        while True:
            for key, _ in self._selector.select(self._patience()):
                if key.data() is False:
                    return
            self._fork_owed()
            self._stop_overrun()

    def _patience(self) -> float | None:
        ends = [self._attempt.deadline] if self._attempt else []
        if self._owed:
            ends.append(self._fork_at)
        return max(0.0, min(ends) - time.monotonic()) if ends else None

    def _take_wishes(self) -> bool:
        wanted = self._workers.recv(_SMALL)
        self._owed += len(wanted)
        return bool(wanted)

    def _fork_owed(self) -> None:
        """Fork the workers that are wanted; those that cannot be are tried again a little later."""
        while self._owed and time.monotonic() >= self._fork_at:
            if self._fork_worker():
                self._owed -= 1
            else:
                self._fork_at = time.monotonic() + _AGAIN_AFTER

    def _fork_worker(self) -> bool:
        theirs, ours = socket.socketpair()
        theirs.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _BUFFER)
        pid = _fork()
        if pid is None:
            theirs.close()
            ours.close()
            return False
        if not pid:
            isolation.inherit_only({theirs})
            work(theirs, self._engine, self._functions, self._settings)
        theirs.close()
        handle = os.pidfd_open(pid)
        socket.send_fds(self._workers, [packed(Forked(pid, self._generation))], [ours.fileno(), handle])
        ours.close()
        os.close(handle)
        return True

    def _take_writes(self) -> bool:
        """Try a write; the next comes when it is answered."""
        data = self._control.recv(_BUFFER)
        for _, number, payload in self._frames.feed(data):
            call: WriteCall = unpacked(payload)
            refusal = self._refusal(*call) or self._begin_attempt(number, *call)
            if refusal:
                self._refuse(number, refusal)
        return bool(data)

    def _begin_attempt(self, number: int, write: Write, deadline: float) -> HkkgError | None:
        """Let a child try a write, or say why none does."""
        theirs, ours = socket.socketpair()
        pid = _fork()
        if pid is None:
            theirs.close()
            ours.close()
            return write_errors.busy()
        if not pid:
            isolation.inherit_only({theirs})
            self._judge(write, theirs)
        theirs.close()
        self._attempt = _Attempt(number, deadline, pid, ours)
        self._selector.register(ours, selectors.EVENT_READ, self._take_verdict)
        return None

    def _refusal(self, write: Write, deadline: float) -> HkkgError | None:
        """Say why a write is not even tried."""
        if time.monotonic() >= deadline:
            return write_errors.busy()
        if write.generation not in {None, self._generation}:
            return write_errors.changed()
        return None

    def _judge(self, write: Write, connection: socket.socket) -> None:
        """Try a write in this child, which then ends."""

        def admit() -> tuple[tuple[int, int], bytes]:
            assert self._admission  # noqa: S101 - whoever asks has refused writes to what is not writable
            isolation.bound_memory(self._settings.limits.query_bytes)
            admitted = self._admission.admit(write)
            return admitted.stated, write_patch(admitted.change)

        isolation.run_afresh(lambda: self._tell(connection, admit), QUERY_STACK)
        os._exit(1)

    def _tell(self, connection: socket.socket, act: Callable[[], object]) -> None:
        """Do something in this child and tell what came of it; then the child ends."""
        try:
            reply = frame(Kind.WHOLE, 0, packed(act()))
        except HkkgError as error:
            reply = frame(Kind.ERROR, 0, packed(error))
        except MemoryError:
            reply = frame(Kind.ERROR, 0, packed(write_errors.out_of_memory(self._settings.limits)))
        except BaseException:  # noqa: BLE001 - the child must not run on into what its parent does
            traceback.print_exc()
            reply = frame(Kind.ERROR, 0, packed(defect()))
        connection.sendall(reply)
        sys.stderr.flush()
        os._exit(0)

    def _take_verdict(self) -> None:
        attempt = self._attempt
        assert attempt  # noqa: S101 - its connection is watched only as long as it runs
        data = attempt.connection.recv(_BUFFER)
        for kind, _, payload in attempt.frames.feed(data):
            self._end_attempt()
            if kind == Kind.ERROR:
                self._control.sendall(frame(kind, attempt.number, payload))
            else:
                self._commit(attempt.number, *unpacked(payload))
            return
        if not data:
            self._end_attempt()
            self._refuse(attempt.number, write_errors.out_of_memory(self._settings.limits))

    def _end_attempt(self) -> None:
        assert self._attempt  # noqa: S101 - as above
        self._selector.unregister(self._attempt.connection)
        self._attempt.connection.close()
        self._attempt = None

    def _stop_overrun(self) -> None:
        attempt = self._attempt
        if attempt and time.monotonic() >= attempt.deadline:
            os.kill(attempt.pid, signal.SIGKILL)
            self._end_attempt()
            self._refuse(attempt.number, write_errors.too_late(self._settings.limits))

    def _refuse(self, number: int, error: HkkgError) -> None:
        self._control.sendall(frame(Kind.ERROR, number, packed(error)))

    def _commit(self, number: int, stated: tuple[int, int], patch: bytes) -> None:
        """Make a change durable, then current; then say so."""
        try:
            change = read_patch(patch, "what the update adds")
            if change and self._directory:
                self._directory.write_change(change, self._generation + 1)
        except HkkgError as error:  # the engine computes literals that no document may hold
            self._refuse(number, error)
            return
        if change:
            self._store.apply(change)
            if self._engine.index:
                self._engine.index.follow(change)
                isolation.wait_for_threads()
            if self._engine.names:
                self._engine.names.follow(change)
            self._generation += 1
            if self._admission:
                self._admission.follow(change)
            self._fork_worker()
        created = tuple(name.value for name in change.created)
        committed = Committed(self._generation, *stated, created)
        self._control.sendall(frame(Kind.WHOLE, number, packed(committed)))
        self._write_snapshot()

    def _write_snapshot(self) -> None:
        """Let a child write the current generation whole, if that is due."""
        if self._snapshots or not self._directory or self._generation < self._next_snapshot:
            return
        if not self._directory.wants_snapshot(self._generation):
            return
        pid = _fork()
        if pid is None:
            return
        if pid:
            self._snapshots[pid] = self._generation
            return
        code = 1
        try:
            isolation.die_with_parent()
            with suppress(HkkgError):  # without room, the changes that there are go on to be kept
                self._directory.write_snapshot(self._store, self._generation)
                code = 0
        except BaseException:  # noqa: BLE001 - the child must not run on into what its parent does
            traceback.print_exc()
        finally:
            sys.stderr.flush()
            os._exit(code)

    def _reap(self, reading: int) -> None:
        with suppress(BlockingIOError):
            os.read(reading, _SMALL)
        with suppress(ChildProcessError):
            while True:
                pid, status = os.waitpid(-1, os.WNOHANG)
                if not pid:
                    return
                self._bury(pid, os.waitstatus_to_exitcode(status))

    def _bury(self, pid: int, code: int) -> None:
        if pid in self._snapshots:
            number = self._snapshots.pop(pid)
            if code:
                self._next_snapshot = number + _CHANGES_UNTIL_SNAPSHOT
            elif self._directory:
                self._directory.forget_before(number)
            return
        self._workers.send(packed(Ended(pid, code)))


def _fork() -> int | None:
    """Fork this process; None if it cannot be now, for want of memory or of room for another process."""
    try:
        return os.fork()
    except OSError as error:
        sys.stderr.write(f"hkkg could not fork a process: {error.strerror}.\n")
        sys.stderr.flush()
        return None


def _engine(store: EmbeddedStore, settings: Settings) -> Engine:
    if not settings.endpoint:
        return EmbeddedEngine(store, settings)
    from hkkg.workers.remote import EndpointEngine  # noqa: PLC0415 - its HTTP client is slow to import

    return EndpointEngine(settings.endpoint, settings)


def _admission(opened: Opened, settings: Settings) -> Admission:
    from hkkg.generations.admission import Admission  # noqa: PLC0415 - validation takes time to import

    return Admission(opened, settings)
