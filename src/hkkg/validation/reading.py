"""From an engine's report to findings, and from quads to what an engine reads."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from hkkg import formats, vocab
from hkkg.checks import Finding, PropertyPath, Severity, Triples
from hkkg.checks.findings import Origin
from hkkg.checks.property_paths import predicate, read
from hkkg.store import BlankNode, CompactQuads, NamedNode, compact, parse_as_named
from hkkg.validation import complaints
from hkkg.validation.marking import original, read_mark
from hkkg.validation.messages import messages, of_literals

if TYPE_CHECKING:
    from collections.abc import Iterable

    from hkkg.store import Quad, Term

_SH: Final = vocab.SH
_SPARQL: Final = _SH + "SPARQLConstraintComponent"
# These components report a path of their own, which is not the shape's.
_OWN_PATH: Final = {_SH + "ClosedConstraintComponent", _SPARQL}


def ntriples(*parts: Iterable[Quad]) -> bytes:
    """Write the quads of some documents as N-Triples, literals as they are written in the source."""
    return b"".join((part if isinstance(part, CompactQuads) else compact(part)).ntriples for part in parts)


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

    component, severity = _iri(value("sourceConstraintComponent")) or "", _iri(value("resultSeverity"))
    shape, focus = original(value("sourceShape")), value("focusNode") or BlankNode()
    texts = report.values(result, _SH + "resultMessage")
    mark = next(filter(None, (read_mark(getattr(text, "value", "")) for text in texts)), None)
    known = {"this": focus, "value": value("value"), "PATH": value("resultPath")}
    return Finding(
        Severity.of_iri(severity or ""),
        focus,
        component,
        _path(report, value("resultPath"), component, shape, shapes),
        value("value"),
        shape.value if isinstance(shape, NamedNode) else None,
        messages(shapes, shape, component, mark, known)
        or complaints.of_component(shapes, shape, component)
        or (complaints.not_met() if mark else of_literals(texts)),
        origin=Origin(severity, shape, mark.holder if mark and component == _SPARQL else None),
    )


def _iri(term: Term | None) -> str | None:
    return term.value if isinstance(term, NamedNode) else None


def _path(
    report: Triples, node: Term | None, component: str | None, shape: Term | None, shapes: Triples
) -> PropertyPath | None:
    if isinstance(node, NamedNode) and component in _OWN_PATH:
        return predicate(node.value)
    own = shapes.value(shape, _SH + "path") if shape is not None else None
    if own is not None:
        return read(shapes, own)
    return read(report, node) if node is not None else None
