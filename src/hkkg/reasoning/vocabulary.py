"""What the axioms of a graph say of its records: their classes, and the roles of their parties."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from hkkg import vocab
from hkkg.reasoning.axioms import CHAIN, INVERSE, SUBCLASS, SUBPROPERTY, TYPE, UNION, members
from hkkg.reasoning.bounds import RECORD
from hkkg.store import NamedNode

if TYPE_CHECKING:
    from hkkg.store import EmbeddedStore

ABOUT: Final = NamedNode(vocab.HKKG + "about")
INDICATOR: Final = NamedNode(vocab.HKKG + "indicator")
COMPARATOR: Final = NamedNode(vocab.HKKG + "comparator")
MODALITY: Final = NamedNode(vocab.HKKG + "modality")
_PARTY: Final = NamedNode(vocab.HKKG + "party")
_NAMED: Final = (TYPE, ABOUT, INDICATOR, COMPARATOR, MODALITY)


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """What the axioms of a graph say of its records.

    Attributes:
        classes: each class of records with the classes of records above it.
        roles: each property of parties with its place among them.
    """

    classes: dict[object, set[object]]
    roles: dict[NamedNode, tuple[bool, bool, bool, bool, str]]

    @classmethod
    def of(cls, store: EmbeddedStore) -> Vocabulary:
        """Read the axioms of a store."""
        return cls(_below(store, SUBCLASS, RECORD), _roles(store))

    def names_with(self, predicate: NamedNode) -> bool:
        """Whether a record can be worded with the name of what it has this property with."""
        return predicate in self.roles or predicate in _NAMED


def _below(store: EmbeddedStore, relation: NamedNode, top: NamedNode) -> dict[object, set[object]]:
    """The terms below a top, itself too, each with those of them that stand above it."""
    above: dict[object, set[object]] = {top: set()}
    above.update({quad.subject: {top} for quad in store.quads(None, relation, top, UNION)})
    for term in list(above):
        if isinstance(term, NamedNode):
            uppers = {quad.object for quad in store.quads(term, relation, None, UNION)}
            above[term] |= uppers & above.keys() - {term}
    return above


def _roles(store: EmbeddedStore) -> dict[NamedNode, tuple[bool, bool, bool, bool, str]]:
    """Rank the properties of parties: `hkkg:party` itself last, and a chain's links by their places.

    The property whose inverse begins a chain names what the record is told of: "Hosting: laboratory –
    university", as `hkkg:hostedBy` goes from the laboratory to the university. Without a chain, it is the
    property whose inverse has a name.
    """
    chains = [members(store, quad.object) for quad in store.quads(None, CHAIN, None, UNION)]
    first = {chain[0] for chain in chains if chain}
    inverses = [(q.subject, q.object) for q in store.quads(None, INVERSE, None, UNION)]
    named = {term for pair in inverses for term in pair}
    told_of = {a for a, b in inverses if b in first} | {b for a, b in inverses if a in first}
    others = {link for chain in chains for link in chain[1:]}
    return {
        term: (term == _PARTY, term not in told_of, term not in named, term not in others, term.value)
        for term in _below(store, SUBPROPERTY, _PARTY)
        if isinstance(term, NamedNode)
    }
