"""`/api/search` for programs, and `/search` for people."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated, Any, Final
from urllib.parse import urlencode

from fastapi import Query, Request
from fastapi.responses import Response

from hkkg.errors import HkkgError, ParameterError
from hkkg.search import LONGEST, MOST_HITS
from hkkg.web import models, pages, parameters, protocol
from hkkg.web.finding import Wanted
from hkkg.web.problems import status_of
from hkkg.workers.calls import FunctionCall

if TYPE_CHECKING:
    from fastapi import FastAPI

    from hkkg.web.service import Service

_READABLE: Final = ["GET", "HEAD"]
_PARAMETERS: Final = ("q", "type", "lang", "names", "limit", "offset")
_ON_PAGE: Final = 20
_SHOWN_CLASSES: Final = 12


class Search:
    """The routes of the search."""

    def __init__(self, service: Service) -> None:
        """Take the service whose workers search."""
        self._service = service

    def install(self, app: FastAPI) -> None:
        """Add the routes."""
        app.add_api_route(
            "/api/search",
            self.answer,
            methods=["GET"],
            summary="Find entities by their names",
            response_model=models.SearchAnswer,
            responses=models.problems(400, 404, 501, 503, 504),
            tags=["search"],
            operation_id="search",
        )
        app.add_api_route("/api/search", self.answer, methods=["HEAD"], include_in_schema=False)
        app.add_api_route("/search", self.page, methods=_READABLE, include_in_schema=False)

    async def answer(  # noqa: PLR0913 - one argument for each parameter
        self,
        request: Request,
        *,
        q: Annotated[
            str,
            Query(
                description="A name in any script, a part of one, an abbreviation, or pinyin.",
                max_length=LONGEST,
                examples=["港大", "Polytecnic", "zhu yuntian"],
            ),
        ],
        of_class: Annotated[
            list[str] | None,
            Query(
                alias="type",
                description="A class that they are of, by IRI, CURIE or label; repeated, any of several.",
                examples=["University"],
            ),
        ] = None,
        lang: Annotated[
            str | None,
            Query(
                description="The language to show names in: en, zh-Hans or zh-Hant. Else by Accept-Language."
            ),
        ] = None,
        names: Annotated[
            str | None, Query(description="The language of the names to look at. Else all.")
        ] = None,
        limit: Annotated[int, Query(description="Entities on a page.", ge=1, le=MOST_HITS)] = 10,
        offset: Annotated[int, Query(description="Entities to pass over.", ge=0, le=1_000_000)] = 0,
    ) -> Response:
        """Find entities by a name in any script, the best match first.

        Whole names come first, then abbreviations, beginnings, parts, and names with slips. Each result says
        which of its names matched, in what way, and which pieces of it.
        """
        parameters.check(request, _PARAMETERS, ("type",))
        language = parameters.language(lang) or pages.language(request)
        names_in = parameters.language(names)
        wanted = Wanted(q, language, tuple(of_class or ()), names_in, limit, offset)
        found = await self._search(request, wanted)
        body = json.dumps(found, ensure_ascii=False).encode()
        headers = {"Content-Language": language, "Vary": "Accept-Language", "Cache-Control": "no-cache"}
        return pages.without_body(request, Response(body, 200, headers, "application/json"))

    async def _search(self, request: Request, wanted: Wanted) -> dict[str, Any]:
        answer = self._service.value(FunctionCall("search", (wanted,)), pages.client_of(request))
        found: dict[str, Any] = await pages.unless_gone(request, answer)
        return found

    async def page(self, request: Request) -> Response:
        """Show a form and, if something is searched for, what was found."""
        given = protocol.decode_form(request.scope["query_string"], "the address")
        text = next((value for name, value in given if name == "q"), "")
        chosen = [value for name, value in given if name == "type" and value]
        values = {"text": text[: LONGEST * 2], "chosen": chosen, "address": _address(given)}
        if not text.strip():
            return pages.page(request, "search.html", found=None, problem=None, **values)
        wanted = Wanted(text, pages.language(request), tuple(chosen), limit=_ON_PAGE)
        try:
            parameters.check(request, _PARAMETERS, ("type",))
            found = await self._search(request, wanted._replace(offset=_offset(given)))
        except HkkgError as error:
            return pages.page(
                request, "search.html", status_of(error), found=None, problem=str(error), **values
            )
        found["types"] = found["types"][:_SHOWN_CLASSES]
        return pages.page(request, "search.html", found=found, problem=None, step=_ON_PAGE, **values)


def _offset(given: protocol.Parameters) -> int:
    text = next((value for name, value in given if name == "offset"), "0")
    if not (text.isascii() and text.isdigit() and len(text) < 8):  # noqa: PLR2004 - a million is beyond any page
        raise ParameterError(f"the offset {text[:20]!r} is no number of entities.")
    return int(text)


def _address(given: protocol.Parameters) -> Any:  # noqa: ANN401 - templates call it
    """Return what writes the page's own address with other parameters; None leaves one out."""

    def address(**changes: object) -> str:
        kept = [(name, value) for name, value in given if name not in {*changes, "offset"} and value]
        new = [(name, str(value)) for name, value in changes.items() if value is not None]
        return "/search?" + urlencode([*kept, *new])

    return address


def install(app: FastAPI, service: Service) -> None:
    """Add the search to an application."""
    Search(service).install(app)
