"""What is wrong with a query, in words that help; the engine's own are meant for its makers."""

from __future__ import annotations

import re
from bisect import bisect_right
from difflib import get_close_matches
from typing import TYPE_CHECKING, Final

import pyoxigraph

from hkkg import vocab
from hkkg.errors import Place, QuerySyntaxError
from hkkg.store import mistakes
from hkkg.store.parsing import line_of
from hkkg.store.tokens import Token, brackets, first_keyword, tokens, unclosed, undeclared_prefix

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from hkkg.store.mistakes import Mistake

    _Reading = Callable[[str], object]

_PLACE = re.compile(r"(?:error )?at (\d+):(\d+):?\s*(.*)", re.DOTALL)
_SENTENCE = re.compile(r"\b[A-Za-z]+(?: [A-Za-z]+){2,}")
FORMS = frozenset({"SELECT", "ASK", "CONSTRUCT", "DESCRIBE"})
_UPDATES = frozenset({"INSERT", "DELETE", "LOAD", "CLEAR", "CREATE", "DROP", "COPY", "MOVE", "ADD", "WITH"})
_KEYWORDS: Final = (
    *("INSERT", "DELETE", "DATA", "WITH", "USING", "CLEAR", "DROP", "CREATE", "COPY", "MOVE", "SILENT"),
    *("SELECT", "DISTINCT", "REDUCED", "WHERE", "FROM", "NAMED", "OPTIONAL", "UNION", "MINUS", "GRAPH"),
    *("FILTER", "BIND", "VALUES", "EXISTS", "ORDER", "GROUP", "HAVING", "LIMIT", "OFFSET", "CONSTRUCT"),
    *("COUNT", "SAMPLE", "GROUP_CONCAT", "SEPARATOR", "REGEX", "BOUND", "LANG", "LANGMATCHES", "DATATYPE"),
    *("COALESCE", "CONCAT", "CONTAINS", "STRSTARTS", "STRENDS", "REPLACE", "ISIRI", "ISLITERAL", "ISBLANK"),
)
_UPDATE_HINT: Final = "An update starts with INSERT, DELETE, WITH or CLEAR, say, after its PREFIX lines."
_MALFORMED: Final = "the query is not well-formed: "
_IRI_FAILED: Final = "IRI parsing failed"
_OPENING: Final = frozenset("([{")
_CLOSING: Final = frozenset(")]}")
_FLAT: Final = frozenset("(),")
_FLAT_IN_DATA: Final = frozenset({".", ";", "^^", "[", "]", "{", "}"})
_BEFORE_DATA: Final = frozenset(
    {
        *("PREFIX", "BASE", "INSERT", "DELETE", "DATA", "CLEAR", "DROP", "CREATE", "COPY", "MOVE", "ADD"),
        *("SILENT", "GRAPH", "DEFAULT", "NAMED", "ALL", "TO"),
    }
)
_BRACKETS: Final = frozenset("{}()[];,")
_BRACKETS_OF_TWO: Final = frozenset({"<(", ")>", "{|", "|}"})
# Longer than any keyword: where one may stand, the engine reads as far as it would reach.
_PADDING: Final = " " * 24
_ANY_BASE: Final = "x:/"
_NOWHERE_ALLOWED: Final = "\x01"
_LONGEST_SEARCHED: Final = 100_000
_LONGEST_SHOWN: Final = 40
_DEEPEST: Final = 400
_MOST_STEPS: Final = 20_000


def refuse_monster(text: str, source: str) -> None:
    """Refuse a request that would overflow the stack of the engine, which takes the process along.

    It is read no further than to what is too much. The triples of INSERT DATA and DELETE DATA may be any
    number, and so may these operations: the engine reads them in a loop.

    Raises:
        QuerySyntaxError: it is nested too deeply, or has too many parts.
    """
    if len(text) <= _MOST_STEPS and brackets(text) <= _DEEPEST:
        return
    level = steps = 0
    for token, is_data in _with_data_told(text):
        level += (token.text in _OPENING) - (token.text in _CLOSING)
        steps += _takes_a_step(token) and not (is_data and _is_harmless_in_data(token))
        if level > _DEEPEST:
            message = f"the query is nested deeper than {_DEEPEST} brackets."
            raise QuerySyntaxError(message, place=Place(source), hint="Write it flatter.")
        if steps > _MOST_STEPS:
            raise _too_large(text, source)


def _too_large(text: str, source: str) -> QuerySyntaxError:
    start = first_keyword(text)
    is_update = start is not None and start.text.upper() in _UPDATES
    what = "update" if is_update else "query"
    message = f"the {what} has more than {_MOST_STEPS:,} operators, keywords and patterns."
    hint = "Put INSERT DATA ahead of any WHERE." if is_update else "Write data as VALUES, or ask in parts."
    return QuerySyntaxError(message, place=Place(source), hint=hint)


