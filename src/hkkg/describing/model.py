"""What a description of a resource holds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from hkkg import vocab
from hkkg.store import BlankNode, Literal, NamedNode

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from hkkg.store import Quad, Triple

    Node = NamedNode | BlankNode | Triple

_PREFERRED: Final = NamedNode(vocab.SKOS + "prefLabel")
LABELS: Final = (_PREFERRED, NamedNode(vocab.RDFS + "label"), NamedNode(vocab.DCTERMS + "title"))
STATED_IN: Final = NamedNode(vocab.HKKG + "statedIn")


@dataclass(frozen=True, slots=True)
class Block:
    """What the graphs state of a subject and of the blank nodes that hang on it.

    Attributes:
        subject: of the block.
        quads: in a stable order; each names the graph that states it, and `graph:inferred` what follows.
    """

    subject: Node
    quads: tuple[Quad, ...]

    @property
    def cited(self) -> tuple[NamedNode, ...]:
        """The passages that state it, in the order of their names."""
        found = {quad.object for quad in self.quads if quad.predicate == STATED_IN}
        return tuple(sorted((term for term in found if isinstance(term, NamedNode)), key=str))


@dataclass(frozen=True, slots=True)
class Link:
    """A subject that points to the resource.

    Attributes:
        subject: that points; where blank nodes stand between, what they hang on.
        quads: by which it points.
        record: the whole subject, if it is a record or a note of the editors.
    """

    subject: Node
    quads: tuple[Quad, ...]
    record: Block | None = None


@dataclass(frozen=True, slots=True)
class Incoming:
    """One page of the subjects that point to the resource: records first, each sort by its names.

    Attributes:
        links: of this page.
        total: of all pages.
        page: which this is, from 1.
        page_size: links on a page, at most.
    """

    links: tuple[Link, ...]
    total: int
    page: int
    page_size: int

    @property
    def last_page(self) -> int:
        """The number of the last page; there is always one."""
        return max(1, -(-self.total // self.page_size))

    @property
    def next_page(self) -> int | None:
        """The number of the next page, if there is one."""
        return self.page + 1 if self.page < self.last_page else None

    @property
    def previous_page(self) -> int | None:
        """The number of the page before, if there is one."""
        return self.page - 1 if self.page > 1 else None

    @property
    def records(self) -> tuple[Block, ...]:
        """The records among the links, whole."""
        return tuple(link.record for link in self.links if link.record)


@dataclass(frozen=True, slots=True)
class Description:
    """A resource as its graph knows it.

    Attributes:
        iri: of the resource.
        own: what is stated of it.
        incoming: what points to it, its records whole.
        passages: that its own statements and those records cite, and what these are read with.
        sources: the descriptions of the named graphs that state any of this.
        labels: of everything that is named, as the graphs state them.
    """

    iri: str
    own: Block
    incoming: Incoming
    passages: tuple[Block, ...]
    sources: tuple[Block, ...]
    labels: tuple[Quad, ...]

    def quads(self) -> Iterator[Quad]:
        """Yield all of it, what is said of the resource itself first; a quad may come more than once."""
        yield from self.own.quads
        for link in self.incoming.links:
            yield from link.record.quads if link.record else ()
            yield from link.quads
        for block in (*self.passages, *self.sources):
            yield from block.quads
        yield from self.labels

    @property
    def names(self) -> dict[str, dict[str, str]]:
        """The names of everything that has one: IRI, then language, then text."""
        return names(quad for quad in self.quads() if quad.predicate in LABELS)


def names(labels: Iterable[Quad]) -> dict[str, dict[str, str]]:
    """Read labels: IRI, then language, then text.

    Preferred labels come before plain ones, and of several the first in the order of their letters.
    """
    found: dict[str, dict[str, str]] = {}
    for quad in sorted(labels, key=lambda quad: (quad.predicate != _PREFERRED, str(quad.triple))):
        if isinstance(quad.subject, NamedNode) and isinstance(quad.object, Literal):
            tag = vocab.canonical_tag(quad.object.language or "")
            found.setdefault(quad.subject.value, {}).setdefault(tag, quad.object.value)
    return found
