"""`hkkg export`: write the graph in any RDF format."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from hkkg import exporting, formats
from hkkg.graph import open_graph

if TYPE_CHECKING:
    from collections.abc import Sequence


@click.command(name="export")
@click.option(
    "--format",
    "name",
    metavar="FORMAT",
    help=f"One of {', '.join(f.name for f in formats.RDF_FORMATS)}. Without it, the file name's, or trig.",
)
@click.option(
    "--output", "-o", metavar="FILE", help="Where to write; replaced at once. Without it, standard output."
)
@click.option("--no-inference", is_flag=True, help="Leave out what reasoning adds.")
@click.option(
    "--graph",
    "graphs",
    multiple=True,
    metavar="IRI",
    help="A named graph to write, such as graph:data/ror/organizations; may be repeated. Without it, all.",
)
def command(name: str | None, output: str | None, graphs: Sequence[str], *, no_inference: bool) -> None:
    """Write the graph as one document, sorted, so that the same graph always gives the same bytes.

    TriG, N-Quads and JSON-LD hold every named graph; Turtle, N-Triples and RDF/XML hold the triples that a
    plain query sees, which leaves out the shapes.
    """
    path = Path(output) if output else None
    target = formats.by_name(name, formats.RDF_FORMATS) if name else formats.TRIG
    if path and not name and path.suffix and not os.path.isdir(path):  # noqa: PTH112 - see exporting
        target = formats.by_path(path)
    data = exporting.export(open_graph(inference=not no_inference), target, graphs)
    if path:
        exporting.write_file(data, path)
    else:
        click.echo(data, nl=False)
