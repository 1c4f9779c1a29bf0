"""Language tags: well-formed by RFC 5646 (BCP 47), and written in its letter case."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from hkkg import turtle_tokens
from hkkg.checks.findings import CHECK, Finding, Severity, messages
from hkkg.errors import Place
from hkkg.store import Literal, NamedNode

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from hkkg.loading import Document
    from hkkg.store import Term
    from hkkg.turtle_tokens import TaggedString

# RFC 5646, section 2.1.
_TAG: Final = re.compile(
    r"""
    (?:[a-z]{2,3}(?:-[a-z]{3}){0,3}|[a-z]{4}|[a-z]{5,8})  # language, with extended ones
    (?:-[a-z]{4})?                                        # script
    (?:-(?:[a-z]{2}|\d{3}))?                              # region
    (?:-(?:[a-z0-9]{5,8}|\d[a-z0-9]{3}))*                 # variants
    (?:-[0-9a-wy-z](?:-[a-z0-9]{2,8})+)*                  # extensions
    (?:-x(?:-[a-z0-9]{1,8})+)?                            # private use
  | x(?:-[a-z0-9]{1,8})+
    """,
    re.VERBOSE | re.IGNORECASE | re.ASCII,
)
_GRANDFATHERED: Final = re.compile(
    "en-gb-oed|i-(?:ami|bnn|default|enochian|hak|klingon|lux|mingo|navajo|pwn|tao|tay|tsu)"
    "|sgn-(?:be-fr|be-nl|ch-de)|art-lojban|cel-gaulish|no-(?:bok|nyn)"
    "|zh-(?:guoyu|hakka|min|min-nan|xiang)",
    re.IGNORECASE,
)
_TEXT_FORMATS: Final = {"turtle", "trig", "ntriples", "nquads"}
_ANY_TAG: Final = re.compile(r"""["']@([A-Za-z0-9]+(?:-[A-Za-z0-9]*)*)""")
_REGION: Final = 2
_SCRIPT: Final = 4


def any_ill_formed(text: str) -> bool:
    """Tell quickly whether a text may hold a tag that is not well-formed."""
    return not all(well_formed(tag) for tag in set(_ANY_TAG.findall(text)))


def well_formed(tag: str) -> bool:
    """Tell whether a tag is well-formed."""
    return _TAG.fullmatch(tag) is not None or _GRANDFATHERED.fullmatch(tag) is not None


def canonical_case(tag: str) -> str:
    """Write a tag in the letter case that RFC 5646 recommends in its section 2.1.1."""
    parts: list[str] = []
    for part in tag.lower().split("-"):
        after_singleton = any(len(earlier) == 1 for earlier in parts)
        if not parts or after_singleton:
            parts.append(part)
        elif len(part) == _REGION:
            parts.append(part.upper())
        elif len(part) == _SCRIPT and part.isalpha():
            parts.append(part.title())
        else:
            parts.append(part)
    return "-".join(parts)


def check_language_tags(document: Document) -> Iterator[Finding]:
    """Find tags that are not well-formed, and those in another letter case than the recommended one."""
    if document.format.name not in _TEXT_FORMATS:
        return
    text = document.data.decode("utf-8", "replace").removeprefix("\ufeff")
    tags = set(_ANY_TAG.findall(text))
    wrong = {tag for tag in tags if not well_formed(tag) or canonical_case(tag) != tag}
    if not wrong:
        return
    lines = turtle_tokens.Lines(text)
    prefixes = {name: iri for _, name, iri in turtle_tokens.names(text).declarations}
    for string in turtle_tokens.tagged_strings(text):
        tag = string.tag.text[1:]
        if tag in wrong:
            place = Place(document.source, *lines.place(string.tag.start))
            focus = _subject(string, prefixes)
            yield (_uncanonical if well_formed(tag) else _ill_formed)(focus, tag, place)


def _subject(string: TaggedString, prefixes: Mapping[str, str]) -> Term:
    """Return the subject of a string's statement; the string itself if the subject has no name."""
    token = string.subject
    if token is not None and token.kind == "iri" and ":" in token.text:
        return NamedNode(token.text[1:-1])
    if token is not None and token.kind == "name":
        prefix, _, local = token.text.partition(":")
        if prefix + ":" in prefixes and "\\" not in local:
            return NamedNode(prefixes[prefix + ":"] + local)
    return Literal(string.text)


def _ill_formed(focus: Term, tag: str, place: Place) -> Finding:
    return Finding(
        Severity.VIOLATION,
        focus,
        CHECK + "language-tag",
        messages=messages(
            en=f"Write a well-formed language tag (BCP 47): @{tag} is none.",
            zh_Hant=f"請改用合乎 BCP 47 的語言標籤：@{tag} 不合語法。",
        ),
        place=place,
        fix=_nearest(tag),
    )


def _nearest(tag: str) -> str | None:
    """Name the well-formed tag that the first subtags make, if they are a language that is known."""
    parts = tag.split("-")
    for length in range(len(parts) - 1, 0, -1):
        shorter = "-".join(parts[:length])
        if well_formed(shorter):
            return "@" + canonical_case(shorter)
    return None


def _uncanonical(focus: Term, tag: str, place: Place) -> Finding:
    right = canonical_case(tag)
    return Finding(
        Severity.INFO,
        focus,
        CHECK + "language-tag-case",
        messages=messages(
            en=f"Write the language tag as @{right}, as BCP 47 recommends, not as @{tag}.",
            zh_Hant=f"語言標籤宜依 BCP 47 寫作 @{right}，而非 @{tag}。",
        ),
        place=place,
        fix=f"@{right}",
    )
