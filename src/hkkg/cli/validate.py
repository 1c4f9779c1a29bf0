"""`hkkg validate`: SHACL shapes and further checks over the packaged graph or one's own files."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from hkkg import formats, validation
from hkkg.cli.exits import FINDINGS, OK
from hkkg.cli.progress import bar
from hkkg.cli.reports import read_files, write_files, write_unjudged, written
from hkkg.errors import HkkgError, InputUnreadableError, OutputError, ParameterError
from hkkg.validation import Severity, engines
from hkkg.validation import baseline as baselines
from hkkg.validation.output import LANGUAGES, WRITERS

if TYPE_CHECKING:
    from hkkg.cli.reports import ReportFile
    from hkkg.validation import Report, Task


class _ShapesTakeMany(click.Command):
    """Lets a shell's glob stand after --shapes, once the data files are named."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Repeat --shapes before each further file that follows it."""
        return super().parse_args(ctx, _repeated(args))


def _repeated(arguments: list[str]) -> list[str]:
    written: list[str] = []
    named = taking = False
    previous = ""
    for argument in arguments:
        option = argument.startswith("-") and argument != "-"
        if option:
            taking = False
        elif previous == "--shapes":
            taking = named
        elif taking:
            written.append("--shapes")
        elif not previous.startswith("--") or "=" in previous or previous == "--update-baseline":
            named = True
        written.append(argument)
        previous = argument if option else ""
    return written


@click.command(name="validate", cls=_ShapesTakeMany)
@click.argument("files", nargs=-1, metavar="[FILE]...")
@click.option(
    "--shapes",
    multiple=True,
    metavar="FILE...",
    help="Use these shapes alone, over the files alone. After the data files it takes every file that "
    "follows; else one, and may be repeated. Without it, the packaged shapes.",
)
@click.option(
    "--input-format",
    type=click.Choice([known.name for known in formats.RDF_FORMATS]),
    help="The format of every FILE. Without it, each file's extension says, and standard input is Turtle.",
)
@click.option(
    "--format",
    "output_format",
    type=click.Choice(list(WRITERS)),
    default="text",
    show_default=True,
    help="How to write the report; turtle is the standard sh:ValidationReport.",
)
@click.option(
    "--report",
    "report_files",
    multiple=True,
    callback=read_files,
    metavar="FORMAT=FILE",
    help="Write the report to a file too, in a format of its own, such as sarif=hkkg.sarif; may be repeated.",
)
@click.option(
    "--engine",
    type=click.Choice([engines.AUTO, *engines.NAMES]),
    default=engines.AUTO,
    show_default=True,
    help="auto takes pyshifty, and pySHACL for each shape that pyshifty is known to misread.",
)
@click.option(
    "--fail-on",
    type=click.Choice([severity.name.lower() for severity in sorted(Severity, reverse=True)]),
    default="violation",
    show_default=True,
    help="The least severity that makes the command end with 1.",
)
@click.option(
    "--baseline",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Findings that this file has do not fail. Those that are fixed are named on standard error.",
)
@click.option(
    "--update-baseline",
    is_flag=True,
    help="Write the baseline anew: what is fixed goes, what is new comes, and the command ends with 0.",
)
@click.option(
    "--lang",
    "language",
    type=click.Choice(LANGUAGES, case_sensitive=False),
    default="en",
    show_default=True,
    help="The language of messages.",
)
def command(  # noqa: PLR0913 - one for each option
    *,
    files: tuple[str, ...],
    shapes: tuple[str, ...],
    input_format: str | None,
    output_format: str,
    report_files: tuple[ReportFile, ...],
    engine: str,
    fail_on: str,
    baseline: Path | None,
    update_baseline: bool,
    language: str,
) -> int:
    """Validate the packaged graph, or FILEs.

    FILEs (RDF files, folders, globs, or - for standard input) are judged as data of the packaged
    graph: they may refer to what it holds, and findings are about them alone. A file that describes the
    same hkkg:SourceGraph as a packaged one takes its place. With --shapes, the packaged graph has no part.
    A file that cannot be read does not keep the others from being checked.

    Ends with 0 if nothing is found, 1 if something is, 2 if an input cannot be used, and 3 if the tool
    fails.
    """
    if update_baseline and baseline is None:
        raise ParameterError("--update-baseline needs a file.", hint="Name it with --baseline FILE.")
    try:
        with bar():
            task = _task(files, shapes, input_format)
            report = validation.judge(task, engine)
    except HkkgError as problem:
        write_unjudged(problem, output_format, report_files, language)
    if baseline is not None:
        report = _beside(baseline, report, task, update=update_baseline)
    click.echo(written(report, output_format, language))
    validation.refuse([*report.problems, *write_files(report, report_files, language)])
    return FINDINGS if report.fails(Severity[fail_on.upper()]) else OK


def _task(files: tuple[str, ...], shapes: tuple[str, ...], input_format: str | None) -> Task:
    source_format = formats.by_name(input_format, formats.RDF_FORMATS) if input_format else None
    if shapes:
        return validation.alone(files, shapes, source_format)
    return validation.beside_packaged(files, source_format) if files else validation.packaged()


def _entries(path: Path, *, update: bool) -> tuple[baselines.Entry, ...]:
    return () if update and not path.exists() else baselines.read(path)


def _beside(path: Path, report: Report, task: Task, *, update: bool) -> Report:
    """Compare with a baseline; one that cannot be read is a problem beside what was found, and stays."""
    try:
        entries = _entries(path, update=update)
    except InputUnreadableError as problem:
        return _with(problem, report)
    return _compared(report, task, path, entries, update=update)


def _with(problem: HkkgError, report: Report) -> Report:
    return replace(report, problems=(*report.problems, problem))


def _compared(
    report: Report, task: Task, path: Path, entries: tuple[baselines.Entry, ...], *, update: bool
) -> Report:
    sources = [document.source for document, _ in (*task.documents, *task.shapes)]
    comparison = baselines.compare(report, entries, path, sources)
    if report.problems:  # what was not judged is not fixed
        return comparison.report
    for entry in comparison.fixed:
        click.echo(f"fixed: {entry.file + ': ' if entry.file else ''}{entry.text}", err=True)
    if update:
        try:
            return baselines.write(comparison, path)
        except OutputError as problem:
            return _with(problem, comparison.report)
    if comparison.fixed:
        click.echo("Take what is fixed out of the baseline with --update-baseline.", err=True)
    return comparison.report
