"""The geometry of charts: how long each bar is and where each point stands, in per cent of the width.

Templates draw it as SVG (`charts.html`), so that a chart needs no script, fits any width, and is read out.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from hkkg import vocab

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from hkkg.web.names import Name

_FORMS: Final = {
    vocab.CONCEPT + "planned": "planned",
    vocab.CONCEPT + "expected": "planned",
    vocab.CONCEPT + "claimed": "claimed",
}
_WHOLE: Final = Decimal(100)
_LEAST: Final = Decimal("0.6")
_STEP: Final = 5


@dataclass(frozen=True, slots=True)
class Value:
    """A figure to be drawn.

    Attributes:
        name: of what it is about.
        number: how much.
        amount: the number in words, with its comparator and unit.
        record: the IRI of the record that states it; None for a count.
        form: how it is drawn: `measured`, `planned` or `claimed`.
        is_open: whether it is a lower bound.
        when: the time that it is of, in words.
        notes: what else is to be told beside it.
        marks: the modality, and whether it was computed, in words.
        passages: the IRIs of the passages that state it.
        part: how much of it is of a second kind, such as new.
    """

    name: Name
    number: Decimal
    amount: str
    record: str | None = None
    form: str = "measured"
    is_open: bool = False
    when: str = ""
    notes: tuple[Name, ...] = ()
    marks: tuple[str, ...] = ()
    passages: tuple[str, ...] = ()
    part: int = 0


@dataclass(frozen=True, slots=True)
class Mark:
    """A value with its place: the length of its bar, or the distance of its point, in per cent."""

    value: Value
    place: Decimal
    part: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class Group:
    """Marks on one scale, with the name of what is measured and the two ends of the scale."""

    name: Name | None
    marks: tuple[Mark, ...]
    ends: tuple[str, str] = ("", "")


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart: its kind (`bars` or `ranks`), what its texts are called, and its groups."""

    key: str
    kind: str
    groups: tuple[Group, ...]

    @property
    def values(self) -> list[Value]:
        """All its values."""
        return [mark.value for group in self.groups for mark in group.marks]

    @property
    def forms(self) -> list[str]:
        """The forms that a legend has to explain."""
        return sorted({value.form for value in self.values})


def form_of(modality: str) -> str:
    """Say how to draw what is of a modality, by its IRI: `measured`, `planned` or `claimed`."""
    return _FORMS.get(modality, "measured")


def bars(name: Name | None, values: Iterable[Value]) -> Group:
    """Draw values as bars from zero, the longest as wide as the chart and none too short to be seen."""
    values = list(values)
    longest = max((value.number for value in values), default=Decimal(0)) or Decimal(1)
    return Group(name, tuple(_bar(value, longest) for value in values))


def _bar(value: Value, longest: Decimal) -> Mark:
    length = max(_share(value.number, longest), _LEAST)
    return Mark(value, length, _share(Decimal(value.part), longest))


def ranks(name: Name | None, values: Iterable[Value]) -> Group:
    """Draw ranks as points on a line that begins with the first and ends with a round rank."""
    values = sorted(values, key=lambda value: value.number)
    last = max([-(-int(value.number) // _STEP) * _STEP for value in values] + [_STEP])
    marks = (Mark(value, _share(value.number - 1, Decimal(last - 1))) for value in values)
    return Group(name, tuple(marks), ("1", str(last)))


def _share(number: Decimal, whole: Decimal) -> Decimal:
    return round(min(max(number / whole, Decimal(0)), Decimal(1)) * _WHOLE, 2)


def shown(key: str, kind: str, groups: Sequence[Group]) -> Chart | None:
    """Make a chart of those groups that have anything to show; None if none has."""
    kept = tuple(group for group in groups if group.marks)
    return Chart(key, kind, kept) if kept else None
