"""`hkkg why`: what states a triple, or how it was inferred."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import click

from hkkg import graph, vocab, why
from hkkg.cli import options
from hkkg.cli.exits import FINDINGS, OK

if TYPE_CHECKING:
    from collections.abc import Sequence


@click.command(name="why")
@click.argument("subject")
@click.argument("predicate")
@click.argument("obj", metavar="OBJECT")
@options.output("text", "json", explained="How the explanation is written.")
@click.option(
    "--lang",
    "language",
    type=click.Choice(vocab.LANGUAGES, case_sensitive=False),
    default="en",
    show_default=True,
    help="The language in which things are named.",
)
@click.option(
    "--data",
    multiple=True,
    metavar="PATH",
    help="A file or folder to explain; may be repeated. Without it, the packaged graph.",
)
def command(  # noqa: PLR0913, PLR0917 - click passes every option
    subject: str, predicate: str, obj: str, output: str, language: str, data: Sequence[str]
) -> int:
    """Say what states a triple, or how it was inferred, down to the passages of the source.

    SUBJECT, PREDICATE and OBJECT are IRIs, CURIEs such as hk:university-of-hong-kong, or bare last parts of
    these; PREDICATE may be a. OBJECT may be a literal: "text"@zh-Hant, "2026-05"^^xsd:gYearMonth, a number or
    plain text.

    The exit code is 0 if the triple holds, 1 if it does not, 2 if one of the three is not in the graph.
    """
    store = graph.open_graph(data)
    explanation = why.explain_texts(store, subject, predicate, obj)
    if output == "json":
        document = {**explanation.as_dict(), "labels": why.labels_of(explanation, store, language)}
        click.echo(json.dumps(document, ensure_ascii=False, indent=2))
    else:
        click.echo(why.as_text(explanation, store, language))
    return OK if explanation.holds else FINDINGS
