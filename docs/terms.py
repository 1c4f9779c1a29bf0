"""Write docs/terms.md, the index of the ontology's terms: `make docs`."""

from __future__ import annotations

from pathlib import Path

from hkkg import catalog, loading, vocab
from hkkg.catalog import Kind

PAGE = Path(__file__).with_name("terms.md")
HEAD = """# The terms of the hkkg ontology

Written by `make docs` from the files in `ontology/`; change those, not this page.
The namespace is `https://w3id.org/hkkg/ontology#`.
"""
TERMS = """
SELECT ?module ?kind ?term ?en ?zh ?definition ?definitionZh
  (GROUP_CONCAT(DISTINCT ?superName; separator=" ") AS ?above)
  (SAMPLE(?domainName) AS ?of) (SAMPLE(?rangeName) AS ?to)
WHERE {
  GRAPH ?module {
    ?term a ?kind ; rdfs:label ?en, ?zh ; skos:definition ?definition, ?definitionZh .
    FILTER(lang(?en) = "en" && langMatches(lang(?zh), "zh-Hant"))
    FILTER(lang(?definition) = "en" && langMatches(lang(?definitionZh), "zh-Hant"))
    FILTER(?kind IN (owl:Class, owl:ObjectProperty, owl:DatatypeProperty, owl:AnnotationProperty))
    FILTER(STRSTARTS(STR(?term), STR(hkkg:)))
    OPTIONAL {
      ?term rdfs:subClassOf|rdfs:subPropertyOf ?super
      FILTER(STRSTARTS(STR(?super), STR(hkkg:)))
      BIND(STRAFTER(STR(?super), "#") AS ?superName)
    }
    OPTIONAL { ?term rdfs:domain ?domain BIND(STRAFTER(STR(?domain), "#") AS ?domainName) }
    OPTIONAL { ?term rdfs:range ?range BIND(STRAFTER(STR(?range), "#") AS ?rangeName) }
  }
}
GROUP BY ?module ?kind ?term ?en ?zh ?definition ?definitionZh
ORDER BY ?module ?kind ?term
"""


def main() -> None:
    """Write the page."""
    PAGE.write_text(page(), encoding="utf-8")


def page() -> str:
    """Compose the page: a section for each module, classes before properties."""
    store = loading.load_packaged(catalog.of_kind(Kind.ONTOLOGY))
    rows = store.query(vocab.prefix_header() + TERMS).table().rows
    parts = [HEAD]
    for module in sorted({str(row[0].value) for row in rows}):
        name = module.rsplit("/", 1)[-1]
        parts.append(f"\n## {name}\n\n| term | label | what it is |\n|---|---|---|\n")
        parts += [line(row) for row in rows if row[0].value == module]
    return "".join(parts)


def line(row: tuple) -> str:
    """Write one term as a row of the table."""
    _, _, term, en, zh, definition, definition_zh, above, of, to = (t.value if t else "" for t in row)
    local = term.rsplit("#", 1)[-1]
    relations = []
    if above:
        relations.append("below " + ", ".join(f"`{name}`" for name in sorted(above.split())))
    if of or to:
        relations.append(f"`{of or '…'}` → `{to or '…'}`")
    extra = f" <br>{'; '.join(relations)}" if relations else ""
    return f"| `hkkg:{local}` | {en} · {zh} | {definition} {definition_zh}{extra} |\n"


if __name__ == "__main__":
    main()
