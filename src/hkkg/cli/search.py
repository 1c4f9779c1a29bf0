"""`hkkg search`: find entities by their names in any script."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

import click

from hkkg import vocab
from hkkg.cli import options
from hkkg.cli.tables import print_rows
from hkkg.graph import open_graph
from hkkg.search import MOST_HITS, LabelIndex, document

if TYPE_CHECKING:
    from hkkg.search import Results

_LANGUAGE: Final = click.Choice(vocab.LANGUAGES, case_sensitive=False)


@click.command(name="search")
@click.argument("text")
@click.option(
    "--limit",
    type=click.IntRange(1, MOST_HITS),
    default=10,
    show_default=True,
    help="How many to show at most.",
)
@click.option(
    "--offset", type=click.IntRange(min=0), default=0, help="How many to pass over. Without it, none."
)
@click.option(
    "--type",
    "classes",
    metavar="CLASS",
    multiple=True,
    help="A class, such as University or hkkg:University; repeated, any of several. Without it, any.",
)
@click.option("--lang", type=_LANGUAGE, help="The language to show names in. Without it, zh-Hant and en.")
@click.option("--names-in", type=_LANGUAGE, help="The language of the names to look at. Without it, all.")
@options.output("table", "json", explained="How they are written.")
def command(  # noqa: PLR0913 - one argument for each option
    text: str,
    *,
    limit: int,
    offset: int,
    classes: tuple[str, ...],
    lang: str | None,
    names_in: str | None,
    output: str,
) -> None:
    """Find entities by TEXT: a name in any script, a part of one, an abbreviation, pinyin, a slip.

    Whole names come first, then abbreviations, names that begin with TEXT, that contain it, and misspellings.
    """
    if not text.strip():
        raise click.UsageError("TEXT is empty; write a name or a part of one.")
    index = LabelIndex(open_graph(inference=False))
    results = index.search(text, limit=limit, offset=offset, of_class=classes, language=names_in)
    if output == "json":
        written = document.write(results, index.classes, lang or "en")
        click.echo(json.dumps(written, ensure_ascii=False, indent=2))
    elif results:
        _print(results, [lang] if lang else ["zh-Hant", "en"])
    if not results.total:
        click.echo(f"nothing is named {text!r}", err=True)
    elif results.suggestion:
        click.echo(f"nothing is named {text!r}; did you mean {results.suggestion!r}?", err=True)


def _print(results: Results, languages: list[str]) -> None:
    rows = [
        [
            vocab.curie(hit.iri),
            *(hit.names.get(language, "") for language in languages),
            " ".join(vocab.curie(iri) for iri in hit.classes),
            "" if hit.label in hit.names.values() else hit.label,
        ]
        for hit in results
    ]
    print_rows(["resource", *languages, "type", "found by"], rows)
