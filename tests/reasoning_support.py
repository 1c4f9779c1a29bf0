"""Tiny graphs, and what reasoning adds to them."""

from __future__ import annotations

from hkkg import formats, reasoning, vocab
from hkkg.reasoning import INFERRED, UNION
from hkkg.store import EmbeddedStore, parse

EX = "http://example.org/"
PREFIXES = "".join(f"@prefix {p}: <{iri}> .\n" for p, iri in {**vocab.PREFIXES, "": EX}.items())


def store_of(turtle, *, graph="http://example.org/graph", store=None):
    store = store or EmbeddedStore()
    store.add(parse((PREFIXES + turtle).encode(), formats.TURTLE, source="test", graph=graph), in_union=True)
    return store


def reasoned(turtle):
    store = store_of(turtle)
    return store, reasoning.materialise(store)


def written(triple):
    """A triple as Turtle writes it, so that tests can be read."""
    return " ".join(_term(term) for term in (triple.subject, triple.predicate, triple.object))


def _term(term):
    value = getattr(term, "value", "")
    if value.startswith(EX):
        return f":{value.removeprefix(EX)}"
    return vocab.curie(value) if value.startswith("http") else str(term)


def inferred(store):
    return {written(quad) for quad in store.quads(graph=INFERRED)}


def union(store):
    return {quad.triple for quad in store.quads(graph=UNION)}
