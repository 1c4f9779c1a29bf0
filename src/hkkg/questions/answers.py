"""Stored answers: text files that people write by hand, and how an engine's answer differs from one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from hkkg import formats, loading
from hkkg.errors import Place, QuestionFileError
from hkkg.questions.cells import matches, write
from hkkg.store import Table, isomorphic, parse

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from hkkg.store import Term, Triple

    Row = tuple[Term | None, ...]
    Result = Table | bool | list[Triple]

_COMMENT = "#"


@dataclass(frozen=True, slots=True)
class StoredTable:
    """The rows that a SELECT query should answer with, each cell as written."""

    variables: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


if TYPE_CHECKING:
    Stored = StoredTable | bool | list[Triple]


def read_answer(path: Path) -> Stored:
    """Read a stored answer: `.ttl` holds a graph; `.tsv` a table, or the one word true or false.

    Lines that start with # before the first other line are comments.

    Raises:
        QuestionFileError: a row has not as many cells as there are variables.
        SyntaxProblemError: a graph is not well-formed.
    """
    text = loading.read_text(path)
    if path.suffix == ".ttl":
        return [q.triple for q in parse(text.encode(), formats.TURTLE, source=str(path))]
    lines = [(number, line) for number, line in enumerate(text.splitlines(), start=1) if line.strip()]
    while lines and lines[0][1].startswith(_COMMENT):
        del lines[0]
    if len(lines) == 1 and lines[0][1].strip() in {"true", "false"}:
        return lines[0][1].strip() == "true"
    return _read_table(lines, str(path))


def _read_table(lines: Sequence[tuple[int, str]], source: str) -> StoredTable:
    if not lines:
        raise QuestionFileError("the answer has no line of variables.", place=Place(source))
    variables = tuple(cell.strip().lstrip("?") for cell in lines[0][1].split("\t"))
    rows = []
    for number, line in lines[1:]:
        cells = tuple(cell.strip() for cell in line.split("\t"))
        if len(cells) != len(variables):
            message = f"this row has {len(cells)} cells for {len(variables)} variables, parted by tabs."
            raise QuestionFileError(message, place=Place(source, number))
        rows.append(cells)
    return StoredTable(variables, tuple(rows))


def differences(stored: Stored, got: Result, *, ordered: bool) -> list[str]:
    """Say, a line each, how an engine's answer differs from the stored one; nothing if it does not."""
    if isinstance(stored, StoredTable) and isinstance(got, Table):
        return _table_differences(stored, got, ordered=ordered)
    if isinstance(stored, bool) and isinstance(got, bool):
        return [] if stored == got else [f"expected    {stored}".lower(), f"answered    {got}".lower()]
    if isinstance(stored, list) and isinstance(got, list):
        return _graph_differences(stored, got)
    return [f"expected    {_kind(stored)}", f"answered    {_kind(got)}"]


def _kind(answer: Stored | Result) -> str:
    if isinstance(answer, bool):
        return "true or false"
    return "a graph" if isinstance(answer, list) else "a table"


def _table_differences(stored: StoredTable, got: Table, *, ordered: bool) -> list[str]:
    if sorted(stored.variables) != sorted(got.variables):
        return [
            f"expected    columns {' '.join(stored.variables)}",
            f"answered    columns {' '.join(got.variables)}",
        ]
    got = _reordered(got, stored.variables)
    missing, unexpected = _unmatched(stored.rows, got.rows)
    if missing or unexpected:
        return [
            *("missing     " + "\t".join(row) for row in missing),
            *("unexpected  " + "\t".join(write(term) for term in row) for row in unexpected),
        ]
    return _order_differences(stored, got) if ordered else []


def _reordered(table: Table, variables: tuple[str, ...]) -> Table:
    """Put columns into the stored order; that of `SELECT *` is each engine's own."""
    columns = [table.variables.index(variable) for variable in variables]
    return Table(variables, tuple(tuple(row[i] for i in columns) for row in table.rows))


def _unmatched(
    stored: Sequence[tuple[str, ...]], got: Sequence[Row]
) -> tuple[list[tuple[str, ...]], list[Row]]:
    """Pair stored rows with equal rows, those that ask for types or languages first."""
    left = list(got)
    missing = []
    for cells in sorted(stored, key=lambda row: -sum(cell.startswith('"') or "@" in cell for cell in row)):
        index = next((i for i, row in enumerate(left) if _row_matches(cells, row)), None)
        if index is None:
            missing.append(cells)
        else:
            del left[index]
    return sorted(missing, key=stored.index), left


def _row_matches(cells: Sequence[str], row: Row) -> bool:
    return all(matches(cell, term) for cell, term in zip(cells, row, strict=True))


def _order_differences(stored: StoredTable, got: Table) -> list[str]:
    for number, (cells, row) in enumerate(zip(stored.rows, got.rows, strict=True), start=1):
        if not _row_matches(cells, row):
            answered = "\t".join(write(term) for term in row)
            return [f"in row {number}    expected {chr(9).join(cells)}", f"            answered {answered}"]
    return []


def _graph_differences(stored: list[Triple], got: list[Triple]) -> list[str]:
    if isomorphic(stored, got):
        return []
    here, there = {str(t) for t in stored}, {str(t) for t in got}
    return [
        *(f"missing     {text}" for text in sorted(here - there)),
        *(f"unexpected  {text}" for text in sorted(there - here)),
    ]
