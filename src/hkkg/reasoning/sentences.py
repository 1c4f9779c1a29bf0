"""The wording of a record's label in one language, and the triples that its words come from."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Final

from hkkg import vocab
from hkkg.reasoning.bounds import DATES
from hkkg.reasoning.vocabulary import ABOUT, COMPARATOR, INDICATOR, MODALITY
from hkkg.store import BlankNode, Literal, NamedNode

if TYPE_CHECKING:
    from hkkg.reasoning.labels import Facts, Labeller, Resource
    from hkkg.store import Triple

_VALUE: Final = NamedNode(vocab.HKKG + "value")
_UNIT: Final = NamedNode(vocab.QUDT + "hasUnit")
_PLAIN: Final = (NamedNode(vocab.CONCEPT + "exactly"), NamedNode(vocab.CONCEPT + "measured"))
_ASSERTION: Final = NamedNode(vocab.HKKG + "assertion")
_MOST_PARTIES: Final = 6
_UNIT_SYMBOLS: Final = {"NUM": "", "UNITLESS": "", "PERCENT": "%", "HR": "h", "YR": "yr"}


@dataclass(frozen=True, slots=True)
class Wording:
    """A generated text and the triples that it was made from."""

    text: str
    premises: tuple[Triple, ...]


class Sentence:
    """The label of one record in one language, and the triples that its words come from."""

    def __init__(self, labeller: Labeller, language: str) -> None:
        """Begin without any."""
        self._labeller = labeller
        self._language = language
        self.premises: list[Triple] = []

    def relation(self, record: Resource) -> str:
        """Write "Hosting: laboratory – university"."""
        kind = self._use(self._labeller.kind(record))
        parties = self._labeller.parties(record)
        return self._titled(self._name(kind), [self._use(triple) for triple in parties.values()])

    def assertion(self, record: Resource) -> str:
        """Write "Claim: what is claimed"; nothing if the record does not say it in this language."""
        for triple in sorted(self._labeller.facts(record)[_ASSERTION], key=str):
            if isinstance(triple.object, Literal) and tag(triple.object) == self._language.lower():
                kind = self._name(self._use(self._labeller.kind(record)))
                self.premises.append(triple)
                return self._titled(kind, []) + self._colon() + triple.object.value
        return ""

    def observation(self, record: Resource) -> str:
        """Write "Indicator: thing – period, more than value unit, planned", what is plain left out.

        Nothing is written for a record without indicator and value.
        """
        facts = self._labeller.facts(record)
        if not (facts[INDICATOR] and facts[_VALUE]):
            return ""
        things = [t for t in facts[ABOUT] if isinstance(t.object, (NamedNode, BlankNode))]
        about = [self._use(triple) for triple in sorted(things, key=str)]
        head = self._titled(self._names(facts, INDICATOR), about)
        figure = " ".join(
            filter(None, (self._names(facts, COMPARATOR), self._value(facts), self._unit(facts)))
        )
        details = [self._period(facts), figure, self._names(facts, MODALITY)]
        return f"{head} – {self._comma().join(filter(None, details))}"

    def _titled(self, title: str, parties: list[Resource]) -> str:
        names = [self._name(party) for party in parties[:_MOST_PARTIES]]
        if len(parties) > _MOST_PARTIES:
            names.append("…")
        return title[:1].upper() + title[1:] + (self._colon() if names else "") + " – ".join(names)

    def _colon(self) -> str:
        return ": " if self._language == "en" else "："

    def _comma(self) -> str:
        return ", " if self._language == "en" else "，"

    def _use(self, triple: Triple) -> Resource:
        self.premises.append(triple)
        return _resource(triple)

    def _name(self, node: Resource) -> str:
        """What a node is called, or else the last part of its IRI."""
        label = self._labeller.label(node, self._language)
        if label:
            self.premises.append(label)
            return lexical(label)
        return str(getattr(node, "value", node)).rstrip("/").replace("#", "/").rsplit("/", maxsplit=1)[-1]

    def _names(self, facts: Facts, predicate: NamedNode) -> str:
        triples = [t for t in facts[predicate] if isinstance(t.object, NamedNode) and t.object not in _PLAIN]
        return " ".join(self._name(self._use(triple)) for triple in sorted(triples, key=str))

    def _literal(self, facts: Facts, predicate: NamedNode) -> str:
        for triple in sorted(facts[predicate], key=str):
            if isinstance(triple.object, Literal):
                self.premises.append(triple)
                return triple.object.value
        return ""

    def _value(self, facts: Facts) -> str:
        """The figure with its thousands set apart, or as it is if it is none."""
        text = self._literal(facts, _VALUE)
        try:
            return f"{Decimal(text):,}"
        except InvalidOperation:
            return text

    def _unit(self, facts: Facts) -> str:
        for triple in sorted(facts[_UNIT], key=str):
            if isinstance(triple.object, NamedNode):
                self.premises.append(triple)
                name = triple.object.value.rsplit("/", maxsplit=1)[-1]
                return _UNIT_SYMBOLS.get(name, name.removeprefix("CCY_"))
        return ""

    def _period(self, facts: Facts) -> str:
        return (self._literal(facts, DATES[1]) or self._literal(facts, DATES[0])).lstrip("-")


def lexical(triple: Triple) -> str:
    """Return the text of a triple's object; nothing for a resource."""
    return triple.object.value if isinstance(triple.object, Literal) else ""


def _resource(triple: Triple) -> Resource:
    if isinstance(triple.object, Literal):
        raise TypeError(f"{triple} has a literal where a resource is wanted")
    return triple.object


def tag(literal: Literal) -> str:
    """Return the language tag of a literal in lower case."""
    return (literal.language or "").lower()
