"""What the tools answer, as JSON that is short to read: CURIEs for IRIs, texts, and passages to cite."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hkkg import vocab
from hkkg.store import Literal, NamedNode, term_text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from hkkg.describing import Block, Description
    from hkkg.evidence import PassageBehind
    from hkkg.store import Quad, Term, Triple

Names = dict[str, dict[str, str]]


def statements(description: Description, language: str) -> dict[str, Any]:
    """Write a description."""
    names = description.names
    incoming = description.incoming
    records = [_block(record, names, language) for record in incoming.records]
    others = [
        {"subject": _named(link.subject, names, language), "statements": _stated(link.quads, names, language)}
        for link in incoming.links
        if link.record is None
    ]
    return {
        "id": vocab.curie(description.iri),
        "names": names.get(description.iri, {}),
        "statements": _stated(description.own.quads, names, language),
        "records": records,
        "mentions": others,
        "page": incoming.page,
        "last_page": incoming.last_page,
        "passages": [_block(block, names, language) for block in description.passages],
    }


def _block(block: Block, names: Names, language: str) -> dict[str, Any]:
    return {
        "id": vocab.curie(block.subject.value) if isinstance(block.subject, NamedNode) else None,
        "statements": _stated(block.quads, names, language),
    }


def _stated(quads: Sequence[Quad], names: Names, language: str) -> list[str]:
    """Write statements as lines: property, value, and who says so."""
    lines = []
    for quad in quads:
        graph = quad.graph_name
        said_by = f"  [{graph.value.removeprefix(vocab.GRAPH)}]" if isinstance(graph, NamedNode) else ""
        lines.append(f"{vocab.curie(quad.predicate.value)} {_named(quad.object, names, language)}{said_by}")
    return list(dict.fromkeys(lines))


def _named(term: Term, names: Names, language: str) -> str:
    if isinstance(term, NamedNode):
        name = _name(names.get(term.value, {}), language)
        return f"{vocab.curie(term.value)} ({name})" if name else vocab.curie(term.value)
    if isinstance(term, Literal) and term.language:
        return f'"{term.value}"@{vocab.canonical_tag(term.language)}'
    return term_text(term)


def _name(names: Mapping[str, str], language: str) -> str:
    return names.get(vocab.nearest(names, language) or "", "")


def rows(
    variables: Sequence[str],
    found: Sequence[Sequence[Term | None]],
    total: int,
    names: Names,
    language: str,
) -> dict[str, Any]:
    """Write the rows of a table, with what its things are called."""
    written = [
        {name: term_text(term) for name, term in zip(variables, row, strict=True) if term is not None}
        for row in found
    ]
    called = {vocab.curie(iri): _name(each, language) for iri, each in sorted(names.items())}
    return {"total": total, "is_cut": total > len(found), "rows": written, "names": called}


def triples(found: Sequence[Triple], total: int) -> dict[str, Any]:
    """Write triples."""
    lines = [
        " ".join((term_text(triple.subject), vocab.curie(triple.predicate.value), term_text(triple.object)))
        for triple in found
    ]
    return {"total": total, "is_cut": total > len(found), "triples": lines}


def passage(found: PassageBehind) -> dict[str, Any]:
    """Write a passage so that it can be cited."""
    return {
        "id": vocab.curie(found.iri),
        "source": vocab.curie(found.source) if found.source else None,
        "characters": [found.start, found.end],
        "key_words": list(found.key_words),
        "states": [vocab.curie(iri) for iri in found.states],
    }
