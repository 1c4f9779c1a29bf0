"""What the ontology tells the check: properties of parties and dates, and the words of classifiers."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from hkkg import vocab

if TYPE_CHECKING:
    from collections.abc import Mapping

    from hkkg.evidence.passages import Passages
    from hkkg.evidence.statements import Statements

STATED_IN: Final = vocab.HKKG + "statedIn"
PARTY: Final = vocab.HKKG + "party"
DATE: Final = vocab.HKKG + "date"
REFERENCE_PERIOD: Final = vocab.HKKG + "referencePeriod"
VALUE: Final = vocab.HKKG + "value"
ORDINAL: Final = vocab.HKKG + "ordinal"
INDICATOR: Final = vocab.HKKG + "indicator"
COMPARATOR: Final = vocab.HKKG + "comparator"
MODALITY: Final = vocab.HKKG + "modality"
DATE_QUALIFIER: Final = vocab.HKKG + "dateQualifier"
EXACTLY: Final = vocab.CONCEPT + "exactly"
MEASURED: Final = vocab.CONCEPT + "measured"
CLAIMED: Final = vocab.CONCEPT + "claimed"

_SUBCLASS: Final = vocab.RDFS + "subClassOf"
_SUBPROPERTY: Final = vocab.RDFS + "subPropertyOf"
EXPRESSED_AS: Final = vocab.HKKG + "expressedAs"
_LABELS: Final = tuple(vocab.SKOS + name for name in ("prefLabel", "altLabel", "hiddenLabel"))

Words = dict[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Model:
    """The ontology's part in the check."""

    parties: frozenset[str]
    dates: frozenset[str]
    entities: frozenset[str]
    events: frozenset[str]
    claims: frozenset[str]
    notes: frozenset[str]
    derived: frozenset[str]
    comparators: Words
    modalities: Words
    qualifiers: Words

    @classmethod
    def of(cls, statements: Statements) -> Model:
        """Read the hierarchies and the words that express comparators, modalities and date qualifiers."""
        return cls(
            parties=statements.below(_SUBPROPERTY, PARTY),
            dates=statements.below(_SUBPROPERTY, DATE) | {REFERENCE_PERIOD},
            entities=statements.below(_SUBCLASS, vocab.HKKG + "Entity"),
            events=statements.below(_SUBCLASS, vocab.HKKG + "Event"),
            claims=statements.below(_SUBCLASS, vocab.HKKG + "Claim"),
            notes=statements.below(_SUBCLASS, vocab.HKKG + "EditorialNote") | {vocab.HKKG + "Discrepancy"},
            derived=statements.below(_SUBCLASS, vocab.HKKG + "Derived"),
            comparators=_words(statements, COMPARATOR),
            modalities=_words(statements, MODALITY),
            qualifiers=_words(statements, DATE_QUALIFIER),
        )


def _words(statements: Statements, predicate: str) -> Words:
    """Return the words of every concept of the schemes whose concepts a predicate takes."""
    used = {
        concept
        for subject in statements.having(predicate)
        for concept in statements.values(subject, predicate)
    }
    in_scheme = vocab.SKOS + "inScheme"
    schemes = {scheme for concept in used for scheme in statements.values(concept, in_scheme)}
    concepts = used | {
        concept
        for concept in statements.having(EXPRESSED_AS)
        if not schemes.isdisjoint(statements.values(concept, in_scheme))
    }
    return {concept: tuple(statements.values(concept, EXPRESSED_AS)) for concept in sorted(concepts)}


@dataclass(frozen=True, slots=True)
class Evidence:
    """A graph with its passages read and its ontology understood."""

    statements: Statements
    passages: Passages
    model: Model
    _labels: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def labels(self, iri: str) -> tuple[str, ...]:
        """Return the labels of an entity or concept, of every kind and in every language."""
        if iri not in self._labels:
            found = (self.statements.values(iri, predicate) for predicate in _LABELS)
            self._labels[iri] = tuple(dict.fromkeys(label for labels in found for label in labels))
        return self._labels[iri]

    def passages_of(self, resource: str) -> list[str]:
        """List the passages that state a resource and whose text could be read."""
        stated = self.statements.values(resource, STATED_IN)
        return [passage for passage in stated if self.passages.readable(passage)]

    def parties(self, resource: str) -> Mapping[str, str]:
        """Return a record's parties, each with the predicate that names it."""
        statements = self.statements
        return {
            party: predicate
            for predicate in statements.predicates(resource)
            if predicate in self.model.parties
            for party in statements.values(resource, predicate)
        }

    def is_a(self, resource: str, classes: frozenset[str]) -> bool:
        """Whether a resource is said to be of one of the classes."""
        return not classes.isdisjoint(self.statements.types(resource))
