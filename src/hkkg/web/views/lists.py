"""Lists of things: the classes there are, and the members of one, filtered, sorted and paged."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

from hkkg import vocab
from hkkg.errors import ParameterError, UnknownResourceError
from hkkg.store import NamedNode
from hkkg.web.views import members
from hkkg.web.views.facets import Found, facet_name, facets, fits, read_value, year_words
from hkkg.web.views.figures import VALUE, figure
from hkkg.web.views.members import YEAR
from hkkg.web.views.model import Page, Word
from hkkg.web.views.places import class_place
from hkkg.web.views.reader import Reader
from hkkg.web.views.records import OBSERVATION
from hkkg.web.views.vocabulary import SUBCLASS
from hkkg.web.views.wording import moment
from hkkg.why.terms import require_known

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from hkkg.store import EmbeddedStore
    from hkkg.web.views.facets import Facet
    from hkkg.web.views.members import Member
    from hkkg.web.views.model import Words

SORTS: Final = ("name", "date", "size")
SIZE: Final = 50
_DEFINITION: Final = vocab.SKOS + "definition"


class Filter(NamedTuple):
    """A facet's name, and the values of which a member must have one, as the address writes them."""

    name: str
    values: tuple[str, ...]


class Wanted(NamedTuple):
    """What is wanted of a list."""

    class_name: str
    text: str = ""
    filters: tuple[Filter, ...] = ()
    sort: str = "name"
    number: int = 1


@dataclass(frozen=True, slots=True)
class Row:
    """A member of a list."""

    name: Word
    cells: tuple[Words, ...]
    size: int


@dataclass(frozen=True, slots=True)
class Listing:
    """A page of the members of a class."""

    iri: str
    name: Word
    definition: Words
    wider: Words
    narrower: Words
    total: int
    page: Page
    columns: Words
    rows: tuple[Row, ...]
    facets: tuple[Facet, ...]
    sorts: tuple[str, ...]


def listing(store: EmbeddedStore, language: str, wanted: Wanted) -> Listing:
    """Build a page of a list.

    Raises:
        UnknownResourceError: there is no such class, or no such page.
        ParameterError: a filter or an order is none of this list.
    """
    reader = Reader(store, language)
    iri = class_iri(wanted.class_name)
    node = _class(store, iri)
    iris = members.classes(reader).members.get(iri, [])
    if len(iris) > members.MOST_INDEXED:
        return _long(reader, node, iris, wanted)
    index = members.index(reader, iri, iris)
    names = {facet_name(name): name for name in (*index.properties, YEAR)}
    _check(wanted, names)
    chosen = {names[f.name]: {read_value(v) for v in f.values} for f in wanted.filters}
    text = wanted.text.casefold()
    found = [member for member in index.members if text in member.found_by]
    left = [member for member in found if fits(member, chosen)]
    return _built(reader, node, wanted, Found(index, found, _sorted(left, wanted.sort), chosen))


def _class(store: EmbeddedStore, iri: str) -> NamedNode:
    try:
        node = NamedNode(iri)
    except ValueError:
        raise UnknownResourceError(
            f"{iri}: this is not an IRI that RDF allows.", hint="/browse lists the classes."
        ) from None
    require_known(store, node)
    return node


def _built(reader: Reader, node: NamedNode, wanted: Wanted, found: Found) -> Listing:
    page = _page(wanted.number, len(found.members))
    first = (page.number - 1) * page.size
    columns = found.of.properties
    has_dates = any(member.values.get(YEAR) for member in found.of.members)
    has_sizes = any(member.size for member in found.of.members)
    has_figures = reader.vocabulary.is_below(node.value, OBSERVATION)
    shown = found.members[first : first + page.size]
    return Listing(
        iri=node.value,
        name=reader.word(node),
        definition=reader.said(node, _DEFINITION),
        wider=tuple(_wider(reader, node)),
        narrower=tuple(_narrower(reader, node)),
        total=len(found.of.members),
        page=page,
        columns=tuple(reader.property(name) for name in (*columns, *([VALUE] if has_figures else []))),
        rows=tuple(
            _row(reader, member, columns, has_dates=has_dates, has_figures=has_figures) for member in shown
        ),
        facets=tuple(facets(reader, found)),
        sorts=("name", *(["date"] if has_dates else []), *(["size"] if has_sizes else [])),
    )


