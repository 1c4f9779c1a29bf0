"""Matching rules with the triples of a store, forwards and backwards."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING

from hkkg.reasoning.axioms import UNION
from hkkg.store import BlankNode, NamedNode, Quad, Triple, Variable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from hkkg.reasoning.rules import Node, Pattern, Rule
    from hkkg.store import EmbeddedStore, Term

Row = dict["Node", "Term"]
_Key = tuple[NamedNode, NamedNode | None]


@dataclass(frozen=True, slots=True)
class _Plan:
    """A rule with the order in which to look its body up, once one of its patterns is matched."""

    rule: Rule
    given: Pattern
    steps: tuple[Pattern, ...]

    @classmethod
    def of(cls, rule: Rule, given: Pattern) -> _Plan:
        """Order the body so that each pattern shares a variable with what goes before."""
        bound = set(given)
        left = [pattern for pattern in rule.body if pattern is not given]
        steps = []
        while left:
            chosen = max(left, key=lambda pattern: sum(node in bound for node in (pattern[0], pattern[2])))
            left.remove(chosen)
            steps.append(chosen)
            bound.update(chosen)
        return cls(rule, given, tuple(steps))

    def rows(self, store: EmbeddedStore, triple: Triple) -> Iterator[Row]:
        """Yield each way to bind the rule's variables if a triple matches the given pattern."""
        row: Row = {self.given[0]: triple.subject, self.given[2]: triple.object}
        return _extended(store, self.steps, row) if self.steps else iter((row,))


def _extended(store: EmbeddedStore, steps: tuple[Pattern, ...], row: Row) -> Iterator[Row]:
    rest = steps[1:]
    for extended in _matches(store, steps[0], row):
        if rest:
            yield from _extended(store, rest, extended)
        else:
            yield extended


def _matches(store: EmbeddedStore, pattern: Pattern, row: Row) -> Iterator[Row]:
    subject, obj = _value(pattern[0], row), _value(pattern[2], row)
    if subject is not None and not isinstance(subject, (NamedNode, BlankNode)):
        return
    if subject is not None and obj is not None:
        if Quad(subject, pattern[1], obj, UNION) in store:
            yield row
        return
    for quad in store.quads(subject, pattern[1], obj, UNION):
        yield {**row, pattern[0]: quad.subject, pattern[2]: quad.object}


def _value(node: Node, row: Row) -> Term | None:
    return row.get(node) if isinstance(node, Variable) else node


class RuleIndex:
    """The rules that can make use of a triple, and those that can make it.

    It holds rules alone, so that it serves any state of a store as long as the axioms are the same.
    """

    def __init__(self, rules: Iterable[Rule]) -> None:
        """Index rules by the triples that their bodies and their heads can match."""
        self._readers: dict[_Key, list[_Plan]] = defaultdict(list)
        self._makers: dict[_Key, list[_Plan]] = defaultdict(list)
        for rule in rules:
            self._makers[_key(rule.head)].append(_Plan.of(rule, rule.head))
            for pattern in rule.body:
                self._readers[_key(pattern)].append(_Plan.of(rule, pattern))

    def consequences(self, store: EmbeddedStore, triple: Triple) -> Iterator[Triple]:
        """Yield what follows in one step from a triple, with others of the union where a rule needs more."""
        for key in _keys(triple):
            for plan in self._readers.get(key, ()):
                for row in plan.rows(store, triple):
                    if isinstance(_value(plan.rule.head[0], row), (NamedNode, BlankNode)):
                        yield _instance(plan.rule.head, row)

    def derivations(self, store: EmbeddedStore, triple: Triple) -> Iterator[tuple[Rule, tuple[Triple, ...]]]:
        """Yield each rule, and the triples of the union, from which a triple follows in one step."""
        for key in _keys(triple):
            for plan in self._makers.get(key, ()):
                for row in plan.rows(store, triple):
                    yield plan.rule, tuple(_instance(pattern, row) for pattern in plan.rule.body)

    def follows(self, store: EmbeddedStore, triple: Triple) -> bool:
        """Whether a triple follows in one step from those of the union."""
        return next(self.derivations(store, triple), None) is not None

    def can_use(self, store: EmbeddedStore, node: NamedNode | BlankNode | Triple) -> bool:
        """Whether the union holds any triple with a node from which a rule could derive one with it."""
        about = chain(store.quads(node, None, None, UNION), store.quads(None, None, node, UNION))
        return any(key in self._readers for quad in about for key in _keys(quad.triple))

    def mention(self, predicate: NamedNode) -> bool:
        """Whether a rule makes or uses triples of a property."""
        return any(key[0] == predicate for key in (*self._makers, *self._readers))


def _key(pattern: Pattern) -> _Key:
    return pattern[1], pattern[2] if isinstance(pattern[2], NamedNode) else None


def _keys(triple: Triple) -> tuple[_Key, ...]:
    """The keys of the patterns that a triple can match."""
    any_object = (triple.predicate, None)
    if isinstance(triple.object, NamedNode):
        return (triple.predicate, triple.object), any_object
    return (any_object,)


def _instance(pattern: Pattern, row: Row) -> Triple:
    subject, obj = _value(pattern[0], row), _value(pattern[2], row)
    if obj is None or not isinstance(subject, (NamedNode, BlankNode)):
        raise TypeError(f"{pattern} is not bound to a triple")
    return Triple(subject, pattern[1], obj)
