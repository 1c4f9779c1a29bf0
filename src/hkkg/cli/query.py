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
from hkkg.cli import options
from hkkg.cli.tables import print_table
from hkkg.config import QUERY_STACK
from hkkg.errors import ParameterError, Place, UnknownQuestionError
from hkkg.graph import open_graph

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from hkkg.formats import Format
    from hkkg.questions import Question
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
    help="A value for a parameter of the question; may be repeated. A thing may be given by its IRI, CURIE or"
    " any of its names in any script. Without it, the question's default.",
)
@click.option(
    "--format",
    "output",
    default=TABLE,
    show_default=True,
    metavar="FORMAT",
    help=f"table, or one of {', '.join(f.name for f in FORMATS)}. A graph is no table: it comes as Turtle.",
)
@options.endpoint
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
    values_given = [_pair(value) for value in values]
    text, source, question = _read(query, values_given)

    def run() -> None:
        answer = _engine(endpoint, inference=not no_inference)
        bound = question.bind(_resolved(question, values_given, answer)) if question else text
        write(answer(bound, source), target)

    on_a_deep_stack(run)


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


def _read(query: str, values: list[tuple[str, str]]) -> tuple[str, str, Question | None]:
    """Return the query, what errors call it, and the question that it is, if it takes values."""
    if query == _STANDARD_INPUT:
        data = loading.read_standard_input_bytes()
        return _own(loading.decode(data, Place("standard input")), "standard input", values)
    if not query:
        raise click.UsageError("QUERY is empty; `hkkg questions` lists the stored questions.")
    path = Path(query)
    if query not in questions.names() and (os.path.lexists(path) or path.suffix or path.parent != Path()):
        return _own(loading.read_text(path), query, values)
    try:
        question = questions.find_question(query)
    except UnknownQuestionError as error:
        hint = f"{error.hint} Nor is there a file of this name."
        raise UnknownQuestionError(error.message, hint=hint) from None
    return question.text, f"{query}.rq", question


def _own(text: str, source: str, values: list[tuple[str, str]]) -> tuple[str, str, Question | None]:
    """Take a user's query, which has parameters only if it has a question's header."""
    if not values:
        return text, source, None
    if "#+" not in text:
        name = values[0][0]
        raise ParameterError(
            f"the query has no parameter {name!r}, since it has no header that declares any.",
            place=Place(source),
            hint="Write the value into the query, or copy the #+ lines of a stored question.",
        )
    return text, source, questions.parse_question(text, name=Path(source).stem, source=source)


def _engine(endpoint: str | None, *, inference: bool) -> Callable[[str, str], Answer | RemoteAnswer]:
    if endpoint:
        from hkkg.cli import endpoints  # noqa: PLC0415 - an HTTP client takes time to import

        engine = endpoints.engine(endpoint)
        return lambda text, source: engine.answer(text, source=source)
    store = open_graph(inference=inference)
    return lambda text, source: store.query(text, source=source)


def _resolved(
    question: Question, values: list[tuple[str, str]], answer: Callable[[str, str], Answer | RemoteAnswer]
) -> list[tuple[str, str]]:
    return questions.resolve(question, values, lambda text: answer(text, "the search for a name").table())


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
