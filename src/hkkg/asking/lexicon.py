"""Reading a text as terms: words of three scripts, brought to one form and to the ideas that they stand for.

English words are stemmed and Chinese is read by the longest words that the lexicon has; what it does not
have stays as stems and as pairs of characters. The lexicon is data: `lexicon.tsv` beside this module.
"""

from __future__ import annotations

import csv
import re
import unicodedata
from functools import cache, lru_cache
from importlib import resources
from typing import TYPE_CHECKING, Final, NamedTuple

import snowballstemmer  # type: ignore[import-untyped]  # it has no stubs

from hkkg.search import fold

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

_HAN: Final = "\u3007\u3400-\u9fff\uf900-\ufaff"
_ATOM: Final = re.compile(rf"[{_HAN}]|[^\W_{_HAN}]+")
_IS_HAN: Final = re.compile(rf"[{_HAN}]")
_NEGATION: Final = re.compile(r"n['’]t\b")
_POSSESSIVE: Final = re.compile(r"(?<=\w)['’]s\b")
_IGNORED: Final = "-"
_IDEA: Final = "+"
_LIST: Final = ","


class Atom(NamedTuple):
    """The smallest part of a text: a stemmed word, or a Chinese character in its simplified form.

    Attributes:
        text: in the form that is compared.
        start: where it begins in the text.
        end: where it ends.
    """

    text: str
    start: int
    end: int

    @property
    def is_han(self) -> bool:
        """Whether it is a Chinese character."""
        return _IS_HAN.match(self.text) is not None


class Term(NamedTuple):
    """What a part of a text says.

    Attributes:
        name: `+idea` for what the lexicon knows, else a stem or one or two characters.
        first: the number of its first atom.
        last: the number after its last atom.
    """

    name: str
    first: int
    last: int


Phrases = dict[tuple[str, ...], tuple[str, ...]]


def clean(text: str) -> str:
    """Bring a text to Unicode's compatible form, without what shows nothing: controls, marks of direction.

    English contractions are taken apart: `don't` says "not", and `Hong Kong's` names Hong Kong.
    """
    plain = unicodedata.normalize("NFKC", text)
    plain = _POSSESSIVE.sub("", _NEGATION.sub(" not", plain))
    if plain.isprintable():
        return plain
    return "".join(
        " " if c.isspace() else c for c in plain if c.isspace() or unicodedata.category(c)[0] != "C"
    )


def atoms(text: str) -> list[Atom]:
    """Split a text into its atoms, whose places are those in the text."""
    folded = fold(text)
    # Folding maps a character to one character, but for a few and for blanks.
    if len(folded) == len(text):
        return [Atom(_stem(m.group()), m.start(), m.end()) for m in _ATOM.finditer(folded)]
    return [Atom(_stem(fold(m.group())), m.start(), m.end()) for m in _ATOM.finditer(text)]


@lru_cache(maxsize=20_000)
def _stem(word: str) -> str:
    stemmed: str = _stemmer().stemWord(word) if word.isascii() and word.isalpha() else word
    return stemmed


@cache
def _stemmer() -> snowballstemmer.stemmer:
    return snowballstemmer.stemmer("english")


def key(text: str) -> tuple[str, ...]:
    """Bring a phrase to the form that phrases are looked up by."""
    return tuple(atom.text for atom in atoms(text))


class PhraseBook:
    """Phrases, the longest of which is found at each place of a text."""

    def __init__(self, phrases: Iterable[tuple[str, str]]) -> None:
        """Take pairs of a phrase and what it stands for; a phrase may stand for several things."""
        self._meanings: Phrases = {}
        self._longest: dict[str, int] = {}
        for phrase, meaning in phrases:
            found = key(phrase)
            if found:
                known = self._meanings.get(found, ())
                self._meanings[found] = known if meaning in known else (*known, meaning)
                self._longest[found[0]] = max(self._longest.get(found[0], 0), len(found))

    def __contains__(self, phrase: tuple[str, ...]) -> bool:
        """Whether a phrase, as `key` writes it, is known."""
        return phrase in self._meanings

    def words(self) -> set[str]:
        """Collect the atoms of all phrases."""
        return {atom for phrase in self._meanings for atom in phrase}

    def at(self, words: tuple[str, ...], first: int) -> tuple[int, tuple[str, ...]]:
        """Find the longest phrase that begins at a word: the number after its last one, and its meanings."""
        most = self._longest.get(words[first], 0)
        for end in range(min(first + most, len(words)), first, -1):
            meanings = self._meanings.get(words[first:end])
            if meanings:
                return end, meanings
        return first, ()


class Lexicon:
    """The words that stand for the ideas which questions are about, in all three scripts."""

    def __init__(self, phrases: Iterable[tuple[str, str]]) -> None:
        """Take pairs of a phrase and its idea; `-` is the idea of what is not listened to."""
        self._book = PhraseBook(phrases)

    def __contains__(self, phrase: tuple[str, ...]) -> bool:
        """Whether a phrase, as `key` writes it, is in the lexicon."""
        return phrase in self._book

    def words(self) -> set[str]:
        """Collect the atoms of all its phrases."""
        return self._book.words()

    def terms(self, read: Sequence[Atom]) -> list[Term]:
        """Read atoms as terms; what is not listened to is left out."""
        found: list[Term] = []
        unknown: list[int] = []
        words = tuple(atom.text for atom in read)
        at = 0
        while at < len(words):
            end, ideas = self._book.at(words, at)
            if end == at:
                unknown.append(at)
                at += 1
                continue
            if unknown:
                found += _unknown_terms(read, unknown)
                unknown = []
            found += [Term(_IDEA + idea, at, end) for idea in ideas if idea != _IGNORED]
            at = end
        return [*found, *_unknown_terms(read, unknown)]


def _unknown_terms(read: Sequence[Atom], numbers: Sequence[int]) -> Iterator[Term]:
    """Make terms of what the lexicon does not have: stems, and pairs of characters or one that is alone."""
    for at in numbers:
        if not read[at].is_han:
            yield Term(read[at].text, at, at + 1)
        elif at + 1 in numbers and read[at + 1].is_han:
            yield Term(read[at].text + read[at + 1].text, at, at + 2)
        elif at - 1 not in numbers or not read[at - 1].is_han:
            yield Term(read[at].text, at, at + 1)


@lru_cache(maxsize=20_000)
def terms_of(text: str) -> frozenset[str]:
    """Read a text as a set of terms."""
    return frozenset(term.name for term in lexicon().terms(atoms(text)))


@cache
def lexicon() -> Lexicon:
    """Read the lexicon that comes with hkkg."""
    return Lexicon(
        (phrase, row["idea"])
        for row in rows("lexicon.tsv")
        for column in ("en", "zh-Hant")
        for phrase in _phrases(row[column])
    )


@cache
def nicknames() -> Mapping[str, tuple[str, ...]]:
    """Read what people call things besides the names that the graph has, by CURIE."""
    return {row["thing"]: tuple(_phrases(row["names"])) for row in rows("nicknames.tsv")}


def rows(name: str) -> list[dict[str, str]]:
    """Read a table that lies beside this module."""
    text = resources.files("hkkg.asking").joinpath(name).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines(), delimiter="\t", quoting=csv.QUOTE_NONE))


def _phrases(cell: str) -> list[str]:
    return [phrase.strip() for phrase in cell.split(_LIST) if phrase.strip()]
