"""What tantivy keeps of names, so that those which may match are found without looking at all."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Final

import tantivy

from hkkg.search.folding import is_latin

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from hkkg.search.names import Name

_MOST_CANDIDATES: Final = 2_000
_MOST_SIMILAR: Final = 60
_GRAMS, _TRIPLES = "grams", "triples"
_SHORTEST_MISSPELT: Final = 4
_LONG_WORD: Final = 8
_SHORTEST_SOUND: Final = 4
_HEAD: Final = 2
_HEAP: Final = 15_000_000


class Postings:
    """Names by number: their characters and pairs of these, their words, sounds and initials."""

    def __init__(self) -> None:
        """Begin without a name."""
        self._schema = _schema()
        self._index = tantivy.Index(self._schema)
        _register(self._index)
        self._searcher = self._index.searcher()

    def add(self, names: Iterable[tuple[int, Name]]) -> None:
        """Add names; the threads that do so are told to end."""
        writer = self._index.writer(heap_size=_HEAP, num_threads=1)
        for number, name in names:
            writer.add_document(_document(number, name))
        writer.commit()
        writer.wait_merging_threads()
        self._index.reload()
        self._searcher = self._index.searcher()

    def find(self, wanted: Name) -> Iterator[int]:
        """Yield the numbers of names that may match, some of them again."""
        for query, most in self._queries(wanted):
            for _, address in self._searcher.search(query, most, count=False).hits:
                yield self._searcher.doc(address)["number"][0]

    def _queries(self, wanted: Name) -> Iterable[tuple[tantivy.Query, int]]:
        schema = self._schema
        if not wanted.tokens:
            return
        yield (
            _all([_all(_terms(schema, "grams", _pairs(token))) for token in wanted.tokens]),
            _MOST_CANDIDATES,
        )
        sound = wanted.squashed if wanted.is_latin else next(iter(wanted.sounds), "")
        if len(sound) >= _SHORTEST_SOUND:
            yield _all(_terms(schema, "sounds", _threes(sound))), _MOST_CANDIDATES
        if wanted.is_latin:
            yield _all([_fuzzy(schema, word) for word in wanted.content]), _MOST_CANDIDATES
            if len(wanted.tokens) == 1:
                head = wanted.squashed[:_HEAD]
                yield tantivy.Query.term_query(schema, "heads", head), _MOST_CANDIDATES
            yield _any(_terms(schema, "threes", _threes(wanted.squashed))), _MOST_SIMILAR
        else:
            singles = sorted({c for token in wanted.tokens if not is_latin(token) for c in token})
            yield _all(_terms(schema, "grams", singles)), _MOST_CANDIDATES
            yield _any(_terms(schema, "grams", [*singles, *_pairs(wanted.squashed)])), _MOST_SIMILAR


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    builder.add_integer_field("number", stored=True)
    builder.add_text_field("grams", tokenizer_name=_GRAMS, index_option="basic")
    builder.add_text_field("threes", tokenizer_name=_TRIPLES, index_option="basic")
    builder.add_text_field("sounds", tokenizer_name=_TRIPLES, index_option="basic")
    builder.add_text_field("words", tokenizer_name="whitespace", index_option="basic")
    builder.add_text_field("heads", tokenizer_name="whitespace", index_option="basic")
    return builder.build()


def _register(index: tantivy.Index) -> None:
    for name, least, most in ((_GRAMS, 1, 2), (_TRIPLES, 3, 3)):
        grams = tantivy.Tokenizer.ngram(least, most, prefix_only=False)
        index.register_tokenizer(name, tantivy.TextAnalyzerBuilder(grams).build())


def _document(number: int, name: Name) -> tantivy.Document:
    return tantivy.Document(
        number=number,
        grams=name.folded,
        threes=name.squashed,
        sounds=" ".join(name.sounds),
        words=" ".join(name.tokens),
        heads=" ".join(_heads(name)),
    )


def _heads(name: Name) -> set[str]:
    """Return the two letters with which an abbreviation of the name may begin."""
    words = [word for word in name.content if is_latin(word)]
    two = {word[:_HEAD] for word in words}
    return two | {a[0] + b[0] for a, b in pairwise(words)}


def _pairs(text: str) -> list[str]:
    return sorted({text[i : i + 2] for i in range(len(text) - 1)} or {text})


def _threes(text: str) -> list[str]:
    return sorted({text[i : i + 3] for i in range(len(text) - 2)} or {text})


def _terms(schema: tantivy.Schema, field: str, terms: Iterable[str]) -> list[tantivy.Query]:
    return [tantivy.Query.term_query(schema, field, term) for term in terms]


def _all(queries: Iterable[tantivy.Query]) -> tantivy.Query:
    return tantivy.Query.boolean_query([(tantivy.Occur.Must, query) for query in queries])


def _any(queries: Iterable[tantivy.Query]) -> tantivy.Query:
    return tantivy.Query.boolean_query([(tantivy.Occur.Should, query) for query in queries])


def _fuzzy(schema: tantivy.Schema, word: str) -> tantivy.Query:
    """Ask for labels that have a word as it is or, if it is long enough, with a letter or two wrong."""
    if len(word) < _SHORTEST_MISSPELT:
        return tantivy.Query.term_query(schema, "words", word)
    distance = 2 if len(word) >= _LONG_WORD else 1
    return tantivy.Query.fuzzy_term_query(schema, "words", word, distance=distance, prefix=False)
