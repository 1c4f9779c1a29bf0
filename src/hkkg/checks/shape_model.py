"""The shapes of a shapes graph: which nodes are shapes, what they ask, and who refers to them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from hkkg import vocab
from hkkg.store import Literal, NamedNode

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from hkkg.checks.triples import Triples
    from hkkg.store import Term

_SH: Final = vocab.SH
_KINDS: Final = {_SH + "NodeShape", _SH + "PropertyShape"}
_CLASSES: Final = {vocab.OWL + "Class", vocab.RDFS + "Class"}
TARGETS: Final = ("target", "targetClass", "targetNode", "targetObjectsOf", "targetSubjectsOf")
SINGLE_REFERENCES: Final = ("node", "not", "property", "qualifiedValueShape")
LIST_REFERENCES: Final = ("and", "or", "xone")
CONSTRAINTS: Final = frozenset({
    *SINGLE_REFERENCES, *LIST_REFERENCES, "class", "closed", "datatype", "disjoint", "equals", "expression",
    "flags", "hasValue", "in", "js", "languageIn", "lessThan", "lessThanOrEquals", "maxCount",
    "maxExclusive", "maxInclusive", "maxLength", "minCount", "minExclusive", "minInclusive", "minLength",
    "nodeKind", "pattern", "qualifiedMaxCount", "qualifiedMinCount", "rule", "sparql", "uniqueLang",
}) - {"flags"}  # fmt: skip
# Parameters that ask nothing with these values.
_IDLE: Final = {
    "minCount": {"0"},
    "minLength": {"0"},
    "qualifiedMinCount": {"0"},
    "closed": {"false", "0"},
    "uniqueLang": {"false", "0"},
}


def shapes_of(graph: Triples) -> list[Term]:
    """List every shape once: what is typed as one, has a target or is used as one."""
    found: dict[Term, None] = {subject: None for subject, kind in graph.instances() if kind in _KINDS}
    for name in TARGETS:
        found.update(dict.fromkeys(subject for subject, _ in graph.pairs(_SH + name)))
    found.update(dict.fromkeys(shape for _, _, shape in references(graph)))
    return [shape for shape in found if graph.about(shape)]


def named_shapes(graph: Triples) -> set[NamedNode]:
    """Name every shape that is typed as one and has an IRI."""
    return {s for s, kind in graph.instances() if kind in _KINDS and isinstance(s, NamedNode)}


def references(graph: Triples) -> Iterator[tuple[Term, str, Term]]:
    """Yield each use of a shape by another: that other, the parameter, and the shape."""
    for name in SINGLE_REFERENCES:
        for subject, shape in graph.pairs(_SH + name):
            yield subject, name, shape
    for name in LIST_REFERENCES:
        for subject, head in graph.pairs(_SH + name):
            for shape in graph.members(head):
                yield subject, name, shape


def parameters(graph: Triples) -> frozenset[str]:
    """Return the IRIs of the constraint parameters: SHACL's own and those that the graph declares."""
    declared = [
        path.value
        for _, parameter in graph.pairs(_SH + "parameter")
        for path in graph.values(parameter, _SH + "path")
        if isinstance(path, NamedNode)
    ]
    return frozenset([_SH + name for name in CONSTRAINTS] + declared)


def asks(graph: Triples, shape: Term, known: frozenset[str]) -> bool:
    """Tell whether a shape has a constraint that something can fail."""
    return any(
        iri in known
        and not (isinstance(value, Literal) and value.value in _IDLE.get(iri.removeprefix(_SH), ()))
        for iri, value in graph.about(shape)
    )


def is_deactivated(graph: Triples, shape: Term) -> bool:
    """Tell whether a shape is switched off."""
    return any(
        getattr(value, "value", "") in {"true", "1"} for value in graph.values(shape, _SH + "deactivated")
    )


def class_kinds(graph: Triples) -> set[str]:
    """Return the IRIs of rdfs:Class, of owl:Class, and of what a shapes graph puts below them."""
    found, waiting = set(_CLASSES), [*_CLASSES]
    below = graph.pairs(vocab.RDFS + "subClassOf")
    while waiting:
        above = NamedNode(waiting.pop())
        fresh = {kind.value for kind, o in below if o == above and isinstance(kind, NamedNode)} - found
        found |= fresh
        waiting += fresh
    return found


def implicit_targets(graph: Triples) -> list[NamedNode]:
    """List the shapes that are classes too, whose instances are their targets (SHACL, 2.1.3.3).

    What is not typed as a shape is one by what it asks, as engines have it of most parameters.
    """
    classes, known = class_kinds(graph), parameters(graph)
    kinds: dict[Term, set[str]] = {}
    for subject, kind in graph.instances():
        kinds.setdefault(subject, set()).add(kind)
    return [
        shape
        for shape, found in kinds.items()
        if isinstance(shape, NamedNode) and found & classes and (found & _KINDS or asks(graph, shape, known))
    ]


def gives_target(predicate: str, obj: Term, classes: Collection[str]) -> bool:
    """Tell whether a triple gives its subject a target, if that is a shape.

    Args:
        predicate: of the triple.
        obj: of the triple.
        classes: what makes a shape a class, by `class_kinds`.
    """
    if predicate == vocab.RDF + "type":
        return isinstance(obj, NamedNode) and obj.value in classes
    return predicate.removeprefix(_SH) in TARGETS


def number(graph: Triples, shape: Term, name: str) -> float | None:
    """Return the number that a parameter has, if it is one."""
    value = graph.value(shape, _SH + name)
    try:
        return float(value.value) if isinstance(value, Literal) else None
    except ValueError:
        return None
