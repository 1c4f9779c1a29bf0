"""The page about a resource: who or what it is, what is recorded of it, and what else names it."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Final, NamedTuple

from hkkg import vocab
from hkkg.errors import UnknownResourceError
from hkkg.store import BlankNode, Literal, NamedNode
from hkkg.web.texts import TEXTS
from hkkg.web.views import citing, records
from hkkg.web.views.links import is_outside
from hkkg.web.views.model import Entity, Page, Property, Section, Value, Word
from hkkg.web.views.neighbours import neighbourhood
from hkkg.web.views.places import class_place, why_place
from hkkg.web.views.reader import TYPE, Reader
from hkkg.why.terms import require_known

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from hkkg.store import EmbeddedStore, Quad, Term
    from hkkg.web.views.model import Record, Words
    from hkkg.web.views.reader import Fact

_MOST_INCOMING: Final = 10_000
_RECORDS: Final = 40
_INCOMING: Final = 100
_MOST_VALUES: Final = 60
_NAMES: Final = (vocab.SKOS + "prefLabel", vocab.RDFS + "label", vocab.DCTERMS + "title")
_OTHER_NAMES: Final = (vocab.SKOS + "altLabel", vocab.SKOS + "hiddenLabel")
_NOTES: Final = (
    vocab.SKOS + "definition",
    vocab.DCTERMS + "description",
    vocab.RDFS + "comment",
    vocab.SKOS + "scopeNote",
    vocab.SKOS + "note",
)
_PARTY: Final = vocab.HKKG + "party"
_SHOWN_APART: Final = frozenset({TYPE.value, _PARTY, citing.STATED_IN, *_NAMES, *_OTHER_NAMES, *_NOTES})
_OWN: Final = (vocab.HKKG, vocab.SKOS)
_ORDER: Final = {"facts": 0, "figures": 1, "claims": 2, "notes": 3}
_NESTED: Final = 2
_EXAMPLE: Final = "Write one such as https://w3id.org/hkkg/id/hong-kong."


class Pages(NamedTuple):
    """Which page of the records, and which of the incoming statements, is wanted."""

    records: int = 1
    incoming: int = 1


class _Incoming(NamedTuple):
    records: list[NamedNode]
    others: dict[str, list[NamedNode]]


def entity(store: EmbeddedStore, iri: str, language: str, pages: Pages) -> Entity:
    """Build the view of a resource.

    Raises:
        UnknownResourceError: the graph does not speak of it.
    """
    node = _named(iri)
    require_known(store, node)
    return _Builder(Reader(store, language, iri), node, pages).build()


def _named(iri: str) -> NamedNode:
    try:
        return NamedNode(iri)
    except ValueError:
        raise UnknownResourceError(f"{iri}: this is not an IRI that RDF allows.", hint=_EXAMPLE) from None


class _Builder:
    def __init__(self, reader: Reader, node: NamedNode, pages: Pages) -> None:
        self._reader = reader
        self._node = node
        self._pages = pages
        self._incoming = _incoming(reader, node)

    def build(self) -> Entity:
        reader, node = self._reader, self._node
        shown, page = self._records()
        incoming, incoming_page = self._others()
        kind = reader.kind(node)
        is_record = any(
            reader.vocabulary.is_below(kind, name) for name in (records.RECORD, records.DISCREPANCY)
        )
        own = records.record(reader, node) if is_record else None
        properties, more, elsewhere = self._properties(is_record=is_record)
        return Entity(
            iri=node.value,
            curie=vocab.curie(node.value),
            name=reader.word(node),
            names=tuple(_scripts(reader, node)),
            other_names=tuple(_other_names(reader, node)),
            classes=tuple(self._classes(kind)),
            notes=tuple(word for name in _NOTES for word in reader.said(node, name)) if not own else (),
            record=own,
            sections=tuple(_sections(reader, shown)),
            sections_page=page,
            properties=properties,
            more=more,
            cited=citing.cited(reader, node),
            timeline=_timeline(shown),
            picture=neighbourhood(reader, node, [*([own] if own else []), *shown]),
            elsewhere=elsewhere,
            incoming=incoming,
            incoming_page=incoming_page,
            is_concept=reader.is_a(node, vocab.SKOS + "Concept"),
            passage=citing.describe(reader, node),
        )

    def _records(self) -> tuple[list[Record], Page]:
        """Build the records of the page that is wanted: facts, figures, claims, then notes."""
        reader = self._reader
        ordered = sorted(self._incoming.records, key=lambda node: _rank(reader, node))
        page = _page(self._pages.records, _RECORDS, len(ordered))
        first = (page.number - 1) * page.size
        return [records.record(reader, node) for node in ordered[first : first + page.size]], page

    def _others(self) -> tuple[tuple[Property, ...], Page]:
        """What else names it, by property; one page of it."""
        found = [(name, node) for name, nodes in sorted(self._incoming.others.items()) for node in nodes]
        page = _page(self._pages.incoming, _INCOMING, len(found))
        first = (page.number - 1) * page.size
        grouped: dict[str, list[Value]] = {}
        for name, node in found[first : first + page.size]:
            grouped.setdefault(name, []).append(Value((self._reader.word(node),)))
        return tuple(Property(self._backwards(name), tuple(values)) for name, values in grouped.items()), page

    def _backwards(self, name: str) -> Word:
        """Head those that name it by a property: "Passages of this source", or else "As “source” of"."""
        own = self._reader.backwards(name)
        if own:
            return own
        word = self._reader.property(name)
        return word._replace(text=TEXTS[self._reader.language]["entity_as_property"].format(word.text))

    def _classes(self, kind: str) -> Iterator[Word]:
        """The stated classes that none of the others implies, the most specific first."""
        reader = self._reader
        stated = reader.classes(self._node, stated=True) or reader.classes(self._node)
        lowest = reader.vocabulary.lowest(stated)
        for name in dict.fromkeys([kind, *lowest] if kind else lowest):
            text, lang = reader.name(NamedNode(name))
            yield Word(text, class_place(name), lang, title=vocab.curie(name))

    def _properties(self, *, is_record: bool) -> tuple[tuple[Property, ...], ...]:
        """Sort the properties: its own, those of other vocabularies that follow, and links elsewhere."""
        own, more, elsewhere = [], [], []
        for name, facts in sorted(self._reader.facts(self._node).items()):
            if name in _SHOWN_APART or (
                name in self._reader.vocabulary.record_links and self._are_records(facts)
            ):
                continue
            shown = self._property(name, facts)
            if is_record and not all(fact.is_inferred for fact in facts):
                continue  # its sentence and its details have it
            if is_outside(name):
                elsewhere.append(shown)
            elif all(fact.is_inferred for fact in facts) and not name.startswith(_OWN):
                more.append(shown)
            else:
                own.append(shown)
        return tuple(own), tuple(more), tuple(elsewhere)

    def _are_records(self, facts: list[Fact]) -> bool:
        return all(
            isinstance(f.object, NamedNode) and self._reader.is_a(f.object, records.RECORD) for f in facts
        )

    def _property(self, name: str, facts: list[Fact]) -> Property:
        ordered = sorted(facts, key=lambda fact: str(fact.object))
        values = tuple(self._value(name, fact) for fact in ordered[:_MOST_VALUES])
        return Property(self._reader.property(name), values, len(facts) - len(values))

    def _value(self, name: str, fact: Fact) -> Value:
        reader, node = self._reader, self._node
        if fact.is_inferred:
            why = why_place(node.value, name, fact.object.value) if isinstance(fact.object, NamedNode) else ""
            return Value(_words(reader, name, fact.object), why=why, is_inferred=True)
        speakers = reader.speakers(reader.graphs(node, name, fact.object))
        return Value(_words(reader, name, fact.object), speakers)


def _page(wanted: int, size: int, total: int) -> Page:
    page = Page(wanted, size, total)
    if wanted > page.last:
        raise UnknownResourceError(f"there is no page {wanted} here.", hint=f"The last one is {page.last}.")
    return page


def _words(reader: Reader, name: str, term: Term, depth: int = 0) -> Words:
    """Show a value; a node without a name by what is said of it."""
    if not isinstance(term, BlankNode) or depth == _NESTED:
        return records.value_words(reader, name, term)
    words: list[Word] = []
    for inner, facts in sorted(reader.facts(term).items()):
        for fact in facts[:_MOST_VALUES]:
            if inner != TYPE.value and not fact.is_inferred:
                label = reader.property(inner)
                words += [
                    Word("; " if words else ""),
                    label,
                    Word(": "),
                    *_words(reader, inner, fact.object, depth + 1),
                ]
    return tuple(words) or (reader.term(term),)


def _incoming(reader: Reader, node: NamedNode) -> _Incoming:
    """Part what names a thing into records of it and others; what was inferred is told by its premises."""
    found: list[NamedNode] = []
    others: dict[str, list[NamedNode]] = {}
    for quad in islice(reader.incoming(node), _MOST_INCOMING):
        subject = quad.subject
        if not isinstance(subject, NamedNode) or subject == node:
            continue
        if _tells(reader, quad):
            found.append(subject)
        else:
            others.setdefault(quad.predicate.value, []).append(subject)
    for nodes in others.values():
        nodes.sort(key=lambda other: other.value)
    return _Incoming(list(dict.fromkeys(found)), others)


def _tells(reader: Reader, quad: Quad) -> bool:
    """Whether a triple makes its subject a record, or an editors' note, of its object."""
    name, subject = quad.predicate.value, quad.subject
    if name in reader.vocabulary.roles or name == citing.STATED_IN:
        return reader.is_a(subject, records.RECORD) or reader.is_a(subject, records.DISCREPANCY)
    return name == vocab.HKKG + "concerns" and reader.is_a(subject, records.DISCREPANCY)


