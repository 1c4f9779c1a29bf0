"""Where a passage stands in its source, and by which words a person finds it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from hkkg import vocab
from hkkg.literals import number, text, texts
from hkkg.store import DefaultGraph, Literal, NamedNode

if TYPE_CHECKING:
    from typing import Self

    from hkkg.store import EmbeddedStore

_UNION: Final = DefaultGraph()
_SELECTOR: Final = NamedNode(vocab.OA + "hasSelector")
_SOURCE: Final = NamedNode(vocab.OA + "hasSource")
_START: Final = NamedNode(vocab.OA + "start")
_END: Final = NamedNode(vocab.OA + "end")
_KIND: Final = NamedNode(vocab.HKKG + "passageKind")
_SECTION: Final = NamedNode(vocab.DCTERMS + "isPartOf")
_KEY_WORD: Final = NamedNode(vocab.HKKG + "keyWord")


@dataclass(frozen=True, slots=True)
class Passage:
    """A place in a source, and how to find it.

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
    source: str | None = None
    section: str | None = None
    kind: str | None = None
    start: int | None = None
    end: int | None = None
    key_words: tuple[str, ...] = ()

    @classmethod
    def read(cls, store: EmbeddedStore, passage: NamedNode, **more: Any) -> Self:  # noqa: ANN401 - as the kind's attributes are
        """Read what a plain query sees of a passage.

        Args:
            store: the graph.
            passage: its IRI.
            **more: attributes that this kind of passage has besides.
        """
        selector = next((quad.object for quad in store.quads(passage, _SELECTOR, None, _UNION)), passage)
        place = passage if isinstance(selector, Literal) else selector
        return cls(
            iri=passage.value,
            source=text(store, passage, _SOURCE),
            section=text(store, passage, _SECTION),
            kind=text(store, passage, _KIND),
            start=number(store, place, _START),
            end=number(store, place, _END),
            key_words=tuple(texts(store, passage, _KEY_WORD)),
            **more,
        )

    def as_dict(self) -> dict[str, Any]:
        """Return what is known of every kind of passage, with names as JSON has them."""
        return {
            "iri": self.iri,
            "source": self.source,
            "section": self.section,
            "kind": self.kind,
            "start": self.start,
            "end": self.end,
            "keyWords": list(self.key_words),
        }
