"""What a report says of blank nodes of the shapes, which have no name by which to look them up."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hkkg.store import BlankNode, NamedNode, Triple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from hkkg.checks import Finding, Triples
    from hkkg.checks.findings import Origin
    from hkkg.store import Term


def of_findings(findings: Iterable[Finding], shapes: Triples) -> tuple[Triple, ...]:
    """Describe the blank source shapes and constraints of findings."""
    origins = _origins(findings)
    return described(shapes, (node for origin in origins for node in (origin.shape, origin.constraint)))


def _origins(findings: Iterable[Finding]) -> Iterator[Origin]:
    for finding in findings:
        yield finding.origin
        yield from _origins(finding.origin.details)


def described(triples: Triples, nodes: Iterable[Term | None]) -> tuple[Triple, ...]:
    """Return all that is said of the blank nodes, and of the blank nodes in what is said, each once."""
    waiting = [node for node in nodes if isinstance(node, BlankNode)]
    seen: set[BlankNode] = set()
    found: list[Triple] = []
    while waiting:
        node = waiting.pop()
        if node in seen:
            continue
        seen.add(node)
        for predicate, obj in triples.about(node):
            found.append(Triple(node, NamedNode(predicate), obj))
            if isinstance(obj, BlankNode):
                waiting.append(obj)
    return tuple(found)
