"""Mistakes with variables and values, which the engine finds at the end of a pattern and does not name."""

from __future__ import annotations

from bisect import bisect_left
from itertools import chain, takewhile
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from hkkg.store.tokens import Token

_AGGREGATES: Final = frozenset({"COUNT", "SUM", "MIN", "MAX", "AVG", "SAMPLE", "GROUP_CONCAT"})
_AFTER_PROJECTION: Final = frozenset({"FROM", "WHERE", "{"})
_AFTER_GROUPS: Final = frozenset({"HAVING", "ORDER", "LIMIT", "OFFSET", "VALUES"})
_CLOSED_BY: Final = {"(": ")", "{": "}", "[": "]"}
_MOST_BOUND: Final = 200
"""BINDs of a group that are tried with other names."""

_FRESH: Final = "?hkkg_unused_name_"


class Mistake(NamedTuple):
    """What is wrong, and at which token."""

    token: Token
    message: str
    hint: str


class _Variables(NamedTuple):
    """Variables of a list of expressions: those that it names, and those that stand outside of aggregates."""

    named: list[Token]
    free: list[Token]


def of_select(every: Sequence[Token], at: int) -> Mistake | None:
    """Find a variable that the SELECT at a place cannot have."""
    projection = list(takewhile(lambda token: token.text.upper() not in _AFTER_PROJECTION, every[at + 1 :]))
    opening = next((n for n in range(at, len(every)) if every[n].text == "{"), len(every))
    end = _closing(every, opening)
    named, free = _variables(projection)
    bare = set(free)
    computed = [token for token in named if token not in bare]
    return (
        _selected_twice(named)
        or _ungrouped(projection, _without(free, computed), every[end + 1 :])
        or _in_use(computed, every[opening:end])
    )


def of_group(every: Sequence[Token], end: int, fails: Callable[[Sequence[Token]], bool]) -> Mistake | None:
    """Find what the group that ends at a place cannot have.

    Args:
        every: the tokens of the query.
        end: the number of the bracket that closes the group.
        fails: whether other tokens in their place cannot be read either, as far as this bracket.
    """
    start = _opening(every, end)
    if start is None:
        return None
    if every[start + 1].text.upper() == "SELECT":
        return of_select(every[:end], start + 1)
    return of_values(every, end) or _bound_twice(every, list(_bound(every, start, end)), fails)


def of_values(every: Sequence[Token], end: int) -> Mistake | None:
    """Find a row of the VALUES that end at a place that has too few or too many values."""
    start = _opening(every, end)
    before = _opening(every, start - 1) if start else None
    if not start or not before or every[before - 1].text.upper() != "VALUES":
        return None
    variables = start - before - 2
    at = start + 1
    while at < end and every[at].text == "(":
        last = _closing(every, at)
        values = _count(every[at + 1 : last])
        if values != variables:
            said = f"a row of VALUES has {_counted(values, 'value')} for {_counted(variables, 'variable')}."
            return Mistake(every[at], said, "Give each variable a value in each row, or UNDEF.")
        at = last + 1
    return None


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _count(row: Sequence[Token]) -> int:
    """Count values, of which a literal with a language is two tokens, and one with a datatype three."""
    return sum(token.kind != "tag" for token in row) - 2 * sum(token.text == "^^" for token in row)


def _selected_twice(named: list[Token]) -> Mistake | None:
    seen: set[str] = set()
    for token in named:
        if _name(token) in seen:
            return Mistake(token, f"{token.text} is selected twice.", "Give one of them another name.")
        seen.add(_name(token))
    return None


def _ungrouped(projection: list[Token], free: list[Token], rest: Sequence[Token]) -> Mistake | None:
    has_groups = bool(rest) and rest[0].text.upper() == "GROUP"
    if not has_groups and not any(token.text.upper() in _AGGREGATES for token in (*projection, *rest)):
        return None
    groups = takewhile(lambda token: token.text.upper() not in _AFTER_GROUPS, rest if has_groups else ())
    lone = next(iter(_without(free, chain(*_variables(groups)))), None)
    if lone is None:
        return None
    name = f"?{_name(lone)}"
    message = f"the solutions are grouped, but not by {name}."
    add = f"Add {name} to GROUP BY" if has_groups else f"Add GROUP BY {name}"
    return Mistake(lone, message, f"{add}, or take any value of it: SAMPLE({name}).")


def _without(some: list[Token], others: Iterable[Token]) -> list[Token]:
    names = set(map(_name, others))
    return [token for token in some if _name(token) not in names]


def _in_use(computed: list[Token], pattern: Sequence[Token]) -> Mistake | None:
    used = {_name(token) for token in pattern if token.kind == "variable"}
    return next((_used(token) for token in computed if _name(token) in used), None)


def _used(token: Token) -> Mistake:
    return Mistake(token, f"{token.text} is in use already.", "Give the new value a name of its own.")


def _variables(expressions: Iterable[Token]) -> _Variables:
    named, free = [], []
    around: list[bool] = []  # for each bracket that is open, whether it is within an aggregate
    before = ""
    for token in expressions:
        if token.text == "(":
            around.append(before in _AGGREGATES or around[-1:] == [True])
        elif token.text == ")":
            around = around[:-1]
        elif token.kind == "variable" and before == "AS":
            named.append(token)
        elif token.kind == "variable" and not any(around[-1:]):
            free.append(token)
            named += [] if around else [token]
        before = token.text.upper()
    return _Variables(named, free)


def _bound(every: Sequence[Token], start: int, end: int) -> Iterator[int]:
    """Yield the numbers of the variables to which BIND gives a value in a group, not in those within it."""
    at = start + 1
    while at < end:
        last = _closing(every, at)
        if (
            every[at].text == "("
            and every[at - 1].text.upper() == "BIND"
            and every[last - 2].text.upper() == "AS"
        ):
            yield last - 1
        at = last + 1


def _bound_twice(
    every: Sequence[Token], bound: list[int], fails: Callable[[Sequence[Token]], bool]
) -> Mistake | None:
    """Find the first that is in use already: if it has another name, the group can be read so far."""

    def fails_with(first: int) -> bool:
        renamed = list(every)
        for number in bound[first:]:
            renamed[number] = every[number]._replace(text=f"{_FRESH}{number}")
        return fails(renamed)

    if len(bound) > _MOST_BOUND:
        return None
    first = bisect_left(range(len(bound) + 1), 1, key=fails_with)
    return _used(every[bound[first - 1]]) if 0 < first <= len(bound) else None


def _name(token: Token) -> str:
    return token.text[1:]


def _closing(every: Sequence[Token], at: int) -> int:
    """Return the number of the bracket that closes the one at a place; the place itself if there is none."""
    if at >= len(every) or every[at].text not in _CLOSED_BY:
        return at
    level = 0
    for number in range(at, len(every)):
        level += (every[number].text in _CLOSED_BY) - (every[number].text in _CLOSED_BY.values())
        if level == 0:
            return number
    return at


def _opening(every: Sequence[Token], end: int) -> int | None:
    """Return the number of the bracket that the one at a place closes."""
    level = 0
    for number in range(end, -1, -1):
        level += (every[number].text in _CLOSED_BY.values()) - (every[number].text in _CLOSED_BY)
        if level <= 0:
            return number if number < end else None
    return None
