"""Namespaces, the IRIs that the software itself speaks of, and the way between IRIs and CURIEs."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from hkkg.errors import ParameterError

if TYPE_CHECKING:
    from collections.abc import Collection

HKKG: Final = "https://w3id.org/hkkg/ontology#"
HK: Final = "https://w3id.org/hkkg/id/"
PASSAGE: Final = "https://w3id.org/hkkg/passage/"
CONCEPT: Final = "https://w3id.org/hkkg/concept/"
GRAPH: Final = "https://w3id.org/hkkg/graph/"
SHAPE: Final = "https://w3id.org/hkkg/shape/"

DCTERMS: Final = "http://purl.org/dc/terms/"
OA: Final = "http://www.w3.org/ns/oa#"
OWL: Final = "http://www.w3.org/2002/07/owl#"
PROV: Final = "http://www.w3.org/ns/prov#"
QUDT: Final = "http://qudt.org/schema/qudt/"
RDF: Final = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
RDFS: Final = "http://www.w3.org/2000/01/rdf-schema#"
SCHEMA: Final = "https://schema.org/"
SH: Final = "http://www.w3.org/ns/shacl#"
SKOS: Final = "http://www.w3.org/2004/02/skos/core#"
XSD: Final = "http://www.w3.org/2001/XMLSchema#"

PREFIXES: Final[dict[str, str]] = {
    "concept": CONCEPT,
    "dcat": "http://www.w3.org/ns/dcat#",
    "dcterms": DCTERMS,
    "graph": GRAPH,
    "hk": HK,
    "hkkg": HKKG,
    "oa": OA,
    "org": "http://www.w3.org/ns/org#",
    "owl": OWL,
    "passage": PASSAGE,
    "prov": PROV,
    "qudt": QUDT,
    "rdf": RDF,
    "rdfs": RDFS,
    "schema": SCHEMA,
    "sh": SH,
    "shape": SHAPE,
    "skos": SKOS,
    "unit": "http://qudt.org/vocab/unit/",
    "xsd": XSD,
}

INFERRED_GRAPH: Final = GRAPH + "inferred"
QUESTIONS_GRAPH: Final = GRAPH + "questions"
VOID_GRAPH: Final = GRAPH + "void"
LANGUAGES: Final = ("en", "zh-Hans", "zh-Hant")
_NEAREST: Final = {
    "en": ("en", "", "zh-Hant", "zh-Hans"),
    "zh-Hans": ("zh-Hans", "zh-Hant", "", "en"),
    "zh-Hant": ("zh-Hant", "zh-Hans", "", "en"),
}

_SCRIPT_LENGTH = 4
_REGION_LENGTH = 2
_NEVER_IN_IRI = re.compile(r'[\x00-\x20<>"{}|^`\\]')
_EXAMPLE: Final = "Write a CURIE such as hk:innoex, or <IRI>."
_LOCAL_NAME = re.compile(r"[\w](?:[\w.-]*[\w-])?\Z")


def curie(iri: str) -> str:
    """Shorten an IRI by the longest matching prefix, or write it between angle brackets."""
    namespace = max((n for n in PREFIXES.values() if iri.startswith(n)), key=len, default=None)
    if namespace is None:
        return f"<{iri}>"
    local = iri.removeprefix(namespace)
    if not _LOCAL_NAME.match(local):
        return f"<{iri}>"
    prefix = next(p for p, n in PREFIXES.items() if n == namespace)
    return f"{prefix}:{local}"


def namespace_of(iri: str) -> str:
    """Return an IRI up to its last `#` or `/`."""
    return iri[: max(iri.rfind("#"), iri.rfind("/")) + 1]


def expand(text: str) -> str | None:
    """Read an IRI, an IRI between angle brackets, or a CURIE; None if it is none of these."""
    if text.startswith("<") and text.endswith(">"):
        return text[1:-1]
    prefix, colon, local = text.partition(":")
    if not colon:
        return None
    if local.startswith("//") or prefix in {"urn", "mailto", "tag"}:
        return text
    return PREFIXES[prefix] + local if prefix in PREFIXES else None


def read_iri(text: str) -> str | None:
    """Read an IRI or a CURIE as `expand` does, and refuse one that is malformed; None if it is a bare name.

    Raises:
        ParameterError: it is empty, its prefix is unknown, or it is no IRI that RDF allows.
    """
    iri = expand(text)
    if not text.strip():
        raise ParameterError("an IRI is empty.", hint=_EXAMPLE)
    if iri is None and ":" in text:
        prefix = text.partition(":")[0]
        known = ", ".join(f"{name}:" for name in PREFIXES)
        raise ParameterError(f"{text}: hkkg knows no prefix {prefix}:.", hint=f"Use one of: {known}.")
    if _NEVER_IN_IRI.search(text if iri is None else iri) or (iri is not None and ":" not in iri):
        raise ParameterError(f"{text}: this is not an IRI that RDF allows.", hint=_EXAMPLE)
    return iri


def prefix_header() -> str:
    """Return SPARQL PREFIX declarations for every known prefix, one a line."""
    return "".join(f"PREFIX {prefix}: <{iri}>\n" for prefix, iri in PREFIXES.items())


def canonical_tag(tag: str) -> str:
    """Write a language tag as RFC 5646 recommends: zh-Hant, en-GB. The store keeps tags in lower case."""
    language, *rest = tag.split("-")
    return "-".join([language.lower(), *(_canonical_subtag(part) for part in rest)])


def _canonical_subtag(part: str) -> str:
    if len(part) == _SCRIPT_LENGTH and part.isalpha():
        return part.title()
    return part.upper() if len(part) == _REGION_LENGTH else part.lower()


def nearest(tags: Collection[str], language: str) -> str | None:
    """Choose in which of some languages a reader is told; None if there are none.

    Another script, or a text of no language, stands in before another language does.

    Args:
        tags: canonical ones; an empty one is that of a text without a language.
        language: of the reader, one of `LANGUAGES`.
    """
    return next((tag for tag in (*_NEAREST[language], *sorted(tags)) if tag in tags), None)
