"""Comparing two graphs by what they say."""

from __future__ import annotations

from hkkg.comparing.difference import Difference, difference
from hkkg.comparing.labels import labels
from hkkg.comparing.sources import Side, read_revisions, read_side
from hkkg.comparing.writers import to_json, to_patch, to_text, to_turtle, turtle

__all__ = [
    "Difference",
    "Side",
    "difference",
    "labels",
    "read_revisions",
    "read_side",
    "to_json",
    "to_patch",
    "to_text",
    "to_turtle",
    "turtle",
]
