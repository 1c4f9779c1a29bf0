"""Whether a record's dates and their qualifiers can be read in its passages."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from hkkg import vocab
from hkkg.evidence.dates import agreeing, given_by, mentions, parse_date, readable
from hkkg.evidence.findings import Problem
from hkkg.evidence.model import DATE_QUALIFIER
from hkkg.evidence.texts import plain
from hkkg.store import Literal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hkkg.evidence.dates import Mention, PartialDate
    from hkkg.evidence.model import Evidence


def dates_of(evidence: Evidence, resource: str) -> list[tuple[str, Literal]]:
    """List a record's dates with their predicates."""
    return [
        (predicate, term)
        for predicate in evidence.statements.predicates(resource)
        if predicate in evidence.model.dates
        for term in evidence.statements.objects(resource, predicate)
        if isinstance(term, Literal)
    ]


def date_problems(evidence: Evidence, resource: str) -> Iterator[Problem]:
    """Find dates that are malformed, or that a passage and what it is read with do not give."""
    for predicate, term in dates_of(evidence, resource):
        date = parse_date(term.value, term.datatype.value)
        if date is None:
            kind = vocab.curie(term.datatype.value)
            message = f"{term.value!r} is no date of the type {kind}."
            yield Problem(resource, "date-malformed", message, "", predicate, term.value)
            continue
        for passage in evidence.passages_of(resource):
            for problem in _reading_problems(evidence, resource, passage, date):
                yield replace(problem, predicate=predicate, object=term.value)


def _reading_problems(
    evidence: Evidence, resource: str, passage: str, date: PartialDate
) -> Iterator[Problem]:
    """Find a date that cannot be read, or words beside it that qualify it and that the record leaves out."""
    place, levels = vocab.curie(passage), evidence.passages.levels(passage)
    if not readable(date, levels):
        message = f"the date {date} cannot be read in {place}, nor in what it is read with."
        yield Problem(resource, "date-unread", message, given_by(levels))
    found = agreeing(date, levels[0])
    stated = evidence.statements.values(resource, DATE_QUALIFIER)
    for qualifier, words in evidence.model.qualifiers.items():
        printed = [word for word in words if any(_beside(mention, word) for mention in found)]
        if printed and qualifier not in stated:
            message = f"{place} qualifies the date by {printed[0]}, the record does not."
            yield Problem(resource, "date-qualifier-missing", message, vocab.curie(qualifier))


def _beside(mention: Mention, word: str) -> bool:
    """Whether a word stands directly before or after a date; 年底 and 年中 begin with the date's own 年."""
    own_year = mention.date.month is None and mention.date.day is None and word.startswith("年")
    after = mention.after.startswith(word.removeprefix("年") if own_year else word)
    return after or mention.before.endswith(word)


def qualifier_problems(evidence: Evidence, resource: str) -> Iterator[Problem]:
    """Find date qualifiers that no word of a passage, or of what it is read with, expresses."""
    for qualifier in evidence.statements.values(resource, DATE_QUALIFIER):
        words = evidence.model.qualifiers.get(qualifier, ())
        for passage in evidence.passages_of(resource):
            texts = evidence.passages.texts(passage)
            if not any(_expressed(word, text) for word in words for text in texts):
                shown = "、".join(words) or "no hkkg:expressedAs"
                message = f"{vocab.curie(qualifier)} ({shown}) is not expressed in {vocab.curie(passage)}."
                yield Problem(resource, "date-qualifier-unread", message, "", DATE_QUALIFIER, qualifier)


def _expressed(word: str, text: str) -> bool:
    """Whether a text has a qualifier's word; one of a single character counts only beside a date."""
    if len(word) > 1:
        return word in plain(text)
    return any(_beside(mention, word) for mention in mentions(text))
