"""Who states a triple, and in which passages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from hkkg import vocab
from hkkg.literals import texts
from hkkg.reasoning import INFERRED, UNION
from hkkg.store import NamedNode
from hkkg.why.explanation import Passage, Statement

if TYPE_CHECKING:
    from collections.abc import Iterable

    from hkkg.store import EmbeddedStore, Term, Triple

STATED_IN: Final = NamedNode(vocab.HKKG + "statedIn")
_READ_WITH: Final = NamedNode(vocab.HKKG + "readWith")
_ATTRIBUTED: Final = NamedNode(vocab.PROV + "wasAttributedTo")


def stating_graphs(store: EmbeddedStore, triple: Triple) -> list[NamedNode]:
    """List the named graphs that state a triple."""
    quads = store.quads(triple.subject, triple.predicate, triple.object)
    graphs = {quad.graph_name for quad in quads if quad.graph_name != INFERRED}
    return sorted((graph for graph in graphs if isinstance(graph, NamedNode)), key=str)


def statement(store: EmbeddedStore, graph: NamedNode) -> Statement:
    """Say to whom a graph is attributed."""
    return Statement(graph.value, tuple(texts(store, graph, _ATTRIBUTED)))


def passages(store: EmbeddedStore, triple: Triple, graphs: Iterable[NamedNode]) -> tuple[Passage, ...]:
    """List the passages that the graphs which state a triple cite for its subject.

    A graph that cites nothing, such as the editors' labels, has no passage: another speaker's passages do
    not state what it adds. A citation itself is explained by the passage that it cites.
    """
    if triple.predicate == STATED_IN:
        cited: set[Term] = {triple.object}
    else:
        cited = {q.object for graph in graphs for q in store.quads(triple.subject, STATED_IN, None, graph)}
    names = sorted((name for name in cited if isinstance(name, NamedNode)), key=str)
    return tuple(_passage(store, name, frozenset()) for name in names)


def _passage(store: EmbeddedStore, name: NamedNode, above: frozenset[str]) -> Passage:
    """Describe a passage and, unless a circle leads back to it, those that it is read with."""
    above |= {name.value}
    others = [other for other in _nodes(store, name, _READ_WITH) if other.value not in above]
    return Passage.read(store, name, read_with=tuple(_passage(store, other, above) for other in others))


def _nodes(store: EmbeddedStore, subject: NamedNode, predicate: NamedNode) -> list[NamedNode]:
    found = {quad.object for quad in store.quads(subject, predicate, None, UNION)}
    return sorted((node for node in found if isinstance(node, NamedNode)), key=str)