def _rank(reader: Reader, node: NamedNode) -> tuple[int, str, str, str]:
    kind = reader.kind(node)
    return _ORDER[_section(reader, kind)], kind, records.bounds(reader, node)[0], node.value


def _section(reader: Reader, kind: str) -> str:
    for top, name in (
        (records.DISCREPANCY, "notes"),
        (records.CLAIM, "claims"),
        (records.OBSERVATION, "figures"),
    ):
        if reader.vocabulary.is_below(kind, top):
            return name
    return "facts"


def _sections(reader: Reader, shown: Iterable[Record]) -> Iterator[Section]:
    grouped: dict[str, list[Record]] = {name: [] for name in _ORDER}
    for record in shown:
        grouped[_section(reader, reader.kind(NamedNode(record.iri)))].append(record)
    yield from (Section(name, tuple(found)) for name, found in grouped.items() if found)


def _timeline(shown: Iterable[Record]) -> tuple[Record, ...]:
    dated = [record for record in shown if record.when and any(record.bounds)]
    return tuple(sorted(dated, key=lambda record: (record.bounds[0] or record.bounds[1], record.iri)))


def _scripts(reader: Reader, node: NamedNode) -> Iterator[Word]:
    """The names in the other scripts."""
    name = reader.name(node)[0]
    for tag, text in sorted(reader.texts(node).items(), reverse=True):
        if tag not in {"", reader.language} and text != name:
            yield Word(text, lang=tag)


def _other_names(reader: Reader, node: NamedNode) -> Iterator[Word]:
    for name in _OTHER_NAMES:
        yield from (reader.term(term) for term in reader.objects(node, name) if isinstance(term, Literal))
