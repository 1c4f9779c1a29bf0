"""The words of the pages, in three scripts: one module for each kind of page, all in one table."""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules
from typing import Final

from hkkg import vocab

Texts = dict[str, dict[str, str]]


def _together() -> Texts:
    together: Texts = {language: {} for language in vocab.LANGUAGES}
    for module in iter_modules(__path__, f"{__name__}."):
        for language, texts in import_module(module.name).TEXTS.items():
            if known := together[language].keys() & texts.keys():
                raise ValueError(f"{module.name} says again in {language}: {', '.join(sorted(known))}")
            together[language] |= texts
    return together


TEXTS: Final = _together()
"""By language, then by name."""
