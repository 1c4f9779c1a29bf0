"""Keeping what follows by rules in step with what is stated, by deletion and rederivation.

This is DRed (A. Gupta, I. S. Mumick, V. S. Subrahmanian, "Maintaining Views Incrementally", SIGMOD 1993) with
semi-naive evaluation: everything goes that was derived, in whatever way, from what is no longer stated; what
of it still follows comes back; and what is new is joined with the rest until nothing new follows.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING

from hkkg.reasoning.axioms import INFERRED, UNION, in_graph, is_inferred
from hkkg.store import NamedNode, as_stored

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from hkkg.reasoning.ledger import Ledger
    from hkkg.reasoning.matching import RuleIndex
    from hkkg.store import Change, EmbeddedStore, Quad, Triple


@dataclass(frozen=True, slots=True)
class Facts:
    """Stated and derived triples that a change took from the union, and those that it brought there."""

    lost: frozenset[Triple]
    gained: frozenset[Triple]


class _Stated:
    """What a change does to the set of stated triples, seen before it is carried out."""

    def __init__(self, store: EmbeddedStore, change: Change) -> None:
        self._store = store
        removed = set(as_stored(change.removed))
        self._added = {quad.triple for quad in as_stored(change.added) if store.in_union(quad.graph_name)}
        self._removed = {quad.triple: self._sources(quad.triple) - removed for quad in removed}

    def _sources(self, triple: Triple) -> set[Quad]:
        quads = self._store.quads(triple.subject, triple.predicate, triple.object)
        named = (quad for quad in quads if isinstance(quad.graph_name, NamedNode))
        return {
            quad for quad in named if quad.graph_name != INFERRED and self._store.in_union(quad.graph_name)
        }

    def _is_stated(self, triple: Triple) -> bool:
        return in_graph(triple, UNION) in self._store and not is_inferred(self._store, triple)

    def losses(self) -> list[Triple]:
        return [triple for triple in self._removed if self._is_stated(triple) and not self.survives(triple)]

    def gains(self) -> list[Triple]:
        return [triple for triple in self._added if not self._is_stated(triple)]

    def survives(self, triple: Triple) -> bool:
        """Whether a triple is stated afterwards."""
        if triple in self._added:
            return True
        return bool(self._removed[triple]) if triple in self._removed else self._is_stated(triple)


def maintain(store: EmbeddedStore, rules: RuleIndex, change: Change, inferred: Ledger) -> Facts:
    """Carry out a change of stated quads, and bring in step what follows by the rules."""
    stated = _Stated(store, change)
    gains = stated.gains()
    doomed = _overdelete(store, rules, stated)
    store.apply(change)
    inferred.remove(triple for triple in (*doomed, *gains) if is_inferred(store, triple))
    back = _rederive(store, rules, doomed, inferred)
    present = _derive(store, rules, [*gains, *back], inferred)
    return Facts(frozenset(doomed) - present, frozenset(present.difference(doomed)))


def _overdelete(store: EmbeddedStore, rules: RuleIndex, stated: _Stated) -> dict[Triple, None]:
    """Find what is no longer stated, and all that could be derived from it, in the order of derivation."""
    doomed = dict.fromkeys(stated.losses())
    left = deque(doomed)
    while left:
        for head in rules.consequences(store, left.popleft()):
            if head not in doomed and not stated.survives(head):
                doomed[head] = None
                left.append(head)
    return doomed


def _rederive(
    store: EmbeddedStore, rules: RuleIndex, doomed: Collection[Triple], inferred: Ledger
) -> list[Triple]:
    """Put back what still follows in one step; this at once, as the next may follow from it."""
    subjects = {triple.subject for triple in doomed}
    bare = {node for node in subjects if not rules.can_use(store, node)}
    back = []
    for triple in doomed:
        if triple.subject not in bare and rules.follows(store, triple):
            inferred.add([triple])
            back.append(triple)
    return back


def _derive(store: EmbeddedStore, rules: RuleIndex, new: Iterable[Triple], inferred: Ledger) -> set[Triple]:
    """Add all that follows from new triples of the union; return them and what was added."""
    present = set(new)
    left = deque(present)
    while left:
        for head in list(rules.consequences(store, left.popleft())):
            if in_graph(head, UNION) not in store:
                inferred.add([head])
                present.add(head)
                left.append(head)
    return present
