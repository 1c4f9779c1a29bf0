"""What a measurement says: figures beside their targets, and tables."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from processes import NotMeasuredError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

_MARKS: Final = {True: "yes", False: "no", None: "-"}


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure beside its target.

    Attributes:
        name: what was measured.
        measured: the value with its unit, or why there is none.
        target: what the project has set itself.
        reached: whether the value is as good as the target; None if there is no value.
    """

    name: str
    measured: str
    target: str
    reached: bool | None = None

    def cells(self) -> tuple[str, ...]:
        """Return the cells of its row."""
        return (self.name, self.measured, self.target, _MARKS[self.reached])


HEADING: Final = ("figure", "measured", "target", "reached")


def at_least(name: str, value: float, target: float, unit: str = "") -> Figure:
    """Compare a value that should be large."""
    return Figure(name, f"{value:.2f}{unit}", f"at least {target:g}{unit}", value >= target)


def at_most(name: str, value: float, target: float, unit: str = "") -> Figure:
    """Compare a value that should be small."""
    return Figure(name, f"{value:.1f}{unit}", f"at most {target:g}{unit}", value <= target)


def measured(name: str, target: str, measure: Callable[[], Iterable[Figure]]) -> list[Figure]:
    """Take a measurement; where it cannot be taken, say why in its place."""
    try:
        return list(measure())
    except NotMeasuredError as error:
        return [Figure(name, f"not measured: {error}", target)]


def table(heading: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Write a table in Markdown."""
    lines = [heading, ("---",) * len(heading), *rows]
    return "".join("| " + " | ".join(line) + " |\n" for line in lines)
