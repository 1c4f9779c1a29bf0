"""The index of labels: tantivy finds what may match, and `matching` says how well it does."""

from __future__ import annotations

from collections import Counter, defaultdict
from itertools import pairwise
from typing import TYPE_CHECKING, Final, NamedTuple

import tantivy

from hkkg import vocab
from hkkg.errors import ParameterError
from hkkg.search.classes import Classes
from hkkg.search.folding import is_latin
from hkkg.search.labels import KINDS, Label, all_labels, labels_of
from hkkg.search.matching import Match, Way, match
from hkkg.search.names import Name
from hkkg.search.results import Hit, Results, marks_in
from hkkg.store import NamedNode

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from hkkg.store import Change, EmbeddedStore

LONGEST: Final = 500
"""Characters of a search; no name is longer."""
MOST_HITS: Final = 1_000
"""Entities on a page."""

_MOST_CANDIDATES: Final = 2_000
_MOST_SIMILAR: Final = 60
_GRAMS, _TRIPLES = "grams", "triples"
_SHORTEST_MISSPELT: Final = 4
_LONG_WORD: Final = 8
_SHORTEST_SOUND: Final = 4
_HEAD: Final = 2
_HEAP: Final = 15_000_000
_KIND_STEP: Final = 0.004
_CONCEPT_SHARE: Final = 0.85
_WHOLE_CONCEPT_SHARE: Final = 0.98
_LEAST_SHARE: Final = 0.7
_UNSURE: Final = frozenset({Way.MISSPELT, Way.SOUND})
_IN_SCHEME: Final = NamedNode(vocab.SKOS + "inScheme")

_Clause = tuple[tantivy.Occur, tantivy.Query]


class _Found(NamedTuple):
    score: float
    label: Label
    match: Match

    @property
    def order(self) -> tuple[float, int, int, str]:
        return (-self.score, self.label.kind, len(self.label.text), self.label.iri)


