"""Labels of records, made of the labels of their classes and parties, in three scripts."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Final

from hkkg import vocab
from hkkg.reasoning.axioms import CHAIN, INFERRED, INVERSE, SUBCLASS, SUBPROPERTY, TYPE, UNION, members
from hkkg.reasoning.bounds import DATES, RECORD
from hkkg.store import BlankNode, Literal, NamedNode, Quad, Triple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from hkkg.store import EmbeddedStore, Term

Resource = NamedNode | BlankNode | Triple
Facts = dict[NamedNode, list[Triple]]

LABEL: Final = NamedNode(vocab.RDFS + "label")
PREFERRED: Final = NamedNode(vocab.SKOS + "prefLabel")
_PARTY: Final = NamedNode(vocab.HKKG + "party")
_ABOUT: Final = NamedNode(vocab.HKKG + "about")
_INDICATOR: Final = NamedNode(vocab.HKKG + "indicator")
_VALUE: Final = NamedNode(vocab.HKKG + "value")
_UNIT: Final = NamedNode(vocab.QUDT + "hasUnit")
_COMPARATOR: Final = NamedNode(vocab.HKKG + "comparator")
_MODALITY: Final = NamedNode(vocab.HKKG + "modality")
_PLAIN: Final = (NamedNode(vocab.CONCEPT + "exactly"), NamedNode(vocab.CONCEPT + "measured"))
_ASSERTION: Final = NamedNode(vocab.HKKG + "assertion")
_NAMED: Final = (TYPE, _ABOUT, _INDICATOR, _COMPARATOR, _MODALITY)
_MOST_PARTIES: Final = 6
_UNIT_SYMBOLS: Final = {"NUM": "", "UNITLESS": "", "PERCENT": "%", "HR": "h", "YR": "yr"}

# The store folds the case of language tags; another script stands in before another language does.
_FALLBACKS: Final = {
    "en": ("en", "zh-hant", "zh-hans"),
    "zh-Hans": ("zh-hans", "zh-hant", "en"),
    "zh-Hant": ("zh-hant", "zh-hans", "en"),
}


@dataclass(frozen=True, slots=True)
class Wording:
    """A generated text and the triples that it was made from."""

    text: str
    premises: tuple[Triple, ...]


def label_triples(labeller: Labeller, records: Iterable[Resource]) -> Iterator[Quad]:
    """Generate a label in each language for those records that do not state one.

    A record that another one names comes first; where records name each other in a circle, the last part of
    the IRI stands for the label.

    Args:
        labeller: knows no generated label of these records.
        records: with each, every record that it names.
    """
    left = set(records)
    while left:
        ready = {record for record in left if not left.intersection(labeller.named(record))} or left
        made = [
            Quad(record, LABEL, Literal(labeller.wording(record, language).text, language=language), INFERRED)
            for record in sorted(ready, key=str)
            for language in vocab.LANGUAGES
            if language.lower() not in labeller.texts(record)
        ]
        labeller.learn(made)
        left -= ready
        yield from made


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """What the axioms of a graph say of its records.

    Attributes:
        classes: each class of records with the classes of records above it.
        roles: each property of parties with its place among them.
    """

    classes: dict[object, set[object]]
    roles: dict[NamedNode, tuple[bool, bool, bool, bool, str]]

    @classmethod
    def of(cls, store: EmbeddedStore) -> Vocabulary:
        """Read the axioms of a store."""
        return cls(_below(store, SUBCLASS, RECORD), _roles(store))

    def names_with(self, predicate: NamedNode) -> bool:
        """Whether a record can be worded with the name of what it has this property with."""
        return predicate in self.roles or predicate in _NAMED


class Labeller:
    """Words for the resources of a graph."""

    def __init__(self, store: EmbeddedStore, vocabulary: Vocabulary | None = None) -> None:
        """Take up what the axioms say, or read it."""
        self._store = store
        self._vocabulary = vocabulary or Vocabulary.of(store)
        self._names: dict[Resource, dict[str, Triple]] = {}
        self._facts: dict[Resource, Facts] = {}

    def learn(self, quads: Iterable[Quad]) -> None:
        """Take up labels that the store does not have yet."""
        for quad in quads:
            if isinstance(quad.object, Literal):
                self.texts(quad.subject)[_tag(quad.object)] = quad.triple

    def texts(self, node: Resource) -> dict[str, Triple]:
        """The label of a node in each language, as triples, by language tag in lower case."""
        if node not in self._names:
            self._names[node] = {
                _tag(quad.object): quad.triple
                for predicate in (LABEL, PREFERRED)
                for quad in sorted(self._store.quads(node, predicate, None, UNION), key=str)
                if isinstance(quad.object, Literal)
            }
        return self._names[node]

    def label(self, node: Resource, language: str) -> Triple | None:
        """The label of a node in a language, or else in the nearest script, or else in any."""
        texts = self.texts(node)
        languages = (*_FALLBACKS[language], *sorted(texts))
        return next((texts[language] for language in languages if language in texts), None)

    def name(self, node: Resource, language: str) -> str | None:
        """The text of a node's label."""
        label = self.label(node, language)
        return _lexical(label) if label else None

    def facts(self, record: Resource) -> Facts:
        """What the graph holds of a record, by predicate."""
        if record not in self._facts:
            facts: Facts = defaultdict(list)
            for quad in self._store.quads(record, None, None, UNION):
                facts[quad.predicate].append(quad.triple)
            self._facts[record] = facts
        return self._facts[record]

    def named(self, record: Resource) -> set[Term]:
        """What a record can be worded with the names of."""
        facts = self.facts(record).items()
        return {triple.object for name, ts in facts if self._vocabulary.names_with(name) for triple in ts}

    def parties(self, record: Resource) -> dict[Resource, Triple]:
        """A record's parties in the order in which they are named, each with the triple that says so."""
        found = [
            (self._vocabulary.roles[predicate], str(triple), triple)
            for predicate, triples in self.facts(record).items()
            if predicate in self._vocabulary.roles
            for triple in triples
        ]
        parties: dict[Resource, Triple] = {}
        for _, _, triple in sorted(found, key=lambda entry: entry[:2]):
            if isinstance(triple.object, (NamedNode, BlankNode)):
                parties.setdefault(triple.object, triple)
        return parties

    def kind(self, record: Resource) -> Triple:
        """The triple that gives the most specific class of a record; the first by name of several."""
        triples = self.facts(record)[TYPE]
        classes = self._vocabulary.classes
        types = {triple.object: triple for triple in triples if triple.object in classes}
        above = {upper for name in types for upper in classes[name] if name not in classes[upper]}
        return types[min(types.keys() - above, key=str)]

    def wording(self, record: Resource, language: str) -> Wording:
        """Make the label of a record."""
        sentence = _Sentence(self, language)
        text = sentence.assertion(record) or sentence.observation(record) or sentence.relation(record)
        return Wording(text, tuple(dict.fromkeys(sentence.premises)))


