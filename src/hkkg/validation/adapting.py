"""Shapes and changes written as they meet the data of a store."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from hkkg import vocab
from hkkg.checks.shape_model import class_kinds, gives_target
from hkkg.store import BlankNode, EmbeddedStore, Literal, NamedNode, Quad

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from hkkg.checks import Triples
    from hkkg.store import Term

MARK: Final = "urn:hkkg:focus:"
_DATATYPE: Final = vocab.SH + "datatype"
_SAMPLES: Final = ("1", "2000-01-01T00:00:00Z")


def as_stored(quads: Iterable[Quad]) -> list[Quad]:
    """Write literals as a store writes them."""
    store = EmbeddedStore(union=False)
    store.add(quads, in_union=True)
    return list(store.quads())


def with_stored_datatype(quad: Quad) -> Quad:
    """Ask for the datatype that literals of the one asked for have in a store."""
    asked = quad.object
    if quad.predicate.value != _DATATYPE or not isinstance(asked, NamedNode):
        return quad
    if not asked.value.startswith(vocab.XSD):
        return quad
    samples = [Quad(quad.subject, quad.predicate, Literal(text, datatype=asked)) for text in _SAMPLES]
    for stored in as_stored(samples):
        if isinstance(stored.object, Literal) and stored.object.datatype != asked:
            return Quad(quad.subject, quad.predicate, stored.object.datatype, quad.graph_name)
    return quad


def with_own_targets(quads: Iterable[Quad], shapes: Triples, starts: Mapping[Term, int]) -> Iterator[Quad]:
    """Replace the targets of shapes by marks, which an excerpt gives to its focus nodes."""
    classes = class_kinds(shapes)
    yield from (quad for quad in quads if not gives_target(quad.predicate.value, quad.object, classes))
    for shape, start in starts.items():
        if isinstance(shape, NamedNode | BlankNode):
            yield Quad(shape, NamedNode(vocab.SH + "targetObjectsOf"), NamedNode(f"{MARK}{start}"))
