"""The script that a label's language tag promises: traditional, simplified, or no Han at all."""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Final

from opencc import OpenCC

from hkkg import vocab
from hkkg.checks.findings import CHECK, Finding, Severity, messages
from hkkg.checks.language_tags import canonical_case
from hkkg.checks.property_paths import predicate
from hkkg.store import Literal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from hkkg.checks.triples import Triples
    from hkkg.store import Term

# Hidden labels, printed forms, notes and definitions may quote another script on purpose.
LABELS: Final = (
    vocab.RDFS + "label",
    vocab.SKOS + "prefLabel",
    vocab.SKOS + "altLabel",
    vocab.DCTERMS + "title",
    vocab.HKKG + "assertion",
    vocab.HKKG + "contradiction",
    vocab.SCHEMA + "name",
    "http://schema.org/name",
    "http://purl.org/dc/elements/1.1/title",
    "http://xmlns.com/foaf/0.1/name",
    "http://www.w3.org/2008/05/skos-xl#literalForm",
)
_KANA: Final = re.compile(r"[\u3041-\u3096\u309d-\u309f\u30a1-\u30fa\u30fd-\u30ff\u31f0-\u31ff\uff66-\uff9d]")
_HANGUL: Final = re.compile(r"[\u1100-\u11ff\u3131-\u318e\uac00-\ud7a3]")
_LATIN: Final = re.compile(r"[A-Za-z\u00c0-\u024f]")
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


def kana_in(text: str) -> str:
    """Return the Japanese syllables of a text; the mark of the long vowel and the middle dot tell nothing."""
    return "".join(dict.fromkeys(_KANA.findall(text)))


def hangul_in(text: str) -> str:
    """Return the Korean syllables of a text."""
    return "".join(dict.fromkeys(_HANGUL.findall(text)))


def _not_chinese(text: str) -> str:
    return kana_in(text) + hangul_in(text)


# What each script may not hold. A Latin name may stand in a text of any script.
_FOREIGN: Final[dict[str, Callable[[str], str]]] = {
    "Latn": lambda text: han_in(text) + kana_in(text) + hangul_in(text),
    "Cyrl": lambda text: han_in(text) + kana_in(text) + hangul_in(text),
    "Hani": _not_chinese,
    "Hans": lambda text: traditional_in(text) + _not_chinese(text),
    "Hant": lambda text: simplified_in(text) + _not_chinese(text),
    "Jpan": hangul_in,
    "Kore": kana_in,
}
_LATIN_LANGUAGES: Final = re.compile(
    "af|ca|cs|cy|da|de|en|eo|es|et|eu|fi|fr|ga|gl|hr|hu|id|is|it|la|lt|lv|ms|mt|nl|no|nb|nn|pl|pt|ro|sk"
    "|sl|sq|sv|sw|tl|tr|vi"
)
_LANGUAGE_SCRIPTS: Final = {
    **dict.fromkeys(("be", "bg", "mk", "ru", "uk"), "Cyrl"),
    **dict.fromkeys(("cmn", "yue", "zh"), "Hani"),
    "ja": "Jpan",
    "ko": "Kore",
}
# A Chinese tag without a script is in that of its region.
_REGION_SCRIPTS: Final = {"hk": "Hant", "mo": "Hant", "tw": "Hant", "cn": "Hans", "my": "Hans", "sg": "Hans"}
_CHINESE: Final = {"cmn", "yue", "zh"}
_SCRIPT_LENGTH: Final = 4
_WRITING: Final = {
    "Latn": ("without Han characters, kana or hangul", "不可含漢字、假名或諺文"),
    "Cyrl": ("without Han characters, kana or hangul", "不可含漢字、假名或諺文"),
    "Hani": ("without kana or hangul", "不可含假名或諺文"),
    "Hans": ("in simplified characters", "須用簡體字"),
    "Hant": ("in traditional characters", "須用繁體字"),
    "Jpan": ("without hangul", "不可含諺文"),
    "Kore": ("without kana", "不可含假名"),
}
_CONVERSIONS: Final = {"Hans": "hk2s", "Hant": "s2hk"}


def script_of(tag: str) -> str | None:
    """Name the script that a language tag promises; None if it promises none that is checked here."""
    language, *rest = tag.lower().split("-")
    if "x" in rest:
        rest = rest[: rest.index("x")]
    named = next((part.title() for part in rest if len(part) == _SCRIPT_LENGTH and part.isalpha()), None)
    if named is not None:
        return named if named in _FOREIGN else None
    if language in _CHINESE:
        region = next((_REGION_SCRIPTS[part] for part in rest if part in _REGION_SCRIPTS), None)
        return region or _LANGUAGE_SCRIPTS[language]
    return "Latn" if _LATIN_LANGUAGES.fullmatch(language) else _LANGUAGE_SCRIPTS.get(language)


def check_scripts(data: Triples) -> Iterator[Finding]:
    """Find labels that are not in the script that their tag promises."""
    for property_iri in LABELS:
        for subject, value in data.pairs(property_iri):
            if not isinstance(value, Literal) or value.language is None or value.value.isascii():
                continue
            script = script_of(value.language)
            wrong = _FOREIGN[script](value.value) if script else ""
            if script and wrong:
                yield _in_another_script(subject, property_iri, value, script, wrong)


def _in_another_script(subject: Term, property_iri: str, value: Literal, script: str, wrong: str) -> Finding:
    tag = canonical_case(value.language or "")
    english, chinese = _WRITING[script]
    return Finding(
        Severity.VIOLATION,
        subject,
        CHECK + "script",
        predicate(property_iri),
        value,
        messages=messages(
            en=f"Write a @{tag} label {english}; found {wrong}.",
            zh_Hant=f"@{tag} 標籤{chinese}；現含「{wrong}」。",
        ),
        fix=_rewritten(value.value, script, tag),
    )


def _rewritten(text: str, script: str, tag: str) -> str | None:
    """Convert a Chinese text to the other script, or name the tag that its own script has."""
    if script in _CONVERSIONS and not _not_chinese(text):
        return f"{Literal(_converter(_CONVERSIONS[script])(text))}@{tag}"
    if _LATIN.search(text):
        return None
    if kana_in(text):
        return f"{Literal(text)}@ja"
    if hangul_in(text):
        return f"{Literal(text)}@ko"
    simplified, traditional = simplified_in(text), traditional_in(text)
    own = (
        "zh-Hans" if simplified and not traditional else "zh-Hant" if traditional and not simplified else "zh"
    )
    return f"{Literal(text)}@{own}"
