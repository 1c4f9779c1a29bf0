"""The classes of a generation with their members, and what lists of these are filtered by."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final, NamedTuple
from weakref import WeakKeyDictionary

from hkkg import vocab
from hkkg.store import Literal, NamedNode
from hkkg.vocab import namespace_of
from hkkg.web.views import records
from hkkg.web.views.figures import COMPARATOR, UNIT
from hkkg.web.views.links import is_outside
from hkkg.web.views.reader import TYPE, Reader
from hkkg.web.views.wording import DATE, PERIOD

if TYPE_CHECKING:
    from collections.abc import Iterable

    from hkkg.store import EmbeddedStore
    from hkkg.web.views.vocabulary import Vocabulary

MOST_INDEXED: Final = 5_000
"""Members of a class that filters and columns are worked out for; a longer list is only paged."""

YEAR: Final = "year"
_HAS_RECORD: Final = vocab.HKKG + "hasRecord"
_NAMES: Final = (vocab.SKOS + "prefLabel", vocab.SKOS + "altLabel", vocab.RDFS + "label")
_YEAR_DIGITS: Final = 4
_KEPT: Final = 64
# Properties that say something about a list's members, those that say most first.
_PREFERRED: Final = tuple(
    vocab.expand(curie)
    for curie in (
        "hkkg:hostedBy",
        "hkkg:memberOf",
        "hkkg:about",
        "hkkg:indicator",
        "hkkg:claimKind",
        "hkkg:scope",
        "hkkg:discrepancyKind",
        "hkkg:confidence",
        "hkkg:inField",
        "hkkg:field",
        "hkkg:partOf",
        "hkkg:locatedIn",
        "hkkg:participatesIn",
        "hkkg:developedBy",
        "hkkg:issuedBy",
        "hkkg:signedBy",
        "hkkg:receivedAward",
        "hkkg:award",
        "hkkg:position",
        "hkkg:organization",
        "hkkg:host",
        "hkkg:modality",
        "hkkg:contributionKind",
        "hkkg:claimant",
        "hkkg:passageKind",
        "hkkg:inScheme",
        "skos:inScheme",
        "dcterms:isPartOf",
    )
)
_MOST_PROPERTIES: Final = 5
_LEAST_SHARE: Final = 0.2


_SHOWN_APART: Final = frozenset(
    {
        UNIT,
        COMPARATOR,
        vocab.HKKG + "statedIn",
        vocab.HKKG + "party",
        vocab.HKKG + "readWith",
        vocab.HKKG + "dateQualifier",
        vocab.RDFS + "isDefinedBy",
    }
)
_ALIGNED: Final = (vocab.PREFIXES["org"], vocab.PROV, vocab.SCHEMA, vocab.OA)


class Classes:
    """The classes that have members, each with its members in the order of their IRIs."""

    def __init__(self, store: EmbeddedStore, vocabulary: Vocabulary, reader: Reader) -> None:
        """Read every statement of a class."""
        members: dict[str, set[str]] = defaultdict(set)
        for quad in store.quads(None, TYPE):
            subject, name = quad.subject, quad.object
            if isinstance(subject, NamedNode) and isinstance(name, NamedNode):
                for upper in above(vocabulary, name.value) if reader.is_stating(quad.graph_name) else ():
                    members[upper].add(subject.value)
        self.members = {name: sorted(found) for name, found in members.items()}
        self.indexes: dict[tuple[str, str], Index] = {}


_CLASSES: WeakKeyDictionary[EmbeddedStore, Classes] = WeakKeyDictionary()


def classes(reader: Reader) -> Classes:
    """Return the classes of a store that does not change; they are read once."""
    store = reader.store
    if store not in _CLASSES:
        _CLASSES[store] = Classes(store, reader.vocabulary, reader)
    return _CLASSES[store]


def above(vocabulary: Vocabulary, name: str) -> Iterable[str]:
    """A class and those above it in the same vocabulary; alignments with others have no lists."""
    namespace = namespace_of(name)
    return [name, *(upper for upper in vocabulary.above.get(name, ()) if namespace_of(upper) == namespace)]


class Member(NamedTuple):
    """What a list knows of a member: its name, what it is found by, and its values by property."""

    iri: str
    name: str
    found_by: str
    values: dict[str, frozenset[str]]
    date: str
    size: int


class Index(NamedTuple):
    """The members of a class, and the properties that tell them apart."""

    members: tuple[Member, ...]
    properties: tuple[str, ...]


def index(reader: Reader, name: str, iris: list[str]) -> Index:
    """Return what lists of a class are filtered and sorted by; it is worked out once for each language."""
    known = classes(reader).indexes
    key = (name, reader.language)
    if key not in known:
        if len(known) >= _KEPT:
            known.pop(next(iter(known)))
        members = tuple(_member(reader, NamedNode(iri)) for iri in iris)
        known[key] = Index(members, _telling(reader, members))
    return known[key]


def _member(reader: Reader, node: NamedNode) -> Member:
    facts = reader.facts(node)
    values = {
        name: frozenset(fact.object.value for fact in found if isinstance(fact.object, NamedNode))
        for name, found in facts.items()
        if name != TYPE.value and name not in reader.vocabulary.record_links and not is_outside(name)
    }
    own = [term.value for name in _NAMES for term in reader.objects(node, name) if isinstance(term, Literal)]
    told = reader.resources(node, _HAS_RECORD)
    dates = sorted(filter(None, (_date(reader, record) for record in (node, *told))))
    values[YEAR] = frozenset(_year(date) for date in dates if _year(date))
    name = reader.name(node)[0]
    return Member(
        node.value,
        name,
        "\n".join([name, *own]).casefold(),
        {k: v for k, v in values.items() if v},
        records.bounds(reader, node)[0] or next(iter(dates), ""),
        len(told),
    )


def _date(reader: Reader, record: NamedNode) -> str:
    return reader.literal(record, PERIOD) or reader.literal(record, DATE)


def _year(date: str) -> str:
    return date[:_YEAR_DIGITS] if date[:_YEAR_DIGITS].isdecimal() else ""


def _telling(reader: Reader, members: tuple[Member, ...]) -> tuple[str, ...]:
    """Choose the properties that tell members apart: held by many, with values that recur."""
    holders: dict[str, int] = defaultdict(int)
    distinct: dict[str, set[str]] = defaultdict(set)
    for member in members:
        for name, values in member.values.items():
            holders[name] += 1
            distinct[name] |= values
    least = max(1, len(members) * _LEAST_SHARE)
    usable = [
        name
        for name, held in holders.items()
        if name != YEAR and held >= least and len(distinct[name]) > 1 and _is_ours(reader, name)
    ]
    order = {name: place for place, name in enumerate(_PREFERRED)}
    ranked = sorted(usable, key=lambda name: (order.get(name, len(order)), len(distinct[name]), name))
    return tuple(ranked[:_MOST_PROPERTIES])


def _is_ours(reader: Reader, name: str) -> bool:
    """Whether lists have a property: not one that only other vocabularies' readers want, nor evidence."""
    is_packaged = bool(reader.vocabulary.roles - {vocab.HKKG + "party"})
    return name not in _SHOWN_APART and not (is_packaged and name.startswith(_ALIGNED))
