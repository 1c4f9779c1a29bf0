"""All the classes of the graph, grouped, and its named graphs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from weakref import WeakKeyDictionary

from hkkg import vocab
from hkkg.store import NamedNode
from hkkg.web.views import members
from hkkg.web.views.lists import class_word
from hkkg.web.views.reader import Reader

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hkkg.store import EmbeddedStore
    from hkkg.web.views.model import Word

_GROUPS: Final = (
    ("agents", vocab.HKKG + "Agent"),
    ("places", vocab.HKKG + "Place"),
    ("evidence", vocab.HKKG + "Source"),
    ("evidence", vocab.HKKG + "Section"),
    ("evidence", vocab.HKKG + "Photograph"),
    ("evidence", vocab.HKKG + "Passage"),
    ("evidence", vocab.HKKG + "EditorialNote"),
    ("evidence", vocab.HKKG + "Implication"),
    ("evidence", vocab.HKKG + "SourceGraph"),
    ("things", vocab.HKKG + "Entity"),
    ("records", vocab.HKKG + "Record"),
    ("concepts", vocab.SKOS + "Concept"),
    ("concepts", vocab.SKOS + "ConceptScheme"),
)
_VOCABULARY: Final = (vocab.OWL, vocab.RDFS, vocab.RDF)
_ORDER: Final = ("agents", "things", "places", "records", "evidence", "concepts", "others")
_DEEPEST: Final = 3


@dataclass(frozen=True, slots=True)
class ClassRow:
    """A class in the overview, set in by how far it is below the first of its group."""

    word: Word
    count: int
    level: int


@dataclass(frozen=True, slots=True)
class Group:
    """Classes that belong together."""

    name: str
    rows: tuple[ClassRow, ...]


@dataclass(frozen=True, slots=True)
class Overview:
    """The classes of the graph, and its named graphs with their triples."""

    groups: tuple[Group, ...]
    graphs: tuple[tuple[Word, int], ...]


_SIZES: WeakKeyDictionary[EmbeddedStore, dict[str, int]] = WeakKeyDictionary()


def overview(store: EmbeddedStore, language: str) -> Overview:
    """Build the overview."""
    reader = Reader(store, language)
    counts = {name: len(found) for name, found in members.classes(reader).members.items()}
    grouped: dict[str, set[str]] = {name: set() for name in _ORDER}
    for name in counts:
        grouped[_group(reader, name)].add(name)
    groups = (Group(name, tuple(_rows(reader, found, counts))) for name, found in grouped.items() if found)
    return Overview(tuple(groups), tuple(_graphs(reader)))


def _group(reader: Reader, name: str) -> str:
    if name.startswith(_VOCABULARY):
        return "concepts"
    return next((group for group, top in _GROUPS if reader.vocabulary.is_below(name, top)), "others")


def _rows(reader: Reader, names: set[str], counts: dict[str, int]) -> Iterator[ClassRow]:
    """Set the classes of a group out as a tree, each once, below the first of those right above it."""
    parents = {name: reader.vocabulary.lowest(_upper(reader, name) & names) for name in names}
    words = {name: class_word(reader, name) for name in names}

    def below(parent: str | None, level: int) -> Iterator[ClassRow]:
        own = [name for name in names if (parents[name][0] if parents[name] else None) == parent]
        for name in sorted(own, key=lambda name: (-counts[name], words[name].text, name)):
            yield ClassRow(words[name], counts[name], min(level, _DEEPEST))
            yield from below(name, level + 1)

    yield from below(None, 0)


def _upper(reader: Reader, name: str) -> set[str]:
    """The classes above one that it does not stand above itself."""
    above = reader.vocabulary.above
    return {upper for upper in above.get(name, ()) if upper != name and name not in above.get(upper, ())}


def _graphs(reader: Reader) -> Iterator[tuple[Word, int]]:
    store = reader.store
    if store not in _SIZES:
        _SIZES[store] = store.graph_sizes()
    for name, size in _SIZES[store].items():
        yield reader.word(NamedNode(name)), size
