"""Documents about resources: descriptions with what a document says of itself, in the RDF formats."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeVar

from hkkg import formats, vocab
from hkkg.describing import jsonld
from hkkg.describing.context import Context
from hkkg.store import DefaultGraph, NamedNode, Quad, serialize

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from hkkg.describing.model import Block, Incoming
    from hkkg.formats import Format
    from hkkg.store import EmbeddedStore

T = TypeVar("T")

_FOAF: Final = "http://xmlns.com/foaf/0.1/"
_HYDRA: Final = "http://www.w3.org/ns/hydra/core#"
_PREFIXES: Final = {**vocab.PREFIXES, "foaf": _FOAF, "hydra": _HYDRA}
_TYPE: Final = NamedNode(vocab.RDF + "type")
_LICENSE: Final = NamedNode(vocab.DCTERMS + "license")
CONTEXT: Final = "context.jsonld"
"""Where the context of JSON-LD is found below a service's address."""


def document_quads(
    iri: str, sources: Iterable[Block], address: str, incoming: Incoming | None = None, parameters: str = ""
) -> Iterator[Quad]:
    """Describe a document about a resource (what Linked Data calls the information resource).

    Args:
        iri: of the resource.
        sources: the descriptions of the graphs that the document is made of.
        address: of the document, whichever format it is in.
        incoming: the page of what points to the resource, if the document has pages.
        parameters: that such pages have in their addresses, each followed by `&`.
    """
    document = NamedNode(address)
    yield _quad(document, _TYPE, _FOAF + "Document")
    yield _quad(document, NamedNode(_FOAF + "primaryTopic"), iri)
    for licence in licences(sources):
        yield _quad(document, _LICENSE, licence)
    if incoming and incoming.last_page > 1:
        yield from _pages(incoming, address, parameters)


def licences(sources: Iterable[Block]) -> list[str]:
    """Name the licences of graphs by their descriptions."""
    objects = (quad.object for block in sources for quad in block.quads if quad.predicate == _LICENSE)
    return sorted({term.value for term in objects if isinstance(term, NamedNode)})


def _pages(incoming: Incoming, address: str, parameters: str) -> Iterator[Quad]:
    def page(number: int) -> str:
        return f"{address}?{parameters}page={number}"

    view = NamedNode(page(incoming.page))
    yield _quad(NamedNode(address), NamedNode(_HYDRA + "view"), view.value)
    yield _quad(view, _TYPE, _HYDRA + "PartialCollectionView")
    numbers = {
        "first": 1,
        "previous": incoming.previous_page,
        "next": incoming.next_page,
        "last": incoming.last_page,
    }
    for name, number in numbers.items():
        if number:
            yield _quad(view, NamedNode(_HYDRA + name), page(number))


def _quad(subject: NamedNode, predicate: NamedNode, value: str) -> Quad:
    return Quad(subject, predicate, NamedNode(value), DefaultGraph())


def write(store: EmbeddedStore, quads: Iterable[Quad], root: str, target: Format, base: str) -> bytes:
    """Write a document, each subject's statements together, in the order of the quads.

    TriG and N-Quads hold the same triples in the default graph as the other formats do, where every client
    finds them, and say after that which named graph states each.

    Args:
        store: whose ontology names things in JSON-LD.
        quads: of the document.
        root: the IRI of its resource.
        target: the format.
        base: the address of the service, with a slash at its end.

    Raises:
        NotAcceptableError: the format cannot hold it.
    """
    stated = list(quads)
    triples = _grouped({quad.triple: quad.subject for quad in stated})
    if target is formats.JSONLD:
        return jsonld.write(triples, root, Context.of(store), base + CONTEXT)
    if target not in {formats.TRIG, formats.NQUADS}:
        return serialize(triples, target, _PREFIXES)
    plain = [Quad(triple.subject, triple.predicate, triple.object) for triple in triples]
    named = {quad: (quad.graph_name, quad.subject) for quad in stated if quad.graph_name != DefaultGraph()}
    return serialize([*plain, *_grouped(named)], target, _PREFIXES)


def _grouped(keys: Mapping[T, object]) -> list[T]:
    """Bring what has the same key together, where the first of it is."""
    groups: dict[object, list[T]] = {}
    for item, key in keys.items():
        groups.setdefault(key, []).append(item)
    return [item for group in groups.values() for item in group]
