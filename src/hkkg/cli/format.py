"""`hkkg format`: write Turtle in the project's style."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from hkkg import catalog, exporting, formatting, loading
from hkkg.cli.exits import FINDINGS, OK
from hkkg.errors import HkkgError, ManyProblemsError, Place

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hkkg.formatting import Formatted


@click.command(name="format")
@click.argument("files", nargs=-1, metavar="[FILE|FOLDER|-]...")
@click.option(
    "--check", is_flag=True, help="Write nothing; name the files that would change, and end with 1."
)
@click.option("--diff", is_flag=True, help="Write nothing; show what would change, and end with 1.")
def command(files: tuple[str, ...], *, check: bool, diff: bool) -> int:
    """Write Turtle FILEs in the project's style, in place; without any, those of the packaged graph.

    A folder means every .ttl file below it, hidden folders left out. With - alone, standard input is
    formatted to standard output.

    Prefixes are sorted and unused ones dropped; each subject has one block and each triple one line;
    predicates and languages are sorted. Comments stay where they belong, terms as they are written, and
    the blocks in their order, the one about the document first. A file is replaced whole or not at all, and
    only if the formatted text says the same.

    Ends with 0, with 1 if --check or --diff finds a file that would change, and with 2 if a file cannot
    be read; the others are formatted all the same.
    """
    dry = check or diff
    if "-" in files:
        return _standard_input(files, check=check, diff=diff)
    paths, problems = formatting.find(files)
    if not files:
        paths = [file.path for file in catalog.packaged()]
    changed, unchanged = 0, 0
    for outcome in formatting.format_files(paths):
        try:
            if isinstance(outcome, HkkgError):
                raise outcome
            if outcome.changed and not dry:
                exporting.write_file(outcome.after.encode(), Path(outcome.source))
        except HkkgError as error:
            problems.append(error)
            continue
        changed += outcome.changed
        unchanged += not outcome.changed
        _show(outcome, check=check, diff=diff)
    click.echo(_summary(changed, unchanged, dry=dry), err=True)
    if problems:
        raise problems[0] if len(problems) == 1 else ManyProblemsError(problems)
    return FINDINGS if changed and dry else OK


def _standard_input(files: Sequence[str], *, check: bool, diff: bool) -> int:
    if len(files) > 1:
        raise click.UsageError("- is standard input alone; name no file beside it.")
    document = loading.read_standard_input()
    text = loading.decode(document.data, Place(document.source))
    outcome = formatting.format_text(text, document.source)
    if not check and not diff:
        click.echo(outcome.after, nl=False)
        return OK
    _show(outcome, check=check, diff=diff)
    return FINDINGS if outcome.changed else OK


def _show(outcome: Formatted, *, check: bool, diff: bool) -> None:
    if outcome.changed and diff:
        click.echo(outcome.diff(), nl=False)
    elif outcome.changed:
        click.echo(f"{outcome.source} would change" if check else f"{outcome.source} formatted")


def _summary(changed: int, unchanged: int, *, dry: bool) -> str:
    verb = "would change" if dry else "formatted"
    return f"{changed} file{'' if changed == 1 else 's'} {verb}, {unchanged} as they should be"
