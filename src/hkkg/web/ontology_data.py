"""What the ontology page shows, read in a worker: terms, how they hang together, and their use."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Final

from hkkg import vocab
from hkkg.store import BlankNode, DefaultGraph, Literal, NamedNode

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from hkkg.store import EmbeddedStore, Term
    from hkkg.workers.worker import Engine

_TYPE: Final = NamedNode(vocab.RDF + "type")
_EXAMPLES: Final = 3
_KINDS: Final = {
    vocab.OWL + "Class": "class",
    vocab.OWL + "ObjectProperty": "object",
    vocab.OWL + "DatatypeProperty": "data",
}
_TRAITS: Final = {
    vocab.OWL + "FunctionalProperty": "functional",
    vocab.OWL + "InverseFunctionalProperty": "inverse_functional",
    vocab.OWL + "TransitiveProperty": "transitive",
    vocab.OWL + "SymmetricProperty": "symmetric",
}
_COUNTS: Final = {
    "class": "SELECT ?term (COUNT(DISTINCT ?s) AS ?n) { ?s a ?term FILTER(isIRI(?term)) } GROUP BY ?term",
    "property": "SELECT ?term (COUNT(*) AS ?n) { ?s ?term ?o } GROUP BY ?term",
}

Texts = dict[str, str]


@dataclass(frozen=True, slots=True)
class TermFacts:
    """A class or property as the page shows it; others are named by their IRIs.

    Attributes:
        iri: its IRI; the part after the namespace is its anchor.
        kind: `class`, `object` or `data`.
        labels: by language tag.
        definitions: by language tag.
        parents: of the ontology, that it specialises.
        aligned: of other vocabularies, that it specialises or equals.
        close: of other vocabularies, without the force of an axiom.
        disjoint: classes that it shares nothing with.
        domains: classes of what has the property.
        ranges: classes or datatypes of its values.
        inverses: properties that say the same the other way round.
        chains: of properties, which it follows from.
        traits: keys of `onto_…` texts.
        count: instances of a class, or triples of a property, inferred ones too.
        examples: some instances, by IRI, with their labels.
        rules: messages of the shapes that the data is held to, each by language tag.
    """

    iri: str
    kind: str
    labels: Texts
    definitions: Texts
    parents: tuple[str, ...]
    aligned: tuple[str, ...]
    close: tuple[str, ...]
    disjoint: tuple[str, ...]
    domains: tuple[str, ...]
    ranges: tuple[str, ...]
    inverses: tuple[str, ...]
    chains: tuple[tuple[str, ...], ...]
    traits: tuple[str, ...]
    count: int
    examples: tuple[tuple[str, Texts], ...]
    rules: tuple[Texts, ...]

    @property
    def anchor(self) -> str:
        """The fragment of its IRI."""
        return self.iri.removeprefix(vocab.HKKG)


@dataclass(frozen=True, slots=True)
class Ontology:
    """The ontology: its header and its terms, sorted by IRI."""

    titles: Texts
    descriptions: Texts
    version: str
    licenses: tuple[str, ...]
    terms: tuple[TermFacts, ...]


def read_ontology(engine: Engine) -> Ontology | None:
    """Read the ontology of hkkg's namespace as the graph has it; None if the graph is elsewhere."""
    return None if engine.store is None else _Reader(engine.store).ontology()


