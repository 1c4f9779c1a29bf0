"""The answer to a stored question as its page shows it: named cells, bars where it has numbers, passages."""

from __future__ import annotations

from dataclasses import dataclass
from math import isfinite
from typing import TYPE_CHECKING, Final

from hkkg import vocab
from hkkg.evidence import passages_behind
from hkkg.store import Literal, NamedNode, term_text
from hkkg.web.names import Names
from hkkg.web.resources import store_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from hkkg.evidence import PassageBehind
    from hkkg.store import Table, Term, Triple
    from hkkg.workers.calls import QueryCall
    from hkkg.workers.worker import Engine

    Row = Sequence[Term | None]

_FEWEST_BARS: Final = 2
_MOST_BARS: Final = 40
_MOST_PASSAGES: Final = 40
_TRIPLE: Final = ("subject", "predicate", "object")
_NUMBERS: Final = {NamedNode(vocab.XSD + name) for name in ("integer", "decimal", "double", "float")}


@dataclass(frozen=True, slots=True)
class Cell:
    """A term for a page.

    Attributes:
        text: its name, or the literal.
        lang: the language of the text, if it has one.
        iri: if it is one.
        short: the IRI as a CURIE, where the text is a name.
    """

    text: str
    lang: str = ""
    iri: str = ""
    short: str = ""


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar of a chart: what it is about, its number, and from where to where it goes, in percent."""

    cells: tuple[Cell, ...]
    text: str
    start: float
    length: float


@dataclass(frozen=True, slots=True)
class Cited:
    """Passages: how many there are, the first of them, and what the things that these state are called."""

    total: int
    first: tuple[PassageBehind, ...]
    names: Names


@dataclass(frozen=True, slots=True)
class Answered:
    """An answer for a page.

    Attributes:
        cited: the passages behind it.
        variables: the columns; those of a graph are subject, predicate and object.
        rows: the first of them.
        total: how many rows there are.
        boolean: the answer of an ASK query.
        is_graph: whether the rows are triples.
        measure: the column of numbers that the bars show.
        bars: of a chart, if it fits.
    """

    cited: Cited
    variables: tuple[str, ...] = ()
    rows: tuple[tuple[Cell | None, ...], ...] = ()
    total: int = 0
    boolean: bool | None = None
    is_graph: bool = False
    measure: str = ""
    bars: tuple[Bar, ...] = ()


def answered(
    engine: Engine, call: QueryCall, given: tuple[str, ...], language: str, most_rows: int
) -> Answered:
    """Answer a question for its page.

    Args:
        engine: has the graph.
        call: the query.
        given: IRIs that it was asked about.
        language: of the page.
        most_rows: that are shown.
    """
    answer = engine.answer(call)
    if answer.boolean is not None:
        return Answered(_cited(engine, [()], given, language), boolean=answer.boolean)
    is_graph = answer.is_graph
    variables, rows = _triples(answer.triples()) if is_graph else _table(answer.table())
    shown = rows[:most_rows]
    names = Names(engine, {t.value for row in shown for t in row if isinstance(t, NamedNode)}, language)
    cells = tuple(tuple(_cell(term, names) for term in row) for row in shown)
    measure, bars = ("", ()) if is_graph else _chart(variables, rows, cells)
    cited = _cited(engine, shown, given, language)
    return Answered(cited, variables, cells, len(rows), None, is_graph, measure, bars)


def _cited(engine: Engine, rows: Sequence[Row], given: Iterable[str], language: str) -> Cited:
    found = passages_behind(store_of(engine), rows, map(NamedNode, given), most=None)
    first = found[:_MOST_PASSAGES]
    return Cited(len(found), first, Names(engine, {iri for p in first for iri in p.states}, language))


def _table(table: Table) -> tuple[tuple[str, ...], Sequence[Row]]:
    return table.variables, table.rows


def _triples(triples: list[Triple]) -> tuple[tuple[str, ...], Sequence[Row]]:
    return _TRIPLE, [(t.subject, t.predicate, t.object) for t in sorted(triples, key=str)]


def _cell(term: Term | None, names: Names) -> Cell | None:
    if term is None:
        return None
    if not isinstance(term, NamedNode):
        return Cell(term_text(term), vocab.canonical_tag(getattr(term, "language", None) or ""))
    short = vocab.curie(term.value)
    name = names.get(term.value)
    if name is None:
        return Cell(short.strip("<>"), iri=term.value)
    return Cell(name.text, name.lang, term.value, short)


def _chart(
    variables: tuple[str, ...], rows: Sequence[Row], cells: Sequence[tuple[Cell | None, ...]]
) -> tuple[str, tuple[Bar, ...]]:
    """Draw the first column of numbers as bars, beside all that is no number, if there are enough rows."""
    numeric = [i for i in range(len(variables)) if rows and all(_is_number(row[i]) for row in rows)]
    others = [i for i in range(len(variables)) if i not in numeric]
    if not numeric or not others or not _FEWEST_BARS <= len(rows) <= _MOST_BARS:
        return "", ()
    values = [float(getattr(row[numeric[0]], "value", 0)) for row in rows]
    low = min(0.0, *values)
    span = (max(0.0, *values) - low) or 1.0
    bars = tuple(
        Bar(
            tuple(cell for i in others if (cell := line[i]) is not None),
            f"{value:,.10g}",
            round((min(0.0, value) - low) / span * 100, 2),
            round(abs(value) / span * 100, 2),
        )
        for line, value in zip(cells, values, strict=True)
    )
    return variables[numeric[0]], bars


def _is_number(term: Term | None) -> bool:
    return isinstance(term, Literal) and term.datatype in _NUMBERS and isfinite(float(term.value))
