"""Identifiers of entities, types and properties, as clients of reconciliation see them."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING, Final

from hkkg import vocab
from hkkg.errors import UnknownResourceError
from hkkg.search import fold
from hkkg.store import Literal, NamedNode

if TYPE_CHECKING:
    from collections.abc import Iterable

    from hkkg.store import EmbeddedStore

IDENTIFIER_SPACE: Final = vocab.HK
"""What the identifier of an entity begins with as an IRI, if it has no colon."""

_LABEL: Final = NamedNode(vocab.RDFS + "label")
_DEFINITION: Final = NamedNode(vocab.SKOS + "definition")
_PROPERTIES: Final = "SELECT DISTINCT ?property { ?thing skos:prefLabel ?name ; ?property ?value }"
_MOST_SHOWN: Final = 3


def entity_id(iri: str) -> str:
    """Return the identifier of an entity: the rest of its IRI in the identifier space, else the IRI."""
    rest = iri.removeprefix(IDENTIFIER_SPACE)
    return iri if ":" in rest else rest


def entity_iri(identifier: str) -> str | None:
    """Return the IRI of an entity, given its identifier, IRI or CURIE; None if it can be none of these."""
    text = identifier.strip()
    iri = vocab.expand(text) or (IDENTIFIER_SPACE + text if ":" not in text else text)
    try:
        return NamedNode(iri).value
    except ValueError:
        return None


def term_id(iri: str) -> str:
    """Return the identifier of a type or property: its CURIE, else its IRI."""
    short = vocab.curie(iri)
    return iri if short.startswith("<") else short


class Properties:
    """The properties that named things have in a store."""

    def __init__(self, store: EmbeddedStore) -> None:
        """Look which there are."""
        self._store = store
        rows = store.query(vocab.prefix_header() + _PROPERTIES).table().column("property")
        self.iris = sorted(term.value for term in rows if isinstance(term, NamedNode))

    def find(self, text: str) -> str:
        """Find a property by identifier, IRI, local name or label in any script.

        Raises:
            UnknownResourceError: no named thing has it; the hint has the nearest.
        """
        iri = vocab.expand(text)
        if iri in self.iris:
            return iri
        by_name = {fold(name): known for known in reversed(self.iris) for name in self._names(known)}
        found = by_name.get(fold(text))
        if found is None:
            raise _unknown(text, by_name)
        return found

    def _names(self, iri: str) -> list[str]:
        local = iri[max(iri.rfind("#"), iri.rfind("/")) + 1 :]
        return [*text_of(self._store, iri, _LABEL).values(), local, term_id(iri)]

    def matching(self, prefix: str) -> list[str]:
        """Return the properties of which a name begins with a text, then those of which one contains it."""
        wanted = fold(prefix)
        ranked = []
        for iri in self.iris:
            places = [place for name in self._names(iri) if (place := fold(name).find(wanted)) >= 0]
            if places:
                ranked.append((min(places) > 0, iri))
        return [iri for _, iri in sorted(ranked)]

    def name(self, iri: str, language: str) -> str:
        """Return the label of a property in a language, else its identifier."""
        return chosen(text_of(self._store, iri, _LABEL), language) or term_id(iri)

    def definition(self, iri: str, language: str) -> str:
        """Return what a property means, in a language if it is said in it; nothing if it is not said."""
        return chosen(text_of(self._store, iri, _DEFINITION), language)


def text_of(store: EmbeddedStore, iri: str, predicate: NamedNode) -> dict[str, str]:
    """Return the texts that a thing has for a property, by language."""
    objects = (quad.object for quad in store.quads(NamedNode(iri), predicate))
    return {vocab.canonical_tag(o.language or ""): o.value for o in objects if isinstance(o, Literal)}


def chosen(texts: dict[str, str], language: str) -> str:
    """Choose the text in a language, else in another script of it, else any."""
    order: Iterable[str] = (
        language,
        *(tag for tag in sorted(texts) if tag[:2] == language[:2]),
        *sorted(texts),
    )
    return next((texts[tag] for tag in order if tag in texts), "")


def _unknown(text: str, known: dict[str, str]) -> UnknownResourceError:
    near = get_close_matches(fold(text), known, n=10)
    ids = list(dict.fromkeys(term_id(known[name]) for name in near))[:_MOST_SHOWN]
    message = f"no named thing has a property {text[:100]!r}."
    hint = f"Nearest: {', '.join(ids)}." if ids else "suggest/property lists them."
    return UnknownResourceError(message, hint=hint)
