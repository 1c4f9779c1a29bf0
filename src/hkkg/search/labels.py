"""The labels of a store, which are what is searched."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Final

from hkkg import vocab
from hkkg.search.names import Name
from hkkg.store import Literal, NamedNode

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hkkg.store import EmbeddedStore

KINDS: Final = {vocab.SKOS + "prefLabel": 0, vocab.SKOS + "altLabel": 1, vocab.SKOS + "hiddenLabel": 2}
"""How far a label is from being the preferred one, by its property."""

_LABELS: Final = """
SELECT ?thing ?property ?label {
    VALUES ?property { skos:prefLabel skos:altLabel skos:hiddenLabel }
    ?thing ?property ?label .
}
"""
_LONGEST: Final = 1_000


@dataclass(frozen=True, slots=True)
class Label:
    """A label as it is written, and in the forms that are compared."""

    iri: str
    text: str
    language: str
    kind: int
    name: Name


def all_labels(store: EmbeddedStore) -> Iterator[Label]:
    """Read every label that a plain query sees."""
    for thing, kind, label in store.query(vocab.prefix_header() + _LABELS).table().rows:
        if isinstance(thing, NamedNode) and isinstance(kind, NamedNode) and isinstance(label, Literal):
            yield _label(thing.value, kind.value, label)


def labels_of(store: EmbeddedStore, iri: str) -> Iterator[Label]:
    """Read the labels of one thing."""
    query = _LABELS.replace(
        "?thing ?property ?label .", f"BIND(<{iri}> AS ?thing) <{iri}> ?property ?label ."
    )
    for _, kind, label in store.query(vocab.prefix_header() + query).table().rows:
        if isinstance(kind, NamedNode) and isinstance(label, Literal):
            yield _label(iri, kind.value, label)


_tag = cache(vocab.canonical_tag)


def _label(iri: str, kind: str, label: Literal) -> Label:
    name = Name.of(label.value[:_LONGEST])
    return Label(iri, label.value, _tag(label.language or ""), KINDS[kind], name)
