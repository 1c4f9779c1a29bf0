"""SHACL property paths: read from a shapes graph, written for people and as triples."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import count
from typing import TYPE_CHECKING, Final

from hkkg import vocab
from hkkg.store import BlankNode, NamedNode, Triple

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hkkg.checks.triples import Triples
    from hkkg.store import Term

_SUFFIXES: Final = {"zeroOrMorePath": "*", "oneOrMorePath": "+", "zeroOrOnePath": "?"}
_DEEPEST: Final = 32
_labels = count()


@dataclass(frozen=True, slots=True)
class PropertyPath:
    """A property path: a predicate, or an operation on other paths.

    Attributes:
        kind: `predicate`, `sequence`, or the local name of SHACL's property for the operation.
        iri: the predicate's IRI, if it is one.
        parts: the paths that the operation is on.
    """

    kind: str
    iri: str = ""
    parts: tuple[PropertyPath, ...] = ()

    def __str__(self) -> str:
        """Write the path as SPARQL does, with CURIEs."""
        if self.kind == "predicate":
            return vocab.curie(self.iri)
        inner = [f"({part})" if part.is_compound else str(part) for part in self.parts]
        if self.kind == "inversePath":
            return f"^{inner[0]}"
        if self.kind in _SUFFIXES:
            return inner[0] + _SUFFIXES[self.kind]
        return ("/" if self.kind == "sequence" else "|").join(inner)

    @property
    def is_compound(self) -> bool:
        """Whether it takes brackets inside another path."""
        return self.kind in {"sequence", "alternativePath"}

    @property
    def first_predicate(self) -> str | None:
        """The predicate that stands beside the focus node in a file; None if it is inverse."""
        if self.kind == "predicate":
            return self.iri
        return None if self.kind == "inversePath" else self.parts[0].first_predicate

    def predicates(self) -> Iterator[str]:
        """Name every predicate in the path."""
        if self.kind == "predicate":
            yield self.iri
        for part in self.parts:
            yield from part.predicates()

    def triples(self) -> tuple[NamedNode | BlankNode, list[Triple]]:
        """Write the path as RDF: its node, and the triples that describe it."""
        if self.kind == "predicate":
            return NamedNode(self.iri), []
        nodes, triples = [], []
        for part in self.parts:
            node, described = part.triples()
            nodes.append(node)
            triples += described
        if self.kind in {"sequence", "alternativePath"}:
            head, cells = _list(nodes)
            triples += cells
        else:
            head = nodes[0]
        if self.kind == "sequence":
            return head, triples
        top = _blank()
        return top, [*triples, Triple(top, NamedNode(vocab.SH + self.kind), head)]


def _blank() -> BlankNode:
    return BlankNode(f"path{next(_labels)}")


def _list(nodes: list[NamedNode | BlankNode]) -> tuple[NamedNode | BlankNode, list[Triple]]:
    head: NamedNode | BlankNode = NamedNode(vocab.RDF + "nil")
    cells = []
    for node in reversed(nodes):
        cell = _blank()
        cells += [
            Triple(cell, NamedNode(vocab.RDF + "first"), node),
            Triple(cell, NamedNode(vocab.RDF + "rest"), head),
        ]
        head = cell
    return head, cells


def predicate(iri: str) -> PropertyPath:
    """Return the path of one predicate."""
    return PropertyPath("predicate", iri)


def read(triples: Triples, node: Term, depth: int = 0) -> PropertyPath | None:
    """Read the path that a node of a shapes graph describes; None if it is not well-formed."""
    if isinstance(node, NamedNode):
        return predicate(node.value)
    if not isinstance(node, BlankNode) or depth > _DEEPEST:
        return None
    if triples.value(node, vocab.RDF + "first") is not None:
        return _operation("sequence", triples, triples.members(node), depth)
    for kind in ("inversePath", "alternativePath", *_SUFFIXES):
        inner = triples.value(node, vocab.SH + kind)
        if inner is not None:
            parts = triples.members(inner) if kind == "alternativePath" else [inner]
            return _operation(kind, triples, parts, depth)
    return None


def _operation(kind: str, triples: Triples, nodes: list[Term], depth: int) -> PropertyPath | None:
    parts = [read(triples, node, depth + 1) for node in nodes]
    whole = tuple(part for part in parts if part is not None)
    return PropertyPath(kind, parts=whole) if whole and len(whole) == len(parts) else None
