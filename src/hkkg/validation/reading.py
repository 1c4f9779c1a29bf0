"""From an engine's report to findings, and from quads to what an engine reads."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from hkkg import formats, vocab
from hkkg.checks import Finding, PropertyPath, Severity, Triples
from hkkg.checks.findings import Origin, language_tag
from hkkg.checks.property_paths import predicate, read
from hkkg.store import BlankNode, CompactQuads, Literal, NamedNode, compact, parse_as_named

if TYPE_CHECKING:
    from collections.abc import Iterable

    from hkkg.store import Quad, Term

_SH: Final = vocab.SH
_NAMED: Final = "urn:hkkg:shape:"
# These components report a path of their own, which is not the shape's.
_OWN_PATH: Final = {_SH + "ClosedConstraintComponent", _SH + "SPARQLConstraintComponent"}


def ntriples(*parts: Iterable[Quad]) -> bytes:
    """Write the quads of some documents as N-Triples, literals as they are written in the source."""
    return b"".join((part if isinstance(part, CompactQuads) else compact(part)).ntriples for part in parts)


def shapes_ntriples(quads: Iterable[Quad]) -> bytes:
    """Write shapes as N-Triples, with an IRI for each blank property shape.

    Engines give a blank shape another label in their reports, and pyshifty leaves out a complex path; by
    its IRI the shape and its path are found again.
    """
    quads = list(quads)
    with_path = {q.subject for q in quads if q.predicate.value == _SH + "path"}

    def name(term: Term) -> Term:
        return NamedNode(_NAMED + term.value) if isinstance(term, BlankNode) and term in with_path else term

    return "".join(f"{name(q.subject)} {q.predicate} {name(q.object)} .\n" for q in quads).encode()


def findings(report: bytes, shapes: Triples) -> list[Finding]:
    """Read the results of a validation report."""
    # A blank focus node is found again in the data by its label.
    quads = parse_as_named(report, formats.NTRIPLES, source="validation report")
    triples = Triples(quads)
    found: dict[Finding, Finding] = {}
    for _, result in triples.pairs(_SH + "result"):
        finding = _finding(triples, result, shapes)
        if _is_mistaken(finding, shapes):
            continue
        before = found.get(finding)
        if before is not None:
            finding = replace(before, origin=replace(before.origin, times=before.origin.times + 1))
        found[finding] = finding
    # A dictionary keeps the key that came first, which has not been counted.
    return list(found.values())


def _is_mistaken(finding: Finding, shapes: Triples) -> bool:
    """Tell whether both engines take `"1"^^xsd:boolean` for `true`, which alone sh:uniqueLang heeds."""
    if finding.component != _SH + "UniqueLangConstraintComponent" or finding.origin.shape is None:
        return False
    flags = shapes.values(finding.origin.shape, _SH + "uniqueLang")
    return bool(flags) and all(getattr(flag, "value", "") != "true" for flag in flags)


def _finding(report: Triples, result: Term, shapes: Triples) -> Finding:
    def value(name: str) -> Term | None:
        return report.value(result, _SH + name)

    component, severity = _iri(value("sourceConstraintComponent")), _iri(value("resultSeverity"))
    shape = _shape(value("sourceShape"))
    focus = value("focusNode")
    return Finding(
        Severity.of_iri(severity or ""),
        focus if focus is not None else BlankNode(),
        component or "",
        _path(report, value("resultPath"), component, shape, shapes),
        value("value"),
        shape.value if isinstance(shape, NamedNode) else None,
        _own_messages(shape, shapes) or _messages(report.values(result, _SH + "resultMessage")),
        origin=Origin(severity, shape, value("sourceConstraint")),
    )


def _iri(term: Term | None) -> str | None:
    return term.value if isinstance(term, NamedNode) else None


def _shape(term: Term | None) -> Term | None:
    """Undo the naming of a blank shape."""
    if isinstance(term, NamedNode) and term.value.startswith(_NAMED):
        return BlankNode(term.value.removeprefix(_NAMED))
    return term


def _path(
    report: Triples, node: Term | None, component: str | None, shape: Term | None, shapes: Triples
) -> PropertyPath | None:
    if isinstance(node, NamedNode) and component in _OWN_PATH:
        return predicate(node.value)
    own = shapes.value(shape, _SH + "path") if shape is not None else None
    if own is not None:
        return read(shapes, own)
    return read(report, node) if node is not None else None


def _own_messages(shape: Term | None, shapes: Triples) -> tuple[tuple[str, str], ...]:
    """Read the messages from the shape, since pySHACL reports only one of a SPARQL constraint's.

    A message with variables in it is one that only the engine can fill in.
    """
    if shape is None:
        return ()
    constraints = shapes.values(shape, _SH + "sparql")
    holders = [shape, *(constraints if len(constraints) == 1 else [])]
    texts = [text for holder in holders for text in shapes.values(holder, _SH + "message")]
    return () if any("{" in getattr(text, "value", "") for text in texts) else _messages(texts)


def _messages(texts: list[Term]) -> tuple[tuple[str, str], ...]:
    return tuple(sorted((language_tag(t.language or ""), t.value) for t in texts if isinstance(t, Literal)))
