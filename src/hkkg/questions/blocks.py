"""The blocks `VALUES ?name { term }` of a query, which hold the values of its parameters."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from hkkg.store import EmbeddedStore
from hkkg.store.tokens import tokens

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from hkkg.store import Term
    from hkkg.store.tokens import Token


@dataclass(frozen=True, slots=True)
class Block:
    """A block with one term: its variable, its term, and where the term stands.

    Attributes:
        name: the variable's name.
        term: what the block holds.
        language: the tag of a literal, as it is written.
        span: where the term stands in the text.
        line: the line of the text where the block starts.
    """

    name: str
    term: Term
    language: str | None
    span: tuple[int, int]
    line: int


def read_blocks(text: str) -> list[Block]:
    """Find the blocks of a query that hold one variable and one term; others are constants of the query."""
    found = list(tokens(text))
    prologue = _prologue(found)
    blocks = (_block(prologue, inner, text) for inner in _bodies(found))
    return [block for block in blocks if block is not None]


def evaluated(term: str, prologue: str = "") -> list[Term | None]:
    """Read terms as the engine does, which spells each number in one way."""
    answer = EmbeddedStore().query(f"{prologue}SELECT ?term {{ VALUES ?term {{ {term} }} }}")
    return answer.table().column("term")


def _prologue(found: Sequence[Token]) -> str:
    declarations = (
        f"PREFIX {found[i + 1].text} {found[i + 2].text}\n"
        for i in range(len(found) - 2)
        if found[i].text.upper() == "PREFIX" and found[i].kind == "word"
    )
    return "".join(declarations)


def _bodies(found: Sequence[Token]) -> Iterator[Sequence[Token]]:
    """Yield the tokens of each `VALUES ?name { … }` from the variable to the closing brace."""
    for i in range(len(found) - 3):
        is_values = found[i].kind == "word" and found[i].text.upper() == "VALUES"
        if is_values and found[i + 1].kind == "variable" and found[i + 2].text == "{":
            end = next((j for j in range(i + 3, len(found)) if found[j].text == "}"), None)
            if end is not None and end > i + 3:
                yield found[i + 1 : end + 1]


def _block(prologue: str, body: Sequence[Token], text: str) -> Block | None:
    variable, _, *inner, _ = body
    span = (inner[0].start, inner[-1].end)
    terms = evaluated(text[slice(*span)], prologue)
    if len(terms) != 1 or terms[0] is None:
        return None
    tag = next((token.text.removeprefix("@") for token in inner if token.kind == "tag"), None)
    line = text.count("\n", 0, variable.start) + 1
    return Block(variable.text[1:], terms[0], tag, span, line)
