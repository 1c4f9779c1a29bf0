"""The messages of a result in every language of its shape, whichever engine ran (SHACL, 3.6.2.6, 5.3.2)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from hkkg import vocab
from hkkg.checks.findings import language_tag
from hkkg.store import BlankNode, Literal, NamedNode
from hkkg.validation.marking import filled

if TYPE_CHECKING:
    from collections.abc import Iterable

    from hkkg.checks import Triples
    from hkkg.store import Term
    from hkkg.validation.marking import Mark

Messages = tuple[tuple[str, str], ...]
_MESSAGE: Final = vocab.SH + "message"
_SPARQL: Final = vocab.SH + "SPARQLConstraintComponent"
_IRI: Final = re.compile(r"<(\S+)>|(https?://\S+)")


def messages(
    shapes: Triples, shape: Term | None, component: str, mark: Mark | None, known: dict[str, Term | None]
) -> Messages:
    """Read the messages that the shapes have for a result; none if they leave it to the engine.

    Args:
        shapes: the shapes.
        shape: the source shape.
        component: the constraint component.
        mark: what the engine says of the query that found it.
        known: the values of variables that the result itself has.
    """
    bindings = _bindings(shapes, shape, component, mark, known)
    if mark is not None and component == _SPARQL and "message" in mark.bindings:
        return (("", mark.bindings["message"]),)
    own = shapes.values(shape, _MESSAGE) if shape is not None else []
    of_query = shapes.values(mark.holder, _MESSAGE) if mark is not None else []
    chosen = (of_query or own) if component == _SPARQL else (own or of_query)
    found = of_literals(chosen)
    return tuple((tag, filled(text, bindings)) for tag, text in found)


def _bindings(
    shapes: Triples, shape: Term | None, component: str, mark: Mark | None, known: dict[str, Term | None]
) -> dict[str, str]:
    terms = {**_parameters(shapes, shape, component), **known}
    told = {name: _short(text) for name, text in (mark.bindings.items() if mark else ())}
    return {**told, **{name: _shown(term) for name, term in terms.items() if term is not None}}


def _parameters(shapes: Triples, shape: Term | None, component: str) -> dict[str, Term | None]:
    """Read what a shape gives the parameters of a component that the shapes declare."""
    paths = [
        path
        for parameter in shapes.values(NamedNode(component), vocab.SH + "parameter")
        for path in shapes.values(parameter, vocab.SH + "path")
        if isinstance(path, NamedNode)
    ]
    return {_local(path.value): shapes.value(shape, path.value) for path in paths if shape is not None}


def _local(iri: str) -> str:
    return re.split(r"[#/:]", iri)[-1]


def _shown(term: Term) -> str:
    match term:
        case NamedNode():
            return vocab.curie(term.value)
        case BlankNode():
            return "[]"
        case _:
            return str(getattr(term, "value", term))


def _short(text: str) -> str:
    """Write an IRI in what an engine says as hkkg does."""
    found = _IRI.fullmatch(text)
    return vocab.curie(found[1] or found[2]) if found else text


def of_literals(texts: Iterable[Term]) -> Messages:
    """Pair texts with their language tags, sorted."""
    return tuple(sorted({(language_tag(t.language or ""), t.value) for t in texts if isinstance(t, Literal)}))
