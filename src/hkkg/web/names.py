"""What things are called in the language of a page, wherever the graph is: here or at an endpoint."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from hkkg import vocab
from hkkg.store import Literal, NamedNode
from hkkg.web.addresses import local
from hkkg.workers.calls import QueryCall

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from hkkg.store import Term
    from hkkg.workers.worker import Engine

_HEADER: Final = vocab.prefix_header()
_LABELS: Final = "SELECT ?thing ?label {{ VALUES ?thing {{ {things} }} ?thing {property} ?label }}"
_PROPERTIES: Final = ("skos:prefLabel", "rdfs:label")
_FALLBACKS: Final = {
    "en": ("en", "", "zh-Hant", "zh-Hans"),
    "zh-Hant": ("zh-Hant", "zh-Hans", "", "en"),
    "zh-Hans": ("zh-Hans", "zh-Hant", "", "en"),
}


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
            if isinstance(label, Literal):
                tag = vocab.canonical_tag(label.language) if label.language else ""
                self._labels.setdefault(text_of(row["thing"]), {}).setdefault(tag, label.value)

    def __getitem__(self, iri: str) -> Name:
        """Name a thing in the page's language or the nearest that there is, else by the end of its IRI."""
        labels = self._labels.get(iri, {})
        for tag in (*_FALLBACKS[self._lang], *sorted(labels)):
            if text := labels.get(tag):
                return Name(text, iri, tag if tag not in {self._lang, ""} else "")
        return Name(vocab.curie(iri).rpartition(":")[2].strip("<>"), iri)


def rows(engine: Engine, query: str) -> list[Mapping[str, Term]]:
    """Ask a SELECT query, with the usual prefixes; each row holds what is bound in it."""
    table = engine.answer(QueryCall(_HEADER + query, None, None)).table()
    pairs = [zip(table.variables, row, strict=True) for row in table.rows]
    return [{name: term for name, term in pair if term is not None} for pair in pairs]


def text_of(term: Term | None) -> str:
    """Return the text of a literal, or an IRI; nothing for what has neither."""
    return term.value if isinstance(term, (Literal, NamedNode)) else ""
