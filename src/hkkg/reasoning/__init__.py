"""Materialising what follows from the axioms of a graph, and the labels and bounds of its records.

The axioms are those of OWL 2 RL over named classes and properties that hkkg uses. Derived `rdfs:domain` and
`rdfs:range` (scm-dom1 to scm-rng2), reflexive axioms and `owl:Thing` are left out: no triple about an
individual depends on them.
"""

from __future__ import annotations

from hkkg.reasoning.axioms import INFERRED, UNION, Axiom, Unsupported, is_inferred
from hkkg.reasoning.completion import Generation, generation
from hkkg.reasoning.incremental import Reasoner
from hkkg.reasoning.labels import Labeller
from hkkg.reasoning.matching import RuleIndex
from hkkg.reasoning.materialisation import Materialised, materialise, rules_of
from hkkg.reasoning.rules import Rule

__all__ = [
    "INFERRED",
    "UNION",
    "Axiom",
    "Generation",
    "Labeller",
    "Materialised",
    "Reasoner",
    "Rule",
    "RuleIndex",
    "Unsupported",
    "generation",
    "is_inferred",
    "materialise",
    "rules_of",
]
