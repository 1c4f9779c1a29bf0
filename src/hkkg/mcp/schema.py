"""The schema of a graph in a page: its prefixes, its classes and properties, and how facts are modelled."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from hkkg import vocab
from hkkg.store import Literal, NamedNode

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from hkkg.store import EmbeddedStore, Term

_CLASSES: Final = """
SELECT ?class (COUNT(DISTINCT ?thing) AS ?things) {
    ?thing a ?class .
    ?class a owl:Class .
    FILTER(STRSTARTS(STR(?class), STR(hkkg:)))
} GROUP BY ?class ORDER BY DESC(?things) ?class
"""
_PROPERTIES: Final = """
SELECT ?property (SAMPLE(?from) AS ?domain) (SAMPLE(?to) AS ?range) (COUNT(*) AS ?uses) {
    ?subject ?property ?object .
    FILTER(STRSTARTS(STR(?property), STR(hkkg:)))
    OPTIONAL { ?property rdfs:domain ?from FILTER(isIRI(?from)) }
    OPTIONAL { ?property rdfs:range ?to FILTER(isIRI(?to)) }
} GROUP BY ?property ORDER BY ?property
"""
_NOTES: Final = """\
How facts are modelled:
- A thing has skos:prefLabel in en, zh-Hant and zh-Hans (filter by LANG), and skos:altLabel for other forms.
- A relation that a source states is a record of its own (a class such as hkkg:Hosting or hkkg:Conferral) with
  hkkg:statedIn its passages; a shortcut such as hkkg:hostedBy between the two things is inferred from it.
- A figure is an hkkg:Observation: hkkg:about a thing, hkkg:indicator, hkkg:value,
  hkkg:comparator (exactly, at least, about) and hkkg:modality (measured, planned, expected, claimed).
- A claim ("the first", "the largest") is an hkkg:Claim and no fact; a misprint is an hkkg:Discrepancy.
- Dated records have hkkg:notBefore and hkkg:notAfter (xsd:date), besides dates as the source has them.
- A passage (passage:SOURCE.START-END) is cited by its offsets in Unicode code points and its key words.
- A plain query sees all graphs together. Each file is a named graph of one speaker.
"""


def page(store: EmbeddedStore, language: str) -> str:
    """Write the schema.

    Args:
        store: the graph, with its ontology.
        language: of the labels.
    """
    lines = ["Prefixes:", vocab.prefix_header().rstrip(), "", "Classes (things of each):"]
    lines += _classes(store, language)
    lines += ["", "Properties (from -> to, how often):", *_properties(store, language)]
    return "\n".join([*lines, "", _NOTES])


def _classes(store: EmbeddedStore, language: str) -> Iterator[str]:
    for known, count in _rows(store, _CLASSES):
        yield f"{_short(known)} ({_text(count)}): {_label(store, known, language)}"


def _properties(store: EmbeddedStore, language: str) -> Iterator[str]:
    for known, domain, target, uses in _rows(store, _PROPERTIES):
        ends = f"{_short(domain)} -> {_short(target)}"
        yield f"{_short(known)} ({ends}, {_text(uses)}): {_label(store, known, language)}"


def _rows(store: EmbeddedStore, query: str) -> Iterable[tuple[Term | None, ...]]:
    return store.query(vocab.prefix_header() + query).table().rows


def _label(store: EmbeddedStore, term: Term | None, language: str) -> str:
    if not isinstance(term, NamedNode):
        return ""
    labels = {
        vocab.canonical_tag(quad.object.language or ""): quad.object.value
        for quad in store.quads(term, NamedNode(vocab.RDFS + "label"))
        if isinstance(quad.object, Literal)
    }
    return labels.get(vocab.nearest(labels, language) or "", "")


def _short(term: Term | None) -> str:
    return vocab.curie(term.value) if isinstance(term, NamedNode) else "anything"


def _text(term: Term | None) -> str:
    return term.value if isinstance(term, Literal) else ""
