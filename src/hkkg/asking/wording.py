"""Saying in words which question was understood, with the things that were asked about."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from hkkg import vocab
from hkkg.asking.literals import amounts, span
from hkkg.han import simplified

if TYPE_CHECKING:
    from hkkg.asking.model import Link, Match
    from hkkg.asking.names import Names
    from hkkg.questions import Parameter, Question


def own_words(question: Question, language: str) -> str:
    """Return a stored question in a language; its Simplified Chinese is made of its Traditional."""
    text = question.question.get(language)
    if text is None and language == "zh-Hans":
        return simplified(question.question["zh-Hant"])
    return text or question.question["en"]


def in_words(match: Match, names: Names, language: str) -> str:
    """Say the question of a match, with the values that were found in the place of those it has.

    A value that the question's wording has no place for stands in brackets after it.
    """
    text = own_words(match.question, language)
    extra = []
    for parameter in match.question.parameters:
        link = match.links.get(parameter.name)
        if link is None or link.is_default or parameter.type == "language":
            continue
        replaced = _put(text, parameter, link, names, language)
        if replaced is None:
            extra.append(f"{parameter.name}: {value_in_words(parameter, link, names, language)}")
        else:
            text = replaced
    return f"{text} ({', '.join(extra)})" if extra else text


def value_in_words(parameter: Parameter, link: Link, names: Names, language: str) -> str:
    """Say the value of a parameter: the name of a thing, else the value itself."""
    if parameter.type != "iri":
        return link.value
    return names.preferred(vocab.expand(link.value) or link.value, language)


def _put(text: str, parameter: Parameter, link: Link, names: Names, language: str) -> str | None:
    """Put a value in the place of a default that a text names; None if it does not name it."""
    if parameter.type != "iri":
        return _put_literal(text, parameter, link)
    default = vocab.expand(parameter.default) or parameter.default
    written = sorted({_bare(name.text) for name in names.of.get(default, ())}, key=len, reverse=True)
    found = (re.search(re.escape(name), text, re.IGNORECASE) for name in written if name)
    place = next((match for match in found if match), None)
    if place is None:
        return None
    value = _bare(value_in_words(parameter, link, names, language))
    return text[: place.start()] + value + text[place.end() :]


def _put_literal(text: str, parameter: Parameter, link: Link) -> str | None:
    """Put the dates or number that were found, as they are written, in the place of those that a text has."""
    found = span(text) if parameter.type == "date" else next(iter(amounts(text)), None)
    if parameter.type == "string" or found is None or not link.label:
        return None
    return text[: found.start] + link.label + text[found.end :]


def _bare(name: str) -> str:
    return re.sub(r"\A[Tt]he ", "", name)
