"""Ranking the stored questions by how probable it is that a text asks them."""

from __future__ import annotations

from dataclasses import dataclass
from math import exp
from typing import TYPE_CHECKING, Final

from hkkg.asking.model import Match, Scores

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from hkkg.asking.lexicon import Term
    from hkkg.asking.likelihood import Likelihood
    from hkkg.asking.linking import Linker
    from hkkg.asking.model import Link
    from hkkg.asking.reading import Reading
    from hkkg.questions import Question

# What each sign weighs, as the cross-validated development set makes the right questions most probable.
_LIKELIHOOD: Final = 3.5
_COVERAGE: Final = 2.6
_LINKED: Final = 2.0
_MISSING: Final = -1.2


@dataclass(frozen=True, slots=True)
class Asked:
    """A text, ready to be compared with questions.

    Attributes:
        reading: the text.
        language: in which it is asked.
        says: its terms, and the classes of what it names.
        features: all that may tell which question it asks.
    """

    reading: Reading
    language: str
    says: Sequence[Term]
    features: frozenset[str]


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a question besides how it is asked.

    Attributes:
        question: the question.
        linker: of its parameters.
        needed: the parameters without whose value it is not that question.
    """

    question: Question
    linker: Linker
    needed: frozenset[str]


@dataclass(frozen=True, slots=True)
class _Compared:
    """A question as far as it agrees with a text.

    Attributes:
        question: the question.
        links: of its parameters.
        missing: the parameters that it needs and the text does not give.
        likelihood: of the text's words.
        coverage: of what the text says.
        evidence: the logarithm of what its probability is a share of.
    """

    question: Question
    links: Mapping[str, Link]
    missing: tuple[str, ...]
    likelihood: float
    coverage: float
    evidence: float


class Matcher:
    """Compares texts with questions, by a log-linear model.

    Args:
        known: the questions.
        likelihood: of the words in which each is asked.
    """

    def __init__(self, known: Iterable[Known], likelihood: Likelihood) -> None:
        """Take the questions."""
        self._known = tuple(known)
        self._likelihood = likelihood

    def ranked(self, text: Asked) -> list[Match]:
        """Rank all questions, the likeliest first."""
        likelihoods = self._likelihood.of(text.features)
        compared = [self._compared(known, likelihoods[known.question.name], text) for known in self._known]
        compared.sort(key=lambda c: (-c.evidence, c.question.name))
        shares = [exp(c.evidence - compared[0].evidence) for c in compared]
        whole = sum(shares)
        return [self._match(c, share / whole, text) for c, share in zip(compared, shares, strict=True)]

    def _compared(self, known: Known, likelihood: float, text: Asked) -> _Compared:
        links = known.linker.links(text.reading, text.language)
        linked = {link.parameter for link in links.values() if link.covered}
        missing = tuple(sorted(known.needed - linked))
        coverage = self._coverage(known.question.name, links, text)
        evidence = (
            _LIKELIHOOD * likelihood + _COVERAGE * coverage + _LINKED * len(linked) + _MISSING * len(missing)
        )
        return _Compared(known.question, links, missing, likelihood, coverage, evidence)

    def _coverage(self, name: str, links: Mapping[str, Link], text: Asked) -> float:
        """Compute which share of what a text says is known of a question, or gives its parameters values."""
        covered = {n for link in links.values() for n in link.covered}
        mass = known = 0.0
        for term in text.says:
            weight = self._likelihood.weight(term.name)
            mass += weight
            if self._likelihood.knows(name, term.name) or covered.issuperset(range(term.first, term.last)):
                known += weight
        return known / mass if mass else 0.0

    def _match(self, compared: _Compared, probability: float, text: Asked) -> Match:
        scores = Scores(compared.likelihood, compared.coverage, probability)
        words = tuple(dict.fromkeys(self._words(compared.question.name, text)))
        return Match(compared.question, compared.links, compared.missing, words, scores)

    def _words(self, name: str, text: Asked) -> Iterator[str]:
        """Yield the words of a text that speak for a question, as they are written."""
        for term in sorted(text.says, key=lambda t: t.first):
            if self._likelihood.speaks_for(name, term.name):
                yield text.reading.written(range(term.first, term.last))
