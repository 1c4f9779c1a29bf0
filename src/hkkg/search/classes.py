"""The classes that a search can be narrowed to, by IRI, CURIE, local name or label."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING, Final

from hkkg import vocab
from hkkg.errors import UnknownResourceError
from hkkg.search.folding import fold
from hkkg.store import Literal, NamedNode

if TYPE_CHECKING:
    from collections.abc import Iterable

    from hkkg.store import EmbeddedStore

_A: Final = NamedNode(vocab.RDF + "type")
_BELOW: Final = NamedNode(vocab.RDFS + "subClassOf")
_LABEL: Final = NamedNode(vocab.RDFS + "label")
_CLASSES: Final = "SELECT DISTINCT ?class { [] a ?class }"
_MOST_SHOWN: Final = 3
_OUTSIDE: Final = {vocab.SKOS + "Concept": {"en": "concept", "zh-Hans": "概念", "zh-Hant": "概念"}}
_TOP: Final = frozenset({vocab.OWL + "Thing", vocab.RDFS + "Resource"})


class Classes:
    """What a store says of classes.

    Args:
        store: which is asked each time, so that it may change.
    """

    def __init__(self, store: EmbeddedStore) -> None:
        """Take the store."""
        self._store = store
        self._above: dict[str, frozenset[str]] = {}
        self._narrowest: dict[str, tuple[str, ...]] = {}

    def forget(self) -> None:
        """Forget what is remembered, since the store has changed."""
        self._above.clear()
        self._narrowest.clear()

    def find(self, text: str) -> str:
        """Find a class by IRI, CURIE, local name or a label in any script.

        Raises:
            UnknownResourceError: nothing in the graph is of such a class; the hint has the nearest.
        """
        used = self.used()
        iri = vocab.expand(text)
        if iri in used:
            return iri
        by_name = {fold(name): known for known in sorted(used, reverse=True) for name in self._names(known)}
        found = by_name.get(fold(text))
        if found is None:
            raise _unknown(text if iri is None else vocab.curie(iri), by_name)
        return found

    def used(self) -> set[str]:
        """Return every class that something is of, stated or by way of a subclass."""
        direct = {
            term.value
            for term in self._store.query(_CLASSES).table().column("class")
            if isinstance(term, NamedNode)
        }
        return {above for known in direct for above in self.ancestors(known)}

    def _names(self, iri: str) -> list[str]:
        return [vocab.curie(iri), _local(iri), *self.labels(iri).values()]

    def labels(self, iri: str) -> dict[str, str]:
        """Return the labels of a class by language; the one of SKOS that is used has none in the graph."""
        found = (quad.object for quad in self._store.quads(NamedNode(iri), _LABEL))
        own = {vocab.canonical_tag(t.language or ""): t.value for t in found if isinstance(t, Literal)}
        return own or _OUTSIDE.get(iri, {})

    def ancestors(self, iri: str) -> frozenset[str]:
        """Return a class and every class above it."""
        if iri not in self._above:
            self._above[iri] = frozenset(self._climb(iri))
        return self._above[iri]

    def _climb(self, iri: str) -> set[str]:
        found, waiting = {iri}, [iri]
        while waiting:
            above = {
                quad.object.value
                for quad in self._store.quads(NamedNode(waiting.pop()), _BELOW)
                if isinstance(quad.object, NamedNode)
            }
            waiting += sorted(above - found)
            found |= above
        return found

    def above(self, iri: str) -> tuple[str, ...]:
        """Return the classes of a class's own vocabulary that are right above it."""
        vocabulary = iri.removesuffix(_local(iri))
        higher = {known for known in self.ancestors(iri) - {iri} if known.startswith(vocabulary)}
        return tuple(sorted(higher - {a for known in higher for a in self.ancestors(known) - {known}}))

    def of(self, iri: str) -> tuple[str, ...]:
        """Return the classes of a thing, without those above others of them: the narrowest say the most."""
        if iri not in self._narrowest:
            stated = self._stated(iri)
            above = {a for known in stated for a in self.ancestors(known) if a != known}
            self._narrowest[iri] = tuple(sorted((stated - above) or stated))
        return self._narrowest[iri]

    def has(self, iri: str, wanted: Iterable[str]) -> bool:
        """Whether a thing is of one of some classes."""
        stated = self._stated(iri)
        return not stated.isdisjoint(wanted) or any(not self.ancestors(c).isdisjoint(wanted) for c in stated)

    def _stated(self, iri: str) -> set[str]:
        quads = self._store.quads(NamedNode(iri), _A)
        return {q.object.value for q in quads if isinstance(q.object, NamedNode)} - _TOP


def _local(iri: str) -> str:
    return iri[max(iri.rfind("#"), iri.rfind("/")) + 1 :]


def _unknown(text: str, known: dict[str, str]) -> UnknownResourceError:
    near = get_close_matches(fold(text), known, n=10)
    curies = list(dict.fromkeys(vocab.curie(known[name]) for name in near))[:_MOST_SHOWN]
    message = f"nothing in the graph is of a class {text[:100]!r}."
    nearest = f"Nearest: {', '.join(curies)}. " if curies else ""
    return UnknownResourceError(message, hint=f"{nearest}`hkkg stats` lists the classes.")
