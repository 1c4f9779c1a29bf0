"""Where a passage stands in its source, and by which words a person finds it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypedDict

from hkkg import vocab
from hkkg.literals import number, text, texts
from hkkg.store import DefaultGraph, Literal, NamedNode

if TYPE_CHECKING:
    from hkkg.store import EmbeddedStore

_UNION: Final = DefaultGraph()
_SELECTOR: Final = NamedNode(vocab.OA + "hasSelector")
_SOURCE: Final = NamedNode(vocab.OA + "hasSource")
_START: Final = NamedNode(vocab.OA + "start")
_END: Final = NamedNode(vocab.OA + "end")
_KIND: Final = NamedNode(vocab.HKKG + "passageKind")
_SECTION: Final = NamedNode(vocab.DCTERMS + "isPartOf")
_KEY_WORD: Final = NamedNode(vocab.HKKG + "keyWord")


class Located(TypedDict):
    """What the graph says of a passage, as keyword arguments.

    Attributes:
        iri: of the passage.
        source: the IRI of the text that it is a part of.
        section: the IRI of the part of the source that it stands in.
        kind: the IRI of the concept of its kind: headline, body, caption, table or note.
        start: its first code point.
        end: the code point after its last one.
        key_words: words by which a person finds it.
    """

    iri: str
    source: str | None
    section: str | None
    kind: str | None
    start: int | None
    end: int | None
    key_words: tuple[str, ...]


def located(store: EmbeddedStore, passage: NamedNode) -> Located:
    """Read what a plain query sees of a passage."""
    selector = next((quad.object for quad in store.quads(passage, _SELECTOR, None, _UNION)), passage)
    place = passage if isinstance(selector, Literal) else selector
    return Located(
        iri=passage.value,
        source=text(store, passage, _SOURCE),
        section=text(store, passage, _SECTION),
        kind=text(store, passage, _KIND),
        start=number(store, place, _START),
        end=number(store, place, _END),
        key_words=tuple(texts(store, passage, _KEY_WORD)),
    )
