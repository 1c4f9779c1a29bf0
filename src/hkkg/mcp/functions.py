"""What the tools need of the graph: each function runs whole in a worker, on one generation."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from hkkg import describing, formats, questions, why
from hkkg.asking import Asker
from hkkg.errors import NotOfferedError, ParameterError
from hkkg.evidence import passages_behind
from hkkg.mcp import checking, schema
from hkkg.mcp.rendering import passage, rows, statements, triples
from hkkg.search import document
from hkkg.store import NamedNode
from hkkg.workers.calls import QueryCall

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hkkg.search import LabelIndex
    from hkkg.store import EmbeddedStore, Term
    from hkkg.workers.worker import Engine, Functions

LINKS_ON_A_PAGE: Final = 25
MOST_ROWS: Final = 200


def search(engine: Engine, text: str, of_class: str | None, language: str, limit: int) -> dict[str, Any]:
    """Find things by name."""
    index = _labels(engine)
    found = index.search(text, limit=limit, of_class=[of_class] if of_class else ())
    written = document.write(found, index.classes, language)
    hits = [
        {
            "id": hit["curie"],
            "names": hit["names"],
            "types": [known["curie"] for known in hit["types"]],
            "matched": hit["match"]["label"],
            "how": hit["match"]["way"],
        }
        for hit in written["results"]
    ]
    return {"total": written["total"], "results": hits}


def describe(engine: Engine, thing: str, language: str, page: int) -> dict[str, Any]:
    """Describe a thing with its records and passages, and one page of what else points to it."""
    store = _store(engine)
    called = engine.names.called if engine.names else None
    found = questions.find(thing, lambda text: store.query(text).table(), "the thing", called)
    description = describing.describe(store, found.value, page=page, page_size=LINKS_ON_A_PAGE)
    return statements(description, language)


def outline(engine: Engine, language: str) -> str:
    """Write the schema in a page."""
    return schema.page(_store(engine), language)


def check(engine: Engine, query: str) -> dict[str, Any]:
    """Say what is wrong with a query, without running it."""
    return checking.check(_store(engine), query)


def run(engine: Engine, query: str, most_rows: int, language: str, given: Sequence[str]) -> dict[str, Any]:
    """Answer a query, with names for its things and the passages behind it.

    Raises:
        ParameterError: it is an update.
        HkkgError: it cannot be answered; the type says why.
    """
    checking.refuse_update(query)
    store = _store(engine)
    answer = engine.answer(QueryCall(query, formats.JSON.name, formats.TURTLE.name))
    if answer.boolean is not None:
        return {"boolean": answer.boolean, "passages": _passages(store, (), given)}
    if answer.is_graph:
        found = answer.triples()
        kept = found[:most_rows]
        pairs = tuple((triple.subject, triple.object) for triple in kept)
        return {**triples(kept, len(found)), "passages": _passages(store, pairs, given)}
    table = answer.table()
    kept_rows = table.rows[:most_rows]
    things = {term for row in kept_rows for term in row if isinstance(term, NamedNode)}
    return {
        **rows(table.variables, kept_rows, len(table.rows), describing.names_of(store, things), language),
        "passages": _passages(store, kept_rows, given),
    }


def explain(engine: Engine, subject: str, predicate: str, obj: str, language: str) -> str:
    """Explain a triple down to passages."""
    store = _store(engine)
    return why.as_text(why.explain_texts(store, subject, predicate, obj), store, language)


def asker(engine: Engine) -> Asker:
    """Learn the names and the stored questions."""
    return Asker(_store(engine))


def _passages(
    store: EmbeddedStore, found: Sequence[Sequence[Term | None]], given: Sequence[str]
) -> list[dict[str, Any]]:
    return [passage(each) for each in passages_behind(store, found, map(NamedNode, given))]


def _store(engine: Engine) -> EmbeddedStore:
    if engine.store is None:
        raise NotOfferedError("the tools need the graph itself, not a remote endpoint.")
    return engine.store


def _labels(engine: Engine) -> LabelIndex:
    if engine.labels is None:
        raise NotOfferedError("the tools need the graph itself, not a remote endpoint.")
    return engine.labels


def within(number: int, least: int, most: int, what: str) -> int:
    """Refuse a number that is out of range.

    Raises:
        ParameterError: it is.
    """
    if not least <= number <= most:
        raise ParameterError(f"{what} is {number}.", hint=f"It can be from {least} to {most}.")
    return number


SEARCHING: Final = frozenset({"search"})
"""Those that search the names of things."""
FUNCTIONS: Final[Functions] = {
    "asker": asker,
    "check": check,
    "describe": describe,
    "explain": explain,
    "outline": outline,
    "run": run,
    "search": search,
}
