"""How well a name answers to what was typed, between 0 and 1, and in what way."""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING, Final, NamedTuple

from rapidfuzz.distance import OSA

from hkkg.search.folding import STOP_WORDS

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from hkkg.search.names import Name

_MOST_ROTATED: Final = 4
_SHORTEST_MISSPELT: Final = 4
_SHORTEST_SOUND: Final = 4
_LEAST_ALIKE: Final = 0.7
_LONGEST_ABBREVIATION: Final = 12
_SHORTEST_CHINESE_SLIP: Final = 3
_LETTERS_PER_SLIP: Final = 4


class Way(enum.StrEnum):
    """In what way a name matches."""

    EXACT = "exact"
    SAME_WORDS = "same words"
    SOUND = "sound"
    ABBREVIATION = "abbreviation"
    BEGINNING = "beginning"
    PART = "part"
    WORDS = "words"
    MISSPELT = "misspelt"


class Match(NamedTuple):
    """How a name matches.

    Attributes:
        score: between 0 and 1; a whole name has 1.
        way: in which it matches.
        marks: pieces of the folded name that answer to what was typed, as begin and end; nothing means all.
        meant: what was typed, with its slips put right, where single words have slips.
    """

    score: float
    way: Way
    marks: tuple[tuple[int, int], ...] = ()
    meant: str = ""


def match(wanted: Name, name: Name) -> Match | None:
    """Compare what was typed with a name; None if they have too little in common."""
    if not wanted.tokens or not name.tokens:
        return None
    exact = _exact(wanted, name)
    if exact:
        return exact
    found = [m for rule in _RULES if (m := rule(wanted, name)) is not None]
    return max(found, key=lambda m: m.score) if found else _misspelt(wanted, name)


def _exact(wanted: Name, name: Name) -> Match | None:
    everything = ((0, len(name.folded)),)
    if wanted.folded == name.folded:
        return Match(1.0, Way.EXACT, everything)
    if wanted.tokens == name.tokens:
        return Match(0.99, Way.EXACT, everything)
    if wanted.content == name.content:
        return Match(0.97, Way.SAME_WORDS, everything)
    if sorted(wanted.content) == sorted(name.content):
        return Match(0.96, Way.SAME_WORDS, everything)
    if wanted.squashed == name.squashed or wanted.squashed in _rotations(name.content):
        return Match(0.95, Way.SAME_WORDS, everything)
    return None


def _rotations(words: Sequence[str]) -> set[str]:
    """Write words together, beginning with each of them; a name of more words is not written so."""
    if len(words) > _MOST_ROTATED:
        return set()
    return {"".join((*words[at:], *words[:at])) for at in range(len(words))}


def _sound(wanted: Name, name: Name) -> Match | None:
    if not name.sounds:
        return None
    heard, is_typed = (wanted.squashed, True) if wanted.is_latin else (next(iter(wanted.sounds), ""), False)
    if len(heard) < _SHORTEST_SOUND:
        return None
    if heard in name.sounds:
        return Match(0.94 if is_typed else 0.88, Way.SOUND, ((0, len(name.folded)),))
    if not is_typed:
        return None
    at = name.sounds[0].find(heard)
    if at < 0 or at not in name.breaks:
        return None
    share = len(heard) / len(name.sounds[0])
    return Match((0.72 if at == 0 else 0.66) + 0.15 * share, Way.SOUND)


def _abbreviation(wanted: Name, name: Name) -> Match | None:
    """Compare the beginnings of words with what was typed in one: PolyU, GBA, CityUHK."""
    if len(wanted.tokens) != 1 or not wanted.is_latin or not name.is_latin:
        return None
    letters = wanted.squashed
    if not 1 < len(letters) <= _LONGEST_ABBREVIATION or any(t.startswith(letters) for t in name.tokens):
        return None
    words = _words_of(name)
    best: Match | None = None
    for start in range(len(words)):
        used = _initials(letters, words[start:])
        if used and len(used) > 1:
            share = len(used) / len(words)
            marks = tuple((words[start + i][1], words[start + i][1] + n) for i, n in used)
            score = 0.9 if share == 1 else 0.7 + 0.15 * share
            if best is None or score > best.score:
                best = Match(score, Way.ABBREVIATION, marks)
    return best


def _words_of(name: Name) -> list[tuple[str, int]]:
    """Return the words of a name that count, each with its place in the folded name."""
    words: list[tuple[str, int]] = []
    at = 0
    for token in name.tokens:
        at = name.folded.index(token, at)
        if token not in STOP_WORDS:
            words.append((token, at))
        at += len(token)
    return words


def _initials(letters: str, words: Sequence[tuple[str, int]]) -> list[tuple[int, int]] | None:
    """Take letters from the beginnings of words in order, all of them; say how many of which word."""
    if not letters:
        return []
    if not words:
        return None
    (word, _), rest = words[0], words[1:]
    for taken in range(1, min(len(letters), len(word)) + 1):
        if letters[:taken] != word[:taken]:
            break
        more = _initials(letters[taken:], rest)
        if more is not None:
            return [(0, taken), *((i + 1, n) for i, n in more)]
    return None


