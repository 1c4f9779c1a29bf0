"""Names and things for pages: what IRIs are called in a reader's language, and what is called by a name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from hkkg import vocab
from hkkg.store import Literal, NamedNode
from hkkg.workers.calls import QueryCall

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from hkkg.store import Table
    from hkkg.workers.worker import Engine

_MOST_CANDIDATES: Final = 500
_MOST_CALLED: Final = 5
_PREFIXES: Final = f"PREFIX rdfs: <{vocab.RDFS}> PREFIX skos: <{vocab.SKOS}> "
_NAMES: Final = "SELECT ?thing ?name { VALUES ?thing { %s } ?thing skos:prefLabel|rdfs:label ?name }"
_CALLED: Final = """
SELECT DISTINCT ?thing {{
  ?thing skos:prefLabel|skos:altLabel|skos:hiddenLabel|rdfs:label ?name
  FILTER(LCASE(STR(?name)) = LCASE({text}) && ISIRI(?thing))
}} ORDER BY ?thing LIMIT {most}"""
_CANDIDATES: Final = """
SELECT DISTINCT ?thing ?name {{
  {{ SELECT DISTINCT ?thing {{
    {example} a ?class .
    FILTER(STRSTARTS(STR(?class), "{namespace}"))
    FILTER NOT EXISTS {{
      {example} a ?narrower . ?narrower rdfs:subClassOf ?class FILTER(?narrower != ?class)
    }}
    ?thing a ?class .
  }} }}
  ?thing skos:prefLabel|rdfs:label ?name
}}"""


def read(engine: Engine, query: str) -> Table:
    """Answer a SELECT query that uses `rdfs:` and `skos:`."""
    return engine.answer(QueryCall(_PREFIXES + query, None, None)).table()


def names(engine: Engine, iris: Iterable[str], language: str) -> Mapping[str, Literal]:
    """Say what things are called, in the language if they are, else in a near one; not of the nameless."""
    things = " ".join(sorted({str(NamedNode(iri)) for iri in iris}))
    return _nearest(read(engine, _NAMES % things), language) if things else {}


def called(engine: Engine, text: str) -> list[str]:
    """Find the IRIs of what is called by a whole name, in any language, whatever its case."""
    query = _CALLED.format(text=Literal(text), most=_MOST_CALLED)
    return [thing.value for (thing,) in read(engine, query).rows if isinstance(thing, NamedNode)]


def candidates(
    engine: Engine, examples: tuple[tuple[str, str], ...], language: str
) -> Mapping[str, Mapping[str, str]]:
    """For each parameter, by an IRI that it may be, name what is of the same class: names by CURIE."""
    return {name: _alike(engine, example, language) for name, example in examples}


def _alike(engine: Engine, example: str, language: str) -> Mapping[str, str]:
    query = _CANDIDATES.format(example=NamedNode(example), namespace=vocab.HKKG)
    found = _nearest(read(engine, query), language)
    ordered = sorted(found.items(), key=lambda pair: pair[1].value.casefold())
    return {vocab.curie(iri): name.value for iri, name in ordered[:_MOST_CANDIDATES]}


def _nearest(table: Table, language: str) -> dict[str, Literal]:
    best: dict[str, Literal] = {}
    for thing, name in table.rows:
        if not isinstance(thing, NamedNode) or not isinstance(name, Literal):
            continue
        known = best.get(thing.value)
        if known is None or _distance(name, language) < _distance(known, language):
            best[thing.value] = name
    return best


def _distance(name: Literal, language: str) -> tuple[int, str]:
    tag, wanted = (name.language or "").lower(), language.lower()
    if tag == wanted:
        return 0, name.value
    return (1 if tag[:2] == wanted[:2] else 2 if tag == "en" else 3), name.value
