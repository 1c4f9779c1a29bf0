"""Describing a resource for whoever follows its IRI: what is stated of it, by whom, and what points to it."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, Final

from hkkg.describing.context import Context
from hkkg.describing.documents import document_quads, licences, write
from hkkg.describing.model import Block, Description, Incoming, Link, names
from hkkg.describing.reading import Reader
from hkkg.describing.retirement import successors
from hkkg.describing.wholes import is_larger, is_whole, sources_of, whole
from hkkg.errors import ParameterError
from hkkg.store import NamedNode
from hkkg.why import require_known

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from hkkg.store import EmbeddedStore, Quad

__all__ = [
    "PAGE_SIZE",
    "Block",
    "Context",
    "Description",
    "Incoming",
    "Link",
    "describe",
    "document_quads",
    "is_larger",
    "is_whole",
    "licences",
    "named",
    "names_of",
    "sources_of",
    "successors",
    "whole",
    "write",
]

PAGE_SIZE: Final = 100
MOST_ON_A_PAGE: Final = 1_000


def describe(store: EmbeddedStore, iri: str, *, page: int = 1, page_size: int = PAGE_SIZE) -> Description:
    """Describe a resource.

    Args:
        store: reasoned over or not.
        iri: of anything that the graph speaks of.
        page: of what points to it, from 1.
        page_size: links on a page, from 1 to 1,000.

    Raises:
        ParameterError: it is no IRI, there is no such page, or a page cannot have this size.
        UnknownResourceError: the graph does not speak of it; the nearest are offered.
    """
    if page < 1 or not 1 <= page_size <= MOST_ON_A_PAGE:
        hint = f"Pages count from 1 and hold from 1 to {MOST_ON_A_PAGE:,} links."
        raise ParameterError(f"there is no page {page} of {page_size} links.", hint=hint)
    resource = named(iri)
    if not is_whole(store, resource):
        require_known(store, resource)
    reader = Reader(store)
    own = reader.block(resource)
    incoming = reader.incoming(resource, page, page_size)
    passages = reader.passages((own, *incoming.records))
    told = [*own.quads, *_quads(incoming), *chain.from_iterable(block.quads for block in passages)]
    sources = reader.sources(told)
    told += chain.from_iterable(block.quads for block in sources)
    named_here = {term for quad in told for term in quad.triple if isinstance(term, NamedNode)}
    return Description(iri, own, incoming, passages, sources, reader.labels(named_here))


def names_of(store: EmbeddedStore, things: Iterable[NamedNode]) -> dict[str, dict[str, str]]:
    """Return the names of things: IRI, then language, then text; what has no name is left out."""
    return names(Reader(store).labels(things))


def _quads(incoming: Incoming) -> Iterator[Quad]:
    for link in incoming.links:
        yield from link.record.quads if link.record else link.quads


def named(iri: str) -> NamedNode:
    """Read an IRI.

    Raises:
        ParameterError: it is none that RDF allows.
    """
    try:
        return NamedNode(iri)
    except ValueError:
        raise ParameterError(f"{iri}: this is no IRI that RDF allows.") from None
