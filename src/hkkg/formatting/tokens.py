"""The tokens of a Turtle document as they are written, each with the comments around it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING, Final

from hkkg.errors import FormattingError, Place
from hkkg.store.parsing import line_of

if TYPE_CHECKING:
    from collections.abc import Iterator


class Kind(Enum):
    """What a token is."""

    IRI = "iri"
    NAME = "name"
    BLANK = "blank"
    STRING = "string"
    AT = "at"
    NUMBER = "number"
    WORD = "word"
    MARK = "mark"
    END = "end"


@dataclass(slots=True)
class Comment:
    """A comment from its `#` to the end of its line.

    Attributes:
        text: as written, without spaces at its end.
        own_line: whether nothing stands before it on its line.
        gap: whether an empty line stands before it.
    """

    text: str
    own_line: bool
    gap: bool


@dataclass(slots=True)
class Token:
    """A token as written.

    Attributes:
        kind: what it is.
        text: as written.
        start: its offset.
        leading: the comments before it, from its own line's start backwards to the token before.
        trailing: the comments behind it on its line.
        gap: whether an empty line stands between it and what is before it.
        new_line: whether it is not on the line of the token before.
    """

    kind: Kind
    text: str
    start: int
    leading: list[Comment] = field(default_factory=list)
    trailing: list[Comment] = field(default_factory=list)
    gap: bool = False
    new_line: bool = False


_ESCAPE: Final = r"\\(?:u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8})"
_BASE: Final = (
    "A-Za-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c-\u200d\u2070-\u218f"
    "\u2c00-\u2fef\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd\U00010000-\U000effff"
)
_CHARS: Final = rf"{_BASE}_0-9\-\u00b7\u0300-\u036f\u203f-\u2040"
_PLX: Final = r"%[0-9A-Fa-f]{2}|\\[_~.\-!$&'()*+,;=/?#@%]"
_LOCAL: Final = rf"(?:[{_BASE}_:0-9]|{_PLX})(?:\.*(?:[{_CHARS}:]|{_PLX}))*"

_TOKEN: Final = re.compile(
    "|".join(
        (
            rf"(?P<iri><(?:[^\x00-\x20<>\"{{}}|^`\\]|{_ESCAPE})*>)",
            r'(?P<string>"""(?:"{0,2}(?:[^"\\]|\\.))*"""' + r"|'''(?:'{0,2}(?:[^'\\]|\\.))*'''"
            r'|"(?:[^"\\\r\n]|\\.)*"' + r"|'(?:[^'\\\r\n]|\\.)*')",
            rf"(?P<blank>_:[{_BASE}_0-9](?:\.*[{_CHARS}])*)",
            rf"(?P<name>(?:[{_BASE}](?:\.*[{_CHARS}])*)?:(?:{_LOCAL})?)",
            r"(?P<number>[+-]?(?:[0-9]+\.[0-9]*[eE][+-]?[0-9]+|\.?[0-9]+[eE][+-]?[0-9]+|[0-9]*\.[0-9]+|[0-9]+))",
            r"(?P<at>@[A-Za-z]+(?:-[A-Za-z0-9]+)*)",
            r"(?P<word>[A-Za-z]+)",
            r"(?P<mark>\^\^|[.;,\[\]()])",
        )
    ),
    re.DOTALL,
)
_SPACE: Final = re.compile(r"[ \t\r\n]*")
_COMMENT: Final = re.compile(r"#[^\r\n]*")
_LINE_END: Final = re.compile(r"\r\n|\r|\n")


def tokens(text: str, source: str) -> Iterator[Token]:
    """Read the tokens; the last one is of the kind END and carries the comments at the end.

    Raises:
        FormattingError: a character that starts no token of Turtle 1.1.
    """
    before: Token | None = None
    at = 0
    while True:
        at, comments, gap, new_line = _between(text, at)
        split = 0
        if before is not None:
            split = next((i for i, comment in enumerate(comments) if comment.own_line), len(comments))
            before.trailing = comments[:split]
            yield before
        if at == len(text):
            yield Token(Kind.END, "", at, comments[split:], [], gap, new_line)
            return
        found = _TOKEN.match(text, at)
        if found is None:
            raise problem(text, at, source)
        kind = Kind(found.lastgroup)
        before = Token(kind, found[0], at, comments[split:], [], gap, new_line)
        at = found.end()


def problem(text: str, at: int, source: str) -> FormattingError:
    """Say where something stands that cannot be formatted."""
    line = text.count("\n", 0, at) + 1
    column = at - text.rfind("\n", 0, at)
    return FormattingError(
        "this cannot be formatted: it is no Turtle 1.1.",
        place=Place(source, line, column),
        hint="The syntax of RDF 1.2 is left alone.",
        excerpt=line_of(text.encode(), line),
    )


def _between(text: str, at: int) -> tuple[int, list[Comment], bool, bool]:
    """Pass space and comments: where they end, the comments, and whether a gap and a new line come last."""
    comments: list[Comment] = []
    fresh = at == 0
    new_line = fresh
    while True:
        space = _SPACE.match(text, at)
        at = space.end() if space else at
        ends = len(_LINE_END.findall(space[0])) if space else 0
        own_line = ends > 0 or fresh
        new_line = new_line or ends > 0
        gap = ends > 1
        fresh = False
        comment = _COMMENT.match(text, at)
        if comment is None:
            return at, comments, gap, new_line
        comments.append(Comment(comment[0].rstrip(), own_line, gap))
        at = comment.end()
