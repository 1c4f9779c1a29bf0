"""What a query may say to an endpoint: nothing that makes it call others, however it is read there."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from hkkg.errors import FederationRefusedError, QuerySyntaxError
from hkkg.store.tokens import from_clause, readings, service_target

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hkkg.store.tokens import Token

_BREAKS: Final = r"\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029"
_IN_COMMENTS: Final = re.compile(f"[{_BREAKS}]")
_ODD: Final = re.compile(f"[{_BREAKS}\\xa0\\u1680\\u180e\\u2000-\\u200b\\u202f\\u205f\\u2060\\u3000\\ufeff]")
"""Characters that some engine takes for a blank or the end of a line, and the grammar of SPARQL does not."""

_SUSPECT: Final = re.compile(r"SERVICE|FROM|DEFINE|bif:|sql:", re.IGNORECASE)
# Virtuoso has these prefixes without any declaration, and takes LONG::bif:name for a function too.
_BUILT_IN: Final = re.compile(r"<?(?:[\w-]*::)?(?:bif|sql):", re.IGNORECASE)
_SEARCHES_TEXT: Final = frozenset({"bif:contains", "<bif:contains>"})
_NO_CLAUSE: Final = re.compile(r"[ \t\n\r]*[])}>,;|=&]")
_QUOTES: Final = frozenset({"'", '"'})


def refuse_reaching_out(text: str) -> Iterator[str]:
    """Refuse what some engine could read as a request elsewhere; yield what FROM names, as it is written.

    SERVICE as the grammar has it is left to those who know which hosts may be called.

    Raises:
        FederationRefusedError: it would send requests elsewhere.
        QuerySyntaxError: engines disagree on where its strings, words and lines end.
    """
    suspect = _SUSPECT.search(text) is not None
    if not suspect and not _ODD.search(text):
        return
    for token in readings(text):
        _refuse_odd_character(token)
        if suspect and token.text in _QUOTES:
            raise QuerySyntaxError(
                f"some engine may find a {token.text} here that no other closes.",
                hint="Close every string in its line, and write a blank after <.",
            )
        _refuse_built_in(token)
        if token.kind == "word":
            yield from _word(token, text)
        elif token.kind == "name" and token.text.upper().endswith(".SERVICE"):
            _refuse_odd_service(text, token.end - len("SERVICE"))


def _refuse_odd_character(token: Token) -> None:
    if token.kind == "string":
        return
    odd = (_IN_COMMENTS if token.text[0] == "#" else _ODD).search(token.text)
    if odd:
        raise QuerySyntaxError(
            f"the query has the character U+{ord(odd[0]):04X} outside of strings.",
            hint="Engines read it differently. Write a blank or the end of a line in its place.",
        )


def _refuse_built_in(token: Token) -> None:
    if token.kind in {"name", "iri"} and _BUILT_IN.match(token.text) and token.text not in _SEARCHES_TEXT:
        raise FederationRefusedError(
            f"{token.text} is not allowed here: Virtuoso's own functions can send requests elsewhere.",
            hint="Of these, bif:contains alone is passed on.",
        )


def _word(token: Token, text: str) -> Iterator[str]:
    match token.text.upper():
        case "SERVICE":
            _refuse_odd_service(text, token.start)
        case "DEFINE":
            raise FederationRefusedError("DEFINE is not allowed here: it can send requests elsewhere.")
        case "FROM" if not _NO_CLAUSE.match(text, token.end):
            name, is_extended = from_clause(text, token.start)
            if name is None or is_extended:
                raise FederationRefusedError(
                    "FROM is not allowed here with anything but a graph's name.",
                    hint="Write FROM <https://…>.",
                )
            yield name


def _refuse_odd_service(text: str, at: int) -> None:
    if service_target(text, at) is None and not _NO_CLAUSE.match(text, at + len("SERVICE")):
        raise FederationRefusedError(
            "SERVICE is not allowed here unless it is written as the standard has it.",
            hint="Write SERVICE <https://…> { … }, with a host that may be called.",
        )
