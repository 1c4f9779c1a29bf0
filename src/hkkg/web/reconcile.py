"""`/reconcile`: the Reconciliation Service API 0.2, as OpenRefine and other clients use it.

`/reconcile` speaks the language that a request prefers, `/reconcile/zh-Hant` and its like always theirs.
"""

from __future__ import annotations

import asyncio
import json
import re
from collections import Counter
from functools import partial
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal

from fastapi import Path, Query, Request
from fastapi.responses import RedirectResponse, Response

from hkkg import reconciliation, vocab
from hkkg.errors import ParameterError, UnknownResourceError
from hkkg.reconciliation.identifiers import entity_iri
from hkkg.web import models, pages, parameters, protocol
from hkkg.web.addresses import local
from hkkg.web.problems import RequestError, TooLargeError
from hkkg.workers.calls import FunctionCall

if TYPE_CHECKING:
    from collections.abc import Callable

    from fastapi import FastAPI

    from hkkg.web.service import Service

PLACE: Final = "reconcile"
_ASKED: Final[tuple[str, ...]] = ("queries", "query", "extend")
_CACHE_BUSTER: Final = "_"  # which jQuery adds to what it asks for by JSONP
_PARAMETERS: Final = (*_ASKED, "callback", "lang", _CACHE_BUSTER)
_CALLBACK: Final = re.compile(r"[A-Za-z_$][\w$]*(\.[A-Za-z_$][\w$]*)*", re.ASCII)
_LONGEST_CALLBACK: Final = 100
_FRAMED: Final = pages.HEADERS["Content-Security-Policy"].replace(
    "frame-ancestors 'none'", "frame-ancestors *"
)
_FORM: Final = {
    "requestBody": {
        "content": {
            protocol.FORM: {
                "schema": {
                    "type": "object",
                    "properties": {
                        "queries": {
                            "type": "string",
                            "description": "A reconciliation query batch, as JSON.",
                        },
                        "extend": {"type": "string", "description": "A data extension query, as JSON."},
                    },
                },
                "examples": {"a batch": {"value": {"queries": '{"q0": {"query": "港大"}}'}}},
            }
        }
    }
}
_Lang = Annotated[str | None, Query(description="The language of names: en, zh-Hans or zh-Hant.")]
_Callback = Annotated[
    str | None, Query(description="A JavaScript function that the answer is to call (JSONP).")
]
_Kind = Annotated[Literal["entity", "type", "property"], Path(description="What is suggested.")]
_Id = Annotated[str, Query(alias="id", description="An identifier.", max_length=2_000)]


