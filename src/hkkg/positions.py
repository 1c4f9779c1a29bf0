"""Where in a file each triple stands. No RDF parser tells, so this one listens in on rdflib's."""

from __future__ import annotations

import re
from bisect import bisect_right
from contextlib import suppress
from typing import TYPE_CHECKING, Any, NamedTuple

from rdflib import BNode, Graph, Literal, URIRef
from rdflib.plugins.parsers.notation3 import BadSyntax, RDFSink, SinkParser

if TYPE_CHECKING:
    from collections.abc import Mapping, MutableSequence
    from pathlib import Path

_LINE_FORMATS = {".ttl", ".nt"}
_LINE_END = re.compile(r"\r\n|\r|\n")


class Position(NamedTuple):
    """A line and a column that count from 1."""

    line: int
    column: int


class _VerbatimSink(RDFSink):
    """Keeps literals as they are written: a malformed date stays what it was."""

    def newLiteral(self, s: str, dt: URIRef | None, lang: str | None) -> Literal:  # noqa: N802 - rdflib's name
        return Literal(s, datatype=dt, lang=lang or None, normalize=False)


class _ListeningParser(SinkParser):
    """Notes the position of each subject and object, and builds no graph."""

    def __init__(self, text: str) -> None:
        self._sink = _VerbatimSink(Graph())
        super().__init__(self._sink, baseURI="", turtle=True)
        self.subjects: dict[str, Position] = {}
        self.predicates: dict[tuple[str, str], Position] = {}
        self.triples: dict[tuple[str, str, str], Position] = {}
        self._text = text
        self._line_starts = [0, *(found.end() for found in _LINE_END.finditer(text))]
        self._objects: dict[int, Position] = {}
        self._subject_is_next = False

    def listen(self) -> None:
        """Parse the text as far as it is well-formed."""
        with suppress(BadSyntax):
            self.loadBuf(self._text)

    def statement(self, argstr: str, i: int) -> int:
        """Parse one block; rdflib reads its subject as it reads an object."""
        self._subject_is_next = True
        end: int = super().statement(argstr, i)
        return end

    def object(self, argstr: str, i: int, res: MutableSequence[Any]) -> int:
        """Parse an object, and note where it starts; its triple is made only later."""
        is_subject, self._subject_is_next = self._subject_is_next, False
        start = self.skipSpace(argstr, i)
        if start < 0:
            return start
        end: int = super().object(argstr, start, res)
        if end >= 0 and is_subject:
            self.subjects.setdefault(self._name(res[-1]), self._position(start))
        elif end >= 0:
            self._objects[id(res[-1])] = self._position(start)
        return end

    def makeStatement(self, quadruple: tuple[Any, Any, Any, Any]) -> None:  # noqa: N802 - rdflib's name
        """Note a triple's position, where its object starts."""
        _, predicate, subject, obj = quadruple
        here = self._objects.get(id(obj))
        if here is None:
            return
        names = self._name(subject), self._name(predicate)
        self.predicates.setdefault(names, here)
        self.triples.setdefault((*names, self._name(obj)), here)

    def _position(self, at: int) -> Position:
        line = bisect_right(self._line_starts, at)
        return Position(line, at - self._line_starts[line - 1] + 1)

    def _name(self, node: Any) -> str:  # noqa: ANN401 - rdflib's parser passes numbers and tuples as well
        term = self._sink.normalise(None, node)
        return f"_:{term}" if isinstance(term, BNode) else str(term)


class Positions:
    """The positions of a file's subjects and triples."""

    def __init__(
        self,
        subjects: Mapping[str, Position],
        predicates: Mapping[tuple[str, str], Position],
        triples: Mapping[tuple[str, str, str], Position],
    ) -> None:
        """Keep what a parser noted."""
        self._subjects = subjects
        self._predicates = predicates
        self._triples = triples

    @classmethod
    def of_file(cls, path: Path) -> Positions:
        """Read the positions in a Turtle or N-Triples file; another file has none.

        A broken or missing file has none either: to say so is the loading layer's work.
        """
        if path.suffix.lower() not in _LINE_FORMATS or not path.is_file():
            return cls({}, {}, {})
        return cls.of_text(path.read_text(encoding="utf-8", errors="replace"))

    @classmethod
    def of_text(cls, text: str) -> Positions:
        """Read the positions in a Turtle document, as far as it is well-formed."""
        parser = _ListeningParser(text.removeprefix("\ufeff"))
        parser.listen()
        return cls(parser.subjects, parser.predicates, parser.triples)

    def position(self, subject: str, predicate: str | None = None, obj: str | None = None) -> Position | None:
        """Find a triple, else its predicate's first, else the subject's first line.

        Args:
            subject: an IRI.
            predicate: an IRI.
            obj: an IRI, or a literal's lexical form.
        """
        if predicate is not None and obj is not None and (subject, predicate, obj) in self._triples:
            return self._triples[subject, predicate, obj]
        if predicate is not None and (subject, predicate) in self._predicates:
            return self._predicates[subject, predicate]
        return self._subjects.get(subject)

    def line(self, subject: str, predicate: str | None = None, object: str | None = None) -> int | None:  # noqa: A002 - RDF's own word
        """Return the line of a triple or subject, if the file has it."""
        found = self.position(subject, predicate, object)
        return found.line if found else None