def _takes_a_step(token: Token) -> bool:
    """Whether a token may take the engine one step deeper: an operator, a keyword, the end of a pattern."""
    if token.kind == "number":
        return token.text[0] in "+-"
    return token.kind in {"mark", "word"} and token.text not in _FLAT


def _is_harmless_in_data(token: Token) -> bool:
    return token.kind != "mark" or token.text in _FLAT_IN_DATA


def _with_data_told(text: str) -> Iterator[tuple[Token, bool]]:
    """Yield the tokens, each with whether it is of INSERT DATA or DELETE DATA, or of what leads there.

    Only those are told before which there is nothing but a prologue, operations on whole graphs, and others.
    There is no `<` for an operator in them, so that the engine reads the very tokens that are read here.
    """
    level, leading, before = 0, True, ""
    for token in tokens(text):
        leading = leading and (level > 0 or _leads_to_data(token, before))
        yield token, leading
        level += (token.text in _OPENING) - (token.text in _CLOSING)
        before = token.text


def _leads_to_data(token: Token, before: str) -> bool:
    if token.kind == "mark":
        return token.text == ";" or (token.text == "{" and before.upper() == "DATA")
    return token.kind in {"name", "iri"} or token.text.upper() in _BEFORE_DATA


def query_problem(error: SyntaxError, text: str, source: str) -> QuerySyntaxError:
    """Turn the engine's complaint about a query into one with the place and the line shown."""
    start = first_keyword(text)
    if start is None:
        return QuerySyntaxError("the query is empty.", place=Place(source))
    if start.text.upper() not in FORMS:
        return _at(start.start, text, source, *_form_complaint(start))
    undeclared = undeclared_prefix(text)
    if undeclared is not None:
        return _at(undeclared.start, text, source, *_prefix_complaint(undeclared))
    at, said = _complaint(error, text)
    told = _SENTENCE.search(said.removeprefix("expected ").removeprefix("one of "))
    if told and told[0] == _IRI_FAILED:
        opening = max(text.rfind("<", 0, at), 0)
        return _at(opening, text, source, *_iri_complaint(text[opening:at]))
    if told:
        return _at(*_mistake_of_all(start, text, source, told[0]))
    # If nothing is wrong without a base, it is an IRI that is relative.
    return _at(*_stumbling_block(text, at, source, "query", [_reading(_ANY_BASE), _reading(None)]))


def update_problem(error: SyntaxError, text: str, source: str, base: str | None) -> QuerySyntaxError:
    """Turn the engine's complaint about an update into one with the place and the line shown."""
    start = first_keyword(text)
    if start is not None and start.text.upper() in FORMS:
        return _at(start.start, text, source, "this is a query, not an update.", _UPDATE_HINT)
    undeclared = undeclared_prefix(text)
    if undeclared is not None:
        return _at(undeclared.start, text, source, *_prefix_complaint(undeclared))
    at, said = _complaint(error, text)
    told = _SENTENCE.search(said.removeprefix("expected ").removeprefix("one of "))
    if told:
        return _at(at, text, source, f"the update is not well-formed: {told[0]}.")
    return _at(*_stumbling_block(text, at, source, "update", [_reading_update(base)]))


def _complaint(error: SyntaxError, text: str) -> tuple[int, str]:
    """Return where in the text the engine stopped, and what it says."""
    found = _PLACE.search(str(error))
    if not found:
        return 0, str(error.msg)
    before = text.split("\n")[: int(found[1]) - 1]
    return sum(len(line) + 1 for line in before) + int(found[2]) - 1, found[3]


def _stumbling_block(
    text: str, at: int, source: str, noun: str, readings: Sequence[_Reading]
) -> tuple[int, str, str, str, str | None]:
    """Find the token at which a query or update cannot be read on, and say so.

    Trying a keyword, the engine reads as many characters as it has, and takes the furthest that it came
    for the place of the error. It is asked again with the tokens so far apart that none reaches the next.
    """
    malformed = f"the {noun} is not well-formed: "
    every = list(tokens(text)) if len(text) <= _LONGEST_SEARCHED else []
    quote = next((token for token in every if token.text in {'"', "'"}), None)
    if quote is not None:
        return quote.start, text, source, f"this text is not closed by another {quote.text}.", None
    for read in readings if every else ():
        number = _failing(every, read)
        if number is not None:
            place, said, hint = _block(every, number, read, text)
            return place, text, source, f"{malformed}{said}", hint
    return at, text, source, f"{malformed}it cannot be read beyond this place.", None


