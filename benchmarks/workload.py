"""The queries that the services are measured with, over a graph of `graph_generator`.

A lookup of one entity, a table of 1,000 rows, a mix of 500 distinct queries of which few are asked often and
most seldom (Zipf's law), the kinds that researchers ask, and queries that never end.
"""

from __future__ import annotations

import random
from itertools import accumulate
from typing import Final
from urllib.parse import urlencode

from graph_generator import FIELDS, UNIVERSITIES

PREFIXES: Final = """\
PREFIX concept: <https://w3id.org/hkkg/concept/>
PREFIX hk: <https://w3id.org/hkkg/id/>
PREFIX hkkg: <https://w3id.org/hkkg/ontology#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
"""
DISTINCT: Final = 500
_DRAWS: Final = 50_000
_SEED: Final = 3


def lookup(number: int) -> str:
    """Ask for what is said of one scholar."""
    return f"{PREFIXES}SELECT ?p ?o WHERE {{ hk:benchmark-scholar-{number} ?p ?o }}"


def _authors(limit: int, field: int) -> str:
    return f"""{PREFIXES}SELECT ?paper ?title ?author WHERE {{
  ?coverage hkkg:field concept:benchmark-field-{field} ; hkkg:coverer ?paper .
  ?paper a hkkg:Publication ; skos:prefLabel ?title .
  ?authorship hkkg:work ?paper ; hkkg:author ?author .
  FILTER(LANGMATCHES(LANG(?title), "zh-Hant"))
}} LIMIT {limit}"""


def _staff(university: int, limit: int) -> str:
    return f"""{PREFIXES}SELECT ?scholar ?name ?field WHERE {{
  ?membership hkkg:organization hk:benchmark-university-{university} ; hkkg:member ?scholar .
  ?scholar skos:prefLabel ?name .
  ?coverage hkkg:coverer ?scholar ; hkkg:field ?field .
}} LIMIT {limit}"""


def _coauthors(number: int) -> str:
    return f"""{PREFIXES}SELECT DISTINCT ?other ?name WHERE {{
  ?mine hkkg:author hk:benchmark-scholar-{number} ; hkkg:work ?paper .
  ?theirs hkkg:work ?paper ; hkkg:author ?other .
  ?other skos:prefLabel ?name .
  FILTER(?other != hk:benchmark-scholar-{number} && LANG(?name) = "en")
}}"""


def _projects(number: int) -> str:
    return f"""{PREFIXES}SELECT ?project ?title ?year WHERE {{
  ?participation hkkg:participant hk:benchmark-scholar-{number} ; hkkg:activity ?project .
  ?project skos:prefLabel ?title .
  OPTIONAL {{ ?funding hkkg:recipient ?project ; hkkg:date ?year }}
}}"""


def _count_by_field(kind: str) -> str:
    return f"""{PREFIXES}SELECT ?field (COUNT(?thing) AS ?things) WHERE {{
  ?thing a hkkg:{kind} . ?coverage hkkg:coverer ?thing ; hkkg:field ?field .
}} GROUP BY ?field ORDER BY DESC(?things)"""


def _laureates(award: int) -> str:
    return f"""{PREFIXES}SELECT ?laureate ?name ?year WHERE {{
  ?conferral hkkg:award hk:benchmark-award-{award} ; hkkg:laureate ?laureate ; hkkg:date ?year .
  ?laureate skos:prefLabel ?name .
}} ORDER BY ?year"""


def _named(text: str) -> str:
    return f"""{PREFIXES}SELECT ?thing ?name WHERE {{
  ?thing a hkkg:Laboratory ; skos:prefLabel ?name FILTER(CONTAINS(?name, "{text}"))
}}"""


def _thousand_rows(offset: int) -> str:
    return f"""{PREFIXES}SELECT ?paper ?title ?author WHERE {{
  ?paper a hkkg:Publication ; skos:prefLabel ?title . ?authorship hkkg:work ?paper ; hkkg:author ?author .
}} LIMIT 1000 OFFSET {offset}"""


_PAPERS_BY_UNIVERSITY: Final = f"""{PREFIXES}SELECT ?university ?year (COUNT(DISTINCT ?paper) AS ?papers)
WHERE {{
  ?membership hkkg:organization ?university ; hkkg:member ?scholar . ?university a hkkg:University .
  ?authorship hkkg:author ?scholar ; hkkg:work ?paper .
  ?publication hkkg:publishedWork ?paper ; hkkg:date ?year .
}} GROUP BY ?university ?year ORDER BY ?university ?year"""
_WITHOUT_PAPERS: Final = f"""{PREFIXES}SELECT ?scholar ?name WHERE {{
  ?scholar a hkkg:Scholar ; skos:prefLabel ?name FILTER(LANG(?name) = "en")
  FILTER NOT EXISTS {{ ?authorship hkkg:author ?scholar }}
}} ORDER BY ?name"""
_JOINT_PROJECTS: Final = f"""{PREFIXES}SELECT DISTINCT ?project ?one ?other WHERE {{
  ?award hkkg:laureate ?project . ?project a hkkg:ResearchProject .
  ?first hkkg:activity ?project ; hkkg:participant/^hkkg:member/hkkg:organization ?one .
  ?second hkkg:activity ?project ; hkkg:participant/^hkkg:member/hkkg:organization ?other .
  ?one a hkkg:University . ?other a hkkg:University . FILTER(STR(?one) < STR(?other))
}}"""

