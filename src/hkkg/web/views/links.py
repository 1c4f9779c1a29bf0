"""Links to other hosts: identifiers that registers keep, and what a thing is called elsewhere."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from hkkg import vocab
from hkkg.store import Literal, NamedNode
from hkkg.web.views.model import Word

if TYPE_CHECKING:
    from hkkg.store import Term
    from hkkg.web.views.reader import Reader

_REGISTERS: Final = {
    vocab.HKKG + "wikidata": (re.compile(r"Q\d+"), "https://www.wikidata.org/wiki/{}"),
    vocab.HKKG + "isni": (re.compile(r"\d{15}[\dX]"), "https://isni.org/isni/{}"),
}
_OUTSIDE: Final = frozenset(
    {
        *_REGISTERS,
        vocab.HKKG + "ror",
        vocab.SCHEMA + "sameAs",
        vocab.SCHEMA + "url",
        vocab.RDFS + "seeAlso",
        vocab.OWL + "sameAs",
        vocab.DCTERMS + "source",
        vocab.DCTERMS + "references",
        vocab.DCTERMS + "license",
        vocab.SKOS + "exactMatch",
        vocab.SKOS + "closeMatch",
        "http://xmlns.com/foaf/0.1/homepage",
        "http://xmlns.com/foaf/0.1/page",
    }
)
_ANY_URI: Final = vocab.XSD + "anyURI"
_WEB: Final = re.compile(r"https?://[^\s<>\"]+", re.IGNORECASE)


def is_outside(name: str) -> bool:
    """Whether the values of a property lead to other hosts."""
    return name in _OUTSIDE


def outside(reader: Reader, name: str, term: Term) -> Word | None:
    """Link a value to another host; None where the graph describes it or it is no address of the web."""
    if isinstance(term, Literal):
        return _literal(name, term)
    if not (is_outside(name) and isinstance(term, NamedNode) and _WEB.fullmatch(term.value)):
        return None
    if next(reader.store.quads(term), None) is not None:
        return None
    return Word(term.value, term.value, is_outside=True)


def _literal(name: str, term: Literal) -> Word | None:
    if name in _REGISTERS:
        shape, address = _REGISTERS[name]
        if shape.fullmatch(term.value):
            return Word(term.value, address.format(term.value), is_outside=True)
    is_address = name in _OUTSIDE or term.datatype.value == _ANY_URI
    if is_address and not term.language and _WEB.fullmatch(term.value):
        return Word(term.value, term.value, is_outside=True)
    return None
