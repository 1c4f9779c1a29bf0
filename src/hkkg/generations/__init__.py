"""Committed states of a store: each is whole, has a number, and follows from the one before by one change."""

from __future__ import annotations

from hkkg.generations.directory import Directory
from hkkg.generations.management import DEFAULT
from hkkg.generations.opening import Opened, open_generation
from hkkg.generations.patches import read_patch, write_patch
from hkkg.generations.updates import Write

__all__ = [
    "DEFAULT",
    "Directory",
    "Opened",
    "Write",
    "open_generation",
    "read_patch",
    "write_patch",
]
