"""Checking a query without running it: its syntax, and whether the graph speaks of what it names."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from hkkg import vocab, why
from hkkg.errors import ParameterError, QuerySyntaxError, UnknownResourceError
from hkkg.store import EmbeddedStore, NamedNode
from hkkg.store.tokens import first_keyword, tokens

if TYPE_CHECKING:
    from collections.abc import Iterator

_UPDATES: Final = frozenset(
    {"INSERT", "DELETE", "LOAD", "CLEAR", "DROP", "CREATE", "ADD", "MOVE", "COPY", "WITH"}
)
_ELSEWHERE: Final = (vocab.XSD, "http://www.w3.org/2005/xpath-functions#")


def refuse_update(query: str) -> None:
    """Refuse what would change the graph.

    Raises:
        ParameterError: it would.
    """
    keyword = first_keyword(query)
    if keyword and keyword.text.upper() in _UPDATES:
        raise ParameterError(
            f"this is an update ({keyword.text.upper()}); the tools only read.",
            hint="Ask with SELECT, ASK, CONSTRUCT or DESCRIBE.",
        )


def check(store: EmbeddedStore, query: str) -> dict[str, Any]:
    """Say what is wrong with a query.

    Returns:
        `valid`, and `problems`: for each what is wrong, where, and what would be right.
    """
    problems = list(_problems(store, query))
    return {"valid": not problems, "problems": problems}


def _problems(store: EmbeddedStore, query: str) -> Iterator[dict[str, Any]]:
    try:
        refuse_update(query)
        EmbeddedStore().query(query)  # an empty store: it is read, and nothing is found
    except QuerySyntaxError as error:
        place = error.place
        where = {"line": place.line, "column": place.column} if place and place.line else {}
        yield {"problem": error.message, "hint": error.hint, **where}
        return
    except ParameterError as error:
        yield {"problem": error.message, "hint": error.hint}
        return
    for iri, start in _named(query).items():
        try:
            why.require_known(store, NamedNode(iri))
        except UnknownResourceError as error:
            line = query.count("\n", 0, start) + 1
            column = start - query.rfind("\n", 0, start)
            nearest = [vocab.curie(near) for near in error.nearest]
            yield {"problem": error.message, "nearest": nearest, "line": line, "column": column}


def _named(query: str) -> dict[str, int]:
    """Return the IRIs that a query names outside its prologue, with the place of the first of each."""
    prefixes: dict[str, str] = {}
    found: dict[str, int] = {}
    waiting: list[str] = []
    for token in tokens(query):
        if waiting:
            waiting.append(token.text)
            if token.kind == "iri":
                if len(waiting) > 2:  # noqa: PLR2004 - PREFIX, a name, an IRI
                    prefixes[waiting[1].removesuffix(":")] = token.text[1:-1]
                waiting = []
        elif token.kind == "word" and token.text.upper() in {"PREFIX", "BASE"}:
            waiting = [token.text]
        elif token.kind == "iri":
            found.setdefault(token.text[1:-1], token.start)
        elif token.kind == "name" and not token.text.startswith("_:"):
            prefix, _, local = token.text.partition(":")
            found.setdefault(prefixes.get(prefix, "") + local.replace("\\", ""), token.start)
    return {iri: start for iri, start in found.items() if not iri.startswith(_ELSEWHERE)}
