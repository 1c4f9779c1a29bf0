"""What is known of a stored question: its wordings, its words, and the things that it and its answer name."""

from __future__ import annotations

import re
from dataclasses import dataclass
from math import log
from typing import TYPE_CHECKING, Final

from hkkg import vocab
from hkkg.asking.lexicon import terms_of
from hkkg.asking.names import iris
from hkkg.asking.wordings import own_texts
from hkkg.store.tokens import tokens

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from hkkg.asking.linking import Linker
    from hkkg.asking.names import Names
    from hkkg.asking.reading import Reader
    from hkkg.questions import Question
    from hkkg.store import EmbeddedStore

_CLAUSE_END: Final = re.compile(r"[?？,，;；。.]\s*")
_HUMP: Final = re.compile(r"(?<=[a-z])(?=[A-Z])")
_SHORTEST_CLAUSE: Final = 2
_OWN: Final = 1.0
_TAGS: Final = 0.6
_DESCRIPTION: Final = 0.45
_NAMED: Final = 0.4
_COUNTED: Final = 0.5
_ASKING: Final = dict.fromkeys(
    ("+who", "+when", "+where", "+how-many", "+how-often", "+how-much", "+kind"), 0.6
)
_FRAMING: Final = dict.fromkeys(("+article", "+hong-kong", "+each", "+total"), 0.4)
_UNKNOWN: Final = 0.7
_SHARES: Final = _ASKING | _FRAMING


@dataclass(frozen=True, slots=True)
class Wording:
    """One way to ask a question.

    Attributes:
        text: as it is written.
        terms: what it says, without what names parameters' defaults.
        slots: the parameters whose defaults it names.
    """

    text: str
    terms: frozenset[str]
    slots: frozenset[str]


@dataclass(frozen=True, slots=True)
class Profile:
    """What is known of a question.

    Attributes:
        question: the question.
        linker: of its parameters.
        wordings: the ways to ask it.
        bag: all terms that are known of it, each with how much it speaks for the question, from 0 to 1.
        constants: the IRIs that its query names.
        answers: the IRIs in its answer.
        needed: the parameters without whose value it is not that question.
    """

    question: Question
    linker: Linker
    wordings: tuple[Wording, ...]
    bag: Mapping[str, float]
    constants: frozenset[str]
    answers: frozenset[str]
    needed: frozenset[str]


def profile(
    store: EmbeddedStore, names: Names, reader: Reader, question: Question, linker: Linker
) -> Profile:
    """Collect what is known of a question."""
    wordings = tuple(_wordings(question, reader, linker))
    constants = frozenset(_named(question.text))
    return Profile(
        question=question,
        linker=linker,
        wordings=wordings,
        bag=_bag(question, wordings, _labels(constants, names)),
        constants=constants,
        answers=_answers(store, question),
        needed=_needed(question, wordings),
    )


def _wordings(question: Question, reader: Reader, linker: Linker) -> Iterator[Wording]:
    for text in own_texts(question):
        clauses = [clause for clause in _CLAUSE_END.split(text) if clause]
        parts = [text, *clauses] if len(clauses) > 1 else [text]
        for number, part in enumerate(parts):
            wording = _wording(part, question, reader, linker)
            if number == 0 or len(wording.terms) + len(wording.slots) >= _SHORTEST_CLAUSE:
                yield wording


def _wording(text: str, question: Question, reader: Reader, linker: Linker) -> Wording:
    reading = reader.read(text)
    links = linker.links(reading, "en")
    defaults = {p.name: p.default for p in question.parameters}
    slots = {name: link for name, link in links.items() if link.covered and link.value == defaults[name]}
    covered = frozenset(n for link in slots.values() for n in link.covered)
    terms = frozenset(t.name for t in reading.terms if not covered.issuperset(range(t.first, t.last)))
    return Wording(text, terms, frozenset(slots))


def _bag(question: Question, wordings: Sequence[Wording], labels: Iterable[str]) -> dict[str, float]:
    columns = (_HUMP.sub(" ", t.text[1:]) for t in tokens(question.text) if t.kind == "variable")
    parameters = (text for p in question.parameters for text in p.description.values())
    weighed = (
        (_NAMED, [*columns, *labels, *parameters]),
        (_DESCRIPTION, question.description.values()),
        (_TAGS, question.tags),
    )
    bag = {term: weight for weight, texts in weighed for text in texts for term in terms_of(text)}
    return bag | dict.fromkeys((term for w in wordings for term in w.terms), _OWN)


def _named(text: str) -> Iterator[str]:
    """Yield the IRIs that a query names."""
    for token in tokens(text):
        iri = vocab.expand(token.text) if token.kind in {"name", "iri"} else None
        if iri and iri not in vocab.PREFIXES.values():
            yield iri


def _labels(constants: Iterable[str], names: Names) -> Iterator[str]:
    for iri in constants:
        yield from (name.text for name in names.of.get(iri, ()) if name.is_preferred)


def _answers(store: EmbeddedStore, question: Question) -> frozenset[str]:
    answer = store.query(question.text)
    if answer.boolean is not None:
        return frozenset()
    if answer.is_graph:
        return frozenset(iris((t.subject, t.object) for t in answer.triples()))
    return frozenset(iris(answer.table().rows))


def _needed(question: Question, wordings: Sequence[Wording]) -> frozenset[str]:
    """Choose the parameters whose defaults the question names: without them it is another question."""
    asked = set(question.question.values())
    return frozenset(slot for wording in wordings if wording.text in asked for slot in wording.slots)


class Weights:
    """How much a term says about which question is asked: the more, the fewer questions have it."""

    def __init__(self, profiles: Iterable[Profile]) -> None:
        """Count the questions that have each term."""
        bags = [p.bag for p in profiles]
        self._weights: dict[str, float] = {}
        self._most = log((len(bags) + 1) / 0.5)
        self._counts: dict[str, int] = {}
        for bag in bags:
            for term, share in bag.items():
                self._counts[term] = self._counts.get(term, 0) + (share >= _COUNTED)
        self._number = len(bags)
        self._weights |= {term: self._weigh(term) for term in self._counts}

    def __getitem__(self, term: str) -> float:
        """Weigh a term, from 0 to 1; a word that nothing knows weighs as much as a telling one."""
        known = self._weights.get(term)
        return self._weigh(term) if known is None else known

    def _weigh(self, term: str) -> float:
        count = self._counts.get(term)
        if count is None and not term.startswith("+"):
            return _UNKNOWN
        weight = log((self._number + 1) / ((count or 0) + 0.5)) / self._most
        return weight * _SHARES.get(term, 1.0)
