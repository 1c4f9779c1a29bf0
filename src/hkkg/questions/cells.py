"""One cell of a stored answer: what a person writes for a term, and whether a term is that."""

from __future__ import annotations

import math
import re
from decimal import Decimal, InvalidOperation
from typing import Final

from hkkg import vocab
from hkkg.store import BlankNode, Literal, NamedNode, Term

UNBOUND: Final = "UNDEF"

_QUOTED = re.compile(
    r'"(?P<text>(?:[^"\\]|\\.)*)"(?:@(?P<tag>[A-Za-z]+(?:-[A-Za-z0-9]+)*)|\^\^(?P<type>\S+))?\Z', re.DOTALL
)
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_ESCAPED = {"t": "\t", "n": "\n", "r": "\r"}
_EXACT = {
    vocab.XSD + name
    for name in ("integer", "int", "long", "short", "byte", "nonNegativeInteger", "positiveInteger")
}
_INEXACT = {vocab.XSD + name for name in ("decimal", "double", "float")}
_BOOLEAN: Final = vocab.XSD + "boolean"
# Virtuoso writes the figures, which XSD allows as well.
_ALIKE: Final = {"true": ("1",), "1": ("true",), "false": ("0",), "0": ("false",)}
# Engines keep different numbers of digits in a quotient.
_TOLERANCE = 1e-9


def matches(cell: str, term: Term | None) -> bool:
    """Whether a term is what a cell says.

    A cell is a CURIE or `<iri>`, the bare text of a literal of any type and language, `text@tag` to ask for
    its language, Turtle's quoted form to ask for its type, or nothing (or UNDEF) for an unbound variable.
    """
    match term:
        case None:
            return cell in {"", UNBOUND}
        case NamedNode():
            return cell in {vocab.curie(term.value), f"<{term.value}>"}
        case BlankNode():
            return cell == "[]"
        case Literal() if cell:
            quoted = _QUOTED.match(cell)
            return (
                _is_literal(quoted, term) if quoted else _has_value(_untagged(_unescaped(cell), term), term)
            )
        case _:
            return cell == str(term)


def write(term: Term | None) -> str:
    """Write a term as a cell, as briefly as `matches` understands it."""
    match term:
        case None:
            return UNBOUND
        case NamedNode():
            return vocab.curie(term.value)
        case BlankNode():
            return "[]"
        case Literal():
            text = (
                term.value.replace("\\", "\\\\")
                .replace("\t", "\\t")
                .replace("\n", "\\n")
                .replace("\r", "\\r")
            )
            tag = f"@{vocab.canonical_tag(term.language)}" if term.language else ""
            return f'"{text}"{tag}' if not text or text == UNBOUND else text + tag
        case _:
            return str(term)


def _untagged(text: str, term: Literal) -> str:
    tag = f"@{term.language}"
    tagged = term.language and text.lower().endswith(tag.lower())
    return _unescaped(text[: -len(tag)] if tagged else text)


def _is_literal(quoted: re.Match[str], term: Literal) -> bool:
    if (quoted["tag"] or "").lower() != (term.language or "").lower():
        return False
    if quoted["type"] and vocab.expand(quoted["type"]) != term.datatype.value:
        return False
    return _has_value(_unescaped(quoted["text"]), term)


def _has_value(text: str, term: Literal) -> bool:
    if text == term.value:
        return True
    datatype = term.datatype.value
    if datatype == _BOOLEAN:
        return term.value in _ALIKE.get(text, ())
    if datatype not in _EXACT | _INEXACT:
        return False
    try:
        wanted, got = Decimal(text), Decimal(term.value)
    except InvalidOperation:
        return False
    return wanted == got or (datatype in _INEXACT and math.isclose(wanted, got, rel_tol=_TOLERANCE))


def _unescaped(text: str) -> str:
    return _ESCAPE.sub(lambda found: _ESCAPED.get(found[1], found[1]), text)
