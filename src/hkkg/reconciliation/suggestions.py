"""Suggestions while a user types, of entities, types and properties, and flyouts about them.

Reconciliation Service API 0.2, section 6.
"""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from hkkg import vocab
from hkkg.errors import UnknownResourceError
from hkkg.reconciliation.candidates import summary, type_with_broader, types_of
from hkkg.reconciliation.identifiers import Properties, chosen, entity_iri, term_id, text_of
from hkkg.search import fold
from hkkg.search.index import LONGEST
from hkkg.store import NamedNode

if TYPE_CHECKING:
    from hkkg.reconciliation.known import Known
    from hkkg.search import LabelIndex

KINDS: Final = ("entity", "type", "property")
_SIZE: Final = 20
_DEFINITION: Final = NamedNode(vocab.SKOS + "definition")


class Typed(NamedTuple):
    """What a user has typed.

    Attributes:
        prefix: of a name or an identifier.
        cursor: suggestions to pass over.
        types: of one of which an entity must be; none means any.
    """

    prefix: str
    cursor: int = 0
    types: tuple[str, ...] = ()


def suggest(known: Known, kind: str, typed: Typed) -> dict[str, Any]:
    """Suggest what a user may mean.

    Args:
        known: what is suggested from.
        kind: one of `KINDS`.
        typed: what the user has typed.

    Raises:
        UnknownResourceError: nothing is of such a type.
    """
    places = slice(typed.cursor, typed.cursor + _SIZE)
    match kind:
        case "entity":
            found = _entities(known, typed)
        case "type":
            found = [_type(known, iri) for iri in _types(known.labels, typed.prefix)[places]]
        case _:
            properties = Properties(known.store)
            matching = properties.matching(typed.prefix)[places]
            found = [_property(properties, iri, known.language) for iri in matching]
    return {"result": found}


def _entities(known: Known, typed: Typed) -> list[dict[str, Any]]:
    prefix, cursor, types = typed
    iri = entity_iri(prefix) if prefix.strip() and len(prefix) <= LONGEST else None
    if iri is not None and known.labels.names(iri):
        found = [iri][cursor:]
    else:
        found = [hit.iri for hit in known.labels.search(prefix, limit=_SIZE, offset=cursor, of_class=types)]
    return [{**summary(known, iri), "notable": types_of(known, iri)} for iri in found]


def _types(index: LabelIndex, prefix: str) -> list[str]:
    """Return the classes of which a name begins with a text, then those of which one contains it."""
    wanted = fold(prefix)
    ranked = []
    for iri in index.classes.used():
        names = [term_id(iri), *index.classes.labels(iri).values()]
        places = [place for name in names if (place := fold(name).find(wanted)) >= 0]
        if places:
            ranked.append((min(places) > 0, not iri.startswith(vocab.HKKG), iri))
    return [iri for *_, iri in sorted(ranked)]


def _type(known: Known, iri: str) -> dict[str, Any]:
    definition = chosen(text_of(known.store, iri, _DEFINITION), known.language)
    return _described(type_with_broader(known, iri), definition)


def _property(properties: Properties, iri: str, language: str) -> dict[str, Any]:
    named = {"id": term_id(iri), "name": properties.name(iri, language)}
    return _described(named, properties.definition(iri, language))


def _described(named: dict[str, Any], description: str) -> dict[str, Any]:
    return {**named, "description": description} if description else dict(named)


def flyout(known: Known, kind: str, identifier: str) -> dict[str, str]:
    """Return a few words of HTML about what was suggested.

    Raises:
        UnknownResourceError: there is nothing with that identifier.
    """
    match kind:
        case "entity":
            iri = entity_iri(identifier)
            if iri is None or not known.labels.names(iri):
                raise UnknownResourceError(f"nothing here has the identifier {identifier[:100]!r}.")
            found = summary(known, iri)
        case "type":
            found = _type(known, known.labels.classes.find(identifier))
        case _:
            properties = Properties(known.store)
            found = _property(properties, properties.find(identifier), known.language)
    name, description = escape(found["name"]), escape(found.get("description", ""))
    html = f'<div lang="{known.language}"><p><strong>{name}</strong></p><p>{description}</p></div>'
    return {"id": identifier, "html": html}