class _Reader:
    """Reads terms as they are stated: what reasoning adds would make each parent's parent a parent."""

    def __init__(self, store: EmbeddedStore) -> None:
        self._store = store
        self._counts = {kind: _counts(store, text) for kind, text in _COUNTS.items()}
        self._rules = self._messages()

    def ontology(self) -> Ontology:
        node = NamedNode(vocab.HKKG.removesuffix("#"))
        versions = [v.value for v in self._stated(node, vocab.OWL + "versionInfo") if isinstance(v, Literal)]
        return Ontology(
            titles=self._texts(node, vocab.DCTERMS + "title"),
            descriptions=self._texts(node, vocab.DCTERMS + "description"),
            version=min(versions, default=""),
            licenses=self._iris(node, vocab.DCTERMS + "license"),
            terms=tuple(self._term(iri, kind) for iri, kind in sorted(self._found())),
        )

    def _found(self) -> Iterator[tuple[str, str]]:
        for type_iri, kind in _KINDS.items():
            found = {q.subject for q in self._store.quads(None, _TYPE, NamedNode(type_iri))}
            for node in found:
                if isinstance(node, NamedNode) and node.value.startswith(vocab.HKKG):
                    yield node.value, kind

    def _term(self, iri: str, kind: str) -> TermFacts:
        node = NamedNode(iri)
        above = vocab.RDFS + ("subClassOf" if kind == "class" else "subPropertyOf")
        same = vocab.OWL + ("equivalentClass" if kind == "class" else "equivalentProperty")
        parents = self._iris(node, above)
        own = tuple(parent for parent in parents if parent.startswith(vocab.HKKG))
        types = {term.value for term in self._stated(node, _TYPE.value) if isinstance(term, NamedNode)}
        return TermFacts(
            iri=iri,
            kind=kind,
            labels=self._texts(node, vocab.RDFS + "label"),
            definitions=self._texts(node, vocab.SKOS + "definition"),
            parents=own,
            aligned=(*self._iris(node, same), *(p for p in parents if p not in own)),
            close=self._iris(node, vocab.SKOS + "closeMatch"),
            disjoint=self._iris(node, vocab.OWL + "disjointWith"),
            domains=self._iris(node, vocab.RDFS + "domain"),
            ranges=self._iris(node, vocab.RDFS + "range"),
            inverses=self._inverses(node),
            chains=self._chains(node),
            traits=tuple(trait for type_iri, trait in _TRAITS.items() if type_iri in types),
            count=self._counts["class" if kind == "class" else "property"].get(iri, 0),
            examples=tuple(self._examples(node)) if kind == "class" else (),
            rules=tuple(self._rules.get(iri, ())),
        )

    def _stated(self, subject: NamedNode | BlankNode, predicate: str) -> set[Term]:
        quads = self._store.quads(subject, NamedNode(predicate))
        return {q.object for q in quads if self._is_stated(q.graph_name)}

    def _is_stated(self, graph: NamedNode | BlankNode | DefaultGraph) -> bool:
        if isinstance(graph, DefaultGraph):
            return not self._store.union
        return graph != NamedNode(vocab.INFERRED_GRAPH)

    def _iris(self, subject: NamedNode, predicate: str) -> tuple[str, ...]:
        """List the IRIs that a property leads to, and the members where it leads to a union."""
        found = self._stated(subject, predicate)
        named = {term.value for term in found if isinstance(term, NamedNode)}
        for term in found:
            if isinstance(term, BlankNode):
                for union in self._stated(term, vocab.OWL + "unionOf"):
                    named.update(self._members(union))
        return tuple(sorted(named))

    def _texts(self, subject: NamedNode, predicate: str) -> Texts:
        found = [term for term in self._stated(subject, predicate) if isinstance(term, Literal)]
        return dict(sorted((vocab.canonical_tag(t.language or ""), t.value) for t in found))

    def _inverses(self, node: NamedNode) -> tuple[str, ...]:
        predicate = NamedNode(vocab.OWL + "inverseOf")
        backwards = {q.subject for q in self._store.quads(None, predicate, node)}
        named = {term.value for term in backwards if isinstance(term, NamedNode)}
        return tuple(sorted(named.union(self._iris(node, predicate.value))))

    def _chains(self, node: NamedNode) -> tuple[tuple[str, ...], ...]:
        found = self._stated(node, vocab.OWL + "propertyChainAxiom")
        return tuple(sorted(tuple(self._members(term)) for term in found))

    def _members(self, head: Term) -> Iterator[str]:
        """Yield the IRIs in a list, in order, unless it is a circle."""
        seen: set[Term] = set()
        while isinstance(head, (BlankNode, NamedNode)) and head not in seen:
            seen.add(head)
            first = next(iter(self._stated(head, vocab.RDF + "first")), None)
            if isinstance(first, NamedNode):
                yield first.value
            head = next(iter(self._stated(head, vocab.RDF + "rest")), NamedNode(vocab.RDF + "nil"))

    def _examples(self, node: NamedNode) -> Iterator[tuple[str, Texts]]:
        quads = self._store.quads(None, _TYPE, node, DefaultGraph())
        named = sorted({q.subject.value for q in quads if isinstance(q.subject, NamedNode)})
        for iri in islice(named, _EXAMPLES):
            yield iri, self._label(NamedNode(iri))

    def _label(self, node: NamedNode) -> Texts:
        """Return what a thing is called, be it stated or generated."""
        for predicate in (vocab.SKOS + "prefLabel", vocab.RDFS + "label"):
            quads = self._store.quads(node, NamedNode(predicate), None, DefaultGraph())
            found = [q.object for q in quads if isinstance(q.object, Literal)]
            if found:
                return dict(sorted((vocab.canonical_tag(t.language or ""), t.value) for t in found))
        return {}

    def _messages(self) -> Mapping[str, list[Texts]]:
        """Collect what shapes say of each class that they are about, and of each property in its paths."""
        found: dict[str, list[Texts]] = defaultdict(list)
        for predicate in ("targetClass", "targetSubjectsOf", "targetObjectsOf"):
            for quad in sorted(self._store.quads(None, NamedNode(vocab.SH + predicate)), key=str):
                if isinstance(quad.subject, NamedNode) and isinstance(quad.object, NamedNode):
                    found[quad.object.value] += self._messages_of(quad.subject)
        for quad in sorted(self._store.quads(None, NamedNode(vocab.SH + "path")), key=str):
            if isinstance(quad.subject, NamedNode) and isinstance(quad.object, NamedNode):
                found[quad.object.value] += self._own_messages(quad.subject)
        return {iri: _distinct(messages) for iri, messages in found.items()}

    def _messages_of(self, shape: NamedNode) -> list[Texts]:
        parts = self._iris(shape, vocab.SH + "property")
        return [message for part in (shape.value, *parts) for message in self._own_messages(NamedNode(part))]

    def _own_messages(self, shape: NamedNode) -> list[Texts]:
        texts = self._texts(shape, vocab.SH + "message")
        return [texts] if texts else []


def _distinct(messages: list[Texts]) -> list[Texts]:
    return list({tuple(message.items()): message for message in messages}.values())


def _counts(store: EmbeddedStore, text: str) -> dict[str, int]:
    rows = store.query(text).table().rows
    return {
        term.value: int(number.value)
        for term, number in rows
        if isinstance(term, NamedNode) and isinstance(number, Literal)
    }
