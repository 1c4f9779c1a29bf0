"""JSON-LD as people want to read it: one tree, whose root is the resource, in the names of our context.

The resource stands at the top with its blank nodes inside; every other subject comes once, in `included`
(JSON-LD 1.1, section 4.7), where its IRI is the same as where it is named. No triple is lost by this.
Language tags are in lower case as in the other formats, for clients that compare them letter by letter.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from hkkg import vocab
from hkkg.describing.context import IRI, LANGUAGE
from hkkg.errors import NotAcceptableError
from hkkg.store import BlankNode, Literal, NamedNode

if TYPE_CHECKING:
    from collections.abc import Iterable

    from hkkg.describing.context import Context
    from hkkg.describing.model import Node
    from hkkg.store import Triple

    Term = NamedNode | BlankNode | Literal | Triple
    Properties = dict[str, list[Term]]
    Json = dict[str, Any]

_TYPE: Final = vocab.RDF + "type"
_FIRST: Final = vocab.RDF + "first"
_REST: Final = vocab.RDF + "rest"
_NIL: Final = NamedNode(vocab.RDF + "nil")
_STRING: Final = vocab.XSD + "string"
_INTEGER: Final = vocab.XSD + "integer"
_BOOLEAN: Final = vocab.XSD + "boolean"
_LARGEST: Final = 2**53
_DEEPEST: Final = 50
"""Levels of blank nodes within each other; those further down are written beside them."""


def write(triples: Iterable[Triple], root: str, context: Context, address: str) -> bytes:
    """Write triples as a tree.

    Args:
        triples: in the order in which their subjects are to come.
        root: the IRI of the resource at the top.
        context: whose names are used.
        address: at which that context is found.

    Raises:
        NotAcceptableError: a triple is about a triple, which JSON-LD 1.1 does not know.
    """
    tree = _Tree(triples, context)
    top = tree.node(NamedNode(root))
    included = tree.others()
    document = {"@context": address, **top, **({"included": included} if included else {})}
    return json.dumps(document, ensure_ascii=False, indent=1).encode()


class _Tree:
    """Node objects of a graph; a subject that was written is only named when it comes again."""

    def __init__(self, triples: Iterable[Triple], context: Context) -> None:
        self._context = context
        self._nodes: dict[Node, Properties] = {}
        self._uses: dict[BlankNode, int] = {}
        for triple in triples:
            properties = self._nodes.setdefault(triple.subject, {})
            properties.setdefault(triple.predicate.value, []).append(triple.object)
            if isinstance(triple.object, BlankNode):
                self._uses[triple.object] = self._uses.get(triple.object, 0) + 1
        self._names: dict[BlankNode, str] = {}
        self._written: set[Node] = set()
        self._depth = 0

    def others(self) -> list[Json]:
        """Write what is not written yet: what blank nodes hang on comes before them."""
        later = sorted(
            self._nodes, key=lambda node: isinstance(node, BlankNode) and self._uses.get(node) == 1
        )
        return [self.node(subject) for subject in later if subject not in self._written]

    def node(self, subject: Node) -> Json:
        """Write a subject with its name and its properties."""
        return {"id": self._name(subject), **self._properties(subject)}

    def _properties(self, subject: Node) -> Json:
        self._written.add(subject)
        written: Json = {}
        for predicate, objects in self._nodes.get(subject, {}).items():
            if predicate == _TYPE and all(isinstance(term, NamedNode) for term in objects):
                written["type"] = _one_or_all([self._context.type_name(str(term)[1:-1]) for term in objects])
            else:
                self._put(written, predicate, objects)
        return written

    def _name(self, node: Node) -> str:
        if isinstance(node, NamedNode):
            return self._context.compact(node.value)
        if isinstance(node, BlankNode):
            return self._names.setdefault(node, f"_:b{len(self._names)}")
        raise NotAcceptableError(
            "the description holds triples about triples, which JSON-LD does not know.",
            hint="Ask for Turtle, N-Triples, TriG or N-Quads.",
        )

    def _put(self, written: Json, predicate: str, objects: list[Term]) -> None:
        """Write a property under its name as far as its values are of the kind that the name stands for."""
        term = self._context.terms.get(predicate)
        fitting = [o for o in objects if term and _fits(o, term.kind)]
        others = [o for o in objects if not (term and _fits(o, term.kind))]
        if term and fitting:
            written[term.name] = self._values(fitting, term.kind)
        if others:
            written[self._context.compact(predicate)] = self._values(others, "")

    def _values(self, objects: list[Term], kind: str) -> Any:  # noqa: ANN401 - as JSON is
        if kind != LANGUAGE:
            return _one_or_all([self._value(term, kind) for term in objects])
        texts: dict[str, list[str]] = {}
        for term in objects:
            if isinstance(term, Literal):
                texts.setdefault(term.language or "", []).append(term.value)
        return {tag: _one_or_all(values) for tag, values in texts.items()}

    def _value(self, term: Term, kind: str) -> Any:  # noqa: ANN401 - as JSON is
        if isinstance(term, Literal):
            return _literal(term, kind)
        members = self._members(term)
        if members is not None:
            return {"@list": [self._value(member, kind if _fits(member, kind) else "") for member in members]}
        if self._is_inside(term):
            self._depth += 1
            inside = self._properties(term)
            self._depth -= 1
            return inside
        return self._name(term) if kind == IRI else {"id": self._name(term)}

    def _is_inside(self, term: Node) -> bool:
        """Whether a node is written where it is named, without a name."""
        is_only_here = isinstance(term, BlankNode) and self._uses[term] == 1
        return is_only_here and term not in self._written and self._depth < _DEEPEST

    def _members(self, head: Node) -> list[Term] | None:
        """The members of an RDF list that nothing else points into; None if it is none."""
        members: list[Term] = []
        cells: list[Node] = []
        while head != _NIL:
            cell = self._cell(head)
            if cell is None or head in cells:
                return None
            cells.append(head)
            members.append(cell[0])
            head = cell[1]
        self._written.update(cells)
        return members

    def _cell(self, node: Node) -> tuple[Term, Node] | None:
        """The first and the rest of a list's cell that only the list itself uses; None if it is none."""
        if not isinstance(node, BlankNode) or self._uses.get(node) != 1 or node in self._written:
            return None
        properties = self._nodes.get(node, {})
        if properties.keys() != {_FIRST, _REST}:
            return None
        match properties[_FIRST], properties[_REST]:
            case [first], [NamedNode() | BlankNode() as rest]:
                return first, rest
        return None


def _fits(term: Term, kind: str) -> bool:
    if kind == IRI:
        return not isinstance(term, Literal)
    if not isinstance(term, Literal):
        return kind == ""
    if kind == LANGUAGE:
        return bool(term.language)
    return kind in {"", term.datatype.value}


def _literal(term: Literal, kind: str) -> Any:  # noqa: ANN401 - as JSON is
    datatype = term.datatype.value
    if term.language:
        return {"@value": term.value, "@language": term.language}
    if datatype == _BOOLEAN and term.value in {"true", "false"}:
        return term.value == "true"
    if datatype == _INTEGER and _is_exact(term.value):
        return int(term.value)
    if datatype in {kind, _STRING}:
        return term.value
    return {"@value": term.value, "@type": vocab.curie(datatype).strip("<>")}


def _is_exact(text: str) -> bool:
    """Whether a number of JSON keeps an integer as it is written."""
    digits = text.removeprefix("-")
    return digits.isascii() and digits.isdecimal() and str(int(text)) == text and abs(int(text)) < _LARGEST


def _one_or_all(values: list[Any]) -> Any:  # noqa: ANN401 - as JSON is
    return values[0] if len(values) == 1 else values
