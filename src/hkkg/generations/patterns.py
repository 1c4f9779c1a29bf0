"""Operations with a pattern, written so that they tell what they would delete and insert, and do neither."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple
from urllib.parse import unquote

from hkkg.store.tokens import Token, tokens

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from hkkg.generations.operations import Operation

_MERGED: Final = "merged"


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


def written_aside(operation: Operation, prefix: str) -> str:
    """Write an operation with a pattern as one that only inserts, into graphs aside.

    They tell what the operation deletes and what it inserts, all by the solutions over the store as it was,
    and of what it inserts also what is there already. `aside` says what such a graph stands for.

    Args:
        operation: with a pattern.
        prefix: that the IRIs of the graphs aside begin with, and no other's.
    """
    pattern = operation.groups["WHERE"]
    deleted = operation.groups.get("DELETE", pattern if operation.kind == "DELETE" else "")
    word = _unused("".join(operation.groups.values()))
    parts: list[str] = []
    bindings: list[str] = []
    with_term = operation.words[1] if operation.kind == "WITH" else None
    for mark, text in (("-", deleted), ("+", operation.groups.get("INSERT", ""))):
        for term, triples in _templates(text):
            name = term or with_term
            graph = f"<{prefix}{mark}>" if name is None else f"?{word}{len(bindings)}"
            parts.append(f"GRAPH {graph} {{ {triples}\n}}")
            if name is not None:
                aside = f'IRI(CONCAT("{prefix}{mark}", ENCODE_FOR_URI(STR({name}))))'
                bindings.append(f"BIND(IF(ISIRI({name}), {aside}, 1/0) AS {graph})")
    own = f"WITH {with_term} " if with_term else ""
    merge, dataset = _dataset(operation, prefix)
    body = f"{{ {{{pattern}\n}} {' '.join(bindings)} }}"
    return f"{operation.prologue}{merge}{own}INSERT {{ {' '.join(parts)} }} {dataset} WHERE {body}"


def aside(graph: str, prefix: str) -> Aside | None:
    """Say what a graph aside stands for; None for the merge of what a pattern is matched with."""
    name = graph.removeprefix(prefix)
    return Aside(name[0] == "+", unquote(name[1:])) if name != _MERGED else None


def _dataset(operation: Operation, prefix: str) -> tuple[str, str]:
    """Return what makes the default graph before, and the USING clauses of an operation, each graph once.

    The engine gives a triple once for each of several graphs that hold it, and a merge has it once.
    """
    default, merge = operation.using, ""
    if len(set(default)) > 1:
        merge = "".join(f"ADD SILENT {term} TO <{prefix}{_MERGED}> ; " for term in default)
        default = (f"<{prefix}{_MERGED}>",)
    clauses = [
        *(f"USING {term}" for term in default),
        *(f"USING NAMED {term}" for term in operation.using_named),
    ]
    return merge, " ".join(dict.fromkeys(clauses))


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


def _unused(text: str) -> str:
    """Make up the beginning of names of variables that a text does not have."""
    word = "aside"
    while word in text:
        word += "_"
    return word
