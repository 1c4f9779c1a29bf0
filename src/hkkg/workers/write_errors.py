"""Why a write was not carried out; nothing of it is left."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hkkg.errors import (
    BusyError,
    MemoryExceededError,
    PreconditionError,
    TimeExceededError,
)

if TYPE_CHECKING:
    from hkkg.config import Limits


def busy() -> BusyError:
    """Make the error of a write whose turn did not come in time."""
    return BusyError(
        "the service is busy with other updates. Nothing was changed.", hint="Try again in a moment."
    )


def out_of_memory(limits: Limits) -> MemoryExceededError:
    """Make the error of a write that took too much memory."""
    return MemoryExceededError(
        f"the update needed more than {limits.query_bytes // 1_000_000:,} MB of memory. Nothing was changed.",
        hint="Send less at a time.",
    )


def too_late(limits: Limits) -> TimeExceededError:
    """Make the error of a write that took too long."""
    message = f"the update took more than {limits.seconds:g} seconds. Nothing was changed."
    return TimeExceededError(message, hint="Send less at a time.")


def changed() -> PreconditionError:
    """Make the error of a write to what is not there any more."""
    return PreconditionError("the graph has changed since it was read.", hint="Read it again.")
