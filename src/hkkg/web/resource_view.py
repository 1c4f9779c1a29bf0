"""What the plain page of a resource shows, read in a worker: statements as rows, each with its sources."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from hkkg import describing, vocab
from hkkg.store import BlankNode, Literal, NamedNode
from hkkg.web.addresses import local
from hkkg.web.resources import store_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from hkkg.describing import Block, Description
    from hkkg.store import EmbeddedStore, Quad, Triple
    from hkkg.workers.worker import Engine, Functions

    Node = NamedNode | BlankNode | Triple
    Names = Mapping[str, Mapping[str, str]]

SUBJECTS: Final = 200
"""Subjects of a graph that a page lists."""
_DEEPEST: Final = 5
_WEB: Final = ("http://", "https://")


@dataclass(frozen=True, slots=True)
class Named:
    """Something by its name.

    Attributes:
        text: that is shown.
        lang: the text's language; nothing if it has none.
        href: where a page about it is; nothing if there is none.
        iri: its whole IRI; nothing if it is a literal or has none.
    """

    text: str
    lang: str = ""
    href: str = ""
    iri: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """A statement: its property and value, who states it, and the rows of a value without a name."""

    name: Named
    value: Named
    sources: tuple[Named, ...]
    parts: tuple[Row, ...] = ()


@dataclass(frozen=True, slots=True)
class Part:
    """Something with its rows."""

    title: Named
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class View:
    """A resource for the plain page.

    Attributes:
        title: of the resource.
        others: its names in the other scripts.
        rows: what is stated of it.
        records: about it, whole.
        links: what else points to it, each with the properties by which it does.
        passages: that it and its records cite.
        total: subjects that point to it, on all pages.
        page: that is shown of them.
        last_page: of them.
        successors: what replaces the resource if it is retired; None if it is not.
    """

    title: Named
    others: tuple[Named, ...]
    rows: tuple[Row, ...]
    records: tuple[Part, ...]
    links: tuple[tuple[Named, tuple[Named, ...]], ...]
    passages: tuple[Part, ...]
    total: int
    page: int
    last_page: int
    successors: tuple[Named, ...] | None


class Namer:
    """Names things in the language of a page, or else in one that there is.

    Args:
        names: by IRI, then by language.
        language: of the page.
    """

    def __init__(self, names: Names, language: str) -> None:
        """Take the names."""
        self._names = names
        self._language = language

    def thing(self, iri: str) -> Named:
        """Name a thing."""
        texts = self._names.get(iri, {})
        lang = vocab.nearest(texts, self._language) or ""
        href = local(iri) or (iri if iri.startswith(_WEB) else "")
        return Named(texts.get(lang) or _short(iri), lang, href, iri)

    def others(self, iri: str) -> tuple[Named, ...]:
        """Name a thing in the other languages."""
        shown = self.thing(iri).lang
        return tuple(
            Named(text, tag) for tag, text in sorted(self._names.get(iri, {}).items()) if tag != shown
        )

    def term(self, term: Node | Literal) -> Named:
        """Name a term, a literal by its text."""
        if isinstance(term, NamedNode):
            return self.thing(term.value)
        if isinstance(term, Literal):
            return Named(term.value, vocab.canonical_tag(term.language or ""))
        return Named("" if isinstance(term, BlankNode) else str(term))

    def rows(self, block: Block) -> tuple[Row, ...]:
        """Write the statements of a block as rows."""
        return self._rows(block.subject, block.quads, 0)

    def _rows(self, subject: Node, quads: Iterable[Quad], depth: int) -> tuple[Row, ...]:
        sources: dict[Triple, list[str]] = {}
        for quad in quads:
            if quad.subject == subject:
                graph = quad.graph_name.value if isinstance(quad.graph_name, NamedNode) else ""
                sources.setdefault(quad.triple, []).append(graph)
        return tuple(
            Row(
                self.thing(triple.predicate.value),
                self.term(triple.object),
                tuple(self.thing(graph) for graph in graphs if graph),
                self._rows(triple.object, quads, depth + 1)
                if isinstance(triple.object, BlankNode) and depth < _DEEPEST
                else (),
            )
            for triple, graphs in sources.items()
        )


def _short(iri: str) -> str:
    for namespace in (vocab.GRAPH, vocab.HK):
        if iri.startswith(namespace) and len(iri) > len(namespace):
            return iri.removeprefix(namespace)
    return vocab.curie(iri).strip("<>")


def view(engine: Engine, iri: str, language: str, page: int, page_size: int) -> View:
    """Read what the plain page of a resource shows.

    Raises:
        HkkgError: there is nothing to show; its type says why.
    """
    store = store_of(engine)
    found = describing.describe(store, iri, page=page, page_size=page_size)
    successors = describing.successors(store, NamedNode(iri))
    namer = Namer(found.names, language)
    return View(
        namer.thing(iri),
        namer.others(iri),
        namer.rows(found.own),
        tuple(Part(namer.term(record.subject), namer.rows(record)) for record in found.incoming.records),
        tuple(_links(found, namer)),
        tuple(Part(namer.term(passage.subject), namer.rows(passage)) for passage in found.passages),
        found.incoming.total,
        page,
        found.incoming.last_page,
        None if successors is None else tuple(map(namer.thing, successors)),
    )


def _links(found: Description, namer: Namer) -> Iterable[tuple[Named, tuple[Named, ...]]]:
    for link in found.incoming.links:
        if link.record is None:
            by = dict.fromkeys(q.predicate.value for q in link.quads if q.subject == link.subject)
            yield namer.term(link.subject), tuple(map(namer.thing, by))


def subjects(engine: Engine, graph: str, language: str, page: int) -> tuple[tuple[Named, ...], int]:
    """List one page of the subjects of a graph by their IRIs, and count all."""
    store = store_of(engine)
    stated = {quad.subject for quad in store.quads(graph=NamedNode(graph))}
    ordered = sorted(subject.value for subject in stated if isinstance(subject, NamedNode))
    shown = ordered[(page - 1) * SUBJECTS : page * SUBJECTS]
    namer = Namer(_names(store, shown), language)
    return tuple(map(namer.thing, shown)), len(ordered)


def graphs(engine: Engine, language: str) -> tuple[tuple[Named, int], ...]:
    """List the named graphs, each with the number of its triples."""
    store = store_of(engine)
    sizes = store.graph_sizes()
    namer = Namer(_names(store, sizes), language)
    return tuple((namer.thing(iri), size) for iri, size in sizes.items())


def _names(store: EmbeddedStore, iris: Iterable[str]) -> Names:
    return describing.names_of(store, [NamedNode(iri) for iri in iris])


FUNCTIONS: Final[Functions] = {"graphs": graphs, "resource_view": view, "subjects": subjects}
