"""Values of parameters: what a user writes, checked against a type, as a term."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from difflib import get_close_matches
from typing import Final

from hkkg import vocab
from hkkg.errors import ParameterError
from hkkg.store import Literal, NamedNode

TYPES: Final = ("iri", "string", "integer", "decimal", "date", "language")

SLUG: Final = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*\Z")
_NUMBERS: Final = {
    "integer": (re.compile(r"[+-]?[0-9]+\Z"), "a whole number, such as 15"),
    "decimal": (re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)\Z"), "a number, such as 2.5"),
}
_LONGEST_SHOWN: Final = 100
_LARGEST: Final = 2**63 - 1
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}\Z")


def as_term(value: str, kind: str, language: str | None, name: str) -> NamedNode | Literal:
    """Read a parameter's value as a term of its type.

    Raises:
        ParameterError: the value is not of the type; the message names the parameter and what would be right.
    """
    if kind == "string":
        if "\0" in value:
            raise _wrong(name, value, "a text without NUL characters")
        return Literal(value, language=language) if language else Literal(value)
    match kind:
        case "iri":
            return _iri(value, name)
        case "date":
            return _date(value, name)
        case "language":
            return _language(value, name)
        case _:
            return _number(value, kind, name)


def _iri(value: str, name: str) -> NamedNode:
    iri = vocab.HK + value if SLUG.match(value) else vocab.expand(value)
    if iri is None or ":" not in iri:
        known = ", ".join(f"{prefix}:" for prefix in vocab.PREFIXES)
        raise _wrong(name, value, f"an IRI, a CURIE with one of {known} or a name after hk:")
    try:
        return NamedNode(iri)
    except ValueError:
        raise _wrong(name, value, "a well-formed IRI, such as hk:university-of-hong-kong") from None


def _number(value: str, kind: str, name: str) -> Literal:
    pattern, example = _NUMBERS[kind]
    if not pattern.match(value):
        raise _wrong(name, value, example)
    if abs(Decimal(value)) > _LARGEST:
        # Beyond it engines compare it with nothing, and the answer would be empty without a word.
        raise _wrong(name, value, f"between -{_LARGEST:,} and {_LARGEST:,}")
    return Literal(value, datatype=NamedNode(vocab.XSD + kind))


def _date(value: str, name: str) -> Literal:
    if not _is_date(value):
        raise _wrong(name, value, "a date, such as 2026-06-30")
    return Literal(value, datatype=NamedNode(vocab.XSD + "date"))


def _is_date(value: str) -> bool:
    try:
        date.fromisoformat(value)
    except ValueError:
        return False
    return _DATE.match(value) is not None


def _language(value: str, name: str) -> Literal:
    tags = {tag.lower(): tag for tag in vocab.LANGUAGES}
    tag = tags.get(value.lower())
    if tag is None:
        near = get_close_matches(value.lower(), tags, n=1)
        nearest = f"; the nearest is {tags[near[0]]}" if near else ""
        raise _wrong(name, value, f"one of {', '.join(vocab.LANGUAGES)}{nearest}")
    return Literal(tag)


def _wrong(name: str, value: str, right: str) -> ParameterError:
    shown = value if len(value) <= _LONGEST_SHOWN else f"{value[:_LONGEST_SHOWN]}…"
    return ParameterError(f"the parameter {name} cannot be {shown!r}.", hint=f"It must be {right}.")
