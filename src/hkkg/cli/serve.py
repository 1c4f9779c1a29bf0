"""`hkkg serve`: the SPARQL endpoint and the pages over HTTP."""

from __future__ import annotations

import os
from contextlib import suppress
from ipaddress import ip_network
from math import isnan
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

import click

from hkkg import config, hosts, listening
from hkkg.cli.limits import MEGABYTE, bounds, place
from hkkg.config import Limits, Settings
from hkkg.web.operations import AccessLog
from hkkg.web.service import Service

if TYPE_CHECKING:
    from collections.abc import Mapping

    from hkkg.config import Credentials

_TOKEN: Final = "HKKG_UPDATE_TOKEN"  # noqa: S105 - the name of the variable
_OF_A_GRAPH_HERE: Final = ("store", "writable", "empty", "no_gate", "shapes", "no_inference", "default_graph")


@click.command(name="serve")
@click.argument("files", nargs=-1, metavar="[FILE]...")
@place(config.DEFAULT_PORT)
@click.option(
    "--public-url",
    metavar="URL",
    help="The address at which clients reach the service, behind a proxy: a host, without a path. Without "
    "the option, what they ask for.",
)
@click.option(
    "--trusted-proxy",
    "proxies",
    multiple=True,
    metavar="ADDRESS",
    help="Believe this proxy, or network of proxies, whom it speaks for by X-Forwarded-For; may be repeated. "
    "Without it, all who come through a proxy count as one client.",
)
@click.option(
    "--workers",
    type=click.IntRange(1, 64),
    default=config.DEFAULT_WORKERS,
    show_default=True,
    help="Processes that evaluate queries: half of them quick ones, the others one long one each.",
)
@bounds
@click.option(
    "--cache",
    type=click.IntRange(0),
    default=config.DEFAULT_CACHE // MEGABYTE,
    show_default=True,
    metavar="MB",
    help="How much memory is kept for answers that were given; 0 keeps none.",
)
@click.option(
    "--store",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="Keep the graph and its updates in this folder. Without it, updates end with the process.",
)
@click.option(
    "--writable", is_flag=True, help=f"Admit updates that show the token that the variable {_TOKEN} holds."
)
@click.option("--empty", is_flag=True, help="Start without the packaged graph, its rules and its shapes.")
@click.option("--no-gate", is_flag=True, help="With --writable: admit updates that violate the shapes.")
@click.option(
    "--shapes",
    multiple=True,
    metavar="FILE",
    help="With --writable: admit updates that conform to these shapes; may be repeated. Without it, to the"
    " packaged ones.",
)
@click.option("--no-inference", is_flag=True, help="Neither reason nor show what follows by reasoning.")
@click.option(
    "--default-graph",
    type=click.Choice(["union", "standard"]),
    help="What a plain query sees: all graphs together, or only what is in no graph. "
    "Without it, union, and standard with --empty.",
)
@click.option(
    "--endpoint",
    metavar="URL",
    help="Serve this remote SPARQL endpoint, under the same limits, in place of a graph here.",
)
@click.option(
    "--allow-service",
    "services",
    multiple=True,
    metavar="HOST",
    help="Let queries call this host, a name or an address, by SERVICE; may be repeated. Without it, none.",
)
@click.option("--access-log", metavar="FILE", help="Note each request there as a line of JSON; - is stderr.")
def command(files: tuple[str, ...], host: str, port: int, **options: Any) -> None:  # noqa: ANN401 - click's
    """Serve FILEs and folders over HTTP; without any, the packaged graph.

    Ctrl-C stops it.
    """
    settings = _settings(files, **options)
    log = AccessLog(options["access_log"]) if options["access_log"] else None
    listener = listening.bind(host, port)
    service = Service(settings, log)
    from hkkg.web import server  # noqa: PLC0415 - to import it takes time, which the graph takes to open

    service.wait()
    url = listening.address(listener)
    click.echo(f"hkkg serves the graph at {url}")
    click.echo(f"Try {url} in a browser, or: curl -s {url}sparql --data-urlencode 'query=ASK {{}}'")
    server.run(service, listener)


