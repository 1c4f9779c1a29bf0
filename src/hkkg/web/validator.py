"""Validations over HTTP, each in a process of its own, which is killed when it takes too long."""

from __future__ import annotations

import logging
import pickle
import subprocess
import sys
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from hkkg.errors import HkkgError, ShapesProblemError, TimeExceededError, ValidatorFailedError
from hkkg.web.validation_job import Outcome

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hkkg.web.validation_job import Job

_COMMAND: Final = (sys.executable, "-P", "-c", "from hkkg.web.validation_job import main; main()")
# What Python and the dynamic linker say when they get no more memory; native code is aborted.
_STARVED: Final = (b"MemoryError", b"Cannot allocate memory", b"failed to map segment")
_LONGEST_LOG: Final = 4000
_log = logging.getLogger(__name__)


class _Processes:
    """The processes that validate, each of which a thread waits for."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._running: set[subprocess.Popen[bytes]] = set()
        self._is_over = False

    @contextmanager
    def started(self) -> Iterator[subprocess.Popen[bytes]]:
        """Start one, which ends with the block."""
        pipe = subprocess.PIPE
        with subprocess.Popen(_COMMAND, stdin=pipe, stdout=pipe, stderr=pipe) as process:  # noqa: S603 - a fixed command
            with self._lock:
                self._running.add(process)
                if self._is_over:
                    process.kill()
            try:
                yield process
            finally:
                process.kill()
                with self._lock:
                    self._running.remove(process)

    def end(self) -> None:
        """End all, and each that starts from now on."""
        with self._lock:
            self._is_over = True
            for process in self._running:
                process.kill()


_processes: Final = _Processes()


def end_all() -> None:
    """End the validations of this process, which ends too: it waits for the threads that wait for them."""
    _processes.end()


def run(job: Job) -> Outcome:
    """Carry out a job; this waits for it, so it belongs on a thread.

    Raises:
        ShapesProblemError: something is nested too deeply.
        TimeExceededError: it took more time or memory than the limits allow.
        ValidatorFailedError: the process failed, which is no fault of the request's.
        HkkgError: something in the request cannot be used.
    """
    limits = job.limits
    try:
        with _processes.started() as process:
            output, errors = process.communicate(pickle.dumps(job), limits.validation_seconds)
    except subprocess.TimeoutExpired:
        raise _overrun(job) from None
    if process.returncode < 0 or any(sign in errors for sign in _STARVED):
        raise _overrun(job)
    if b"RecursionError" in errors:
        raise ShapesProblemError("the data or the shapes are nested too deeply.", hint="Write them flatter.")
    if process.returncode:
        _log.error("a validation failed: %s", errors[-_LONGEST_LOG:].decode("utf-8", "replace"))
        raise ValidatorFailedError("the validator failed; this is a defect of hkkg, not of the request.")
    outcome = pickle.loads(output)  # noqa: S301 - it comes from a process of our own
    if isinstance(outcome, HkkgError):
        raise outcome
    assert isinstance(outcome, Outcome)  # noqa: S101 - the process writes nothing else
    return outcome


def _overrun(job: Job) -> TimeExceededError:
    limits = job.limits
    return TimeExceededError(
        f"the validation took more than {limits.validation_seconds} seconds "
        f"or {limits.validation_bytes // 1_000_000:,} MB.",
        hint="Send less at a time, or run hkkg validate on your own machine, which has no such limits.",
    )
