"""Where this service shows what an IRI of the graph names, whatever host the IRI names."""

from __future__ import annotations

from typing import Final

from hkkg import vocab

_PLACES: Final = {
    vocab.HK: "/doc/",
    vocab.PASSAGE: "/passage/",
    vocab.CONCEPT: "/concept/",
    vocab.GRAPH: "/graph/",
    vocab.HKKG: "/ontology#",
}
_ONTOLOGY: Final = vocab.HKKG.removesuffix("#")


def local(iri: str) -> str | None:
    """Return the path of the page about an IRI; None for what is not of this graph."""
    if iri == _ONTOLOGY:
        return "/ontology"
    for namespace, place in _PLACES.items():
        if iri.startswith(namespace) and len(iri) > len(namespace):
            return place + iri[len(namespace) :]
    return None
