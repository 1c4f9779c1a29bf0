"""Reading the axioms that hkkg reasons over: the named-class fragment of OWL 2 RL."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from hkkg import vocab
from hkkg.store import BlankNode, DefaultGraph, Literal, NamedNode, Quad

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hkkg.store import EmbeddedStore, Triple

CHAIN: Final = NamedNode(vocab.OWL + "propertyChainAxiom")
DOMAIN: Final = NamedNode(vocab.RDFS + "domain")
EQUIVALENT_CLASS: Final = NamedNode(vocab.OWL + "equivalentClass")
EQUIVALENT_PROPERTY: Final = NamedNode(vocab.OWL + "equivalentProperty")
INVERSE: Final = NamedNode(vocab.OWL + "inverseOf")
RANGE: Final = NamedNode(vocab.RDFS + "range")
SUBCLASS: Final = NamedNode(vocab.RDFS + "subClassOf")
SUBPROPERTY: Final = NamedNode(vocab.RDFS + "subPropertyOf")
SYMMETRIC: Final = NamedNode(vocab.OWL + "SymmetricProperty")
TRANSITIVE: Final = NamedNode(vocab.OWL + "TransitiveProperty")
TYPE: Final = NamedNode(vocab.RDF + "type")

INFERRED: Final = NamedNode(vocab.INFERRED_GRAPH)
UNION: Final = DefaultGraph()

_BINARY: Final = (
    SUBCLASS,
    SUBPROPERTY,
    DOMAIN,
    RANGE,
    INVERSE,
    EQUIVALENT_CLASS,
    EQUIVALENT_PROPERTY,
)
_CHARACTERISTICS: Final = (SYMMETRIC, TRANSITIVE)
_DATATYPE: Final = NamedNode(vocab.RDFS + "Datatype")
_FIRST: Final = NamedNode(vocab.RDF + "first")
_REST: Final = NamedNode(vocab.RDF + "rest")

# What OWL 2 RL derives triples from and hkkg does not; other class expressions derive nothing but
# inconsistency there (OWL 2 Profiles, tables 5 to 7).
_DERIVING_CHARACTERISTICS: Final = ("FunctionalProperty", "InverseFunctionalProperty")
_DERIVING_PREDICATES: Final = ("sameAs", "hasKey", "intersectionOf", "unionOf", "oneOf")
_DERIVING_BELOW: Final = ("someValuesFrom", "hasValue", "unionOf", "intersectionOf", "oneOf")
_DERIVING_ABOVE: Final = (
    "allValuesFrom",
    "hasValue",
    "intersectionOf",
    "maxCardinality",
    "maxQualifiedCardinality",
)
_OTHER_DATATYPES: Final = frozenset(
    {
        vocab.RDF + "HTML",
        vocab.RDF + "PlainLiteral",
        vocab.RDF + "XMLLiteral",
        vocab.RDF + "langString",
        vocab.RDFS + "Literal",
    }
)


@dataclass(frozen=True, slots=True)
class Axiom:
    """One axiom: a triple of names, or a property chain with its links as objects."""

    subject: NamedNode
    predicate: NamedNode
    objects: tuple[NamedNode, ...]

    def __str__(self) -> str:
        """Write the axiom as Turtle does, with CURIEs."""
        objects = " ".join(vocab.curie(o.value) for o in self.objects)
        predicate = "a" if self.predicate == TYPE else vocab.curie(self.predicate.value)
        return (
            f"{vocab.curie(self.subject.value)} {predicate} {f'( {objects} )' if self.is_list else objects}"
        )

    @property
    def is_list(self) -> bool:
        """Whether the objects are the members of an RDF list."""
        return self.predicate == CHAIN


@dataclass(frozen=True, slots=True)
class Unsupported:
    """An axiom from which OWL 2 RL would derive triples and hkkg does not."""

    subject: str
    reason: str

    def __str__(self) -> str:
        """Write the subject and the reason in one line."""
        return f"{self.subject}: {self.reason}"


@dataclass(frozen=True, slots=True)
class Axioms:
    """The axioms of a store, sorted, and those that hkkg does not reason over."""

    supported: tuple[Axiom, ...]
    unsupported: tuple[Unsupported, ...]


def read_axioms(store: EmbeddedStore) -> Axioms:
    """Read the axioms stated in the default graph; what was inferred is no axiom."""
    found = [_read(store, quad) for quad in _statements(store)]
    found.extend(_beyond(store))
    supported = {axiom for axiom in found if isinstance(axiom, Axiom)}
    unsupported = {axiom for axiom in found if isinstance(axiom, Unsupported)}
    return Axioms(tuple(sorted(supported, key=str)), tuple(sorted(unsupported, key=str)))


def is_inferred(store: EmbeddedStore, triple: Triple | Quad) -> bool:
    """Whether a triple is in `graph:inferred`."""
    return in_graph(triple, INFERRED) in store


def in_graph(triple: Triple | Quad, graph: NamedNode | DefaultGraph) -> Quad:
    """Put a triple in a graph."""
    return Quad(triple.subject, triple.predicate, triple.object, graph)


class AxiomTriples:
    """Which triples the axioms of a store are read from, those to come included."""

    def __init__(self, store: EmbeddedStore) -> None:
        """Find the lists of property chains; whatever else makes an axiom shows by its own terms."""
        self._links: set[object] = set()
        left = [quad.object for quad in store.quads(None, CHAIN, None, UNION)]
        while left:
            node = left.pop()
            if isinstance(node, (NamedNode, BlankNode)) and node not in self._links:
                self._links.add(node)
                left.extend(quad.object for quad in store.quads(node, _REST, None, UNION))

    def __contains__(self, triple: Triple | Quad) -> bool:
        """Whether a triple is one of them."""
        if triple.predicate == TYPE:
            return triple.object == _DATATYPE or triple.object in _CHARACTERISTICS
        if triple.predicate in {_FIRST, _REST}:
            return triple.subject in self._links
        return triple.predicate == CHAIN or triple.predicate in _BINARY


def _statements(store: EmbeddedStore) -> Iterator[Quad]:
    patterns: list[tuple[NamedNode, NamedNode | None]] = [(p, None) for p in (*_BINARY, CHAIN)]
    patterns.extend((TYPE, characteristic) for characteristic in _CHARACTERISTICS)
    for predicate, obj in patterns:
        for quad in store.quads(None, predicate, obj, UNION):
            if not is_inferred(store, quad):
                yield quad


def _read(store: EmbeddedStore, quad: Quad) -> Axiom | Unsupported | None:
    subject, predicate, obj = quad.subject, quad.predicate, quad.object
    if predicate == CHAIN:
        return _read_chain(store, quad)
    if isinstance(subject, NamedNode) and isinstance(obj, NamedNode):
        if predicate == RANGE and _is_datatype(store, obj):
            return None  # A literal cannot be the subject of a triple, so nothing follows.
        return Axiom(subject, predicate, (obj,))
    return _with_expression(store, quad)


def _is_datatype(store: EmbeddedStore, node: NamedNode) -> bool:
    if node.value.startswith(vocab.XSD) or node.value in _OTHER_DATATYPES:
        return True
    return any(not is_inferred(store, quad) for quad in store.quads(node, TYPE, _DATATYPE, UNION))


def _read_chain(store: EmbeddedStore, quad: Quad) -> Axiom | Unsupported:
    links = members(store, quad.object)
    if not isinstance(quad.subject, NamedNode) or not links:
        return _report(quad, "the chain is not a list of named properties")
    return Axiom(quad.subject, CHAIN, links)


def members(store: EmbeddedStore, head: object) -> tuple[NamedNode, ...]:
    """The members of an RDF list of names; none if it is broken or holds something else."""
    members: list[NamedNode] = []
    seen: set[object] = set()
    while isinstance(head, (NamedNode, BlankNode)) and head.value != vocab.RDF + "nil":
        values = [quad.object for quad in store.quads(head, _FIRST, None, UNION)]
        nexts = [quad.object for quad in store.quads(head, _REST, None, UNION)]
        if head in seen or len(values) != 1 or len(nexts) != 1 or not isinstance(values[0], NamedNode):
            return ()
        seen.add(head)
        members.append(values[0])
        head = nexts[0]
    return () if isinstance(head, Literal) else tuple(members)


def _with_expression(store: EmbeddedStore, quad: Quad) -> Unsupported | None:
    """Judge an axiom that has a class or property expression on one side or both."""
    subject, predicate, obj = quad.subject, quad.predicate, quad.object
    if predicate == INVERSE and isinstance(subject, BlankNode):
        return None  # This makes an expression; whatever uses it is judged where it is used.
    if predicate in {SUBCLASS, DOMAIN, RANGE}:
        below = predicate == SUBCLASS and not isinstance(subject, NamedNode)
        derives = _has_any(store, subject, _DERIVING_BELOW) if below else True
        if not isinstance(obj, NamedNode):
            derives = derives and _has_any(store, obj, _DERIVING_ABOVE)
        if not derives:
            return None
    return _report(quad, f"{vocab.curie(predicate.value)} with an anonymous expression")


def _has_any(store: EmbeddedStore, node: object, names: tuple[str, ...]) -> bool:
    if not isinstance(node, (NamedNode, BlankNode)):
        return False
    return any(next(store.quads(node, NamedNode(vocab.OWL + n), None, UNION), None) for n in names)


def _beyond(store: EmbeddedStore) -> Iterator[Unsupported]:
    """Report other kinds of axioms from which OWL 2 RL derives triples."""
    for name in _DERIVING_CHARACTERISTICS:
        for quad in store.quads(None, TYPE, NamedNode(vocab.OWL + name), UNION):
            yield _report(quad, f"owl:{name}")
    for name in _DERIVING_PREDICATES:
        for quad in store.quads(None, NamedNode(vocab.OWL + name), None, UNION):
            if isinstance(quad.subject, NamedNode):
                yield _report(quad, f"owl:{name}")


def _report(quad: Quad, what: str) -> Unsupported:
    subject = quad.subject
    name = vocab.curie(subject.value) if isinstance(subject, NamedNode) else "an anonymous expression"
    return Unsupported(name, f"hkkg does not reason over this axiom: {what}.")
