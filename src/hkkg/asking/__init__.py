"""Asking in words: a question in any of the three scripts is matched to a stored one and its parameters."""

from __future__ import annotations

from hkkg.asking.asker import LONGEST, OFFERED, Asker
from hkkg.asking.model import Confidence, Link, Match, Scores, Understanding

__all__ = ["LONGEST", "OFFERED", "Asker", "Confidence", "Link", "Match", "Scores", "Understanding"]