class Reconciliation:
    """The routes of reconciliation, in the language of one path.

    Args:
        service: whose workers answer.
        language: of this path; None for what a request prefers.
    """

    def __init__(self, service: Service, language: str | None = None) -> None:
        """Take the service."""
        self._service = service
        self._language = language
        self._place = f"{PLACE}/{language}" if language else PLACE

    def install(self, app: FastAPI) -> None:
        """Add the routes."""
        add = partial(
            app.add_api_route,
            tags=["reconciliation"],
            include_in_schema=self._language is None,
            responses=models.problems(400, 404, 501, 503, 504),
            response_model=None,
        )
        routes: dict[str, Callable[..., Any]] = {
            "/suggest/{kind}": self.suggest,
            "/flyout/{kind}": self.flyout,
            "/properties": self.propose,
            "/preview": self.preview,
            "/view": self.view,
        }
        add(f"/{self._place}", self.get, methods=["GET"], summary="Manifest, queries and data extension")
        responses = models.problems(400, 404, 413, 415, 501, 503, 504)
        add(
            f"/{self._place}",
            self.post,
            methods=["POST"],
            summary="Queries and data extension",
            openapi_extra=_FORM,
            responses=responses,
        )
        for path, answer in routes.items():
            add(f"/{self._place}{path}", answer, methods=["GET"])
        for path, answer in {"": self.get, **routes}.items():
            app.add_api_route(f"/{self._place}{path}", answer, methods=["HEAD"], include_in_schema=False)

    async def get(  # noqa: PLR0913 - one argument for each parameter
        self,
        request: Request,
        *,
        queries: Annotated[str | None, Query(description="A reconciliation query batch, as JSON.")] = None,
        query: Annotated[str | None, Query(description="One query, as JSON or as a name.")] = None,
        extend: Annotated[str | None, Query(description="A data extension query, as JSON.")] = None,
        callback: _Callback = None,
        lang: _Lang = None,
    ) -> Response:
        """Answer queries or a data extension query; without either, say what the service offers."""
        parameters.check(request, _PARAMETERS)
        given: dict[str, str | None] = {"queries": queries, "query": query, "extend": extend}
        asked = {name: text for name, text in given.items() if text is not None}
        return await self._answer(request, asked, lang, callback)

    async def post(self, request: Request) -> Response:
        """Answer queries or a data extension query, sent as a form."""
        media_type = protocol.media_type_of(request.headers.get("content-type"))
        body = await protocol.read_body(request, self._service.settings.limits)
        if body and media_type != protocol.FORM:
            raise protocol.unread(media_type, f"Send {protocol.FORM} with queries or extend.")
        given = [
            *protocol.decode_form(request.scope["query_string"], "the address"),
            *protocol.decode_form(body, "the form"),
        ]
        parameters.refuse(Counter(name for name, _ in given), _PARAMETERS)
        values = dict(given)
        asked = {name: values[name] for name in _ASKED if name in values}
        if not asked:
            raise RequestError("the form has no queries and no extend.", hint="A GET tells what there is.")
        return await self._answer(request, asked, values.get("lang"), values.get("callback"))

    async def _answer(
        self, request: Request, asked: dict[str, str], lang: str | None, callback: str | None
    ) -> Response:
        language = self._spoken(request, lang)
        if len(asked) > 1:
            raise ParameterError(f"the request has both {' and '.join(asked)}.", hint="Send one of them.")
        if not asked:
            base = pages.base_of(request, self._service)
            answer = await self._value(request, language, "manifest", base, self._place)
        elif "queries" in asked:
            answer = await self._batch(request, asked["queries"], language)
        elif "query" in asked:
            answer = await self._single(request, asked["query"], language)
        else:
            answer = await self._extended(request, asked["extend"], language)
        return _written(answer, language, callback)

    async def _batch(self, request: Request, text: str, language: str) -> dict[str, Any]:
        batch = reconciliation.read_batch(text)
        if len(batch) > reconciliation.BATCH_SIZE:
            raise TooLargeError(
                f"the batch has {len(batch):,} queries.",
                hint=f"Send {reconciliation.BATCH_SIZE} at most, as batchSize in the manifest says.",
            )
        answers = await asyncio.gather(
            *(self._value(request, language, "candidates", query) for query in batch.values())
        )
        return {name: {"result": answer} for name, answer in zip(batch, answers, strict=True)}

    async def _single(self, request: Request, text: str, language: str) -> dict[str, Any]:
        is_json = text.lstrip().startswith("{")
        query = reconciliation.read_query(
            reconciliation.read_json(text, "query") if is_json else text, "query"
        )
        return {"result": await self._value(request, language, "candidates", query)}

    async def _extended(self, request: Request, text: str, language: str) -> Any:  # noqa: ANN401 - as written
        wanted = reconciliation.read_extension(text)
        if len(wanted.ids) > reconciliation.MOST_EXTENDED:
            raise TooLargeError(
                f"the query has {len(wanted.ids):,} ids.",
                hint=f"Send {reconciliation.MOST_EXTENDED:,} at most.",
            )
        return await self._value(request, language, "extend", wanted)

    async def suggest(  # noqa: PLR0913 - one argument for each parameter
        self,
        request: Request,
        *,
        kind: _Kind,
        prefix: Annotated[str, Query(description="What a user has typed.", max_length=500)],
        cursor: Annotated[int, Query(description="Suggestions to pass over.", ge=0, le=1_000_000)] = 0,
        of_type: Annotated[
            list[str] | None, Query(alias="type", description="Types of one of which an entity must be.")
        ] = None,
        callback: _Callback = None,
        lang: _Lang = None,
    ) -> Response:
        """Suggest entities, types or properties whose name or identifier begins as was typed."""
        parameters.check(request, repeated=("type",))
        language = self._spoken(request, lang)
        typed = reconciliation.Typed(prefix, cursor, tuple(of_type or ()))
        answer = await self._value(request, language, "suggest", kind, typed)
        return _written(answer, language, callback)

    async def flyout(
        self,
        request: Request,
        *,
        kind: _Kind,
        identifier: _Id,
        callback: _Callback = None,
        lang: _Lang = None,
    ) -> Response:
        """Say a few words, as HTML, about what was suggested."""
        parameters.check(request)
        language = self._spoken(request, lang)
        answer = await self._value(request, language, "flyout", kind, identifier)
        return _written(answer, language, callback)

    async def propose(
        self,
        request: Request,
        *,
        of_type: Annotated[str, Query(alias="type", description="A type.", max_length=500)],
        limit: Annotated[int | None, Query(description="Properties at most.", ge=1, le=1_000)] = None,
        callback: _Callback = None,
        lang: _Lang = None,
    ) -> Response:
        """Propose properties to ask for of entities of a type, those that most of them have first."""
        parameters.check(request)
        language = self._spoken(request, lang)
        answer = await self._value(request, language, "propose", of_type, limit)
        return _written(answer, language, callback)

    async def preview(self, request: Request, *, identifier: _Id, lang: _Lang = None) -> Response:
        """Show a small page about an entity, which other sites may put in a frame."""
        parameters.check(request)
        language = self._spoken(request, lang)
        found = await self._value(request, language, "preview", identifier)
        answer = pages.page(request, "preview.html", found=found, spoken=language, place=local(found["iri"]))
        answer.headers["Content-Security-Policy"] = _FRAMED
        return answer

    async def view(self, request: Request, *, identifier: _Id, lang: _Lang = None) -> Response:
        """Lead to the page of an entity."""
        parameters.check(request)
        iri = entity_iri(identifier)
        place = local(iri) if iri else None
        if place is None:
            raise UnknownResourceError(f"there is no page here about {identifier[:100]!r}.")
        language = parameters.language(lang) or self._language
        return RedirectResponse(pages.in_language(language, place), status_code=303)

    def _spoken(self, request: Request, lang: str | None) -> str:
        return parameters.language(lang) or self._language or pages.language(request)

    async def _value(self, request: Request, language: str, name: str, *arguments: object) -> Any:  # noqa: ANN401 - unpickled
        client = pages.client_of(request)
        return await self._service.value(FunctionCall(f"reconcile_{name}", (language, *arguments)), client)


def _written(answer: object, language: str, callback: str | None) -> Response:
    headers = {"Content-Language": language, "Vary": "Accept-Language", "Cache-Control": "no-cache"}
    if callback is None:
        # What is no character comes from an escape in the query, and goes back as one.
        body = json.dumps(answer, ensure_ascii=False).encode("utf-8", "backslashreplace")
        return Response(body, 200, headers, "application/json")
    if len(callback) > _LONGEST_CALLBACK or not _CALLBACK.fullmatch(callback):
        raise ParameterError(
            f"the callback {callback[:50]!r} is no name of a JavaScript function.", hint="Such as jsonp123."
        )
    script = json.dumps(answer)  # in ASCII, so that no line separator of Unicode breaks the script
    return Response(f"/**/{callback}({script});", 200, headers, "application/javascript")


def install(app: FastAPI, service: Service) -> None:
    """Add reconciliation to an application."""
    for language in (None, *vocab.LANGUAGES):
        Reconciliation(service, language).install(app)