def _inside(wanted: Name, name: Name) -> Match | None:
    at = name.folded.find(wanted.folded)
    if at < 0:
        return None
    end = at + len(wanted.folded)
    share = len(wanted.folded) / len(name.folded)
    marks = ((at, end),)
    if at == 0 or name.folded[:at].strip(" 《「『“\"'(") in STOP_WORDS | {""}:
        return Match(0.8 + 0.1 * share, Way.BEGINNING, marks)
    is_mid_word = name.folded[at - 1].isalnum() and name.folded[at].isascii()
    return Match((0.7 if is_mid_word else 0.76) + 0.1 * share, Way.PART, marks)


def _words(wanted: Name, name: Name) -> Match | None:
    """Find every word, in any order, where some word of the name begins with it."""
    marks = []
    for word in wanted.content:
        place = _place_of(word, name)
        if place is None:
            return None
        marks.append((place, place + len(word)))
    share = min(1.0, sum(map(len, wanted.content)) / max(1, sum(map(len, name.content))))
    return Match(0.68 + 0.15 * share, Way.WORDS, tuple(sorted(set(marks))))


def _place_of(word: str, name: Name) -> int | None:
    at = name.folded.find(word)
    while at > 0 and word.isascii() and name.folded[at - 1].isalnum():
        at = name.folded.find(word, at + 1)
    return at if at >= 0 else None


def _shortened(wanted: Name, name: Name) -> Match | None:
    """Find the characters of a Chinese abbreviation in order: 科大 in 香港科技大學."""
    if not (wanted.is_chinese and name.is_chinese) or len(wanted.squashed) < 2:  # noqa: PLR2004 - one is a part
        return None
    marks = []
    at = -1
    for character in wanted.squashed:
        at = name.folded.find(character, at + 1)
        if at < 0:
            return None
        marks.append((at, at + 1))
    share = len(wanted.squashed) / len(name.squashed)
    ends = name.squashed.endswith(wanted.squashed[-1])
    least = 0.25 if len(wanted.squashed) > 2 else 0.3  # noqa: PLR2004 - two characters are in order by chance
    if share < least:
        return None
    return Match(0.55 + 0.2 * share, Way.ABBREVIATION, tuple(marks)) if ends or share > least else None


def _misspelt(wanted: Name, name: Name) -> Match | None:
    if wanted.is_latin and name.is_latin:
        return _misspelt_words(wanted, name)
    if wanted.is_chinese and name.is_chinese:
        return _misspelt_characters(wanted, name)
    return None


def _misspelt_words(wanted: Name, name: Name) -> Match | None:
    """Find for each word the most similar of the name, in any order; all must have one."""
    alike = 0.0
    left = list(name.content)
    meant: dict[str, str] = {}
    for word in wanted.content:
        best = max(left, key=lambda other: _alike(word, other), default="")
        similarity = _alike(word, best) if best else 0.0
        if similarity < _LEAST_ALIKE:
            return _misspelt_whole(wanted, name)
        left.remove(best)
        meant[word] = best
        alike += similarity * len(word)
    letters = sum(map(len, wanted.content))
    share = min(1.0, letters / sum(map(len, name.content)))
    marks = tuple((at, at + len(word)) for word, at in _words_of(name) if word in meant.values())
    corrected = " ".join(meant.get(token, token) for token in wanted.tokens)
    return Match(0.3 + 0.4 * alike / letters + 0.15 * share, Way.MISSPELT, marks, corrected)


def _misspelt_whole(wanted: Name, name: Name) -> Match | None:
    """Compare two names written together, which forgives a blank too many or too few."""
    alike = OSA.normalized_similarity(wanted.squashed, name.squashed, score_cutoff=0.8)
    return (
        Match(0.3 + 0.5 * alike, Way.MISSPELT) if alike and len(wanted.squashed) > _LETTERS_PER_SLIP else None
    )


def _alike(word: str, other: str) -> float:
    """Say how similar two words are; the second may go on where the first ends."""
    if len(word) < _SHORTEST_MISSPELT:
        return float(other == word)
    if word.isdigit() or other.isdigit():
        return float(other == word)
    whole = OSA.normalized_similarity(word, other)
    begun = OSA.normalized_similarity(word, other[: len(word)]) - 0.05 if len(other) > len(word) else 0.0
    return max(whole, begun)


def _misspelt_characters(wanted: Name, name: Name) -> Match | None:
    """Compare Chinese names: one character in four may be wrong, missing or too much."""
    length = len(wanted.squashed)
    if length < _SHORTEST_CHINESE_SLIP or (length < _LETTERS_PER_SLIP and length != len(name.squashed)):
        return None
    most = max(1, length // _LETTERS_PER_SLIP)
    slips = OSA.distance(wanted.squashed, name.squashed, score_cutoff=most)
    if slips > most:
        return None
    return Match(0.5 + 0.3 * (1 - slips / length), Way.MISSPELT)


_RULES: Final[tuple[Callable[[Name, Name], Match | None], ...]] = (
    _inside,
    _abbreviation,
    _words,
    _sound,
    _shortened,
)
