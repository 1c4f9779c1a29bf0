"""Names broken into the lines of a box in a drawing, which does not break them itself."""

from __future__ import annotations

from itertools import pairwise
from typing import Final
from unicodedata import east_asian_width

_LINE: Final = 28.0
_MOST_LINES: Final = 3
_WIDE: Final = 1.75


def broken(text: str) -> tuple[str, ...]:
    """Break a name into lines that fit a box: at spaces and between Chinese characters; cut what is more."""
    lines, line = [], ""
    for piece in _pieces(text):
        if line and _width(line + piece.rstrip()) > _LINE:
            lines.append(line.rstrip())
            line = ""
        line += piece
    lines.append(line.rstrip())
    kept = lines[:_MOST_LINES]
    return tuple(kept) if len(lines) <= _MOST_LINES else (*kept[:-1], kept[-1].rstrip("，、, ") + "…")


def _pieces(text: str) -> list[str]:
    """Split a text where a line may be broken."""
    ends = [
        index
        for index, (before, after) in enumerate(pairwise(text), 1)
        if before == " " or (_is_wide(before) and _is_wide(after) and after not in "，。、；：）》」")
    ]
    return [text[start:end] for start, end in pairwise([0, *ends, len(text)])]


def _is_wide(character: str) -> bool:
    return east_asian_width(character) in {"W", "F"}


def _width(text: str) -> float:
    return sum(_WIDE if _is_wide(character) else 1.0 for character in text)
