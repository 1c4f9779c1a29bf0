"""Rules compiled from axioms, named as in the OWL 2 RL profile (OWL 2 Profiles, tables 5, 7 and 9)."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from hkkg import vocab
from hkkg.reasoning import axioms as ax
from hkkg.reasoning.axioms import TYPE, Axiom
from hkkg.store import NamedNode, Variable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from hkkg.store import EmbeddedStore

Node = NamedNode | Variable
Pattern = tuple[Node, NamedNode, Node]


@dataclass(frozen=True, slots=True)
class Rule:
    """If the body holds, so does the head.

    Attributes:
        name: the rule of the OWL 2 RL profile that this is an instance of, such as `prp-spo2`.
        axiom: the axiom that it was compiled from; None for rules about the axioms themselves.
        body: triple patterns.
        head: a triple pattern over the body's variables.
    """

    name: str
    axiom: Axiom | None
    body: tuple[Pattern, ...]
    head: Pattern

    def condition(self) -> str:
        """Write as a SPARQL group what derives something new: the body, without a head that is known."""
        return f"{_text(self.body)} {self._filters()}FILTER NOT EXISTS {{ {_text([self.head])} }}"

    def _filters(self) -> str:
        """Bar heads that are no triple, and keep rules about axioms to what has a name."""
        if self.axiom is None:
            names = sorted({node.value for pattern in self.body for node in pattern if _is_variable(node)})
            return "".join(f"FILTER(isIRI(?{name})) " for name in names)
        subject = self.head[0]
        objects = {pattern[2] for pattern in self.body} - {pattern[0] for pattern in self.body}
        return f"FILTER(isIRI({subject}) || isBLANK({subject})) " if subject in objects else ""

    def insertion(self) -> str:
        """Write as a SPARQL update what adds the heads to the default graph and to `graph:inferred`."""
        head = _text([self.head])
        return f"INSERT {{ {head} GRAPH {ax.INFERRED} {{ {head} }} }} WHERE {{ {self.condition()} }}"


def _is_variable(node: Node) -> bool:
    return isinstance(node, Variable)


def _text(patterns: Iterable[Pattern]) -> str:
    return " ".join(f"{s} {p} {o} ." for s, p, o in patterns)


# Rule by rule as the profile's tables have them; S and O stand for the axiom's subject and object.
_TEMPLATES: Final[dict[NamedNode, tuple[tuple[str, str, str], ...]]] = {
    ax.SUBCLASS: (("cax-sco", "?x a S", "?x a O"),),
    ax.SUBPROPERTY: (("prp-spo1", "?x S ?y", "?x O ?y"),),
    ax.EQUIVALENT_CLASS: (("cax-eqc1", "?x a S", "?x a O"), ("cax-eqc2", "?x a O", "?x a S")),
    ax.EQUIVALENT_PROPERTY: (("prp-eqp1", "?x S ?y", "?x O ?y"), ("prp-eqp2", "?x O ?y", "?x S ?y")),
    ax.INVERSE: (("prp-inv1", "?x S ?y", "?y O ?x"), ("prp-inv2", "?x O ?y", "?y S ?x")),
    ax.SYMMETRIC: (("prp-symp", "?x S ?y", "?y S ?x"),),
    ax.TRANSITIVE: (("prp-trp", "?x S ?y . ?y S ?z", "?x S ?z"),),
    ax.DOMAIN: (("prp-dom", "?x S ?y", "?x a O"),),
    ax.RANGE: (("prp-rng", "?x S ?y", "?y a O"),),
}
_SCHEMA_TEMPLATES: Final = (
    ("scm-sco", "?x rdfs:subClassOf ?y . ?y rdfs:subClassOf ?z", "?x rdfs:subClassOf ?z"),
    ("scm-eqc1", "?x owl:equivalentClass ?y", "?x rdfs:subClassOf ?y"),
    ("scm-eqc1", "?x owl:equivalentClass ?y", "?y rdfs:subClassOf ?x"),
    ("scm-eqc2", "?x rdfs:subClassOf ?y . ?y rdfs:subClassOf ?x", "?x owl:equivalentClass ?y"),
    ("scm-spo", "?x rdfs:subPropertyOf ?y . ?y rdfs:subPropertyOf ?z", "?x rdfs:subPropertyOf ?z"),
    ("scm-eqp1", "?x owl:equivalentProperty ?y", "?x rdfs:subPropertyOf ?y"),
    ("scm-eqp1", "?x owl:equivalentProperty ?y", "?y rdfs:subPropertyOf ?x"),
    ("scm-eqp2", "?x rdfs:subPropertyOf ?y . ?y rdfs:subPropertyOf ?x", "?x owl:equivalentProperty ?y"),
)


def compile_rules(axioms: Sequence[Axiom]) -> tuple[Rule, ...]:
    """Compile axioms to rules, those about instances in the order in which `why` prefers them."""
    instances = [rule for axiom in axioms for rule in _rules_of(axiom)]
    names = [name for templates in _TEMPLATES.values() for name, _, _ in templates]
    order = {name: position for position, name in enumerate([*names, "prp-spo2"])}
    instances.sort(key=lambda rule: order[rule.name])
    schema = [_fill(template, None, {}) for template in _SCHEMA_TEMPLATES]
    return (*instances, *schema)


def _rules_of(axiom: Axiom) -> Iterator[Rule]:
    if axiom.is_list:
        yield _chain_rule(axiom)
        return
    named = {"S": axiom.subject, "O": axiom.objects[0]}
    key = axiom.objects[0] if axiom.predicate == TYPE else axiom.predicate
    for template in _TEMPLATES[key]:
        yield _fill(template, axiom, named)


def _chain_rule(axiom: Axiom) -> Rule:
    """The rule prp-spo2, for a chain of any length."""
    variables = [Variable(f"x{number}") for number in range(len(axiom.objects) + 1)]
    body = zip(variables, axiom.objects, variables[1:], strict=False)
    return Rule("prp-spo2", axiom, tuple(body), (variables[0], axiom.subject, variables[-1]))


def _fill(template: tuple[str, str, str], axiom: Axiom | None, named: dict[str, NamedNode]) -> Rule:
    name, body, head = template
    patterns = tuple(_pattern(text, named) for text in body.split(" . "))
    return Rule(name, axiom, patterns, _pattern(head, named))


def _pattern(text: str, named: dict[str, NamedNode]) -> Pattern:
    subject, predicate, obj = (_node(word, named) for word in text.split())
    if isinstance(predicate, Variable):
        raise TypeError("hkkg's rules name their predicates")
    return subject, predicate, obj


def _node(word: str, named: dict[str, NamedNode]) -> Node:
    if word.startswith("?"):
        return Variable(word[1:])
    if word == "a":
        return TYPE
    prefix, _, local = word.partition(":")
    return named[word] if word in named else NamedNode(vocab.PREFIXES[prefix] + local)


def apply_rules(store: EmbeddedStore, rules: Sequence[Rule]) -> None:
    """Add everything that the rules derive, to the fixpoint.

    Rules run in the order in which they feed one another, so that most run once; only those that feed
    themselves, alone or in a circle, run again, as long as one of them still derives something.
    """
    for group, circular in stratify(rules):
        pending = group
        while pending:
            store.update(";\n".join(rule.insertion() for rule in pending))
            pending = [rule for rule in group if circular and _derives(store, rule)]


def _derives(store: EmbeddedStore, rule: Rule) -> bool:
    return store.query(f"ASK {{ {rule.condition()} }}").boolean is True


def stratify(rules: Sequence[Rule]) -> list[tuple[list[Rule], bool]]:
    """Order rules into groups that feed only later groups, and say which groups are circular.

    The groups are the strongly connected components (Kosaraju's algorithm).
    """
    feeds = _feeds(rules)
    fed_by: list[list[int]] = [[] for _ in rules]
    for source, targets in enumerate(feeds):
        for target in targets:
            fed_by[target].append(source)
    left = set(range(len(rules)))
    groups = []
    for start in reversed(_postorder(range(len(rules)), feeds, set(range(len(rules))))):
        members = _postorder([start], fed_by, left)
        if members:
            circular = len(members) > 1 or start in feeds[start]
            groups.append(([rules[member] for member in sorted(members)], circular))
    return groups


def _feeds(rules: Sequence[Rule]) -> list[list[int]]:
    """For each rule, the rules whose bodies its head can match."""
    readers: dict[NamedNode, list[tuple[int, Node]]] = defaultdict(list)
    for number, rule in enumerate(rules):
        for _, predicate, obj in rule.body:
            readers[predicate].append((number, obj))
    return [
        [number for number, obj in readers[rule.head[1]] if _may_match(rule.head[2], obj)] for rule in rules
    ]


def _may_match(one: Node, other: Node) -> bool:
    return one == other or isinstance(one, Variable) or isinstance(other, Variable)


def _postorder(starts: Iterable[int], edges: list[list[int]], left: set[int]) -> list[int]:
    """Visit depth first what is left, and take it away; a node comes after all that it leads to."""
    order: list[int] = []
    for start in starts:
        if start not in left:
            continue
        left.discard(start)
        stack = [(start, iter(edges[start]))]
        while stack:
            target = next((t for t in stack[-1][1] if t in left), None)
            if target is None:
                order.append(stack.pop()[0])
            else:
                left.discard(target)
                stack.append((target, iter(edges[target])))
    return order
