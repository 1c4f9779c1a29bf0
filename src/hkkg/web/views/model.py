"""The view model of pages about things: plain values that travel from a worker to a template.

Those that a page has hundreds of are tuples, which travel faster.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple


class Word(NamedTuple):
    """A piece of text.

    Attributes:
        text: what is read.
        href: where it leads; nothing if nowhere.
        lang: its language tag where it is not the page's.
        is_outside: whether it leads to another host.
        is_here: whether it names what the page is about.
        title: what it is in full, such as an IRI.
        is_time: whether it is when something held.
    """

    text: str
    href: str = ""
    lang: str = ""
    is_outside: bool = False
    is_here: bool = False
    title: str = ""
    is_time: bool = False


Words = tuple[Word, ...]


class Cited(NamedTuple):
    """A passage as a statement cites it: its page, its key words, its offsets, and what it is read with."""

    href: str
    key_words: Words
    start: int | None
    end: int | None
    read_with: tuple[Cited, ...] = ()


class Value(NamedTuple):
    """A value of a property: what it is, who says so, and where to ask why if it was inferred."""

    words: Words
    speakers: Words = ()
    why: str = ""
    is_inferred: bool = False


@dataclass(frozen=True, slots=True)
class Property:
    """A property of a thing with its values; `left_out` more of them are not shown."""

    label: Word
    values: tuple[Value, ...]
    left_out: int = 0


@dataclass(frozen=True, slots=True)
class Record:
    """A statement as a sentence, with all that a reader needs to weigh it.

    Attributes:
        href: of its own page.
        kind: its class.
        sentence: in the page's language.
        marks: `claim`, `derived`, `planned`, `expected`, `claimed`, `open`, `note`: names of badges.
        details: comparator, modality, period, claimant and the like.
        cited: the passages that state it.
        speakers: whose statement it is.
        notes: remarks on it, such as what contradicts a claim.
        when: its time in words.
        bounds: the first and the last day on which it can have come about.
        parties: the IRIs of the things that it relates.
    """

    iri: str
    href: str
    kind: Word
    sentence: Words
    marks: tuple[str, ...] = ()
    details: tuple[Property, ...] = ()
    cited: tuple[Cited, ...] = ()
    speakers: Words = ()
    notes: Words = ()
    when: str = ""
    bounds: tuple[str, str] = ("", "")
    parties: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Section:
    """Records of one kind."""

    name: str
    records: tuple[Record, ...]


@dataclass(frozen=True, slots=True)
class Node:
    """A neighbour in the picture of a thing's neighbourhood: where it stands, and how it is related."""

    text: str
    full: str
    href: str
    relation: str
    x: int
    y: int
    is_left: bool
    kind: str
    lang: str = ""


@dataclass(frozen=True, slots=True)
class Neighbourhood:
    """A picture of what a thing is related to, in units of its own."""

    width: int
    height: int
    x: int
    y: int
    title: str
    nodes: tuple[Node, ...]
    left_out: int


@dataclass(frozen=True, slots=True)
class Page:
    """One page of something longer; `total` counts all, and at most as many as are ever counted."""

    number: int
    size: int
    total: int

    @property
    def last(self) -> int:
        """The number of the last page."""
        return max(1, -(-self.total // self.size))


@dataclass(frozen=True, slots=True)
class Entity:
    """All that the page about a resource shows."""

    iri: str
    curie: str
    name: Word
    names: Words
    other_names: Words
    classes: Words
    notes: Words
    record: Record | None
    sections: tuple[Section, ...]
    sections_page: Page
    properties: tuple[Property, ...]
    more: tuple[Property, ...]
    cited: tuple[Cited, ...]
    timeline: tuple[Record, ...]
    picture: Neighbourhood | None
    elsewhere: tuple[Property, ...]
    incoming: tuple[Property, ...]
    incoming_page: Page
    is_concept: bool = False
    passage: Passage | None = None


@dataclass(frozen=True, slots=True)
class Passage:
    """Where a passage stands in its source."""

    source: Word
    section: Word | None
    kind: Word | None
    start: int | None
    end: int | None
    digest: str
    key_words: Words
    read_with: tuple[Cited, ...]
