"""Passages: spans of a source's text, what they are read with, and whether they are as they say."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from hkkg import vocab
from hkkg.evidence.findings import Problem
from hkkg.evidence.source import digest
from hkkg.evidence.texts import beyond_a_sentence

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from hkkg.evidence.source import SourceText
    from hkkg.evidence.statements import Statements

PASSAGE: Final = vocab.HKKG + "Passage"
DIGEST: Final = vocab.HKKG + "digest"
KEY_WORD: Final = vocab.HKKG + "keyWord"
READ_WITH: Final = vocab.HKKG + "readWith"
SELECTOR: Final = vocab.OA + "hasSelector"
SOURCE: Final = vocab.OA + "hasSource"
START: Final = vocab.OA + "start"
END: Final = vocab.OA + "end"
LONGEST_KEY_WORD: Final = 12

_IRI = re.compile(re.escape(vocab.PASSAGE) + r"(?P<slug>[^/#?]+)\.(?P<start>0|[1-9]\d*)-(?P<end>0|[1-9]\d*)")
_WHOLE = re.compile(r"\d+\Z")


@dataclass(frozen=True, slots=True)
class Passage:
    """A passage as the graph describes it; `text` is None if the source does not have it so."""

    iri: str
    source: str | None
    start: int | None
    end: int | None
    text: str | None
    read_with: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Passages:
    """All passages of a graph by IRI."""

    by_iri: Mapping[str, Passage]
    problems: tuple[Problem, ...]
    _levels: dict[str, tuple[tuple[str, ...], ...]] = field(default_factory=dict)

    def __contains__(self, iri: object) -> bool:
        """Whether the graph has this passage."""
        return iri in self.by_iri

    def levels(self, iri: str) -> tuple[tuple[str, ...], ...]:
        """Return a passage's text, then the texts that it is read with, then theirs, and so on."""
        if iri not in self._levels:
            self._levels[iri] = tuple(self._walk(iri))
        return self._levels[iri]

    def texts(self, iri: str) -> list[str]:
        """Return a passage's text and all that it is read with."""
        return [text for level in self.levels(iri) for text in level]

    def readable(self, iri: str) -> bool:
        """Whether a passage's own text could be read."""
        return iri in self.by_iri and self.by_iri[iri].text is not None

    def reach(self, iri: str) -> list[Passage]:
        """Return a passage and all that it is read with, the nearest first."""
        return [passage for level in self._wave(iri) for passage in level]

    def _walk(self, iri: str) -> Iterator[tuple[str, ...]]:
        for level in self._wave(iri):
            yield tuple(passage.text for passage in level if passage.text is not None)

    def _wave(self, iri: str) -> Iterator[list[Passage]]:
        seen: set[str] = set()
        level = [iri]
        while level:
            fresh = [name for name in dict.fromkeys(level) if name not in seen and name in self.by_iri]
            seen.update(fresh)
            if not fresh:
                return
            yield [self.by_iri[name] for name in fresh]
            level = [target for name in fresh for target in self.by_iri[name].read_with]


def read_passages(statements: Statements, sources: Mapping[str, SourceText]) -> Passages:
    """Read and check every passage of a graph against the texts of its sources."""
    found: dict[str, Passage] = {}
    problems: list[Problem] = []
    names = [subject for subject in statements if PASSAGE in statements.types(subject)]
    known = set(names)
    for name in names:
        passage, own = _read(statements, name, sources)
        found[name] = passage
        problems.extend(own)
        problems.extend(_reading_problems(passage, known))
    return Passages(found, tuple(problems))


def _read(
    statements: Statements, name: str, sources: Mapping[str, SourceText]
) -> tuple[Passage, list[Problem]]:
    source = statements.first(name, SOURCE)
    start, end = _bounds(statements, name)
    read_with = tuple(statements.values(name, READ_WITH))
    problems = list(_name_problems(name, source, start, end))
    text = sources[source].text if source and source in sources else None
    if text is None:
        problems.append(
            Problem(
                name, "passage-source", "its source is none of those that the graph describes.", "", SOURCE
            )
        )
    span = None
    if text is not None and start is not None and end is not None:
        if 0 <= start < end <= len(text):
            span = text[start:end]
            problems.extend(_span_problems(statements, name, span))
        else:
            would_be = f"offsets from 0 to {len(text)}, the start before the end"
            message = f"the bounds {start} to {end} are not within the text."
            problems.append(Problem(name, "passage-bounds", message, would_be, SELECTOR))
    trusted = span is not None and not any(p.code == "passage-digest" for p in problems)
    return Passage(name, source, start, end, span if trusted else None, read_with), problems


def _bounds(statements: Statements, name: str) -> tuple[int | None, int | None]:
    selectors = statements.values(name, SELECTOR)
    if len(selectors) != 1:
        return None, None
    return _offset(statements, selectors[0], START), _offset(statements, selectors[0], END)


def _offset(statements: Statements, selector: str, predicate: str) -> int | None:
    values = statements.values(selector, predicate)
    return int(values[0]) if len(values) == 1 and _WHOLE.match(values[0]) else None


def _name_problems(name: str, source: str | None, start: int | None, end: int | None) -> Iterator[Problem]:
    if start is None or end is None:
        message = "it lacks one oa:hasSelector with one oa:start and one oa:end."
        yield Problem(name, "passage-incomplete", message, "", SELECTOR)
        return
    slug = (source or "").removeprefix(vocab.HK)
    wanted = f"{vocab.PASSAGE}{slug}.{start}-{end}"
    if not _IRI.fullmatch(name) or name != wanted:
        message = "its IRI does not say its source and offsets."
        yield Problem(name, "passage-iri", message, f"the name {vocab.curie(wanted)}", SELECTOR)


def _span_problems(statements: Statements, name: str, span: str) -> Iterator[Problem]:
    expected = digest(span)
    stated = statements.values(name, DIGEST)
    if stated != [expected]:
        message = "its digest is not that of the text between its offsets."
        yield Problem(name, "passage-digest", message, expected, DIGEST)
        return
    if beyond_a_sentence(span):
        yield Problem(name, "passage-sentence", "it is longer than a sentence.", "", SELECTOR)
    words = statements.values(name, KEY_WORD)
    if not words:
        yield Problem(name, "passage-key-word", "it has no key word.", "")
    for word in words:
        if len(word) > LONGEST_KEY_WORD:
            message = f"the key word {word!r} is longer than {LONGEST_KEY_WORD} characters."
            yield Problem(name, "passage-key-word", message, "", KEY_WORD, word)
        elif word not in span:
            message = f"the key word {word!r} is not in the passage."
            yield Problem(name, "passage-key-word", message, "", KEY_WORD, word)


def _reading_problems(passage: Passage, known: set[str]) -> Iterator[Problem]:
    for target in passage.read_with:
        if target not in known:
            message = f"it is read with {vocab.curie(target)}, which does not exist."
            yield Problem(passage.iri, "passage-read-with", message, "", READ_WITH, target)
