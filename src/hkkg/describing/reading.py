"""Reading a resource's surroundings from a store: blocks, what points to them, and what they name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from hkkg import vocab
from hkkg.describing.model import LABELS, Block, Incoming, Link
from hkkg.errors import ParameterError
from hkkg.reasoning import INFERRED
from hkkg.store import BlankNode, DefaultGraph, NamedNode

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from hkkg.describing.model import Node
    from hkkg.store import EmbeddedStore, Literal, Quad, Triple

_TYPE: Final = NamedNode(vocab.RDF + "type")
_SUBCLASS: Final = NamedNode(vocab.RDFS + "subClassOf")
_READ_WITH: Final = NamedNode(vocab.HKKG + "readWith")
_TOPS: Final = (NamedNode(vocab.HKKG + "Record"), NamedNode(vocab.HKKG + "EditorialNote"))


class Reader:
    """Reads from a store that nobody changes meanwhile.

    Args:
        store: reasoned over or not.
    """

    def __init__(self, store: EmbeddedStore) -> None:
        """Take the store; nothing is read yet."""
        self._store = store
        self._records: frozenset[object] | None = None

    def block(self, subject: Node) -> Block:
        """Read what is stated of a subject, and of the blank nodes that hang on it."""
        found: list[Quad] = []
        seen: set[Node] = {subject}
        pending: list[Node] = [subject]
        while pending:
            quads = sorted(self._stated(pending.pop()), key=_order)
            found += quads
            below = [q.object for q in quads if isinstance(q.object, BlankNode) and q.object not in seen]
            pending += dict.fromkeys(below)
            seen.update(below)
        return Block(subject, tuple(found))

    def _stated(
        self,
        subject: Node | None = None,
        predicate: NamedNode | None = None,
        obj: NamedNode | BlankNode | Literal | Triple | None = None,
    ) -> Iterator[Quad]:
        """Find quads; the union's copies in the default graph state nothing."""
        quads = self._store.quads(subject, predicate, obj)
        if not self._store.union:
            return quads
        return (quad for quad in quads if not isinstance(quad.graph_name, DefaultGraph))

    def incoming(self, resource: NamedNode, page: int, page_size: int) -> Incoming:
        """Read one page of what points to a resource.

        Raises:
            ParameterError: there is no such page.
        """
        pointing: dict[Node, list[Quad]] = {}
        for quad in self._stated(obj=resource):
            pointing.setdefault(self._owner(quad.subject), []).append(quad)
        pointing.pop(resource, None)
        is_record = {subject: self._is_record(subject) for subject in pointing}
        ordered = sorted(pointing, key=lambda subject: (not is_record[subject], str(subject)))
        shown = ordered[(page - 1) * page_size : page * page_size]
        links = tuple(
            self._link(subject, pointing[subject], is_whole=is_record[subject]) for subject in shown
        )
        found = Incoming(links, len(ordered), page, page_size)
        if page > found.last_page:
            raise ParameterError(f"there is no page {page}.", hint=f"The last one is {found.last_page}.")
        return found

    def _owner(self, subject: Node) -> Node:
        """Go up from a blank node to what it hangs on."""
        seen: set[Node] = set()
        while isinstance(subject, BlankNode) and subject not in seen:
            seen.add(subject)
            above = min((quad.subject for quad in self._stated(obj=subject)), key=str, default=None)
            subject = above if above is not None else subject
        return subject

    def _link(self, subject: Node, quads: list[Quad], *, is_whole: bool) -> Link:
        direct = tuple(sorted(quads, key=_order))
        if is_whole:
            return Link(subject, direct, self.block(subject))
        if all(quad.subject == subject for quad in quads):
            return Link(subject, direct)
        between = (quad for quad in self.block(subject).quads if _has_blank(quad))
        return Link(subject, tuple(dict.fromkeys((*direct, *between))))

    def _is_record(self, subject: Node) -> bool:
        if self._records is None:
            self._records = frozenset(self._below(_TOPS))
        return any(quad.object in self._records for quad in self._stated(subject, _TYPE))

    def _below(self, tops: Iterable[NamedNode]) -> Iterator[object]:
        seen: set[object] = set()
        pending: list[NamedNode] = list(tops)
        while pending:
            top = pending.pop()
            if top not in seen:
                seen.add(top)
                yield top
                lower = (quad.subject for quad in self._stated(None, _SUBCLASS, top))
                pending += [term for term in lower if isinstance(term, NamedNode)]

    def passages(self, blocks: Iterable[Block]) -> tuple[Block, ...]:
        """Read the passages that blocks cite, and those that these are read with."""
        found: dict[NamedNode, Block] = {}
        pending = [name for block in blocks for name in block.cited]
        while pending:
            name = pending.pop()
            if name not in found:
                found[name] = block = self.block(name)
                others = (quad.object for quad in block.quads if quad.predicate == _READ_WITH)
                pending += [other for other in others if isinstance(other, NamedNode)]
        return tuple(found[name] for name in sorted(found, key=str))

    def sources(self, quads: Iterable[Quad]) -> tuple[Block, ...]:
        """Read how the named graphs of quads are described, if they are."""
        graphs = {quad.graph_name for quad in quads}
        named = sorted((graph for graph in graphs if isinstance(graph, NamedNode)), key=str)
        return tuple(block for block in map(self.block, named) if block.quads)

    def labels(self, named: Iterable[NamedNode]) -> tuple[Quad, ...]:
        """Read the labels of things."""
        return tuple(
            label
            for term in sorted(named, key=str)
            for predicate in LABELS
            for label in sorted(self._stated(term, predicate), key=_order)
        )


def _has_blank(quad: Quad) -> bool:
    return isinstance(quad.subject, BlankNode) or isinstance(quad.object, BlankNode)


def _order(quad: Quad) -> tuple[bool, str, bool, str, str]:
    """Types first, then by property, what is stated before what is inferred, object and graph."""
    graph = quad.graph_name
    return quad.predicate != _TYPE, quad.predicate.value, graph == INFERRED, str(quad.object), str(graph)
