"""Which shapes cannot be used, and why, when an engine refuses a shapes graph as a whole."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from hkkg import vocab
from hkkg.checks import Finding, Severity, Triples, show
from hkkg.checks.shape_model import shapes_of
from hkkg.errors import HkkgError, ShapesProblemError
from hkkg.store import BlankNode, DefaultGraph, Literal, NamedNode, Quad
from hkkg.validation import gaps
from hkkg.validation.marking import shapes_ntriples
from hkkg.validation.places import Places
from hkkg.validation.syntax_rules import broken

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

    from hkkg.store import Term
    from hkkg.validation.engines import Engine
    from hkkg.validation.shape_graph import ShapeGraph
    from hkkg.validation.tasks import Read

_SH: Final = vocab.SH
_PROBE: Final = NamedNode("urn:hkkg:probe")
_REFUSED: Final = "the shapes are not well-formed: "
# pyshifty names nodes of a graph that nobody has seen.
_NOISE: Final = re.compile(
    r"invalid shapes graph: |unsupported shapes features: |\[(?:error|warning|unsupported)\] |"
    r" \((?:_:\w+|<[^>]*>)\)"
)


def recursive(graph: ShapeGraph) -> dict[Term, str]:
    """Say of each shape that leads back to itself that it does."""
    return {
        shape: f"{_named(shape)} is recursive: it leads back to itself, which SHACL leaves undefined."
        for shape in graph.recursive()
    }


def unusable(data: bytes, graph: ShapeGraph) -> dict[Term, str]:
    """Say of each shape that is not well-formed, or recursive, what is wrong with it.

    Args:
        data: the shapes as N-Triples.
        graph: the same.
    """
    return malformed(data, graph) | recursive(graph)


def malformed(data: bytes, graph: ShapeGraph) -> dict[Term, str]:
    """Say of each shape that breaks a syntax rule which one."""
    return {
        shape: f"{_named(shape)} is not well-formed: {complaint}"
        for shape, complaint in broken(data, graph.shapes).items()
    }


def beyond(graph: ShapeGraph, roots: Collection[Term]) -> dict[Term, str]:
    """Say of each shape that no engine is right about why; `roots` are those that pySHACL is to judge."""
    return {
        shape: f"{_named(shape)} cannot be judged: {why}" for shape, why in gaps.beyond(graph, roots).items()
    }


def refused(engine: Engine, graph: ShapeGraph) -> dict[Term, str]:
    """Find the shapes and components that an engine refuses by themselves, and what it says of them."""
    found: dict[Term, str] = {}
    components = (component for component, _ in graph.shapes.pairs(_SH + "parameter"))
    for shape in dict.fromkeys([*shapes_of(graph.shapes), *components]):
        complaint = _complaint(engine, graph, shape)
        if complaint is not None:
            found[shape] = complaint
    # A shape that leads to a refused one is refused for that.
    return {
        shape: f"{_named(shape)} is not well-formed: {complaint}"
        for shape, complaint in found.items()
        if not any(other in found for other in graph.below(shape) - {shape})
    }


def _complaint(engine: Engine, graph: ShapeGraph, shape: Term) -> str | None:
    quads = list(_said_of(graph, shape))
    target = Quad(_subject(shape), NamedNode(_SH + "targetNode"), _PROBE, DefaultGraph())
    try:
        engine.report(_data(quads), shapes_ntriples([*quads, target], Triples([*quads, target])))
    except HkkgError as error:
        return _NOISE.sub("", error.message.removeprefix(_REFUSED))
    return None


def _data(quads: Iterable[Quad]) -> bytes:
    """Give the probe a value of every path, since pySHACL reads some constraints only when it has to."""
    paths = {
        quad.object.value
        for quad in quads
        if quad.predicate.value == _SH + "path" and isinstance(quad.object, NamedNode)
    }
    return "".join(f'{_PROBE} <{path}> "x" .\n' for path in paths).encode()


def _subject(term: Term) -> NamedNode | BlankNode:
    assert isinstance(term, NamedNode | BlankNode)  # noqa: S101 - a shape is a subject
    return term


def _said_of(graph: ShapeGraph, shape: Term) -> Iterator[Quad]:
    """Yield what is said of a shape and of what it leads to: lists, paths, other shapes, prefixes."""
    waiting: list[Term] = list(graph.below(shape))
    seen: set[Term] = set()
    while waiting:
        node = waiting.pop()
        if node in seen or isinstance(node, Literal):
            continue
        seen.add(node)
        for predicate, obj in graph.shapes.about(node):
            yield Quad(_subject(node), NamedNode(predicate), obj, DefaultGraph())
            waiting.append(obj)


def _named(shape: Term) -> str:
    return f"the shape {show(shape)}" if isinstance(shape, NamedNode) else "a shape"


def located(found: dict[Term, str], documents: Sequence[Read]) -> tuple[ShapesProblemError, ...]:
    """Give each complaint about a shape its file, line and column."""
    findings = [
        Finding(Severity.VIOLATION, shape, "", messages=(("en", text),)) for shape, text in found.items()
    ]
    return tuple(
        ShapesProblemError(f.message(), place=f.place, excerpt=f.excerpt)
        for f in Places(documents).locate_all(findings)
    )
