"""`hkkg validate`: SHACL shapes and further checks over the packaged graph or one's own files."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import click

from hkkg import validation
from hkkg.cli.exits import FINDINGS, OK
from hkkg.validation import Severity, engines

if TYPE_CHECKING:
    from collections.abc import Callable

    from hkkg.validation import Report, Task

_WRITERS: Final[dict[str, Callable[[Report], str]]] = {
    "text": lambda report: report.to_text(),
    "turtle": lambda report: report.to_turtle().decode().rstrip(),
    "json": lambda report: report.to_json(),
}


@click.command(name="validate")
@click.argument("files", nargs=-1, metavar="[FILE]...")
@click.option(
    "--shapes",
    multiple=True,
    metavar="FILE",
    help="Use these shapes alone, over the files alone. May be repeated. Without it, the packaged shapes.",
)
@click.option(
    "--format",
    "output_format",
    type=click.Choice(list(_WRITERS)),
    default="text",
    show_default=True,
    help="How to write the report; turtle is the standard sh:ValidationReport.",
)
@click.option(
    "--engine",
    type=click.Choice([engines.AUTO, *engines.NAMES]),
    default=engines.AUTO,
    show_default=True,
    help="auto takes pyshifty, or pySHACL for shapes that pyshifty is known to misread.",
)
@click.option(
    "--fail-on",
    type=click.Choice([severity.name.lower() for severity in sorted(Severity, reverse=True)]),
    default="violation",
    show_default=True,
    help="The least severity that makes the command end with 1.",
)
def command(
    files: tuple[str, ...], shapes: tuple[str, ...], output_format: str, engine: str, fail_on: str
) -> int:
    """Validate the packaged graph, or FILEs.

    FILEs (RDF files, folders, or - for Turtle on standard input) are judged as data of the packaged
    graph: they may refer to what it holds, and findings are about them alone. A file that describes the
    same hkkg:SourceGraph as a packaged one takes its place. With --shapes, neither the packaged graph
    nor hkkg's further checks have a part.

    Ends with 0 if nothing is found, 1 if something is, 2 if an input cannot be used, and 3 if the tool
    fails.
    """
    report = validation.run(_task(files, shapes), engine)
    click.echo(_WRITERS[output_format](report))
    return FINDINGS if report.fails(Severity[fail_on.upper()]) else OK


def _task(files: tuple[str, ...], shapes: tuple[str, ...]) -> Task:
    if shapes:
        return validation.alone(files, shapes)
    return validation.beside_packaged(files) if files else validation.packaged()
