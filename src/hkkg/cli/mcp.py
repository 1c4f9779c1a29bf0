"""`hkkg mcp`: the graph as tools of a language model."""

from __future__ import annotations

import asyncio
from importlib.util import find_spec
from typing import Final

import click
from click.core import ParameterSource

from hkkg import listening
from hkkg.cli.limits import MEGABYTE, bounds, place
from hkkg.config import Limits, Settings
from hkkg.errors import MissingExtraError

_PORT: Final = 8001
_LISTENING: Final = ("host", "port")


@click.command(name="mcp")
@click.argument("files", nargs=-1, metavar="[FILE]...")
@click.option("--http", is_flag=True, help="Serve over HTTP at /mcp, in place of standard input and output.")
@place(_PORT)
@bounds
@click.pass_context
def command(  # noqa: PLR0913 - click passes every option
    ctx: click.Context,
    /,
    *,
    files: tuple[str, ...],
    host: str,
    port: int,
    timeout: float,
    memory: int,
    http: bool,
) -> None:
    """Offer the graph to a language model by the Model Context Protocol.

    FILEs and folders are offered; without any, the packaged graph. The tools search, describe, find stored
    questions, check and run queries, and explain; they change nothing.
    """
    if not http and any(ctx.get_parameter_source(name) is ParameterSource.COMMANDLINE for name in _LISTENING):
        raise click.UsageError("--host and --port are for --http: add it, or leave them out.")
    if find_spec("mcp") is None:
        raise MissingExtraError("mcp")
    from hkkg.mcp.server import Tools, serve_http, serve_stdio  # noqa: PLC0415 - an extra

    limits = Limits(seconds=timeout, query_bytes=memory * MEGABYTE)
    listener = listening.bind(host, port) if http else None
    tools = Tools(Settings(files=files, limits=limits))
    if listener:
        click.echo(f"hkkg offers its tools at {listening.address(listener)}mcp")
        asyncio.run(serve_http(tools, listener))
    else:
        asyncio.run(serve_stdio(tools))
