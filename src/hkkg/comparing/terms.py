"""Terms as people read them: CURIEs, short literals, and blank nodes written inside brackets."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from typing import TYPE_CHECKING, Final

from hkkg import vocab
from hkkg.store import BlankNode, Literal, NamedNode

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from hkkg.store import Quad, Term

_LOCAL: Final = re.compile(r"[A-Za-z_](?:[A-Za-z0-9_.-]*[A-Za-z0-9_-])?\Z")
_SHORT: Final = {
    vocab.XSD + "boolean": re.compile(r"true|false"),
    vocab.XSD + "integer": re.compile(r"[+-]?[0-9]+"),
    vocab.XSD + "decimal": re.compile(r"[+-]?[0-9]*\.[0-9]+"),
}
_ESCAPES: Final = str.maketrans({"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"})
_DEEPEST: Final = 40
_FIRST: Final = vocab.RDF + "first"
_REST: Final = vocab.RDF + "rest"
_NIL: Final = NamedNode(vocab.RDF + "nil")


def with_usual_tag(term: Term) -> str:
    """Write a term as in N-Triples, its language tag as RFC 5646 recommends."""
    if isinstance(term, Literal) and term.language:
        return f"{str(term).rpartition('@')[0]}@{vocab.canonical_tag(term.language)}"
    return str(term)


class Writer:
    """Writes the terms of some quads, with the blank nodes that only one of them names written in place."""

    def __init__(self, quads: Iterable[Quad], prefixes: Mapping[str, str]) -> None:
        """Find out which blank nodes need labels.

        Args:
            quads: all quads that are to be written.
            prefixes: prefixes beside the usual ones; a usual one prevails.
        """
        self.prefixes = {**prefixes, **vocab.PREFIXES}
        self._namespaces = sorted(self.prefixes.items(), key=lambda item: -len(item[1]))
        self._parts: dict[Term, list[Quad]] = defaultdict(list)
        uses: Counter[Term] = Counter()
        for quad in quads:
            if isinstance(quad.subject, BlankNode):
                self._parts[quad.subject].append(quad)
            if isinstance(quad.object, BlankNode):
                uses[quad.object] += 1
        self._cells = self._proper_cells(uses)
        self._inline = self._nested(uses)

    def _proper_cells(self, uses: Mapping[Term, int]) -> set[Term]:
        """Find the cells of lists, from their ends: those that nothing but the list speaks of."""
        above = {q.object: q.subject for parts in self._parts.values() for q in parts if _is_rest(q)}
        cells: set[Term] = set()
        ends = [
            q.subject for parts in self._parts.values() for q in parts if _is_rest(q) and q.object == _NIL
        ]
        for end in ends:
            node: Term | None = end
            while node is not None and node not in cells and uses.get(node) == 1:
                if sorted(quad.predicate.value for quad in self._parts[node]) != [_FIRST, _REST]:
                    break
                cells.add(node)
                node = above.get(node)
        return cells

    def _nested(self, uses: Mapping[Term, int]) -> set[Term]:
        """Find the blank nodes to write inside brackets: used once, in no circle, and not too deep."""
        children: dict[Term, list[tuple[Term, int]]] = defaultdict(list)
        owned: set[Term] = set()
        for node, parts in self._parts.items():
            for quad in parts:
                if uses.get(quad.object) == 1:
                    owned.add(quad.object)
                    children[node].append(
                        (quad.object, 0 if _is_rest(quad) and quad.object in self._cells else 1)
                    )
        depths: dict[Term, int] = {}
        stack = [(node, 0) for node in self._parts if uses.get(node) != 1]
        stack += [(node, 1) for node, number in uses.items() if number == 1 and node not in owned]
        while stack:
            node, depth = stack.pop()
            depths[node] = depth
            stack += [(child, (depth + step) % _DEEPEST) for child, step in children[node]]
        return {node for node, depth in depths.items() if depth and uses.get(node) == 1}

    def is_subject(self, quad: Quad) -> bool:
        """Whether a quad is written by itself, not inside another's brackets."""
        return quad.subject not in self._inline

    def text(self, term: Term) -> str:
        """Write a term."""
        if isinstance(term, NamedNode):
            return self.name(term.value)
        if isinstance(term, Literal):
            return self._literal(term)
        if term not in self._inline:
            return str(term)
        members = self._members(term)
        if members is not None:
            return f"( {' '.join(members)} )"
        lines = sorted(self.statement(quad) for quad in self._parts.get(term, ()))
        return f"[ {' ; '.join(lines)} ]" if lines else "[]"

    def statement(self, quad: Quad) -> str:
        """Write a quad's predicate and object."""
        predicate = "a" if quad.predicate.value == vocab.RDF + "type" else self.name(quad.predicate.value)
        return f"{predicate} {self.text(quad.object)}"

    def name(self, iri: str) -> str:
        """Write an IRI, as a CURIE if a prefix is known."""
        for prefix, namespace in self._namespaces:
            if iri.startswith(namespace) and _LOCAL.match(iri[len(namespace) :]):
                return f"{prefix}:{iri[len(namespace) :]}"
        return f"<{iri}>"

    def _literal(self, literal: Literal) -> str:
        short = _SHORT.get(literal.datatype.value)
        if short and short.fullmatch(literal.value):
            return literal.value
        text = f'"{literal.value.translate(_ESCAPES)}"'
        if literal.language:
            return f"{text}@{vocab.canonical_tag(literal.language)}"
        plain = literal.datatype.value == vocab.XSD + "string"
        return text if plain else f"{text}^^{self.name(literal.datatype.value)}"

    def _members(self, node: Term) -> list[str] | None:
        """Read a list from its first cell on, if it is nothing but a list."""
        members: list[str] = []
        while node != _NIL:
            if node not in self._cells or node not in self._inline:
                return None
            cell = {quad.predicate.value: quad.object for quad in self._parts[node]}
            members.append(self.text(cell[_FIRST]))
            node = cell[_REST]
        return members


def _is_rest(quad: Quad) -> bool:
    return quad.predicate.value == _REST
