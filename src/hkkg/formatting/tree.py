"""A Turtle document as a tree that keeps how each term is written."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hkkg.formatting.tokens import Comment


@dataclass(slots=True)
class Term:
    """An IRI, a labelled blank node or a literal, as written.

    Attributes:
        text: as written.
        iri: the IRI that a name or IRI means, as far as the document tells.
        tag: a literal's language tag.
        prefixes: the prefixes that the text uses.
    """

    text: str
    iri: str | None = None
    tag: str = ""
    prefixes: tuple[str, ...] = ()


@dataclass(slots=True)
class Anonymous:
    """A blank node between square brackets."""

    statements: list[Statement] = field(default_factory=list)
    dangling: list[Comment] = field(default_factory=list)


@dataclass(slots=True)
class Item:
    """A member of a collection, with its comments."""

    node: Node
    leading: list[Comment] = field(default_factory=list)
    trailing: Comment | None = None


@dataclass(slots=True)
class Collection:
    """A collection; `spread` if its first member is written on a line of its own."""

    items: list[Item] = field(default_factory=list)
    dangling: list[Comment] = field(default_factory=list)
    spread: bool = False


Node = Term | Anonymous | Collection


@dataclass(slots=True)
class Statement:
    """One predicate and one object, with the comments above and behind."""

    predicate: Term
    node: Node
    leading: list[Comment] = field(default_factory=list)
    trailing: Comment | None = None


@dataclass(slots=True)
class Block:
    """A subject and its statements.

    Attributes:
        subject: an anonymous one has its own statements among the block's.
        statements: in the order written.
        leading: the comments directly above.
        behind: the comment behind the subject.
        dangling: the comments after the last statement.
        end: the comment behind the full stop.
    """

    subject: Node
    statements: list[Statement] = field(default_factory=list)
    leading: list[Comment] = field(default_factory=list)
    behind: Comment | None = None
    dangling: list[Comment] = field(default_factory=list)
    end: Comment | None = None


@dataclass(slots=True)
class Section:
    """Blocks under comments that stand apart from any block."""

    heading: list[Comment] = field(default_factory=list)
    blocks: list[Block] = field(default_factory=list)


@dataclass(slots=True)
class Prefix:
    """A prefix and its IRI, with the comments of its line."""

    name: str
    iri: str
    leading: list[Comment] = field(default_factory=list)
    trailing: Comment | None = None


@dataclass(slots=True)
class Document:
    """A Turtle document.

    Attributes:
        header: the comments above the prefixes.
        header_apart: whether an empty line stands below them.
        base: the base IRI between its angle brackets.
        prefixes: in the order written.
        sections: at least one.
        footer: the comments at the end.
    """

    header: list[Comment] = field(default_factory=list)
    header_apart: bool = False
    base: Prefix | None = None
    prefixes: list[Prefix] = field(default_factory=list)
    sections: list[Section] = field(default_factory=lambda: [Section()])
    footer: list[Comment] = field(default_factory=list)
