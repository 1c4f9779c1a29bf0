"""Things by their whole names, as a parameter or a form gives them: found at once, without looking at all."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final

from hkkg import han, vocab
from hkkg.search.labels import KINDS
from hkkg.store import DefaultGraph, Literal, NamedNode

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from hkkg.store import Change, EmbeddedStore, Quad

NAMING: Final = (*KINDS, NamedNode(vocab.RDFS + "label"))
"""Properties whose values are names; that of RDF names records and terms too, which no search finds."""


class WholeNames:
    """The names of everything in a store, by their simplified characters in lower case.

    Args:
        store: whose labels are read.
    """

    def __init__(self, store: EmbeddedStore) -> None:
        """Read the labels."""
        self._store = store
        self._named: defaultdict[str, dict[tuple[str, str], None]] = defaultdict(dict)
        self._of: defaultdict[str, list[tuple[str, str]]] = defaultdict(list)
        for predicate in NAMING:
            self._take(store.quads(None, predicate, graph=DefaultGraph()))

    def _take(self, quads: Iterable[Quad]) -> None:
        for quad in quads:
            thing, label = quad.subject, quad.object
            if isinstance(thing, NamedNode) and isinstance(label, Literal):
                form = _form(label.value)
                self._named[form][thing.value, label.value] = None
                self._of[thing.value].append((form, label.value))

    def follow(self, change: Change) -> None:
        """Bring them up to date with the store, in which a change was carried out."""
        quads = (*change.added, *change.removed)
        for thing in {quad.subject for quad in quads if quad.predicate in NAMING}:
            if isinstance(thing, NamedNode):
                self._forget(thing.value)
                for predicate in NAMING:
                    self._take(self._store.quads(thing, predicate, graph=DefaultGraph()))

    def _forget(self, iri: str) -> None:
        for form, label in self._of.pop(iri, ()):
            self._named[form].pop((iri, label), None)

    def called(self, text: str) -> Sequence[tuple[str, str]]:
        """Return the things that have a name in any letter case and script, each with that name."""
        return list(self._named.get(_form(text), ()))


def _form(text: str) -> str:
    return han.simplified(text).lower()
