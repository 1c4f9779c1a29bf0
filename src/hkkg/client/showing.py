"""Answers as people see them: a table whose columns line up in any script, and HTML for notebooks."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Final

from hkkg.client.values import IRI, Text
from hkkg.errors import width

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hkkg.client.values import Value

MOST_ROWS: Final = 20
_WIDEST: Final = 60
_GAP: Final = "  "
_ELLIPSIS: Final = "…"
_LINKED: Final = ("https://", "http://")


def as_table(variables: Sequence[str], rows: Sequence[Sequence[Value]]) -> str:
    """Write the first rows of a table for a terminal."""
    shown = [[_cut(_written(value)) for value in row] for row in rows[:MOST_ROWS]]
    widths = [max(map(width, column)) for column in zip(variables, *shown, strict=True)]
    numbers = [_are_numbers([row[at] for row in rows]) for at in range(len(variables))]
    lines = [
        _GAP.join(
            _padded(cell, size, right=right) for cell, size, right in zip(row, widths, numbers, strict=True)
        )
        for row in (variables, ["─" * size for size in widths], *shown)
    ]
    return "\n".join([line.rstrip() for line in lines] + [count(len(rows))])


def count(number: int) -> str:
    """Say how many rows there are, and how many of them are shown."""
    told = f"{number:,} row{'' if number == 1 else 's'}"
    return told if number <= MOST_ROWS else f"{_ELLIPSIS} {told}, of which {MOST_ROWS} are shown"


def _written(value: Value) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    text = value.curie if isinstance(value, IRI) else str(value)
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def _cut(text: str) -> str:
    while width(text) > _WIDEST:
        text = text[: len(text) - max(1, (width(text) - _WIDEST) // 2) - 1] + _ELLIPSIS
    return text


def _padded(text: str, size: int, *, right: bool) -> str:
    blanks = " " * (size - width(text))
    return blanks + text if right else text + blanks


def _are_numbers(values: Sequence[Value]) -> bool:
    given = [value for value in values if value is not None]
    return bool(given) and not any(isinstance(value, str | bool) or hasattr(value, "year") for value in given)


def as_html(variables: Sequence[str], rows: Sequence[Sequence[Value]]) -> str:
    """Write the first rows of a table for a notebook."""
    head = "".join(f"<th>{escape(variable)}</th>" for variable in variables)
    body = "".join(f"<tr>{''.join(map(_cell, row))}</tr>" for row in rows[:MOST_ROWS])
    told = escape(count(len(rows)))
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table><p>{told}</p>"


def _cell(value: Value) -> str:
    text = escape(_written(value))
    if isinstance(value, IRI) and value.startswith(_LINKED):
        return f'<td><a href="{escape(value)}">{text}</a></td>'
    language = f' lang="{escape(value.language)}"' if isinstance(value, Text) else ""
    return f"<td{language}>{text}</td>"
