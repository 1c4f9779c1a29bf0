"""An answer as a page shows it: its first rows or lines, and of long values the beginning."""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING, Final, TypeVar

from hkkg import formats, vocab
from hkkg.store import NamedNode, term_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from hkkg.store import Answer, Table, Term
    from hkkg.store.remote_answer import RemoteAnswer
    from hkkg.workers.calls import QueryCall
    from hkkg.workers.worker import Engine

    Row = Sequence[Mapping[str, str]]

T = TypeVar("T")

LONGEST: Final = 2_000
"""Characters of a value, or of a line of Turtle, that are shown."""
_MOST: Final = 2_000_000
"""Characters on a page."""
_CELL: Final = 50
"""Characters of a page that a cell takes besides its text."""
_MORE: Final = "…"


@dataclass(frozen=True, slots=True)
class Shown:
    """An answer for a page: a table's first rows, a boolean, or a graph's first lines as Turtle.

    Attributes:
        variables: the columns of a table.
        rows: the first of them.
        total: how many rows or lines there are.
        boolean: the answer of an ASK query.
        turtle: the first lines of a graph.
        is_cut: whether there are more, or longer ones.
    """

    variables: tuple[str, ...] = ()
    rows: tuple[Row, ...] = ()
    total: int = 0
    boolean: bool | None = None
    turtle: str | None = None
    is_cut: bool = False


def show(engine: Engine, call: QueryCall, most_rows: int) -> Shown:
    """Answer a query for a page, in a worker."""
    answer = engine.answer(call)
    if answer.boolean is not None:
        return Shown(boolean=answer.boolean)
    return _graph(answer, most_rows) if answer.is_graph else _table(answer.table(), most_rows)


def _table(table: Table, most_rows: int) -> Shown:
    rows = tuple(_fitting(map(_row, table.rows[:most_rows]), _size))
    total = len(table.rows)
    is_cut = len(rows) < total or any(len(cell["text"]) > LONGEST for row in rows for cell in row)
    return Shown(table.variables, rows, total, is_cut=is_cut)


def _graph(answer: Answer | RemoteAnswer, most_lines: int) -> Shown:
    output = BytesIO()
    answer.write(formats.TURTLE, output)
    lines = output.getvalue().splitlines()
    shown = list(_fitting((_beginning(line.decode()) for line in lines[:most_lines]), len))
    is_cut = len(shown) < len(lines) or any(len(line) > LONGEST for line in shown)
    return Shown(total=len(lines), turtle="".join(f"{line}\n" for line in shown), is_cut=is_cut)


def _fitting(items: Iterable[T], size: Callable[[T], int]) -> Iterator[T]:
    """Yield the first of them, as far as they fit on a page together."""
    left = _MOST
    for item in items:
        left -= size(item)
        if left < 0:
            return
        yield item


def _row(terms: Iterable[Term | None]) -> Row:
    return tuple(map(_cell, terms))


def _cell(term: Term | None) -> Mapping[str, str]:
    """Say how a page shows a term: its text, its language, and the whole IRI as a title."""
    language_tag = getattr(term, "language", None)
    return {
        "text": _beginning(term_text(term)),
        "lang": vocab.canonical_tag(language_tag[:LONGEST]) if language_tag else "",
        "title": _beginning(term.value) if isinstance(term, NamedNode) else "",
    }


def _size(row: Row) -> int:
    return sum(_CELL + sum(map(len, cell.values())) for cell in row)


def _beginning(text: str) -> str:
    return text if len(text) <= LONGEST else text[:LONGEST] + _MORE
