"""Where this service shows what an IRI of the graph names, whatever host the IRI names."""

from __future__ import annotations

from typing import Final
from urllib.parse import quote

from hkkg import vocab

PLACES: Final = {
    vocab.HK: "/doc/",
    vocab.PASSAGE: "/passage/",
    vocab.CONCEPT: "/concept/",
    vocab.GRAPH: "/graph/",
    vocab.HKKG: "/ontology#",
    vocab.SHAPE: "/shape/",
}
_QUESTIONS: Final = "https://w3id.org/hkkg/questions/"
_UNCHANGED: Final = "%/:@!$&'()*+,;=~"
"""Characters that a path holds as an IRI does; an IRI's own escapes among them."""

ONTOLOGY: Final = vocab.HKKG.removesuffix("#")


def local(iri: str) -> str | None:
    """Return the path of the page about an IRI; None for what is not of this graph."""
    if iri == ONTOLOGY or iri.startswith(f"{ONTOLOGY}/"):
        return "/ontology" + quote(iri.removeprefix(ONTOLOGY), safe=_UNCHANGED)
    if iri.startswith(_QUESTIONS):
        return "/questions/" + quote(iri.removeprefix(_QUESTIONS), safe=_UNCHANGED + "#")
    for namespace, place in PLACES.items():
        if iri.startswith(namespace) and len(iri) > len(namespace):
            return place + quote(iri[len(namespace) :], safe=_UNCHANGED)
    return None
