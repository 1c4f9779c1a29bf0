"""Graphs with blank nodes: names that depend on the graph alone, and sameness up to such names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyoxigraph import CanonicalizationAlgorithm, Dataset, Quad, Store

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pyoxigraph import Triple


def canonical(quads: Iterable[Quad]) -> list[Quad]:
    """Name blank nodes by RDFC-1.0, so that the same graph always gives the same quads."""
    dataset = Dataset(quads)
    dataset.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
    return list(dataset)


def isomorphic(left: Iterable[Triple], right: Iterable[Triple]) -> bool:
    """Whether two graphs differ in nothing but the names of blank nodes and the spelling of numbers."""
    return set(canonical(_stored(left))) == set(canonical(_stored(right)))


def _stored(triples: Iterable[Triple]) -> list[Quad]:
    return as_stored(Quad(t.subject, t.predicate, t.object) for t in triples)


def as_stored(quads: Iterable[Quad]) -> list[Quad]:
    """Pass quads through a store, which spells each number in one way and keeps no order."""
    store = Store()
    store.extend(quads)
    return list(store)
