"""Understanding questions in words: which stored question is meant, and with which parameters."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from hkkg import questions, vocab
from hkkg.asking.candidates import Candidates, values
from hkkg.asking.features import features, said
from hkkg.asking.lexicon import atoms, clean, lexicon, nicknames
from hkkg.asking.likelihood import Likelihood
from hkkg.asking.linking import Linker
from hkkg.asking.matching import Asked, Known, Matcher
from hkkg.asking.model import Confidence, Understanding
from hkkg.asking.names import Names
from hkkg.asking.reading import Reader, language_of
from hkkg.asking.wordings import own_texts, stored_wordings
from hkkg.errors import ParameterError
from hkkg.han import simplified

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from hkkg.asking.model import Match
    from hkkg.asking.reading import Reading
    from hkkg.asking.wordings import Wording
    from hkkg.questions import Question
    from hkkg.store import EmbeddedStore

LONGEST: Final = 500
"""Characters of a question."""

OFFERED: Final = 5
"""How many questions are offered at most when unsure which is meant."""

_SURE: Final = 0.8
_COVERED: Final = 0.5
_LEAST: Final = 0.05
_OFFERED_LEAST: Final = 0.001


def prepare() -> None:
    """Read all files that asking needs, for a process that may open none later."""
    questions.all_questions()
    nicknames()
    stored_wordings()
    lexicon().terms(atoms("實驗室 laboratory"))
    simplified("實驗室")


class Asker:
    """Understands questions about a graph that has stored questions."""

    def __init__(
        self,
        store: EmbeddedStore,
        stored: Sequence[Question] | None = None,
        wordings: Sequence[Wording] | None = None,
    ) -> None:
        """Read the names of the graph, and learn how its questions are asked.

        Args:
            store: the graph, reasoned over.
            stored: the questions; without them, all that come with hkkg.
            wordings: further ways to ask them; without them, those that come with hkkg.
        """
        stored = questions.all_questions() if stored is None else stored
        wordings = stored_wordings() if wordings is None else wordings
        self.names = names = Names(store)
        made: dict[frozenset[str], Candidates] = {}
        linkers = {question.name: _linker(store, names, question, made) for question in stored}
        texts = _texts(stored, wordings, linkers, names)
        learning = Reader(names, ())
        readings = {name: [learning.read(clean(text)) for text in asking] for name, asking in texts.items()}
        known = [Known(q, linkers[q.name], _needed(q, readings[q.name], linkers[q.name])) for q in stored]
        self._matcher = Matcher(known, Likelihood(_examples(readings, names)))
        words = {atom.text for asking in readings.values() for reading in asking for atom in reading.atoms}
        self._reader = Reader(names, words | names.words() | lexicon().words())

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
        says = said(reading, self.names.classes)
        ranked = self._matcher.ranked(Asked(reading, language or own, says, features(reading, says)))
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


def _texts(
    stored: Iterable[Question], wordings: Iterable[Wording], linkers: Mapping[str, Linker], names: Names
) -> dict[str, list[str]]:
    """Collect the texts that ask each question: its own, and wordings with values in their slots."""
    by_name = {question.name: question for question in stored}
    texts = {question.name: list(own_texts(question)) for question in stored}
    for wording in wordings:
        question = by_name.get(wording.question)
        if question:
            asking = texts[question.name]
            asking.append(wording.filled(len(asking), question, linkers[question.name], names))
    return texts


def _examples(readings: Mapping[str, Sequence[Reading]], names: Names) -> dict[str, list[frozenset[str]]]:
    return {
        name: [features(reading, said(reading, names.classes)) for reading in asking]
        for name, asking in readings.items()
    }


def _needed(question: Question, asking: Sequence[Reading], linker: Linker) -> frozenset[str]:
    """Choose the parameters whose defaults the question itself names: without them it is another question."""
    defaults = {p.name: p.default for p in question.parameters}
    own = asking[: len(question.question)]
    links = (link for reading in own for link in linker.links(reading, "en").values())
    return frozenset(
        link.parameter for link in links if link.covered and link.value == defaults[link.parameter]
    )


def _confidence(ranked: Sequence[Match]) -> Confidence:
    best = ranked[0]
    if best.scores.probability < _LEAST:
        return Confidence.NOTHING
    doubtful = best.missing or any(link.rivals for link in best.links.values())
    sure = best.scores.probability >= _SURE and best.scores.coverage >= _COVERED and not doubtful
    return Confidence.SURE if sure else Confidence.UNSURE


def _offered(ranked: Sequence[Match]) -> list[Match]:
    """Choose the likeliest; where words name two things just as well, each of them is offered."""
    offered = [match for match in ranked[:OFFERED] if match.scores.probability >= _OFFERED_LEAST]
    return [*_with_rivals(offered[0]), *offered[1:]][:OFFERED] if offered else []


def _with_rivals(match: Match) -> Iterator[Match]:
    yield match
    for name, link in match.links.items():
        for rival in link.rivals:
            yield replace(match, links={**match.links, name: replace(link, value=rival, is_default=False)})
