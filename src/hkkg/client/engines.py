"""What a client asks: the graph in this process, or an endpoint that may fail for a moment."""

from __future__ import annotations

import random
import threading
import time
import traceback
from typing import TYPE_CHECKING, Any, Final, Protocol, TypeAlias, TypeVar

from hkkg.config import QUERY_STACK
from hkkg.errors import EndpointError, TimeExceededError
from hkkg.store import whole

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from hkkg.store import EmbeddedStore, Table, Triple
    from hkkg.store.remote import RemoteEngine

    Whole: TypeAlias = Table | bool | list[Triple]

T = TypeVar("T")

_FIRST_PAUSE: Final = 0.2
_stack_size = threading.Lock()


class Engine(Protocol):
    """Answers queries, and reads each answer whole."""

    def read(self, text: str, source: str) -> Whole:
        """Answer a query."""


class Embedded:
    """The graph in this process.

    Args:
        store: it, which nobody changes.
        timeout: seconds for a query; None for as long as it takes.
    """

    def __init__(self, store: EmbeddedStore, timeout: float | None) -> None:
        """Take the store."""
        self.store = store
        self._timeout = timeout

    def read(self, text: str, source: str) -> Whole:
        """Answer a query.

        Raises:
            TimeExceededError: it takes too long. It goes on until it ends, for nothing can stop it.
        """
        return _on_a_deep_stack(lambda: whole(self.store.query(text, source=source)), self._timeout)


class Remote:
    """An endpoint.

    Args:
        engine: speaks with it.
        retries: how often a query is sent again after a failure that may pass.
        default_graphs: IRIs of the graphs that a plain query is to see, if the endpoint is not to say.
    """

    def __init__(self, engine: RemoteEngine, retries: int, default_graphs: Sequence[str]) -> None:
        """Take the endpoint; nothing is sent yet."""
        self.name = engine.name
        self._engine = engine
        self._retries = retries
        self._default_graphs = tuple(default_graphs)

    def read(self, text: str, source: str) -> Whole:
        """Answer a query, which changes nothing and so may be sent again.

        Raises:
            EndpointError: it fails each time.
        """
        for attempt in range(self._retries + 1):
            try:
                return self._read(text, source)
            except EndpointError as error:
                if not error.may_pass or attempt == self._retries:
                    raise
            # Clients that failed together should not come back together.
            time.sleep(_FIRST_PAUSE * 2**attempt * random.uniform(0.5, 1.5))  # noqa: S311 - no secret
        raise AssertionError  # the last attempt has returned or raised

    def _read(self, text: str, source: str) -> Whole:
        return whole(self._engine.answer(text, source=source, default_graphs=self._default_graphs))


def _on_a_deep_stack(work: Callable[[], T], timeout: float | None) -> T:
    """Do the work of an engine that recurses, on a stack that no query overflows which the store takes."""
    done: list[Any] = []
    failures: list[BaseException] = []

    def run() -> None:
        try:
            done.append(work())
        except BaseException as error:  # noqa: BLE001 - it is raised again, where it is waited for
            for each in (error, error.__context__):
                if each is not None:
                    traceback.clear_frames(each.__traceback__)  # an answer must end on its own thread
            failures.append(error)

    thread = _started(run)
    thread.join(timeout)
    if thread.is_alive():
        hint = "Make it more selective, or give it more time: hkkg.connect(timeout=…)."
        raise TimeExceededError(f"the query took more than {timeout:g} seconds.", hint=hint)
    for failure in failures:
        raise failure
    result: T = done[0]
    return result


def _started(run: Callable[[], None]) -> threading.Thread:
    """Start a thread; the size of its stack is for this one alone."""
    with _stack_size:
        before = threading.stack_size(QUERY_STACK)
        try:
            thread = threading.Thread(target=run, daemon=True)
            thread.start()
        finally:
            threading.stack_size(before)
    return thread
