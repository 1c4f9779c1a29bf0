"""Publishing named graphs on another SPARQL store, and checking what it gives back."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Protocol

from hkkg import formats, vocab
from hkkg.comparing.components import split
from hkkg.errors import EndpointError, InputUnreadableError, Place
from hkkg.store import EmbeddedStore, Literal, NamedNode, Quad, as_stored, digest, refuse_symmetry, settled
from hkkg.store.refusals import refusal

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from hkkg.formats import Format
    from hkkg.loading import Document
    from hkkg.store import Triple
    from hkkg.store.http import Client
    from hkkg.store.remote import RemoteEngine

_PART: Final = 500
"""Triples in one update: Virtuoso compiles an update to one procedure, and refuses 5,000."""

_SUCCESS: Final = range(200, 300)
_COUNT: Final = "SELECT (COUNT(*) AS ?count) { GRAPH <%s> { ?s ?p ?o } }"
_TEXT: Final = re.compile(r'("[^"\\]*(?:\\.[^"\\]*)*")(?:@([a-z0-9-]+))?')
_ANY: Final = NamedNode("x:any")
_CONTENT: Final = "CONSTRUCT { ?s ?p ?o } { GRAPH <%s> { ?s ?p ?o } }"


class Target(Protocol):
    """What named graphs can be written to."""

    def replace(self, graph: str, quads: Sequence[Quad]) -> None:
        """Make a graph hold these triples and no others."""
        ...


class GraphStoreTarget:
    """A store that is written by the SPARQL 1.1 Graph Store HTTP Protocol, one PUT for each graph (5.3)."""

    def __init__(self, client: Client) -> None:
        """Take the client of the graph store's URL, to which `?graph=IRI` is added (4.2)."""
        self._client = client

    def replace(self, graph: str, quads: Sequence[Quad]) -> None:
        """Make a graph hold these triples and no others, at once.

        Raises:
            EndpointError: the store is unreachable or refuses.
        """
        # Virtuoso reads an integer above 2³¹ as a decimal unless it is written bare, which N-Triples cannot,
        # and keeps the backslash of a prefixed name that has one.
        body = _written(quads, formats.TURTLE).encode()
        headers = {"Content-Type": formats.TURTLE.media_type}
        _send(self._client, "PUT", body, headers, [("graph", graph)])


class UpdateTarget:
    """A store that is written by SPARQL 1.1 Update, in parts that every engine takes."""

    def __init__(self, client: Client) -> None:
        """Take the client of the update endpoint."""
        self._client = client

    def replace(self, graph: str, quads: Sequence[Quad]) -> None:
        """Make a graph hold these triples and no others, part by part.

        Raises:
            EndpointError: the store is unreachable or refuses; the graph may be there in part.
        """
        self._update(f"DROP SILENT GRAPH <{graph}>")
        for part, has_blank_nodes in _parts(quads):
            triples = _written(part, formats.NTRIPLES)
            # Virtuoso takes no blank nodes in INSERT DATA; what hangs together by them is in one part.
            form, rest = ("INSERT", " WHERE {}") if has_blank_nodes else ("INSERT DATA", "")
            self._update(f"{form} {{ GRAPH <{graph}> {{\n{triples}}} }}{rest}")

    def _update(self, text: str) -> None:
        _send(self._client, "POST", text.encode(), {"Content-Type": "application/sparql-update"}, [])


def _send(
    client: Client, method: str, body: bytes, headers: dict[str, str], parameters: list[tuple[str, str]]
) -> None:
    response = client.send(method, body=body, headers=headers, parameters=parameters)
    if response.status not in _SUCCESS:
        raise refusal(response, response.text())
    response.close()  # whatever it says, and however long it takes to


def _written(quads: Sequence[Quad], target: Format) -> str:
    """Write triples as they are, language tags in the case of RFC 5646: the parser keeps none."""
    text = EmbeddedStore().dump(target, quads, prefixes={}).decode()
    return _TEXT.sub(
        lambda found: f"{found[1]}@{vocab.canonical_tag(found[2])}" if found[2] else found[0], text
    )


def _parts(quads: Sequence[Quad]) -> Iterator[tuple[list[Quad], bool]]:
    """Split a graph into parts of about `_PART` triples, and say of each whether it has blank nodes."""
    ground, components = split(quads)
    plain = list(ground)
    for start in range(0, len(plain), _PART):
        yield plain[start : start + _PART], False
    part: list[Quad] = []
    for component in components:
        if part and len(part) + len(component) > _PART:
            yield part, True
            part = []
        part += component
    if part:
        yield part, True


@dataclass(frozen=True, slots=True)
class Comparison:
    """How a graph is found on the other store.

    Attributes:
        graph: its IRI.
        count: of triples that it should have.
        remote_count: of triples, as the other store counts them.
        returned: the number of triples that came back.
        digest: of its canonical form.
        remote_digest: of the canonical form of what the other store gives back.
        missing: triples that did not come back, in N-Triples without the full stop.
        unexpected: triples that came back and were not sent.
        rewritten: literals as they were sent, each with the equal one that came back in its place.
    """

    graph: str
    count: int
    remote_count: int
    returned: int
    digest: str
    remote_digest: str
    missing: tuple[str, ...] = ()
    unexpected: tuple[str, ...] = ()
    rewritten: tuple[tuple[str, str], ...] = ()

    @property
    def same(self) -> bool:
        """Whether count and digest are as they should be, or as equal values that became one make them."""
        return self.remote_count in {self.count, self.returned} and self.digest == self.remote_digest


