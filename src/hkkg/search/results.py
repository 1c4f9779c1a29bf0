"""What a search finds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, overload

from hkkg.search.folding import fold

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from hkkg.search.matching import Way


@dataclass(frozen=True, slots=True)
class Hit:
    """An entity that was found.

    Attributes:
        iri: the entity.
        label: the name that matched, as it is written.
        language: the language of that name, as RFC 5646 writes it; nothing if it has none.
        names: the preferred names, by language.
        classes: the narrowest classes that it is of.
        score: how well that name matches, between 0 and 1.
        way: in which it matches.
        marks: the pieces of the label that answer to what was typed, as begin and end.
    """

    iri: str
    label: str
    language: str
    names: Mapping[str, str]
    classes: tuple[str, ...]
    score: float
    way: Way
    marks: tuple[tuple[int, int], ...]

    def name(self, language: str) -> tuple[str, str]:
        """Return the preferred name in a language, else another script of it, else any; and its language."""
        order = [language, *(tag for tag in self.names if tag[:2] == language[:2]), *self.names]
        return next(
            ((self.names[tag], tag) for tag in order if tag in self.names), (self.label, self.language)
        )

    def pieces(self) -> list[tuple[str, bool]]:
        """Cut the label that matched into pieces, each with whether it answers to what was typed."""
        pieces, at = [], 0
        for begin, end in self.marks:
            pieces += [(self.label[at:begin], False), (self.label[begin:end], True)]
            at = end
        return [(text, is_marked) for text, is_marked in [*pieces, (self.label[at:], False)] if text]


@dataclass(frozen=True, slots=True)
class Results(Sequence[Hit]):
    """One page of what a search finds, the best first.

    Attributes:
        hits: of this page.
        total: entities found, on all pages.
        offset: of this page.
        counts: how many of them are of each class, the narrowest classes only.
        suggestion: the name that was probably meant, if nothing is called as typed.
    """

    hits: tuple[Hit, ...]
    total: int = 0
    offset: int = 0
    counts: tuple[tuple[str, int], ...] = ()
    suggestion: str | None = None

    def __len__(self) -> int:
        """Count the hits of this page."""
        return len(self.hits)

    def __iter__(self) -> Iterator[Hit]:
        """Go through the hits."""
        return iter(self.hits)

    @overload
    def __getitem__(self, index: int) -> Hit: ...

    @overload
    def __getitem__(self, index: slice) -> Sequence[Hit]: ...

    def __getitem__(self, index: int | slice) -> Hit | Sequence[Hit]:
        """Return a hit by its place on this page, from 0."""
        return self.hits[index]


def marks_in(text: str, marks: tuple[tuple[int, int], ...], folded: str) -> tuple[tuple[int, int], ...]:
    """Find pieces of a folded text in the text as it is written, without overlaps.

    The whole text, where folding has changed more than single characters.
    """
    places = [place for place, character in enumerate(text) for _ in fold(character) or _blank(character)]
    if len(places) != len(folded) or not marks:
        return ((0, len(text)),) if text else ()
    found: list[tuple[int, int]] = []
    for begin, end in sorted(marks):
        first, last = places[begin], places[end - 1] + 1
        if found and first <= found[-1][1]:
            found[-1] = (found[-1][0], max(last, found[-1][1]))
        else:
            found.append((first, last))
    return tuple(found)


def _blank(character: str) -> str:
    return " " if character.isspace() else ""
