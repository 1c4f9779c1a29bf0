"""`/timeline` and `/network`: pages that look over the whole graph."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from hkkg import vocab
from hkkg.errors import ParameterError
from hkkg.web.pages import client_of, language, page, unless_gone
from hkkg.workers.calls import FunctionCall

if TYPE_CHECKING:
    from fastapi import FastAPI, Request
    from fastapi.responses import Response

    from hkkg.web.service import Service

_YEAR_DIGITS: Final = 4


class Overview:
    """The routes of the timeline and the network.

    Args:
        service: answers what they ask of the graph.
    """

    def __init__(self, service: Service) -> None:
        """Take the service."""
        self._service = service

    def install(self, app: FastAPI) -> None:
        """Add the routes."""
        for path, answer in (("/timeline", self.timeline), ("/network", self.network)):
            app.add_route(path, answer, methods=["GET", "HEAD"], include_in_schema=False)

    async def timeline(self, request: Request) -> Response:
        """Show all dated things, or those of a kind and a year."""
        kind, year = _kind(request), _year(request)
        call = FunctionCall("chronology", (language(request), kind, year))
        shown = await unless_gone(request, self._service.value(call, client_of(request)))
        return page(request, "timeline.html", shown=shown, kind=kind, year=year)

    async def network(self, request: Request) -> Response:
        """Show who works with whom on what."""
        call = FunctionCall("network", (language(request),))
        shown = await unless_gone(request, self._service.value(call, client_of(request)))
        return page(request, "network.html", shown=shown)


def _kind(request: Request) -> str:
    """Read the class that is asked for, by its name or its IRI; nothing for all."""
    text = request.query_params.get("kind", "").strip()
    return (vocab.expand(text) or vocab.HKKG + text) if text else ""


def _year(request: Request) -> int | None:
    """Read the year that is asked for; None for all.

    Raises:
        ParameterError: it is no year.
    """
    text = request.query_params.get("year", "").strip()
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) == _YEAR_DIGITS):
        raise ParameterError(f"year: {text} is not a year.", hint="Write four digits, such as 2025.")
    return int(text)


def install(app: FastAPI, service: Service) -> None:
    """Serve the pages."""
    Overview(service).install(app)
