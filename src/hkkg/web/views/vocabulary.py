"""The vocabulary of a generation of the graph: its classes and roles, each with what stands above it."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final
from weakref import WeakKeyDictionary

from hkkg import vocab
from hkkg.store import NamedNode

if TYPE_CHECKING:
    from collections.abc import Iterable

    from hkkg.store import EmbeddedStore

SUBCLASS: Final = NamedNode(vocab.RDFS + "subClassOf")
_SUBPROPERTY: Final = NamedNode(vocab.RDFS + "subPropertyOf")
_INVERSE: Final = NamedNode(vocab.OWL + "inverseOf")
_PARTY: Final = vocab.HKKG + "party"


class Vocabulary:
    """The classes and roles of a generation, each with what stands above it."""

    def __init__(self, store: EmbeddedStore) -> None:
        """Read the axioms."""
        self.above = _closed(store, SUBCLASS)
        self.roles = _below(_closed(store, _SUBPROPERTY), _PARTY) | {_PARTY}
        self.record_links = _inverses(store, self.roles)

    def is_below(self, name: str, top: str) -> bool:
        """Whether a class is another, or below it."""
        return name == top or top in self.above.get(name, ())

    def lowest(self, classes: Iterable[str]) -> list[str]:
        """Those of some classes that stand above none of the others, sorted."""
        named = set(classes)
        upper = {
            up for name in named for up in self.above.get(name, ()) if name not in self.above.get(up, ())
        }
        return sorted(named - upper)


_VOCABULARIES: WeakKeyDictionary[EmbeddedStore, Vocabulary] = WeakKeyDictionary()


def vocabulary(store: EmbeddedStore) -> Vocabulary:
    """Return the vocabulary of a store that does not change; it is read once."""
    if store not in _VOCABULARIES:
        _VOCABULARIES[store] = Vocabulary(store)
    return _VOCABULARIES[store]


def _closed(store: EmbeddedStore, relation: NamedNode) -> dict[str, frozenset[str]]:
    """Each term with all that stand above it."""
    direct: dict[str, set[str]] = defaultdict(set)
    for quad in store.quads(None, relation):
        if isinstance(quad.subject, NamedNode) and isinstance(quad.object, NamedNode):
            direct[quad.subject.value].add(quad.object.value)
    return {name: frozenset(_reach(name, direct) - {name}) for name in direct}


def _reach(start: str, direct: dict[str, set[str]]) -> set[str]:
    seen: set[str] = set()
    left = [start]
    while left:
        for name in direct.get(left.pop(), set()) - seen:
            seen.add(name)
            left.append(name)
    return seen


def _inverses(store: EmbeddedStore, names: set[str]) -> set[str]:
    pairs = [(q.subject, q.object) for q in store.quads(None, _INVERSE)]
    both = [*pairs, *((b, a) for a, b in pairs)]
    return {
        b.value for a, b in both if isinstance(a, NamedNode) and isinstance(b, NamedNode) and a.value in names
    }


def _below(above: dict[str, frozenset[str]], top: str) -> set[str]:
    return {name for name, uppers in above.items() if top in uppers}
