"""`/api/questions`: the stored questions for programs, answered beneath the web framework as `/sparql` is."""

from __future__ import annotations

import asyncio
import hashlib
import json
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import unquote, urlencode

from hkkg import questions
from hkkg.errors import UnknownQuestionError
from hkkg.store import Literal
from hkkg.web import protocol, question_listing
from hkkg.web.answering import names_tag
from hkkg.web.clients import counted_as
from hkkg.web.problems import MethodError, RequestError
from hkkg.web.protocol import FORM, QueryRequest, decode_form
from hkkg.web.question_request import ALLOWED, JSON, Page, QuestionRequest, named_format, read
from hkkg.web.sparql import is_stable, preflight, prepare
from hkkg.workers.calls import FunctionCall, QueryCall

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    from hkkg.config import Limits
    from hkkg.formats import Format
    from hkkg.questions import Question
    from hkkg.store import Table
    from hkkg.web.answering import Answering
    from hkkg.web.exchange import Exchange
    from hkkg.workers.worker import Engine, Functions

    Value = Callable[[FunctionCall, str], Coroutine[Any, Any, Any]]

PLACE: Final = b"/api/questions"
_READ: Final = frozenset({"GET", "HEAD"})
_ACCEPTED: Final = f"{FORM}, {JSON}".encode()
_MOST_REMEMBERED: Final = 4_096
_LONGEST_REMEMBERED: Final = 2_000

_Values = tuple[tuple[str, str], ...]
_Key = tuple[int, str, _Values, Page]
_Asked = tuple[str, int | None]
"""A query, and the number of rows on all its pages if it answers with a table."""


def ask_question(
    engine: Engine, question: Question, values: tuple[tuple[str, str], ...], page: Page
) -> _Asked:
    """Make the query that a request asks, in a worker, which knows the names of things.

    Raises:
        ParameterError: a value is wrong, or names nothing or several things.
    """

    def ask(text: str) -> Table:
        return engine.answer(QueryCall(text, None, None)).table()

    called = engine.names.called if engine.names else None
    text = question.bind(questions.resolve(question, values, ask, called))
    shown = text if page.is_whole else questions.paged(question, text, page.limit, page.offset)
    if questions.form_of(question.text).kind != "table":
        return shown, None
    ((count,),) = ask(questions.counting(text)).rows
    return shown, int(count.value) if isinstance(count, Literal) else 0


FUNCTIONS: Final[Functions] = {"ask_question": ask_question}


