"""What is described by all that it holds: a named graph, and the ontology."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Final

from hkkg import vocab
from hkkg.describing.reading import Reader
from hkkg.reasoning import INFERRED
from hkkg.store import DefaultGraph, NamedNode

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hkkg.describing.model import Block
    from hkkg.store import EmbeddedStore, Quad

ONTOLOGY: Final = NamedNode(vocab.HKKG.removesuffix("#"))
_DEFINED_BY: Final = NamedNode(vocab.RDFS + "isDefinedBy")


def is_whole(store: EmbeddedStore, resource: NamedNode) -> bool:
    """Whether a resource is described by all that it holds."""
    return resource == ONTOLOGY or store.has_graph(resource)


def whole(store: EmbeddedStore, resource: NamedNode) -> tuple[list[Quad], tuple[Block, ...]]:
    """Return what describes a graph or the ontology, then what it holds; and its graphs' descriptions.

    Raises:
        ValueError: the resource is neither.
    """
    if not is_whole(store, resource):
        raise ValueError(f"{resource} holds nothing")
    reader = Reader(store)
    held = [quad for graph in _graphs(store, resource) for quad in store.quads(graph=graph)]
    sources = reader.sources(held)
    quads = [*reader.block(resource).quads, *sorted(held, key=str)]
    return [*quads, *(quad for block in sources for quad in block.quads)], sources


def is_larger(store: EmbeddedStore, resource: NamedNode, most: int) -> bool:
    """Whether a resource is a named graph of more triples than so many."""
    if not store.has_graph(resource):
        return False
    return next(islice(store.quads(graph=resource), most, None), None) is not None


def sources_of(store: EmbeddedStore, resource: NamedNode) -> tuple[Block, ...]:
    """Return the descriptions of the graphs that say something of a resource."""
    return Reader(store).sources(store.quads(resource))


def _graphs(store: EmbeddedStore, resource: NamedNode) -> list[NamedNode]:
    return [resource] if store.has_graph(resource) else sorted(_defining(store), key=str)


def _defining(store: EmbeddedStore) -> Iterator[NamedNode]:
    """The graphs that define the ontology's terms, or say more of them, as far as a plain query sees them."""
    terms = {quad.subject for quad in store.quads(None, _DEFINED_BY, ONTOLOGY)} | {ONTOLOGY}
    found = {quad.graph_name for term in terms for quad in store.quads(term)} - {INFERRED, DefaultGraph()}
    return (graph for graph in found if isinstance(graph, NamedNode) and store.in_union(graph))
