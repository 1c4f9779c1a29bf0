"""The script that a label's language tag promises: traditional, simplified, or no Han at all."""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Final

from opencc import OpenCC

from hkkg import vocab
from hkkg.checks.findings import CHECK, Finding, Severity, language_tag, messages
from hkkg.checks.property_paths import predicate
from hkkg.store import Literal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from hkkg.checks.triples import Triples

# Hidden labels, printed forms, notes and definitions may quote another script on purpose.
LABELS: Final = (
    vocab.RDFS + "label",
    vocab.SKOS + "prefLabel",
    vocab.SKOS + "altLabel",
    vocab.DCTERMS + "title",
    vocab.HKKG + "assertion",
    vocab.HKKG + "contradiction",
)
_HAN: Final = re.compile(r"[\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")


@cache
def shared_characters() -> frozenset[str]:
    """Characters that simplification uses, and that are at home in traditional text too: 里, 后, 干."""
    text = files("hkkg.checks").joinpath("shared_characters.txt").read_text(encoding="utf-8")
    return frozenset(text.split())


@cache
def _converter(name: str) -> Callable[[str], str]:
    convert: Callable[[str], str] = OpenCC(name).convert
    return convert


@cache
def _is_simplified(character: str) -> bool:
    """Tell whether a character is simplified only.

    One that Hong Kong's or Taiwan's standard keeps is a variant of traditional writing (群, 峰).
    """
    if character in shared_characters():
        return False
    return all(_converter(name)(character) != character for name in ("s2hk", "s2tw"))


def simplified_in(text: str) -> str:
    """Return the characters of a text that are simplified only."""
    return "".join(dict.fromkeys(c for c in _HAN.findall(text) if _is_simplified(c)))


def traditional_in(text: str) -> str:
    """Return the characters of a text that simplified writing does not use in these words."""
    simplified = _converter("hk2s")(text)
    if len(simplified) != len(text):
        return "".join(dict.fromkeys(c for c in text if _converter("hk2s")(c) != c))
    return "".join(dict.fromkeys(c for c, s in zip(text, simplified, strict=True) if c != s))


def han_in(text: str) -> str:
    """Return the Han characters of a text."""
    return "".join(dict.fromkeys(_HAN.findall(text)))


_RULES: Final = {
    "en": (
        han_in,
        "Write an @en label without Han characters; found {}.",
        "@en 標籤不可含漢字；現含「{}」。",
    ),
    "zh-Hans": (
        traditional_in,
        "Write a @zh-Hans label in simplified characters; found {}.",
        "@zh-Hans 標籤須用簡體字；現含「{}」。",
    ),
    "zh-Hant": (
        simplified_in,
        "Write a @zh-Hant label in traditional characters; found {}.",
        "@zh-Hant 標籤須用繁體字；現含「{}」。",
    ),
}


def check_scripts(data: Triples) -> Iterator[Finding]:
    """Find labels that are not in the script that their tag promises."""
    for property_iri in LABELS:
        for subject, value in data.pairs(property_iri):
            if not isinstance(value, Literal) or value.language is None:
                continue
            rule = _RULES.get(language_tag(value.language))
            wrong = rule[0](value.value) if rule else ""
            if rule and wrong:
                yield Finding(
                    Severity.VIOLATION,
                    subject,
                    CHECK + "script",
                    predicate(property_iri),
                    value,
                    messages=messages(en=rule[1].format(wrong), zh_Hant=rule[2].format(wrong)),
                )