class QuestionHandler:
    """Answers requests to `/api/questions` and the addresses below.

    Args:
        answering: answers calls.
        limits: of the service.
        every: the questions that the service offers.
        value: calls a function in a worker.
        base: tells the address of the service as a client knows it.
    """

    def __init__(
        self,
        answering: Answering,
        limits: Limits,
        every: Callable[[], tuple[Question, ...]],
        value: Value,
        base: Callable[[Exchange], str],
    ) -> None:
        """Begin with nothing remembered."""
        self._answering = answering
        self._limits = limits
        self._every = every
        self._value = value
        self._base = base
        self._remembered: dict[_Key, _Asked] = {}

    def most_bytes(self, _: Exchange) -> int:
        """Say how large a body may be."""
        return self._limits.request_bytes

    def handle(self, exchange: Exchange) -> None:
        """Answer."""
        name = exchange.path.removeprefix(PLACE).strip(b"/")
        if exchange.method == "OPTIONS":
            preflight(exchange, ALLOWED if name else "GET, HEAD, OPTIONS", _ACCEPTED if name else b"")
        elif name:
            self._handle_question(exchange, self._find(name))
        else:
            self._list(exchange)

    def _find(self, name: bytes) -> Question:
        if not self._every():
            raise UnknownQuestionError(
                "this service has no stored questions.", hint="They are about the packaged graph alone."
            )
        try:
            return questions.find_question(unquote(name.decode("ascii", "replace"), errors="strict"))
        except UnicodeDecodeError:
            raise RequestError("the address is not UTF-8.") from None
        except UnknownQuestionError as error:
            hint = (error.hint or "").replace("`hkkg questions` lists", "/api/questions lists")
            raise UnknownQuestionError(error.message, hint=hint) from None

    def _list(self, exchange: Exchange) -> None:
        if exchange.method not in _READ:
            raise MethodError(exchange.method, "GET, HEAD, OPTIONS")
        base = self._base(exchange)
        given = decode_form(exchange.query, "the address")
        found, page = question_listing.select(self._every(), given)
        shown = found[page.offset :][: page.limit]
        entries = [_entry(question.name, base) for question in shown]
        body = json.dumps({"total": len(found), "questions": entries}, ensure_ascii=False).encode()
        etag = b'"%b"' % hashlib.blake2b(body, digest_size=12).hexdigest().encode()
        exchange.extra = _paging(f"{base}api/questions", given, page, len(found))
        fields = [(b"etag", etag), (b"cache-control", b"no-cache")]
        if names_tag(exchange.header(b"if-none-match"), etag.decode()):
            exchange.respond(304, fields, b"")
        else:
            exchange.respond(200, [(b"content-type", JSON.encode()), *fields], body)

    def _handle_question(self, exchange: Exchange, question: Question) -> None:
        request = read(exchange)
        offered = question_listing.offered_formats(question)
        wanted = named_format(request.format, offered)
        protocol.choose(exchange.header(b"accept"), wanted, offered)
        address = f"{self._base(exchange)}api/questions/{question.name}"

        def answer(asked: _Asked) -> None:
            text, total = asked
            exchange.extra = _links(address, request, total)
            self._answer(exchange, text, wanted)

        key = (self._answering.generation, question.name, request.values, request.page)
        if key in self._remembered:
            answer(self._remembered[key])
            return
        call = FunctionCall("ask_question", (question, request.values, request.page))
        task = asyncio.ensure_future(self._value(call, counted_as(exchange.client)))

        def give_up() -> None:
            task.cancel()

        exchange.on_gone = give_up
        task.add_done_callback(lambda done: self._go_on(exchange, key, done, answer))

    def _answer(self, exchange: Exchange, text: str, wanted: tuple[Format, ...]) -> None:
        accept, encodings = exchange.header(b"accept"), exchange.header(b"accept-encoding")
        prepared = prepare(QueryRequest(text, wanted=wanted), accept, encodings, self._base(exchange))
        exchange.query_text = text
        self._answering.answer(exchange, prepared.call, is_stable=is_stable(text))

    def _go_on(
        self, exchange: Exchange, key: _Key, done: asyncio.Future[_Asked], answer: Callable[[_Asked], None]
    ) -> None:
        if done.cancelled():
            return
        error = done.exception()
        if error is not None:
            exchange.fail_with(error)
            return
        if len(self._remembered) >= _MOST_REMEMBERED:
            self._remembered.clear()
        if len(repr(key)) < _LONGEST_REMEMBERED:
            self._remembered[key] = done.result()
        try:
            answer(done.result())
        except Exception as failure:  # noqa: BLE001 - whatever it is, the client must be told
            exchange.fail_with(failure)


@lru_cache(maxsize=1_000)
def _entry(name: str, base: str) -> dict[str, Any]:
    return question_listing.entry(questions.find_question(name), base)


def _links(address: str, request: QuestionRequest, total: int | None) -> bytes:
    given = list(request.values)
    if request.format is not None:
        given.append(("format", request.format))
    return b"" if total is None else _paging(address, given, request.page, total)


def _paging(address: str, given: list[tuple[str, str]], page: Page, total: int) -> bytes:
    """Write the number of all rows, and links to the pages before and after (RFC 8288)."""
    lines = b"x-total-count: %d\r\n" % total
    if page.limit is None:
        return lines
    others = [(name, value) for name, value in given if name not in {"limit", "offset"}]
    places = {"first": 0} if page.offset else {}
    if page.offset:
        places["prev"] = max(0, page.offset - page.limit)
    if page.offset + page.limit < total:
        places["next"] = page.offset + page.limit
    links = (
        f'<{address}?{urlencode([*others, ("limit", page.limit), ("offset", at)])}>; rel="{relation}"'
        for relation, at in places.items()
    )
    return lines + (f"link: {', '.join(links)}\r\n".encode() if places else b"")
