"""Chinese texts in simplified characters, whatever script they are written in."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from opencc import OpenCC

if TYPE_CHECKING:
    from collections.abc import Mapping


@cache
def _converter() -> OpenCC:
    return OpenCC("hk2s")


def load() -> None:
    """Read the table of characters from its files now, for a process that may open none later."""
    _converter()


def simplified(text: str) -> str:
    """Write a text in simplified characters; what is not Chinese stays as it is."""
    return str(_converter().convert(text))


def in_three_scripts(texts: Mapping[str, str]) -> dict[str, str]:
    """Add simplified Chinese to texts by language that have traditional Chinese alone."""
    if "zh-Hant" in texts and "zh-Hans" not in texts:
        return {**texts, "zh-Hans": simplified(texts["zh-Hant"])}
    return dict(texts)
