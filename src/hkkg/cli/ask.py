"""`hkkg ask`: ask in words, in any of the three scripts."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

import click

from hkkg import formats, vocab
from hkkg.asking import Asker, Confidence, report
from hkkg.cli import options
from hkkg.cli.exits import FINDINGS, OK
from hkkg.cli.query import FORMATS, TABLE, on_a_deep_stack, write
from hkkg.cli.tables import print_rows
from hkkg.evidence import passages_behind
from hkkg.graph import open_graph
from hkkg.store import NamedNode, Table

if TYPE_CHECKING:
    from hkkg.asking import Report, Reported
    from hkkg.store import Answer, EmbeddedStore
    from hkkg.store.remote_answer import RemoteAnswer


@click.command(name="ask")
@click.argument("text")
@click.option(
    "--lang",
    type=click.Choice(vocab.LANGUAGES, case_sensitive=False),
    help="The language of what is said. Without it, that of the question.",
)
@click.option(
    "--format",
    "output",
    default=TABLE,
    show_default=True,
    metavar="FORMAT",
    help=f"Of the answer: table, or one of {', '.join(f.name for f in FORMATS)}.",
)
@click.option("--explain", is_flag=True, help="Say how the questions were ranked.")
@options.endpoint
def command(text: str, lang: str | None, output: str, endpoint: str | None, *, explain: bool) -> int:
    """Ask TEXT, a question in English or Chinese, and be answered by the stored question that it means.

    The answer goes to standard output; what was understood, and the passages behind it, to standard error.
    If it is not sure what is meant, the nearest questions are offered instead, and the exit code is 1.
    """
    target = None if output == TABLE else formats.by_name(output, FORMATS)
    store = open_graph()
    asker = Asker(store)
    understood = report(asker, asker.understand(text, lang), lang)
    _print_corrections(understood)
    if explain:
        _print_scores(understood)
    if understood.confidence is not Confidence.SURE:
        _offer(understood)
        return FINDINGS
    best = understood.questions[0]
    _print_understood(best)
    on_a_deep_stack(lambda: write(_answer(store, best, endpoint), target))
    if target is None:
        on_a_deep_stack(lambda: _print_passages(store, best))
    return OK


def _answer(store: EmbeddedStore, best: Reported, endpoint: str | None) -> Answer | RemoteAnswer:
    if endpoint:
        from hkkg.cli import endpoints  # noqa: PLC0415 - an HTTP client takes time to import

        return endpoints.engine(endpoint).answer(best.sparql, source=best.question)
    return store.query(best.sparql, source=best.question)


def _print_corrections(understood: Report) -> None:
    for written, word in understood.corrections:
        click.echo(f"{written!r} is read as {word!r}", err=True)


def _print_understood(best: Reported) -> None:
    click.echo(best.words, err=True)
    for given in best.given:
        found = f", by {given.label!r}" if given.label else ""
        click.echo(f"  {given.parameter}: {given.named} ({given.value}){found}", err=True)
    click.echo(f"  {_command(best)}\n", err=True)


def _command(question: Reported) -> str:
    """Write the command that runs a question with its values."""
    values = [f"--param={g.parameter}={g.value}" for g in question.given if not g.is_default]
    return shlex.join(["hkkg", "query", question.question, *values])


def _offer(understood: Report) -> None:
    if not understood.questions:
        click.echo("no stored question is like this; `hkkg questions` lists all.", err=True)
        return
    click.echo("It is not sure which question is meant. The nearest:", err=True)
    for question in understood.questions:
        because = f"  because of: {', '.join(question.why)}" if question.why else ""
        lacks = f"  without a value for: {', '.join(question.missing)}" if question.missing else ""
        lines = [question.words, f"  {_command(question)}", because, lacks]
        click.echo("\n".join(line for line in lines if line))


def _print_scores(understood: Report) -> None:
    rows = [
        [
            q.question,
            f"{q.scores.probability:.3f}",
            f"{q.scores.likelihood:+.3f}",
            f"{q.scores.coverage:.3f}",
            " ".join(f"{g.parameter}={g.value}" for g in q.given),
            ", ".join(q.why),
        ]
        for q in understood.questions
    ]
    headings = ["question", "probability", "likelihood", "coverage", "parameters", "words"]
    print_rows(headings, rows, to_errors=True)


def _print_passages(store: EmbeddedStore, best: Reported) -> None:
    answer = store.query(best.sparql)
    table = answer.table() if not answer.is_graph and answer.boolean is None else Table((), ())
    found = passages_behind(store, table.rows, map(NamedNode, best.things))
    rows = [
        [
            vocab.curie(p.iri),
            vocab.curie(p.kind) if p.kind else "",
            "、".join(p.key_words),
            " ".join(map(vocab.curie, p.states)),
        ]
        for p in found
    ]
    if rows:
        click.echo("", err=True)
        print_rows(["passage", "kind", "key words", "states"], rows, to_errors=True)
