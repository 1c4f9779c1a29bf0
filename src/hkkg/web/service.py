"""What the service does with the graph, apart from HTTP: each method runs whole on one thread."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from hkkg import formats, questions, stats
from hkkg.config import FEATURED
from hkkg.store import Literal, Table
from hkkg.web.description import describe
from hkkg.web.protocol import choose, refuse_dangers

if TYPE_CHECKING:
    from collections.abc import Mapping

    from hkkg.config import Settings
    from hkkg.formats import Format
    from hkkg.questions import Question
    from hkkg.store import Answer, EmbeddedStore
    from hkkg.web.protocol import QueryRequest

_COUNT = "SELECT (COUNT(*) AS ?count) { ?s ?p ?o }"


@dataclass(frozen=True, slots=True)
class Written:
    """An answer in a format, ready to send."""

    body: bytes
    format: Format


@dataclass(frozen=True, slots=True)
class Shown:
    """An answer for a page: a table's first rows, a boolean, or a graph as Turtle."""

    table: Table | None = None
    total: int = 0
    boolean: bool | None = None
    turtle: str | None = None


class Service:
    """The graph that is served."""

    def __init__(self, store: EmbeddedStore, settings: Settings) -> None:
        """Take a store that nobody changes any more."""
        self._store = store
        self.settings = settings

    def answer(self, request: QueryRequest, accept: str | None) -> Written | Shown:
        """Answer a query in the format that the client prefers; a browser gets something to show."""
        answer = self._query(request)
        chosen = choose(accept, request.wanted, (*answer.offered, formats.HTML))
        if chosen is formats.HTML:
            return self._shown(answer)
        return Written(answer.serialize(chosen), chosen)

    def _query(self, request: QueryRequest) -> Answer:
        text = request.text or ""
        refuse_dangers(text, self.settings.limits)
        return self._store.query(
            text, default_graphs=request.default_graphs, named_graphs=request.named_graphs
        )

    def _shown(self, answer: Answer) -> Shown:
        if answer.boolean is not None:
            return Shown(boolean=answer.boolean)
        if answer.is_graph:
            return Shown(turtle=answer.serialize(formats.TURTLE).decode())
        table = answer.table()
        return Shown(table=table, total=len(table.rows))

    def show(self, query: str) -> Shown:
        """Answer a stored question for a page."""
        return self._shown(self._store.query(query))

    def description(self, endpoint: str, accept: str | None, wanted: tuple[Format, ...]) -> Written:
        """Describe the service."""
        chosen = choose(accept, wanted, (*formats.RDF_FORMATS, formats.HTML))
        if chosen is formats.HTML:
            return Written(b"", chosen)
        return Written(self._store.dump(chosen, describe(self._store, endpoint, self.triples)), chosen)

    @cached_property
    def triples(self) -> int:
        """How many triples a plain query sees."""
        ((count,),) = self._store.query(_COUNT).table().rows
        return int(count.value) if isinstance(count, Literal) else 0

    @cached_property
    def totals(self) -> Mapping[str, int]:
        """What the home page counts."""
        counted = stats.count(self._store, packaged=self.settings.packaged)
        return {"triples": self.triples, **{k: v for k, v in counted.totals.items() if v}}

    @cached_property
    def questions(self) -> tuple[Question, ...]:
        """The stored questions; they are about the packaged graph alone."""
        return questions.all_questions() if self.settings.packaged else ()

    def featured(self) -> list[Question]:
        """Choose the questions that the home page offers."""
        by_name = {question.name: question for question in self.questions}
        chosen = [by_name[name] for name in FEATURED if name in by_name]
        others = [question for question in self.questions if question not in chosen]
        return [*chosen, *others][: len(FEATURED)]

    def question(self, name: str) -> Question:
        """Find a stored question.

        Raises:
            UnknownQuestionError: there is none.
        """
        return questions.find_question(name)
