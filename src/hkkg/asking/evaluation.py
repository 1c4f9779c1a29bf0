"""Scoring what is understood against a stored set of questions in words."""

from __future__ import annotations

import csv
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from hkkg import loading
from hkkg.asking.asker import Asker
from hkkg.asking.model import Confidence
from hkkg.asking.wordings import stored_wordings
from hkkg.questions import find_question

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from hkkg.asking.model import Match, Understanding
    from hkkg.store import EmbeddedStore

_NONE: Final = "-"
ALL: Final = "all"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a row wants understood: a question, and the values of its parameters that matter."""

    question: str
    values: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Row:
    """A question in words.

    Attributes:
        language: in which it is asked.
        text: the question.
        wanted: what is right, the best first; nothing if no stored question answers it.
    """

    language: str
    text: str
    wanted: tuple[Wanted, ...]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a row.

    Attributes:
        row: the row.
        understood: what its text was understood as.
        is_right: whether the first question and its parameters are right; where no stored question answers,
            whether none is said to for sure.
        is_wrong_unflagged: whether a wrong one is said for sure.
    """

    row: Row
    understood: Understanding
    is_right: bool
    is_wrong_unflagged: bool


def read_rows(path: Path) -> list[Row]:
    """Read a set: language, text, question, parameters (`name=value;…`), and also: further right ones.

    A question of `-` says that none answers. Each of `also`, parted by blanks, is `question?name=value;…`, or
    `question` alone, which takes the row's value if it has a parameter for it.
    """
    lines = loading.read_text(path).splitlines()
    records = csv.DictReader((line for line in lines if line), delimiter="\t", quoting=csv.QUOTE_NONE)
    return [_row(record) for record in records]


def _row(record: Mapping[str, str]) -> Row:
    wanted = []
    if record["question"] != _NONE:
        wanted = [_wanted(f"{record['question']}?{record['parameters'] or ''}")]
        wanted += [_carried(_wanted(text), wanted[0]) for text in (record["also"] or "").split()]
    return Row(record["language"], record["text"], tuple(wanted))


def _carried(other: Wanted, first: Wanted) -> Wanted:
    """Let a further right question that names no values take those of the first, where it can."""
    if other.values:
        return other
    known = {p.name: p.type for p in find_question(other.question).parameters}
    types = [p.type for p in find_question(first.question).parameters if p.name in first.values]
    same = {name: value for name, value in first.values.items() if name in known}
    if not same and len(first.values) == 1 and list(known.values()).count(types[0]) == 1:
        name = next(name for name, kind in known.items() if kind == types[0])
        same = {name: next(iter(first.values.values()))}
    return Wanted(other.question, same)


def _wanted(text: str) -> Wanted:
    name, _, values = text.partition("?")
    return Wanted(name, dict(pair.split("=", 1) for pair in values.split(";") if pair))


def evaluate(asker: Asker, rows: Iterable[Row]) -> list[Outcome]:
    """Understand each row, and judge it."""
    return [_judge(row, asker.understand(row.text)) for row in rows]


def cross_validated(store: EmbeddedStore, rows: Sequence[Row], folds: int = 5) -> list[Outcome]:
    """Judge each row by an asker that has not learnt its text, but for that all stored wordings."""
    outcomes = []
    for fold in range(folds):
        left_out = rows[fold::folds]
        texts = {row.text for row in left_out}
        wordings = [wording for wording in stored_wordings() if wording.text not in texts]
        outcomes += evaluate(Asker(store, wordings=wordings), left_out)
    return outcomes


def _judge(row: Row, understood: Understanding) -> Outcome:
    is_sure = understood.confidence is Confidence.SURE
    if not row.wanted:
        return Outcome(row, understood, is_right=not is_sure, is_wrong_unflagged=is_sure)
    best = understood.best
    is_right = best is not None and any(_is_as_wanted(best, wanted) for wanted in row.wanted)
    return Outcome(row, understood, is_right=is_right, is_wrong_unflagged=is_sure and not is_right)


def _is_as_wanted(match: Match, wanted: Wanted) -> bool:
    """Whether a match is right; what is not wanted otherwise is at its default, or a language of answers."""
    if match.question.name != wanted.question:
        return False
    for parameter in match.question.parameters:
        got = match.values.get(parameter.name, parameter.default)
        if parameter.name in wanted.values:
            right = wanted.values[parameter.name]
        elif parameter.type == "language":
            continue
        else:
            right = parameter.default
        if got != right:
            return False
    return True


@dataclass(frozen=True, slots=True)
class Score:
    """The counts of a set or of one of its languages."""

    rows: int
    right: int
    wrong_unflagged: int
    sure: int


def scores(outcomes: Iterable[Outcome]) -> dict[str, Score]:
    """Count outcomes by language, and all together."""
    counted: dict[str, Counter[str]] = {}
    for outcome in outcomes:
        for language in (outcome.row.language, ALL):
            counts = counted.setdefault(language, Counter())
            counts["rows"] += 1
            counts["right"] += outcome.is_right
            counts["wrong_unflagged"] += outcome.is_wrong_unflagged
            counts["sure"] += outcome.understood.confidence is Confidence.SURE
    return {
        language: Score(counts["rows"], counts["right"], counts["wrong_unflagged"], counts["sure"])
        for language, counts in sorted(counted.items())
    }