def _block(every: list[Token], number: int, read: _Reading, text: str) -> tuple[int, str, str | None]:
    """Say what is wrong with the token at which a text cannot be read on, or with its end."""
    if number < len(every):
        token = every[number]
        mistake = _mistake_before(every, number, read)
        if mistake:
            return mistake.token.start, mistake.message, mistake.hint
        shown = token.text if len(token.text) <= _LONGEST_SHOWN else f"{token.text[:_LONGEST_SHOWN]}…"
        return token.start, f"{shown!r} cannot stand here.", _keyword_hint(token)
    opened = unclosed(text)
    hint = f"The {opened.text} in line {_line(opened.start, text)} is not closed." if opened else None
    return every[-1].end, "it ends too soon.", hint


def _mistake_of_all(start: Token, text: str, source: str, told: str) -> tuple[int, str, str, str, str | None]:
    """Find what the engine tells of only when it has read all of the query, without a name and a place."""
    every = list(tokens(text)) if len(text) <= _LONGEST_SEARCHED else [start]
    last = max((number for number, token in enumerate(every) if token.text == "}"), default=0)
    mistake = mistakes.of_select(every, every.index(start)) or mistakes.of_values(every, last)
    if mistake:
        return mistake.token.start, text, source, f"{_MALFORMED}{mistake.message}", mistake.hint
    reason = told if told[1].isupper() else told[0].lower() + told[1:]
    return start.start, text, source, f"{_MALFORMED}{reason}.", None


def _mistake_before(every: list[Token], number: int, read: _Reading) -> Mistake | None:
    if every[number].text != "}":
        return None
    return mistakes.of_group(every, number, lambda others: _failing(others, read) == number)


def _reading(base: str | None) -> _Reading:
    return lambda text: pyoxigraph.Store().query(text, base_iri=base)


def _reading_update(base: str | None) -> _Reading:
    """Let the engine read updates, of which it carries out none: each ends so that it is malformed."""
    return lambda text: pyoxigraph.Store().update(f"{text}{_NOWHERE_ALLOWED}", base_iri=base)


def _failing(every: Sequence[Token], read: _Reading) -> int | None:
    """Return the number of the token that the engine cannot read; one more than there are for the end."""
    parts: list[str] = []
    starts: list[int] = []
    length = 0
    for previous, token in zip([None, *every], every, strict=False):
        apart = previous is not None and (
            token.start > previous.end
            or (not _BRACKETS.isdisjoint({previous.text, token.text}) and not _is_bracket(previous, token))
        )
        parts += [_PADDING, token.text] if apart else [token.text]
        starts.append(length + (len(_PADDING) if apart else 0))
        length = starts[-1] + len(token.text)
    spread = "".join([*parts, _PADDING])
    try:
        read(spread)
    except SyntaxError as error:
        at, _ = _complaint(error, spread)
        return len(every) if at >= len(spread) else bisect_right(starts, at) - 1
    return None


def _is_bracket(first: Token, second: Token) -> bool:
    """Whether tokens are parts of one bracket of SPARQL 1.2: `<<(`, `)>>`, `{|` or `|}`."""
    return first.text + second.text in _BRACKETS_OF_TWO


def _keyword_hint(token: Token) -> str | None:
    word = token.text.upper()
    near = get_close_matches(word, _KEYWORDS, n=1) if token.kind == "word" and word not in _KEYWORDS else None
    return f"Did you mean {near[0]}?" if near else None


def _at(at: int, text: str, source: str, message: str, hint: str | None = None) -> QuerySyntaxError:
    line = _line(at, text)
    return QuerySyntaxError(
        message,
        place=Place(source, line, at - text.rfind("\n", 0, at)),
        hint=hint,
        excerpt=line_of(text.encode(), line),
    )


def _line(at: int, text: str) -> int:
    return text.count("\n", 0, at) + 1


def _form_complaint(start: Token) -> tuple[str, str]:
    hint = "A query starts with SELECT, ASK, CONSTRUCT or DESCRIBE, after its PREFIX lines."
    if start.text.upper() in _UPDATES:
        return "this is an update, not a query.", hint
    return f"{start.text!r} starts no query.", hint


def _prefix_complaint(name: Token) -> tuple[str, str]:
    prefix = name.text.partition(":")[0]
    known = vocab.PREFIXES.get(prefix, "…")
    return f"the prefix {prefix}: is not declared.", f"Put this before it: PREFIX {prefix}: <{known}>"


def _iri_complaint(written: str) -> tuple[str, str]:
    message = f"{_MALFORMED}{written[:_LONGEST_SHOWN]} is no absolute IRI."
    return (
        message,
        "Write it whole, with its scheme and without spaces, or declare a BASE <…>.",
    )
