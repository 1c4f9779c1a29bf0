"""Ranking the stored questions by how well they agree with a text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from hkkg.asking.model import Match, Scores

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from hkkg.asking.lexicon import Term
    from hkkg.asking.model import Link
    from hkkg.asking.names import Mention
    from hkkg.asking.profiles import Profile, Weights, Wording
    from hkkg.asking.reading import Reading

_SLOT: Final = 0.4
_MENTION: Final = 0.6
_IN_ANSWER: Final = 0.6
_PHRASE_SHARE: Final = 0.55
_COVERAGE_SHARE: Final = 0.45
_LINKED: Final = 0.04
_MISSING: Final = 0.15
_RESEMBLING: Final = 0.9
_RESEMBLING_SLOT: Final = 0.85
_NAMES_ALONE: Final = 0.5


@dataclass(frozen=True, slots=True)
class Asked:
    """A text, ready to be compared with questions.

    Attributes:
        reading: the text.
        language: in which it is asked.
        terms: what it says outside of names.
        mentions: the names in it that are no words with a meaning of their own.
        implied: terms that may be said by names: their own words, and the classes of what they name.
    """

    reading: Reading
    language: str
    terms: tuple[Term, ...]
    mentions: tuple[Mention, ...]
    implied: frozenset[str]


def asked(reading: Reading, language: str, class_terms: Mapping[str, frozenset[str]]) -> Asked:
    """Prepare a text.

    Args:
        reading: the text.
        language: in which it is asked.
        class_terms: the terms of the names of things' classes, by the thing.
    """
    mentions = tuple(m for m in reading.mentions if not m.is_word)
    inside = {n for m in mentions for n in range(m.first, m.last)}
    within = [t for t in reading.terms if inside.issuperset(range(t.first, t.last))]
    implied = {t.name for t in within}.union(*(class_terms[thing] for m in mentions for thing in m.things))
    return Asked(
        reading=reading,
        language=language,
        terms=tuple(t for t in reading.terms if t not in within),
        mentions=mentions,
        implied=frozenset(implied),
    )


class Matcher:
    """Compares texts with questions.

    Args:
        profiles: what is known of each question.
        weights: of terms.
    """

    def __init__(self, profiles: Iterable[Profile], weights: Weights) -> None:
        """Take the questions."""
        self._profiles = tuple(profiles)
        self._weights = weights
        self._masses = {
            wording: sum(weights[term] for term in wording.terms) + _SLOT * len(wording.slots)
            for p in self._profiles
            for wording in p.wordings
        }

    def ranked(self, text: Asked) -> list[Match]:
        """Rank all questions, the likeliest first."""
        matches = [self._match(profile, text) for profile in self._profiles]
        return sorted(matches, key=lambda m: (-m.scores.total, m.question.name))

    def _match(self, profile: Profile, text: Asked) -> Match:
        links = profile.linker.links(text.reading, text.language)
        said = _Said.of(text, links, profile, self._weights)
        missing = tuple(sorted(profile.needed - said.slots.keys()))
        phrase, wording = self._best_wording(profile, said)
        coverage = said.coverage(profile.bag)
        total = _PHRASE_SHARE * phrase + _COVERAGE_SHARE * coverage
        total += _LINKED * said.named - _MISSING * len(missing)
        scores = Scores(phrase, coverage, max(0.0, total), wording.text)
        return Match(profile.question, links, missing, _words(text, profile), scores)

    def _best_wording(self, profile: Profile, said: _Said) -> tuple[float, Wording]:
        best = (0.0, profile.wordings[0])
        for wording in profile.wordings:
            if said.also.isdisjoint(wording.terms) and not wording.slots:
                continue
            agreement = said.agreement(wording, self._masses[wording], self._weights)
            if agreement > best[0]:
                best = (agreement, wording)
        return best


def _words(text: Asked, profile: Profile) -> tuple[str, ...]:
    """Return the words of a text which a question's own wordings have."""
    found = (t for t in text.terms if profile.bag.get(t.name, 0) >= 1)
    written = (text.reading.written(range(t.first, t.last)) for t in sorted(found, key=lambda t: t.first))
    return tuple(dict.fromkeys(written))


@dataclass(frozen=True, slots=True)
class _Said:
    """What a text says, seen from one question that takes some of it for its parameters' values.

    Attributes:
        weighed: the terms that are not taken, with their weights.
        also: terms that are there, but need no explanation.
        slots: the parameters that the text names a value for, each with how surely.
        named: how many names, dates and numbers give these values.
        explained: how much of what mentions weigh is explained by the question's query and answer.
        mass: what all weighs together.
    """

    weighed: Mapping[str, float]
    also: frozenset[str]
    slots: Mapping[str, float]
    named: int
    explained: float
    mass: float

    @classmethod
    def of(cls, text: Asked, links: Mapping[str, Link], profile: Profile, weights: Weights) -> _Said:
        slots = {
            name: 1.0 if link.is_exact or link.is_default else _RESEMBLING_SLOT
            for name, link in links.items()
            if link.covered
        }
        covered = {n for link in links.values() for n in link.covered}
        exact = {n for link in links.values() if link.is_exact for n in link.covered}
        taken = [t for t in text.terms if covered.issuperset(range(t.first, t.last))]
        weighed = {t.name: weights[t.name] for t in text.terms if t not in taken}
        free = [m for m in text.mentions if not covered.issuperset(range(m.first, m.last))]
        # Words that only resemble a name are worth what they are; a name that is there is worth a slot.
        resembling = sum(
            {t.name: weights[t.name] for t in taken if not exact.issuperset(range(t.first, t.last))}.values()
        )
        whole = len({link.covered for link in links.values() if link.covered and link.is_exact})
        return cls(
            weighed=weighed,
            also=text.implied.union(t.name for t in text.terms),
            slots=slots,
            named=whole,
            explained=_SLOT * whole
            + _RESEMBLING * resembling
            + sum(_MENTION * _explained(m, profile) for m in free),
            mass=sum(weighed.values()) + _MENTION * len(free) + _SLOT * whole + resembling,
        )

    def coverage(self, bag: Mapping[str, float]) -> float:
        """Return how much of it is in a bag of terms."""
        there = sum(weight * bag.get(term, 0.0) for term, weight in self.weighed.items())
        return (there + self.explained) / self.mass if self.mass else 0.0

    def agreement(self, wording: Wording, whole: float, weights: Weights) -> float:
        """Return the harmonic mean of how much of it is in a wording and how much of the wording in it."""
        shared = self.also & wording.terms
        both = sum(self.weighed.get(term, 0.0) for term in shared)
        precision = (both + self.explained) / self.mass if self.mass else 0.0
        if self.weighed and wording.terms and self.weighed.keys().isdisjoint(shared):
            precision *= _NAMES_ALONE
        there = sum(weights[term] for term in shared)
        filled = sum(self.slots.get(slot, 0.0) for slot in wording.slots)
        recall = (there + _SLOT * filled) / whole if whole else 0.0
        return 2 * precision * recall / (precision + recall) if precision + recall else 0.0


def _explained(mention: Mention, profile: Profile) -> float:
    if profile.constants.intersection(mention.things):
        return 1.0
    return _IN_ANSWER if profile.answers.intersection(mention.things) else 0.0
