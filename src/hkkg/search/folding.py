"""The forms in which names are compared: one for all scripts, words, and how Chinese names sound."""

from __future__ import annotations

import os
import re
import unicodedata
from functools import cache
from typing import TYPE_CHECKING, Final

from hkkg import han
from hkkg.han import simplified

if TYPE_CHECKING:
    from collections.abc import Mapping

STOP_WORDS: Final = frozenset(
    {"a", "an", "and", "at", "by", "for", "from", "in", "of", "on", "s", "the", "to", "with"}
)
"""Words that a name is still itself without."""

_TOKENS: Final = re.compile(r"[a-z0-9]+|[^\W_a-z0-9]+")
_NO_PHRASES: Final = "PYPINYIN_NO_PHRASES"
_LETTERS_BEYOND_NFKD: Final = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ı": "i"})


def fold(text: str) -> str:
    """Bring a text to the form that is compared.

    Simplified characters, letters without case, width and accents, single blanks; what has no shape of its
    own (control characters, marks of direction, lone surrogates) is left out.
    """
    if text.isascii():
        visible = "".join(c if c.isprintable() else " " for c in text)
    else:
        visible = "".join(_visible(c) for c in unicodedata.normalize("NFKD", text))
        visible = simplified(unicodedata.normalize("NFC", visible))
    return " ".join(visible.casefold().translate(_LETTERS_BEYOND_NFKD).split())


def _visible(character: str) -> str:
    category = unicodedata.category(character)
    if category == "Cc":
        return " "
    return "" if category in {"Cf", "Cs", "Mn"} else character


def tokens(folded: str) -> list[str]:
    """Split a folded text into runs of letters and digits, and runs of other scripts."""
    return _TOKENS.findall(folded)


def is_latin(token: str) -> bool:
    """Whether a token is of letters a to z and digits alone, as all are that are ASCII."""
    return token.isascii()


def content(words: list[str]) -> list[str]:
    """Leave out stop words, unless there is nothing else."""
    return [word for word in words if word not in STOP_WORDS] or words


def prepare() -> None:
    """Read all dictionaries, for a process that may open no file later."""
    han.load()
    _pinyin()


@cache
def _pinyin() -> Mapping[int, str]:
    """Return the readings of single characters; those of phrases take a second to load and 40 MB."""
    before = os.environ.get(_NO_PHRASES)
    os.environ[_NO_PHRASES] = "true"
    try:
        from pypinyin.pinyin_dict import pinyin_dict  # noqa: PLC0415 - what else it loads depends on the environment
    finally:
        if before is None:
            del os.environ[_NO_PHRASES]
        else:
            os.environ[_NO_PHRASES] = before
    return pinyin_dict


@cache
def readings(character: str) -> tuple[str, ...]:
    """Return how a Chinese character may be read, the commonest first, in pinyin without tones.

    Nothing for a character that is none.
    """
    plain = unicodedata.normalize("NFKD", _pinyin().get(ord(character), ""))
    found = "".join(c for c in plain if not unicodedata.combining(c)).split(",")
    return tuple(dict.fromkeys(reading for reading in found if reading))


def syllables(text: str) -> list[tuple[str, ...]]:
    """Return the readings of each character of a folded text; a token of letters stands for itself.

    Nothing if it has no Chinese character.
    """
    found: list[tuple[str, ...]] = []
    if text.isascii():
        return found
    is_chinese = False
    for token in tokens(text):
        if is_latin(token):
            found.append((token,))
            continue
        each = [readings(character) for character in token]
        is_chinese = is_chinese or any(each)
        found += [reading for reading in each if reading]
    return found if is_chinese else []
