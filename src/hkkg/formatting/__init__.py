"""Turtle in the project's style: comments and spellings are kept, and no triple changes."""

from __future__ import annotations

from hkkg.formatting.document import format_turtle
from hkkg.formatting.files import Formatted, find, format_files, format_text

__all__ = ["Formatted", "find", "format_files", "format_text", "format_turtle"]