class LabelIndex:
    """The names of everything in a store.

    Args:
        store: whose labels are read and indexed.
    """

    def __init__(self, store: EmbeddedStore) -> None:
        """Read and index the labels."""
        self._store = store
        self.classes = Classes(store)
        self._labels: dict[int, Label] = {}
        self._of: defaultdict[str, list[int]] = defaultdict(list)
        self._next = 0
        self._schema = _schema()
        self._index = tantivy.Index(self._schema)
        _register(self._index)
        self._write(all_labels(store), ())

    def follow(self, change: Change) -> None:
        """Bring the index up to date with its store, in which a change was carried out."""
        self.classes.forget()
        quads = (*change.added, *change.removed)
        subjects = {q.subject for q in quads if q.predicate.value in KINDS}
        things = sorted(subject.value for subject in subjects if isinstance(subject, NamedNode))
        if things:
            self._write((label for thing in things for label in labels_of(self._store, thing)), things)

    def _write(self, labels: Iterable[Label], instead_of: Iterable[str]) -> None:
        writer = self._index.writer(heap_size=_HEAP, num_threads=1)
        for iri in instead_of:
            for number in self._of.pop(iri, ()):
                del self._labels[number]
                writer.delete_documents_by_term("number", number)
        for label in labels:
            self._labels[self._next] = label
            self._of[label.iri].append(self._next)
            writer.add_document(_document(self._next, label.name))
            self._next += 1
        writer.commit()
        writer.wait_merging_threads()
        self._index.reload()
        self._searcher = self._index.searcher()

    def search(
        self,
        text: str,
        *,
        limit: int = 10,
        offset: int = 0,
        of_class: str | Sequence[str] = (),
        language: str | None = None,
    ) -> Results:
        """Find entities by a name in any script, the best match first.

        Whole names come first, then abbreviations, beginnings, parts, and what is slightly misspelt; in each
        of these preferred names before others, and things before concepts.

        Args:
            text: a name or a part of one, an abbreviation, or pinyin.
            limit: how many entities to return at most, up to 1,000.
            offset: how many to pass over.
            of_class: classes of one of which they must be, subclasses included: IRIs, CURIEs, or labels.
            language: the language of names to look at, in place of all.

        Raises:
            ParameterError: the text is too long, or a number is out of range.
            UnknownResourceError: nothing is of that class.
        """
        _check(text, limit, offset)
        wanted = Name.of(text)
        classes = [
            self.classes.find(name) for name in ([of_class] if isinstance(of_class, str) else of_class)
        ]
        found = self._best(wanted, classes, language)
        hits = tuple(self._hit(f) for f in found[offset : offset + limit])
        counts = Counter(iri for f in found for iri in self.classes.of(f.label.iri))
        ordered = tuple(sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])))
        return Results(hits, len(found), offset, ordered, _suggestion(found))

    def _best(self, wanted: Name, classes: list[str], language: str | None) -> list[_Found]:
        """Return the best label of each thing that matches, in order, without what is far from the best."""
        best: dict[str, _Found] = {}
        for label in self._candidates(wanted):
            if language and label.language.lower() != language.lower():
                continue
            matched = match(wanted, label.name)
            if matched is None:
                continue
            found = _Found(matched.score - _KIND_STEP * label.kind, label, matched)
            if label.iri not in best or found.order < best[label.iri].order:
                best[label.iri] = found
        kept = (f for f in best.values() if not classes or self.classes.has(f.label.iri, classes))
        ordered = sorted(map(self._weighed, kept), key=lambda f: f.order)
        return [f for f in ordered if f.score >= ordered[0].score * _LEAST_SHARE]

    def _weighed(self, found: _Found) -> _Found:
        """Let a concept of a scheme give way to things that match in the same way, and in part to all."""
        if next(iter(self._store.quads(NamedNode(found.label.iri), _IN_SCHEME)), None) is None:
            return found
        share = _WHOLE_CONCEPT_SHARE if found.match.way is Way.EXACT else _CONCEPT_SHARE
        return found._replace(score=found.score * share)

    def _candidates(self, wanted: Name) -> Iterable[Label]:
        numbers: dict[int, None] = {}
        for query, most in self._queries(wanted):
            for _, address in self._searcher.search(query, most, count=False).hits:
                numbers[self._searcher.doc(address)["number"][0]] = None
        return [self._labels[number] for number in numbers]

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

    def _hit(self, found: _Found) -> Hit:
        label = found.label
        return Hit(
            label.iri,
            label.text,
            label.language,
            self.names(label.iri),
            self.classes.of(label.iri),
            round(found.score, 4),
            found.match.way,
            marks_in(label.text, found.match.marks, label.name.folded),
        )

    def likeness(self, iri: str, text: str) -> float:
        """Say how well the names of a thing answer to a text, between 0 and 1."""
        wanted = Name.of(text[:LONGEST])
        matches = (match(wanted, self._labels[number].name) for number in self._of.get(iri, ()))
        return max((found.score for found in matches if found), default=0.0)

    def names(self, iri: str) -> dict[str, str]:
        """Return the preferred names of a thing, by language."""
        labels = [self._labels[number] for number in self._of.get(iri, ())]
        return {
            label.language: label.text for label in sorted(labels, key=lambda x: x.language) if not label.kind
        }


def _check(text: str, limit: int, offset: int) -> None:
    if len(text) > LONGEST:
        message = f"the search has {len(text):,} characters."
        raise ParameterError(message, hint=f"Search for a name, of {LONGEST} characters at most.")
    if not 1 <= limit <= MOST_HITS:
        raise ParameterError(f"the limit is {limit}.", hint=f"It can be from 1 to {MOST_HITS:,}.")
    if offset < 0:
        raise ParameterError(f"the offset is {offset}.", hint="It can be 0 or more.")


def _suggestion(found: list[_Found]) -> str | None:
    if not found or found[0].match.way not in _UNSURE:
        return None
    return found[0].match.meant or found[0].label.text


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    builder.add_integer_field("number", stored=True, indexed=True)
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
