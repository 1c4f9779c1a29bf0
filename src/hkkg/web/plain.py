"""Small addresses beneath the web framework that are only read."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import TYPE_CHECKING, Final

from hkkg.web.problems import MethodError
from hkkg.web.sparql import preflight

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from hkkg.web.exchange import Exchange

_ALLOWED: Final = "GET, HEAD, OPTIONS"
_TAKEN: Final = frozenset({"GET", "HEAD", "OPTIONS"})


class PlainHandler:
    """Answers what is only read.

    Args:
        answer: to a request.
    """

    def __init__(self, answer: Callable[[Exchange], None]) -> None:
        """Take what answers."""
        self._answer = answer

    def most_bytes(self, exchange: Exchange) -> int:
        """Take no body.

        Raises:
            MethodError: the request is neither to read nor OPTIONS.
        """
        if exchange.method not in _TAKEN:
            raise MethodError(exchange.method, _ALLOWED)
        return 0

    def handle(self, exchange: Exchange) -> None:
        """Answer."""
        if exchange.method == "OPTIONS":
            preflight(exchange, _ALLOWED)
        else:
            self._answer(exchange)


def answer_later(exchange: Exchange, answer: Callable[[], Awaitable[None]]) -> None:
    """Let something answer that has to wait, and answer for its failure."""
    task = asyncio.ensure_future(answer())
    task.add_done_callback(partial(_tell_failure, exchange))


def _tell_failure(exchange: Exchange, task: asyncio.Future[None]) -> None:
    error = task.exception()
    if error is not None:
        exchange.fail_with(error)
