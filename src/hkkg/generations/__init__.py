"""Committed states of a store: each is whole, has a number, and follows from the one before by one change."""

from __future__ import annotations

from hkkg.generations.directory import Directory
from hkkg.generations.opening import Opened, open_generation
from hkkg.generations.patches import read_patch, write_patch
from hkkg.generations.updates import DEFAULT, INFERRED, Write

__all__ = [
    "DEFAULT",
    "INFERRED",
    "Directory",
    "Opened",
    "Write",
    "open_generation",
    "read_patch",
    "write_patch",
]
