"""What was understood, as a front end shows it: with names in place of IRIs, and reasons."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from hkkg import vocab
from hkkg.asking.wording import in_words, value_in_words

if TYPE_CHECKING:
    from hkkg.asking.asker import Asker
    from hkkg.asking.model import Confidence, Link, Match, Scores, Understanding
    from hkkg.asking.names import Names
    from hkkg.questions import Parameter


@dataclass(frozen=True, slots=True)
class Given:
    """The value of a parameter.

    Attributes:
        parameter: its name.
        value: as `Question.bind` takes it.
        label: the name or words in the text that it was found by; nothing where nothing names it.
        named: what the value is called.
        is_default: whether the value is the stored question's own.
        iri: of the value, if it is a thing.
    """

    parameter: str
    value: str
    label: str
    named: str
    is_default: bool
    iri: str | None


@dataclass(frozen=True, slots=True)
class Reported:
    """A stored question that a text may ask.

    Attributes:
        question: its name.
        words: the question with its values, in words.
        given: the values of its parameters.
        missing: the parameters that the text gives no value for, and without which it is another question.
        why: the text's own words that speak for it.
        scores: how it was ranked.
        sparql: its query with these values.
    """

    question: str
    words: str
    given: tuple[Given, ...]
    missing: tuple[str, ...]
    why: tuple[str, ...]
    scores: Scores
    sparql: str

    @property
    def things(self) -> tuple[str, ...]:
        """The IRIs of the things that are asked about."""
        return tuple(given.iri for given in self.given if given.iri)


@dataclass(frozen=True, slots=True)
class Report:
    """What a text is understood to ask.

    Attributes:
        text: what was asked.
        language: in which all is said.
        confidence: how sure the first question is.
        questions: the likeliest first.
        corrections: pairs of a word and what it was read as.
    """

    text: str
    language: str
    confidence: Confidence
    questions: tuple[Reported, ...]
    corrections: tuple[tuple[str, str], ...]


def report(asker: Asker, understanding: Understanding, language: str | None = None) -> Report:
    """Put an understanding into words.

    Args:
        asker: who understood.
        understanding: what.
        language: one of `vocab.LANGUAGES`; without it, that of the text.
    """
    said = language or understanding.language
    return Report(
        text=understanding.text,
        language=said,
        confidence=understanding.confidence,
        questions=tuple(_reported(asker, match, said) for match in understanding.matches),
        corrections=tuple(understanding.corrections.items()),
    )


def _reported(asker: Asker, match: Match, language: str) -> Reported:
    linked = ((p, match.links[p.name]) for p in match.question.parameters if p.name in match.links)
    given = (_given(parameter, link, asker.names, language) for parameter, link in linked)
    return Reported(
        question=match.question.name,
        words=in_words(match, asker.names, language),
        given=tuple(given),
        missing=match.missing,
        why=match.words,
        scores=match.scores,
        sparql=without_header(match.sparql),
    )


def _given(parameter: Parameter, link: Link, names: Names, language: str) -> Given:
    return Given(
        parameter=parameter.name,
        value=link.value,
        label=link.label,
        named=value_in_words(parameter, link, names, language),
        is_default=link.is_default,
        iri=vocab.expand(link.value) if parameter.type == "iri" else None,
    )


def without_header(query: str) -> str:
    """Leave out the header of a stored question."""
    return "".join(line for line in query.splitlines(keepends=True) if not line.startswith("#+"))
