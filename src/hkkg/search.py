"""Finding entities by their names in any script: whole, in part, abbreviated or slightly misspelt."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import tantivy
from opencc import OpenCC

from hkkg import vocab
from hkkg.errors import UnknownResourceError
from hkkg.store import Literal, NamedNode

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from hkkg.store import EmbeddedStore

_LABELS = """
SELECT ?thing ?property ?label {
    VALUES ?property { skos:prefLabel skos:altLabel skos:hiddenLabel }
    ?thing ?property ?label .
}
"""
_KINDS = {vocab.SKOS + "prefLabel": 0, vocab.SKOS + "altLabel": 1, vocab.SKOS + "hiddenLabel": 2}

_GRAMS = "grams"
_WORDS = re.compile(r"[^\W_]+")
_LATIN = re.compile(r"[a-z0-9]+\Z")
_PARTS = re.compile(r"[a-z0-9]+|[^\W_a-z0-9]+")
_SHORTEST_MISSPELT = 4
_LONG_WORD = 8

_EXACT, _PREFIX, _WORD, _INSIDE, _SCATTERED, _MISSPELT = range(6)


@dataclass(frozen=True, slots=True)
class Hit:
    """An entity that was found.

    Attributes:
        iri: the entity.
        label: the name that matched, as it is written.
        language: the language of that name.
        names: the preferred names, by language.
        classes: the classes that it is stated to be of.
    """

    iri: str
    label: str
    language: str
    names: Mapping[str, str]
    classes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Label:
    iri: str
    text: str
    folded: str
    language: str
    kind: int


@cache
def _converter() -> OpenCC:
    return OpenCC("hk2s")


def fold(text: str) -> str:
    """Bring a text to the form that is compared: simplified characters, lower case, single blanks."""
    return " ".join(_converter().convert(text).casefold().split())


class LabelIndex:
    """The names of everything in a store, indexed by characters and pairs of characters."""

    def __init__(self, store: EmbeddedStore) -> None:
        """Read and index the labels."""
        self._store = store
        self._labels = list(_read_labels(store))
        self._index = _index(self._labels)
        self._searcher = self._index.searcher()

    def search(
        self, text: str, *, limit: int = 10, of_class: str | None = None, language: str | None = None
    ) -> list[Hit]:
        """Find entities, the best match first: whole names, then beginnings, then parts, then misspellings.

        Args:
            text: a name or a part of one, in any script.
            limit: how many entities to return at most.
            of_class: the IRI of a class that they must be of, subclasses included.
            language: the language of names to look at, in place of all.

        Raises:
            UnknownResourceError: nothing is of that class.
        """
        folded = fold(text)
        if not _PARTS.search(folded):
            return []
        members = self._members(of_class) if of_class else None
        best: dict[str, tuple[tuple[int, int, int, str], _Label]] = {}
        for rank, label in self._ranked(folded):
            if language and label.language != language.lower():
                continue
            if members is not None and label.iri not in members:
                continue
            if label.iri not in best or rank < best[label.iri][0]:
                best[label.iri] = (rank, label)
        ordered = sorted(best.values(), key=lambda pair: pair[0])
        return self._hits([label for _, label in ordered[:limit]])

    def _ranked(self, folded: str) -> Iterator[tuple[tuple[int, int, int, str], _Label]]:
        """Yield matches with their ranks: how they match, what kind of label it is, how much is left over."""
        parts = _PARTS.findall(folded)
        schema = self._index.schema
        for label in self._found([_gram_query(schema, part) for part in parts]):
            tier = _tier(label.folded, folded, parts)
            if tier is not None:
                yield (tier, label.kind, len(label.folded), label.iri), label
        if all(_LATIN.match(part) for part in parts):
            for label in self._found([_fuzzy_query(schema, part) for part in parts]):
                yield (_MISSPELT, label.kind, len(label.folded), label.iri), label

    def _found(self, queries: list[tantivy.Query]) -> Iterator[_Label]:
        query = tantivy.Query.boolean_query([(tantivy.Occur.Must, query) for query in queries])
        for _, address in self._searcher.search(query, max(1, len(self._labels))).hits:
            yield self._labels[self._searcher.doc(address)["number"][0]]

    def _members(self, of_class: str) -> set[str]:
        query = f"{vocab.prefix_header()}SELECT DISTINCT ?thing {{ ?thing a/rdfs:subClassOf* <{of_class}> }}"
        members = {
            t.value for t in self._store.query(query).table().column("thing") if isinstance(t, NamedNode)
        }
        if not members:
            raise UnknownResourceError(
                f"nothing in the graph is of the class {vocab.curie(of_class)}.",
                hint="`hkkg stats` lists the classes.",
            )
        return members

    def _hits(self, labels: list[_Label]) -> list[Hit]:
        names: dict[str, dict[str, str]] = {label.iri: {} for label in labels}
        for label in self._labels:
            if label.kind == 0 and label.iri in names:
                names[label.iri].setdefault(label.language, label.text)
        return [
            Hit(label.iri, label.text, label.language, names[label.iri], self._classes(label.iri))
            for label in labels
        ]

    def _classes(self, iri: str) -> tuple[str, ...]:
        found = self._store.quads(NamedNode(iri), NamedNode(vocab.RDF + "type"))
        return tuple(sorted({q.object.value for q in found if isinstance(q.object, NamedNode)}))


def _read_labels(store: EmbeddedStore) -> Iterable[_Label]:
    for thing, kind, label in store.query(vocab.prefix_header() + _LABELS).table().rows:
        if isinstance(thing, NamedNode) and isinstance(kind, NamedNode) and isinstance(label, Literal):
            yield _Label(
                thing.value, label.value, fold(label.value), label.language or "", _KINDS[kind.value]
            )


def _index(labels: Iterable[_Label]) -> tantivy.Index:
    builder = tantivy.SchemaBuilder()
    builder.add_unsigned_field("number", stored=True)
    builder.add_text_field("grams", tokenizer_name=_GRAMS, index_option="basic")
    builder.add_text_field("words", tokenizer_name="whitespace", index_option="basic")
    index = tantivy.Index(builder.build())
    grams = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.ngram(1, 2, prefix_only=False)).build()
    index.register_tokenizer(_GRAMS, grams)
    writer = index.writer(num_threads=1)
    for number, label in enumerate(labels):
        words = " ".join(_WORDS.findall(label.folded))
        writer.add_document(tantivy.Document(number=number, grams=label.folded, words=words))
    writer.commit()
    index.reload()
    return index


def _gram_query(schema: tantivy.Schema, part: str) -> tantivy.Query:
    """Ask for labels that have all pairs of characters of a part."""
    pairs = {part[i : i + 2] for i in range(len(part) - 1)} or {part}
    terms = [(tantivy.Occur.Must, tantivy.Query.term_query(schema, "grams", pair)) for pair in sorted(pairs)]
    return tantivy.Query.boolean_query(terms)


def _fuzzy_query(schema: tantivy.Schema, word: str) -> tantivy.Query:
    """Ask for labels that have a word as it is or, if it is long enough, with a letter or two wrong."""
    if len(word) < _SHORTEST_MISSPELT:
        return tantivy.Query.term_query(schema, "words", word)
    return tantivy.Query.fuzzy_term_query(schema, "words", word, distance=2 if len(word) >= _LONG_WORD else 1)


def _tier(name: str, wanted: str, parts: list[str]) -> int | None:
    if name == wanted:
        return _EXACT
    if name.startswith(wanted):
        return _PREFIX
    at = name.find(wanted)
    if at >= 0:
        return _INSIDE if name[at - 1].isalnum() else _WORD
    return _SCATTERED if all(part in name for part in parts) else None
