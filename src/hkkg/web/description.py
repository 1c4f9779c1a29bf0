"""The service description (SPARQL 1.1 Service Description), which clients read before they ask."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hkkg import vocab
from hkkg.store import BlankNode, Literal, NamedNode, Quad

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hkkg.store import EmbeddedStore

_SD = "http://www.w3.org/ns/sparql-service-description#"
_VOID = "http://rdfs.org/ns/void#"
_FORMATS = "http://www.w3.org/ns/formats/"
_WRITTEN = (
    "SPARQL_Results_JSON",
    "SPARQL_Results_XML",
    "SPARQL_Results_CSV",
    "SPARQL_Results_TSV",
    "Turtle",
    "TriG",
    "N-Triples",
    "N-Quads",
    "RDF_XML",
    "JSON-LD",
)
_READ = ("Turtle", "TriG", "N-Triples", "N-Quads", "RDF_XML", "JSON-LD")
_TYPE = NamedNode(vocab.RDF + "type")
PREFIXES = {"sd": _SD, "formats": _FORMATS, "void": _VOID, "graph": vocab.GRAPH}
UNION = "UnionDefaultGraph"

_SERVICE = BlankNode("service")
_DATASET = BlankNode("dataset")


def describe(
    endpoint: str, features: tuple[str, ...], store: EmbeddedStore | None, triples: int | None
) -> list[Quad]:
    """Describe the service at an address, with the sizes of its graphs.

    Args:
        endpoint: the address for queries.
        features: local names of what it can and is, in the vocabulary of service descriptions.
        store: the graph, if it is here.
        triples: how many a plain query sees, if that is known.
    """
    if store is None or triples is None:
        return list(_service(endpoint, features))
    if store.apart:  # it holds none of these, and so is not the union of all
        features = tuple(name for name in features if name != UNION)
    has_dataset = Quad(_SERVICE, _sd("defaultDataset"), _DATASET)
    return [*_service(endpoint, features), has_dataset, *_dataset(store, triples)]


def _service(endpoint: str, features: tuple[str, ...]) -> Iterator[Quad]:
    service = _SERVICE
    yield Quad(service, _TYPE, _sd("Service"))
    yield Quad(service, _sd("endpoint"), NamedNode(endpoint))
    for feature in features:
        predicate = "supportedLanguage" if feature.startswith("SPARQL") else "feature"
        yield Quad(service, _sd(predicate), _sd(feature))
    for name in _WRITTEN:
        yield Quad(service, _sd("resultFormat"), NamedNode(_FORMATS + name))
    if "SPARQL11Update" in features:
        for name in _READ:
            yield Quad(service, _sd("inputFormat"), NamedNode(_FORMATS + name))


def _dataset(store: EmbeddedStore, triples: int) -> Iterator[Quad]:
    dataset, default = _DATASET, BlankNode("default")
    yield Quad(dataset, _TYPE, _sd("Dataset"))
    yield Quad(dataset, _sd("defaultGraph"), default)
    yield from _graph(default, triples)
    for number, (iri, size) in enumerate(store.graph_sizes().items()):
        named, graph = BlankNode(f"named{number}"), BlankNode(f"graph{number}")
        yield Quad(dataset, _sd("namedGraph"), named)
        yield Quad(named, _TYPE, _sd("NamedGraph"))
        yield Quad(named, _sd("name"), NamedNode(iri))
        yield Quad(named, _sd("graph"), graph)
        yield from _graph(graph, size)


def _graph(graph: BlankNode, triples: int) -> Iterator[Quad]:
    yield Quad(graph, _TYPE, _sd("Graph"))
    yield Quad(graph, NamedNode(_VOID + "triples"), Literal(triples))


def _sd(name: str) -> NamedNode:
    return NamedNode(_SD + name)
