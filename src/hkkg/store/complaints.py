"""What is wrong with a query, in words that help; the engine's own are meant for its makers."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from hkkg import vocab
from hkkg.errors import Place, QuerySyntaxError
from hkkg.store.parsing import line_of
from hkkg.store.tokens import first_keyword, undeclared_prefix

if TYPE_CHECKING:
    from hkkg.store.tokens import Token

_PLACE = re.compile(r"(?:error )?at (\d+):(\d+):?\s*(.*)", re.DOTALL)
_SENTENCE = re.compile(r"\b[A-Za-z]+(?: [A-Za-z]+){2,}")
_QUOTED = re.compile(r'(?<!\[)"((?:\\.|[^"\\])+)"')
_FORMS = frozenset({"SELECT", "ASK", "CONSTRUCT", "DESCRIBE"})
_UPDATES = frozenset({"INSERT", "DELETE", "LOAD", "CLEAR", "CREATE", "DROP", "COPY", "MOVE", "ADD", "WITH"})
_MOST = 10


def query_problem(error: SyntaxError, text: str, source: str) -> QuerySyntaxError:
    """Turn the engine's complaint about a query into one with the place and the line shown."""
    start = first_keyword(text)
    if start is None:
        return QuerySyntaxError("the query is empty.", place=Place(source))
    if start.text.upper() not in _FORMS:
        return _at(start, text, source, *_form_complaint(start))
    undeclared = undeclared_prefix(text)
    if undeclared is not None:
        return _at(undeclared, text, source, *_prefix_complaint(undeclared))
    found = _PLACE.search(str(error))
    line, column = (int(found[1]), int(found[2])) if found else (error.lineno, error.offset)
    return QuerySyntaxError(
        f"the query is not well-formed: {_reason(found[3] if found else str(error.msg))}.",
        place=Place(source, line, column),
        excerpt=line_of(text.encode(), line),
    )


def _at(token: Token, text: str, source: str, message: str, hint: str) -> QuerySyntaxError:
    line = text.count("\n", 0, token.start) + 1
    return QuerySyntaxError(
        message,
        place=Place(source, line, token.start - text.rfind("\n", 0, token.start)),
        hint=hint,
        excerpt=line_of(text.encode(), line),
    )


def _form_complaint(start: Token) -> tuple[str, str]:
    hint = "A query starts with SELECT, ASK, CONSTRUCT or DESCRIBE, after its PREFIX lines."
    if start.text.upper() in _UPDATES:
        return "this is an update, not a query.", hint
    return f"{start.text!r} starts no query.", hint


def _prefix_complaint(name: Token) -> tuple[str, str]:
    prefix = name.text.partition(":")[0]
    known = vocab.PREFIXES.get(prefix, "…")
    return f"the prefix {prefix}: is not declared.", f"Put this before the query: PREFIX {prefix}: <{known}>"


def _reason(complaint: str) -> str:
    """Take out of the engine's list of everything that could stand here what a person can use."""
    told = _SENTENCE.search(complaint.removeprefix("expected ").removeprefix("one of "))
    if told:
        return told[0] if told[0][1].isupper() else told[0][0].lower() + told[0][1:]
    marks = [mark for mark in _QUOTED.findall(complaint) if not mark.startswith("\\")]
    if not 0 < len(marks) <= _MOST:
        return "it cannot be read beyond this place"
    return f"here should be one of {' '.join(dict.fromkeys(marks))}"
