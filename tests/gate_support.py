"""A gate, stores and changes for the tests of the gate."""

import random
from functools import cache
from pathlib import Path

from hkkg import catalog, formats, loading, vocab
from hkkg.catalog import Kind
from hkkg.store import Change, EmbeddedStore, Literal, NamedNode, Quad, parse
from hkkg.validation.gate import Gate

CONTEXT = Path(__file__).parent / "shapes" / "context.ttl"
GRAPH = NamedNode(vocab.GRAPH + "data/test/graph")
HIERARCHY = {
    vocab.RDFS + "subClassOf",
    vocab.RDFS + "domain",
    vocab.OWL + "inverseOf",
    vocab.OWL + "propertyChainAxiom",
}
LANGUAGES = ("en", "zh-Hans", "zh-Hant", "fr")
VALUES = (
    Literal("2024-13-40", datatype=NamedNode(vocab.XSD + "date")),
    Literal("2025", datatype=NamedNode(vocab.XSD + "gYear")),
    Literal("-7", datatype=NamedNode(vocab.XSD + "integer")),
    Literal("16", datatype=NamedNode(vocab.XSD + "integer")),
    Literal(""),
)


@cache
def packaged_gate():
    """The gate of the packaged shapes; none changes."""
    files = catalog.of_kind(Kind.SHAPES)
    return Gate(quad for file in files for quad in loading.read_document(file.path).quads())


def gate(shapes):
    """Make a gate of shapes in Turtle."""
    return Gate(turtle(shapes))


def turtle(text):
    """Parse Turtle, prefixes left out, into quads of a graph of data."""
    prefixes = "".join(f"@prefix {name}: <{iri}> .\n" for name, iri in PREFIXES.items())
    return parse((prefixes + text).encode(), formats.TURTLE, source="test", graph=GRAPH.value)


PREFIXES = {**vocab.PREFIXES, "ex": "http://example.org/"}


def store_of(quads):
    """Make a store of quads."""
    store = EmbeddedStore()
    store.add(quads, in_union=True)
    return store


@cache
def hierarchy():
    """What shapes read of the ontology."""
    files = catalog.of_kind(Kind.ONTOLOGY)
    quads = [quad for file in files for quad in loading.read_document(file.path, graph=file.graph).quads()]
    return [quad for quad in quads if quad.predicate.value in HIERARCHY]


def context():
    """One or two sound things of each class."""
    return loading.read_document(CONTEXT, graph=GRAPH.value).quads()


class RandomChanges:
    """Changes of a store, one after another, the same for the same seed."""

    def __init__(self, store, seed):
        """Begin; only graphs of data change."""
        self._store = store
        self._random = random.Random(seed)  # noqa: S311 - the same changes in each run are the point
        self._count = 0

    def next(self):
        """Make one to four changes in one."""
        quads = sorted((q for q in self._store.quads() if _is_data(q)), key=str)
        kinds = [self._remove, self._remove_block, self._replace, self._retype, self._add, self._copy]
        removed, added = set(), set()
        for _ in range(self._random.randint(1, 4)):
            gone, come = self._random.choice(kinds)(quads)
            removed |= set(gone)
            added |= set(come)
        known = set(quads)
        return Change(
            added=tuple(sorted(added - known, key=str)),
            removed=tuple(sorted((removed - added) & known, key=str)),
        )

    def _remove(self, quads):
        return [self._random.choice(quads)], []

    def _remove_block(self, quads):
        subject = self._random.choice(quads).subject
        return [quad for quad in quads if quad.subject == subject], []

    def _replace(self, quads):
        quad = self._random.choice(quads)
        return [quad], [_with_object(quad, self._object(quad, quads))]

    def _object(self, quad, quads):
        alike = [other.object for other in quads if other.predicate == quad.predicate]
        chosen = self._random.choice([self._random.choice(alike), self._random.choice(quads).object, None])
        if chosen is not None:
            return chosen
        if isinstance(quad.object, Literal) and quad.object.language:
            return Literal(quad.object.value, language=self._random.choice(LANGUAGES))
        return self._random.choice([*VALUES, self._random.choice(quads).subject])

    def _retype(self, quads):
        typed = [quad for quad in quads if quad.predicate.value == vocab.RDF + "type"]
        quad = self._random.choice(typed)
        changed = _with_object(quad, self._random.choice(typed).object)
        return self._random.choice([[quad], []]), [changed]

    def _add(self, quads):
        quad, other = self._random.choice(quads), self._random.choice(quads)
        return [], [Quad(quad.subject, other.predicate, self._object(other, quads), quad.graph_name)]

    def _copy(self, quads):
        subject = self._random.choice(quads).subject
        self._count += 1
        copy = NamedNode(f"{vocab.HK}copy-{self._count}")
        block = [quad for quad in quads if quad.subject == subject]
        return [], [Quad(copy, quad.predicate, quad.object, quad.graph_name) for quad in block]


def _is_data(quad):
    return isinstance(quad.graph_name, NamedNode) and quad.graph_name.value.startswith(vocab.GRAPH + "data/")


def _with_object(quad, obj):
    return Quad(quad.subject, quad.predicate, obj, quad.graph_name)
