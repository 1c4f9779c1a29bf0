"""Exit codes: 0 as wished, 1 findings, 2 the input cannot be used, 3 the tool or a remote part failed."""

from __future__ import annotations

from typing import Final

from hkkg import errors

OK: Final = 0
FINDINGS: Final = 1
USAGE: Final = 2
FAILED: Final = 3

_CODES: Final[dict[type[errors.HkkgError], int]] = {
    errors.EndpointError: FAILED,
    errors.EndpointTimeoutError: FAILED,
    errors.QueryEvaluationError: FAILED,
    errors.ServerError: FAILED,
    errors.ValidatorFailedError: FAILED,
    errors.WorkerFailedError: FAILED,
}


def exit_code(error: errors.HkkgError) -> int:
    """Return the exit code of a user's mistake."""
    return _CODES.get(type(error), USAGE)
