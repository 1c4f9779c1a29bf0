"""`hkkg stats`: count what the graph holds."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from hkkg import stats
from hkkg.cli import options
from hkkg.graph import open_graph

if TYPE_CHECKING:
    from collections.abc import Mapping

    from hkkg.stats import Stats

_PARTS = {
    "totals": "Things",
    "records": "Records by class",
    "entities": "Entities by class",
    "speakers": "Triples by speaker",
    "graphs": "Triples by graph",
    "labels": "Labels by language",
}


@click.command(name="stats")
@options.output("text", "json", explained="How the counts are written.")
def command(output: str) -> None:
    """Count triples, stated and inferred, by graph and speaker, records, entities, questions and labels."""
    counted = stats.count(open_graph())
    click.echo(
        json.dumps(asdict(counted), ensure_ascii=False, indent=2) if output == "json" else _text(counted)
    )


def _text(counted: Stats) -> str:
    parts = asdict(counted)
    head = f"{counted.stated:,} triples stated, {counted.inferred:,} inferred"
    return "\n\n".join([head, *(_part(title, parts[key]) for key, title in _PARTS.items() if parts[key])])


def _part(title: str, counts: Mapping[str, int]) -> str:
    width = max(len(f"{number:,}") for number in counts.values())
    return "\n".join([title, *(f"  {number:>{width},}  {name}" for name, number in counts.items())])
