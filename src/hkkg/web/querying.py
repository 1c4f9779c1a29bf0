"""SELECT queries that pages ask of the graph, be it here or at an endpoint."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NoReturn

from hkkg import vocab
from hkkg.errors import EndpointError
from hkkg.store import Literal, NamedNode
from hkkg.workers.calls import QueryCall

if TYPE_CHECKING:
    from hkkg.store import Term
    from hkkg.workers.worker import Engine

_HEADER: Final = vocab.prefix_header()


class Row(dict[str, "Term"]):
    """What is bound in one row of an answer; what every row must have is looked up by `[]`."""

    def __missing__(self, name: str) -> NoReturn:
        """Tell of an endpoint that did not answer what it was asked."""
        raise EndpointError(
            f"the endpoint answered without ?{name}, which every row must have.",
            hint="Is this the address of a SPARQL query endpoint?",
        )


def rows(engine: Engine, query: str) -> list[Row]:
    """Answer a SELECT query that uses the usual prefixes."""
    found = engine.answer(QueryCall(_HEADER + query, None, None)).table()
    pairs = [zip(found.variables, row, strict=True) for row in found.rows]
    return [Row({name: term for name, term in pair if term is not None}) for pair in pairs]


def text_of(term: Term | None) -> str:
    """Return the text of a literal, or an IRI; nothing for what has neither."""
    return term.value if isinstance(term, (Literal, NamedNode)) else ""
