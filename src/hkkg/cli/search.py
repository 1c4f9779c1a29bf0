"""`hkkg search`: find entities by their names in any script."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import click

from hkkg import vocab
from hkkg.cli.tables import print_rows
from hkkg.errors import ParameterError
from hkkg.graph import open_graph
from hkkg.search import LabelIndex

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hkkg.search import Hit


@click.command(name="search")
@click.argument("text")
@click.option(
    "--limit", type=click.IntRange(min=1), default=10, show_default=True, help="How many to show at most."
)
@click.option("--type", "of_class", metavar="CLASS", help="A class, such as University or hkkg:University.")
@click.option(
    "--lang",
    type=click.Choice(vocab.LANGUAGES, case_sensitive=False),
    help="The language of the names to look at. Without it, all.",
)
@click.option(
    "--format",
    "output",
    type=click.Choice(["table", "json"]),
    default="table",
    show_default=True,
    help="How they are written.",
)
def command(text: str, limit: int, of_class: str | None, lang: str | None, output: str) -> None:
    """Find entities by TEXT: a name or a part of one in any script, an abbreviation, or a name with a slip.

    Whole names come first, then those that begin with TEXT, those that contain it, and misspellings.
    """
    if not text.strip():
        raise click.UsageError("TEXT is empty; write a name or a part of one.")
    class_iri = _class(of_class) if of_class else None
    index = LabelIndex(open_graph(inference=False))
    hits = index.search(text, limit=limit, of_class=class_iri, language=lang)
    if output == "json":
        click.echo(json.dumps([_record(hit) for hit in hits], ensure_ascii=False, indent=2))
    elif hits:
        _print(hits)
    if not hits:
        click.echo(f"nothing is named {text!r}", err=True)


def _class(text: str) -> str:
    try:
        return vocab.read_iri(text) or vocab.HKKG + text
    except ParameterError as error:
        raise ParameterError(error.message, hint="`hkkg stats` lists the classes.") from None


def _record(hit: Hit) -> dict[str, object]:
    return {
        "iri": hit.iri,
        "matched": hit.label,
        "names": {_tag(language): name for language, name in sorted(hit.names.items())},
        "types": list(hit.classes),
    }


def _tag(language: str) -> str:
    return next((tag for tag in vocab.LANGUAGES if tag.lower() == language), language)


def _print(hits: Sequence[Hit]) -> None:
    rows = [
        [
            vocab.curie(hit.iri),
            hit.names.get("zh-hant", ""),
            hit.names.get("en", ""),
            " ".join(vocab.curie(iri) for iri in hit.classes),
            "" if hit.label in hit.names.values() else hit.label,
        ]
        for hit in hits
    ]
    print_rows(["resource", "zh-Hant", "en", "type", "found by"], rows)
