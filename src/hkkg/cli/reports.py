"""The report of a validation: on standard output, and in further formats in files."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import click

from hkkg import exporting, validation
from hkkg.errors import OutputError
from hkkg.validation import Report
from hkkg.validation.output import WRITERS
from hkkg.validation.output.text import write_coloured

if TYPE_CHECKING:
    from collections.abc import Iterable

    from hkkg.errors import HkkgError


@dataclass(frozen=True, slots=True)
class ReportFile:
    """A file that a report is written to, and the name of its format."""

    format: str
    path: Path


def read_files(
    ctx: click.Context,  # noqa: ARG001 - click's signature
    param: click.Parameter,  # noqa: ARG001 - click's signature
    values: tuple[str, ...],
) -> tuple[ReportFile, ...]:
    """Read FORMAT=FILE, once for each file.

    Raises:
        click.BadParameter: there is no such format, or no file.
    """
    return tuple(_read_file(value) for value in values)


def _read_file(value: str) -> ReportFile:
    name, _, path = value.partition("=")
    if name not in WRITERS or not path:
        raise click.BadParameter(f"{value!r} is not FORMAT=FILE, with one of {', '.join(WRITERS)}.")
    return ReportFile(name, Path(path))


def write_files(report: Report, files: Iterable[ReportFile], language: str) -> list[OutputError]:
    """Write a report to files, each whole or not at all; return what is wrong with those that cannot be."""
    written_files = (_write(report, file, language) for file in files)
    return [problem for problem in written_files if problem is not None]


def _write(report: Report, file: ReportFile, language: str) -> OutputError | None:
    text = WRITERS[file.format].write(report, language)
    try:
        exporting.write_file(f"{text}\n".encode(), file.path)
    except OutputError as problem:
        return problem
    return None


def write_unjudged(
    problem: HkkgError, output_format: str, files: Iterable[ReportFile], language: str
) -> NoReturn:
    """Tell programs what kept everything from being judged, and raise it.

    Raises:
        HkkgError: the problem, and what is wrong with files that cannot be written.
    """
    report = Report.of_problem(problem)
    if WRITERS[output_format].tells_problems:
        click.echo(written(report, output_format, language))
    validation.refuse([problem, *write_files(report, files, language)])
    raise problem


def written(report: Report, output_format: str, language: str) -> str:
    """Write a report for standard output, in colour if that is a terminal."""
    if output_format == "text" and _in_colour():
        return write_coloured(report, language)
    return WRITERS[output_format].write(report, language)


def _in_colour() -> bool:
    """Colour is for a terminal, unless NO_COLOR is set to anything (no-color.org)."""
    if sys.stdout is None or not sys.stdout.isatty():  # Python has none where a shell closed it
        return False
    return not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
