"""The JSON-LD context of the graph: short names for what its ontology defines, and our prefixes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from hkkg import vocab
from hkkg.store import NamedNode

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hkkg.store import EmbeddedStore

LANGUAGE: Final = "@language"
IRI: Final = "@id"

_TYPE: Final = NamedNode(vocab.RDF + "type")
_RANGE: Final = NamedNode(vocab.RDFS + "range")
_OBJECT: Final = vocab.OWL + "ObjectProperty"
_KINDS: Final = tuple(
    vocab.OWL + kind for kind in ("ObjectProperty", "DatatypeProperty", "AnnotationProperty", "Class")
)
_KEYWORDS: Final = {"id": "@id", "type": "@type", "included": "@included"}
_TEXTS: Final = (
    "rdfs:label",
    "skos:prefLabel",
    "skos:altLabel",
    "skos:hiddenLabel",
    "skos:definition",
    "dcterms:title",
    "dcterms:description",
)
_LINKS: Final = (
    "dcterms:isPartOf",
    "dcterms:isReplacedBy",
    "dcterms:license",
    "oa:hasSelector",
    "oa:hasSource",
    "owl:inverseOf",
    "prov:wasAttributedTo",
    "prov:wasDerivedFrom",
    "qudt:hasUnit",
    "rdfs:domain",
    "rdfs:isDefinedBy",
    "rdfs:range",
    "rdfs:seeAlso",
    "rdfs:subClassOf",
    "rdfs:subPropertyOf",
    "schema:sameAs",
    "skos:broader",
    "skos:inScheme",
)


@dataclass(frozen=True, slots=True)
class Term:
    """A short name.

    Attributes:
        name: that stands for the IRI.
        kind: of the values: `@id` for IRIs, `@language` for texts by language, a datatype's IRI for literals
            of it, or nothing.
    """

    name: str
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Context:
    """Short names by the IRIs that they stand for."""

    terms: dict[str, Term]

    @classmethod
    def of(cls, store: EmbeddedStore) -> Context:
        """Name what the ontology in a store defines, and what others define and every graph uses."""
        terms = {_expanded(text): Term(_local(text), LANGUAGE) for text in _TEXTS}
        terms |= {_expanded(text): Term(_local(text), IRI) for text in _LINKS}
        taken = {term.name for term in terms.values()} | vocab.PREFIXES.keys() | _KEYWORDS.keys()
        for iri, kind in _defined(store):
            name = iri.removeprefix(vocab.HKKG)
            if name not in taken:
                terms[iri] = Term(name, kind)
        return cls(terms)

    def document(self) -> dict[str, object]:
        """Write the context as JSON-LD 1.1."""
        defined = {term.name: _definition(iri, term) for iri, term in sorted(self.terms.items())}
        return {"@context": {"@version": 1.1, **_KEYWORDS, **vocab.PREFIXES, **defined}}

    def compact(self, iri: str) -> str:
        """Shorten an IRI that stands where JSON-LD expects one, by a prefix."""
        for prefix, namespace in vocab.PREFIXES.items():
            rest = iri.removeprefix(namespace)
            if len(rest) < len(iri) and not rest.startswith("//"):
                return f"{prefix}:{rest}"
        return iri

    def type_name(self, iri: str) -> str:
        """Shorten the IRI of a class, by its name."""
        return self.terms[iri].name if iri in self.terms else self.compact(iri)


def _defined(store: EmbeddedStore) -> Iterator[tuple[str, str]]:
    """The ontology's own terms in the order of their IRIs, each with the kind of its values."""
    found: dict[str, str] = {}
    for kind in _KINDS:
        for quad in store.quads(None, _TYPE, NamedNode(kind)):
            if isinstance(quad.subject, NamedNode) and quad.subject.value.startswith(vocab.HKKG):
                found.setdefault(quad.subject.value, IRI if kind == _OBJECT else "")
    for iri, kind in sorted(found.items()):
        yield iri, kind or _datatype(store, iri)


def _datatype(store: EmbeddedStore, iri: str) -> str:
    ranges = {q.object.value for q in store.quads(NamedNode(iri), _RANGE) if isinstance(q.object, NamedNode)}
    if ranges == {vocab.RDF + "langString"}:
        return LANGUAGE
    only = next(iter(ranges)) if len(ranges) == 1 else ""
    return only if only.startswith(vocab.XSD) and only != vocab.XSD + "string" else ""


def _definition(iri: str, term: Term) -> object:
    short = _prefixed(iri)
    match term.kind:
        case "":
            return short
        case "@language":
            return {"@id": short, "@container": "@language"}
        case "@id":
            return {"@id": short, "@type": "@id"}
        case datatype:
            return {"@id": short, "@type": _prefixed(datatype)}


def _prefixed(iri: str) -> str:
    return vocab.curie(iri).strip("<>")


def _expanded(text: str) -> str:
    prefix, _, name = text.partition(":")
    return vocab.PREFIXES[prefix] + name


def _local(text: str) -> str:
    return text.partition(":")[2]
