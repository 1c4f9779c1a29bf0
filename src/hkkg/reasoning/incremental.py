"""Reasoning over changes, at a cost that goes with the change and not with the graph."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hkkg.reasoning.axioms import INFERRED, TYPE, UNION, AxiomTriples
from hkkg.reasoning.bounds import RECORD
from hkkg.reasoning.ledger import Ledger, whole_change
from hkkg.reasoning.maintenance import maintain
from hkkg.reasoning.matching import RuleIndex
from hkkg.reasoning.materialisation import materialise, rules_of
from hkkg.reasoning.recompletion import GENERATED, recomplete
from hkkg.reasoning.vocabulary import Vocabulary

if TYPE_CHECKING:
    from collections.abc import Iterable

    from hkkg.reasoning.maintenance import Facts
    from hkkg.store import Change, EmbeddedStore, Quad, Triple


class Reasoner:
    """Keeps `graph:inferred` as `materialise` would make it, change by change.

    It remembers the axioms and nothing else of the store, so that it stays right when a change is carried out
    elsewhere, as long as that does not touch the axioms.
    """

    def __init__(self, store: EmbeddedStore) -> None:
        """Compile the axioms of a store that keeps a union and is materialised already."""
        self._store = store
        self._compile()

    def _compile(self) -> None:
        # Rules about the axioms themselves have nothing to do until these change.
        self._rules = RuleIndex(rule for rule in rules_of(self._store) if rule.axiom)
        self._axioms = AxiomTriples(self._store)
        self._vocabulary = Vocabulary.of(self._store)
        self._entangled = any(self._rules.mention(predicate) for predicate in GENERATED)

    def touches_axioms(self, change: Change) -> bool:
        """Whether a change is one of axioms: wherever else it is carried out, a new reasoner is needed."""
        quads = (quad for quad in (*change.added, *change.removed) if self._store.in_union(quad.graph_name))
        return self._any_axiom(quads)

    def _any_axiom(self, triples: Iterable[Triple | Quad]) -> bool:
        return any(triple in self._axioms for triple in triples)

    def advance(self, change: Change) -> Change:
        """Carry out a change of stated quads, and bring `graph:inferred` in step.

        Args:
            change: names no quad of `graph:inferred`.

        Returns:
            The whole change, that of `graph:inferred` included.
        """
        ledger = Ledger(self._store)
        if self.touches_axioms(change):
            self._store.apply(change)
            return self._start_afresh(change, ledger)
        facts = maintain(self._store, self._rules, change, ledger)
        if self._is_out_of_depth(facts):
            return self._start_afresh(change, ledger)
        recomplete(self._store, self._vocabulary, facts, ledger)
        return ledger.whole(change)

    def _is_out_of_depth(self, facts: Facts) -> bool:
        """Whether rules derived axioms, or would have taken what was generated for what they derived."""
        if self._any_axiom(facts.lost | facts.gained):
            return True
        return self._entangled and self._any_record(facts)

    def _any_record(self, facts: Facts) -> bool:
        """Whether there is any record, or was before a change."""
        now = next(self._store.quads(None, TYPE, RECORD, UNION), None)
        return now is not None or any(t.predicate == TYPE and t.object == RECORD for t in facts.lost)

    def _start_afresh(self, change: Change, ledger: Ledger) -> Change:
        before = ledger.before()
        materialise(self._store)
        self._compile()
        after = set(self._store.quads(graph=INFERRED))
        return whole_change(change, added=after - before, removed=before - after)
