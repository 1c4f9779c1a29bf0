"""The words of the pages, in three scripts: one module for each kind of page, all in one table."""

from __future__ import annotations

from typing import Final

from hkkg import vocab
from hkkg.web.texts import datasets, general, look, ontology, why

Texts = dict[str, dict[str, str]]

_MODULES: Final = (general, look, datasets, ontology, why)


def _together() -> Texts:
    together: Texts = {language: {} for language in vocab.LANGUAGES}
    for module in _MODULES:
        for language, texts in module.TEXTS.items():
            if known := together[language].keys() & texts.keys():
                raise ValueError(f"{module.__name__} says again in {language}: {', '.join(sorted(known))}")
            together[language] |= texts
    return together


TEXTS: Final = _together()
"""By language, then by name."""
