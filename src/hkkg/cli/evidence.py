"""`hkkg evidence`: check, show and make citations of a source."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from hkkg import evidence, loading, vocab
from hkkg.cli import options
from hkkg.cli.exits import FINDINGS, OK
from hkkg.evidence.source import match_texts

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hkkg.evidence import Report

_SOURCE_HELP = "The text of the source, the very file that was cited."
_DATA_HELP = "A file or folder of data; may be repeated. Without it, the packaged data."


@click.group(name="evidence")
def command() -> None:
    """Check, show and make citations of a source."""


@command.command()
@click.argument("data", nargs=-1)
@click.option(
    "--source",
    "sources",
    required=True,
    multiple=True,
    metavar="FILE",
    help=f"{_SOURCE_HELP} May be repeated, once for each source.",
)
@options.output("text", "json", explained="How findings are written.")
def check(data: Sequence[str], sources: Sequence[str], output: str) -> int:
    """Verify that everything stated can be read in its passages.

    DATA are files and folders that together hold the data; without any, the packaged data is checked.
    The packaged ontology is always read with them.

    Digests, offsets, names, figures, dates and their words are compared with the source's text, and derived
    figures are recomputed. The exit code is 0 if all is well, 1 with findings, 2 if the input cannot be used.
    """
    documents = loading.read_all(data)
    report = evidence.check(documents, [evidence.read_source(Path(source)) for source in sources])
    click.echo(_as_json(report) if output == "json" else _as_text(report))
    return FINDINGS if report.findings else OK


def _as_text(report: Report) -> str:
    if not report.findings:
        return f"verified {report.counts}"
    number = len(report.findings)
    closing = f"{number} finding{'s' if number > 1 else ''} in {report.counts}"
    return "\n".join([*(str(finding) for finding in report.findings), closing])


def _as_json(report: Report) -> str:
    document = {
        "verified": not report.findings,
        "counts": report.counts.as_dict(),
        "findings": [finding.as_dict() for finding in report.findings],
    }
    return json.dumps(document, ensure_ascii=False, indent=2)


@command.command()
@click.argument("iri")
@click.option(
    "--source",
    "sources",
    multiple=True,
    metavar="FILE",
    help=f"{_SOURCE_HELP} With it, the passages are printed.",
)
@click.option("--data", multiple=True, metavar="PATH", help=_DATA_HELP)
def show(iri: str, sources: Sequence[str], data: Sequence[str]) -> None:
    """Show where IRI is stated, and where the records about it are.

    IRI is an IRI, a CURIE such as hk:university-of-hong-kong, or its bare last part.
    """
    statements = evidence.read_statements(loading.read_all(data))
    texts = match_texts(statements, [evidence.read_source(Path(source)) for source in sources])
    click.echo("\n\n".join(str(showing) for showing in evidence.show(statements, iri, texts)))


@command.command()
@click.argument("text")
@click.option("--source", required=True, metavar="FILE", help=_SOURCE_HELP)
@click.option("--data", multiple=True, metavar="PATH", help=_DATA_HELP)
@click.option("--start", type=click.IntRange(min=0), help="The text's offset, if it occurs more than once.")
@click.option(
    "--key",
    "keys",
    multiple=True,
    help="A key word of at most 12 characters; may be repeated. Without it, a name and a figure are sought.",
)
@click.option(
    "--read-with",
    multiple=True,
    metavar="START-END",
    help="A span that the text cannot be read without; may be repeated.",
)
def cite(  # noqa: PLR0913, PLR0917 - click passes every option
    text: str,
    source: str,
    data: Sequence[str],
    start: int | None,
    keys: Sequence[str],
    read_with: Sequence[str],
) -> None:
    """Print the block of Turtle for TEXT's passage, ready to paste.

    TEXT is at most a sentence, exactly as the source has it.
    """
    statements = evidence.read_statements(loading.read_all(data))
    wish = evidence.Wish(text, start=start, keys=tuple(keys), read_with=tuple(read_with))
    citation = evidence.cite(statements, evidence.read_source(Path(source)), wish)
    for known in citation.known:
        click.echo(f"The graph has {vocab.curie(known)} already.", err=True)
    click.echo("\n".join(citation.blocks), nl=False)
