"""`hkkg diff`: compare two graphs by what they say."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

import click

from hkkg import comparing
from hkkg.cli import options
from hkkg.cli.exits import FINDINGS, OK

if TYPE_CHECKING:
    from hkkg.comparing import Side

_COLOURS = {"  −": "red", "  +": "green"}


@click.command(name="diff")
@click.argument("old", required=False)
@click.argument("new", required=False)
@click.option(
    "--rev", metavar="OLD[..NEW]", help="Compare the packaged data and ontology at two git revisions."
)
@options.output(
    *("text", "turtle", "removed", "added", "patch", "json"),
    explained="turtle is two Turtle documents, removed and added are one of them, patch is RDF Patch.",
)
@click.option("--language", default="en", show_default=True, help="The language of the labels beside IRIs.")
def command(old: str | None, new: str | None, rev: str | None, output: str, language: str) -> int:
    """Compare two graphs, OLD and NEW, by what they say.

    Each is an RDF file, a folder, or either of a git revision: REV:PATH, counted from the top of the
    repository, or REV:./PATH from here. The RDF files of a folder are taken together. Order, prefixes and
    the names of blank nodes do not count; how a number is spelt does.

    With --rev OLD..NEW, the packaged data and ontology are compared at two revisions, with --rev OLD as
    they were then and as they are now.

    Ends with 0 if both say the same, with 1 if not, and with 2 if one cannot be read.
    """
    before, after = _sides(old, new, rev)
    difference = comparing.difference(before.quads, after.quads)
    prefixes = {**before.prefixes, **after.prefixes}
    if output in {"text", "json"}:
        wanted = (*difference.removed, *difference.added)
        labels = comparing.labels(wanted, chain(after.quads, before.quads), language)
        if output == "json":
            click.echo(comparing.to_json(difference, labels))
        else:
            _echo(comparing.to_text(difference, prefixes, labels))
    elif output == "turtle":
        click.echo(comparing.to_turtle(difference, prefixes), nl=False)
    elif output == "patch":
        click.echo(comparing.to_patch(difference))
    else:
        quads = difference.removed if output == "removed" else difference.added
        click.echo(comparing.turtle(quads, prefixes), nl=False)
    return FINDINGS if difference else OK


def _sides(old: str | None, new: str | None, rev: str | None) -> tuple[Side, Side]:
    if rev is not None and old is None:
        return comparing.read_revisions(rev)
    if rev is not None:
        raise click.UsageError("--rev compares the packaged folders; name no OLD and NEW beside it.")
    if old is None or new is None:
        raise click.UsageError("name two graphs, OLD and NEW, or use --rev OLD..NEW.")
    return comparing.read_side(old), comparing.read_side(new)


def _echo(text: str) -> None:
    for line in text.splitlines():
        click.secho(line, fg=_COLOURS.get(line[:3]))
