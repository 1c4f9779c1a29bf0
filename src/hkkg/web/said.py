"""Texts of stored questions for a page, each with the language that it is in."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from hkkg import vocab
from hkkg.han import simplified

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from hkkg.questions import Question


class Said(NamedTuple):
    """A text, and the language that it is in."""

    text: str
    lang: str


class Listed(NamedTuple):
    """A question as lists show it."""

    name: str
    said: Said


def said(texts: Mapping[str, str], language: str) -> Said:
    """Choose the text in a page's language, or in the nearest that there is.

    Simplified characters are derived from traditional ones, as in the graph.
    """
    if language == "zh-Hans" and language not in texts and "zh-Hant" in texts:
        return Said(simplified(texts["zh-Hant"]), language)
    tag = vocab.nearest(texts, language)
    return Said("", language) if tag is None else Said(texts[tag], tag)


def by_theme(questions: Iterable[Question], language: str) -> dict[str, list[Listed]]:
    """Group questions by their first tag, in the order of the tags' names."""
    grouped: dict[str, list[Listed]] = {}
    for question in questions:
        grouped.setdefault(question.tags[0], []).append(listed(question, language))
    return dict(sorted(grouped.items()))


def listed(question: Question, language: str) -> Listed:
    """Say a question for a list."""
    return Listed(question.name, said(question.question, language))


def without_header(query: str) -> str:
    """Leave out the lines of a question's header, which describe it and are no part of the query."""
    return "\n".join(line for line in query.splitlines() if not line.startswith("#+"))
