"""Asking in words: a question in any of the three scripts is matched to a stored one and its parameters."""

from __future__ import annotations

from hkkg.asking.asker import LONGEST, OFFERED, Asker, prepare
from hkkg.asking.model import Confidence, Link, Match, Scores, Understanding
from hkkg.asking.report import Given, Report, Reported, report

__all__ = [
    "LONGEST",
    "OFFERED",
    "Asker",
    "Confidence",
    "Given",
    "Link",
    "Match",
    "Report",
    "Reported",
    "Scores",
    "Understanding",
    "prepare",
    "report",
]
