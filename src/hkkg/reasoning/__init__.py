"""Materialising what follows from the axioms of a graph, and the labels and bounds of its records.

The axioms are those of OWL 2 RL over named classes and properties that hkkg uses. Derived `rdfs:domain` and
`rdfs:range` (scm-dom1 to scm-rng2), reflexive axioms and `owl:Thing` are left out: no triple about an
individual depends on them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from hkkg.reasoning.axioms import INFERRED, UNION, Axiom, Unsupported, is_inferred, read_axioms
from hkkg.reasoning.completion import Generation, complete, generation
from hkkg.reasoning.labels import Labeller
from hkkg.reasoning.rules import Node, Pattern, Rule, apply_rules, compile_rules

if TYPE_CHECKING:
    from hkkg.store import EmbeddedStore

__all__ = [
    "INFERRED",
    "UNION",
    "Axiom",
    "Generation",
    "Labeller",
    "Materialised",
    "Node",
    "Pattern",
    "Rule",
    "Unsupported",
    "generation",
    "is_inferred",
    "materialise",
    "rules_of",
]


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
    _retract(store)
    axioms = read_axioms(store)
    rules = compile_rules(axioms.supported)
    apply_rules(store, rules)
    complete(store)
    return Materialised(rules, sum(1 for _ in store.quads(graph=INFERRED)), axioms.unsupported)


def _retract(store: EmbeddedStore) -> None:
    """Empty `graph:inferred`; what some other graph has come to state stays in the default graph."""
    if next(store.quads(graph=INFERRED), None) is None:
        return
    mine = f"GRAPH {INFERRED} {{ ?s ?p ?o }}"
    other = f"GRAPH ?g {{ ?s ?p ?o }} FILTER(?g != {INFERRED})"
    store.update(f"DELETE {{ {mine} }} WHERE {{ {mine} {other} }}")
    store.update(f"DELETE {{ {mine} ?s ?p ?o }} WHERE {{ {mine} }}")
