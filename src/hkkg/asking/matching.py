"""Ranking the stored questions by how well they agree with a text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from hkkg.asking.model import Match, Scores

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from collections.abc import Set as AbstractSet

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
_HALF_MEANT: Final = 0.5
_NAMES_ALONE: Final = 0.5
_DIGITS: Final = 9


@dataclass(frozen=True, slots=True)
class Asked:
    """A text, ready to be compared with questions.

    Attributes:
        reading: the text.
        language: in which it is asked.
        terms: what it says outside of names.
        mentions: the names in it that are no words with a meaning of their own.
        weights: of these terms, and of those that names imply: their own words, and the classes of what they
            name.
    """

    reading: Reading
    language: str
    terms: tuple[Term, ...]
    mentions: tuple[Mention, ...]
    weights: Mapping[str, float]


def asked(
    reading: Reading, language: str, class_terms: Mapping[str, frozenset[str]], weights: Weights
) -> Asked:
    """Prepare a text.

    Args:
        reading: the text.
        language: in which it is asked.
        class_terms: the terms of the names of things' classes, by the thing.
        weights: of terms.
    """
    mentions = tuple(m for m in reading.mentions if not m.is_word)
    inside = {n for m in mentions for n in range(m.first, m.last)}
    implied = (class_terms[thing] for mention in mentions for thing in mention.things)
    said = {t.name for t in reading.terms}.union(*implied)
    return Asked(
        reading=reading,
        language=language,
        terms=tuple(t for t in reading.terms if not inside.issuperset(range(t.first, t.last))),
        mentions=mentions,
        weights={name: weights[name] for name in sorted(said)},
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
        self._masses = [
            [sum(weights[t] for t in wording.terms) + _SLOT * len(wording.slots) for wording in p.wordings]
            for p in self._profiles
        ]

    def ranked(self, text: Asked) -> list[Match]:
        """Rank all questions, the likeliest first."""
        matches = [
            self._match(profile, masses, text)
            for profile, masses in zip(self._profiles, self._masses, strict=True)
        ]
        return sorted(matches, key=lambda m: (-m.scores.total, m.question.name))

    def _match(self, profile: Profile, masses: Sequence[float], text: Asked) -> Match:
        links = profile.linker.links(text.reading, text.language)
        said = _Said.of(text, links, profile)
        missing = tuple(sorted(profile.needed - said.slots.keys()))
        phrase, wording = _best_wording(profile, masses, said)
        coverage = said.coverage(profile.bag)
        total = _PHRASE_SHARE * phrase + _COVERAGE_SHARE * coverage
        total += _LINKED * said.named - _MISSING * len(missing)
        # Sums over sets differ in their last digits from run to run.
        scores = Scores(phrase, coverage, round(max(0.0, total), _DIGITS), wording.text)
        return Match(profile.question, links, missing, _words(text, profile), scores)


def _best_wording(profile: Profile, masses: Sequence[float], said: _Said) -> tuple[float, Wording]:
    best = (0.0, profile.wordings[0])
    for wording, mass in zip(profile.wordings, masses, strict=True):
        shared = said.also.keys() & wording.terms
        if shared or not wording.slots.isdisjoint(said.slots):
            agreement = round(said.agreement(wording, mass, shared), _DIGITS)
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
        also: all terms that are there, those that need no explanation too, with their weights.
        slots: the parameters that the text names a value for, each with how surely.
        named: how many names, dates and numbers give these values.
        explained: how much of what mentions weigh is explained by the question's query and answer.
        mass: what all weighs together.
    """

    weighed: Mapping[str, float]
    also: Mapping[str, float]
    slots: Mapping[str, float]
    named: int
    explained: float
    mass: float

    @classmethod
    def of(cls, text: Asked, links: Mapping[str, Link], profile: Profile) -> _Said:
        slots = {
            name: 1.0 if link.is_exact or link.is_default else _RESEMBLING_SLOT
            for name, link in links.items()
            if link.covered
        }
        covered = {n for link in links.values() for n in link.covered}
        exact = {n for link in links.values() if link.is_exact for n in link.covered}
        taken = [t for t in text.terms if covered.issuperset(range(t.first, t.last))]
        weighed = {t.name: text.weights[t.name] for t in text.terms if t not in taken}
        free = [m for m in text.mentions if not exact.issuperset(range(m.first, m.last))]
        # Words that only resemble a name are worth what they are; a name that is there is worth a slot.
        resembling = {t.name for t in taken if not exact.issuperset(range(t.first, t.last))}
        taken_mass = sum(text.weights[name] for name in sorted(resembling))
        whole = len({link.covered for link in links.values() if link.covered and link.is_exact})
        return cls(
            weighed=weighed,
            also=text.weights,
            slots=slots,
            named=whole,
            explained=_SLOT * whole
            + _RESEMBLING * taken_mass
            + sum(_MENTION * _explained(m, profile, covered) for m in free),
            mass=sum(weighed.values()) + _MENTION * len(free) + _SLOT * whole + taken_mass,
        )

    def coverage(self, bag: Mapping[str, float]) -> float:
        """Return how much of it is in a bag of terms."""
        there = sum(weight * bag.get(term, 0.0) for term, weight in self.weighed.items())
        return (there + self.explained) / self.mass if self.mass else 0.0

    def agreement(self, wording: Wording, whole: float, shared: AbstractSet[str]) -> float:
        """Return the harmonic mean of how much of it is in a wording and how much of the wording in it.

        Args:
            wording: the wording.
            whole: what its terms and slots weigh.
            shared: its terms that are said.
        """
        both = sum([self.weighed[term] for term in shared if term in self.weighed])
        precision = (both + self.explained) / self.mass if self.mass else 0.0
        if self.weighed and wording.terms and self.weighed.keys().isdisjoint(shared):
            precision *= _NAMES_ALONE
        there = sum([self.also[term] for term in shared])
        filled = sum(self.slots.get(slot, 0.0) for slot in wording.slots)
        recall = (there + _SLOT * filled) / whole if whole else 0.0
        return 2 * precision * recall / (precision + recall) if precision + recall else 0.0


def _explained(mention: Mention, profile: Profile, covered: set[int]) -> float:
    if profile.constants.intersection(mention.things):
        return 1.0
    if profile.answers.intersection(mention.things):
        return _IN_ANSWER
    return _HALF_MEANT if covered.issuperset(range(mention.first, mention.last)) else 0.0
