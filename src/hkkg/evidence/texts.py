"""Reading a span of a source as words: without Markdown's marks, in clauses, with names set aside."""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from typing import Final

# What takes the place of a character that is not to be read; it occurs in no text.
HOLE: Final = "\ue000"

_FULL_WIDTH: Final = {
    0xFF01 + i: 0x21 + i for i in range(94) if chr(0x21 + i).isalnum() or chr(0x21 + i) in "%."
}
_MARKS = re.compile(r"\*\*|\\(?=\*)")
_CLAUSE_END = re.compile(r"[，。；！？：\n]|(?<!\d),|,(?!\d)")
_QUOTED = re.compile(r"《[^《》]*》|「[^「」]*」|『[^『』]*』")
_PRODUCT = re.compile(r"[A-Za-z]+[-.]?\d[\w.]*(?<![一-鿿])|(?<![\d.,])\d{1,2}[A-Z](?![A-Za-z])", re.ASCII)
_SENTENCE_END = re.compile(r"[。！？]")
_CLOSING = re.compile(r"[」』》）)\s*]*\Z")
_CLAUSE_EDGE = "，。；！？：\n"


@cache
def plain(text: str) -> str:
    """Drop Markdown's marks, and read full-width letters, digits, points and percent signs as usual ones."""
    return _MARKS.sub("", text).translate(_FULL_WIDTH)


@cache
def clauses(text: str) -> tuple[str, ...]:
    """Split plain text into clauses; a list's 、 does not end one, nor does a thousands separator."""
    return tuple(clause for clause in _CLAUSE_END.split(text) if clause.strip())


def blank(text: str, start: int, end: int) -> str:
    """Put holes in the place of a part, so that offsets stay."""
    return text[:start] + HOLE * (end - start) + text[end:]


def blank_all(text: str, pattern: re.Pattern[str]) -> str:
    """Put holes in the place of everything that matches."""
    return pattern.sub(lambda match: HOLE * len(match[0]), text)


def without_names(text: str) -> str:
    """Put holes in the place of titles and names in 《》, 「」 and 『』."""
    return blank_all(text, _QUOTED)


def without_products(text: str) -> str:
    """Put holes in the place of Latin names that hold digits, such as V3, 3D and 6G."""
    return blank_all(text, _PRODUCT)


def beyond_a_sentence(text: str) -> bool:
    """Whether a text runs over a line's or a sentence's end."""
    if "\n" in text:
        return True
    return any(not _CLOSING.match(text, end.end()) for end in _SENTENCE_END.finditer(text))


def clause_around(text: str, start: int, end: int) -> str:
    """Return the clauses of a source that a span lies in, whole."""
    first = max(text.rfind(edge, 0, start) for edge in _CLAUSE_EDGE) + 1
    ends = [at for edge in _CLAUSE_EDGE if (at := text.find(edge, end)) >= 0]
    return plain(text[first : min(ends, default=len(text))])


@cache
def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", plain(text))


def names(text: str, label: str) -> bool:
    """Whether a text holds a label; a Latin label must not be part of a longer Latin word."""
    wanted = _folded(label)
    if not wanted:
        return False
    head = r"(?<![A-Za-z0-9])" if wanted[0].isascii() and wanted[0].isalnum() else ""
    tail = r"(?![A-Za-z0-9])" if wanted[-1].isascii() and wanted[-1].isalnum() else ""
    if not head and not tail:
        return wanted in _folded(text)
    return re.search(head + re.escape(wanted) + tail, _folded(text)) is not None
