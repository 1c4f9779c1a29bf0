"""What a store says of a subject in plain texts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from hkkg.store import DefaultGraph, Literal, NamedNode

if TYPE_CHECKING:
    from hkkg.store import BlankNode, EmbeddedStore, Triple

_UNION: Final = DefaultGraph()


def texts(store: EmbeddedStore, subject: NamedNode | BlankNode | Triple, predicate: NamedNode) -> list[str]:
    """Return the values of a property that a plain query sees, literals and IRIs, sorted."""
    objects = {quad.object for quad in store.quads(subject, predicate, None, _UNION)}
    return sorted(term.value for term in objects if isinstance(term, (NamedNode, Literal)))


def text(store: EmbeddedStore, subject: NamedNode | BlankNode | Triple, predicate: NamedNode) -> str | None:
    """Return the first of those values, if there is any."""
    return next(iter(texts(store, subject, predicate)), None)


def number(store: EmbeddedStore, subject: NamedNode | BlankNode | Triple, predicate: NamedNode) -> int | None:
    """Return that value as a whole number, if it is one."""
    found = text(store, subject, predicate)
    return int(found) if found and found.isdecimal() else None
