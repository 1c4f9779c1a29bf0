"""Every error of a document, not only the first: reading goes on at the next statement."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from difflib import get_close_matches
from typing import TYPE_CHECKING, Final

from hkkg import turtle_tokens, vocab
from hkkg.checks.language_tags import any_ill_formed, well_formed
from hkkg.errors import Place, SyntaxProblemError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from hkkg.loading import Document
    from hkkg.store import Quad
    from hkkg.turtle_tokens import Lines, Names, Token

MOST_PROBLEMS: Final = 100
_RECOVERABLE: Final = {"turtle", "ntriples"}
# The one tag that is shorter than `und`, which stands for it while the rest is read.
_SHORT_TAG: Final = re.compile(r"""(?<=["'])@[A-Za-z0-9](?![A-Za-z0-9-])""")
_STAND_IN: Final = "urn:undeclared:"
_LONGEST_EXCERPT: Final = 2000


@dataclass(frozen=True, slots=True)
class Reading:
    """A document as far as it can be read: its quads if it is whole, else all that is wrong with it."""

    quads: Sequence[Quad]
    problems: tuple[SyntaxProblemError, ...] = ()


def read(document: Document) -> Reading:
    """Parse a document, and find every error of a broken one.

    A language tag that is not well-formed is read as `und`: that is a finding, and no reason to read no more.
    """
    try:
        return Reading(document.compact_quads())
    except SyntaxProblemError as error:
        text = _text(document)
        if text is None:
            return Reading([], (error,))
        mended = _mend_tags(text)
        if mended != text:
            try:
                return Reading(replace(document, data=mended.encode()).compact_quads())
            except SyntaxProblemError as other:
                error = other
        return Reading([], problems(document, error))


def problems(document: Document, first: SyntaxProblemError) -> tuple[SyntaxProblemError, ...]:
    """Find every error of a document whose first is known; in a format without statements, that one alone.

    The search ends after a hundred.
    """
    text = _text(document)
    if text is None:
        return (first,)
    mended = _mend_tags(text)
    lines, names = turtle_tokens.Lines(mended), turtle_tokens.names(mended)
    found = [*_undeclared(document, mended, lines, names), *_each_problem(document, mended, lines, names)]
    if mended != text:
        found = [_unmended(problem, text) for problem in found]
    return tuple(sorted(found or [first], key=_order)[:MOST_PROBLEMS])


def _unmended(problem: SyntaxProblemError, text: str) -> SyntaxProblemError:
    """Give an error the line and column that it has in the text before its tags were mended."""
    place = problem.place
    if place is None or place.line is None or place.column is None:
        return problem
    lines = turtle_tokens.Lines(text)
    line = _excerpt(text, lines, place.line)
    column = place.column
    for found in _SHORT_TAG.finditer(line or ""):
        if found.end() < column:
            column -= 2
    return SyntaxProblemError(
        problem.message, place=Place(place.source, place.line, column), hint=problem.hint, excerpt=line
    )


def _order(problem: SyntaxProblemError) -> tuple[int, int]:
    place = problem.place
    return (place.line or 0, place.column or 0) if place else (0, 0)


def _text(document: Document) -> str | None:
    if document.format.name not in _RECOVERABLE or b"\0" in document.data:
        return None
    try:
        return document.data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return None


def _mend_tags(text: str) -> str:
    """Write `und` for each language tag that is not well-formed, in as many characters if it has three."""
    if not any_ill_formed(text):
        return text
    parts, end = [], 0
    for string in turtle_tokens.tagged_strings(text):
        token = string.tag
        if not well_formed(token.text[1:]):
            parts += [text[end : token.start], "@und".ljust(len(token.text))]
            end = token.end
    return "".join([*parts, text[end:]])


def _undeclared(document: Document, text: str, lines: Lines, names: Names) -> Iterator[SyntaxProblemError]:
    """Say of each prefix that is used without a declaration before it where it is first used."""
    declared = [name for _, name, _ in names.declarations]
    for prefix, uses in names.undeclared.items():
        line, column = lines.place(uses[0])
        number = len({lines.place(use)[0] for use in uses})
        others = f" It is used on {number} lines." if number > 1 else ""
        yield SyntaxProblemError(
            f"the prefix {prefix} is not declared.{others}",
            place=Place(document.source, line, column),
            hint=_prefix_hint(prefix, declared),
            excerpt=_excerpt(text, lines, line),
        )


def _prefix_hint(prefix: str, declared: list[str]) -> str:
    known = vocab.PREFIXES.get(prefix[:-1])
    near = get_close_matches(prefix, declared, n=1)
    if near and not known:
        return f"Did you mean {near[0]}? Else declare it: @prefix {prefix} <…> ."
    return f"Declare it: @prefix {prefix} <{known or '…'}> ."


def _each_problem(document: Document, text: str, lines: Lines, names: Names) -> Iterator[SyntaxProblemError]:
    """Parse the text from its start, and after each error from the next statement on."""
    header = "".join(f"@prefix {prefix} <{_STAND_IN}> . " for prefix in names.undeclared)
    start: int | None = 0
    for _ in range(MOST_PROBLEMS):
        if start is None:
            return
        declared = [_declare(name, iri) for at, name, iri in names.declarations if at < start]
        problem, at = _first_problem(document, header + "".join(declared), text, start, lines)
        if problem is None:
            return
        yield problem
        start = _next_statement(text, start, at, lines)


def _declare(name: str, iri: str) -> str:
    return f"@base <{iri}> . " if name == "base" else f"@prefix {name} <{iri}> . "


def _first_problem(
    document: Document, prologue: str, text: str, start: int, lines: Lines
) -> tuple[SyntaxProblemError | None, int]:
    """Parse from a statement on; return the first error, with its place in the whole, and its offset."""
    first_line = lines.place(start)[0]
    column_shift = lines.place(start)[1] - 1 - len(prologue)
    try:
        replace(document, data=(prologue + text[start:]).encode()).compact_quads()
    except SyntaxProblemError as error:
        place = error.place
        if place is None or place.line is None:
            return error, len(text)
        line = place.line + first_line - 1
        column = place.column or 1
        if place.line == 1:
            column = max(1, column + column_shift)
        moved = SyntaxProblemError(
            error.message,
            place=Place(document.source, line, column),
            hint=error.hint,
            excerpt=_excerpt(text, lines, line),
        )
        return moved, max(start, lines.offset(line, column))
    return None, len(text)


def _next_statement(text: str, start: int, at: int, lines: Lines) -> int | None:
    """Find where to read on after an error: at the first token at a line's start that follows a dot.

    An error at a line's start, where a statement can begin, means that the one before was not ended.
    """
    before: Token | None = None
    for token in turtle_tokens.tokens(text, start):
        fresh = token.start > start and starts_line(token, lines)
        if fresh and token.start == at:
            return at
        if fresh and token.start > at and before is not None and before.kind == "dot":
            return token.start
        before = token
    return None


def starts_line(token: Token, lines: Lines) -> bool:
    """Tell whether a token can start a statement, and stands at a line's start."""
    return turtle_tokens.starts_statement(token) and lines.starts_line(token.start)


def _excerpt(text: str, lines: Lines, line: int) -> str | None:
    start = lines.offset(line, 1)
    end = text.find("\n", start)
    found = text[start : end if end >= 0 else len(text)].rstrip("\r")
    return found if len(found) <= _LONGEST_EXCERPT else None
