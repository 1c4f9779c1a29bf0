"""What a case of a conformance suite is, and what it may expect."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from pyoxigraph import BlankNode, Literal, NamedNode, Quad, Triple

Term = NamedNode | BlankNode | Literal | Triple


class Verdict(Enum):
    """Whether a text is admitted."""

    ACCEPTED = "accepted"
    REFUSED = "refused as malformed"


class Match(Enum):
    """How the solutions of an answer are compared with those expected."""

    BAG = "in any order"
    SEQUENCE = "in this order"
    REDUCED = "in any order, duplicates optional"


@dataclass(frozen=True, slots=True)
class Table:
    """The solutions of a SELECT query; None is an unbound variable."""

    variables: tuple[str, ...]
    rows: tuple[tuple[Term | None, ...], ...]
    match: Match = Match.BAG


@dataclass(frozen=True, slots=True)
class Graph:
    """The triples that a query constructs or describes."""

    triples: frozenset[Triple]


@dataclass(frozen=True, slots=True)
class Contents:
    """The quads that a store holds after an update."""

    quads: frozenset[Quad]


Outcome = Table | Graph | Contents | Verdict | bool


@dataclass(frozen=True, slots=True)
class Data:
    """A document to load into one graph; without a graph's name, into the default graph."""

    graph: str | None
    body: bytes
    media_type: str


@dataclass(frozen=True, slots=True)
class Case:
    """A query or update, the data that it runs on, and what must come of it.

    `base` resolves the text's relative IRIs. `accept` is the media type in which the answer is asked for.
    `known` is the reason why the engine, and so the service, is known to fail the case, or empty; `mended` is
    the reason why the engine alone is, where the service makes up for it.
    """

    group: str
    name: str
    text: str
    expected: Outcome
    data: tuple[Data, ...] = ()
    is_update: bool = False
    base: str | None = None
    accept: str = "application/sparql-results+json"
    known: str = ""
    mended: str = ""

    @property
    def identifier(self) -> str:
        """The case's name in reports and in the list of known failures."""
        return f"{self.group}/{self.name}"
