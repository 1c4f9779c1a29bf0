"""What asking in words needs of the graph, done in a worker on one generation."""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING, Final

from hkkg import formats
from hkkg.asking import Asker
from hkkg.errors import UnknownQuestionError
from hkkg.evidence import PassageBehind, passages_behind
from hkkg.store import NamedNode
from hkkg.web.shown_answer import Shown, show
from hkkg.workers.calls import QueryCall

if TYPE_CHECKING:
    from hkkg.store import EmbeddedStore, Term
    from hkkg.workers.worker import Engine, Functions


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer to a question that was understood.

    Attributes:
        result: SPARQL JSON, or Turtle for a graph.
        is_graph: whether it is a graph.
        shown: its first rows, for a page.
        passages: where the source states it.
    """

    result: str
    is_graph: bool
    shown: Shown
    passages: tuple[PassageBehind, ...]


def asker(engine: Engine) -> Asker:
    """Learn the names and questions of a generation."""
    return Asker(_store(engine))


def answer_asked(engine: Engine, sparql: str, things: tuple[str, ...], most_rows: int) -> Answer:
    """Answer a question that was understood.

    Args:
        engine: over one generation.
        sparql: the query.
        things: the IRIs of what is asked about.
        most_rows: that a page shows.
    """
    call = QueryCall(sparql, formats.JSON.name, formats.TURTLE.name)
    output = BytesIO()
    answer = engine.answer(call)
    answer.write(formats.TURTLE if answer.is_graph else formats.JSON, output)
    return Answer(
        result=output.getvalue().decode(),
        is_graph=answer.is_graph,
        shown=show(engine, call, most_rows),
        passages=passages_behind(_store(engine), _rows(engine, call), map(NamedNode, things)),
    )


def _rows(engine: Engine, call: QueryCall) -> tuple[tuple[Term | None, ...], ...]:
    answer = engine.answer(call)
    if answer.boolean is not None:
        return ()
    if answer.is_graph:
        return tuple((t.subject, t.object) for t in answer.triples())
    return answer.table().rows


def _store(engine: Engine) -> EmbeddedStore:
    if engine.store is None:
        raise UnknownQuestionError("this service has no stored questions.")
    return engine.store


FUNCTIONS: Final[Functions] = {"answer_asked": answer_asked, "asker": asker}
