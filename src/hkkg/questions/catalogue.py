"""Finding and reading stored questions."""

from __future__ import annotations

from difflib import get_close_matches
from functools import cache
from typing import TYPE_CHECKING

from hkkg import loading, paths
from hkkg.errors import ParameterError, Place, QuerySyntaxError, QuestionFileError, UnknownQuestionError
from hkkg.questions.blocks import Block, evaluated, read_blocks
from hkkg.questions.header import Declared, read_header
from hkkg.questions.model import Parameter, Question
from hkkg.questions.terms import as_term

if TYPE_CHECKING:
    from pathlib import Path

_SUFFIX = ".rq"
_MOST_NEAR = 3


@cache
def names() -> tuple[str, ...]:
    """Name the stored questions, sorted."""
    return tuple(sorted(path.stem for path in paths.graph_root().glob(f"queries/*{_SUFFIX}")))


@cache
def all_questions() -> tuple[Question, ...]:
    """Read every stored question, sorted by name."""
    return tuple(find_question(name) for name in names())


def find_question(name: str) -> Question:
    """Read the stored question of this name.

    Raises:
        UnknownQuestionError: there is none; the nearest names are offered.
        QuestionFileError: its file is not as it should be.
    """
    if name not in names():
        near = get_close_matches(name, names(), n=_MOST_NEAR, cutoff=0.5)
        offered = (
            f"The nearest are {', '.join(near)}." if len(near) > 1 else f"The nearest is {''.join(near)}."
        )
        hint = f"{offered} " if near else ""
        raise UnknownQuestionError(
            f"there is no stored question {name!r}.", hint=f"{hint}`hkkg questions` lists all."
        )
    return _stored(name)


@cache
def _stored(name: str) -> Question:
    return read_question(paths.graph_root() / "queries" / f"{name}{_SUFFIX}")


def read_question(path: Path) -> Question:
    """Read a question from a file.

    Raises:
        InputUnreadableError: there is no such file, or it is not text.
        QuestionFileError: its header is malformed, or does not agree with the query's VALUES blocks.
    """
    return parse_question(loading.read_text(path), name=path.stem, source=str(path))


def parse_question(text: str, *, name: str, source: str) -> Question:
    """Read a question from a text; see `read_question`."""
    header = read_header(text, source)
    blocks = _blocks(text, source)
    _all_declared(blocks, {p.name for p in header.parameters}, source)
    return Question(
        name=name,
        text=text,
        question=header.question,
        description=header.description,
        tags=header.tags,
        parameters=tuple(_parameter(p, blocks.get(p.name), source) for p in header.parameters),
        ordered=header.ordered,
        keywords=header.keywords,
    )


def _blocks(text: str, source: str) -> dict[str, Block]:
    try:
        found = read_blocks(text)
    except QuerySyntaxError as error:
        raise QuestionFileError(
            f"a VALUES block cannot be read: {error.message}", place=Place(source)
        ) from None
    blocks: dict[str, Block] = {}
    for block in found:
        if block.name in blocks:
            message = f"there are two blocks VALUES ?{block.name} with one term."
            raise QuestionFileError(
                message, place=Place(source, block.line), hint="A parameter has one block."
            )
        blocks[block.name] = block
    return blocks


def _all_declared(blocks: dict[str, Block], declared: set[str], source: str) -> None:
    for block in blocks.values():
        if block.name not in declared:
            message = (
                f"VALUES ?{block.name} has one term, but the header declares no parameter {block.name!r}."
            )
            hint = "Declare it, or use the constant without VALUES."
            raise QuestionFileError(message, place=Place(source, block.line), hint=hint)


def _parameter(declared: Declared, block: Block | None, source: str) -> Parameter:
    place = Place(source, declared.line)
    if block is None:
        message = f"the query has no block VALUES ?{declared.name} {{ … }} with one term."
        raise QuestionFileError(message, place=place, hint="Each parameter needs one, with its default.")
    try:
        default = as_term(declared.default, declared.type, block.language, declared.name)
    except ParameterError as error:
        raise QuestionFileError(
            f"the default is wrong: {error.message}", place=place, hint=error.hint
        ) from None
    if evaluated(str(default)) != [block.term]:
        message = f"the default of {declared.name} is {default} here, but {block.term} in the query."
        raise QuestionFileError(message, place=place, hint="They must be the same.")
    return Parameter(
        name=declared.name,
        type=declared.type,
        description=declared.description,
        default=declared.default,
        language=block.language,
        span=block.span,
    )
