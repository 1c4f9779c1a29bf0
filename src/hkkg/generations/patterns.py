"""Operations with a pattern, written so that they tell what they would delete and insert, and do neither."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple
from urllib.parse import unquote

from hkkg.generations.operations import outer_words
from hkkg.store.tokens import Token, tokens

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from hkkg.generations.operations import Operation

_CLAUSES: Final = frozenset({"DELETE", "INSERT", "WHERE"})
_ASIDE: Final = "urn:x-hkkg-aside:"
_MERGED: Final = f"{_ASIDE}merged"


class Aside(NamedTuple):
    """What a graph aside stands for.

    Attributes:
        inserts: whether its triples are to be inserted, else to be deleted.
        graph: the IRI of the graph that they are meant for; nothing for the default graph.
    """

    inserts: bool
    graph: str


class _Template(NamedTuple):
    """Triples of a template, and the term of the graph that it puts them in; None is the default graph."""

    term: str | None
    triples: str


def written_aside(operation: Operation) -> str:
    """Write an operation with a pattern as one that only inserts, into graphs aside.

    They tell what the operation deletes and what it inserts, all by the solutions over the store as it was,
    and of what it inserts also what is there already. `aside` says what such a graph stands for.
    """
    clauses = _clauses(operation.text)
    pattern = clauses["WHERE"]
    deleted = clauses.get("DELETE", pattern if operation.words[0] == "DELETE" else "")
    word = _unused(operation.whole)
    parts: list[str] = []
    bindings: list[str] = []
    with_term = _term_after(operation.text, "WITH")
    for mark, text in (("-", deleted), ("+", clauses.get("INSERT", ""))):
        for term, triples in _templates(text):
            name = term or with_term
            graph = f"<{_ASIDE}{mark}>" if name is None else f"?{word}{len(bindings)}"
            parts.append(f"GRAPH {graph} {{ {triples}\n}}")
            if name is not None:
                aside = f'IRI(CONCAT("{_ASIDE}{mark}", ENCODE_FOR_URI(STR({name}))))'
                bindings.append(f"BIND(IF(ISIRI({name}), {aside}, 1/0) AS {graph})")
    own = f"WITH {with_term} " if with_term else ""
    merge, dataset = _dataset(operation.text)
    body = f"{{ {{{pattern}\n}} {' '.join(bindings)} }}"
    return f"{operation.prologue}{merge}{own}INSERT {{ {' '.join(parts)} }} {dataset} WHERE {body}"


def aside(graph: str) -> Aside | None:
    """Say what a graph aside stands for; None for the merge of what a pattern is matched with."""
    name = graph.removeprefix(_ASIDE)
    return Aside(name[0] == "+", unquote(name[1:])) if graph != _MERGED else None


def _clauses(text: str) -> dict[str, str]:
    """Return what stands in the braces behind each keyword of an operation."""
    found: dict[str, str] = {}
    level = start = 0
    word = ""
    for token in tokens(text):
        if token.text == "{":
            level += 1
            start = token.end if level == 1 else start
        elif token.text == "}":
            level -= 1
            if level == 0:
                found[word] = text[start : token.start]
        elif level == 0 and token.kind == "word" and token.text.upper() in _CLAUSES:
            word = token.text.upper()
    return found


def _templates(text: str) -> Iterator[_Template]:
    """Split a template at its graphs (SPARQL 1.1 grammar, Quads)."""
    every = list(tokens(text))
    at = begin = 0
    while at < len(every):
        if every[at].kind != "word" or every[at].text.upper() != "GRAPH":
            at += 1
            continue
        yield from _triples(None, every[begin:at], text)
        end = _closing(every, at + 2)
        yield from _triples(every[at + 1].text, every[at + 3 : end], text)
        at = begin = end + 2 if every[end + 1 : end + 2] and every[end + 1].text == "." else end + 1
    yield from _triples(None, every[begin:], text)


def _closing(every: Sequence[Token], opening: int) -> int:
    """Return where the brace is that closes another."""
    level = 0
    for at in range(opening, len(every)):
        level += (every[at].text == "{") - (every[at].text == "}")
        if level == 0:
            return at
    return len(every)


def _triples(term: str | None, own: Sequence[Token], text: str) -> Iterator[_Template]:
    if own:
        yield _Template(term, text[own[0].start : own[-1].end])


def _term_after(text: str, keyword: str) -> str | None:
    every = list(tokens(text))
    if every[0].kind == "word" and every[0].text.upper() == keyword:
        return every[1].text
    return None


def _unused(text: str) -> str:
    """Make up the beginning of names of variables that a text does not have."""
    word = "aside"
    while word in text:
        word += "_"
    return word


def _dataset(text: str) -> tuple[str, str]:
    """Return the USING clauses of an operation, each graph once, and what makes the default graph before.

    The engine gives a triple once for each of several graphs that hold it, and a merge has it once.
    """
    default: dict[str, None] = {}
    named: dict[str, None] = {}
    every = list(tokens(text[: _start_of_pattern(text)]))
    for at, token in enumerate(every[:-1]):
        if token.kind != "word" or token.text.upper() != "USING":
            continue
        if every[at + 1].text.upper() == "NAMED":
            named[every[at + 2].text] = None
        else:
            default[every[at + 1].text] = None
    merge = ""
    if len(default) > 1:
        merge = "".join(f"ADD SILENT {term} TO <{_MERGED}> ; " for term in default)
        default = {f"<{_MERGED}>": None}
    return merge, " ".join(
        [*(f"USING {term}" for term in default), *(f"USING NAMED {term}" for term in named)]
    )


def _start_of_pattern(text: str) -> int:
    return next(word.start for word in outer_words(text) if word.text.upper() == "WHERE")
