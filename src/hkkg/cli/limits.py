"""Options of commands that answer others: where they listen, and how much a query may take."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeVar

import click

from hkkg import config
from hkkg.config import Limits

if TYPE_CHECKING:
    from collections.abc import Callable

    Command = TypeVar("Command", bound=Callable[..., object])

MEGABYTE: Final = 1_000_000


def place(port: int) -> Callable[[Command], Command]:
    """Add `--host` and `--port`.

    Args:
        port: that is taken without the option.
    """

    def add(command: Command) -> Command:
        command = click.option(
            "--port",
            type=click.IntRange(0, 65535),
            default=port,
            show_default=True,
            help="The port to listen at; 0 takes any free one.",
        )(command)
        return click.option(
            "--host", default=config.DEFAULT_HOST, show_default=True, help="The address to listen at."
        )(command)

    return add


def bounds(command: Command) -> Command:
    """Add `--timeout` and `--memory`."""
    command = click.option(
        "--memory",
        type=click.IntRange(16),
        default=Limits().query_bytes // MEGABYTE,
        show_default=True,
        metavar="MB",
        help="How much memory a query or update may take besides the graph.",
    )(command)
    return click.option(
        "--timeout",
        type=click.FloatRange(0.05, 86_400),
        default=config.DEFAULT_SECONDS,
        show_default=True,
        metavar="SECONDS",
        help="How long a query or update may take, from its arrival.",
    )(command)
