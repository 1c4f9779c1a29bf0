"""What an engine is told of the shapes, so that its report says the same whichever engine it is.

Engines give blank nodes other names in their reports; of several SPARQL constraints of a shape, pyshifty
does not say which one failed; pySHACL forgets the language of a message with variables. So each blank shape
gets an IRI, and each SPARQL query a single message that names it and what its own messages ask for.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from hkkg import vocab
from hkkg.checks.shape_model import class_kinds, gives_target, implicit_targets, shapes_of
from hkkg.store import BlankNode, Literal, NamedNode

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from hkkg.checks import Triples
    from hkkg.store import Quad, Term

_SH: Final = vocab.SH
_NAMED: Final = "urn:hkkg:shape:"
_MARK: Final = "urn:hkkg:query:"
_MESSAGE: Final = _SH + "message"
_TYPE: Final = vocab.RDF + "type"
_DECLARE: Final = _SH + "declare"
_IMPORTS: Final = vocab.OWL + "imports"
# Rules infer; validation judges what is stated.
_RULE: Final = _SH + "rule"
_QUERIES: Final = ("sparql", "validator", "nodeValidator", "propertyValidator")
# A control character stands in no message that anybody reads.
_BETWEEN: Final = "\x1f"
_VARIABLE: Final = re.compile(r"\{[?$](\w+)\}")
_UNBOUND: Final = re.compile(r"\{?[?$]\w+\}?")
_BOUND_MESSAGE: Final = re.compile(r"[?$]message\b")


@dataclass(frozen=True, slots=True)
class Mark:
    """What a marked message says: the node of the query, and the texts of its variables."""

    holder: Term
    bindings: dict[str, str]


def shapes_ntriples(
    quads: Iterable[Quad],
    shapes: Triples,
    *,
    untargeted: Collection[Term] = (),
    dropped: Collection[Term] = (),
    targets: Iterable[Quad] = (),
) -> bytes:
    """Write shapes as N-Triples, with an IRI for each blank shape and a mark for each SPARQL query.

    Args:
        quads: the shapes.
        shapes: the same, indexed.
        untargeted: shapes whose targets are left out.
        dropped: nodes of which nothing is said.
        targets: further targets.
    """
    marks, classes = dict(_marks(shapes)), class_kinds(shapes)
    blank = {shape for shape in shapes_of(shapes) if isinstance(shape, BlankNode)}

    def name(term: Term) -> Term:
        return NamedNode(_NAMED + term.value) if isinstance(term, BlankNode) and term in blank else term

    lines = [
        f"{name(q.subject)} {q.predicate} {name(q.object)} .\n"
        for q in quads
        if q.subject not in dropped
        and not (q.subject in untargeted and gives_target(q.predicate.value, q.object, classes))
        and (q.subject not in marks or q.predicate.value != _MESSAGE)
        and q.predicate.value != _RULE
    ]
    lines += [f"{name(q.subject)} {q.predicate} {q.object} .\n" for q in targets]
    lines += [
        f"{name(holder)} <{_MESSAGE}> {Literal(text)} .\n"
        for holder, text in marks.items()
        if holder not in dropped
    ]
    lines += [f"{name(shape)} <{_TYPE}> <{_SH}NodeShape> .\n" for shape in _untyped(shapes)]
    lines += [
        f"{shape} <{_TYPE}> <{kind}> .\n"
        for shape, kind in _implicit(shapes)
        if shape not in untargeted and shape not in dropped
    ]
    lines += [f"{name(node)} <{_DECLARE}> {prefix} .\n" for node, prefix in _imported_prefixes(shapes)]
    return "".join(lines).encode()


def _untyped(shapes: Triples) -> Iterator[Term]:
    """Yield the shapes that pySHACL passes over: those that nothing but an own target shows to be one."""
    for shape, _ in shapes.pairs(_SH + "target"):
        if not shapes.values(shape, _TYPE) and shapes.value(shape, _SH + "path") is None:
            yield shape


def _implicit(shapes: Triples) -> Iterator[tuple[Term, str]]:
    """Yield the shapes that are classes with the types by which every engine sees that they are both."""
    for shape in implicit_targets(shapes):
        yield shape, vocab.RDFS + "Class"
        yield shape, _SH + ("NodeShape" if shapes.value(shape, _SH + "path") is None else "PropertyShape")


def _imported_prefixes(shapes: Triples) -> Iterator[tuple[Term, Term]]:
    """Yield the declarations that sh:prefixes reaches by imports, which pySHACL leaves out (SHACL, 5.2.1)."""
    for node in {node for _, node in shapes.pairs(_SH + "prefixes")}:
        reached, waiting = {node}, shapes.values(node, _IMPORTS)
        while waiting:
            imported = waiting.pop()
            if imported not in reached:
                reached.add(imported)
                waiting += shapes.values(imported, _IMPORTS)
                yield from ((node, prefix) for prefix in shapes.values(imported, _DECLARE))


def original(term: Term | None) -> Term | None:
    """Undo the naming of a blank shape."""
    if isinstance(term, NamedNode) and term.value.startswith(_NAMED):
        return BlankNode(term.value.removeprefix(_NAMED))
    return term


def _marks(shapes: Triples) -> Iterator[tuple[Term, str]]:
    """Yield each node that holds a query, and its mark."""
    for holder in dict.fromkeys(node for name in _QUERIES for _, node in shapes.pairs(_SH + name)):
        messages = shapes.values(holder, _MESSAGE)
        # An engine may refuse a message that is no text, and would not see it behind a mark.
        if all(isinstance(message, Literal) for message in messages):
            yield holder, _mark(holder, _variables(shapes, holder))


def _variables(shapes: Triples, holder: Term) -> list[str]:
    """Name the variables that the messages of a query, or of the shapes that have it, ask for."""
    holders = [holder, *(shape for shape, node in shapes.pairs(_SH + "sparql") if node == holder)]
    texts = [text for node in holders for text in shapes.values(node, _MESSAGE)]
    names = [name for text in texts for name in _VARIABLE.findall(getattr(text, "value", ""))]
    query = shapes.value(holder, _SH + "select")
    if _BOUND_MESSAGE.search(getattr(query, "value", "")):
        names.append("message")
    return list(dict.fromkeys(names))


def _mark(holder: Term, variables: Iterable[str]) -> str:
    return _BETWEEN.join([f"{_MARK}{holder}", *(f"{name}={{?{name}}}" for name in variables)])


def read_mark(text: str) -> Mark | None:
    """Read a marked message; None for another."""
    if not text.startswith(_MARK):
        return None
    holder, *pairs = text.removeprefix(_MARK).split(_BETWEEN)
    bindings = dict(pair.partition("=")[::2] for pair in pairs)
    bound = {name: value for name, value in bindings.items() if not _UNBOUND.fullmatch(value)}
    return Mark(BlankNode(holder[2:]) if holder.startswith("_:") else NamedNode(holder[1:-1]), bound)


def filled(text: str, bindings: dict[str, str]) -> str:
    """Write what is known of the variables into a message."""
    return _VARIABLE.sub(lambda found: bindings.get(found[1], found[0]), text)
