"""What pages and operations need of the graph: each function runs whole in a worker, on one generation."""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING, Final

from hkkg import formats, stats
from hkkg.store import EmbeddedStore, Literal
from hkkg.web.description import describe
from hkkg.web.pages import shown_rows

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from hkkg.store.remote import RemoteEngine

_COUNT: Final = "SELECT (COUNT(*) AS ?count) { ?s ?p ?o }"


@dataclass(frozen=True, slots=True)
class Shown:
    """An answer for a page: a table's first rows, a boolean, or a graph as Turtle."""

    variables: tuple[str, ...] = ()
    rows: tuple[tuple[Mapping[str, str], ...], ...] = ()
    total: int = 0
    boolean: bool | None = None
    turtle: str | None = None


def show(store: EmbeddedStore | RemoteEngine, query: str, most_rows: int) -> Shown:
    """Answer a query for a page."""
    answer = store.query(query) if isinstance(store, EmbeddedStore) else store.answer(query)
    if answer.boolean is not None:
        return Shown(boolean=answer.boolean)
    if answer.is_graph:
        output = BytesIO()
        answer.write(formats.TURTLE, output)
        return Shown(turtle=output.getvalue().decode())
    table = answer.table()
    rows = tuple(map(tuple, shown_rows(table, most_rows)))
    return Shown(table.variables, rows, len(table.rows))


def triples(store: EmbeddedStore | RemoteEngine) -> int | None:
    """Count the triples that a plain query sees; None for a remote endpoint, which may be slow at that."""
    if not isinstance(store, EmbeddedStore):
        return None
    ((count,),) = store.query(_COUNT).table().rows
    return int(count.value) if isinstance(count, Literal) else 0


def totals(store: EmbeddedStore | RemoteEngine, packaged: bool) -> Mapping[str, int]:  # noqa: FBT001 - sent by position
    """Count what the home page tells; nothing of a remote endpoint."""
    if not isinstance(store, EmbeddedStore):
        return {}
    counted = stats.count(store, packaged=packaged)
    return {"triples": triples(store) or 0, **{k: v for k, v in counted.totals.items() if v}}


def description(
    store: EmbeddedStore | RemoteEngine, endpoint: str, features: tuple[str, ...], target: str
) -> bytes:
    """Describe the service, in an RDF format."""
    known = store if isinstance(store, EmbeddedStore) else None
    quads = describe(endpoint, features, known, triples(store))
    return EmbeddedStore().dump(formats.by_name(target, formats.RDF_FORMATS), quads)


FUNCTIONS: Final[Mapping[str, Callable[..., object]]] = {
    "description": description,
    "show": show,
    "totals": totals,
    "triples": triples,
}
