"""What a store defines, kept for the rule on undefined terms: read once, not with each change."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from itertools import chain, islice
from typing import TYPE_CHECKING, Final, cast

from hkkg import vocab
from hkkg.checks import Triples
from hkkg.checks.terms import DEFINING_KINDS, EXPLAINING, HIERARCHIES, vocabulary
from hkkg.store import NamedNode

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hkkg.checks.terms import Vocabulary
    from hkkg.store import Change, Quad
    from hkkg.validation.excerpt import Stated

_TYPE: Final = NamedNode(vocab.RDF + "type")
_KINDS: Final = frozenset(map(NamedNode, DEFINING_KINDS))
_HIERARCHIES: Final = frozenset(map(NamedNode, HIERARCHIES))
_EXPLAINING: Final = tuple(map(NamedNode, EXPLAINING))
_TELLING: Final = frozenset({_TYPE, *_EXPLAINING, *_HIERARCHIES})
# One use of what is defined no more is enough to refuse a change.
_MOST_USES: Final = 100


class _Names(Collection[str]):
    """The IRIs that a store says something of, looked up when they are asked for; it does not list them."""

    def __init__(self, stated: Stated) -> None:
        self._stated = stated

    def __contains__(self, iri: object) -> bool:
        node = NamedNode(cast("str", iri))
        return any(
            next(self._stated.match(node, predicate), None) is not None for predicate in (_TYPE, *_EXPLAINING)
        )

    def __iter__(self) -> Iterator[str]:
        return iter(())

    def __len__(self) -> int:
        return 0


def vocabulary_of(stated: Stated) -> Vocabulary:
    """Read the vocabulary of a store; what its data speaks of is looked up in it later, as it is then."""
    found = list(_defining(stated))
    defined = {quad.subject for quad in found}
    found += [quad for term in defined for predicate in _EXPLAINING for quad in stated.match(term, predicate)]
    return replace(vocabulary(Triples(found)), names=_Names(stated))


def _defining(stated: Stated) -> Iterator[Quad]:
    kinds = (stated.match(None, _TYPE, kind) for kind in _KINDS)
    return chain(*kinds, *(stated.match(None, predicate) for predicate in _HIERARCHIES))


def _defines(quad: Quad) -> bool:
    return quad.predicate in _HIERARCHIES or (quad.predicate == _TYPE and quad.object in _KINDS)


def redefines(change: Change) -> bool:
    """Tell whether a change adds or removes a definition of a class, a property or an ontology."""
    return any(map(_defines, chain(change.added, change.removed)))


def uses_of_undefined(stated: Stated, change: Change) -> Iterator[Quad]:
    """Yield quads that use a term whose definition a change may have taken away, some of each."""
    for node in {quad.subject for quad in change.removed if quad.predicate in _TELLING}:
        if isinstance(node, NamedNode):
            uses = chain(stated.match(None, None, node), stated.match(None, node))
            yield from islice(uses, _MOST_USES)
