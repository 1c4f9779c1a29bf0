"""`hkkg mcp`: the graph as tools of a language model."""

from __future__ import annotations

import asyncio
from importlib.util import find_spec

import click

from hkkg import config, listening
from hkkg.config import Limits, Settings
from hkkg.errors import MissingExtraError

_MEGABYTE = 1_000_000


@click.command(name="mcp")
@click.argument("files", nargs=-1, metavar="[FILE]...")
@click.option("--http", is_flag=True, help="Serve over HTTP at /mcp, in place of standard input and output.")
@click.option("--host", default=config.DEFAULT_HOST, show_default=True, help="The address to listen at.")
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=8001,
    show_default=True,
    help="The port to listen at; 0 takes any free one.",
)
@click.option(
    "--timeout",
    type=click.FloatRange(0.05, 86_400),
    default=config.DEFAULT_SECONDS,
    show_default=True,
    metavar="SECONDS",
    help="How long a query may take.",
)
@click.option(
    "--memory",
    type=click.IntRange(16),
    default=Limits().query_bytes // _MEGABYTE,
    show_default=True,
    metavar="MB",
    help="How much memory a query may take besides the graph.",
)
def command(files: tuple[str, ...], host: str, port: int, timeout: float, memory: int, *, http: bool) -> None:  # noqa: PLR0913 - click passes every option
    """Offer the graph to a language model by the Model Context Protocol.

    FILEs and folders are offered; without any, the packaged graph. The tools search, describe, find stored
    questions, check and run queries, and explain; they change nothing.
    """
    if find_spec("mcp") is None:
        raise MissingExtraError("mcp")
    from hkkg.mcp.server import Tools, serve_http, serve_stdio  # noqa: PLC0415 - an extra

    limits = Limits(seconds=timeout, query_bytes=memory * _MEGABYTE)
    listener = listening.bind(host, port) if http else None
    tools = Tools(Settings(files=files, limits=limits))
    if listener:
        click.echo(f"hkkg offers its tools at {listening.address(listener)}mcp")
        asyncio.run(serve_http(tools, listener))
    else:
        asyncio.run(serve_stdio(tools))
