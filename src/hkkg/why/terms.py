"""Reading the terms of a triple as people write them, and telling whether the graph speaks of them."""

from __future__ import annotations

import re
from difflib import get_close_matches
from typing import TYPE_CHECKING, Final

from hkkg import vocab
from hkkg.errors import ParameterError, UnknownResourceError
from hkkg.reasoning import UNION
from hkkg.store import Literal, NamedNode

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from hkkg.store import EmbeddedStore, Term

_QUOTED: Final = re.compile(
    r'"(?P<text>.*)"(?:@(?P<tag>[A-Za-z]+(?:-[A-Za-z0-9]+)*)|\^\^(?P<type>\S+))?', re.DOTALL
)
_NUMBERS: Final = (
    (re.compile(r"[+-]?[0-9]+"), vocab.XSD + "integer"),
    (re.compile(r"[+-]?[0-9]*\.[0-9]+"), vocab.XSD + "decimal"),
)
_BOOLEANS: Final = frozenset({"true", "false"})
_RESOURCES: Final = (vocab.HK, vocab.CONCEPT, vocab.PASSAGE, vocab.GRAPH)
_SLUG: Final = re.compile(r"[\w.-]+")
_NEAR: Final = 3
_LONGEST: Final = 200
"""Characters of a name that others are compared with, which takes time."""
_INVALID: Final = "this is not an IRI that RDF allows"


def read_subject(store: EmbeddedStore, text: str) -> NamedNode:
    """Read an IRI, a CURIE or the bare slug of a resource.

    Raises:
        ParameterError: its prefix is unknown.
        UnknownResourceError: the graph does not speak of it.
    """
    return _resource(store, text, (*_RESOURCES, vocab.HKKG))


def read_predicate(store: EmbeddedStore, text: str) -> NamedNode:
    """Read an IRI, a CURIE, the bare name of one of hkkg's properties, or `a`.

    Raises:
        UnknownResourceError: the graph does not speak of it.
    """
    return NamedNode(vocab.RDF + "type") if text == "a" else _resource(store, text, (vocab.HKKG,))


def read_object(
    store: EmbeddedStore, subject: NamedNode, predicate: NamedNode, text: str
) -> NamedNode | Literal:
    """Read an IRI, a CURIE, a quoted literal, or a bare one.

    Bare text means the literal that the graph has there, whatever its language or type; else the resource
    with this slug; else a number, a truth value or a plain string.

    Raises:
        ParameterError: the datatype of a quoted literal is no IRI; only a resource can stand there, and the
            prefix is unknown.
        UnknownResourceError: only a resource can stand there, and the graph speaks of none of this name.
    """
    quoted = _QUOTED.fullmatch(text)
    if quoted:
        return _literal(quoted)
    expanded = vocab.expand(text)
    if expanded is not None:
        return _named(expanded, text)
    stated = (quad.object for quad in store.quads(subject, predicate, None, UNION))
    literals = (term for term in stated if isinstance(term, Literal) and term.value == text)
    found = min(literals, key=str, default=None) or _by_slug(store, text, _RESOURCES)
    if found is None and _takes_resources(store, predicate):
        raise _unknown(store, text, vocab.read_iri(text) or vocab.HK + text)
    return found or _bare(text)


def _takes_resources(store: EmbeddedStore, predicate: NamedNode) -> bool:
    quad = next(store.quads(None, predicate, None, UNION), None)
    return quad is not None and isinstance(quad.object, NamedNode)


def _literal(quoted: re.Match[str]) -> Literal:
    text = re.sub(r'\\(["\\])', r"\1", quoted["text"])
    if quoted["tag"]:
        return Literal(text, language=quoted["tag"])
    if quoted["type"]:
        datatype = vocab.expand(quoted["type"])
        if datatype is None:
            hint = 'Write it as "2026-05-24"^^xsd:date.'
            raise ParameterError(f"{quoted['type']} is no datatype that hkkg knows.", hint=hint)
        return Literal(text, datatype=_named(datatype, quoted["type"]))
    return Literal(text)


def _bare(text: str) -> Literal:
    for pattern, datatype in _NUMBERS:
        if pattern.fullmatch(text):
            return Literal(text, datatype=NamedNode(datatype))
    if text in _BOOLEANS:
        return Literal(text, datatype=NamedNode(vocab.XSD + "boolean"))
    return Literal(text)


def _resource(store: EmbeddedStore, text: str, namespaces: Iterable[str]) -> NamedNode:
    expanded = vocab.read_iri(text)
    if expanded is not None:
        return _named(expanded, text)
    found = _by_slug(store, text, namespaces)
    if found is None:
        raise _unknown(store, text, next(iter(namespaces)) + text)
    return found


def _by_slug(store: EmbeddedStore, text: str, namespaces: Iterable[str]) -> NamedNode | None:
    if not _SLUG.fullmatch(text):
        return None
    nodes = (NamedNode(namespace + text) for namespace in namespaces)
    return next((node for node in nodes if _is_known(store, node)), None)


def _named(iri: str, text: str) -> NamedNode:
    try:
        return NamedNode(iri)
    except ValueError:
        raise ParameterError(
            f"{text}: {_INVALID}.", hint="Write a CURIE such as hk:innoex, or <IRI>."
        ) from None


def require_known(store: EmbeddedStore, term: Term) -> None:
    """See that the graph speaks of an IRI.

    Raises:
        UnknownResourceError: it does not; the nearest are offered.
    """
    if isinstance(term, NamedNode) and not _is_known(store, term):
        raise _unknown(store, vocab.curie(term.value), term.value)


def _is_known(store: EmbeddedStore, node: NamedNode) -> bool:
    patterns = ((node, None, None), (None, None, node), (None, node, None))
    return any(next(store.quads(*pattern), None) for pattern in patterns)


def _unknown(store: EmbeddedStore, written: str, iri: str) -> UnknownResourceError:
    near = _nearest(store, iri)
    names = ", ".join(map(vocab.curie, near))
    hint = f"Nearest: {names}." if near else "`hkkg search TEXT` finds things by their names."
    return UnknownResourceError(f"the graph does not speak of {written}.", hint=hint, nearest=near)


def _nearest(store: EmbeddedStore, iri: str) -> list[str]:
    """The IRIs of one namespace that look most like what was written, or else those that hold it."""
    namespace = max((n for n in vocab.PREFIXES.values() if iri.startswith(n)), key=len, default="")
    wanted = iri.removeprefix(namespace)
    if not namespace or len(wanted) > _LONGEST:
        return []
    names = {name.removeprefix(namespace) for name in _names(store) if name.startswith(namespace)}
    holding = sorted(
        (name for name in names if wanted and wanted in name), key=lambda name: (len(name), name)
    )
    alike = get_close_matches(wanted, sorted(names), n=_NEAR)
    return [namespace + name for name in dict.fromkeys([*alike, *holding])][:_NEAR]


def _names(store: EmbeddedStore) -> Iterator[str]:
    """The IRIs in the default graph."""
    for quad in store.quads(graph=UNION):
        for term in (quad.subject, quad.predicate, quad.object):
            if isinstance(term, NamedNode):
                yield term.value
