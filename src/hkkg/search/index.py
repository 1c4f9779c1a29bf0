"""The index of labels: `postings` finds what may match, and `matching` says how well it does."""

from __future__ import annotations

from collections import Counter, defaultdict
from itertools import count
from typing import TYPE_CHECKING, Final, NamedTuple

from hkkg import vocab
from hkkg.errors import ParameterError
from hkkg.search.classes import Classes
from hkkg.search.folding import prepare
from hkkg.search.labels import KINDS, Label, labels_of
from hkkg.search.matching import Match, Way, match
from hkkg.search.names import Name
from hkkg.search.postings import Postings
from hkkg.search.results import Hit, Results, marks_in
from hkkg.store import NamedNode

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from hkkg.store import Change, EmbeddedStore

LONGEST: Final = 500
"""Characters of a search; no name is longer."""
MOST_HITS: Final = 1_000
"""Entities on a page."""

_KIND_STEP: Final = 0.004
_CONCEPT_SHARE: Final = 0.85
_WHOLE_CONCEPT_SHARE: Final = 0.98
_LEAST_SHARE: Final = 0.7
_UNSURE: Final = frozenset({Way.MISSPELT, Way.SOUND})
_IN_SCHEME: Final = NamedNode(vocab.SKOS + "inScheme")


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
        prepare()  # a worker, which opens no file, may compare Chinese first
        self._store = store
        self.classes = Classes(store)
        self._labels: dict[int, Label] = {}
        self._of: defaultdict[str, list[int]] = defaultdict(list)
        self._numbers = count()
        # What changes goes into postings of its own, so that a change costs as little in a large graph.
        self._first, self._later = Postings(), Postings()
        self._first.add(self._take(labels_of(store)))

    def follow(self, change: Change) -> None:
        """Bring the index up to date with its store, in which a change was carried out."""
        self.classes.forget()
        quads = (*change.added, *change.removed)
        subjects = {q.subject for q in quads if q.predicate in KINDS}
        things = [subject for subject in subjects if isinstance(subject, NamedNode)]
        for thing in things:
            for number in self._of.pop(thing.value, ()):
                del self._labels[number]
        if things:
            self._later.add(self._take(label for thing in things for label in labels_of(self._store, thing)))

    def _take(self, labels: Iterable[Label]) -> Iterator[tuple[int, Name]]:
        """Number labels, and keep them."""
        for number, label in zip(self._numbers, labels, strict=False):
            self._labels[number] = label
            self._of[label.iri].append(number)
            yield number, label.name

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
        numbers = dict.fromkeys(n for postings in (self._first, self._later) for n in postings.find(wanted))
        return [self._labels[number] for number in numbers if number in self._labels]

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
