"""What things are called in the language of a page, wherever the graph is: here or at an endpoint."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from hkkg import vocab
from hkkg.store import Literal, NamedNode
from hkkg.web.addresses import local
from hkkg.web.querying import rows, text_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from hkkg.workers.worker import Engine

_LABELS: Final = "SELECT ?thing ?label {{ VALUES ?thing {{ {things} }} ?thing {property} ?label }}"
_PROPERTIES: Final = ("skos:prefLabel", "rdfs:label")


@dataclass(frozen=True, slots=True, order=True)
class Name:
    """What a thing is called on a page.

    Attributes:
        text: to be shown.
        iri: of the thing.
        lang: the tag of the text's language where it is not the page's.
    """

    text: str
    iri: str
    lang: str = ""

    @property
    def href(self) -> str | None:
        """Where its page is; None for what is not of this graph."""
        return local(self.iri)


class Names:
    """The names of some things: as preferred, else any label.

    Args:
        engine: asks the graph.
        iris: of the things.
        lang: of the page.
    """

    def __init__(self, engine: Engine, iris: Iterable[str], lang: str) -> None:
        """Read them."""
        self._labels: dict[str, dict[str, str]] = {}
        self._lang = lang
        wanted = set(iris)
        for property_ in _PROPERTIES:
            self._read(engine, sorted(wanted - self._labels.keys()), property_)

    def _read(self, engine: Engine, iris: Iterable[str], property_: str) -> None:
        things = " ".join(str(NamedNode(iri)) for iri in iris)
        query = _LABELS.format(things=things, property=property_)
        for row in rows(engine, query) if things else ():
            label = row["label"]
            if isinstance(label, Literal) and label.value:
                tag = vocab.canonical_tag(label.language or "")
                self._labels.setdefault(text_of(row["thing"]), {}).setdefault(tag, label.value)

    def get(self, iri: str) -> Name | None:
        """Name a thing in the page's language or the nearest that there is; None if it has no name."""
        labels = self._labels.get(iri, {})
        tag = vocab.nearest(labels, self._lang)
        return None if tag is None else Name(labels[tag], iri, "" if tag == self._lang else tag)

    def __getitem__(self, iri: str) -> Name:
        """Do as `get`, and name what has no name by the end of its IRI."""
        return self.get(iri) or Name(vocab.curie(iri).rpartition(":")[2].strip("<>"), iri)
