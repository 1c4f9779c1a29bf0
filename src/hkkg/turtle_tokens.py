"""The tokens of Turtle and its relatives, read from any text, however broken."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

_ESCAPE: Final = r"\\(?:u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8})"
_BASE: Final = (
    "A-Za-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c-\u200d\u2070-\u218f"
    "\u2c00-\u2fef\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd\U00010000-\U000effff"
)
_CHARS: Final = rf"{_BASE}_0-9\-\u00b7\u0300-\u036f\u203f-\u2040"
_PLX: Final = r"%[0-9A-Fa-f]{2}|\\."
_LOCAL: Final = rf"(?:[{_BASE}_:0-9]|{_PLX})(?:\.*(?:[{_CHARS}:]|{_PLX}))*"

# The terminals of Turtle 1.1 (its section 6.5), each as a regular expression. A prefix has an end, so that
# no text takes more than its length to read.
COMMENT: Final = r"\#[^\r\n]*"
IRI: Final = rf"<(?:[^\x00-\x20<>\"{{}}|^`\\]|{_ESCAPE})*>"
STRING: Final = (
    r'"""(?:"{0,2}(?:[^"\\]++|\\.))*"""'
    r"|'''(?:'{0,2}(?:[^'\\]++|\\.))*'''"
    r'|"(?:[^"\\\r\n]++|\\.)*"'
    r"|'(?:[^'\\\r\n]++|\\.)*'"
)
TAG: Final = r"@[A-Za-z0-9]+(?:-[A-Za-z0-9]*)*"
BLANK: Final = rf"_:[{_BASE}_0-9](?:\.*[{_CHARS}])*"
NAME: Final = rf"(?:[{_BASE}](?:\.*[{_CHARS}]){{0,200}})?:(?:{_LOCAL})?"
NUMBER: Final = r"[+-]?(?:[0-9]+\.[0-9]*[eE][+-]?[0-9]+|\.?[0-9]+[eE][+-]?[0-9]+|[0-9]*\.[0-9]+|[0-9]+)"
LINE_END: Final = re.compile(r"\r\n|\r|\n")

# In this order: what a later one would read as well comes first. Any text is a row of such tokens.
TOKEN: Final = re.compile(
    "|".join(
        (
            f"(?P<comment>{COMMENT})",
            f"(?P<string>{STRING})",
            f"(?P<iri>{IRI})",
            r"(?P<broken><[^<>\r\n]*>)",
            r"(?P<directive>@(?:prefix|base)\b|(?i:prefix|base)(?=\s+(?:[\w.-]*:\s*)?<))",
            f"(?P<tag>{TAG})",
            f"(?P<blank>{BLANK}|_:)",
            f"(?P<name>{NAME})",
            f"(?P<number>{NUMBER})",
            r"(?P<word>\w+)",
            r"(?P<dot>\.)",
            r"(?P<space>\s+)",
            r"(?P<mark>\^\^|.)",
        )
    ),
    re.DOTALL,
)
_SILENT: Final = {"comment", "space"}
_STARTS_STATEMENT: Final = {"iri", "directive", "blank", "name"}


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
        self._starts = [0, *(found.end() for found in LINE_END.finditer(text))]

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
    for found in TOKEN.finditer(text, start):
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
    for token in TOKEN.finditer(text):
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
