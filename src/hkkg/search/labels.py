"""The labels of a store, which are what is searched."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from itertools import chain, islice
from typing import TYPE_CHECKING, Final

from hkkg import vocab
from hkkg.search.names import Name
from hkkg.store import DefaultGraph, Literal, NamedNode

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from hkkg.store import EmbeddedStore

KINDS: Final = {
    NamedNode(vocab.SKOS + "prefLabel"): 0,
    NamedNode(vocab.SKOS + "altLabel"): 1,
    NamedNode(vocab.SKOS + "hiddenLabel"): 2,
}
"""How far a label is from being the preferred one, by its property."""

_LONGEST: Final = 1_000
_MANY: Final = 10_000
_tag = cache(vocab.canonical_tag)


@dataclass(frozen=True, slots=True)
class Label:
    """A label as it is written, and in the forms that are compared."""

    iri: str
    text: str
    language: str
    kind: int
    name: Name


def is_small(store: EmbeddedStore, properties: Iterable[NamedNode] = KINDS) -> bool:
    """Whether a store has so few labels, by some properties, that they may be kept before anybody asks."""
    labels = chain.from_iterable(store.quads(None, property_) for property_ in properties)
    return next(islice(labels, _MANY, None), None) is None


def labels_of(store: EmbeddedStore, thing: NamedNode | None = None) -> Iterator[Label]:
    """Read the labels of a thing, or of everything, in the default graph."""
    for predicate, kind in KINDS.items():
        for quad in store.quads(thing, predicate, graph=DefaultGraph()):
            subject, label = quad.subject, quad.object
            if isinstance(subject, NamedNode) and isinstance(label, Literal):
                name = Name.of(label.value[:_LONGEST])
                yield Label(subject.value, label.value, _tag(label.language or ""), kind, name)
