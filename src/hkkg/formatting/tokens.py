"""The tokens of a Turtle document as they are written, each with the comments around it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING, Final

from hkkg import turtle_tokens
from hkkg.errors import FormattingError, Place
from hkkg.store.parsing import line_of
from hkkg.turtle_tokens import LINE_END, TOKEN

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


# What each token of the text is; another one is beyond Turtle 1.1.
_KINDS: Final = {
    "iri": Kind.IRI,
    "string": Kind.STRING,
    "directive": Kind.AT,
    "tag": Kind.AT,
    "blank": Kind.BLANK,
    "name": Kind.NAME,
    "number": Kind.NUMBER,
    "word": Kind.WORD,
    "dot": Kind.MARK,
    "mark": Kind.MARK,
}
_MARKS: Final = frozenset({"^^", ".", ";", ",", "[", "]", "(", ")"})
_TAG: Final = re.compile(r"@[A-Za-z]+(?:-[A-Za-z0-9]+)*")
_SPACE: Final = re.compile(r"[ \t\r\n]*")
_COMMENT: Final = re.compile(turtle_tokens.COMMENT)


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
        found = TOKEN.match(text, at)
        kind = _kind(found) if found else None
        if found is None or kind is None:
            raise problem(text, at, source)
        before = Token(kind, found[0], at, comments[split:], [], gap, new_line)
        at = found.end()


def _kind(found: re.Match[str]) -> Kind | None:
    """Say what a token is; None if Turtle 1.1 has no such token."""
    kind = _KINDS.get(found.lastgroup or "")
    if kind is Kind.MARK:
        return kind if found[0] in _MARKS else None
    return kind if found.lastgroup != "tag" or _TAG.fullmatch(found[0]) else None


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
        ends = len(LINE_END.findall(space[0])) if space else 0
        own_line = ends > 0 or fresh
        new_line = new_line or ends > 0
        gap = ends > 1
        fresh = False
        comment = _COMMENT.match(text, at)
        if comment is None:
            return at, comments, gap, new_line
        comments.append(Comment(comment[0].rstrip(), own_line, gap))
        at = comment.end()
