"""The names of things, and where a text mentions them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from hkkg import vocab
from hkkg.asking.lexicon import PhraseBook, key, lexicon, nicknames
from hkkg.store import Literal, NamedNode

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from hkkg.asking.lexicon import Atom
    from hkkg.store import EmbeddedStore

_LABELS: Final = """
SELECT ?thing ?property ?label {
    VALUES ?property { skos:prefLabel skos:altLabel skos:hiddenLabel rdfs:label }
    ?thing ?property ?label .
}
"""
_CLASSES: Final = (
    "SELECT DISTINCT ?thing ?class { GRAPH ?stated { ?thing a ?class } ?thing skos:prefLabel ?label }"
)
_RECORDS: Final = "SELECT DISTINCT ?record { ?record a/rdfs:subClassOf* hkkg:Record }"
_PREFERRED: Final = frozenset({vocab.SKOS + "prefLabel", vocab.RDFS + "label"})
_NICKNAME: Final = ""
_PLACE: Final = re.compile(r"\A(?:The )?Hong Kong |,? of Hong Kong\Z|\A香港")
_SHORTEST_NAME: Final = 4


@dataclass(frozen=True, slots=True)
class Name:
    """A name of a thing.

    Attributes:
        thing: its IRI.
        text: the name as it is written.
        language: of the name, in lower case; nothing for a nickname, which the graph does not have.
        is_preferred: whether it is the thing's preferred name in that language.
    """

    thing: str
    text: str
    language: str
    is_preferred: bool


@dataclass(frozen=True, slots=True)
class Mention:
    """A place of a text that names something.

    Attributes:
        first: the number of its first atom.
        last: the number after its last atom.
        things: the IRIs of what bears the name, sorted.
        is_word: whether the name is also a word with a meaning of its own.
    """

    first: int
    last: int
    things: tuple[str, ...]
    is_word: bool


class Names:
    """The names of everything in a graph."""

    def __init__(self, store: EmbeddedStore) -> None:
        """Read the names, and the classes of what bears them."""
        records = store.query(vocab.prefix_header() + _RECORDS).table().rows
        self.records = frozenset(iris(records))
        read = list(_read(store))
        found = [*read, *map(_from_iri, sorted(self.records)), *_without_place(read)]
        self.of: dict[str, list[Name]] = {}
        for name in found:
            self.of.setdefault(name.thing, []).append(name)
        self.classes = _read_classes(store)
        self._book = PhraseBook(
            (name.text, name.thing)
            for name in found
            if name.thing.startswith(vocab.HK) and name.thing not in self.records
        )

    def words(self) -> set[str]:
        """Collect the atoms of the names that are looked for in texts."""
        return self._book.words()

    def mentions(self, read: Sequence[Atom]) -> list[Mention]:
        """Find the names in a text, the longest at each place."""
        found: list[Mention] = []
        words = tuple(atom.text for atom in read)
        at = 0
        while at < len(words):
            end, things = self._book.at(words, at)
            if end > at:
                found.append(Mention(at, end, tuple(sorted(things)), words[at:end] in lexicon()))
            at = max(end, at + 1)
        return found

    def preferred(self, thing: str, language: str) -> str:
        """Return what a thing is called in a language, else in English, else by the end of its IRI."""
        for wanted in (language.lower(), "en"):
            for name in self.of.get(thing, ()):
                if name.is_preferred and name.language == wanted:
                    return name.text
        return vocab.curie(thing)

    def named(self, thing: str, phrase: Sequence[Atom]) -> str:
        """Return the name of a thing that a phrase is, as it is written; else its preferred name."""
        wanted = tuple(atom.text for atom in phrase)
        return next(
            (n.text for n in self.of.get(thing, ()) if key(n.text) == wanted), self.preferred(thing, "en")
        )


def _read(store: EmbeddedStore) -> Iterator[Name]:
    for thing, kind, label in store.query(vocab.prefix_header() + _LABELS).table().rows:
        if isinstance(thing, NamedNode) and isinstance(kind, NamedNode) and isinstance(label, Literal):
            yield Name(thing.value, label.value, label.language or "", kind.value in _PREFERRED)
    for curie, texts in nicknames().items():
        thing_iri = vocab.expand(curie) or curie
        yield from (Name(thing_iri, text, _NICKNAME, is_preferred=False) for text in texts)


def _without_place(names: Iterable[Name]) -> Iterator[Name]:
    """Leave "Hong Kong" out of names, as people do, where what is left is no ordinary word."""
    for name in names:
        short = _PLACE.sub("", name.text)
        if short != name.text and len(short) >= _SHORTEST_NAME and key(short) not in lexicon():
            yield Name(name.thing, short, name.language, is_preferred=False)


def _from_iri(record: str) -> Name:
    """Make a name of the end of a record's IRI, which says what it is about in fewer words than its label."""
    return Name(record, record.removeprefix(vocab.HK).replace("-", " "), "en", is_preferred=False)


def _read_classes(store: EmbeddedStore) -> Mapping[str, frozenset[str]]:
    """Read the classes that things are stated to be of, without those that reasoning adds."""
    classes: dict[str, set[str]] = {}
    inferred = f"FILTER(?stated != <{vocab.INFERRED_GRAPH}>)"
    query = vocab.prefix_header() + _CLASSES.replace("} ?thing skos", f"}} {inferred} ?thing skos", 1)
    for thing, of_class in store.query(query).table().rows:
        if isinstance(thing, NamedNode) and isinstance(of_class, NamedNode):
            classes.setdefault(thing.value, set()).add(of_class.value)
    return {thing: frozenset(found) for thing, found in classes.items()}


def iris(rows: Iterable[Sequence[object]]) -> set[str]:
    """Collect the IRIs of a table."""
    return {term.value for row in rows for term in row if isinstance(term, NamedNode)}
