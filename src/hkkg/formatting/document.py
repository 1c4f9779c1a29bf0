"""One document, formatted and compared with what it was."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from hkkg import formats
from hkkg.errors import FormattingError, Place
from hkkg.formatting.ordering import tidy
from hkkg.formatting.parsing import read
from hkkg.formatting.printing import write
from hkkg.formatting.sameness import ANY_BASE, meaning
from hkkg.formatting.tokens import Kind, tokens
from hkkg.store import parse

if TYPE_CHECKING:
    from collections.abc import Iterable

    from hkkg.formatting.tokens import Token


def format_turtle(text: str, source: str) -> str:
    """Write a Turtle document in the project's style.

    Args:
        text: the document.
        source: what errors call it.

    Raises:
        SyntaxProblemError: the document is not well-formed, with line and column.
        FormattingError: it is not Turtle 1.1, or it could not be formatted without a change of meaning.
    """
    parse(text.encode(), formats.TURTLE, source=source, base=ANY_BASE)  # tells what is broken, and where
    document = read(text, source)
    tidy(document)
    result = write(document)
    if result != text and not _same(text, result, source):
        raise FormattingError(
            "this document is left alone: formatted, it would not say the same.",
            place=Place(source),
            hint="This is a defect of hkkg: please report it with the document.",
        )
    return result


def _same(text: str, result: str, source: str) -> bool:
    before, after = list(tokens(text, source)), list(tokens(result, source))
    labels = {token.text.removeprefix("_:") for token in before if token.kind is Kind.BLANK}
    return _comments(before) == _comments(after) and (
        meaning(text, source, labels) == meaning(result, source, labels)
    )


def _comments(found: Iterable[Token]) -> Counter[str]:
    return Counter(comment.text for token in found for comment in (*token.leading, *token.trailing))
