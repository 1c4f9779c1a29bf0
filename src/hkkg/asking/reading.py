"""A text as it is matched: its atoms, terms and mentions, with misspelt words put right."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from rapidfuzz import process
from rapidfuzz.distance import DamerauLevenshtein

from hkkg.asking import literals
from hkkg.asking.lexicon import atoms, lexicon
from hkkg.search import fold

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from hkkg.asking.lexicon import Atom, Term
    from hkkg.asking.names import Mention, Names

_SHORTEST_MISSPELT: Final = 7
_LONG_WORD: Final = 9
_HAN_SHARE: Final = 0.3


@dataclass(frozen=True, slots=True)
class Reading:
    """A text that is read.

    Attributes:
        text: the text, cleaned.
        atoms: its atoms, in order.
        terms: what they say.
        mentions: where it names things.
        period: the days that it names, if any.
        amounts: the numbers that it names.
        corrections: words that were read as others.
    """

    text: str
    atoms: tuple[Atom, ...]
    terms: tuple[Term, ...]
    mentions: tuple[Mention, ...]
    period: literals.Period | None
    amounts: tuple[literals.Amount, ...]
    corrections: Mapping[str, str]

    @property
    def named(self) -> tuple[Mention, ...]:
        """The mentions that are no words with a meaning of their own."""
        return tuple(mention for mention in self.mentions if not mention.is_word)

    @property
    def outside(self) -> tuple[Term, ...]:
        """What it says outside of these mentions."""
        inside = {n for mention in self.named for n in range(mention.first, mention.last)}
        return tuple(t for t in self.terms if not inside.issuperset(range(t.first, t.last)))

    def within(self, start: int, end: int) -> frozenset[int]:
        """Return the numbers of the atoms in a part of the text."""
        return frozenset(n for n, atom in enumerate(self.atoms) if start <= atom.start < end)

    def written(self, numbers: Iterable[int]) -> str:
        """Return the part of the text from the first to the last of some atoms, as it is written."""
        covered = sorted(numbers)
        return self.text[self.atoms[covered[0]].start : self.atoms[covered[-1]].end] if covered else ""


class Reader:
    """Reads texts, knowing the words of names and questions."""

    def __init__(self, names: Names, words: Iterable[str]) -> None:
        """Take the names, and the atoms that are spelt rightly."""
        self._names = names
        self._words = sorted(
            {word for word in words if word.isascii() and len(word) >= _SHORTEST_MISSPELT - 1}
        )
        self._known = frozenset(self._words)

    def read(self, text: str) -> Reading:
        """Read a text that `clean` has cleaned."""
        spelt = atoms(text)
        read = [self._corrected(atom) for atom in spelt]
        corrections = {
            text[a.start : a.end]: b.text for a, b in zip(spelt, read, strict=True) if a.text != b.text
        }
        return Reading(
            text=text,
            atoms=tuple(read),
            terms=tuple(lexicon().terms(read)),
            mentions=tuple(self._names.mentions(read)),
            period=literals.span(text),
            amounts=tuple(literals.amounts(text)),
            corrections=corrections,
        )

    def _corrected(self, atom: Atom) -> Atom:
        """Read a long word that nobody knows as the nearest that somebody does."""
        word = atom.text
        if len(word) < _SHORTEST_MISSPELT or not (word.isascii() and word.isalpha()) or word in self._known:
            return atom
        most = 2 if len(word) >= _LONG_WORD else 1
        near = process.extractOne(word, self._words, scorer=DamerauLevenshtein.distance, score_cutoff=most)
        return atom._replace(text=near[0]) if near else atom


def language_of(text: str, read: Sequence[Atom], fallback: str) -> str:
    """Tell the language of a text by its characters.

    Args:
        text: the text.
        read: its atoms.
        fallback: what a text is taken to be in whose characters are the same in both Chinese scripts.
    """
    han = sum(atom.is_han for atom in read)
    if han < _HAN_SHARE * len(read) or not han:
        return "en"
    if fold(text) != " ".join(text.casefold().split()):
        return "zh-Hant"
    return fallback if fallback.startswith("zh") else "zh-Hans"
