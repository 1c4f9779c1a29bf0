"""What a parameter of a stored question may be: what is called by a name, or is like its default."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from hkkg import vocab
from hkkg.store import Literal, NamedNode
from hkkg.web.names import Names
from hkkg.web.querying import rows

if TYPE_CHECKING:
    from collections.abc import Mapping

    from hkkg.workers.worker import Engine, Functions

_MOST_CANDIDATES: Final = 500
_MOST_CALLED: Final = 5
_CALLED: Final = """
SELECT DISTINCT ?thing {{
  ?thing skos:prefLabel|skos:altLabel|skos:hiddenLabel|rdfs:label ?name
  FILTER(LCASE(STR(?name)) = LCASE({text}) && ISIRI(?thing))
}} ORDER BY ?thing LIMIT {most}"""
_CANDIDATES: Final = """
SELECT DISTINCT ?thing {{
  {example} a ?class .
  FILTER(STRSTARTS(STR(?class), STR(hkkg:)))
  FILTER NOT EXISTS {{
    {example} a ?narrower . ?narrower rdfs:subClassOf ?class FILTER(?narrower != ?class)
  }}
  ?thing a ?class .
}}"""


def called(engine: Engine, text: str) -> list[str]:
    """Find the IRIs of what is called by a whole name, in any language, whatever its case."""
    return _iris(engine, _CALLED.format(text=Literal(text), most=_MOST_CALLED))


def candidates(
    engine: Engine, examples: tuple[tuple[str, str], ...], language: str
) -> Mapping[str, Mapping[str, str]]:
    """For each parameter, by an IRI that it may be, name what is of the same class: names by CURIE."""
    return {name: _alike(engine, example, language) for name, example in examples}


def _alike(engine: Engine, example: str, language: str) -> Mapping[str, str]:
    things = _iris(engine, _CANDIDATES.format(example=NamedNode(example)))
    names = Names(engine, things, language)
    named = [name for iri in things if (name := names.get(iri))]
    named.sort(key=lambda name: name.text.casefold())
    return {vocab.curie(name.iri): name.text for name in named[:_MOST_CANDIDATES]}


def _iris(engine: Engine, query: str) -> list[str]:
    things = (row["thing"] for row in rows(engine, query))
    return [thing.value for thing in things if isinstance(thing, NamedNode)]


FUNCTIONS: Final[Functions] = {"called": called, "candidates": candidates}
