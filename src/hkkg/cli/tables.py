"""Tables for people, whose columns line up in any script and whose words are never cut."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.measure import Measurement
from rich.table import Table as RichTable
from rich.text import Text

from hkkg.store import Literal, term_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from hkkg.store import Table, Term

_COMMANDS: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
"""Characters that command a terminal, or turn the rest of its line round."""


def print_table(table: Table) -> None:
    """Print the bindings of a query."""
    numeric = [
        name
        for i, name in enumerate(table.variables)
        if table.rows and all(_is_number(r[i]) for r in table.rows)
    ]
    print_rows(table.variables, ([term_text(term) for term in row] for row in table.rows), right=numeric)


def print_rows(
    headings: Sequence[str],
    rows: Iterable[Sequence[str]],
    *,
    right: Sequence[str] = (),
    to_errors: bool = False,
) -> None:
    """Print rows of text below headings.

    Args:
        headings: of the columns.
        rows: of cells.
        right: the columns that are aligned to the right.
        to_errors: whether to print to standard error.
    """
    rich_table = RichTable(box=SIMPLE_HEAD, pad_edge=False, show_edge=False)
    for heading in headings:
        rich_table.add_column(
            _shown(heading), justify="right" if heading in right else "left", overflow="fold"
        )
    for row in rows:
        rich_table.add_row(*(_shown(cell) for cell in row))
    console = Console(highlight=False, soft_wrap=False, stderr=to_errors)
    if not console.is_terminal:
        # A pipe has no width: every row stays on one line.
        console.width = max(
            1, Measurement.get(console, console.options.update(max_width=10**6), rich_table).maximum
        )
    console.print(rich_table)


def _shown(text: str) -> Text:
    return Text(_COMMANDS.sub("\ufffd", text))


def _is_number(term: Term | None) -> bool:
    if term is None:
        return True
    return isinstance(term, Literal) and term.value.lstrip("+-").replace(".", "", 1).isdigit()
