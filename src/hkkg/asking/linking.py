"""Linking the parameters of a question to what a text names."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from hkkg import vocab
from hkkg.asking.lexicon import terms_of
from hkkg.asking.literals import LANGUAGE_IDEAS
from hkkg.asking.model import Link
from hkkg.asking.wordings import own_texts

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from hkkg.asking.candidates import Candidates
    from hkkg.asking.names import Mention
    from hkkg.asking.reading import Reading
    from hkkg.questions import Parameter, Question

_EXACT: Final = 2.0
_LEAST_SHARE: Final = 0.55
_LEAST_STRENGTH: Final = 0.35
_EQUAL: Final = 1e-9
_QUOTED: Final = re.compile(r"""["“「『《'‘]([^"”」』》'’]{1,100})["”」』》'’]""")
_ANY_CODE: Final = re.compile(r"\d")


@dataclass(frozen=True, slots=True)
class _Found:
    thing: str
    label: str
    covered: frozenset[int]
    strength: float


class Linker:
    """Finds the values of one question's parameters.

    Args:
        question: the question.
        candidates: what each of its parameters may take that takes a thing, by the parameter's name.
    """

    def __init__(self, question: Question, candidates: Mapping[str, Candidates]) -> None:
        """Take what is known of the question."""
        self._question = question
        self._candidates = candidates
        self._names_languages = any(LANGUAGE_IDEAS.keys() & terms_of(text) for text in own_texts(question))

    def things(self, parameter: str) -> tuple[str, ...]:
        """Return what a parameter may take that takes a thing, sorted."""
        return self._candidates[parameter].ordered

    def links(self, reading: Reading, language: str) -> dict[str, Link]:
        """Link the parameters to a text, as far as it names values for them."""
        found: dict[str, Link] = {}
        for parameter in self._question.parameters:
            link = self._link(parameter, reading, language)
            if link is not None:
                found[parameter.name] = link
        return found

    def _link(self, parameter: Parameter, reading: Reading, language: str) -> Link | None:
        match parameter.type:
            case "iri":
                return self._thing(parameter, reading)
            case "date":
                return self._date(parameter, reading)
            case "language":
                return _language(parameter, reading, language, is_subject=self._names_languages)
            case "string":
                return _text(parameter, reading)
            case _:
                return _number(parameter, reading)

    def _thing(self, parameter: Parameter, reading: Reading) -> Link | None:
        candidates = self._candidates[parameter.name]
        found = [*_mentioned(reading, candidates), *_resembling(reading, candidates)]
        found.sort(key=lambda f: f.thing)
        best = max(found, key=lambda f: (f.strength, f.label), default=None)
        if best is None:
            return None
        equal = (f.thing for f in found if f.strength > best.strength - _EQUAL and f.thing != best.thing)
        rivals = tuple(sorted({vocab.curie(thing) for thing in equal}))
        return _link(parameter, vocab.curie(best.thing), best.label, best.covered, rivals)

    def _date(self, parameter: Parameter, reading: Reading) -> Link | None:
        """Take the first day of a period for the first of two parameters, and its last day for any other."""
        period = reading.period
        if period is None:
            return None
        dates = [p.name for p in self._question.parameters if p.type == "date"]
        value = period.first if len(dates) > 1 and parameter.name == dates[0] else period.last
        covered = reading.within(period.start, period.end)
        label = reading.text[period.start : period.end].strip()
        return _link(parameter, value, label, covered)


def _link(
    parameter: Parameter, value: str, label: str, covered: frozenset[int], rivals: tuple[str, ...] = ()
) -> Link:
    return Link(parameter.name, value, label, covered, is_default=value == parameter.default, rivals=rivals)


def _mentioned(reading: Reading, candidates: Candidates) -> Iterator[_Found]:
    for mention in reading.mentions:
        covered = frozenset(range(mention.first, mention.last))
        phrase = reading.atoms[mention.first : mention.last]
        for thing in candidates.things.intersection(mention.things):
            label = candidates.names.named(thing, phrase)
            if candidates.are_records and thing not in candidates.names.records:
                yield _Found(thing, label, covered, _LEAST_STRENGTH)
            else:
                yield _Found(thing, label, covered, _EXACT + _length(phrase))


def _length(phrase: Sequence[object]) -> float:
    return 0.5 * min(len(phrase), 8)


def _resembling(reading: Reading, candidates: Candidates) -> Iterator[_Found]:
    # The name of a record is made of those of what it is about.
    terms = reading.terms if candidates.are_records else reading.outside
    for thing, (share, mass, name, common) in candidates.resembling(t.name for t in terms).items():
        strength = share * mass
        if share >= _LEAST_SHARE and strength >= _LEAST_STRENGTH:
            covered = frozenset(n for t in terms if t.name in common for n in range(t.first, t.last))
            yield _Found(thing, name.text, covered, strength)


def _language(parameter: Parameter, reading: Reading, language: str, *, is_subject: bool) -> Link:
    """Take the language that the text names if the question is about languages, else that which it is in."""
    for term in reading.terms:
        if is_subject and term.name in LANGUAGE_IDEAS:
            covered = frozenset(range(term.first, term.last))
            value = LANGUAGE_IDEAS[term.name]
            return _link(parameter, value, reading.written(covered), covered)
    return _link(parameter, language, "", frozenset())


def _number(parameter: Parameter, reading: Reading) -> Link | None:
    for amount in reading.amounts:
        if amount.is_whole or parameter.type == "decimal":
            covered = reading.within(amount.start, amount.end)
            label = reading.text[amount.start : amount.end].strip()
            return _link(parameter, amount.value, label, covered)
    return None


def _text(parameter: Parameter, reading: Reading) -> Link | None:
    """Take a code of the default's shape if that is one, else what is quoted, else the longest name."""
    quoted = [match.span(1) for match in _QUOTED.finditer(reading.text)]
    has_code = _ANY_CODE.search(parameter.default) is not None
    if has_code:
        found = re.search(_shape(parameter.default), reading.text)
        spans = [(found.start(), found.end())] if found else []
    else:
        spans = quoted or _names_in(reading.mentions, reading)
    if not spans:
        return None
    start, end = max(spans, key=lambda s: s[1] - s[0])
    value = reading.text[start:end].strip()
    covered = reading.within(start, end)
    return _link(parameter, value, value, covered)


def _names_in(mentions: Iterable[Mention], reading: Reading) -> list[tuple[int, int]]:
    return [(reading.atoms[m.first].start, reading.atoms[m.last - 1].end) for m in mentions if not m.is_word]


def _shape(default: str) -> str:
    """Write the pattern of codes that look like a default: the same letters, and any digits."""
    return rf"(?<![A-Za-z\d]){re.sub(r'[0-9]+', r'[0-9]+', re.escape(default))}(?![A-Za-z\d])"
