"""A bar on a terminal's standard error while a long validation runs; nothing anywhere else."""

from __future__ import annotations

import sys
import time
from contextlib import contextmanager
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final, TextIO

from hkkg import progress

if TYPE_CHECKING:
    from collections.abc import Iterator

# Less than this is done before a bar can be read.
_SMALLEST: Final = 2_000_000
# What a byte of Turtle costs in seconds, from one run on two slow cores; steps take so much of it each.
_SECONDS: Final = {"reading": 4e-8, "validating": 6e-7, "checking": 4e-8, "locating": 2e-7}
# A step that takes longer than it should waits here.
_NEARLY: Final = 0.98


class _Bar:
    """A bar that goes on by the clock within a step, since an engine does not tell how far it is."""

    def __init__(self, stream: TextIO, smallest: int) -> None:
        self._stream = stream
        self._smallest = smallest
        self._bytes = 0
        self._shown: Any = None
        self._task: Any = None
        self._name, self._start = "", 0.0

    def step(self, name: str, size: int) -> None:
        """Begin a step."""
        self._bytes += size
        self._name, self._start = name, time.monotonic()
        if self._shown is None and self._bytes >= self._smallest:
            self._open()
        if self._shown is not None:
            self._shown.update(self._task, description=name)

    def _open(self) -> None:
        # rich takes as long to import as a small validation.
        rich, console = import_module("rich.progress"), import_module("rich.console")
        bar = self

        class Clocked(rich.Progress):  # type: ignore[misc, name-defined]
            """Sets the bar by the clock whenever it is drawn."""

            def get_renderable(self) -> Any:  # noqa: ANN401 - rich's own type
                """Draw the bar."""
                for task in self.tasks:
                    task.completed = max(task.completed, bar.fraction())
                return super().get_renderable()

        self._shown = Clocked(
            rich.TextColumn("{task.description}"),
            rich.BarColumn(),
            rich.TaskProgressColumn(),
            rich.TimeElapsedColumn(),
            console=console.Console(file=self._stream),
            transient=True,
        )
        self._task = self._shown.add_task(self._name, total=1.0)
        self._shown.start()

    def fraction(self) -> float:
        """Estimate how much of the work is done."""
        names = list(_SECONDS)
        if self._name not in names:
            return 0.0
        before = sum(_SECONDS[name] for name in names[: names.index(self._name)])
        spent = (time.monotonic() - self._start) / max(self._bytes, 1)
        within = min(spent, _SECONDS[self._name] * _NEARLY)
        return (before + within) / sum(_SECONDS.values())

    def close(self) -> None:
        """Take the bar away."""
        if self._shown is not None:
            self._shown.stop()


@contextmanager
def bar(stream: TextIO | None = None, *, smallest: int = _SMALLEST) -> Iterator[None]:
    """Show the steps that are taken within, if the stream (standard error) is a terminal.

    Args:
        stream: where to show them.
        smallest: how many bytes must be read before it is worth while.
    """
    stream = stream or sys.stderr
    if stream is None or not stream.isatty():  # Python has none where a shell closed it
        yield
        return
    shown = _Bar(stream, smallest)
    try:
        with progress.told_to(shown.step):
            yield
    finally:
        shown.close()
