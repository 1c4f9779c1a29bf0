"""Passages as statements cite them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from hkkg import vocab
from hkkg.store import BlankNode, Literal, NamedNode
from hkkg.web.views.model import Cited, Passage
from hkkg.web.views.places import place

if TYPE_CHECKING:
    from hkkg.web.views.model import Word
    from hkkg.web.views.reader import Reader

STATED_IN: Final = vocab.HKKG + "statedIn"
READ_WITH: Final = vocab.HKKG + "readWith"
SOURCE: Final = vocab.OA + "hasSource"
SELECTOR: Final = vocab.OA + "hasSelector"
KEY_WORD: Final = vocab.HKKG + "keyWord"
DIGEST: Final = vocab.HKKG + "digest"
KIND: Final = vocab.HKKG + "passageKind"
SECTION: Final = vocab.DCTERMS + "isPartOf"
_START: Final = vocab.OA + "start"
_END: Final = vocab.OA + "end"
_OFFSET: Final = re.compile(r"[0-9]{1,12}")


def cited(reader: Reader, node: NamedNode) -> tuple[Cited, ...]:
    """List the passages that state something."""
    return tuple(cite(reader, passage) for passage in reader.resources(node, STATED_IN))


def cite(reader: Reader, passage: NamedNode, *, deep: bool = True) -> Cited:
    """Cite a passage, with those that it is read with."""
    start, end = _offsets(reader, passage)
    others = reader.resources(passage, READ_WITH) if deep else []
    return Cited(
        place(passage.value),
        _key_words(reader, passage),
        start,
        end,
        tuple(cite(reader, other, deep=False) for other in others if other != passage),
    )


def describe(reader: Reader, passage: NamedNode) -> Passage | None:
    """Describe where a passage stands; None if it has no source."""
    sources = reader.resources(passage, SOURCE)
    if not sources:
        return None
    start, end = _offsets(reader, passage)
    return Passage(
        source=reader.word(sources[0]),
        section=_first(reader, passage, SECTION),
        kind=_first(reader, passage, KIND),
        start=start,
        end=end,
        digest=reader.literal(passage, DIGEST),
        key_words=_key_words(reader, passage),
        read_with=tuple(cite(reader, other, deep=False) for other in reader.resources(passage, READ_WITH)),
    )


def _first(reader: Reader, node: NamedNode, name: str) -> Word | None:
    found = reader.resources(node, name)
    return reader.word(found[0]) if found else None


def _key_words(reader: Reader, passage: NamedNode) -> tuple[Word, ...]:
    return tuple(reader.term(t) for t in reader.objects(passage, KEY_WORD) if isinstance(t, Literal))


def _offsets(reader: Reader, passage: NamedNode) -> tuple[int | None, int | None]:
    for selector in reader.objects(passage, SELECTOR):
        if isinstance(selector, (BlankNode, NamedNode)):
            return _number(reader.literal(selector, _START)), _number(reader.literal(selector, _END))
    return None, None


def _number(text: str) -> int | None:
    return int(text) if _OFFSET.fullmatch(text) else None
