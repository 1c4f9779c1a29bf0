"""SELECT queries that pages ask of the graph, be it here or at an endpoint."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from hkkg import vocab
from hkkg.store import Literal, NamedNode
from hkkg.workers.calls import QueryCall

if TYPE_CHECKING:
    from collections.abc import Mapping

    from hkkg.store import Table, Term
    from hkkg.workers.worker import Engine

_HEADER: Final = vocab.prefix_header()


def table(engine: Engine, query: str) -> Table:
    """Answer a SELECT query that uses the usual prefixes."""
    return engine.answer(QueryCall(_HEADER + query, None, None)).table()


def rows(engine: Engine, query: str) -> list[Mapping[str, Term]]:
    """Do as `table`; each row holds what is bound in it."""
    found = table(engine, query)
    pairs = [zip(found.variables, row, strict=True) for row in found.rows]
    return [{name: term for name, term in pair if term is not None} for pair in pairs]


def text_of(term: Term | None) -> str:
    """Return the text of a literal, or an IRI; nothing for what has neither."""
    return term.value if isinstance(term, (Literal, NamedNode)) else ""
