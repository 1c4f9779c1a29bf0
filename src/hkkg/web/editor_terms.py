"""What the query editor completes: classes, properties and named things, with their names."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from hkkg import vocab
from hkkg.store import Literal, NamedNode
from hkkg.web.querying import rows

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from hkkg.web.querying import Row
    from hkkg.workers.worker import Engine

_MOST_THINGS: Final = 4_000
_TERMS: Final = f"""
SELECT DISTINCT ?thing ?kind ?name {{
  VALUES (?type ?kind) {{
    (<{vocab.OWL}Class> "class") (<{vocab.RDFS}Class> "class")
    (<{vocab.OWL}ObjectProperty> "property") (<{vocab.OWL}DatatypeProperty> "property")
    (<{vocab.OWL}AnnotationProperty> "property") (<{vocab.RDF}Property> "property")
  }}
  ?thing a ?type . OPTIONAL {{ ?thing rdfs:label ?name }}
}}"""
_USED: Final = """
SELECT ?thing ("property" AS ?kind) ?name {
  { SELECT DISTINCT ?thing { ?s ?thing ?o } } OPTIONAL { ?thing rdfs:label ?name }
}"""
_THINGS: Final = f"""
SELECT ?thing ("thing" AS ?kind) ?name {{
  {{ SELECT DISTINCT ?thing {{
    ?thing skos:prefLabel ?any MINUS {{ ?thing a <{vocab.HKKG}Record> }}
  }} LIMIT {_MOST_THINGS} }}
  ?thing skos:prefLabel ?name
}}"""


def terms(engine: Engine) -> list[dict[str, Any]]:
    """List what queries speak of; a remote endpoint is asked for its terms alone, since it may be large."""
    queries = [_TERMS] if engine.store is None else [_TERMS, _USED, _THINGS]
    found: dict[str, dict[str, Any]] = {}
    for query in queries:
        for iri, kind, name in _named(rows(engine, query)):
            term = found.setdefault(iri, {"curie": vocab.curie(iri), "kind": kind, "labels": {}})
            if name is not None:
                term["labels"].setdefault(vocab.canonical_tag(name.language or "en"), name.value)
    return sorted(found.values(), key=_order)


def _named(found: Iterable[Row]) -> Iterator[tuple[str, str, Literal | None]]:
    for row in found:
        thing, kind, name = row["thing"], row["kind"], row.get("name")
        if isinstance(thing, NamedNode) and isinstance(kind, Literal):
            yield thing.value, kind.value, name if isinstance(name, Literal) else None


def _order(term: Mapping[str, Any]) -> tuple[str, str]:
    return term["kind"], term["curie"]
