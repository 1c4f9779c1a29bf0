"""Labels of records, made of the labels of their classes and parties, in three scripts."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final

from hkkg import vocab
from hkkg.reasoning.axioms import INFERRED, TYPE, UNION
from hkkg.reasoning.sentences import Sentence, Wording, lexical, tag
from hkkg.reasoning.vocabulary import Vocabulary
from hkkg.store import BlankNode, Literal, NamedNode, Quad, Triple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from hkkg.store import EmbeddedStore, Term

Resource = NamedNode | BlankNode | Triple
Facts = dict[NamedNode, list[Triple]]

LABEL: Final = NamedNode(vocab.RDFS + "label")
PREFERRED: Final = NamedNode(vocab.SKOS + "prefLabel")

# The store folds the case of language tags; another script stands in before another language does.
_FALLBACKS: Final = {
    "en": ("en", "zh-hant", "zh-hans"),
    "zh-Hans": ("zh-hans", "zh-hant", "en"),
    "zh-Hant": ("zh-hant", "zh-hans", "en"),
}


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
                self.texts(quad.subject)[tag(quad.object)] = quad.triple

    def texts(self, node: Resource) -> dict[str, Triple]:
        """The label of a node in each language, as triples, by language tag in lower case."""
        if node not in self._names:
            self._names[node] = {
                tag(quad.object): quad.triple
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
        return lexical(label) if label else None

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
        sentence = Sentence(self, language)
        text = sentence.assertion(record) or sentence.observation(record) or sentence.relation(record)
        return Wording(text, tuple(dict.fromkeys(sentence.premises)))
