"""What a list of members can be filtered by, counted."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

from hkkg import vocab
from hkkg.store import NamedNode
from hkkg.web.views.members import YEAR
from hkkg.web.views.model import Word
from hkkg.web.views.times import Moment

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hkkg.web.views.members import Index, Member
    from hkkg.web.views.reader import Reader

_MOST_OPTIONS: Final = 40


@dataclass(frozen=True, slots=True)
class Option:
    """A value that a list can be filtered by, with the members that would be left."""

    value: str
    label: Word
    count: int
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class Facet:
    """A property that a list can be filtered by; `left_out` more values are not offered."""

    name: str
    label: Word
    options: tuple[Option, ...]
    left_out: int = 0


class Found(NamedTuple):
    """The members of a list that fit what is asked.

    Attributes:
        of: all of the list.
        by_text: those whose names fit the text, whatever the filters.
        members: those that fit the filters too, in order.
        chosen: the values that the filters want, by property.
    """

    of: Index
    by_text: list[Member]
    members: list[Member]
    chosen: dict[str, set[str]]


def fits(member: Member, chosen: dict[str, set[str]]) -> bool:
    """Whether a member has one of the values that each filter wants."""
    return all(values & member.values.get(name, frozenset()) for name, values in chosen.items())


def facets(reader: Reader, found: Found) -> Iterator[Facet]:
    """Count for each value how many members would be left if it were chosen besides the other filters."""
    for name in (*found.of.properties, YEAR):
        others = {key: values for key, values in found.chosen.items() if key != name}
        counts = Counter(
            value for member in found.by_text if fits(member, others) for value in member.values.get(name, ())
        )
        chosen = found.chosen.get(name, set())
        options = [_option(reader, name, value, counts[value], chosen) for value in {*counts, *chosen}]
        if len(options) > 1 or chosen:
            yield _facet(reader, name, options)


def _facet(reader: Reader, name: str, options: list[Option]) -> Facet:
    by_year = name == YEAR
    ordered = sorted(options, key=lambda o: (o.value if by_year else "", -o.count, o.label.text))
    label = Word("") if by_year else reader.property(name)
    return Facet(
        facet_name(name), label, tuple(ordered[:_MOST_OPTIONS]), max(0, len(ordered) - _MOST_OPTIONS)
    )


def _option(reader: Reader, name: str, value: str, count: int, chosen: set[str]) -> Option:
    if name == YEAR:
        return Option(value, Word(year_words(reader, value)), count, value in chosen)
    text, lang = _safe_name(reader, value)
    return Option(written(value), Word(text, lang=lang), count, value in chosen)


def _safe_name(reader: Reader, value: str) -> tuple[str, str]:
    try:
        return reader.name(NamedNode(value))
    except ValueError:
        return value, ""


def year_words(reader: Reader, year: str) -> str:
    """Write a year."""
    return year if reader.language == "en" else Moment(year, ()).words(reader.language)


def facet_name(name: str) -> str:
    """Write a property as the name of a parameter."""
    return name.removeprefix(vocab.HKKG) if name == YEAR or name.startswith(vocab.HKKG) else written(name)


def written(iri: str) -> str:
    """Write an IRI as the value of a parameter: a slug, a CURIE or the whole."""
    curie = vocab.curie(iri)
    return iri if curie.startswith("<") else curie.removeprefix("hk:")


def read_value(text: str) -> str:
    """Read the value of a parameter; a bare name is a slug or a year."""
    if text.isdecimal():
        return text
    return vocab.expand(text) or vocab.HK + text
