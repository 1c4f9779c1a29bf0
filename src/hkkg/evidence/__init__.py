"""Evidence: passages of sources, and whether what the graph states can be read in them.

The check works on what is stated, never on what reasoning adds: an inferred party would vouch for itself.
"""

from __future__ import annotations

from hkkg.evidence.behind import PassageBehind, passages_behind
from hkkg.evidence.check import Checker, Counts, Report, check, read_statements
from hkkg.evidence.cite import Citation, Wish, cite, passage_block
from hkkg.evidence.findings import Finding, Problem, locate
from hkkg.evidence.show import Showing, show
from hkkg.evidence.source import SourceText, read_source
from hkkg.evidence.statements import Statements

__all__ = [
    "Checker",
    "Citation",
    "Counts",
    "Finding",
    "PassageBehind",
    "Problem",
    "Report",
    "Showing",
    "SourceText",
    "Statements",
    "Wish",
    "check",
    "cite",
    "locate",
    "passage_block",
    "passages_behind",
    "read_source",
    "read_statements",
    "show",
]
