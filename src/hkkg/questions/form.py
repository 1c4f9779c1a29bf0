"""What a question answers with, and one page of it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Literal

from hkkg.errors import ParameterError
from hkkg.store import EmbeddedStore
from hkkg.store.tokens import prologue, tokens

if TYPE_CHECKING:
    from hkkg.questions.model import Question

Kind = Literal["table", "boolean", "graph"]
_ENDS = frozenset({"LIMIT", "OFFSET", "VALUES"})


@dataclass(frozen=True, slots=True)
class Form:
    """What a query answers with.

    Attributes:
        kind: table, boolean or graph.
        columns: of a table.
    """

    kind: Kind
    columns: tuple[str, ...] = ()


@cache
def form_of(text: str) -> Form:
    """Tell what a query answers with, by asking it of an empty graph.

    Raises:
        QuerySyntaxError: it is not well-formed.
    """
    answer = EmbeddedStore().query(text)
    if answer.boolean is not None:
        return Form("boolean")
    return Form("graph") if answer.is_graph else Form("table", answer.table().variables)


def counting(text: str) -> str:
    """Make the query that counts the rows of another, as `?count`."""
    start = prologue(text)
    return f"{start}SELECT (COUNT(*) AS ?count) {{ {{ {text[len(start) :]}\n}} }}"


def paged(question: Question, text: str, limit: int | None, offset: int) -> str:
    """Make the query that answers with one page of a question's rows.

    What the question's own order leaves open is ordered by the columns, so that pages neither overlap nor
    miss a row.

    Args:
        question: whose rows these are.
        text: the question with its values.
        limit: rows of the page; None for all that follow.
        offset: rows before it.

    Raises:
        ParameterError: the question answers with no table.
    """
    form = form_of(question.text)
    if form.kind != "table":
        message = f"{question.name} answers with a {form.kind}, which has no pages."
        raise ParameterError(message, hint="Leave limit and offset out.")
    words = _last_words(text)
    order = "" if "ORDER" in words else "ORDER BY "
    columns = " ".join(f"?{column}" for column in form.columns)
    size = "" if limit is None else f" LIMIT {limit}"
    if words & _ENDS:
        start = prologue(text)
        inner = text[len(start) :]
        return f"{start}SELECT {columns} {{ {{ {inner}\n}} }} ORDER BY {columns}{size} OFFSET {offset}"
    return f"{text.rstrip()}\n{order}{columns}{size} OFFSET {offset}"


def _last_words(text: str) -> frozenset[str]:
    """Return the words after the last closing brace, where a query says how its rows are ordered and cut."""
    words: list[str] = []
    for token in tokens(text):
        if token.text == "}":
            words.clear()
        elif token.kind == "word":
            words.append(token.text.upper())
    return frozenset(words)