def _long(reader: Reader, node: NamedNode, iris: list[str], wanted: Wanted) -> Listing:
    """A page of a list that is too long to be filtered, in the order of the IRIs."""
    if wanted.filters or wanted.text:
        raise ParameterError(
            f"a list of {len(iris):,} is not filtered here.",
            hint="Ask for what you want by a query at /sparql.",
        )
    page = _page(wanted.number, len(iris))
    first = (page.number - 1) * page.size
    rows = tuple(Row(reader.word(NamedNode(iri)), (), 0) for iri in iris[first : first + page.size])
    definition = reader.said(node, _DEFINITION)
    wider, narrower = tuple(_wider(reader, node)), tuple(_narrower(reader, node))
    return Listing(
        node.value, reader.word(node), definition, wider, narrower, len(iris), page, (), rows, (), ("name",)
    )


def _page(number: int, total: int) -> Page:
    page = Page(number, SIZE, total)
    if number > page.last:
        raise UnknownResourceError(f"there is no page {number} here.", hint=f"The last one is {page.last}.")
    return page


def _check(wanted: Wanted, names: dict[str, str]) -> None:
    """See that a list has the filters and the order that are wanted."""
    for one in wanted.filters:
        if one.name not in names:
            known = ", ".join(sorted(names)) or "none"
            raise ParameterError(f"this list has no filter {one.name}.", hint=f"Its filters: {known}.")
    if wanted.sort not in SORTS:
        raise ParameterError(
            f"this list has no order {wanted.sort}.", hint=f"Use one of: {', '.join(SORTS)}."
        )


def _sorted(found: list[Member], sort: str) -> list[Member]:
    by_name = sorted(found, key=lambda member: (member.name.casefold(), member.iri))
    match sort:
        case "date":
            return sorted(by_name, key=lambda member: (not member.date, member.date))
        case "size":
            return sorted(by_name, key=lambda member: -member.size)
        case _:
            return by_name


def _row(
    reader: Reader, member: Member, columns: Iterable[str], *, has_dates: bool, has_figures: bool
) -> Row:
    node = NamedNode(member.iri)
    cells = [_cell(reader, member.values.get(name, frozenset())) for name in columns]
    if has_figures:
        cells.append((Word(figure(reader, node)),))
    if has_dates:
        own = moment(reader, node).words(reader.language)
        years = sorted(member.values.get(YEAR, ()))
        cells.append((Word(own),) if own else tuple(Word(year_words(reader, year)) for year in years))
    return Row(reader.word(node), tuple(cells), member.size)


def _cell(reader: Reader, values: Iterable[str]) -> Words:
    words = sorted((reader.word(NamedNode(value)) for value in values), key=lambda word: word.text)
    return tuple(words)


def _wider(reader: Reader, node: NamedNode) -> Iterator[Word]:
    uppers = [u for u in members.above(reader.vocabulary, node.value) if u != node.value]
    for name in reader.vocabulary.lowest(uppers):
        yield class_word(reader, name)


def _narrower(reader: Reader, node: NamedNode) -> Iterator[Word]:
    known = members.classes(reader).members
    below = {
        q.subject.value for q in reader.store.quads(None, SUBCLASS, node) if isinstance(q.subject, NamedNode)
    }
    yield from (class_word(reader, name) for name in sorted(below & known.keys() - {node.value}))


def class_word(reader: Reader, name: str) -> Word:
    """Name a class, and lead to the list of its members."""
    text, lang = reader.name(NamedNode(name))
    return Word(text, class_place(name), lang, title=vocab.curie(name))


def class_iri(name: str) -> str:
    """Read the name of a class in an address: a bare name of ours, a CURIE or an IRI.

    Raises:
        ParameterError: its prefix is unknown, or it is no IRI.
    """
    return vocab.read_iri(name) or vocab.HKKG + name
