"""The plain page of a resource, for what has no better one, and the list of named graphs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hkkg import describing, formats, vocab
from hkkg.web import protocol
from hkkg.web.addresses import local
from hkkg.web.pages import client_of, language, page
from hkkg.web.resource_view import SUBJECTS
from hkkg.web.targets import number
from hkkg.workers.calls import FunctionCall

if TYPE_CHECKING:
    from fastapi import Request
    from starlette.responses import Response

    from hkkg.web.service import Service


async def resource_page(request: Request, service: Service, iri: str) -> Response:
    """Show what a resource's graphs state of it, and of a graph what it speaks of.

    Args:
        request: of a browser.
        service: that has the graph.
        iri: of a resource that the graph speaks of.

    Raises:
        HkkgError: the page that is asked for is not there.
    """
    parameters = dict(protocol.decode_form(request.scope["query_string"], "the address"))
    wanted, lang = number(parameters, "page", 1), language(request)
    size = number(parameters, "page_size", describing.PAGE_SIZE)
    is_graph = iri.startswith(vocab.GRAPH)
    call = FunctionCall("resource_view", (iri, lang, 1 if is_graph else wanted, size))
    view = await service.kept(call, client_of(request))
    subjects, total = (), 0
    if is_graph:
        subjects, total = await service.kept(
            FunctionCall("subjects", (iri, lang, wanted)), client_of(request)
        )
    return page(
        request,
        "resource.html",
        view=view,
        subjects=subjects,
        shown_page=wanted,
        last_page=max(1, -(-total // SUBJECTS)) if is_graph else view.last_page,
        address=str(local(iri)).partition("#")[0],
        formats=[(known.name, known.extensions[0]) for known in formats.RDF_FORMATS],
    )


async def graphs_page(request: Request, service: Service) -> Response:
    """List the named graphs."""
    found = await service.kept(FunctionCall("graphs", (language(request),)), client_of(request))
    return page(request, "graphs.html", graphs=found)
