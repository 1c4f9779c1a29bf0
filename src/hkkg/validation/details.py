"""Why a value does not conform to another shape: the `sh:detail` of a result (SHACL, 3.6.2.7)."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from hkkg import vocab
from hkkg.store import BlankNode, DefaultGraph, NamedNode, Quad

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from hkkg.checks import Finding, Triples
    from hkkg.store import Term

    Pair = tuple[Term, Term]
    Ask = Callable[[bytes, list[Quad]], list[Finding]]

_SH: Final = vocab.SH
_LISTS: Final = {_SH + "AndConstraintComponent": "and", _SH + "OrConstraintComponent": "or"}
_NODE: Final = _SH + "NodeConstraintComponent"
_EXPLAINED: Final = "urn:hkkg:explained:"
_TARGET: Final = NamedNode(_SH + "targetObjectsOf")
_DEEPEST: Final = 16


def explained(findings: list[Finding], shapes: Triples, ask: Ask) -> list[Finding]:
    """Return findings with what is wrong by the shapes that sh:node, sh:and and sh:or name, in their details.

    Args:
        findings: the results of an engine.
        shapes: the shapes.
        ask: judges again, by shapes whose targets are the given quads alone, over the data and further
            N-Triples.
    """
    found: dict[Pair, list[Finding]] = {}
    waiting = _pairs(findings, shapes)
    for _ in range(_DEEPEST):
        fresh = [pair for pair in waiting if pair not in found]
        if not fresh:
            break
        found |= _judged(fresh, shapes, ask)
        waiting = _pairs((result for pair in fresh for result in found[pair]), shapes)
    return [_with_details(finding, found, shapes) for finding in findings]


def _pairs(findings: Iterable[Finding], shapes: Triples) -> list[Pair]:
    return list(dict.fromkeys(pair for finding in findings for pair in _of(finding, shapes)))


def _of(finding: Finding, shapes: Triples) -> Iterator[Pair]:
    """Yield the value of a finding with each shape that it ought to conform to."""
    shape, value = finding.origin.shape, finding.value
    if shape is None or value is None:
        return
    if finding.component == _NODE:
        yield from ((value, node) for node in shapes.values(shape, _SH + "node"))
    for head in shapes.values(shape, _SH + _LISTS.get(finding.component, "")):
        yield from ((value, node) for node in shapes.members(head))


def _judged(pairs: list[Pair], shapes: Triples, ask: Ask) -> dict[Pair, list[Finding]]:
    nodes = {node: f"{_EXPLAINED}{number}" for number, node in enumerate(dict.fromkeys(n for _, n in pairs))}
    data = "".join(f"<{_EXPLAINED}> <{nodes[node]}> {value} .\n" for value, node in pairs)
    targets = [
        Quad(node, _TARGET, NamedNode(iri), DefaultGraph())
        for node, iri in nodes.items()
        if isinstance(node, NamedNode | BlankNode)
    ]
    results = ask(data.encode(), targets)
    return {(value, node): _results(results, value, node, shapes) for value, node in pairs}


def _results(results: list[Finding], value: Term, node: Term, shapes: Triples) -> list[Finding]:
    own = {node, *shapes.values(node, _SH + "property")}
    return [result for result in results if result.focus == value and result.origin.shape in own]


def _with_details(finding: Finding, found: dict[Pair, list[Finding]], shapes: Triples) -> Finding:
    details = tuple(
        _with_details(result, found, shapes)
        for pair in _of(finding, shapes)
        for result in found.get(pair, ())
    )
    return replace(finding, origin=replace(finding.origin, details=details)) if details else finding
