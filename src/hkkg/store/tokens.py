"""Reading SPARQL as tokens: enough to find what the engine's parser does not tell."""

from __future__ import annotations

import re
import sys
from bisect import bisect_left
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

_IRI = r'<[^<>"{}|^`\x00-\x20]*>'  # a backslash begins an escape, of which the engine makes a character
_CHAR = r"\w\x80-\U0010ffff"  # outside of ASCII, the grammar has nothing but names
_PREFIX = rf"(?:[A-Za-z\x80-\U0010ffff][{_CHAR}.-]*+(?<!\.))?:"
_ESCAPED = r"%[0-9A-Fa-f]{2}|\\."
_LOCAL = rf"(?:[{_CHAR}:]|{_ESCAPED})(?:(?:[{_CHAR}.:-]|{_ESCAPED})*(?:[{_CHAR}:-]|{_ESCAPED}))?"
_VARIABLE = rf"[?$][{_CHAR}]+"
_UNCLOSED_BY = {  # each character is looked at once, whatever comes
    "'''": r"'''(?:[^\\']++|\\.|'(?!''))*+",
    '"""': r'"""(?:[^\\"]++|\\.|"(?!""))*+',
    "'": r"'(?:[^'\\\n\r]++|\\.)*+",
    '"': r'"(?:[^"\\\n\r]++|\\.)*+',
}
_STRING = "|".join(f"{text}{quote}" for quote, text in _UNCLOSED_BY.items())
_PATTERNS = {
    "string": _STRING,
    "iri": _IRI,
    "variable": _VARIABLE,
    "tag": r"@[A-Za-z]+(?:-[A-Za-z0-9]+)*",
    "name": rf"_:[{_CHAR}](?:[{_CHAR}.-]*[{_CHAR}-])?|{_PREFIX}(?:{_LOCAL})?",
    "number": r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?",
    "word": rf"[A-Za-z_\x80-\U0010ffff][{_CHAR}]*",
    "blank": r"[ \t\n\r]+|#[^\n\r]*",
    "mark": r"\^\^|.",
}
_TOKEN = re.compile("|".join(f"(?P<{kind}>{pattern})" for kind, pattern in _PATTERNS.items()), re.DOTALL)
_WITH_AUTHORITY = re.compile(r"<[A-Za-z][A-Za-z0-9+.-]*://")  # which no expression has after `<`
_LINE_END = re.compile(r"[\n\r]")
_KEYWORD_KINDS = frozenset({"word", "name"})
_CLOSED_OR_NOT = "|".join(f"{text}(?:{quote}|())" for quote, text in _UNCLOSED_BY.items())
_KEPT_OR_STRING = re.compile(rf"({_IRI}|#[^\n\r]*)|{_CLOSED_OR_NOT}", re.DOTALL)

_BLANKS = r"(?:[ \t\n\r]|#[^\n\r]*[\n\r])*"
_OWN_BASE = re.compile(rf"{_BLANKS}BASE{_BLANKS}<[A-Za-z][A-Za-z0-9+.-]*:", re.IGNORECASE)
_TARGET = rf"{_BLANKS}(?:SILENT{_BLANKS})?({_IRI}|{_VARIABLE}|{_PREFIX}(?:{_LOCAL})?)"
_SERVICE = re.compile(rf"SERVICE{_TARGET}{_BLANKS}\{{", re.IGNORECASE)
_FROM = re.compile(
    rf"FROM{_BLANKS}(?:NAMED{_BLANKS})?({_IRI}|{_PREFIX}(?:{_LOCAL})?)(?:{_BLANKS}(OPTION)\b)?", re.IGNORECASE
)
_ESCAPE = re.compile(r"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})")
_OPENING = frozenset("([{")
_CLOSING = frozenset(")]}")
_DECLARATIONS = {"PREFIX": ["name", "iri"], "BASE": ["iri"], "VERSION": ["string"]}


class Token(NamedTuple):
    """A token of a query, without blanks and comments."""

    kind: str
    text: str
    start: int

    @property
    def end(self) -> int:
        """Where the text after it starts."""
        return self.start + len(self.text)


def tokens(text: str) -> Iterator[Token]:
    """Split a query into tokens, leaving blanks and comments out."""
    for found in _TOKEN.finditer(text):
        if found.lastgroup and found.lastgroup != "blank":
            yield Token(found.lastgroup, found[0], found.start())


def without_strings(text: str) -> str:
    """Leave out strings, in time that grows with the length of a text and no more.

    What follows a quote that is not closed is kept.
    """
    return _KEPT_OR_STRING.sub(lambda found: found[0] if found.lastindex else " ", text)


def brackets(text: str) -> int:
    """Count the characters that may open a bracket, those of strings and comments too: no more are nested."""
    return sum(map(text.count, _OPENING))


def depth(text: str) -> int:
    """Return how deep a query's brackets are nested."""
    deepest = level = 0
    for token in tokens(text):
        if token.text in _OPENING:
            level += 1
            deepest = max(deepest, level)
        elif token.text in _CLOSING:
            level -= 1
    return deepest


def unclosed(text: str) -> Token | None:
    """Find the innermost bracket that is never closed."""
    opened: list[Token] = []
    for token in tokens(text):
        if token.text in _OPENING:
            opened.append(token)
        elif token.text in _CLOSING and opened:
            opened.pop()
    return opened[-1] if opened else None


def calls_service(text: str) -> bool:
    """Whether a query or update has a SERVICE clause under any reading."""
    return any(_targets(text, "service", _SERVICE))


def service_targets(text: str) -> set[str]:
    """Return what every SERVICE clause calls, as it is written, under any reading."""
    return set(_targets(text, "service", _SERVICE))


