"""Graphs with blank nodes: names that depend on the graph alone, and sameness up to such names."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, Final

import pyoxigraph
from pyoxigraph import (
    BlankNode,
    CanonicalizationAlgorithm,
    Dataset,
    Literal,
    NamedNode,
    Quad,
    RdfFormat,
    Store,
)

from hkkg.store.symmetry import refuse_symmetry

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pyoxigraph import Triple

_PLAIN: Final = (NamedNode, Literal)


def canonical(quads: Iterable[Quad]) -> list[Quad]:
    """Name blank nodes by RDFC-1.0, so that the same graph always gives the same quads.

    Quads without any have no part in the names, and are left aside to save time.

    Raises:
        InputUnreadableError: too many blank nodes look alike, which would take for ever.
    """
    plain: list[Quad] = []
    others: list[Quad] = []
    for quad in quads:
        is_plain = isinstance(quad.object, _PLAIN) and isinstance(quad.subject, NamedNode)
        (plain if is_plain and not isinstance(quad.graph_name, BlankNode) else others).append(quad)
    refuse_symmetry(others)
    dataset = Dataset(others)
    dataset.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
    return [*dict.fromkeys(plain), *dataset]


def isomorphic(left: Iterable[Triple], right: Iterable[Triple]) -> bool:
    """Whether two graphs differ in nothing but the names of blank nodes and the spelling of numbers."""
    return settled(left) == settled(right)


def settled(triples: Iterable[Triple]) -> frozenset[Quad]:
    """Write equal graphs alike: blank nodes by RDFC-1.0, numbers and language tags as the store does."""
    return frozenset(canonical(_stored(triples)))


def digest(quads: Iterable[Quad]) -> str:
    """Return the SHA-256, in lower-case hex, of canonical quads written as RDFC-1.0 writes them."""
    lines = (pyoxigraph.serialize([quad], None, RdfFormat.N_QUADS) or b"" for quad in quads)
    return sha256(b"".join(sorted(lines))).hexdigest()


def _stored(triples: Iterable[Triple]) -> list[Quad]:
    return as_stored(Quad(t.subject, t.predicate, t.object) for t in triples)


def as_stored(quads: Iterable[Quad]) -> list[Quad]:
    """Pass quads through a store, which spells each number in one way and keeps no order."""
    store = Store()
    store.extend(quads)
    return list(store)
