"""What pages and operations need of the graph: each function runs whole in a worker, on one generation."""

from __future__ import annotations

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
from hkkg.web.description import PREFIXES, describe
from hkkg.web.dump_files import write_dumps
from hkkg.web.ontology_data import read_ontology
from hkkg.web.shown_answer import show
from hkkg.web.sitemap import addresses
from hkkg.web.why import explain
from hkkg.workers.calls import QueryCall

if TYPE_CHECKING:
    from collections.abc import Mapping

    from hkkg.workers.worker import Engine, Functions

_COUNT: Final = QueryCall("SELECT (COUNT(*) AS ?count) { ?s ?p ?o }", None, None)


def triples(engine: Engine) -> int | None:
    """Count the triples that a plain query sees; None for a remote endpoint, which may be slow at that."""
    if engine.store is None:
        return None
    ((count,),) = engine.answer(_COUNT).table().rows
    return int(count.value) if isinstance(count, Literal) else 0


def totals(engine: Engine) -> Mapping[str, int]:
    """Count what the home page tells."""
    assert engine.store is not None  # noqa: S101 - nobody asks where the graph is elsewhere
    counted = stats.totals(engine.store)
    return {"triples": triples(engine) or 0, **{name: number for name, number in counted.items() if number}}


def description(engine: Engine, endpoint: str, features: tuple[str, ...], target: str) -> bytes:
    """Describe the service, in an RDF format."""
    quads = describe(endpoint, features, engine.store, triples(engine))
    return EmbeddedStore().dump(formats.by_name(target, formats.RDF_FORMATS), quads, PREFIXES)


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