def _settings(files: tuple[str, ...], **options: Any) -> Settings:  # noqa: ANN401 - click's
    _refuse_contradictions(files, options)
    empty, writable, endpoint = options["empty"], options["writable"], options["endpoint"]
    default_graph = options["default_graph"] or ("standard" if empty else "union")
    return Settings(
        files=files,
        empty=empty,
        shapes=options["shapes"],
        store=options["store"],
        endpoint=endpoint,
        credentials=_credentials() if endpoint else None,
        inference=not options["no_inference"],
        standard_default=default_graph == "standard",
        writable=writable,
        gated=not options["no_gate"],
        token=_token() if writable else "",
        workers=options["workers"],
        cache_bytes=options["cache"] * MEGABYTE,
        public_url=_base(options["public_url"]) if options["public_url"] else None,
        proxies=_networks(options["proxies"]),
        services=_hosts(options["services"]),
        limits=Limits(seconds=options["timeout"], query_bytes=options["memory"] * MEGABYTE),
    )


def _refuse_contradictions(files: tuple[str, ...], options: Mapping[str, Any]) -> None:
    if options["empty"] and files:
        raise click.UsageError("--empty starts without a graph; leave it or the FILEs out.")
    if options["endpoint"] and (files or any(options[name] for name in _OF_A_GRAPH_HERE)):
        named = ", ".join(f"--{name.replace('_', '-')}" for name in _OF_A_GRAPH_HERE)
        raise click.UsageError(f"--endpoint serves what is there; leave out FILEs and {named}.")
    if isnan(options["timeout"]):
        raise click.UsageError("--timeout nan is no number of seconds.")
    if options["shapes"] and (not options["writable"] or options["no_gate"]):
        raise click.UsageError("--shapes is for updates that are gated: add --writable, without --no-gate.")
    if options["no_gate"] and not options["writable"]:
        raise click.UsageError("--no-gate is for updates: add --writable.")


def _networks(proxies: tuple[str, ...]) -> tuple[str, ...]:
    for proxy in proxies:
        try:
            ip_network(proxy, strict=False)
        except ValueError:
            raise click.UsageError(
                f"--trusted-proxy {proxy} is no address or network, such as 127.0.0.1 or 10.0.0.0/8."
            ) from None
    return proxies


def _hosts(services: tuple[str, ...]) -> tuple[str, ...]:
    try:
        return tuple(map(hosts.canonical, services))
    except ValueError as error:
        raise click.UsageError(
            f"--allow-service: {error}, such as example.org or 192.0.2.1, without scheme and port."
        ) from None


def _token() -> str:
    token = os.environ.get(_TOKEN, "")
    if not token:
        raise click.UsageError(f"--writable needs a token: set the environment variable {_TOKEN}.")
    if not (token.isascii() and token.isprintable() and " " not in token):
        raise click.UsageError(f"the token in {_TOKEN} is to be of visible ASCII characters, without blanks.")
    return token


def _credentials() -> Credentials | None:
    from hkkg.cli import endpoints  # noqa: PLC0415 - an HTTP client takes time to import

    return endpoints.credentials()


def _base(url: str) -> str:
    base = _root(url)
    if base is None:
        raise click.UsageError(
            f"--public-url {url!r} is no address of a whole host, such as https://data.example.org/, "
            "without a path: the links of pages start at the host."
        )
    return base


def _root(url: str) -> str | None:
    with suppress(ValueError):
        parts = urlsplit(url)
        hosts.canonical(parts.hostname or "")
        is_host = "@" not in parts.netloc and parts.port != 0
        if is_host and parts.scheme in {"http", "https"} and parts[2:] in {("", "", ""), ("/", "", "")}:
            return f"{parts.scheme}://{parts.netloc}/"
    return None
