"""Data extension: values of properties for a column of entities, and which properties to ask for.

Reconciliation Service API 0.2, section 7.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, Final

from hkkg import vocab
from hkkg.errors import UnknownResourceError
from hkkg.reconciliation.candidates import type_of
from hkkg.reconciliation.identifiers import Properties, entity_iri, term_id
from hkkg.reconciliation.values import Values
from hkkg.store import NamedNode

if TYPE_CHECKING:
    from hkkg.reconciliation.known import Known
    from hkkg.reconciliation.queries import Extension

_MOST_FACTS: Final = 4
_MOST_VALUES: Final = 3
_LONGEST_VALUE: Final = 60
_HAVE: Final = """
SELECT ?property (COUNT(DISTINCT ?thing) AS ?things) {{
    ?thing a/rdfs:subClassOf* <{type}> ; skos:prefLabel ?name ; ?property ?value .
}} GROUP BY ?property ORDER BY DESC(?things) ?property
"""


def extend(known: Known, wanted: Extension) -> dict[str, Any]:
    """Answer a data extension query: a row for each entity, in it the values of each property.

    An entity that is not in the graph has a row without values, so that the others are answered.

    Raises:
        UnknownResourceError: there is no such property.
    """
    properties = Properties(known.store)
    values = Values(known)
    columns = [(identifier, properties.find(identifier), limit) for identifier, limit in wanted.properties]
    rows = {
        identifier: {
            asked: _cells(values, identifier, predicate, limit) for asked, predicate, limit in columns
        }
        for identifier in wanted.ids
    }
    meta = [
        {"id": asked, "name": properties.name(predicate, known.language), **_type_of_values(known, predicate)}
        for asked, predicate, _ in columns
    ]
    return {"meta": meta, "rows": rows}


def _cells(values: Values, identifier: str, predicate: str, limit: int) -> list[dict[str, Any]]:
    iri = entity_iri(identifier)
    found = values.written(iri, predicate) if iri else []
    return found[:limit] if limit else found


def _type_of_values(known: Known, predicate: str) -> dict[str, Any]:
    kind = _common_type(known, predicate)
    return {"type": type_of(known, kind)} if kind else {}


def _common_type(known: Known, predicate: str) -> str | None:
    """Return the narrowest class of all named values of a property, if they have one in common."""
    names, classes = known.labels.names, known.labels.classes
    quads = known.store.quads(None, NamedNode(predicate))
    things = {q.object.value for q in quads if isinstance(q.object, NamedNode) and names(q.object.value)}
    kinds = Counter(
        above for iri in things for above in {a for kind in classes.of(iri) for a in classes.ancestors(kind)}
    )
    common = [iri for iri, count in kinds.items() if count == len(things) and iri.startswith(vocab.HKKG)]
    narrowest = [i for i in common if not any(i in classes.ancestors(o) for o in common if o != i)]
    return min(narrowest, default=None)


def propose(known: Known, type_name: str, limit: int | None) -> dict[str, Any]:
    """Propose properties for the entities of a type, those that most of them have first.

    Raises:
        UnknownResourceError: nothing is of that type.
    """
    iri = known.labels.classes.find(type_name)
    table = known.store.query(vocab.prefix_header() + _HAVE.format(type=iri)).table()
    found = [term.value for term in table.column("property") if isinstance(term, NamedNode)]
    properties = Properties(known.store)
    found.sort(key=lambda p: properties.name(p, known.language) == term_id(p))  # what has a name, first
    proposed = [{"id": term_id(p), "name": properties.name(p, known.language)} for p in found[:limit]]
    answer = {"type": term_id(iri), "properties": proposed}
    return answer if limit is None else {**answer, "limit": limit}


def preview(known: Known, identifier: str) -> dict[str, Any]:
    """Return what a small page about an entity shows: its names, its types, and some of its properties.

    Raises:
        UnknownResourceError: there is no such entity.
    """
    iri = entity_iri(identifier)
    names, classes = known.labels.names(iri) if iri else {}, known.labels.classes
    if iri is None or not names:
        raise UnknownResourceError(
            f"nothing here has the identifier {identifier[:100]!r}.", hint="suggest/entity finds identifiers."
        )
    return {
        "iri": iri,
        "names": names,
        "types": [classes.labels(kind) or {"": term_id(kind)} for kind in classes.of(iri)],
        "facts": _facts(known, iri),
    }


def _facts(known: Known, iri: str) -> list[tuple[str, list[str]]]:
    """Return the first properties of the ontology whose values are named things."""
    properties, values = Properties(known.store), Values(known)
    facts: list[tuple[str, list[str]]] = []
    for predicate in properties.iris:
        if predicate.startswith(vocab.HKKG):
            cells = [cell for cell in values.written(iri, predicate) if "id" in cell]
            if cells:
                shown = [str(cell["name"])[:_LONGEST_VALUE] for cell in cells[:_MOST_VALUES]]
                facts.append((properties.name(predicate, known.language), shown))
    return facts[:_MOST_FACTS]
