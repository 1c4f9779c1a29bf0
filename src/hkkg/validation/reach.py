"""What shapes read of the data, beginning at a focus node: one automaton for all of them."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Final

from hkkg import vocab
from hkkg.checks import property_paths
from hkkg.checks.shape_model import LIST_REFERENCES, SINGLE_REFERENCES, implicit_targets
from hkkg.store import Literal, NamedNode
from hkkg.validation.navigation import Builder, Edge

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from hkkg.checks import PropertyPath, Triples
    from hkkg.store import Term
    from hkkg.validation.navigation import Navigation

_SH: Final = vocab.SH
_TYPE: Final = vocab.RDF + "type"
_SUBCLASS: Final = vocab.RDFS + "subClassOf"
_OTHER_PROPERTIES: Final = ("equals", "disjoint", "lessThan", "lessThanOrEquals")
_OF_VALUES_ALONE: Final = {
    "datatype", "hasValue", "in", "languageIn", "maxCount", "maxExclusive", "maxInclusive", "maxLength",
    "minCount", "minExclusive", "minInclusive", "minLength", "nodeKind", "pattern", "flags",
    "qualifiedMaxCount", "qualifiedMinCount", "uniqueLang", "ignoredProperties",
}  # fmt: skip
_SAID_OF_SHAPES: Final = {
    "deactivated", "declare", "defaultValue", "description", "group", "message", "name", "namespace", "order",
    "prefix", "prefixes", "select", "severity", "labelTemplate", "path", "inversePath", "alternativePath",
    "zeroOrMorePath", "oneOrMorePath", "zeroOrOnePath", "targetClass", "targetNode", "targetObjectsOf",
    "targetSubjectsOf", "shapesGraph",
}  # fmt: skip
_FOLLOWED: Final = frozenset(
    _SH + name
    for name in (
        *_OF_VALUES_ALONE, *_SAID_OF_SHAPES, *_OTHER_PROPERTIES, *SINGLE_REFERENCES, *LIST_REFERENCES,
        "class", "closed", "sparql", "qualifiedValueShapesDisjoint",
    )
)  # fmt: skip
_SUFFIXES: Final = {"zeroOrMorePath": "*", "oneOrMorePath": "+", "zeroOrOnePath": "?"}
_PATH: Final = re.compile(r"[$?]PATH\b")


@dataclass(frozen=True, slots=True)
class Targets:
    """What shapes target: the start of each shape's walks by what makes a node its focus node."""

    classes: Mapping[str, frozenset[int]]
    nodes: Mapping[Term, frozenset[int]]
    subjects_of: Mapping[str, frozenset[int]]
    objects_of: Mapping[str, frozenset[int]]


@dataclass(frozen=True, slots=True)
class Reach:
    """What shapes read.

    Attributes:
        navigation: the walks that constraints and targets make from a focus node.
        targets: what makes a node the focus node of a shape.
        starts: for each shape that has a target the state in which walks from its focus nodes begin.
        unknown: why some shape may read anything, if one does.
    """

    navigation: Navigation
    targets: Targets
    starts: Mapping[Term, int]
    unknown: str | None


def analyse(shapes: Triples) -> Reach:
    """Analyse shapes that are well-formed."""
    return _Reader(shapes).read()


