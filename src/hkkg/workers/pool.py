"""The processes that hold a graph and evaluate over it, as one thing that is asked."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from functools import cached_property
from typing import TYPE_CHECKING, Any

from hkkg.errors import ResultTooLargeError
from hkkg.workers.frames import unpacked
from hkkg.workers.lanes import Lanes
from hkkg.workers.starting import start
from hkkg.workers.writes import Writes, wait_until_ready

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from hkkg.config import Settings
    from hkkg.errors import HkkgError
    from hkkg.workers.calls import Answered, Call, FunctionCall
    from hkkg.workers.messages import Ready
    from hkkg.workers.worker import Functions

_NOBODY = ""


class Pool:
    """A nursery, its workers, and the lanes to them.

    Args:
        settings: what graph it is, and within which limits it answers.
        functions: that `FunctionCall` may name.
        on_commit: called with each new generation.
        on_loss: called when the process that holds the graph has ended.
        searching: the functions that search the names of the graph.
    """

    def __init__(
        self,
        settings: Settings,
        functions: Functions,
        on_commit: Callable[[int], None],
        on_loss: Callable[[], None],
        searching: Collection[str],
    ) -> None:
        """Start the process that opens the graph."""
        self._links = start(settings, functions)
        self._searching = searching
        self.lanes = Lanes(self._links.workers, settings, is_remote=bool(settings.endpoint))
        self.writes = Writes(settings.limits, on_commit, on_loss)

    @cached_property
    def ready(self) -> Ready:
        """What is known of the graph; whoever asks first waits until it is open.

        Raises:
            HkkgError: it cannot be opened.
        """
        return wait_until_ready(self._links.control)

    async def begin(self) -> None:
        """Begin to answer, on the running event loop."""
        loop = asyncio.get_running_loop()
        await loop.create_connection(lambda: self.writes, sock=self._links.control)
        self.lanes.begin(self.ready.generation, () if self.ready.searches_at_once else self._searching)

    async def settle(self, seconds: float) -> None:
        """Wait for the writes that are being carried out, within a bound."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self.writes.settle(), seconds)

    async def call(
        self, call: Call, client: str = _NOBODY, seconds: float | None = None
    ) -> tuple[Answered, bytes]:
        """Make a call, which may take so long, or as long as the settings say, and wait for its whole answer.

        Raises:
            HkkgError: it was not answered; the type says why.
        """
        waiting = _Waiting()
        job = self.lanes.submit(call, waiting, client, seconds)
        try:
            return await waiting.future
        finally:
            self.lanes.cancel(job)

    async def value(self, call: FunctionCall, client: str = _NOBODY) -> Any:  # noqa: ANN401 - whatever the function returns
        """Call a function over the graph, and return what it returns.

        Raises:
            HkkgError: it failed; the type says why.
        """
        _, body = await self.call(call, client)
        return unpacked(body)


class _Waiting:
    """Takes an answer for whoever awaits it, if it is not so large that it comes in parts."""

    def __init__(self) -> None:
        self.future: asyncio.Future[tuple[Answered, bytes]] = asyncio.get_running_loop().create_future()

    def whole(self, answered: Answered, body: bytes | memoryview, _: int) -> None:
        if not self.future.done():
            self.future.set_result((answered, bytes(body)))

    def start(self, _: Answered, generation: int) -> None:  # noqa: ARG002 - as every sink
        self.fail(
            ResultTooLargeError(
                "the answer is too large for a form.",
                hint="Ask for it by GET, or with an Accept header that prefers its format to a page.",
            )
        )

    def part(self, data: bytes | memoryview) -> None:
        """Leave it."""

    def end(self, answered: Answered) -> None:
        """Leave it."""

    def fail(self, error: HkkgError) -> None:
        if not self.future.done():
            self.future.set_exception(error)
