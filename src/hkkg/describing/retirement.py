"""Resources that are retired: the graph keeps their names, and says what to use in their place."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from hkkg import vocab
from hkkg.store import Literal, NamedNode

if TYPE_CHECKING:
    from hkkg.store import EmbeddedStore

_DEPRECATED: Final = NamedNode(vocab.OWL + "deprecated")
_REPLACED: Final = NamedNode(vocab.DCTERMS + "isReplacedBy")
_TRUE: Final = frozenset({"true", "1"})


def successors(store: EmbeddedStore, resource: NamedNode) -> tuple[str, ...] | None:
    """Return what replaces a retired resource, sorted; None if it is not retired.

    A resource is retired by `owl:deprecated true`; `dcterms:isReplacedBy` names what replaces it.
    """
    said = (quad.object for quad in store.quads(resource, _DEPRECATED))
    if not any(isinstance(term, Literal) and term.value in _TRUE for term in said):
        return None
    found = {quad.object for quad in store.quads(resource, _REPLACED)}
    return tuple(sorted(term.value for term in found if isinstance(term, NamedNode)))