class _Reader:
    """Reads shapes, each of them once, into an automaton."""

    def __init__(self, shapes: Triples) -> None:
        self._shapes = shapes
        self._builder = Builder()
        self._states: dict[Term, int] = {}
        self._starts: dict[Term, int] = {}
        self._waiting: list[Term] = []
        self._unknown: str | None = None
        self._instance = self._builder.state()
        classes = self._builder.step(self._instance, Edge(_TYPE))
        self._builder.step(classes, Edge(_SUBCLASS), classes)

    def read(self) -> Reach:
        """Read every shape that has a target, and those that it refers to."""
        for iri in self._shapes.predicates():
            if iri.startswith(_SH) and iri not in _FOLLOWED:
                self._unknown = f"{vocab.curie(iri)} is not followed"
        targets = self._targets()
        while self._waiting:
            self._read_shape(self._waiting.pop())
        navigation = self._builder.build(self._starts.values())
        if navigation.reads_any_predicate_backwards:
            self._unknown = "a SPARQL constraint reads triples of any predicate that lead to a node"
        return Reach(navigation, targets, self._starts, self._unknown)

    def _targets(self) -> Targets:
        classes = [*self._shapes.pairs(_SH + "targetClass")]
        classes += [(shape, shape) for shape in implicit_targets(self._shapes)]
        for shape, _ in classes:
            self._builder.link(self._start(shape), self._instance)
        nodes: dict[Term, set[int]] = defaultdict(set)
        for shape, node in self._shapes.pairs(_SH + "targetNode"):
            nodes[node].add(self._start(shape))
        return Targets(
            self._by_name(classes),
            {node: frozenset(starts) for node, starts in nodes.items()},
            self._users("targetSubjectsOf", inverse=False),
            self._users("targetObjectsOf", inverse=True),
        )

    def _users(self, parameter: str, *, inverse: bool) -> dict[str, frozenset[int]]:
        pairs = self._shapes.pairs(_SH + parameter)
        for shape, iri in pairs:
            if isinstance(iri, NamedNode):
                self._builder.step(self._start(shape), Edge(iri.value, inverse))
        return self._by_name(pairs)

    def _by_name(self, pairs: Iterable[tuple[Term, Term]]) -> dict[str, frozenset[int]]:
        found: dict[str, set[int]] = defaultdict(set)
        for shape, name in pairs:
            if isinstance(name, NamedNode):
                found[name.value].add(self._start(shape))
        return {name: frozenset(starts) for name, starts in found.items()}

    def _start(self, shape: Term) -> int:
        """Return the state in which a walk from a focus node of a shape begins."""
        if shape not in self._starts:
            self._starts[shape] = self._builder.state()
            self._builder.link(self._starts[shape], self._state(shape))
        return self._starts[shape]

    def _state(self, shape: Term) -> int:
        """Return the state of a node that a shape is applied to; the shape is read later."""
        if shape not in self._states:
            self._states[shape] = self._builder.state()
            self._waiting.append(shape)
        return self._states[shape]

    def _read_shape(self, shape: Term) -> None:
        state = values = self._states[shape]
        path = self._path(shape)
        if path is not None:
            values = self._builder.path(state, path)
        for iri, value in self._shapes.about(shape):
            if iri.startswith(_SH):
                self._read_parameter(iri.removeprefix(_SH), value, state, values)
        if self._is_true(shape, "qualifiedValueShapesDisjoint"):
            for sibling in self._siblings(shape):
                self._builder.link(values, self._state(sibling))
        for constraint in self._shapes.values(shape, _SH + "sparql"):
            self._read_query(constraint, state, path)

    def _path(self, shape: Term) -> PropertyPath | None:
        node = self._shapes.value(shape, _SH + "path")
        if node is None:
            return None
        path = property_paths.read(self._shapes, node)
        if path is None:
            self._unknown = "a property path is not understood"
        return path

    def _read_parameter(self, name: str, value: Term, state: int, values: int) -> None:
        if name in SINGLE_REFERENCES:
            self._builder.link(values, self._state(value))
        elif name in LIST_REFERENCES:
            for member in self._shapes.members(value):
                self._builder.link(values, self._state(member))
        elif name == "class":
            self._builder.link(values, self._instance)
        elif name == "closed":
            self._builder.step(values, Edge(None))
        elif name in _OTHER_PROPERTIES and isinstance(value, NamedNode):
            self._builder.step(state, Edge(value.value))

    def _is_true(self, shape: Term, name: str) -> bool:
        return any(getattr(v, "value", "") in {"true", "1"} for v in self._shapes.values(shape, _SH + name))

    def _siblings(self, shape: Term) -> Iterator[Term]:
        """Yield the qualified shapes that stand beside a property shape, in whichever shapes have it."""
        for parent, member in self._shapes.pairs(_SH + "property"):
            if member == shape:
                for beside in self._shapes.values(parent, _SH + "property"):
                    yield from self._shapes.values(beside, _SH + "qualifiedValueShape")

    def _read_query(self, constraint: Term, state: int, path: PropertyPath | None) -> None:
        # rdflib, which parses SPARQL, takes long to import; many shapes have no SPARQL constraint.
        queries = import_module("hkkg.validation.sparql_reach")
        for query in self._shapes.values(constraint, _SH + "select"):
            if isinstance(query, Literal):
                text = _PATH.sub(lambda _: _in_sparql(path) if path else "?PATH", query.value)
                try:
                    queries.add_query(self._builder, state, text, self._prefixes(constraint))
                except queries.UnreadableQueryError as error:
                    self._unknown = f"a SPARQL constraint is not understood: {error}"

    def _prefixes(self, constraint: Term) -> dict[str, str]:
        """Read the prefixes that a constraint uses, also those of the ontologies that its own import."""
        found: dict[str, str] = {}
        waiting, known = self._shapes.values(constraint, _SH + "prefixes"), set()
        while waiting:
            holder = waiting.pop()
            known.add(holder)
            waiting += [o for o in self._shapes.values(holder, vocab.OWL + "imports") if o not in known]
            for declaration in self._shapes.values(holder, _SH + "declare"):
                prefix = self._shapes.value(declaration, _SH + "prefix")
                namespace = self._shapes.value(declaration, _SH + "namespace")
                if isinstance(prefix, Literal) and isinstance(namespace, Literal):
                    found[prefix.value] = namespace.value
        return found


def _in_sparql(path: PropertyPath) -> str:
    """Write a path as SPARQL, IRIs in full."""
    if path.kind == "predicate":
        return f"<{path.iri}>"
    inner = [f"({_in_sparql(part)})" for part in path.parts]
    if path.kind == "inversePath":
        return f"^{inner[0]}"
    separator = {"sequence": "/", "alternativePath": "|"}.get(path.kind)
    return separator.join(inner) if separator else inner[0] + _SUFFIXES[path.kind]
