"""The `hkkg` command. Commands are imported only when called, so that help comes at once."""

from __future__ import annotations

import errno
import importlib
import io
import os
import sys
import traceback

import click

from hkkg import __version__, isolation
from hkkg.cli.exits import FAILED, USAGE, exit_code
from hkkg.errors import HkkgError

_COMMANDS = {
    "ask": "Ask in words, in English or Chinese.",
    "diff": "Compare two graphs by what they say.",
    "evidence": "Check, show and make citations of a source.",
    "export": "Write the graph to files in any RDF format.",
    "format": "Write Turtle in the project's style.",
    "mcp": "Offer the graph to a language model as tools.",
    "publish": "Load the graph into another SPARQL store.",
    "query": "Run a stored question, a query file or standard input.",
    "questions": "List the stored questions, or check them all against their answers.",
    "search": "Find entities by their names in any script.",
    "serve": "Serve the graph over HTTP: SPARQL endpoint, linked data and pages.",
    "stats": "Count what the graph holds.",
    "validate": "Validate data against SHACL shapes and further checks.",
    "why": "Say what states a triple, or how it was inferred.",
}

_UNWRITABLE = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO, errno.EBADF}

_NEXT = """What next?
  hkkg serve                                     serve the graph at http://127.0.0.1:8000/
  hkkg questions                                 list the stored questions
  hkkg query laboratories-by-university          run one of them
  hkkg search 港大                               find an entity by any of its names
  hkkg ask 港大有哪些實驗室                      ask in words
  hkkg validate                                  validate the packaged graph
"""


class LazyCommands(click.Group):
    """A group whose commands live in `hkkg.cli.NAME` and are imported when they are used."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """Name the commands, sorted."""
        return sorted(_COMMANDS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:  # noqa: ARG002 - click's signature
        """Import one command."""
        if name not in _COMMANDS:
            return None
        module = importlib.import_module(f"hkkg.cli.{name}")
        command: click.Command = module.command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 - click's signature
        """List the commands without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl(sorted(_COMMANDS.items()))


@click.group(cls=LazyCommands, invoke_without_command=True)
@click.version_option(__version__, prog_name="hkkg")
@click.pass_context
def command(ctx: click.Context) -> None:
    """The knowledge graph of Hong Kong's innovation and technology: validate, query, explain and serve it."""
    if ctx.invoked_subcommand is None:
        click.echo(ctx.get_help())
        click.echo(f"\n{_NEXT}", nl=False)


def main() -> None:
    """Run the command; a user's mistake ends with one message on standard error and its exit code."""
    _write_utf8()
    if sys.argv[1:2] == ["serve"]:
        isolation.restart_with_tuned_allocator()
    try:
        _refuse_other_encodings(sys.argv[1:])
        code = command.main(standalone_mode=False, prog_name="hkkg") or 0
        if sys.stdout:
            sys.stdout.flush()
        sys.exit(code)
    except click.exceptions.Abort:
        sys.exit(130)
    except click.ClickException as error:
        error.show()
        sys.exit(USAGE)
    except HkkgError as error:
        click.echo(f"hkkg: {error}", err=True)
        sys.exit(exit_code(error))
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(141)
    except Exception as error:  # noqa: BLE001 - a failure must not end like findings, with exit code 1
        if isinstance(error, OSError) and error.errno in _UNWRITABLE:
            click.echo(f"hkkg: standard output cannot be written: {error.strerror}.", err=True)
            os._exit(FAILED)  # else Python would try to write once more, and complain in its own words
        traceback.print_exc()
        click.echo("hkkg: this is a defect of hkkg, not of your input; please report it.", err=True)
        sys.exit(FAILED)


def _write_utf8() -> None:
    """Write in UTF-8, which the graph's names need, whatever the locale."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")


def _refuse_other_encodings(arguments: list[str]) -> None:
    for argument in arguments:
        try:
            argument.encode()
        except UnicodeEncodeError:
            raise click.UsageError(f"the argument {argument!a} is not UTF-8.") from None
