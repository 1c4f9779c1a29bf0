"""`hkkg publish`: load the graph into another SPARQL store, and check what is there afterwards."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Final, TypeVar

import click

from hkkg import publishing, vocab
from hkkg.cli import endpoints
from hkkg.cli.exits import FINDINGS, OK
from hkkg.config import ENDPOINT_TIMEOUT
from hkkg.graph import open_documents
from hkkg.publishing import GraphStoreTarget, UpdateTarget
from hkkg.store.http import Client

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from hkkg.publishing import Comparison, Target

_SHOWN: Final = 5
_Step = TypeVar("_Step")


@click.command(name="publish", short_help="Load the graph into another SPARQL store.")
@click.argument("files", nargs=-1, metavar="[FILE]...")
@click.option(
    "--endpoint",
    required=True,
    metavar="URL",
    help="The store's query endpoint, which is asked for each graph afterwards. Without --update and"
    " --graph-store it takes the updates too.",
)
@click.option("--update", metavar="URL", help="Write by SPARQL Update to this URL.")
@click.option(
    "--graph-store",
    metavar="URL",
    help="Write by the Graph Store Protocol to this URL, each graph at once.",
)
@click.option("--no-inference", is_flag=True, help="Leave out what reasoning adds.")
@click.option(
    "--timeout",
    type=click.FloatRange(min=0, min_open=True),
    default=ENDPOINT_TIMEOUT,
    show_default=True,
    metavar="SECONDS",
    help="How long to wait for each answer.",
)
def command(  # noqa: PLR0913 - one for each option
    *,
    files: Sequence[str],
    endpoint: str,
    update: str | None,
    graph_store: str | None,
    no_inference: bool,
    timeout: float,
) -> int:
    """Load FILEs and folders, or the packaged graph, into another SPARQL store, by named graph.

    Each graph replaces what the store has under its name; other graphs are left alone. Afterwards each is
    read back and compared by count and digest. Values that the store writes otherwise are listed. The exit
    code is 0 if all are the same, 1 if one differs, 3 if the store fails.

    HKKG_ENDPOINT_TOKEN, or HKKG_ENDPOINT_USER and HKKG_ENDPOINT_PASSWORD, open the store.
    """
    if update and graph_store:
        raise click.UsageError("--update and --graph-store are two ways to write; leave one of them out.")
    engine = endpoints.engine(endpoint, timeout)
    target = _target(update or endpoint, graph_store, timeout)
    graphs = publishing.named_graphs(*open_documents(files, inference=not no_inference))
    for _ in _shown("writing", publishing.publish(graphs, target), len(graphs)):
        pass
    found = list(_shown("checking", publishing.compare(graphs, engine), len(graphs)))
    different = [comparison for comparison in found if not comparison.same]
    for comparison in different:
        click.echo(_report(comparison))
    click.echo(_summary(found, len(different), engine.name))
    click.echo(_rewritten(found), nl=False)
    return FINDINGS if different else OK


def _target(update: str, graph_store: str | None, timeout: float) -> Target:
    client = Client(graph_store or update, timeout=timeout, credentials=endpoints.credentials())
    return GraphStoreTarget(client) if graph_store else UpdateTarget(client)


def _shown(what: str, steps: Iterable[_Step], total: int) -> Iterator[_Step]:
    """Count the steps in one line of a terminal's standard error."""
    shown = sys.stderr.isatty()
    for number, step in enumerate(steps, start=1):
        if shown:
            click.echo(f"\r{what} graph {number} of {total}", nl=number == total, err=True)
        yield step


def _report(comparison: Comparison) -> str:
    lines = [f"{vocab.curie(comparison.graph)} is not as it was sent:"]
    if comparison.count != comparison.remote_count:
        lines.append(
            f"  {comparison.count:,} triples were sent, {comparison.remote_count:,} are counted there"
        )
    if comparison.digest != comparison.remote_digest:
        lines.append(f"  the digest is {comparison.remote_digest}, and should be {comparison.digest}")
    lines += _some("missing", comparison.missing) + _some("unexpected", comparison.unexpected)
    return "\n".join([*lines, ""])


def _some(what: str, triples: Sequence[str]) -> list[str]:
    lines = [f"  {what:<10}  {triple}" for triple in triples[:_SHOWN]]
    return [*lines, f"  … and {len(triples) - _SHOWN:,} more"] if len(triples) > _SHOWN else lines


def _rewritten(found: Iterable[Comparison]) -> str:
    """Say which values the store keeps as equal ones."""
    pairs = sorted({pair for comparison in found for pair in comparison.rewritten})
    if not pairs:
        return ""
    many = "one value" if len(pairs) == 1 else f"{len(pairs):,} values"
    lines = [f"{name} as {other}" for name, other in pairs]
    return "\n".join([f"the store writes {many} otherwise:", *_some("", lines), ""])


def _summary(found: Sequence[Comparison], different: int, name: str) -> str:
    triples = sum(comparison.count for comparison in found)
    head = f"{len(found)} graph{'' if len(found) == 1 else 's'} of {triples:,} triples published at {name}"
    return f"{head}: {different} differ" if different else f"{head}: every count and digest is right"