# Each load is many queries, so that no service gains by having parsed, or being busy with, the same one.
CHEAP: Final = [lookup(number) for number in range(1, 1001)]
THOUSAND_ROWS: Final = [_thousand_rows(offset) for offset in range(200)]
SMALLEST: Final = f"{PREFIXES}ASK {{ hk:benchmark-university-1 a hkkg:University }}"

# One of each kind that researchers ask: for the comparison with rdflib in the process.
KINDS: Final = {
    "lookup": CHEAP[7],
    "1,000 rows": THOUSAND_ROWS[0],
    "papers of a field": _authors(100, 3),
    "staff of a university": _staff(2, 200),
    "co-authors": _coauthors(5),
    "projects of a scholar": _projects(5),
    "scholars by field": _count_by_field("Scholar"),
    "laureates of an award": _laureates(1),
    "laboratories by name": _named("海洋"),
    "papers by university and year": _PAPERS_BY_UNIVERSITY,
    "scholars without papers": _WITHOUT_PAPERS,
    "universities of prize-winning projects": _JOINT_PROJECTS,
}

# None of these can end within any deadline; the last looks like a lookup of one entity's name.
RUNAWAYS: Final = {
    "cross join": "SELECT (COUNT(*) AS ?n) WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }",
    "path explosion": "SELECT (COUNT(*) AS ?n) WHERE { ?a (<x:no>|!<x:no>|^<x:no>|!^<x:no>)* ?b }",
    "sort of everything": "SELECT * WHERE { ?a ?b ?c . ?d ?e ?f } ORDER BY DESC(STR(?c)) STR(?f) LIMIT 10",
    "pathological regex": f"""{PREFIXES}SELECT ?s WHERE {{
  ?s skos:prefLabel ?name . ?t skos:prefLabel ?other
  FILTER(REGEX(?name, CONCAT("(\\\\w{{40}}|", ?other, "){{20}}$"), "i"))
}}""",
    "pathological REPLACE": f"""{PREFIXES}SELECT (SUM(STRLEN(?long)) AS ?n) WHERE {{
  ?s skos:prefLabel ?name . ?t skos:prefLabel ?other
  BIND(REPLACE(REPLACE(?name, ".", "$0$0$0$0$0$0$0$0"), ".", "$0$0$0$0$0$0$0$0") AS ?longer)
  BIND(REPLACE(?longer, ".", ?other) AS ?long)
}}""",
    "disguised as a lookup": f"""{PREFIXES}SELECT ?name WHERE {{
  hk:benchmark-scholar-7 skos:prefLabel ?name . ?b skos:prefLabel ?first . ?c skos:prefLabel ?second
  FILTER(?name = CONCAT(?first, ?second))
}} LIMIT 1""",
}


def mix() -> list[str]:
    """Return the distinct queries, the most asked first."""
    kinds = [
        *(_coauthors(number) for number in range(1, 91)),
        *(_projects(number) for number in range(1, 81)),
        *(_authors(limit, 1 + n % len(FIELDS)) for n, limit in enumerate([20, 100, 400] * 14)),
        *(_staff(1 + n % UNIVERSITIES, limit) for n, limit in enumerate(range(50, 1050, 50))),
        *(_count_by_field(kind) for kind in ("Scholar", "Publication", "ResearchProject", "Laboratory")),
        *(_laureates(award) for award in range(1, 11)),
        *(_named(name.hant) for name in FIELDS),
    ]
    queries = list(dict.fromkeys([*kinds, *(lookup(number) for number in range(1, DISTINCT + 1))]))[:DISTINCT]
    order = random.Random(_SEED).random  # noqa: S311 - nothing secret
    return sorted(queries, key=lambda _: order())


def draws(queries: list[str]) -> list[str]:
    """Return a long sequence of the queries, the one of rank r asked in proportion to 1/r."""
    weights = list(accumulate(1 / rank for rank in range(1, len(queries) + 1)))
    return random.Random(_SEED).choices(queries, cum_weights=weights, k=_DRAWS)  # noqa: S311 - as above


def path(query: str) -> str:
    """Write the query string of a GET request."""
    return "?" + urlencode({"query": query})
