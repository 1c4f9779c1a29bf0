"""What the addresses of resources need of the graph; each function runs whole in a worker."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from hkkg import describing, formats, vocab
from hkkg.errors import NotOfferedError, UnknownResourceError
from hkkg.store import NamedNode
from hkkg.web.addresses import ONTOLOGY, local
from hkkg.why import require_known

if TYPE_CHECKING:
    from hkkg.store import EmbeddedStore
    from hkkg.workers.worker import Engine, Functions

LARGEST_WHOLE: Final = 20_000
"""Triples of a graph that is answered with its description; a larger one is streamed without."""

_VERSION: Final = NamedNode(vocab.OWL + "versionIRI")


@dataclass(frozen=True, slots=True)
class Located:
    """What an address names.

    Attributes:
        iri: of the resource.
        form: the format that the address's suffix names; nothing if it has none.
        licences: of the graphs that state something of the resource.
        successors: what replaces it if it is retired, as IRIs; None if it is not.
        is_large: whether it is a graph that is only streamed.
    """

    iri: str
    form: str
    licences: tuple[str, ...]
    successors: tuple[str, ...] | None
    is_large: bool


def store_of(engine: Engine) -> EmbeddedStore:
    """Return the graph.

    Raises:
        NotOfferedError: it is at a remote endpoint.
    """
    if engine.store is None:
        raise NotOfferedError(
            "this service passes queries on to an endpoint, and describes no resources itself.",
            hint="Send it a DESCRIBE query: /sparql?query=DESCRIBE <IRI>.",
        )
    return engine.store


def locate(engine: Engine, candidates: tuple[tuple[str, str], ...]) -> Located:
    """Find which of the IRIs that an address may mean the graph speaks of.

    Args:
        engine: with the graph.
        candidates: IRIs in the order of preference, each with the format that the address names then.

    Raises:
        UnknownResourceError: it speaks of none; the nearest to the first are offered.
        NotOfferedError: the graph is at a remote endpoint.
    """
    store = store_of(engine)
    unknown: list[UnknownResourceError] = []
    for iri, form in candidates:
        try:
            return _located(store, _of_version(store, NamedNode(iri)), form)
        except UnknownResourceError as error:
            unknown.append(error)
        except ValueError:
            continue  # no IRI that RDF allows, so that no graph speaks of it
    raise min(unknown, key=lambda error: not error.nearest, default=_nothing())


def _nothing() -> UnknownResourceError:
    return UnknownResourceError("the address names no resource.", hint="Its name is no part of an IRI.")


def _of_version(store: EmbeddedStore, resource: NamedNode) -> NamedNode:
    """Return the ontology for the IRI of its current version, and anything else as it is."""
    ontology = NamedNode(ONTOLOGY)
    is_version = next(store.quads(ontology, _VERSION, resource), None) is not None
    return ontology if is_version else resource


def _located(store: EmbeddedStore, resource: NamedNode, form: str) -> Located:
    if not describing.is_whole(store, resource):
        require_known(store, resource)
    licences = tuple(describing.licences(describing.sources_of(store, resource)))
    is_large = describing.is_larger(store, resource, LARGEST_WHOLE)
    return Located(resource.value, form, licences, describing.successors(store, resource), is_large)


@dataclass(frozen=True, slots=True)
class Asked:
    """A document that is asked for.

    Attributes:
        iri: of the resource.
        form: the format's name.
        page: of what points to it.
        page_size: links on a page.
        base: the address of the service, with a slash at its end.
    """

    iri: str
    form: str
    page: int
    page_size: int
    base: str


def document(engine: Engine, asked: Asked) -> bytes:
    """Write the document about a resource in an RDF format.

    Raises:
        HkkgError: there is none as it is asked for; its type says why.
    """
    store = store_of(engine)
    resource = NamedNode(asked.iri)
    address = asked.base.rstrip("/") + str(local(asked.iri)).partition("#")[0]
    if describing.is_whole(store, resource):
        held, sources = describing.whole(store, resource)
        quads = [*describing.document_quads(asked.iri, sources, address), *held]
    else:
        found = describing.describe(store, asked.iri, page=asked.page, page_size=asked.page_size)
        sized = "" if asked.page_size == describing.PAGE_SIZE else f"page_size={asked.page_size}&"
        about = describing.document_quads(asked.iri, found.sources, address, found.incoming, sized)
        quads = [*about, *found.quads()]
    target = formats.by_name(asked.form, formats.RDF_FORMATS)
    return describing.write(store, quads, asked.iri, target, asked.base)


def context(engine: Engine) -> dict[str, object]:
    """Return the JSON-LD context of the graph."""
    return describing.Context.of(store_of(engine)).document()


FUNCTIONS: Final[Functions] = {"context": context, "document": document, "locate": locate}
