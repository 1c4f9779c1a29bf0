"""`hkkg serve`: the SPARQL endpoint and the home page over HTTP."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from hkkg.config import DEFAULT_HOST, DEFAULT_PORT, Settings
from hkkg.graph import open_graph
from hkkg.web import server
from hkkg.web.app import create_app

if TYPE_CHECKING:
    from collections.abc import Sequence


@click.command(name="serve")
@click.argument("files", nargs=-1, metavar="[FILE]...")
@click.option("--host", default=DEFAULT_HOST, show_default=True, help="The address to listen at.")
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=DEFAULT_PORT,
    show_default=True,
    help="The port to listen at; 0 takes any free one.",
)
@click.option("--no-inference", is_flag=True, help="Neither reason nor show what follows by reasoning.")
def command(files: Sequence[str], host: str, port: int, *, no_inference: bool) -> None:
    """Serve FILEs and folders over HTTP, read-only; without any, the packaged graph.

    Ctrl-C stops it.
    """
    listener = server.bind(host, port)
    store = open_graph(files, inference=not no_inference)
    app = create_app(store, Settings(packaged=not files))
    url = server.address(listener)
    click.echo(f"hkkg serves the graph at {url}")
    click.echo(f"Try {url} in a browser, or: curl -s {url}sparql --data-urlencode 'query=ASK {{}}'")
    server.run(app, listener)
