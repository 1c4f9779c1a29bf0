"""`/api/ask` and `/ask`: questions in words, answered for programs and for people."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Final
from urllib.parse import urlencode

from anyio import CapacityLimiter, to_thread
from fastapi import Query, Request
from fastapi.responses import JSONResponse, Response

from hkkg import vocab
from hkkg.asking import LONGEST, Confidence, report
from hkkg.errors import BusyError, ParameterError, UnknownQuestionError
from hkkg.web import protocol
from hkkg.web.ask_schema import RESPONSES
from hkkg.web.pages import client_of, in_language, language, page, unless_gone, without_body
from hkkg.web.problems import status_of
from hkkg.workers.calls import FunctionCall

if TYPE_CHECKING:
    from collections.abc import Mapping

    from fastapi import FastAPI

    from hkkg.asking import Asker, Given, Report, Reported
    from hkkg.web.ask_functions import Answer
    from hkkg.web.service import Service

_KNOWN: Final = ("q", "lang")
_MOST_WAITING: Final = 100
_READABLE: Final = ["GET", "HEAD"]


def install(app: FastAPI, service: Service) -> None:
    """Add the routes."""
    routes = _Routes(service)
    app.add_api_route(
        "/api/ask",
        routes.api,
        methods=["GET"],
        name="ask",
        summary="Ask in words",
        description=(
            "A question in English or Chinese is matched to a stored question and its parameters. If it is "
            "not sure which is meant, the nearest are offered in `alternatives`, and nothing is answered."
        ),
        responses=RESPONSES,
        response_class=JSONResponse,
    )
    app.add_api_route("/api/ask", routes.api, methods=["HEAD"], include_in_schema=False)
    app.add_api_route("/ask", routes.page, methods=_READABLE, include_in_schema=False)


@dataclass(frozen=True, slots=True)
class Asked:
    """What came of a question in words.

    Attributes:
        report: what was understood.
        asker: who understood it, and knows what things are called.
        answer: to it, if it is sure what is meant.
    """

    report: Report
    asker: Asker
    answer: Answer | None = None

    def name(self, iri: str) -> str:
        """Return what a thing is called in the language of the report."""
        return self.asker.names.preferred(iri, self.report.language)


class _CurrentAsker:
    """Knows the names and questions of the current generation, which a worker learns once for all."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._learning: asyncio.Future[Asker] | None = None
        self._known: Asker | None = None
        self._generation = -1

    async def get(self) -> Asker:
        """Return it; while what a write has changed is being learnt, what was known before.

        Raises:
            BusyError: nothing was known before, and this takes longer than a query may.
        """
        generation = self._service.answering.generation
        if generation != self._generation and self._learning is None:
            self._learning = asyncio.ensure_future(self._learn(generation))
        if self._known is not None:
            return self._known
        assert self._learning  # noqa: S101 - nothing is known yet, so that it was begun
        try:
            return await asyncio.wait_for(
                asyncio.shield(self._learning), self._service.settings.limits.seconds
            )
        except TimeoutError:
            raise BusyError(
                "what things and questions are called is still being learnt.", hint="Ask again in a moment."
            ) from None

    async def _learn(self, generation: int) -> Asker:
        try:
            learnt: Asker = await self._service.learn(FunctionCall("asker"))
            self._known, self._generation = learnt, generation
            return learnt
        finally:
            self._learning = None


def _reported(asker: Asker, text: str, lang: str | None) -> Report:
    return report(asker, asker.understand(text, lang), lang)


