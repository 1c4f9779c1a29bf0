"""Where in a text each triple stands. No RDF parser tells, so this one reads the tokens anew."""

from __future__ import annotations

import re
from array import array
from bisect import bisect_right
from typing import TYPE_CHECKING, Final, NamedTuple
from urllib.parse import urljoin

from hkkg.turtle_tokens import BLANK, COMMENT, IRI, LINE_END, NAME, NUMBER, STRING, TAG

if TYPE_CHECKING:
    from collections.abc import Iterator

_WORD: Final = rf"(?:{BLANK}|{NAME}|[A-Za-z]+)"
_TOKEN: Final = re.compile(
    rf"\s*(?:(?P<comment>{COMMENT})|(?P<iri>{IRI})|(?P<string>{STRING})|(?P<tag>{TAG})|(?P<type>\^\^)"
    rf"|(?P<number>{NUMBER})|(?P<mark>[][();,.{{}}])|(?P<word>{_WORD}))",
    re.DOTALL,
)
# Most triples stand plainly between two semicolons, and are read in one step.
_PLAIN: Final = re.compile(
    rf"\s*((?>{IRI}|{_WORD}))\s+((?>{IRI}|{_WORD}|{NUMBER}"
    rf'|"(?!"")[^"\\\r\n]*"(?:{TAG}|\^\^(?:{IRI}|{_WORD}))?))\s*([;,.])'
)
_LITERAL: Final = re.compile(rf"({STRING})(?:{TAG}|\s*\^\^\s*(?:{IRI}|{_WORD}))?", re.DOTALL)
_ESCAPE: Final = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))", re.DOTALL)
_ESCAPED: Final = {"t": "\t", "b": "\b", "n": "\n", "r": "\r", "f": "\f"}
_A: Final = "a"
_RDF_TYPE: Final = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
_DIRECTIVES: Final = {"@prefix", "@base", "@version", "prefix", "base", "version"}
_SUBJECT, _PREDICATE, _OBJECT, _AFTER, _FIRST, _NEXT = range(6)
# Predicates that a list's cells have stand nowhere in the text.
_UNWRITTEN: Final = -1


class Position(NamedTuple):
    """A line and a column that count from 1."""

    line: int
    column: int


class _Frame:
    """A statement, a `[…]` or a `(…)` that is open; a list's subject is its last cell."""

    __slots__ = ("opened", "outer", "predicate", "subject")

    def __init__(self, opened: int, outer: int) -> None:
        self.opened = opened
        self.outer = outer  # where its container goes on: _SUBJECT or _OBJECT or _NEXT
        self.subject = opened
        self.predicate = _UNWRITTEN


