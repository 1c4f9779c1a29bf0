"""Materialising what follows from the axioms of a graph, from scratch."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from hkkg.reasoning.axioms import INFERRED, read_axioms
from hkkg.reasoning.completion import complete
from hkkg.reasoning.rules import apply_rules, compile_rules
from hkkg.store import Change

if TYPE_CHECKING:
    from hkkg.reasoning.axioms import Unsupported
    from hkkg.reasoning.rules import Rule
    from hkkg.store import EmbeddedStore


@dataclass(frozen=True, slots=True)
class Materialised:
    """What reasoning did.

    Attributes:
        rules: what was applied, compiled from the axioms.
        inferred: how many triples `graph:inferred` holds.
        unsupported: the axioms from which OWL 2 RL would derive triples and hkkg did not.
    """

    rules: tuple[Rule, ...]
    inferred: int
    unsupported: tuple[Unsupported, ...]


def rules_of(store: EmbeddedStore) -> tuple[Rule, ...]:
    """Compile the rules of a store from the axioms that it states."""
    return compile_rules(read_axioms(store).supported)


def materialise(store: EmbeddedStore) -> Materialised:
    """Fill `graph:inferred`, and the default graph, with what follows and is not stated.

    What an earlier call inferred is taken away first, so that it is right after any change.
    """
    store.apply(Change(removed=tuple(store.quads(graph=INFERRED))))
    axioms = read_axioms(store)
    rules = compile_rules(axioms.supported)
    apply_rules(store, rules)
    complete(store)
    return Materialised(rules, sum(1 for _ in store.quads(graph=INFERRED)), axioms.unsupported)