class _Routes:
    def __init__(self, service: Service) -> None:
        self._service = service
        self._asker = _CurrentAsker(service)
        self._limiter = CapacityLimiter(1)

    async def api(
        self,
        request: Request,
        q: Annotated[str | None, Query(description=f"The question, of {LONGEST} characters at most.")] = None,
        lang: Annotated[str | None, Query(description=f"One of {', '.join(vocab.LANGUAGES)}.")] = None,
    ) -> Response:
        """Answer a question in words with JSON."""
        given = _given(request)
        if q is None:
            raise ParameterError("the question is missing.", hint="Send it as ?q=.")
        asked = await self._ask(request, given["q"], _language(lang))
        return without_body(request, JSONResponse(_document(asked)))

    async def page(self, request: Request) -> Response:
        """Answer a question in words with a page; without one, show how to ask."""
        text, lang = "", language(request)
        try:
            text = _given(request).get("q", "")
            asked = await self._ask(request, text, lang) if text.strip() else None
        except ParameterError as error:
            return page(request, "ask.html", status_of(error), text=text[:LONGEST], asked=None, problem=error)
        return page(request, "ask.html", text=text, asked=asked, problem=None, address=_address)

    async def _ask(self, request: Request, text: str, lang: str | None) -> Asked:
        if not self._service.is_packaged:
            raise UnknownQuestionError("this service has no stored questions.")
        asker = await self._asker.get()
        understood = await self._understand(asker, text, lang)
        if understood.confidence is not Confidence.SURE:
            return Asked(understood, asker)
        best = understood.questions[0]
        most_rows = self._service.settings.limits.shown_rows
        call = FunctionCall("answer_asked", (best.sparql, best.things, most_rows))
        client = client_of(request)
        return Asked(understood, asker, await unless_gone(request, self._service.value(call, client)))

    async def _understand(self, asker: Asker, text: str, lang: str | None) -> Report:
        """Understand a question, one at a time, beside the loop: it is some milliseconds of work."""
        if self._limiter.statistics().tasks_waiting >= _MOST_WAITING:
            raise BusyError("too many questions are being asked.", hint="Ask again in a moment.")
        return await to_thread.run_sync(_reported, asker, text, lang, limiter=self._limiter)


def _given(request: Request) -> dict[str, str]:
    """Read the parameters of a request.

    Raises:
        ParameterError: one is unknown or repeated.
    """
    given: dict[str, str] = {}
    for name, value in protocol.decode_form(request.scope["query_string"], "the address"):
        if name not in _KNOWN:
            raise ParameterError(f"there is no parameter {name!r}.", hint=f"There are {', '.join(_KNOWN)}.")
        if name in given:
            raise ParameterError(f"the parameter {name} is given twice.", hint="Give it once.")
        given[name] = value
    return given


def _language(tag: str | None) -> str | None:
    known = {known.lower(): known for known in vocab.LANGUAGES}
    if tag is not None and tag.lower() not in known:
        raise ParameterError(f"lang cannot be {tag!r}.", hint=f"It is one of {', '.join(vocab.LANGUAGES)}.")
    return known[tag.lower()] if tag else None


def _document(asked: Asked) -> Mapping[str, object]:
    understood, answer = asked.report, asked.answer
    is_sure = understood.confidence is Confidence.SURE
    others = understood.questions[1:] if is_sure else understood.questions
    return {
        "text": understood.text,
        "language": understood.language,
        "confidence": understood.confidence,
        "corrections": dict(understood.corrections),
        "understood": _offer(understood.questions[0]) if is_sure else None,
        "result": json.loads(answer.result) if answer and not answer.is_graph else None,
        "graph": answer.result if answer and answer.is_graph else None,
        "passages": [{**p.as_dict(), "states": p.states} for p in answer.passages] if answer else [],
        "alternatives": [_offer(question) for question in others],
    }


def _offer(question: Reported) -> Mapping[str, object]:
    return {
        "question": question.question,
        "words": question.words,
        "parameters": [_parameter(given) for given in question.given],
        "missing": question.missing,
        "because": question.why,
        "score": round(question.scores.probability, 3),
        "sparql": question.sparql,
        "page": _address(question),
    }


def _parameter(given: Given) -> Mapping[str, object]:
    return {
        "name": given.parameter,
        "value": given.value,
        "iri": given.iri,
        "called": given.named,
        "label": given.label,
        "default": given.is_default,
    }


def _address(question: Reported, lang: str | None = None) -> str:
    """Return the address of a question with its values."""
    values = {given.parameter: given.value for given in question.given if not given.is_default}
    address = f"/questions/{question.question}"
    return in_language(lang, f"{address}?{urlencode(values, safe=':')}" if values else address)
