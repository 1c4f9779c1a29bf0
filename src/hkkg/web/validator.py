"""Validations over HTTP, each in a process of its own, which is killed when it takes too long."""

from __future__ import annotations

import logging
import pickle
import subprocess
import sys
from typing import TYPE_CHECKING, Final

from hkkg.errors import HkkgError, ShapesProblemError, TimeExceededError, ValidatorFailedError
from hkkg.web.validation_job import Outcome

if TYPE_CHECKING:
    from hkkg.web.validation_job import Job

_COMMAND: Final = (sys.executable, "-P", "-c", "from hkkg.web.validation_job import main; main()")
# What Python and the dynamic linker say when they get no more memory; native code is aborted.
_STARVED: Final = (b"MemoryError", b"Cannot allocate memory", b"failed to map segment")
_LONGEST_LOG: Final = 4000
_log = logging.getLogger(__name__)


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
        ended = subprocess.run(  # noqa: S603 - a fixed command
            _COMMAND,
            input=pickle.dumps(job),
            capture_output=True,
            timeout=limits.validation_seconds,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise _overrun(job) from None
    if ended.returncode < 0 or any(sign in ended.stderr for sign in _STARVED):
        raise _overrun(job)
    if b"RecursionError" in ended.stderr:
        raise ShapesProblemError("the data or the shapes are nested too deeply.", hint="Write them flatter.")
    if ended.returncode:
        _log.error("a validation failed: %s", ended.stderr[-_LONGEST_LOG:].decode("utf-8", "replace"))
        raise ValidatorFailedError("the validator failed; this is a defect of hkkg, not of the request.")
    outcome = pickle.loads(ended.stdout)  # noqa: S301 - it comes from a process of our own
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
