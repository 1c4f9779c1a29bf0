"""Values that are made here once for each generation of the graph, and kept until the next.

What a worker's call brings is kept as bytes, within a bound, by `Service.kept`. Here is what takes more to
make, such as a large page or a count of the whole graph; it is kept however small the cache is.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Hashable

    from hkkg.web.service import Service

_MOST: Final = 64


class Kept:
    """Values by key; whoever asks for the same at once waits for one making.

    Args:
        service: whose generations they belong to.
    """

    def __init__(self, service: Service) -> None:
        """Begin with nothing."""
        self._service = service
        self._tasks: OrderedDict[tuple[int, Hashable], asyncio.Task[Any]] = OrderedDict()

    async def get(self, key: Hashable, make: Callable[[], Coroutine[Any, Any, Any]]) -> Any:  # noqa: ANN401 - whatever is made
        """Return what was made for a key in this generation, or make it; a failure is not kept."""
        whole = (self._service.answering.generation, key)
        task = self._tasks.get(whole)
        if task is None or self._service.settings.endpoint or _has_failed(task):
            task = self._tasks[whole] = asyncio.ensure_future(make())
            while len(self._tasks) > _MOST:
                self._tasks.popitem(last=False)
        self._tasks.move_to_end(whole)
        return await asyncio.shield(task)


def _has_failed(task: asyncio.Task[Any]) -> bool:
    return task.done() and (task.cancelled() or task.exception() is not None)
