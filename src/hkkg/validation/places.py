"""Where findings stand in their files. Nothing is looked up unless there are findings."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final

from hkkg import vocab
from hkkg.errors import Place
from hkkg.positions import Positions
from hkkg.store import BlankNode, NamedNode

if TYPE_CHECKING:
    from collections.abc import Iterable

    from hkkg.checks import Finding
    from hkkg.loading import Document
    from hkkg.store import Quad, Term


_TYPE: Final = vocab.RDF + "type"


class Places:
    """The documents that findings may be in, and the positions of their triples."""

    def __init__(self, documents: Iterable[tuple[Document, list[Quad]]]) -> None:
        """Index the documents by subject."""
        self._documents: list[Document] = []
        self._holding: dict[Term, list[int]] = defaultdict(list)
        self._triples: dict[tuple[Term, str], list[tuple[int, Term]]] = defaultdict(list)
        self._owners: dict[Term, Term] = {}
        self._positions: dict[int, Positions] = {}
        for number, (document, quads) in enumerate(documents):
            self._documents.append(document)
            for quad in quads:
                self._note(number, quad)

    def _note(self, number: int, quad: Quad) -> None:
        holding = self._holding[quad.subject]
        if number not in holding:
            holding.append(number)
        self._triples[quad.subject, quad.predicate.value].append((number, quad.object))
        if isinstance(quad.object, BlankNode):
            self._owners.setdefault(quad.object, quad.subject)

    def locate(self, finding: Finding) -> Finding:
        """Return the finding with the file and line of its triple, else of its subject."""
        focus, predicate, value = self._owner(finding.focus), None, finding.value
        if finding.path is not None and focus == finding.focus:
            predicate = finding.path.first_predicate
        numbers = self._candidates(focus, predicate, value)
        if not numbers:
            return finding
        text = _text(value) if value is not None else None
        line = self._of(numbers[0]).line(_name(focus), predicate, text)
        return finding.at(Place(self._documents[numbers[0]].source, line))

    def _owner(self, focus: Term) -> Term:
        """Follow a blank node to the named thing that holds it."""
        seen = set()
        while isinstance(focus, BlankNode) and focus in self._owners and focus not in seen:
            seen.add(focus)
            focus = self._owners[focus]
        return focus

    def _candidates(self, focus: Term, predicate: str | None, value: Term | None) -> list[int]:
        triples = self._triples.get((focus, predicate), []) if predicate else []
        exact = [number for number, obj in triples if obj == value]
        typed = self._triples.get((focus, _TYPE), [])
        return exact or [number for number, _ in triples or typed] or self._holding.get(focus, [])

    def _of(self, number: int) -> Positions:
        if number not in self._positions:
            document = self._documents[number]
            self._positions[number] = (
                Positions.of_text(document.data.decode("utf-8", "replace"))
                if document.format.name in {"turtle", "ntriples"}
                else Positions({}, {}, {})
            )
        return self._positions[number]


def _name(term: Term) -> str:
    return term.value if isinstance(term, NamedNode) else str(term)


def _text(term: Term) -> str:
    return str(getattr(term, "value", term))
