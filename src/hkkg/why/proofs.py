"""Finding a shortest derivation of an inferred triple, backwards through the rules."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING, Final

from hkkg import reasoning
from hkkg.reasoning import RuleIndex, is_inferred
from hkkg.store import NamedNode

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hkkg.reasoning import Rule
    from hkkg.store import EmbeddedStore, Triple

# Each further step makes the search longer, and a triple that nothing derives any more would never end it.
_HIGHEST: Final = 60


@dataclass(frozen=True, slots=True)
class Proof:
    """One application of a rule, and how each premise that is not stated is derived itself."""

    rule: Rule
    premises: tuple[Triple, ...]


class Prover:
    """Derivations over one store; what it found or gave up once is remembered."""

    def __init__(self, store: EmbeddedStore) -> None:
        """Compile the store's rules."""
        self._store = store
        self._rules = RuleIndex(reasoning.rules_of(store))
        self._found: dict[Triple, tuple[int, Proof]] = {}
        self._refuted: dict[Triple, int] = {}

    def prove(self, triple: Triple) -> Proof | None:
        """Find a derivation of the least height; of several, one by the rule that comes first."""
        return self._found[triple][1] if self._provable(triple, _HIGHEST) else None

    def _provable(self, triple: Triple, height: int) -> bool:
        """Whether a triple is stated, or follows from stated ones in so many steps, one upon the other.

        A shortest derivation repeats nothing on its way, so limiting its height is enough to end a circle.
        """
        if not is_inferred(self._store, triple):
            return True
        if triple in self._found:
            return self._found[triple][0] <= height
        for step in range(self._refuted.get(triple, 0) + 1, height + 1):
            proof = self._step(triple, step)
            if proof:
                self._found[triple] = (step, proof)
                return True
            self._refuted[triple] = step
        return False

    def _step(self, triple: Triple, height: int) -> Proof | None:
        for rule, premises in self._derivations(triple):
            if all(self._provable(premise, height - 1) for premise in premises):
                return Proof(rule, premises)
        return None

    def _derivations(self, triple: Triple) -> Iterator[tuple[Rule, tuple[Triple, ...]]]:
        """Yield the rules that derive a triple and their premises, those of each rule in order."""
        found = self._rules.derivations(self._store, triple)
        for rule, of_rule in groupby(found, key=itemgetter(0)):
            for _, premises in sorted(of_rule, key=lambda derivation: list(map(str, derivation[1]))):
                if rule.axiom or all(_is_named(premise) for premise in premises):
                    yield rule, premises


def _is_named(triple: Triple) -> bool:
    return isinstance(triple.subject, NamedNode) and isinstance(triple.object, NamedNode)
