"""The parts of a source's text: the section that a span lies in, and the kind of its line."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from hkkg import vocab

if TYPE_CHECKING:
    from hkkg.evidence.statements import Statements

SECTION_START: Final = vocab.HKKG + "sectionStart"
SECTION_END: Final = vocab.HKKG + "sectionEnd"
_PART_OF: Final = vocab.DCTERMS + "isPartOf"

_KINDS: Final = (
    (re.compile(r"[▲▶▼]"), "caption"),
    (re.compile(r"# "), "headline"),
    (re.compile(r"#{2,} "), "subheading"),
    (re.compile(r"\S{1,12}記者 "), "byline"),
    (re.compile(r"\\?\*\S*註|註[：:]"), "note"),
)
_HEADING = re.compile(r"^#+ ", re.MULTILINE)
_ITEM = re.compile(r"\s*- ")
# Only the list at the end, a table once, has items below items.
_NESTED_ITEM = re.compile(r"^[ \t]+- ", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Section:
    """A section of a source, by its offsets."""

    iri: str
    start: int
    end: int


def sections(statements: Statements, source: str) -> list[Section]:
    """List a source's sections."""
    found = []
    for name in statements.having(SECTION_START):
        start, end = statements.first(name, SECTION_START), statements.first(name, SECTION_END)
        if start and end and start.isdigit() and end.isdigit() and _within(statements, name, source):
            found.append(Section(name, int(start), int(end)))
    return found


def _within(statements: Statements, name: str, source: str) -> bool:
    """Whether something is part of a source, directly or as a section of a section."""
    parents, seen = [name], set()
    while parents:
        parent = parents.pop()
        if parent == source:
            return True
        if parent not in seen:
            seen.add(parent)
            parents.extend(statements.values(parent, _PART_OF))
    return False


def section_at(found: list[Section], start: int, source: str) -> str:
    """Return the smallest section that holds an offset, or the source itself."""
    holding = [section for section in found if section.start <= start < section.end]
    return min(holding, key=lambda s: s.end - s.start).iri if holding else source


def kind_at(text: str, start: int) -> str:
    """Name the kind of the line that holds an offset: a concept's name such as `body`."""
    line_start = text.rfind("\n", 0, start) + 1
    for marker, kind in _KINDS:
        if marker.match(text, line_start):
            return kind
    return "table" if _in_table(text, line_start) else "body"


def _in_table(text: str, line_start: int) -> bool:
    if not _ITEM.match(text, line_start):
        return False
    headings = [found.start() for found in _HEADING.finditer(text)]
    first = max((at for at in headings if at < line_start), default=0)
    last = min((at for at in headings if at > line_start), default=len(text))
    return _NESTED_ITEM.search(text, first, last) is not None
