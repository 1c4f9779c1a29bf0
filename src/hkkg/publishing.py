"""Publishing named graphs on another SPARQL store, and checking what it gives back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Protocol

from hkkg import formats
from hkkg.comparing.components import split
from hkkg.errors import EndpointError
from hkkg.store import EmbeddedStore, Literal, NamedNode, digest, settled
from hkkg.store.refusals import refusal

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from hkkg.store import Quad
    from hkkg.store.http import Client
    from hkkg.store.remote import RemoteEngine

_PART: Final = 500
"""Triples in one update: Virtuoso compiles an update to one procedure, and refuses 5,000."""

_SUCCESS: Final = range(200, 300)
_COUNT: Final = "SELECT (COUNT(*) AS ?count) { GRAPH <%s> { ?s ?p ?o } }"
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
        body = EmbeddedStore().dump(formats.TURTLE, quads, prefixes={})
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
            triples = EmbeddedStore().dump(formats.NTRIPLES, part).decode()
            # Virtuoso takes no blank nodes in INSERT DATA; what hangs together by them is in one part.
            form, rest = ("INSERT", " WHERE {}") if has_blank_nodes else ("INSERT DATA", "")
            self._update(f"{form} {{ GRAPH <{graph}> {{\n{triples}}} }}{rest}")

    def _update(self, text: str) -> None:
        _send(self._client, "POST", text.encode(), {"Content-Type": "application/sparql-update"}, [])


def _send(
    client: Client, method: str, body: bytes, headers: dict[str, str], parameters: list[tuple[str, str]]
) -> None:
    response = client.send(method, body=body, headers=headers, parameters=parameters)
    said = response.text()
    if response.status not in _SUCCESS:
        raise refusal(response, said)


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
        digest: of its canonical form.
        remote_digest: of the canonical form of what the other store gives back.
        missing: triples that did not come back, in N-Triples without the full stop.
        unexpected: triples that came back and were not sent.
    """

    graph: str
    count: int
    remote_count: int
    digest: str
    remote_digest: str
    missing: tuple[str, ...] = ()
    unexpected: tuple[str, ...] = ()

    @property
    def same(self) -> bool:
        """Whether count and digest are as they should be."""
        return self.count == self.remote_count and self.digest == self.remote_digest


def named_graphs(store: EmbeddedStore) -> dict[str, list[Quad]]:
    """Collect what is published: every named graph, the smallest first."""
    graphs = {iri: list(store.quads(graph=NamedNode(iri))) for iri in store.graphs()}
    return dict(sorted(graphs.items(), key=lambda item: (len(item[1]), item[0])))


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
        here = settled(quad.triple for quad in quads)
        there = settled(engine.answer(_CONTENT % graph, source=graph).triples())
        yield Comparison(
            graph=graph,
            count=len(here),
            remote_count=_count(graph, engine),
            digest=digest(here),
            remote_digest=digest(there),
            missing=tuple(sorted(str(quad.triple) for quad in here - there)),
            unexpected=tuple(sorted(str(quad.triple) for quad in there - here)),
        )


def _count(graph: str, engine: RemoteEngine) -> int:
    rows = engine.answer(_COUNT % graph, source=graph).table().rows
    term = rows[0][0] if len(rows) == 1 else None
    if not isinstance(term, Literal) or not term.value.isdecimal():
        raise EndpointError(f"{engine.name} cannot count the triples of <{graph}>.")
    return int(term.value)
