"""`hkkg query`: run a stored question, a query file or standard input."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
import threading
import traceback
from pathlib import Path
from typing import TYPE_CHECKING

import click

from hkkg import formats, loading, questions
from hkkg.cli.tables import print_table
from hkkg.config import QUERY_STACK
from hkkg.errors import ParameterError, Place, UnknownQuestionError
from hkkg.graph import open_graph

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from hkkg.formats import Format
    from hkkg.store import Answer
    from hkkg.store.remote_answer import RemoteAnswer

TABLE = "table"
FORMATS = (*formats.RESULT_FORMATS, *formats.RDF_FORMATS)
_STANDARD_INPUT = "-"
_SPOOL = 16 * 1024 * 1024


@click.command(name="query")
@click.argument("query")
@click.option(
    "--param",
    "values",
    multiple=True,
    metavar="NAME=VALUE",
    help="A value for a parameter of the question; may be repeated. Without it, the question's default.",
)
@click.option(
    "--format",
    "output",
    default=TABLE,
    show_default=True,
    metavar="FORMAT",
    help=f"table, or one of {', '.join(f.name for f in FORMATS)}. A graph is no table: it comes as Turtle.",
)
@click.option("--endpoint", metavar="URL", help="Ask this SPARQL endpoint. Without it, the packaged graph.")
@click.option("--no-inference", is_flag=True, help="Leave out what reasoning adds to the packaged graph.")
def command(
    query: str, values: Sequence[str], output: str, endpoint: str | None, *, no_inference: bool
) -> None:
    """Run QUERY: the name of a stored question, a file that holds a query, or - for standard input.

    `hkkg questions` lists the stored questions.
    """
    target = None if output == TABLE else formats.by_name(output, FORMATS)
    if endpoint and no_inference:
        raise click.UsageError("--no-inference has no effect on an --endpoint; leave one of them out.")
    text, source = _text(query, [_pair(value) for value in values])
    on_a_deep_stack(lambda: write(_answer(text, source, endpoint, inference=not no_inference), target))


def on_a_deep_stack(work: Callable[[], None]) -> None:
    """Do the work of an engine that recurses, on a stack that no query overflows which the store takes."""
    failures: list[BaseException] = []

    def run() -> None:
        try:
            work()
        except BaseException as error:  # noqa: BLE001 - it is raised again, where it is waited for
            for each in (error, error.__context__):
                if each is not None:
                    traceback.clear_frames(each.__traceback__)  # an answer must end on its own thread
            failures.append(error)

    threading.stack_size(QUERY_STACK)
    # As a daemon, it does not outlive Ctrl-C, though the engine cannot be interrupted.
    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    thread.join()
    for failure in failures:
        raise failure


def _pair(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals or not name:
        raise ParameterError(f"{text!r} gives no parameter a value.", hint="Write --param NAME=VALUE.")
    return name, value


def _text(query: str, values: list[tuple[str, str]]) -> tuple[str, str]:
    """Return the query and what errors call it."""
    if query == _STANDARD_INPUT:
        data = loading.read_standard_input_bytes()
        return _bound(loading.decode(data, Place("standard input")), "standard input", values)
    if not query:
        raise click.UsageError("QUERY is empty; `hkkg questions` lists the stored questions.")
    if query in questions.names():
        return questions.find_question(query).bind(values), f"{query}.rq"
    path = Path(query)
    if os.path.lexists(path) or path.suffix or path.parent != Path():
        return _bound(loading.read_text(path), query, values)
    try:
        return questions.find_question(query).bind(values), query
    except UnknownQuestionError as error:
        hint = f"{error.hint} Nor is there a file of this name."
        raise UnknownQuestionError(error.message, hint=hint) from None


def _bound(text: str, source: str, values: list[tuple[str, str]]) -> tuple[str, str]:
    """Put values into a user's query, which has parameters only if it has a question's header."""
    if not values:
        return text, source
    if "#+" not in text:
        name = values[0][0]
        raise ParameterError(
            f"the query has no parameter {name!r}, since it has no header that declares any.",
            place=Place(source),
            hint="Write the value into the query, or copy the #+ lines of a stored question.",
        )
    return questions.parse_question(text, name=Path(source).stem, source=source).bind(values), source


def _answer(text: str, source: str, endpoint: str | None, *, inference: bool) -> Answer | RemoteAnswer:
    if endpoint:
        from hkkg.cli import endpoints  # noqa: PLC0415 - an HTTP client takes time to import

        return endpoints.engine(endpoint).answer(text, source=source)
    return open_graph(inference=inference).query(text, source=source)


def write(answer: Answer | RemoteAnswer, target: Format | None) -> None:
    """Write an answer to standard output: in a format, or for people."""
    if target is not None or answer.is_graph:
        _write_as(answer, target or formats.TURTLE)
    elif answer.boolean is not None:
        click.echo("true" if answer.boolean else "false")
    else:
        table = answer.table()
        print_table(table)
        number = len(table.rows)
        click.echo(f"{number} row{'' if number == 1 else 's'}", err=True)


def _write_as(answer: Answer | RemoteAnswer, target: Format) -> None:
    # An answer may be large, and nothing of one that breaks off is written.
    with tempfile.SpooledTemporaryFile(_SPOOL) as spool:
        answer.write(target, spool)
        spool.seek(0)
        shutil.copyfileobj(spool, sys.stdout.buffer)
