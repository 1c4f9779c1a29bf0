"""Options that several commands have."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeVar

import click

if TYPE_CHECKING:
    from collections.abc import Callable

Command = TypeVar("Command", bound="Callable[..., object]")

endpoint: Final = click.option(
    "--endpoint", metavar="URL", help="Ask this SPARQL endpoint. Without it, the packaged graph."
)


def output(*choices: str, explained: str) -> Callable[[Command], Command]:
    """Let a command write in one of some formats, by default in the first.

    Args:
        *choices: names of formats.
        explained: what is written in them, for `--help`.
    """
    return click.option(
        "--format",
        "output",
        type=click.Choice(choices),
        default=choices[0],
        show_default=True,
        help=explained,
    )
