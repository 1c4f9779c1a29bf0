"""What pages and operations need of the graph: each function runs whole in a worker, on one generation."""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING, Final

from hkkg import formats, stats
from hkkg.store import EmbeddedStore, Literal
from hkkg.web import (
    answered,
    candidates,
    chronology,
    editor_terms,
    finding,
    home_charts,
    network,
    question_api,
    reconciling,
    resource_view,
    resources,
    showing,
)
from hkkg.web.datasets import catalog_document, measure, void_document
from hkkg.web.description import describe
from hkkg.web.dump_files import write_dumps
from hkkg.web.ontology_data import read_ontology
from hkkg.web.pages import shown_rows
from hkkg.web.sitemap import addresses
from hkkg.web.why import explain
from hkkg.workers.calls import QueryCall

if TYPE_CHECKING:
    from collections.abc import Mapping

    from hkkg.workers.worker import Engine, Functions

_COUNT: Final = QueryCall("SELECT (COUNT(*) AS ?count) { ?s ?p ?o }", None, None)


@dataclass(frozen=True, slots=True)
class Shown:
    """An answer for a page: a table's first rows, a boolean, or a graph's first lines as Turtle."""

    variables: tuple[str, ...] = ()
    rows: tuple[tuple[Mapping[str, str], ...], ...] = ()
    total: int = 0
    boolean: bool | None = None
    turtle: str | None = None


def show(engine: Engine, call: QueryCall, most_rows: int) -> Shown:
    """Answer a query for a page."""
    answer = engine.answer(call)
    if answer.boolean is not None:
        return Shown(boolean=answer.boolean)
    if answer.is_graph:
        output = BytesIO()
        answer.write(formats.TURTLE, output)
        lines = output.getvalue().decode().splitlines(keepends=True)
        return Shown(total=len(lines), turtle="".join(lines[:most_rows]))
    table = answer.table()
    rows = tuple(map(tuple, shown_rows(table, most_rows)))
    return Shown(table.variables, rows, len(table.rows))


def triples(engine: Engine) -> int | None:
    """Count the triples that a plain query sees; None for a remote endpoint, which may be slow at that."""
    if engine.store is None:
        return None
    ((count,),) = engine.answer(_COUNT).table().rows
    return int(count.value) if isinstance(count, Literal) else 0


def totals(engine: Engine) -> Mapping[str, int]:
    """Count what the home page tells; nothing of a remote endpoint."""
    if engine.store is None:
        return {}
    counted = stats.totals(engine.store)
    return {"triples": triples(engine) or 0, **{name: number for name, number in counted.items() if number}}


def description(engine: Engine, endpoint: str, features: tuple[str, ...], target: str) -> bytes:
    """Describe the service, in an RDF format."""
    quads = describe(endpoint, features, engine.store, triples(engine))
    return EmbeddedStore().dump(formats.by_name(target, formats.RDF_FORMATS), quads)


SEARCHING: Final = frozenset({*finding.FUNCTIONS, *reconciling.FUNCTIONS})
"""Those that search the names of things."""
FUNCTIONS: Final[Functions] = {
    **candidates.FUNCTIONS,
    **finding.FUNCTIONS,
    **reconciling.FUNCTIONS,
    **question_api.FUNCTIONS,
    "addresses": addresses,
    "catalog": catalog_document,
    "description": description,
    "dumps": write_dumps,
    "explain": explain,
    "measure": measure,
    "ontology": read_ontology,
    "answered": answered.answered,
    "editor_terms": editor_terms.terms,
    "show": show,
    "totals": totals,
    "triples": triples,
    **resource_view.FUNCTIONS,
    **resources.FUNCTIONS,
    **chronology.FUNCTIONS,
    **home_charts.FUNCTIONS,
    **network.FUNCTIONS,
    **showing.FUNCTIONS,
    "void": void_document,
}
