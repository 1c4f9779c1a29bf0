"""The standard `sh:ValidationReport`."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hkkg.validation.report import Report


def write(report: Report, language: str = "en") -> str:  # noqa: ARG001 - it holds every language
    """Write the report as Turtle, its messages in every language."""
    return report.to_turtle().decode().rstrip()
