"""Looking things up in a generation of the graph: what is said of a thing, by whom, and what it is called."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final, NamedTuple

from hkkg import vocab
from hkkg.reasoning import INFERRED, UNION
from hkkg.store import BlankNode, Literal, NamedNode
from hkkg.web.views.model import Word
from hkkg.web.views.places import place
from hkkg.web.views.term_names import BACKWARDS, NAMES
from hkkg.web.views.vocabulary import vocabulary

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from hkkg.store import DefaultGraph, EmbeddedStore, Quad, Term, Triple

    Resource = NamedNode | BlankNode | Triple
    Name = NamedNode | BlankNode | DefaultGraph

TYPE: Final = NamedNode(vocab.RDF + "type")
_LABELS: Final = tuple(
    NamedNode(iri)
    for iri in (
        vocab.SKOS + "prefLabel",
        vocab.RDFS + "label",
        vocab.DCTERMS + "title",
        vocab.SCHEMA + "name",
        "http://xmlns.com/foaf/0.1/name",
        vocab.HKKG + "keyWord",
        vocab.HKKG + "discrepancyId",
    )
)
_ATTRIBUTED: Final = NamedNode(vocab.PROV + "wasAttributedTo")
_LONGEST: Final = 2_000


class Fact(NamedTuple):
    """What a triple says of its subject, and whether it was inferred and not stated."""

    object: Term
    is_inferred: bool


class Reader:
    """Look-ups for one page in one language; each is made once."""

    def __init__(self, store: EmbeddedStore, language: str, here: str = "") -> None:
        """Take the store, the page's language, and the IRI that the page is about."""
        self.store = store
        self.language = language
        self.here = here
        self.vocabulary = vocabulary(store)
        self._facts: dict[Resource, dict[str, list[Fact]]] = {}
        self._texts: dict[Resource, dict[str, str]] = {}
        self._stating: dict[Name, bool] = {}
        self._speakers: dict[NamedNode, tuple[Word, ...]] = {}

    def is_stating(self, graph: Name) -> bool:
        """Whether a graph states what it holds: not a union of others, not what stays apart from it."""
        if graph not in self._stating:
            self._stating[graph] = self.store.in_union(graph) and graph != INFERRED
        return self._stating[graph]

    def facts(self, node: Resource) -> dict[str, list[Fact]]:
        """What the graph holds of a thing, by property."""
        if node not in self._facts:
            inferred = {(q.predicate, q.object) for q in self.store.quads(node, None, None, INFERRED)}
            facts: dict[str, list[Fact]] = {}
            for predicate, term in self._about(node):
                facts.setdefault(predicate.value, []).append(Fact(term, (predicate, term) in inferred))
            self._facts[node] = facts
        return self._facts[node]

    def _about(self, node: Resource) -> Iterable[tuple[NamedNode, Term]]:
        if self.store.union:
            return [(q.predicate, q.object) for q in self.store.quads(node, None, None, UNION)]
        quads = [q for q in self.store.quads(node) if self.store.in_union(q.graph_name)]
        return dict.fromkeys((q.predicate, q.object) for q in quads)

    def graphs(self, node: Resource, name: str, term: Term) -> list[NamedNode]:
        """The named graphs that state a triple."""
        quads = self.store.quads(node, NamedNode(name), term)
        found = {q.graph_name for q in quads if self.is_stating(q.graph_name)}
        return sorted((g for g in found if isinstance(g, NamedNode)), key=str)

    def objects(self, node: Resource, name: str) -> list[Term]:
        """The values of a property, in a steady order."""
        return sorted((fact.object for fact in self.facts(node).get(name, ())), key=str)

    def resources(self, node: Resource, name: str) -> list[NamedNode]:
        """The IRIs among the values of a property."""
        return [term for term in self.objects(node, name) if isinstance(term, NamedNode)]

    def literal(self, node: Resource, name: str) -> str:
        """The first literal of a property; nothing if it has none."""
        return next((t.value for t in self.objects(node, name) if isinstance(t, Literal)), "")

    def classes(self, node: Resource, *, stated: bool = False) -> list[str]:
        """The classes of a thing."""
        facts = self.facts(node).get(TYPE.value, ())
        return sorted(
            fact.object.value
            for fact in facts
            if isinstance(fact.object, NamedNode) and not (stated and fact.is_inferred)
        )

    def kind(self, node: Resource) -> str:
        """The most specific stated class of a thing, or else of any; nothing if it has none."""
        classes = self.classes(node, stated=True) or self.classes(node)
        lowest = self.vocabulary.lowest(classes)
        return next((name for name in lowest if name.startswith(vocab.HKKG)), next(iter(lowest), ""))

    def is_a(self, node: Resource, top: str) -> bool:
        """Whether a thing is of a class, or of one below it."""
        return any(self.vocabulary.is_below(name, top) for name in self.classes(node))

    def texts(self, node: Resource) -> dict[str, str]:
        """What a thing is called, by language tag; the preferred label comes first."""
        if node not in self._texts:
            texts: dict[str, str] = {}
            for predicate in _LABELS:
                for literal in sorted(self._literals(node, predicate), key=lambda literal: literal.value):
                    texts.setdefault(vocab.canonical_tag(literal.language or ""), literal.value)
                if texts:
                    break
            self._texts[node] = texts
        return self._texts[node]

    def _literals(self, node: Resource, predicate: NamedNode) -> Iterator[Literal]:
        graph = UNION if self.store.union else None
        objects = (quad.object for quad in self.store.quads(node, predicate, None, graph))
        return (term for term in objects if isinstance(term, Literal))

    def name(self, node: Resource) -> tuple[str, str]:
        """What a thing is called in the page's language or the nearest, and the tag of another language."""
        texts = self.texts(node)
        tag = vocab.nearest(texts, self.language)
        if tag is None:
            return self._unlabelled(node), ""
        return texts[tag], "" if tag == self.language else tag

    def _unlabelled(self, node: Resource) -> str:
        if not isinstance(node, NamedNode):
            return "…"
        curie = vocab.curie(node.value)
        own = NAMES[self.language].get(curie)
        return own or (node.value if curie.startswith("<") else curie.partition(":")[2])

    def word(self, node: Resource) -> Word:
        """Name a thing, and lead to its page."""
        text, lang = self.name(node)
        if isinstance(node, NamedNode):
            iri = node.value
            return Word(text, place(iri), lang, is_here=iri == self.here, title=vocab.curie(iri))
        return Word(text, lang=lang)

    def term(self, term: Term) -> Word:
        """Show any term."""
        if isinstance(term, Literal):
            tag = vocab.canonical_tag(term.language or "")
            return Word(_cut(term.value), lang=tag if tag != self.language else "")
        if isinstance(term, (NamedNode, BlankNode)):
            return self.word(term)
        return Word(_cut(str(term)))

    def property(self, name: str) -> Word:
        """Name a property."""
        return self.word(NamedNode(name))

    def backwards(self, name: str) -> Word | None:
        """Name what names a thing by a property, where it has a name of its own."""
        own = BACKWARDS[self.language].get(vocab.curie(name))
        return Word(own, place(name)) if own else None

    def said(self, node: Resource, name: str) -> tuple[Word, ...]:
        """The texts of a property in the page's language, or else in the nearest that has any."""
        texts: dict[str, list[Word]] = defaultdict(list)
        for term in self.objects(node, name):
            if isinstance(term, Literal):
                texts[vocab.canonical_tag(term.language or "")].append(self.term(term))
        tag = vocab.nearest(texts, self.language)
        return () if tag is None else tuple(texts[tag])

    def speakers(self, graphs: Iterable[NamedNode]) -> tuple[Word, ...]:
        """Who speaks in some graphs; the graph itself where nobody is named."""
        found = (word for graph in graphs for word in self._speakers_of(graph))
        return tuple(dict.fromkeys(found))

    def _speakers_of(self, graph: NamedNode) -> tuple[Word, ...]:
        if graph not in self._speakers:
            named = self.resources(graph, _ATTRIBUTED.value)
            self._speakers[graph] = tuple(self.word(node) for node in named or [graph])
        return self._speakers[graph]

    def incoming(self, node: Term) -> Iterator[Quad]:
        """Iterate over what is stated with a thing as its object, each triple once."""
        seen: set[tuple[object, NamedNode]] = set()
        for quad in self.store.quads(None, None, node):
            if self.is_stating(quad.graph_name) and (quad.subject, quad.predicate) not in seen:
                seen.add((quad.subject, quad.predicate))
                yield quad


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else text[:_LONGEST] + "…"
