"""A digest of each finding that stays the same when other lines of its file change."""

from __future__ import annotations

import hashlib
from collections import Counter
from typing import TYPE_CHECKING

from hkkg.store import BlankNode

if TYPE_CHECKING:
    from collections.abc import Iterable

    from hkkg.checks import Finding
    from hkkg.store import Term


def fingerprints(findings: Iterable[Finding]) -> list[str]:
    """Give each finding a fingerprint of its own; equal findings are told apart by their order."""
    seen: Counter[str] = Counter()
    found = []
    for finding in findings:
        own = digest(finding)
        seen[own] += 1
        found.append(own if seen[own] == 1 else f"{own}-{seen[own]}")
    return found


def digest(finding: Finding) -> str:
    """Digest what a finding is about, without line numbers, labels of blank nodes or its wording."""
    parts = [
        finding.component,
        finding.shape or "",
        str(finding.path or ""),
        _name(finding.focus, finding.anchor),
        _name(finding.value, "[]") if finding.value is not None else "",
    ]
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:32]


def _name(term: Term, anchor: str) -> str:
    return anchor if isinstance(term, BlankNode) else str(term)
