"""Records as a reader weighs them: a sentence, how sure it is, who says so and where."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from hkkg import vocab
from hkkg.store import BlankNode, Literal, NamedNode
from hkkg.web.views.citing import STATED_IN, cited
from hkkg.web.views.figures import UNIT, figure, unit_name
from hkkg.web.views.links import outside
from hkkg.web.views.model import Property, Record, Value, Word
from hkkg.web.views.places import place
from hkkg.web.views.reader import TYPE
from hkkg.web.views.times import date_words
from hkkg.web.views.wording import DATE, PERIOD, moment, sentence

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from hkkg.store import Term
    from hkkg.web.views.model import Words
    from hkkg.web.views.reader import Fact, Reader

RECORD: Final = vocab.HKKG + "Record"
CLAIM: Final = vocab.HKKG + "Claim"
DERIVED: Final = vocab.HKKG + "Derived"
OBSERVATION: Final = vocab.HKKG + "Observation"
DISCREPANCY: Final = vocab.HKKG + "Discrepancy"
NOT_BEFORE: Final = vocab.HKKG + "notBefore"
NOT_AFTER: Final = vocab.HKKG + "notAfter"
NOTE: Final = vocab.SKOS + "note"
_MODALITY: Final = vocab.HKKG + "modality"
_MARKED: Final = ("planned", "expected", "claimed")
_OPEN: Final = vocab.HKKG + "openList"
_TRUE: Final = frozenset({"true", "1"})
_FORMULA: Final = vocab.HKKG + "formula"
_IMPLIES: Final = vocab.HKKG + "implies"
_REASON: Final = vocab.HKKG + "reason"
_CONTRADICTION: Final = vocab.HKKG + "contradiction"
_PRINTED: Final = (vocab.HKKG + "printedForm", vocab.HKKG + "reading")
_LABELS: Final = (vocab.RDFS + "label", vocab.SKOS + "prefLabel")
_ELSEWHERE: Final = frozenset(
    {TYPE.value, STATED_IN, NOTE, NOT_BEFORE, NOT_AFTER, _OPEN, _IMPLIES, _CONTRADICTION, *_LABELS}
)
_INPUT: Final = re.compile(r"([A-Za-z][\w-]*:[\w.-]*[\w-])")
_LONGEST: Final = 2_000
_SIGNS: Final = str.maketrans({"*": "×", "/": "÷", "-": "−"})


def record(reader: Reader, node: NamedNode) -> Record:
    """Build the view of a record, or of an editorial note on one."""
    kind = reader.kind(node)
    worded = sentence(reader, node, kind)
    notes = _notes(reader, node)
    text = worded.words
    if reader.vocabulary.is_below(kind, DISCREPANCY) and notes:
        text, notes = notes[:1], notes[1:]
    return Record(
        iri=node.value,
        href=place(node.value),
        kind=_kind(reader, kind),
        sentence=text,
        marks=tuple(_marks(reader, node, kind)),
        details=tuple(_details(reader, node, worded.said)),
        cited=cited(reader, node),
        speakers=reader.speakers(reader.graphs(node, TYPE.value, NamedNode(kind))) if kind else (),
        notes=notes,
        when=moment(reader, node).words(reader.language),
        bounds=bounds(reader, node),
        parties=tuple(_parties(reader, node)),
    )


def bounds(reader: Reader, node: NamedNode) -> tuple[str, str]:
    """The first and the last day on which a record can have come about, as far as they are known."""
    return reader.literal(node, NOT_BEFORE), reader.literal(node, NOT_AFTER)


def _kind(reader: Reader, kind: str) -> Word:
    return reader.word(NamedNode(kind)) if kind else Word("")


def _marks(reader: Reader, node: NamedNode, kind: str) -> Iterator[str]:
    for name, mark in ((CLAIM, "claim"), (DERIVED, "derived"), (DISCREPANCY, "discrepancy")):
        if reader.vocabulary.is_below(kind, name):
            yield mark
    for concept in reader.resources(node, _MODALITY):
        name = concept.value.removeprefix(vocab.CONCEPT)
        if name in _MARKED:
            yield name
    if reader.literal(node, _OPEN) in _TRUE:
        yield "open"


def _notes(reader: Reader, node: NamedNode) -> Words:
    """Remarks, what contradicts it, and why something is meant that its passages do not name."""
    implied = [
        reason
        for term in reader.objects(node, _IMPLIES)
        if isinstance(term, (BlankNode, NamedNode))
        for reason in reader.said(term, _REASON)
    ]
    return (*reader.said(node, _CONTRADICTION), *reader.said(node, NOTE), *implied)


def _parties(reader: Reader, node: NamedNode) -> Iterator[str]:
    for name, facts in reader.facts(node).items():
        if name in reader.vocabulary.roles:
            yield from (fact.object.value for fact in facts if isinstance(fact.object, NamedNode))


def _details(reader: Reader, node: NamedNode, said: Iterable[str]) -> Iterator[Property]:
    """What is stated of a record and not in its sentence."""
    left_out = {*_ELSEWHERE, *said}
    for name, facts in sorted(reader.facts(node).items()):
        stated = sorted((fact for fact in facts if not fact.is_inferred), key=lambda fact: str(fact.object))
        if stated and name not in left_out:
            yield Property(reader.property(name), _values(reader, name, stated))


def _values(reader: Reader, name: str, facts: list[Fact]) -> tuple[Value, ...]:
    """The values of a property; of texts in several languages only those in the page's, if it has any."""
    terms = [fact.object for fact in facts]
    tag = reader.language.lower()
    own = [term for term in terms if isinstance(term, Literal) and (term.language or "").lower() == tag]
    chosen = own if own and name not in _PRINTED else terms
    return tuple(Value(value_words(reader, name, term)) for term in chosen)


def value_words(reader: Reader, name: str, term: Term) -> Words:
    """Show a value as its property wants: units and formulas spelt out, dates in words."""
    if name == UNIT and isinstance(term, NamedNode):
        return (unit_name(reader, term),)
    if name == _FORMULA and isinstance(term, Literal):
        return tuple(_formula(reader, term.value))
    if name in {DATE, PERIOD, NOT_BEFORE, NOT_AFTER} and isinstance(term, Literal):
        return (Word(date_words(term.value, reader.language)[0], title=term.value),)
    return (outside(reader, name, term) or reader.term(term),)


def _formula(reader: Reader, text: str) -> Iterator[Word]:
    """Write a formula with the figures of its inputs, each leading to the page about it."""
    for part in _INPUT.split(text[:_LONGEST]):
        iri = vocab.expand(part) if _INPUT.fullmatch(part) else None
        if iri is None:
            yield Word(part.translate(_SIGNS))
        else:
            node = NamedNode(iri)
            name = reader.name(node)[0]
            yield Word(figure(reader, node) or name, place(iri), title=name)