def named_graphs(documents: Iterable[Document], store: EmbeddedStore) -> dict[str, list[Quad]]:
    """Collect what is published: every named graph, the smallest first.

    Args:
        documents: what is sent as it is written; one of triples is a graph, even if it holds none.
        store: the same, and further graphs.

    Raises:
        InputUnreadableError: a document has a graph that no IRI names, or names no graph at all; or a graph
            could not be compared afterwards.
    """
    graphs: dict[str, dict[Quad, None]] = {}
    for document in documents:
        if not document.format.holds_graphs:
            graphs.setdefault(document.graph, {})
        for name, quad in _named(document):
            graphs.setdefault(name, {})[quad] = None
    others = [iri for iri in store.graphs() if iri not in graphs or iri == vocab.INFERRED_GRAPH]
    graphs |= {iri: dict.fromkeys(store.quads(graph=NamedNode(iri))) for iri in others}
    found = {iri: list(quads) for iri, quads in graphs.items()}
    for iri, quads in found.items():
        _refuse_incomparable(iri, quads)
    return dict(sorted(found.items(), key=lambda item: (len(item[1]), item[0])))


def _refuse_incomparable(graph: str, quads: Sequence[Quad]) -> None:
    try:
        refuse_symmetry(quads)
    except InputUnreadableError as error:
        raise InputUnreadableError(error.message, place=Place(f"<{graph}>"), hint=error.hint) from None


def _named(document: Document) -> Iterator[tuple[str, Quad]]:
    quads = document.quads()
    if document.format.holds_graphs and not quads:
        message = "it names no graph to publish: it holds no triples."
        raise InputUnreadableError(message, place=Place(document.source))
    for quad in quads:
        assert isinstance(quad.graph_name, NamedNode)  # noqa: S101 - documents name their graphs by IRIs
        yield quad.graph_name.value, quad


def publish(graphs: dict[str, list[Quad]], target: Target) -> Iterator[str]:
    """Write each graph, in place of what the other store has under its name, and yield its IRI.

    Raises:
        EndpointError: the store is unreachable or refuses; the message says which graphs are there.
    """
    done: list[str] = []
    for graph, quads in graphs.items():
        try:
            target.replace(graph, quads)
        except EndpointError as error:
            raise type(error)(error.message, hint=_half_way(graph, done, len(graphs), error.hint)) from None
        done.append(graph)
        yield graph


def _half_way(graph: str, done: Sequence[str], total: int, hint: str | None) -> str:
    there = f": {', '.join(done)}" if done else ""
    said = (
        f"{len(done)} of {total} graphs are there{there}. "
        f"<{graph}> was being written. Publish again: graphs are replaced, not added to."
    )
    return f"{hint} {said}" if hint else said


def compare(graphs: dict[str, list[Quad]], engine: RemoteEngine) -> Iterator[Comparison]:
    """Ask a query endpoint for each graph, and compare it with what was sent.

    Blank nodes are compared by what hangs on them (RDFC-1.0), language tags without case, and numbers by
    their value, since engines rewrite these; anything else must come back as it was.

    Raises:
        EndpointError: the endpoint is unreachable, or fails.
    """
    for graph, quads in graphs.items():
        sent = {quad.triple for quad in quads}
        returned = set(engine.answer(_CONTENT % graph, source=graph).triples())
        here, there = settled(sent), _settled(returned, graph, engine)
        yield Comparison(
            graph=graph,
            count=len(sent),
            remote_count=_count(graph, engine),
            returned=len(returned),
            digest=digest(here),
            remote_digest=digest(there),
            missing=tuple(sorted(str(quad.triple) for quad in here - there)),
            unexpected=tuple(sorted(str(quad.triple) for quad in there - here)),
            rewritten=tuple(_rewritten(_literals(sent), _literals(returned))),
        )


def _settled(returned: Iterable[Triple], graph: str, engine: RemoteEngine) -> frozenset[Quad]:
    try:
        return settled(returned)
    except InputUnreadableError as error:
        raise EndpointError(f"{engine.name} gave back <{graph}>, but {error.message}") from None


def _literals(triples: Iterable[Triple]) -> set[Literal]:
    return {triple.object for triple in triples if isinstance(triple.object, Literal)}


def _rewritten(sent: set[Literal], returned: set[Literal]) -> Iterator[tuple[str, str]]:
    """Find the literals that did not come back, but equal ones."""
    lost = sorted(sent - returned, key=str)
    equals = dict(zip(_values(list(returned)), returned, strict=True)) if lost else {}
    for literal, value in zip(lost, _values(lost), strict=True):
        if value in equals:
            yield str(literal), str(equals[value])


def _values(literals: Sequence[Literal]) -> list[str]:
    """Write each literal as the embedded store does, which writes equal ones alike."""
    quads = (Quad(NamedNode(f"x:{n}"), _ANY, literal) for n, literal in enumerate(literals))
    stored = {quad.subject: str(quad.object) for quad in as_stored(quads)}
    return [stored[NamedNode(f"x:{n}")] for n in range(len(literals))]


def _count(graph: str, engine: RemoteEngine) -> int:
    rows = engine.answer(_COUNT % graph, source=graph).table().rows
    term = rows[0][0] if len(rows) == 1 else None
    if not isinstance(term, Literal) or not term.value.isdecimal():
        raise EndpointError(f"{engine.name} cannot count the triples of <{graph}>.")
    return int(term.value)
