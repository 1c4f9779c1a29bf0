"""The names of IRIs: as the compared graphs give them, else as the packaged graph does."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from hkkg import catalog, loading, vocab
from hkkg.catalog import Kind
from hkkg.store import Literal, NamedNode

if TYPE_CHECKING:
    from collections.abc import Iterable

    from hkkg.store import Quad

_PROPERTIES: Final = {vocab.SKOS + "prefLabel": 0, vocab.RDFS + "label": 1}


def labels(wanted: Iterable[Quad], sides: Iterable[Quad], language: str) -> dict[str, str]:
    """Name the IRIs of some quads.

    Args:
        wanted: the quads whose IRIs are to be named.
        sides: quads that name them.
        language: the preferred language; without a name in it, any other is taken.
    """
    iris = {t.value for q in wanted for t in (q.subject, q.predicate, q.object) if isinstance(t, NamedNode)}
    found = _names(sides, iris, language)
    if iris - found.keys():
        packaged = (
            quad
            for file in catalog.of_kind(Kind.DATA, Kind.ONTOLOGY)
            for quad in loading.read_document(file.path).quads()
        )
        found = {**_names(packaged, iris, language), **found}
    return found


def _names(quads: Iterable[Quad], iris: set[str], language: str) -> dict[str, str]:
    best: dict[str, tuple[tuple[bool, int, str, str], str]] = {}
    for quad in quads:
        kind = _PROPERTIES.get(quad.predicate.value)
        if kind is None or not isinstance(quad.subject, NamedNode) or not isinstance(quad.object, Literal):
            continue
        iri, label, tag = quad.subject.value, quad.object.value, quad.object.language or ""
        rank = (tag != language.lower(), kind, tag, label)
        if iri in iris and (iri not in best or rank < best[iri][0]):
            best[iri] = (rank, label)
    return {iri: label for iri, (_, label) in best.items()}
