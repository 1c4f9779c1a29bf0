"""Understanding questions in words: which stored question is meant, and with which parameters."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from hkkg import questions, vocab
from hkkg.asking.candidates import Candidates, values
from hkkg.asking.lexicon import atoms, clean, lexicon, nicknames, terms_of
from hkkg.asking.linking import Linker
from hkkg.asking.matching import Matcher, asked
from hkkg.asking.model import Confidence, Understanding
from hkkg.asking.names import Names
from hkkg.asking.profiles import Weights, profile
from hkkg.asking.reading import Reader, language_of
from hkkg.asking.wordings import own_texts
from hkkg.errors import ParameterError
from hkkg.han import simplified

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from hkkg.asking.model import Match
    from hkkg.questions import Question
    from hkkg.store import EmbeddedStore

LONGEST: Final = 500
"""Characters of a question."""

OFFERED: Final = 5
"""How many questions are offered at most when unsure which is meant."""

_SURE: Final = 0.65
_COVERED: Final = 0.7
_PHRASED: Final = 0.6
_MARGIN: Final = 0.1
_LEAST: Final = 0.18


def prepare() -> None:
    """Read all files that asking needs, for a process that may open none later."""
    questions.all_questions()
    nicknames()
    lexicon().terms(atoms("實驗室 laboratory"))
    simplified("實驗室")


class Asker:
    """Understands questions about a graph that has stored questions."""

    def __init__(self, store: EmbeddedStore, stored: Sequence[Question] | None = None) -> None:
        """Read the names of the graph, and what is known of the questions.

        Args:
            store: the graph, reasoned over.
            stored: the questions; without them, all that come with hkkg.
        """
        stored = questions.all_questions() if stored is None else stored
        self.names = names = Names(store)
        self._reader = Reader(names, _known_words(names, stored))
        made: dict[frozenset[str], Candidates] = {}
        profiles = [
            profile(store, names, self._reader, question, _linker(store, names, question, made))
            for question in stored
        ]
        self._weights = Weights(profiles)
        self._matcher = Matcher(profiles, self._weights)
        self._class_terms = _class_terms(names)

    def understand(self, text: str, language: str | None = None) -> Understanding:
        """Find the stored question that a text asks, with its parameters.

        Args:
            text: a question in English, Traditional or Simplified Chinese.
            language: one of `vocab.LANGUAGES`, in which to answer; without it, that of the text.

        Raises:
            ParameterError: the text is empty or too long.
        """
        cleaned = clean(text[: LONGEST * 2])
        _refuse_unusable(text, cleaned)
        reading = self._reader.read(cleaned)
        own = language_of(cleaned, reading.atoms, language or "")
        text_asked = asked(reading, language or own, self._class_terms, self._weights)
        ranked = self._matcher.ranked(text_asked)
        confidence = _confidence(ranked)
        offered = () if confidence is Confidence.NOTHING else tuple(_offered(ranked))
        return Understanding(cleaned.strip(), own, confidence, offered, reading.corrections)


def _refuse_unusable(text: str, cleaned: str) -> None:
    if len(text) > LONGEST:
        message = f"the question has {len(text):,} characters."
        raise ParameterError(message, hint=f"Ask in {LONGEST} at most.")
    if not any(c.isalnum() for c in cleaned):
        raise ParameterError(
            "the question is empty.", hint="Ask in English or in Chinese, in a sentence or a few words."
        )


def _linker(
    store: EmbeddedStore, names: Names, question: Question, made: dict[frozenset[str], Candidates]
) -> Linker:
    of_parameter: dict[str, Candidates] = {}
    for parameter in question.parameters:
        if parameter.type == "iri":
            things = values(store, names, question, parameter)
            if things not in made:
                default = vocab.expand(parameter.default)
                made[things] = Candidates(things, names, are_records=default in names.records)
            of_parameter[parameter.name] = made[things]
    return Linker(question, of_parameter)


def _known_words(names: Names, stored: Iterable[Question]) -> set[str]:
    own = {atom.text for question in stored for text in own_texts(question) for atom in atoms(text)}
    return own | names.words() | lexicon().words()


def _class_terms(names: Names) -> Mapping[str, frozenset[str]]:
    return {
        thing: frozenset(
            term
            for of_class in names.classes.get(thing, ())
            for term in terms_of(names.preferred(of_class, "en"))
        )
        for thing in names.of
    }


def _confidence(ranked: Sequence[Match]) -> Confidence:
    best = ranked[0]
    if best.scores.total < _LEAST:
        return Confidence.NOTHING
    doubtful = best.missing or any(link.rivals for link in best.links.values())
    margin = best.scores.total - ranked[1].scores.total if len(ranked) > 1 else 1.0
    is_covered = best.scores.coverage >= _COVERED and best.scores.phrase >= _PHRASED
    sure = best.scores.total >= _SURE and is_covered and margin >= _MARGIN and not doubtful
    return Confidence.SURE if sure else Confidence.UNSURE


def _offered(ranked: Sequence[Match]) -> list[Match]:
    """Choose the likeliest; where words name two things just as well, each of them is offered."""
    offered = [match for match in ranked[:OFFERED] if match.scores.total >= _LEAST]
    return [*_with_rivals(offered[0]), *offered[1:]][:OFFERED] if offered else []


def _with_rivals(match: Match) -> Iterator[Match]:
    yield match
    for name, link in match.links.items():
        for rival in link.rivals:
            yield replace(match, links={**match.links, name: replace(link, value=rival, is_default=False)})
