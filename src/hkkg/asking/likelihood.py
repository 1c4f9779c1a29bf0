"""How likely each question is to be asked in a text's words, learnt from texts that ask it: naive Bayes."""

from __future__ import annotations

from collections import Counter, defaultdict
from itertools import chain
from math import log
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from collections.abc import Set as AbstractSet

_SMOOTHING: Final = 2.0
"""How many texts the common use of words counts for, beside a question's own (Dirichlet smoothing)."""


class Likelihood:
    """Naive Bayes over the features of texts, each question with its own distribution."""

    def __init__(self, examples: Mapping[str, Sequence[frozenset[str]]]) -> None:
        """Learn from the features of texts that ask each question, by its name."""
        counts: defaultdict[str, Counter[str]] = defaultdict(Counter)
        for name, texts in examples.items():
            for feature in chain.from_iterable(texts):
                counts[feature][name] += 1
        number = sum(map(len, examples.values()))
        self._unseen = {name: log(_SMOOTHING / (len(texts) + _SMOOTHING)) for name, texts in examples.items()}
        self._gains = {
            feature: _gains(found, (found.total() + 0.5) / (number + 1)) for feature, found in counts.items()
        }

    def of(self, found: AbstractSet[str]) -> dict[str, float]:
        """Compare the questions by the features of a text.

        Returns:
            For each question by its name, how many times likelier its features are where it is asked than
            anywhere: the mean of the logarithms.
        """
        # Sums in another order differ in their last digits.
        known = [gains for feature in sorted(found) if (gains := self._gains.get(feature))]
        scores = {name: unseen * len(known) for name, unseen in self._unseen.items()}
        for gains in known:
            for name, gain in gains.items():
                scores[name] += gain
        return {name: score / len(found) for name, score in scores.items()} if found else scores

    def weight(self, feature: str) -> float:
        """Weigh a feature: the more, the fewer questions have it, and the most if none has."""
        return log((len(self._unseen) + 1) / (len(self._gains.get(feature, ())) + 0.5))

    def knows(self, name: str, feature: str) -> bool:
        """Whether any text that asks a question has a feature."""
        return name in self._gains.get(feature, ())

    def speaks_for(self, name: str, feature: str) -> bool:
        """Whether a feature is likelier where a question is asked than anywhere."""
        return self._gains.get(feature, {}).get(name, 0.0) + self._unseen[name] > 0


def _gains(counts: Mapping[str, int], share: float) -> dict[str, float]:
    """Weigh a feature for each question by how many of its texts have it, and by which share of all do."""
    return {name: log(1 + count / (_SMOOTHING * share)) for name, count in counts.items()}
