"""Writing descriptions: quads from terms that are named by CURIEs of the vocabularies used there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from hkkg import vocab
from hkkg.store import BlankNode, EmbeddedStore, Literal, NamedNode, Quad, canonical

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from hkkg.formats import Format

PREFIXES: Final = {
    **vocab.PREFIXES,
    "foaf": "http://xmlns.com/foaf/0.1/",
    "spdx": "http://spdx.org/rdf/terms#",
    "void": "http://rdfs.org/ns/void#",
}
RDF_FORMAT: Final = "http://www.w3.org/ns/formats/"
MEDIA_TYPE: Final = "https://www.iana.org/assignments/media-types/"

Value = NamedNode | BlankNode | Literal


def term(curie: str) -> NamedNode:
    """Return the term of a vocabulary that a CURIE names."""
    prefix, _, local = curie.partition(":")
    return NamedNode(PREFIXES[prefix] + local)


def facts(subject: NamedNode | BlankNode, *pairs: tuple[str, Value | None]) -> Iterator[Quad]:
    """Say something of a subject: properties by CURIE, with values; None is not said."""
    for predicate, value in pairs:
        if value is not None:
            yield Quad(subject, term(predicate), value)


def typed(text: str, datatype: str) -> Literal:
    """Write a literal whose datatype is one of XML Schema's, by its local name."""
    return Literal(text, datatype=NamedNode(vocab.XSD + datatype))


def texts(predicate: str, by_language: Mapping[str, str]) -> list[tuple[str, Value]]:
    """Pair a property with a text in each language."""
    return [(predicate, Literal(text, language=tag)) for tag, text in by_language.items()]


def dump(quads: Iterable[Quad], target: Format) -> bytes:
    """Write a description in a format, always the same bytes for the same description."""
    return EmbeddedStore().dump(target, canonical(quads), PREFIXES)
