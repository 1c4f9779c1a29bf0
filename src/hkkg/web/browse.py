"""The pages that list things: all classes, and the members of one with filters."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final
from urllib.parse import quote, urlencode

from hkkg.web.entity import number, page_address
from hkkg.web.pages import client_of, language, page, unless_gone
from hkkg.web.protocol import decode_form
from hkkg.web.views.lists import Filter, Wanted
from hkkg.workers.calls import FunctionCall

if TYPE_CHECKING:
    from collections.abc import Iterable

    from fastapi import FastAPI, Request
    from fastapi.responses import Response

    from hkkg.web.service import Service

_RESERVED: Final = frozenset({"lang", "class", "q", "sort", "page"})


def install(app: FastAPI, service: Service) -> None:
    """Serve the lists."""
    lists = _Lists(service)
    app.add_route("/browse", lists.overview, methods=["GET", "HEAD"])
    app.add_route("/browse/{name:path}", lists.listing, methods=["GET", "HEAD"])


class _Lists:
    def __init__(self, service: Service) -> None:
        self._service = service

    async def overview(self, request: Request) -> Response:
        """List the classes; with `?class=IRI`, the members of one that has no name of ours."""
        if request.query_params.get("class"):
            return await self._list(request, request.query_params["class"])
        call = FunctionCall("overview", (language(request),))
        overview = await unless_gone(request, self._service.kept(call, client_of(request)))
        return page(request, "browse.html", overview=overview)

    async def listing(self, request: Request) -> Response:
        """List the members of a class."""
        return await self._list(request, request.path_params["name"])

    async def _list(self, request: Request, name: str) -> Response:
        given = decode_form(request.scope["query_string"], "the address")
        asked = dict(given)
        text, sort = asked.get("q", "").strip(), asked.get("sort") or "name"
        wanted = Wanted(name, text, _filters(given), sort, number(request, "page"))
        call = FunctionCall("listing", (language(request), wanted))
        found = await unless_gone(request, self._service.kept(call, client_of(request)))
        return page(
            request,
            "list.html",
            listing=found,
            wanted=wanted,
            named=asked.get("class", ""),
            cleared=_cleared(request, asked),
            to_page=partial(page_address, request),
        )


def _filters(given: Iterable[tuple[str, str]]) -> tuple[Filter, ...]:
    """Read the values that each property is to have one of."""
    filters: dict[str, list[str]] = {}
    for key, value in given:
        if key not in _RESERVED and value:
            filters.setdefault(key, []).append(value)
    return tuple(Filter(key, tuple(values)) for key, values in filters.items())


def _cleared(request: Request, asked: dict[str, str]) -> str:
    """Return the address of the list without filters."""
    kept = [(name, asked[name]) for name in ("class",) if name in asked]
    return quote(request.url.path) + (f"?{urlencode(kept)}" if kept else "")
