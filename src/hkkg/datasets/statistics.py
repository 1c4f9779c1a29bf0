"""Counting a graph for its description: classes, properties, named graphs, and links to others."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from hkkg import vocab
from hkkg.datasets.address import host_of
from hkkg.store import DefaultGraph, Literal, NamedNode

if TYPE_CHECKING:
    from collections.abc import Mapping

    from hkkg.store import EmbeddedStore, Term

_LINKING: Final = (
    vocab.OWL + "sameAs",
    vocab.RDFS + "seeAlso",
    vocab.SCHEMA + "sameAs",
    vocab.SKOS + "broadMatch",
    vocab.SKOS + "closeMatch",
    vocab.SKOS + "exactMatch",
    vocab.SKOS + "narrowMatch",
    vocab.SKOS + "relatedMatch",
)
_OWN: Final = "https://w3id.org/hkkg/"
_EXAMPLES: Final = 5
_HEADER: Final = vocab.prefix_header()
_TOTALS: Final = """
SELECT (COUNT(*) AS ?triples) (COUNT(DISTINCT ?s) AS ?subjects) (COUNT(DISTINCT ?o) AS ?objects) { ?s ?p ?o }
"""
_ENTITIES: Final = "SELECT (COUNT(DISTINCT ?s) AS ?n) { ?s a ?class FILTER(isIRI(?s)) }"
_CLASSES: Final = "SELECT ?term (COUNT(DISTINCT ?s) AS ?n) { ?s a ?term FILTER(isIRI(?term)) } GROUP BY ?term"
_PROPERTIES: Final = "SELECT ?term (COUNT(*) AS ?n) { ?s ?term ?o } GROUP BY ?term"
_BUSIEST: Final = f"""
SELECT ?s {{ ?s ?p ?o FILTER(STRSTARTS(STR(?s), "{vocab.HK}")) }}
GROUP BY ?s ORDER BY DESC(COUNT(*)) ?s LIMIT {_EXAMPLES}
"""
_SAID: Final = (
    vocab.DCTERMS + "title",
    vocab.DCTERMS + "license",
    vocab.DCTERMS + "source",
    vocab.PROV + "wasAttributedTo",
)
_NAMESPACE: Final = re.compile(r".*[#/]")


@dataclass(frozen=True, slots=True)
class NamedGraph:
    """What a named graph holds and says of itself.

    Attributes:
        iri: its name.
        triples: how many it holds.
        in_union: whether a plain query sees them.
        titles: by language tag.
        licenses: IRIs.
        speakers: IRIs of those to whom it is attributed.
        sources: IRIs of what it was drawn from.
    """

    iri: str
    triples: int
    in_union: bool
    titles: Mapping[str, str]
    licenses: tuple[str, ...]
    speakers: tuple[str, ...]
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Links:
    """Links to what others describe: by which property, to which host, how many, with which beginning."""

    predicate: str
    host: str
    triples: int
    uri_space: str


@dataclass(frozen=True, slots=True)
class Statistics:
    """What a plain query sees, counted, and the named graphs.

    Attributes:
        triples: all of them.
        inferred: those of them that reasoning added.
        entities: things with an IRI and a class.
        subjects: distinct ones.
        objects: distinct ones.
        classes: instances of each class.
        properties: triples of each property.
        graphs: the named graphs, sorted by name.
        links: to other datasets.
        examples: the things of the graph that it says most about.
        names: of speakers and sources, by IRI and language tag.
    """

    triples: int
    inferred: int
    entities: int
    subjects: int
    objects: int
    classes: Mapping[str, int]
    properties: Mapping[str, int]
    graphs: tuple[NamedGraph, ...]
    links: tuple[Links, ...]
    examples: tuple[str, ...]
    names: Mapping[str, Mapping[str, str]]

    @property
    def vocabularies(self) -> tuple[str, ...]:
        """The namespaces of the classes and properties, sorted."""
        found = (_NAMESPACE.match(iri) for iri in (*self.classes, *self.properties))
        return tuple(sorted({match.group() for match in found if match}))

    @property
    def licenses(self) -> tuple[str, ...]:
        """All licences of the graphs, sorted."""
        return tuple(sorted({iri for graph in self.graphs for iri in graph.licenses}))

    @property
    def speakers(self) -> tuple[str, ...]:
        """All who speak in the graphs, sorted."""
        return tuple(sorted({iri for graph in self.graphs for iri in graph.speakers}))

    @property
    def sources(self) -> tuple[str, ...]:
        """All that the graphs were drawn from, sorted."""
        return tuple(sorted({iri for graph in self.graphs for iri in graph.sources}))


def measure(store: EmbeddedStore) -> Statistics:
    """Count what a store holds."""
    triples, subjects, objects = (_number(term) for term in _rows(store, _TOTALS)[0])
    graphs = _graphs(store)
    mentioned = {iri for graph in graphs for iri in (*graph.speakers, *graph.sources)}
    return Statistics(
        triples=triples,
        inferred=sum(graph.triples for graph in graphs if graph.iri == vocab.INFERRED_GRAPH),
        entities=_number(_rows(store, _ENTITIES)[0][0]),
        subjects=subjects,
        objects=objects,
        classes=_counts(store, _CLASSES),
        properties=_counts(store, _PROPERTIES),
        graphs=graphs,
        links=_links(store),
        examples=tuple(_text(row[0]) for row in _rows(store, _BUSIEST)),
        names={iri: names(store, iri) for iri in sorted(mentioned)},
    )


def names(store: EmbeddedStore, iri: str) -> dict[str, str]:
    """Return the preferred labels of a thing, by language tag."""
    found = store.quads(NamedNode(iri), NamedNode(vocab.SKOS + "prefLabel"), None, DefaultGraph())
    return dict(sorted(_tagged(quad.object) for quad in found if isinstance(quad.object, Literal)))


def _rows(store: EmbeddedStore, text: str) -> list[tuple[Term | None, ...]]:
    return [tuple(row) for row in store.query(_HEADER + text).table().rows]


def _counts(store: EmbeddedStore, text: str) -> dict[str, int]:
    return dict(sorted((_text(row[0]), _number(row[1])) for row in _rows(store, text)))


def _text(term: Term | None) -> str:
    return term.value if isinstance(term, (NamedNode, Literal)) else ""


def _number(term: Term | None) -> int:
    return int(term.value) if isinstance(term, Literal) else 0


def _tagged(literal: Literal) -> tuple[str, str]:
    return vocab.canonical_tag(literal.language or ""), literal.value


def _graphs(store: EmbeddedStore) -> tuple[NamedGraph, ...]:
    said: dict[str, dict[str, list[Term]]] = defaultdict(lambda: defaultdict(list))
    for predicate in _SAID:
        for quad in store.quads(None, NamedNode(predicate)):
            if quad.subject == quad.graph_name and isinstance(quad.subject, NamedNode):
                said[quad.subject.value][predicate].append(quad.object)
    sizes = store.graph_sizes()
    return tuple(
        _graph(store, iri, size, said[iri]) for iri, size in sizes.items() if iri != vocab.VOID_GRAPH
    )


def _graph(store: EmbeddedStore, iri: str, size: int, said: Mapping[str, list[Term]]) -> NamedGraph:
    def iris(predicate: str) -> tuple[str, ...]:
        found = said.get(predicate, [])
        return tuple(sorted(term.value for term in found if isinstance(term, NamedNode)))

    titles = [value for value in said.get(vocab.DCTERMS + "title", []) if isinstance(value, Literal)]
    return NamedGraph(
        iri=iri,
        triples=size,
        in_union=store.in_union(NamedNode(iri)),
        titles=dict(sorted(_tagged(title) for title in titles)),
        licenses=iris(vocab.DCTERMS + "license"),
        speakers=iris(vocab.PROV + "wasAttributedTo"),
        sources=iris(vocab.DCTERMS + "source"),
    )


def _links(store: EmbeddedStore) -> tuple[Links, ...]:
    """Count the links to others, and find what the IRIs at each host begin with."""
    found: dict[tuple[str, str], list[str]] = defaultdict(list)
    for predicate in _LINKING:
        for quad in store.quads(None, NamedNode(predicate), None, DefaultGraph()):
            iri = _text(quad.object) if isinstance(quad.object, NamedNode) else ""
            if host_of(iri) and not iri.startswith(_OWN):
                found[predicate, host_of(iri)].append(iri)
    counted = Counter({key: len(iris) for key, iris in found.items()})
    return tuple(
        Links(predicate, host, counted[predicate, host], _common(found[predicate, host]))
        for predicate, host in sorted(found)
    )


def _common(iris: list[str]) -> str:
    """Return the longest beginning, up to a slash or a hash, that IRIs share."""
    first, last = min(iris), max(iris)
    shared = next((i for i, (a, b) in enumerate(zip(first, last, strict=False)) if a != b), len(first) - 1)
    match = _NAMESPACE.match(first[:shared])
    return match.group() if match else first