def service_target(text: str, at: int) -> str | None:
    """Return what a SERVICE clause calls that starts here, as it is written."""
    found = _SERVICE.match(text, at)
    return found[1] if found else None


def from_clause(text: str, at: int) -> tuple[str | None, bool]:
    """Return what a FROM clause names that starts here, as it is written, and whether it has options."""
    found = _FROM.match(text, at)
    return (found[1], bool(found[2])) if found else (None, False)


def unescaped(text: str) -> str:
    """Replace codepoint escapes (SPARQL 1.1 Query, section 19.2), wherever they stand."""
    return _ESCAPE.sub(_codepoint, text)


def _codepoint(found: re.Match[str]) -> str:
    number = int(found[1] or found[2], 16)
    return chr(number) if number <= sys.maxunicode else found[0]


def dataset_of(text: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the names of a query's FROM clauses, and of its FROM NAMED clauses, as they are written."""
    if "from" not in text.casefold():
        return (), ()
    default: list[str] = []
    named: list[str] = []
    words = list(tokens(text))
    for at, token in enumerate(words[:-1]):
        if token.kind != "word" or token.text.upper() != "FROM":
            continue
        if words[at + 1].text.upper() != "NAMED":
            default.append(words[at + 1].text)
        elif words[at + 2 :]:
            named.append(words[at + 2].text)
    return tuple(default), tuple(named)


def prologue(text: str) -> str:
    """Return what stands before the word that says what a request is."""
    start = first_keyword(text)
    return text[: start.start] if start else text


def readings(text: str) -> Iterator[Token]:
    """Yield every token that some reading of a text finds, blanks and comments too, in no order.

    The engine reads `1<2)#>` in a filter as a comparison and a comment, where a tokenizer reads an IRI, so
    that one of them can be led to see a string where the other sees a clause.
    """
    seen: set[int] = set()
    line_ends = [found.start() for found in _LINE_END.finditer(text)]
    commented: dict[int, int] = {}
    waiting = [0]
    while waiting:
        at = waiting.pop()
        if at in seen or at >= len(text):
            continue
        seen.add(at)
        if text[at] == "#":
            line = bisect_left(line_ends, at)
            if commented.get(line, len(text)) <= at:
                continue  # the end of a comment that is known; to read it again and again would take long
            commented[line] = at
        found = _TOKEN.match(text, at)
        if found is None or not found.lastgroup:
            continue
        yield Token(found.lastgroup, found[0], at)
        waiting += _next_starts(found)


def _next_starts(found: re.Match[str]) -> list[int]:
    if found.lastgroup == "iri" and not _WITH_AUTHORITY.match(found[0]):
        return [found.end(), found.start() + 1]  # `<` may be an operator
    if found.lastgroup == "name" and "\\" in found[0]:
        return [found.end(), *(found.start() + at + 1 for at, mark in enumerate(found[0]) if mark == "\\")]
    return [found.end()]


def _targets(text: str, word: str, clause: re.Pattern[str]) -> Iterator[str]:
    """Yield what every clause of a kind names that may stand in a text.

    A keyword may stand beside a word or prefix without a blank, and the engine ends a name that has several
    dots at the second.
    """
    if word not in text.casefold():
        return
    keyword = re.compile(word, re.IGNORECASE)
    for token in readings(text):
        if token.kind not in _KEYWORD_KINDS:
            continue
        last_colon = text.rfind(":", token.start, token.end + 1)
        for found in keyword.finditer(token.text, 1 if token.text[0] == ":" else 0):
            after = token.start + found.end()
            # What it names starts in the next token, or is the rest of this one, with a prefix.
            if token.text[found.end() :].upper() in {"", "SILENT"} or after <= last_colon:
                named = clause.match(text, token.start + found.start())
                if named:
                    yield named[1]


def undeclared_prefix(text: str) -> Token | None:
    """Find the first prefixed name whose prefix the query does not declare."""
    declared: set[str] = set()
    previous = ""
    for token in tokens(text):
        if token.kind == "name" and not token.text.startswith("_:"):
            prefix = token.text.partition(":")[0]
            if previous.upper() == "PREFIX":
                declared.add(prefix)
            elif prefix not in declared and previous != "<":  # after `<`, it is a malformed IRI
                return token
        previous = token.text
    return None


def begins_with_base(text: str) -> bool:
    """Whether a query says first of all what its relative IRIs are relative to."""
    return _OWN_BASE.match(text) is not None


def first_keyword(text: str) -> Token | None:
    """Find the word that says what a request is, after its prologue; None if there is nothing at all."""
    expected: list[str] = []
    for token in tokens(text):
        if expected and token.kind == expected[0]:
            expected = expected[1:]
        elif token.kind == "word" and token.text.upper() in _DECLARATIONS:
            expected = _DECLARATIONS[token.text.upper()]
        else:
            return token
    return None


class Service(NamedTuple):
    """What a SERVICE clause calls, and where in the query it is written."""

    iri: str
    start: int
    end: int
    is_silent: bool


def plain_services(text: str) -> list[Service]:
    """Find what is called by SERVICE clauses with an IRI, as a tokenizer reads them, in order."""
    found: list[Service] = []
    every = list(tokens(text))
    for word, first, second in zip(every, every[1:], every[2:], strict=False):
        if word.kind == "word" and word.text.upper() == "SERVICE":
            is_silent = first.text.upper() == "SILENT"
            target = second if is_silent else first
            if target.kind == "iri":
                found.append(Service(target.text[1:-1], target.start, target.end, is_silent))
    return found
