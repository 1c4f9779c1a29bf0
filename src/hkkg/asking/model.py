"""What a question in words is understood as."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from hkkg.questions import Question


class Confidence(StrEnum):
    """How sure the understanding of a question is."""

    SURE = "sure"
    UNSURE = "unsure"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Link:
    """A part of a text that gives a parameter its value.

    Attributes:
        parameter: the name of the parameter.
        value: as `Question.bind` takes it: a CURIE, a date, a number, a text or a language tag.
        label: the name or words by which the value was found, as they are written.
        covered: the numbers of the text's atoms that speak of it.
        is_default: whether it is the value that the stored question has.
        rivals: other values that the same words name just as well.
    """

    parameter: str
    value: str
    label: str
    covered: frozenset[int]
    is_default: bool
    rivals: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Scores:
    """Why a question is taken to be meant.

    Attributes:
        likelihood: how many times likelier the text's words are where the question is asked than anywhere, as
            the mean of logarithms.
        coverage: the share of what the text says that is known of the question, or gives parameters values.
        probability: that it is the question that is meant, if any of them is.
    """

    likelihood: float
    coverage: float
    probability: float


@dataclass(frozen=True, slots=True)
class Match:
    """A stored question that a text may ask.

    Attributes:
        question: the stored question.
        links: how its parameters were found in the text, by parameter.
        missing: the parameters that it needs and the text does not give.
        words: the text's words that speak for it, as they are written.
        scores: how it was ranked.
    """

    question: Question
    links: Mapping[str, Link]
    missing: tuple[str, ...]
    words: tuple[str, ...]
    scores: Scores

    @property
    def values(self) -> dict[str, str]:
        """The values of the parameters that the text gives."""
        return {name: link.value for name, link in self.links.items()}

    @property
    def sparql(self) -> str:
        """The query, with these values.

        Raises:
            ParameterError: a value does not suit its parameter.
        """
        return self.question.bind(self.values.items())


@dataclass(frozen=True, slots=True)
class Understanding:
    """What a text is understood to ask.

    Attributes:
        text: what was asked, without what shows nothing.
        language: in which it was asked.
        confidence: sure of the first match, unsure, or nothing found.
        matches: the likeliest first, at most as many as are offered.
        corrections: words that were read as others, since nothing has them as they are written.
    """

    text: str
    language: str
    confidence: Confidence
    matches: tuple[Match, ...]
    corrections: Mapping[str, str]

    @property
    def best(self) -> Match | None:
        """The likeliest match, if there is any."""
        return self.matches[0] if self.matches else None
