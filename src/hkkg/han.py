"""Chinese texts in simplified characters, whatever script they are written in."""

from __future__ import annotations

from functools import cache

from opencc import OpenCC


@cache
def _converter() -> OpenCC:
    return OpenCC("hk2s")


def load() -> None:
    """Read the table of characters from its files now, for a process that may open none later."""
    _converter()


def simplified(text: str) -> str:
    """Write a text in simplified characters; what is not Chinese stays as it is."""
    return str(_converter().convert(text))
