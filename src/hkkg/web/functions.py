"""What pages and operations need of the graph: each function runs whole in a worker, on one generation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from hkkg import formats, stats
from hkkg.store import Literal
from hkkg.web.description import describe
from hkkg.web.pages import shown_rows

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from hkkg.store import Answer, EmbeddedStore

_COUNT: Final = "SELECT (COUNT(*) AS ?count) { ?s ?p ?o }"


@dataclass(frozen=True, slots=True)
class Shown:
    """An answer for a page: a table's first rows, a boolean, or a graph as Turtle."""

    variables: tuple[str, ...] = ()
    rows: tuple[tuple[Mapping[str, str], ...], ...] = ()
    total: int = 0
    boolean: bool | None = None
    turtle: str | None = None


def show(store: EmbeddedStore, query: str, most_rows: int) -> Shown:
    """Answer a query for a page."""
    answer: Answer = store.query(query)
    if answer.boolean is not None:
        return Shown(boolean=answer.boolean)
    if answer.is_graph:
        return Shown(turtle=answer.serialize(formats.TURTLE).decode())
    table = answer.table()
    rows = tuple(map(tuple, shown_rows(table, most_rows)))
    return Shown(table.variables, rows, len(table.rows))


def triples(store: EmbeddedStore) -> int:
    """Count the triples that a plain query sees."""
    ((count,),) = store.query(_COUNT).table().rows
    return int(count.value) if isinstance(count, Literal) else 0


def totals(store: EmbeddedStore, packaged: bool) -> Mapping[str, int]:  # noqa: FBT001 - it is sent by position
    """Count what the home page tells."""
    counted = stats.count(store, packaged=packaged)
    return {"triples": triples(store), **{k: v for k, v in counted.totals.items() if v}}


def description(store: EmbeddedStore, endpoint: str, features: tuple[str, ...], target: str) -> bytes:
    """Describe the service, in an RDF format."""
    quads = describe(store, endpoint, features, triples(store))
    return store.dump(formats.by_name(target, formats.RDF_FORMATS), quads)


FUNCTIONS: Final[Mapping[str, Callable[..., object]]] = {
    "description": description,
    "show": show,
    "totals": totals,
    "triples": triples,
}
