"""The texts in which a stored question is asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hkkg.questions import Question


def own_texts(question: Question) -> Iterator[str]:
    """Yield the texts in which a question is asked."""
    yield from question.question.values()
    for phrases in question.keywords.values():
        yield from phrases
