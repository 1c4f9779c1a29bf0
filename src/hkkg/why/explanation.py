"""What explains a triple: who states it and where, or how it follows from others."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING, Any

from hkkg import passages, vocab
from hkkg.store import BlankNode, Literal, NamedNode, Triple

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hkkg.store import Term


class Status(Enum):
    """How a triple comes to be in the graph."""

    STATED = "stated"
    INFERRED = "inferred"
    GENERATED = "generated"
    UNEXPLAINED = "unexplained"
    ABSENT = "absent"


@dataclass(frozen=True, slots=True)
class Statement:
    """A named graph that states a triple, and to whom the graph is attributed."""

    graph: str
    speakers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Passage(passages.Passage):
    """A place in a source: how to find it, and what else to read with it."""

    read_with: tuple[Passage, ...] = ()


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why a triple holds, or that it does not.

    Attributes:
        triple: what is explained.
        status: how it comes to be in the graph.
        statements: the graphs that state it.
        passages: where the source states it, for what one of those graphs cites.
        rule: the name of the OWL 2 RL rule that derives it, or of hkkg's own rule that generated it.
        axiom: the axiom that the rule was compiled from, or the formula of a derived figure.
        premises: what it follows from, each explained in its turn.
        nearby: triples that do hold, where this one does not.
    """

    triple: Triple
    status: Status
    statements: tuple[Statement, ...] = ()
    passages: tuple[Passage, ...] = ()
    rule: str | None = None
    axiom: str | None = None
    premises: tuple[Explanation, ...] = ()
    nearby: tuple[Triple, ...] = field(default=())

    @property
    def holds(self) -> bool:
        """Whether the triple is in the graph."""
        return self.status is not Status.ABSENT

    def walk(self) -> Iterator[Explanation]:
        """Yield this explanation and those of all premises, depth first."""
        yield self
        for premise in self.premises:
            yield from premise.walk()

    def as_dict(self) -> dict[str, Any]:
        """Return the tree as JSON's types; what is empty is left out."""
        tree = {
            "triple": triple_as_dict(self.triple),
            "holds": self.holds,
            "status": self.status.value,
            "statements": [{"graph": s.graph, "speakers": list(s.speakers)} for s in self.statements],
            "passages": [_passage_as_dict(passage) for passage in self.passages],
            "rule": self.rule,
            "axiom": self.axiom,
            "premises": [premise.as_dict() for premise in self.premises],
            "nearby": [triple_as_dict(triple) for triple in self.nearby],
        }
        return {key: value for key, value in tree.items() if value not in (None, [])}


def _passage_as_dict(passage: Passage) -> dict[str, Any]:
    tree = {**passage.as_dict(), "readWith": [_passage_as_dict(other) for other in passage.read_with]}
    return {key: value for key, value in tree.items() if value not in (None, [])}


def triple_as_dict(triple: Triple) -> dict[str, Any]:
    """Return a triple with its terms as SPARQL's JSON results have them."""
    terms = {"subject": triple.subject, "predicate": triple.predicate, "object": triple.object}
    return {key: term_as_dict(term) for key, term in terms.items()}


def term_as_dict(term: Term) -> dict[str, Any]:
    """Return a term as SPARQL's JSON results have it."""
    match term:
        case NamedNode():
            return {"type": "uri", "value": term.value}
        case BlankNode():
            return {"type": "bnode", "value": term.value}
        case Triple():
            return {"type": "triple", "value": triple_as_dict(term)}
        case Literal(language=str() as language):
            return {"type": "literal", "value": term.value, "xml:lang": vocab.canonical_tag(language)}
        case _:
            return {"type": "literal", "value": term.value, "datatype": term.datatype.value}
