"""How far a long piece of work has come, for a front end that shows it."""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Listener = Callable[[str, int], None]

_listener: Final[ContextVar[Listener | None]] = ContextVar("listener", default=None)


def step(name: str, size: int = 0) -> None:
    """Say that a step of the work begins.

    Args:
        name: what is done, in a few words.
        size: how many bytes it is done to, if it takes time in proportion to them.
    """
    listener = _listener.get()
    if listener is not None:
        listener(name, size)


@contextmanager
def told_to(listener: Listener) -> Iterator[None]:
    """Tell a listener of the steps that are taken within."""
    token = _listener.set(listener)
    try:
        yield
    finally:
        _listener.reset(token)
