"""Finding a shortest derivation of an inferred triple, backwards through the rules."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from hkkg import reasoning
from hkkg.reasoning import UNION, is_inferred
from hkkg.store import Literal, NamedNode, Triple, Variable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hkkg.reasoning import Node, Pattern, Rule
    from hkkg.store import EmbeddedStore, Term

Binding = dict[Variable, "Term"]

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
        self._rules: dict[NamedNode, list[Rule]] = defaultdict(list)
        for rule in reasoning.rules_of(store):
            self._rules[rule.head[1]].append(rule)
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
        for rule in self._rules[triple.predicate]:
            for premises in self._applications(rule, triple):
                if all(self._provable(premise, height - 1) for premise in premises):
                    return Proof(rule, premises)
        return None

    def _applications(self, rule: Rule, triple: Triple) -> Iterator[tuple[Triple, ...]]:
        """Yield the premises from which a rule derives a triple."""
        binding = _unify(rule.head, triple, {})
        if binding is None:
            return
        for solution in self._solutions(rule.body, binding):
            if rule.axiom or all(isinstance(term, NamedNode) for term in solution.values()):
                yield tuple(_instantiate(pattern, solution) for pattern in rule.body)

    def _solutions(self, patterns: tuple[Pattern, ...], binding: Binding) -> Iterator[Binding]:
        if not patterns:
            yield binding
            return
        chosen = max(patterns, key=lambda pattern: _bound(pattern, binding))
        rest = tuple(pattern for pattern in patterns if pattern is not chosen)
        for triple in self._matches(chosen, binding):
            extended = _unify(chosen, triple, binding)
            if extended is not None:
                yield from self._solutions(rest, extended)

    def _matches(self, pattern: Pattern, binding: Binding) -> list[Triple]:
        subject, obj = _value(pattern[0], binding), _value(pattern[2], binding)
        if isinstance(subject, Literal):
            return []
        quads = self._store.quads(subject, pattern[1], obj, UNION)
        return sorted((quad.triple for quad in quads), key=str)


def _value(node: Node, binding: Binding) -> Term | None:
    return binding.get(node) if isinstance(node, Variable) else node


def _bound(pattern: Pattern, binding: Binding) -> int:
    return sum(_value(node, binding) is not None for node in pattern)


def _unify(pattern: Pattern, triple: Triple, binding: Binding) -> Binding | None:
    extended = dict(binding)
    for node, term in zip(pattern, triple, strict=True):
        wanted = extended.setdefault(node, term) if isinstance(node, Variable) else node
        if wanted != term:
            return None
    return extended


def _instantiate(pattern: Pattern, binding: Binding) -> Triple:
    subject, obj = _value(pattern[0], binding), _value(pattern[2], binding)
    if subject is None or obj is None or isinstance(subject, Literal):
        raise TypeError(f"{pattern} is not bound to a triple")
    return Triple(subject, pattern[1], obj)