class _Sentence:
    """The label of one record in one language, and the triples that its words come from."""

    def __init__(self, labeller: Labeller, language: str) -> None:
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
            if isinstance(triple.object, Literal) and _tag(triple.object) == self._language.lower():
                kind = self._name(self._use(self._labeller.kind(record)))
                self.premises.append(triple)
                return self._titled(kind, []) + self._colon() + triple.object.value
        return ""

    def observation(self, record: Resource) -> str:
        """Write "Indicator: thing – period, more than value unit, planned", what is plain left out.

        Nothing is written for a record without indicator and value.
        """
        facts = self._labeller.facts(record)
        if not (facts[_INDICATOR] and facts[_VALUE]):
            return ""
        things = [t for t in facts[_ABOUT] if isinstance(t.object, (NamedNode, BlankNode))]
        about = [self._use(triple) for triple in sorted(things, key=str)]
        head = self._titled(self._names(facts, _INDICATOR), about)
        figure = " ".join(
            filter(None, (self._names(facts, _COMPARATOR), self._value(facts), self._unit(facts)))
        )
        details = [self._period(facts), figure, self._names(facts, _MODALITY)]
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
            return _lexical(label)
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


def _tag(literal: Literal) -> str:
    return (literal.language or "").lower()


def _lexical(triple: Triple) -> str:
    return triple.object.value if isinstance(triple.object, Literal) else ""


def _resource(triple: Triple) -> Resource:
    if isinstance(triple.object, Literal):
        raise TypeError(f"{triple} has a literal where a resource is wanted")
    return triple.object


def _below(store: EmbeddedStore, relation: NamedNode, top: NamedNode) -> dict[object, set[object]]:
    """The terms below a top, itself too, each with those of them that stand above it."""
    above: dict[object, set[object]] = {top: set()}
    above.update({quad.subject: {top} for quad in store.quads(None, relation, top, UNION)})
    for term in list(above):
        if isinstance(term, NamedNode):
            uppers = {quad.object for quad in store.quads(term, relation, None, UNION)}
            above[term] |= uppers & above.keys() - {term}
    return above


def _roles(store: EmbeddedStore) -> dict[NamedNode, tuple[bool, bool, bool, bool, str]]:
    """Rank the properties of parties: `hkkg:party` itself last, and a chain's links by their places.

    The property whose inverse begins a chain names what the record is told of: "Hosting: laboratory –
    university", as `hkkg:hostedBy` goes from the laboratory to the university. Without a chain, it is the
    property whose inverse has a name.
    """
    chains = [members(store, quad.object) for quad in store.quads(None, CHAIN, None, UNION)]
    first = {chain[0] for chain in chains if chain}
    inverses = [(q.subject, q.object) for q in store.quads(None, INVERSE, None, UNION)]
    named = {term for pair in inverses for term in pair}
    told_of = {a for a, b in inverses if b in first} | {b for a, b in inverses if a in first}
    others = {link for chain in chains for link in chain[1:]}
    return {
        term: (term == _PARTY, term not in told_of, term not in named, term not in others, term.value)
        for term in _below(store, SUBPROPERTY, _PARTY)
        if isinstance(term, NamedNode)
    }
