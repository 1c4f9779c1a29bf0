"""`hkkg export`: write the graph in any RDF format, or every bulk file of it."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from hkkg import exporting, formats
from hkkg.datasets import dumps
from hkkg.errors import OutputError, ParameterError, Place
from hkkg.graph import open_graph

if TYPE_CHECKING:
    from collections.abc import Sequence

_GZIP: Final = ".gz"


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
@click.option("--gzip", "compress", is_flag=True, help="Compress it; so too if the name of FILE ends in .gz.")
@click.option("--no-inference", is_flag=True, help="Leave out what reasoning adds.")
@click.option(
    "--graph",
    "graphs",
    multiple=True,
    metavar="IRI",
    help="A named graph to write, such as graph:data/ror/organizations; may be repeated. Without it, all.",
)
@click.option(
    "--all",
    "folder",
    metavar="DIR",
    help="Write every format there, with and without inference, plain and compressed, and SHA256SUMS.",
)
def command(  # noqa: PLR0913 - click passes every option
    name: str | None,
    output: str | None,
    graphs: Sequence[str],
    folder: str | None,
    *,
    compress: bool,
    no_inference: bool,
) -> None:
    """Write the graph as one document, sorted, so that the same graph always gives the same bytes.

    TriG, N-Quads and JSON-LD hold every named graph; Turtle, N-Triples and RDF/XML hold the triples that a
    plain query sees, which leaves out the shapes.
    """
    if folder is not None:
        if name or output or graphs or compress or no_inference:
            raise ParameterError("--all writes every file, and goes with no other option.")
        _write_all(Path(folder))
        return
    path = Path(output) if output else None
    target = _format(name, path)
    data = exporting.export(open_graph(inference=not no_inference), target, graphs)
    if compress or (path and path.suffix == _GZIP):
        data = dumps.compressed(data)
    if path:
        exporting.write_file(data, path)
    else:
        click.echo(data, nl=False)


def _format(name: str | None, path: Path | None) -> formats.Format:
    if name:
        return formats.by_name(name, formats.RDF_FORMATS)
    if path is None or os.path.isdir(path):  # noqa: PTH112 - see exporting
        return formats.TRIG
    plain = path.with_suffix("") if path.suffix == _GZIP else path
    return formats.by_path(plain) if plain.suffix else formats.TRIG


def _write_all(folder: Path) -> None:
    """Write the files that a service of this graph has at /dump/, byte for byte."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(f"the folder cannot be made: {error.strerror}.", place=Place(str(folder))) from None
    files = []
    for dump, data in dumps.write_all(open_graph()):
        exporting.write_file(data, folder / dump.name)
        files.append(dumps.listed(dump, data))
    files.sort(key=lambda file: dumps.ALL.index(file.dump))
    exporting.write_file(dumps.checksums(files).encode(), folder / dumps.CHECKSUMS)
    click.echo(f"{len(files)} files and {dumps.CHECKSUMS} in {folder}", err=True)
