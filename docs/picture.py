"""Draw docs/graph.svg, a part of the graph, from the data: `make docs`.

Universities stand in the middle; on the left the scholars and projects that won an award, on the right the
State Key Laboratories that each university hosts, the new ones marked.
"""

from __future__ import annotations

from html import escape
from pathlib import Path

from hkkg import graph, vocab

PICTURE = Path(__file__).with_name("graph.svg")
WIDTH, ROW, TOP = 1280, 34, 60
LEFT, MIDDLE, RIGHT = 340, 660, 900

HOSTED = """
SELECT DISTINCT ?laboratory ?name ?university ?host (BOUND(?fresh) AS ?new) WHERE {
  ?laboratory hkkg:hostedBy ?university ; skos:prefLabel ?name .
  ?university skos:prefLabel ?host .
  FILTER(lang(?name) = "en" && lang(?host) = "en")
  OPTIONAL { ?laboratory hkkg:designation ?fresh . ?fresh hkkg:newlyEstablished true }
} ORDER BY ?host ?name
"""
SCHOLARS = """
SELECT DISTINCT ?scholar ?name ?university ?project ?title WHERE {
  ?scholar a hkkg:Scholar ; skos:prefLabel ?name ; hkkg:memberOf ?university ; hkkg:participatesIn ?project .
  ?university a hkkg:University .
  ?project hkkg:receivedAward ?award ; skos:prefLabel ?title .
  FILTER(langMatches(lang(?name), "zh-Hant") && lang(?title) = "en")
} ORDER BY ?title ?name
"""


def main() -> None:
    """Write the picture."""
    PICTURE.write_text(picture(), encoding="utf-8")


def picture() -> str:
    """Compose the drawing."""
    store = graph.open_graph()
    hosted = store.query(vocab.prefix_header() + HOSTED).table().rows
    scholars = store.query(vocab.prefix_header() + SCHOLARS).table().rows
    laboratories = list(dict.fromkeys((row[0].value, row[1].value, row[4].value == "true") for row in hosted))
    universities = list(dict.fromkeys((row[2].value, row[3].value) for row in hosted))
    people = list(dict.fromkeys((row[0].value, row[1].value) for row in scholars))
    projects = list(dict.fromkeys((row[3].value, row[4].value) for row in scholars))
    height = TOP + ROW * len(laboratories) + 20
    at = {
        **places([iri for iri, _, _ in laboratories], RIGHT, height),
        **places([iri for iri, _ in universities], MIDDLE, height),
        **places([iri for iri, _ in people], LEFT, height),
        **places([iri for iri, _ in projects], 30, height),
    }
    edges = [(row[2].value, row[0].value) for row in hosted]
    edges += list(dict.fromkeys((row[0].value, row[2].value) for row in scholars))
    edges += [(row[3].value, row[0].value) for row in scholars]
    parts = [
        (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img" '
            'font-family="system-ui, sans-serif" font-size="13">'
        ),
        "<title>State Key Laboratories, universities, scholars and their award-winning projects</title>",
        f'<rect width="{WIDTH}" height="{height}" fill="#ffffff"/>',
        *headings(),
        *(edge(at[a], at[b]) for a, b in edges),
        *(
            node(at[iri], f"{name} (new)" if new else name, "#b3471d" if new else "#1d5a8a")
            for iri, name, new in laboratories
        ),
        *(node(at[iri], name, "#10263d", above=True) for iri, name in universities),
        *(node(at[iri], name, "#3c7a3f") for iri, name in people),
        *(node(at[iri], short(title), "#7a5a10") for iri, title in projects),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def places(names: list[str], x: int, height: int) -> dict[str, tuple[int, int]]:
    """Spread names evenly down a column."""
    step = (height - TOP - 20) / len(names)
    return {name: (x, round(TOP + step * (i + 0.5))) for i, name in enumerate(names)}


def headings() -> list[str]:
    """Name the columns."""
    columns = (
        (30, "project with an award · 獲獎項目"),
        (LEFT, "scholar · 學者"),
        (MIDDLE, "university · 大學"),
        (RIGHT, "State Key Laboratory · 全國重點實驗室"),
    )
    return [f'<text x="{x}" y="34" fill="#5b6b7a">{name}</text>' for x, name in columns]


def edge(start: tuple[int, int], end: tuple[int, int]) -> str:
    """Draw one link as a curve between two columns."""
    (x1, y1), (x2, y2) = sorted((start, end))
    middle = (x1 + x2) // 2
    return (
        f'<path d="M{x1},{y1} C{middle},{y1} {middle},{y2} {x2},{y2}" fill="none" stroke="#9fb3c4" '
        'stroke-width="1.4"/>'
    )


def node(at: tuple[int, int], name: str, colour: str, *, above: bool = False) -> str:
    """Draw one node and its name, on a white ground so that links do not cross it."""
    x, y = at
    dx, dy, anchor, weight = (0, -13, "middle", 600) if above else (10, 4, "start", 400)
    label = escape(name.removeprefix("State Key Laboratory of "))
    return (
        f'<circle cx="{x}" cy="{y}" r="5" fill="{colour}"/>'
        f'<text x="{x + dx}" y="{y + dy}" fill="{colour}" font-weight="{weight}" text-anchor="{anchor}" '
        f'paint-order="stroke" stroke="#ffffff" stroke-width="5">{label}</text>'
    )


def short(title: str) -> str:
    """Cut a long title at a word."""
    limit = 42
    return title if len(title) <= limit else title[:limit].rsplit(" ", 1)[0] + " …"


if __name__ == "__main__":
    main()
