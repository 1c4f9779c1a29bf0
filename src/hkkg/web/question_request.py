"""What a request to the questions asks for: values of parameters, a format, and a page."""

from __future__ import annotations

import json
from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any, Final

from hkkg import formats
from hkkg.errors import ParameterError, UnknownFormatError
from hkkg.web.problems import MethodError, RequestError
from hkkg.web.protocol import FORM, NO_TYPE, decode_form, decode_text, media_type_of, unread

if TYPE_CHECKING:
    from collections.abc import Iterable

    from hkkg.formats import Format
    from hkkg.web.exchange import Exchange
    from hkkg.web.protocol import Parameters

ALLOWED: Final = "GET, HEAD, POST, OPTIONS"
JSON: Final = "application/json"
RESERVED: Final = ("format", "limit", "offset")
"""Parameters that every question has besides its own."""
MOST_ROWS: Final = 10_000
"""Rows of a page."""

_READ: Final = frozenset({"GET", "HEAD"})
_MOST_DIGITS: Final = 12


@dataclass(frozen=True, slots=True)
class Page:
    """A part of the rows of an answer.

    Attributes:
        limit: rows at most; None for all.
        offset: rows before it.
    """

    limit: int | None = None
    offset: int = 0

    @property
    def is_whole(self) -> bool:
        """Whether it is all of them."""
        return self.limit is None and not self.offset


@dataclass(frozen=True, slots=True)
class QuestionRequest:
    """A request for the answer of a question.

    Attributes:
        values: of the question's own parameters, as they were sent.
        format: the name of a format, if the request says one.
        page: of the answer.
    """

    values: tuple[tuple[str, str], ...]
    format: str | None
    page: Page


def read(exchange: Exchange) -> QuestionRequest:
    """Read a request.

    Raises:
        MediaTypeError: its body is neither a form nor JSON.
        MethodError: it is none of GET, HEAD and POST.
        ParameterError: a format or a page is given twice, or is not what it should be.
        RequestError: it is not UTF-8, or its body is not well-formed.
    """
    given = decode_form(exchange.query, "the address")
    if exchange.method == "POST":
        given += _body(exchange)
    elif exchange.method not in _READ:
        raise MethodError(exchange.method, ALLOWED)
    values = tuple((name, value) for name, value in given if name not in RESERVED)
    return QuestionRequest(values, only(given, "format"), page_of(given))


def page_of(given: Parameters) -> Page:
    """Read which page is asked for.

    Raises:
        ParameterError: it is given twice, no number, or out of range.
    """
    limit = only(given, "limit")
    size = None if limit is None else _number("limit", limit, 1, MOST_ROWS)
    return Page(size, _number("offset", only(given, "offset") or "0", 0, 10**_MOST_DIGITS))


def only(given: Parameters, name: str) -> str | None:
    """Return the value of a parameter that may be given once.

    Raises:
        ParameterError: it is given twice.
    """
    values = [value for key, value in given if key == name]
    if len(values) > 1:
        raise ParameterError(f"the parameter {name} is given twice.", hint="Give it once.")
    return values[0] if values else None


def refuse_unknown(given: Parameters, known: Iterable[str]) -> None:
    """Refuse parameters that mean nothing here.

    Raises:
        ParameterError: there is one; the nearest is offered.
    """
    names = list(known)
    for name, _ in given:
        if name not in names:
            near = get_close_matches(name[:100], names, n=1)
            hint = f"Did you mean {near[0]}?" if near else f"There are: {', '.join(names)}."
            raise ParameterError(f"there is no parameter {name[:100]!r} here.", hint=hint)


def named_format(name: str | None, offered: tuple[Format, ...]) -> tuple[Format, ...]:
    """Find the format that a request names, if it names one.

    Raises:
        UnknownFormatError: the answer cannot be had in it.
    """
    try:
        return () if name is None else (formats.by_name(name, offered),)
    except UnknownFormatError as error:
        shown = f"{name[:100] if name else ''!r}"
        raise UnknownFormatError(f"the answer cannot be had as {shown}.", hint=error.hint) from None


def _number(name: str, text: str, least: int, most: int) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS and least <= int(text) <= most):
        message = f"the parameter {name} cannot be {text[:100]!r}."
        raise ParameterError(message, hint=f"It must be a whole number from {least} to {most:,}.")
    return int(text)


def _body(exchange: Exchange) -> Parameters:
    if not exchange.body:
        return []
    media_type = media_type_of(exchange.header(b"content-type") or NO_TYPE)
    match media_type:
        case "application/x-www-form-urlencoded":
            return decode_form(exchange.body, "the form")
        case "application/json":
            return _members(decode_text(exchange.body, "the body"))
        case _:
            raise unread(media_type, f"Send {FORM} or {JSON}.")


def _members(text: str) -> Parameters:
    """Read an object of JSON whose members are parameters; a number is taken as it is written."""
    try:
        found = json.loads(
            text, object_pairs_hook=_Members, parse_int=str, parse_float=str, parse_constant=str
        )
    except (json.JSONDecodeError, RecursionError) as error:
        where = f" at line {error.lineno}, column {error.colno}" if isinstance(error, ValueError) else ""
        raise RequestError(f"the body is not JSON{where}.", hint=_EXAMPLE) from None
    if not isinstance(found, _Members):
        raise RequestError("the body is no object of JSON.", hint=_EXAMPLE)
    return [(name, _value(name, value)) for name, value in found.pairs]


_EXAMPLE: Final = 'Send an object of parameters, such as {"university": "港大", "limit": 10}.'


class _Members:
    """The members of an object, of which a name may come twice."""

    def __init__(self, pairs: list[tuple[str, Any]]) -> None:
        self.pairs = pairs


def _value(name: str, value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if not isinstance(value, str) or not _is_text(value) or not _is_text(name):
        raise ParameterError(f"the parameter {name[:100]!r} is no text and no number.", hint=_EXAMPLE)
    return value


def _is_text(value: str) -> bool:
    """Whether it can be written at all: JSON can spell halves of characters."""
    return not any("\ud800" <= character <= "\udfff" for character in value)
