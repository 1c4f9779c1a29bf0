"""`hkkg questions`: list the stored questions, or check them all against their answers."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import click

from hkkg import catalog, han, paths, questions, vocab
from hkkg.cli.exits import FINDINGS, OK
from hkkg.errors import InputUnreadableError, Place
from hkkg.graph import open_graph
from hkkg.questions import EndpointEngine, Outcome, PyoxigraphEngine

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hkkg.questions import Engine, Question

_ENGINES = ("pyoxigraph", "rdflib")


@click.group(name="questions", invoke_without_command=True)
@click.option(
    "--lang",
    type=click.Choice(vocab.LANGUAGES, case_sensitive=False),
    default="en",
    show_default=True,
    help="The language of the questions.",
)
@click.pass_context
def command(ctx: click.Context, lang: str) -> None:
    """List the stored questions by theme, or check them all against their answers."""
    if ctx.invoked_subcommand is None:
        click.echo("\n\n".join(_theme(theme, asked, lang) for theme, asked in _by_theme().items()))


def _by_theme() -> dict[str, list[Question]]:
    themes: dict[str, list[Question]] = {}
    for question in questions.all_questions():
        themes.setdefault(question.tags[0], []).append(question)
    return dict(sorted(themes.items()))


def _theme(theme: str, asked: Sequence[Question], lang: str) -> str:
    lines = [click.style(theme, bold=True)]
    for question in asked:
        names = " ".join(f"{p.name}={p.default}" for p in question.parameters)
        parameters = f"  [{names}]" if names else ""
        asking = han.in_three_scripts(question.question)[lang]
        lines += [f"  {question.name}{parameters}", f"      {asking}"]
    return "\n".join(lines)


@command.command(short_help="Compare what the questions answer with the stored answers.")
@click.argument("names", nargs=-1)
@click.option(
    "--engine",
    type=click.Choice([*_ENGINES, "all"]),
    help="Where to run them. Without it, and without --endpoint, all.",
)
@click.option(
    "--endpoint", metavar="URL", help="Run them at this SPARQL endpoint, where the graph is published."
)
@click.option(
    "--default-graph",
    "default_graph",
    type=click.Choice(["standard", "union"]),
    default="standard",
    show_default=True,
    help="What a plain query sees at the endpoint: nothing of the named graphs, so that each request names"
    " them; or already the union of them.",
)
@click.option(
    "--answers",
    metavar="DIR",
    help="The folder of stored answers. Without it, tests/answers of the checkout.",
)
def check(
    names: Sequence[str], engine: str | None, endpoint: str | None, default_graph: str, answers: str | None
) -> int:
    """Run NAMES, or every stored question, and compare what they answer with the stored answers.

    Each runs with its defaults, and with other values where an answer NAME@PARAMETER=VALUE.tsv is stored.
    The exit code is 0 if all are right, 1 if not.
    """
    if endpoint and engine:
        raise click.UsageError("--engine has no effect on an --endpoint; leave one of them out.")
    folder = _folder(answers)
    asked = [questions.find_question(name) for name in names] or list(questions.all_questions())
    engines = [_remote(endpoint, default_graph)] if endpoint else _engines(engine or "all")
    outcomes = list(questions.check(asked, engines, folder))
    unused = [] if names else questions.unused_answers(asked, folder)
    wrong = [outcome for outcome in outcomes if outcome.differences]
    for outcome in wrong:
        click.echo(_report(outcome))
    for path in unused:
        click.echo(f"{path} answers no stored question")
    click.echo(_summary(outcomes))
    return FINDINGS if wrong or unused else OK


def _folder(answers: str | None) -> Path:
    folder = Path(answers) if answers else paths.graph_root() / "tests" / "answers"
    if folder.is_dir():
        return folder
    if answers:
        raise InputUnreadableError("there is no such folder.", place=Place(answers))
    raise InputUnreadableError(
        "the stored answers are not part of the installed package.",
        hint="Run this in a checkout, or name their folder: --answers DIR.",
    )


def _engines(chosen: str) -> list[Engine]:
    store = open_graph()
    engines: list[Engine] = [PyoxigraphEngine(store)] if chosen != "rdflib" else []
    if chosen != "pyoxigraph":
        from hkkg.rdflib_bridge import RdflibEngine  # noqa: PLC0415 - rdflib is slow to import

        shapes = vocab.GRAPH + "ontology/shapes/"
        engines.append(RdflibEngine(q for q in store.quads() if shapes not in str(q.graph_name)))
    return engines


def _remote(url: str, default_graph: str) -> Engine:
    from hkkg.cli import endpoints  # noqa: PLC0415 - an HTTP client takes time to import

    engine = endpoints.engine(url)
    engine.answer("ASK {}").close()  # one that is not there is no wrong answer
    if default_graph == "union":
        return EndpointEngine(engine)
    files = catalog.packaged()
    union = [file.graph for file in files if file.in_union]
    every = [file.graph for file in files]
    return EndpointEngine(engine, [*union, vocab.INFERRED_GRAPH], [*every, vocab.INFERRED_GRAPH])


def _report(outcome: Outcome) -> str:
    lines = (f"  {line}" for line in outcome.differences)
    return "\n".join([f"{outcome.question} on {outcome.engine}:", *lines, ""])


def _summary(outcomes: Sequence[Outcome]) -> str:
    engines = list(dict.fromkeys(outcome.engine for outcome in outcomes))
    wrong = Counter(outcome.engine for outcome in outcomes if outcome.differences)
    total = len({outcome.question for outcome in outcomes})
    if not wrong:
        return f"{total} question{'' if total == 1 else 's'} right on {' and '.join(engines)}"
    return "\n".join(f"{engine}: {total - wrong[engine]} of {total} right" for engine in engines)