class Scan:
    """The offsets of the subject, predicate and object of each triple, in the order of the parser.

    The order is the store's parser's: it gives out a triple when its object is complete, and of those that
    one token completes, the last first.
    """

    def __init__(self, text: str) -> None:
        """Read a document in Turtle, TriG, N-Triples or N-Quads, as far as it is well-formed."""
        self.text = text
        self.subjects, self.predicates, self.objects = array("q"), array("q"), array("q")
        self._directives: list[tuple[int, str, str]] = []
        self._line_starts = array("q", [0])
        self._line_starts.extend(found.end() for found in LINE_END.finditer(text))
        self._batch: list[tuple[int, int, int]] = []
        self._frames = [_Frame(0, _SUBJECT)]
        self._mode = _SUBJECT
        self._read()

    def _read(self) -> None:
        """Read every token, a string with its tag or datatype as one."""
        string: int | None = None
        typed = False
        tokens = self._tokens()
        for kind, at, token in tokens:
            self._flush()
            if string is not None:
                if kind == "type":
                    typed = True
                    continue
                self._term(string)
                ends = typed or kind == "tag"
                string, typed = None, False
                if ends:
                    continue
            if kind == "string" and self._mode != _AFTER:
                string = at
                if self._mode in {_FIRST, _NEXT}:
                    self._cell(at)
            elif kind == "mark":
                self._mark(token, at)
            elif self._mode == _SUBJECT and kind in {"word", "tag"} and token.lower() in _DIRECTIVES:
                self._directive(token.lower(), tokens)
            elif not (self._mode == _SUBJECT and kind == "word" and token.lower() == "graph"):
                self._term(at)
        self._flush()

    def _tokens(self) -> Iterator[tuple[str, int, str]]:
        at, end, match = 0, len(self.text), _TOKEN.match
        while at < end:
            if self._mode == _PREDICATE:
                at = self._plain(at)
            found = match(self.text, at)
            if found is None:
                return
            kind = found.lastgroup or ""
            if kind != "comment":
                yield kind, found.start(kind), found[kind]
            at = found.end()

    def _plain(self, at: int) -> int:
        """Read the triples with plain objects that come next, and say where they end."""
        self._flush()
        frame, match = self._frames[-1], _PLAIN.match
        while self._mode == _PREDICATE and (found := match(self.text, at)):
            frame.predicate = found.start(1)
            self.subjects.append(frame.subject)
            self.predicates.append(frame.predicate)
            self.objects.append(found.start(2))
            at = found.end()
            if found[3] != ";":
                self._mark(found[3], at - 1)
        return at

    def _directive(self, name: str, tokens: Iterator[tuple[str, int, str]]) -> None:
        _, at, token = next(tokens, ("", 0, ""))
        if name.endswith("prefix"):
            _, at, iri = next(tokens, ("", 0, ""))
            self._directives.append((at, token, self._iri(iri, at)))
        elif name.endswith("base"):
            self._directives.append((at, "", self._iri(token, at)))

    def _flush(self) -> None:
        if self._batch:
            for subject, predicate, obj in reversed(self._batch):
                self.subjects.append(subject)
                self.predicates.append(predicate)
                self.objects.append(obj)
            self._batch.clear()

    def _emit(self, frame: _Frame, obj: int) -> None:
        self._batch.append((frame.subject, frame.predicate, obj))

    def _term(self, at: int) -> None:
        """Take an IRI, a name or a literal."""
        frame = self._frames[-1]
        if self._mode in {_FIRST, _NEXT}:
            frame = self._cell(at)
        if self._mode == _SUBJECT:
            frame.subject = at
            self._mode = _PREDICATE
        elif self._mode == _PREDICATE:
            frame.predicate = at
            self._mode = _OBJECT
        elif self._mode == _OBJECT:
            self._emit(frame, at)
            self._complete(_NEXT if self._in_list() else _OBJECT)

    def _in_list(self) -> bool:
        frame = self._frames[-1]
        return frame.predicate == _UNWRITTEN

    def _complete(self, outer: int) -> None:
        self._mode = {_SUBJECT: _PREDICATE, _OBJECT: _AFTER, _NEXT: _NEXT}[outer]

    def _cell(self, at: int) -> _Frame:
        """Make the list's cell for the element that starts here."""
        frame = self._frames[-1]
        if self._mode == _FIRST:
            if frame.outer != _SUBJECT:
                self._emit(self._frames[-2], frame.opened)
        else:
            self._emit(frame, at)
            frame.subject = at
        self._mode = _OBJECT
        return frame

    def _mark(self, mark: str, at: int) -> None:
        if mark == ")":
            self._end_list(at)
        elif mark == "]":
            frame = self._close()
            if frame and frame.outer != _SUBJECT:
                self._emit(self._frames[-1], frame.opened)
        elif mark in "[(":
            self._open(mark, at)
        elif mark == ",":
            self._mode = _OBJECT
        elif mark == ";":
            self._mode = _PREDICATE
        else:
            del self._frames[1:]
            self._mode = _SUBJECT

    def _open(self, mark: str, at: int) -> None:
        if self._mode in {_FIRST, _NEXT}:
            self._cell(at)
        outer = self._mode if self._mode == _SUBJECT else _NEXT if self._in_list() else _OBJECT
        if self._mode == _SUBJECT:
            self._frames[-1].subject, outer = at, _SUBJECT
        self._frames.append(_Frame(at, outer))
        self._mode = _PREDICATE if mark == "[" else _FIRST

    def _end_list(self, at: int) -> None:
        empty = self._mode == _FIRST
        if not empty:
            self._emit(self._frames[-1], at)
        frame = self._close()
        if frame and empty and frame.outer != _SUBJECT:
            self._emit(self._frames[-1], frame.opened)

    def _close(self) -> _Frame | None:
        if len(self._frames) == 1:
            return None
        frame = self._frames.pop()
        self._complete(frame.outer)
        return frame

    def position(self, offset: int) -> Position:
        """Turn an offset into a line and a column."""
        line = bisect_right(self._line_starts, offset)
        return Position(line, offset - self._line_starts[line - 1] + 1)

    def line(self, number: int) -> str:
        """Return a line without its end."""
        start = self._line_starts[number - 1]
        end = self._line_starts[number] if number < len(self._line_starts) else len(self.text)
        return self.text[start:end].rstrip("\r\n")

    def width(self, offset: int) -> int:
        """Count the characters of the term at an offset, as far as its line goes."""
        found = _LITERAL.match(self.text, offset) or _TOKEN.match(self.text, offset)
        return max(1, len(LINE_END.split(found.group(), maxsplit=1)[0])) if found else 1

    def name(self, offset: int) -> str | None:
        """Resolve the term at an offset: an IRI in full, a literal's lexical form; None for a blank node."""
        found = _TOKEN.match(self.text, offset) if offset >= 0 else None
        if found is None or found.lastgroup == "mark":
            return None
        token, kind = found.group(), found.lastgroup
        if kind == "iri":
            return self._iri(token, offset)
        if kind == "string":
            quotes = 3 if token[:3] in {'"""', "'''"} else 1
            return _unescape(token[quotes:-quotes])
        return _RDF_TYPE if token == _A else self._expanded(token, offset)

    def _expanded(self, token: str, offset: int) -> str:
        """Expand a prefixed name; a number, a boolean and a blank node's label stay as they are."""
        prefix, colon, local = token.partition(":")
        if not colon or prefix == "_":
            return token
        return self._known(prefix + ":", offset) + _unescape(local)

    def _iri(self, token: str, offset: int) -> str:
        iri = _unescape(token[1:-1])
        base = self._known("", offset)
        return urljoin(base, iri) if base else iri

    def _known(self, prefix: str, offset: int) -> str:
        """Find what a prefix, or the base, stands for at an offset."""
        return next(
            (iri for at, name, iri in reversed(self._directives) if name == prefix and at < offset), ""
        )


def _unescape(text: str) -> str:
    if "\\" not in text:
        return text
    return _ESCAPE.sub(
        lambda found: (
            chr(int(found[1] or found[2], 16)) if found[1] or found[2] else _ESCAPED.get(found[3], found[3])
        ),
        text,
    )
