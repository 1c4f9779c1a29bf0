"""A difference as text for people, as Turtle, as RDF Patch and as JSON."""

from __future__ import annotations

import json
from collections import defaultdict
from typing import TYPE_CHECKING, Final

from hkkg import vocab
from hkkg.comparing.terms import Writer, with_usual_tag
from hkkg.formatting import format_turtle
from hkkg.store import BlankNode, DefaultGraph, Literal, NamedNode

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from hkkg.comparing.difference import Difference
    from hkkg.store import Quad, Term

_REMOVED: Final = "−"
_ADDED: Final = "+"
_LONGEST_LABEL: Final = 60


def to_text(difference: Difference, prefixes: Mapping[str, str], labels: Mapping[str, str]) -> str:
    """Write a difference for people: a group for each subject, a line for each statement.

    Args:
        difference: what to write.
        prefixes: prefixes beside the usual ones.
        labels: names of IRIs, shown beside them.
    """
    writers = {
        _REMOVED: (Writer(difference.removed, prefixes), difference.removed),
        _ADDED: (Writer(difference.added, prefixes), difference.added),
    }
    groups: dict[str, list[tuple[str, bool, str]]] = defaultdict(list)
    for mark, (writer, quads) in writers.items():
        for quad in quads:
            if writer.is_subject(quad):
                line = f"{mark} {_labelled(writer.statement(quad), quad.object, labels)}"
                head = _labelled(writer.text(quad.subject), quad.subject, labels)
                if isinstance(quad.graph_name, NamedNode):
                    head += f" in {writer.name(quad.graph_name.value)}"
                groups[head].append((writer.statement(quad).split(" ", 1)[0], mark == _ADDED, line))
    lines: list[str] = []
    for head in sorted(groups):
        lines += [head, *(f"  {line}" for _, _, line in sorted(groups[head], key=_order)), ""]
    return "\n".join([*lines, _counts(difference)])


def _order(entry: tuple[str, bool, str]) -> tuple[bool, str, bool, str]:
    predicate, added, line = entry
    return predicate != "a", predicate, added, line


def _labelled(text: str, term: Term, labels: Mapping[str, str]) -> str:
    label = labels.get(term.value) if isinstance(term, NamedNode) else None
    if label and len(label) > _LONGEST_LABEL:
        label = f"{label[:_LONGEST_LABEL]}…"
    return f"{text} ({label})" if label else text


def _counts(difference: Difference) -> str:
    return f"{len(difference.removed)} removed, {len(difference.added)} added"


def to_turtle(difference: Difference, prefixes: Mapping[str, str]) -> str:
    """Write what was removed and what was added, as two Turtle documents, one after the other."""
    parts = [
        f"# {name}: {len(quads)}\n\n{turtle(quads, prefixes)}"
        for name, quads in (("removed", difference.removed), ("added", difference.added))
    ]
    return "\n".join(parts)


def turtle(quads: Iterable[Quad], prefixes: Mapping[str, str]) -> str:
    """Write quads as Turtle in the project's style; graphs' names are left out."""
    quads = list(quads)
    if not quads:
        return ""
    writer = Writer(quads, prefixes)
    said = (f"{writer.text(q.subject)} {writer.statement(q)} ." for q in quads if writer.is_subject(q))
    header = [f"@prefix {prefix}: <{iri}> ." for prefix, iri in writer.prefixes.items()]
    return format_turtle("\n".join([*header, *sorted(said)]), "the difference")


def to_patch(difference: Difference) -> str:
    """Write an RDF Patch, whose blank nodes are named anew."""
    rows = [
        *(f"D {_row(quad)} ." for quad in difference.removed),
        *(f"A {_row(quad)} ." for quad in difference.added),
    ]
    return "\n".join(["TX .", *rows, "TC ."])


def _row(quad: Quad) -> str:
    terms = [quad.subject, quad.predicate, quad.object]
    named = [] if isinstance(quad.graph_name, DefaultGraph) else [quad.graph_name]
    return " ".join(with_usual_tag(term) for term in [*terms, *named])


def to_json(difference: Difference, labels: Mapping[str, str]) -> str:
    """Write a difference as JSON, each term as in SPARQL's JSON results, with the labels of the IRIs."""
    used = {
        t.value
        for q in (*difference.removed, *difference.added)
        for t in (q.subject, q.predicate, q.object)
        if isinstance(t, NamedNode)
    }
    document = {
        "same": not difference,
        "removed": [_quad(quad) for quad in difference.removed],
        "added": [_quad(quad) for quad in difference.added],
        "labels": {iri: labels[iri] for iri in sorted(used) if iri in labels},
    }
    return json.dumps(document, ensure_ascii=False, indent=2)


def _quad(quad: Quad) -> dict[str, dict[str, str]]:
    parts = {"subject": quad.subject, "predicate": quad.predicate, "object": quad.object}
    if isinstance(quad.graph_name, NamedNode):
        parts["graph"] = quad.graph_name
    return {name: _term(part) for name, part in parts.items()}


def _term(term: Term) -> dict[str, str]:
    if isinstance(term, BlankNode):
        return {"type": "bnode", "value": term.value}
    if isinstance(term, Literal) and term.language:
        return {"type": "literal", "value": term.value, "xml:lang": vocab.canonical_tag(term.language)}
    if isinstance(term, Literal):
        return {"type": "literal", "value": term.value, "datatype": term.datatype.value}
    return {"type": "uri", "value": str(term).strip("<>")}
