"""Counting what a graph holds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from hkkg import questions, vocab
from hkkg.store import DefaultGraph, Literal, NamedNode

if TYPE_CHECKING:
    from collections.abc import Mapping

    from hkkg.store import EmbeddedStore

_HEADER = vocab.prefix_header()

_CLASSES = """
SELECT ?class (COUNT(DISTINCT ?thing) AS ?count) {{
    ?class rdfs:subClassOf* {root} .
    ?thing a ?class .
}}
GROUP BY ?class
"""
_COUNT = "SELECT (COUNT(DISTINCT ?thing) AS ?count) {{ ?thing a/rdfs:subClassOf* {root} }}"
_ROOTS = {
    "entities": "hkkg:Entity",
    "records": "hkkg:Record",
    "concepts": "skos:Concept",
    "passages": "hkkg:Passage",
}
_SPEAKERS = "SELECT DISTINCT ?graph ?speaker { ?graph prov:wasAttributedTo ?speaker ; a hkkg:SourceGraph }"
_LABELS = """
SELECT ?language (COUNT(*) AS ?count) {
    ?thing skos:prefLabel|skos:altLabel|skos:hiddenLabel ?label .
    BIND(LCASE(LANG(?label)) AS ?language)
}
GROUP BY ?language
"""


@dataclass(frozen=True, slots=True)
class Stats:
    """The counts of a graph; classes and graphs are named by CURIEs.

    Attributes:
        stated: triples that a plain query sees and that are typed by somebody.
        inferred: triples that reasoning added.
        graphs: triples of each named graph.
        speakers: triples of all graphs attributed to a speaker.
        entities: how many entities there are of each class; a thing of two classes counts in both.
        records: how many records there are of each class.
        totals: entities, records, concepts, passages and stored questions.
        labels: labels in each language.
    """

    stated: int
    inferred: int
    graphs: Mapping[str, int]
    speakers: Mapping[str, int]
    entities: Mapping[str, int]
    records: Mapping[str, int]
    totals: Mapping[str, int]
    labels: Mapping[str, int]


def count(store: EmbeddedStore, *, packaged: bool = True) -> Stats:
    """Count what a store holds.

    Args:
        store: the graph.
        packaged: whether the stored questions belong to it.
    """
    sizes = store.graph_sizes()
    seen = sum(1 for _ in store.quads(graph=DefaultGraph()))
    inferred = sizes.get(vocab.INFERRED_GRAPH, 0)
    return Stats(
        stated=seen - inferred,
        inferred=inferred,
        graphs={vocab.curie(iri): size for iri, size in sizes.items()},
        speakers=_speakers(store, sizes),
        entities=_table(store, _CLASSES.format(root="hkkg:Entity")),
        records=_table(store, _CLASSES.format(root="hkkg:Record")),
        totals=totals(store) | {"questions": len(questions.names()) if packaged else 0},
        labels=_table(store, _LABELS),
    )


def totals(store: EmbeddedStore) -> dict[str, int]:
    """Count the entities, records, concepts and passages of a store."""
    return {name: _number(store, root) for name, root in _ROOTS.items()}


def _number(store: EmbeddedStore, root: str) -> int:
    (row,) = store.query(_HEADER + _COUNT.format(root=root)).table().rows
    return int(row[0].value) if isinstance(row[0], Literal) else 0


def _table(store: EmbeddedStore, text: str) -> dict[str, int]:
    rows = store.query(_HEADER + text).table().rows
    counts = {_name(key): int(number.value) for key, number in rows if isinstance(number, Literal)}
    return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))


def _name(term: object) -> str:
    if isinstance(term, NamedNode):
        return vocab.curie(term.value)
    tags = {tag.lower(): tag for tag in vocab.LANGUAGES}
    return tags.get(term.value, term.value) if isinstance(term, Literal) else ""


def _speakers(store: EmbeddedStore, sizes: Mapping[str, int]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for graph, speaker in store.query(_HEADER + _SPEAKERS).table().rows:
        if isinstance(graph, NamedNode):
            name = _name(speaker)
            counts[name] = counts.get(name, 0) + sizes.get(graph.value, 0)
    return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))
