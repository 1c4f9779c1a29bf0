"""A name as the index compares it: everything that is computed of it once."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from hkkg.search.folding import content, fold, is_latin, syllables, tokens

_SHORT_NAME: Final = range(2, 5)
_MOST_READINGS: Final = 12
_LONGEST_READ_OTHERWISE: Final = 8
_REMEMBERED: Final = 64


@dataclass(frozen=True, slots=True)
class Name:
    """A name in the forms that are compared.

    Attributes:
        folded: as `fold` writes it.
        tokens: of it, in order.
        content: its tokens without stop words.
        squashed: its tokens written together.
        sounds: how it may sound, in pinyin written together; a personal name with either part first.
        breaks: where the syllables of the first of these begin and end.
        is_latin: whether it is in letters a to z and digits alone.
        is_chinese: whether it has none of these.
    """

    folded: str
    tokens: tuple[str, ...]
    content: tuple[str, ...]
    squashed: str
    sounds: tuple[str, ...] = ()
    breaks: frozenset[int] = frozenset()
    is_latin: bool = False
    is_chinese: bool = False

    @classmethod
    def of(cls, text: str) -> Name:
        """Compute the forms of a text."""
        return _of_folded(fold(text))

    @classmethod
    def of_folded(cls, folded: str) -> Name:
        """Compute the forms of a text that is folded."""
        words = tokens(folded)
        heard = syllables(folded)
        first = [readings[0] for readings in heard]
        return cls(
            folded,
            tuple(words),
            tuple(content(words)),
            "".join(words),
            _sounds(heard),
            frozenset(_breaks(first)),
            is_latin=bool(words) and all(map(is_latin, words)),
            is_chinese=bool(words) and not any(map(is_latin, words)),
        )


@lru_cache(_REMEMBERED)
def _of_folded(folded: str) -> Name:
    """Share one name between the two scripts of Chinese, which fold to the same text."""
    return Name.of_folded(folded)


def _sounds(heard: list[tuple[str, ...]]) -> tuple[str, ...]:
    """Write syllables together: with the commonest readings, and with one other reading at a time."""
    first = [readings[0] for readings in heard]
    if len(first) > _LONGEST_READ_OTHERWISE:
        return ("".join(first),)
    ways = [first]
    for place, readings in enumerate(heard):
        ways += [[*first[:place], other, *first[place + 1 :]] for other in readings[1:]]
    if len(first) in _SHORT_NAME:
        ways.insert(1, [*first[1:], first[0]])  # a personal name, its given part first
    return tuple(dict.fromkeys("".join(way) for way in ways[:_MOST_READINGS] if way))


def _breaks(parts: list[str]) -> list[int]:
    places = [0]
    for part in parts:
        places.append(places[-1] + len(part))
    return places
