"""The tokens of Turtle and its relatives, read from any text, however broken."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

# In this order: what a later one would read as well comes first. Any text is a row of such tokens. A prefix
# has an end, so that no text takes more than its length to read.
_TOKEN: Final = re.compile(
    r"""
    (?P<comment>\#[^\r\n]*)
  | (?P<string>\"{3}(?:[^"\\]|\\.|\"{1,2}(?!\"))*\"{3}|'{3}(?:[^'\\]|\\.|'{1,2}(?!'))*'{3}
      |"(?:[^"\\\r\n]|\\.)*"|'(?:[^'\\\r\n]|\\.)*')
  | (?P<iri><[^<>"{}|^`\\\x00-\x20]*(?:\\[uU][0-9A-Fa-f]+[^<>"{}|^`\\\x00-\x20]*)*>)
  | (?P<broken><[^<>\r\n]*>)
  | (?P<directive>@(?:prefix|base)\b|(?i:prefix|base)(?=\s+(?:[\w.-]*:\s*)?<))
  | (?P<tag>@[A-Za-z0-9]+(?:-[A-Za-z0-9]*)*)
  | (?P<blank>_:[\w.-]*[\w-]|_:)
  | (?P<name>(?:[^\W\d_](?:[\w.-]{0,200}[\w-])?)?:
      (?:(?:[\w:-]|%[0-9A-Fa-f]{2}|\\.)
        (?:(?:[\w:.-]|%[0-9A-Fa-f]{2}|\\.)*(?:[\w:-]|%[0-9A-Fa-f]{2}|\\.))?)?)
  | (?P<number>[+-]?(?:\d+\.\d*[eE][+-]?\d+|\.?\d+[eE][+-]?\d+|\d*\.\d+|\d+))
  | (?P<word>\w+)
  | (?P<dot>\.)
  | (?P<space>\s+)
  | (?P<mark>.)
    """,
    re.VERBOSE | re.DOTALL,
)
_SILENT: Final = {"comment", "space"}
_STARTS_STATEMENT: Final = {"iri", "directive", "blank", "name"}
_LINE_END: Final = re.compile(r"\r\n|\r|\n")


@dataclass(frozen=True, slots=True)
class Token:
    """A token: its kind, its text, and the offset where it starts."""

    kind: str
    text: str
    start: int

    @property
    def end(self) -> int:
        """The offset after its last character."""
        return self.start + len(self.text)


class Lines:
    """The lines of a text, to turn offsets into lines and columns and back."""

    def __init__(self, text: str) -> None:
        """Find where each line starts."""
        self._starts = [0, *(found.end() for found in _LINE_END.finditer(text))]

    def place(self, offset: int) -> tuple[int, int]:
        """Return the line and column, counted from 1."""
        line = bisect_right(self._starts, offset)
        return line, offset - self._starts[line - 1] + 1

    def offset(self, line: int, column: int) -> int:
        """Return the offset of a line and column; one beyond the text is the text's last line."""
        return self._starts[min(line, len(self._starts)) - 1] + column - 1

    def starts_line(self, offset: int) -> bool:
        """Tell whether an offset is a line's first."""
        return self.place(offset)[1] == 1


def tokens(text: str, start: int = 0) -> Iterator[Token]:
    """Yield the tokens of a text, without space and comments."""
    for found in _TOKEN.finditer(text, start):
        kind = found.lastgroup or "mark"
        if kind not in _SILENT:
            yield Token(kind, found[0], found.start())


def starts_statement(token: Token) -> bool:
    """Tell whether a statement can start with a token."""
    return token.kind in _STARTS_STATEMENT or token.text in {"[", "("}


@dataclass(frozen=True, slots=True)
class Names:
    """The prefixes of a text.

    Attributes:
        declarations: each declaration's offset, its prefix (with the colon; `base` for a base) and its IRI.
        undeclared: each prefix without a declaration before it, and the offsets where it is used.
    """

    declarations: list[tuple[int, str, str]]
    undeclared: dict[str, list[int]]


def names(text: str) -> Names:
    """Read the declarations of a text and what is used without one."""
    found = Names([], {})
    declared: set[str] = set()
    waiting: tuple[int, str] | None = None
    for token in _TOKEN.finditer(text):
        kind = token.lastgroup
        if kind == "name":
            prefix = token[0].partition(":")[0] + ":"
            if waiting is not None:
                waiting = waiting[0], token[0]
                declared.add(token[0])
            elif prefix not in declared:
                found.undeclared.setdefault(prefix, []).append(token.start())
        elif kind == "directive":
            waiting = token.start(), "base"
        elif kind == "iri" and waiting is not None:
            found.declarations.append((*waiting, token[0][1:-1]))
            waiting = None
    return found


@dataclass(frozen=True, slots=True)
class TaggedString:
    """A string with a language tag: its text, without its quotation marks, its tag, and its subject."""

    text: str
    tag: Token
    subject: Token | None


def tagged_strings(text: str) -> Iterator[TaggedString]:
    """Yield each string that has a language tag."""
    before: Token | None = None
    subject: Token | None = None
    for token in tokens(text):
        if before is None or before.text in {".", "{"}:
            subject = token
        if token.kind == "tag" and before and before.kind == "string" and before.end == token.start:
            yield TaggedString(before.text.strip("\"'"), token, subject)
        before = token
