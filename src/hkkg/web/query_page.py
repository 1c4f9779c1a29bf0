"""`/query`: the query editor, where it is built; else a plain form that the service answers with a page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from fastapi.responses import JSONResponse, Response

from hkkg import questions, vocab
from hkkg.errors import UnknownQuestionError
from hkkg.web.addresses import PLACES
from hkkg.web.conditional import is_unchanged, validators
from hkkg.web.pages import client_of, language, page, unless_gone, without_body
from hkkg.web.said import by_theme, without_header
from hkkg.web.texts import TEXTS
from hkkg.workers.calls import FunctionCall

if TYPE_CHECKING:
    from fastapi import FastAPI, Request

    from hkkg.web.service import Service

_TERMS: Final = "/query/terms.json"
_FOR_SCRIPT: Final = "js_"
_EXAMPLE: Final = f"""\
PREFIX hkkg: <{vocab.HKKG}>
PREFIX skos: <{vocab.SKOS}>

SELECT ?laboratory ?university {{
  ?laboratory a hkkg:StateKeyLaboratory ;
    hkkg:hostedBy ?university .
}}
"""


def install(app: FastAPI, service: Service) -> None:
    """Serve the editor and what it completes."""
    shown = _QueryPage(service)
    readable = ["GET", "HEAD"]
    app.add_route("/query", shown.editor, methods=readable)
    app.add_route(_TERMS, shown.terms, methods=readable)


class _QueryPage:
    def __init__(self, service: Service) -> None:
        self._service = service

    async def editor(self, request: Request) -> Response:
        """Show the editor with the query or the stored question that the address names."""
        given = self._given(request)
        lang = language(request)
        return page(
            request,
            "query.html",
            query=_EXAMPLE if given is None else given,
            themes=by_theme(self._service.questions, lang),
            settings=_settings(lang, is_given=given is not None),
        )

    def _given(self, request: Request) -> str | None:
        name = request.query_params.get("question")
        if name is None:
            return request.query_params.get("query")
        if not self._service.is_packaged:
            raise UnknownQuestionError("this service has no stored questions.")
        return without_header(questions.find_question(name).text) + "\n"

    async def terms(self, request: Request) -> Response:
        """List what the editor completes; it changes with the graph alone."""
        call = FunctionCall("editor_terms")
        headers = validators(self._service.answering, call)
        if is_unchanged(request.headers, headers) and not self._service.settings.endpoint:
            return Response(status_code=304, headers=headers)
        found = await unless_gone(request, self._service.kept(call, client_of(request)))
        return without_body(request, JSONResponse({"terms": found}, headers=headers))


def _settings(lang: str, *, is_given: bool) -> dict[str, Any]:
    return {
        "endpoint": "/sparql",
        "given": is_given,
        "lang": lang,
        "places": PLACES,
        "prefixes": vocab.PREFIXES,
        "terms": _TERMS,
        "texts": {k: text for k, text in TEXTS[lang].items() if k.startswith(_FOR_SCRIPT) or k == "query"},
    }
