"""Linked data: every IRI of the graph at an address of the service, in every format."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final
from urllib.parse import quote, urlencode

from starlette.responses import RedirectResponse, Response

from hkkg import describing, formats
from hkkg.errors import NotAcceptableError
from hkkg.web import protocol
from hkkg.web.addresses import local
from hkkg.web.conditional import is_unchanged, validators
from hkkg.web.entity import entity_page
from hkkg.web.ontology_page import ontology_page
from hkkg.web.pages import HEADERS, base_of, client_of, language, without_body
from hkkg.web.resource_page import graphs_page, resource_page
from hkkg.web.resources import Asked
from hkkg.web.targets import candidates, number, spoken
from hkkg.workers.calls import FunctionCall

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from fastapi import FastAPI, Request

    from hkkg.formats import Format
    from hkkg.web.resources import Located
    from hkkg.web.service import Service

    Page = Callable[[Request, Service, str], Awaitable[Response]]

_PLACES: Final = ("/doc/", "/passage/", "/concept/", "/graph/", "/shape/", "/ontology")
_PAGES: Final[dict[str, Page]] = {
    **dict.fromkeys(_PLACES, resource_page),
    **dict.fromkeys(("/doc/", "/passage/", "/concept/"), entity_page),
    "/ontology": lambda request, service, _: ontology_page(request, service),
}
"""What shows a resource to a browser, by where its address begins."""

# What clients that know no RDF ask for gets the format that they can read all the same.
_GENERIC: Final = {"jsonld": "application/json", "rdfxml": "application/xml"}
_OFFERED: Final = tuple(
    replace(known, media_types=(*known.media_types, _GENERIC[known.name]))
    if known.name in _GENERIC
    else known
    for known in (*formats.RDF_FORMATS, formats.HTML)
)
_ALLOWED: Final = "GET, HEAD, OPTIONS"
_METHODS: Final = _ALLOWED.split(", ")
_SUCCESSOR: Final = "http://purl.org/dc/terms/isReplacedBy"


def install(app: FastAPI, service: Service) -> None:
    """Serve every resource of the graph, and the context of their JSON-LD."""
    linked = _LinkedData(service)
    app.add_route("/id/{name:path}", linked.redirect, methods=_METHODS)
    app.add_route("/context.jsonld", linked.context, methods=_METHODS)
    app.add_route("/graph/", linked.graphs, methods=["GET", "HEAD"])
    for place in _PLACES:
        app.add_route(place + "{name:path}", linked.resource, methods=_METHODS)


@dataclass(frozen=True, slots=True)
class _Reply:
    """What is known of an answer before it is made."""

    located: Located
    chosen: Format
    call: FunctionCall
    headers: dict[str, str]


class _LinkedData:
    def __init__(self, service: Service) -> None:
        self._service = service

    async def redirect(self, request: Request) -> Response:
        """Send whoever asks for a thing to the document about it (303, as a thing is no document)."""
        if request.method == "OPTIONS":
            return _options()
        path = spoken(request.scope["raw_path"])
        query = request.scope["query_string"].decode("latin-1")
        base = base_of(request, self._service)
        target = f"{base}doc/{path.removeprefix('/id/')}{'?' if query else ''}{query}"
        return RedirectResponse(target, 303, {"Vary": HEADERS["Vary"]})

    async def resource(self, request: Request) -> Response:
        """Describe a resource in the format that is asked for."""
        if request.method == "OPTIONS":
            return _options()
        reply = await self._prepare(request)
        if reply.located.successors is None and is_unchanged(request.headers, reply.headers):
            return Response(status_code=304, headers=reply.headers)
        response = await self._answer(request, reply)
        response.headers.update(reply.headers)
        if reply.located.successors is not None:
            response.status_code = 410
        return response

    async def _prepare(self, request: Request) -> _Reply:
        """Find what is asked for, and in which format.

        Raises:
            HkkgError: nothing is, or not so.
        """
        path = spoken(request.scope["raw_path"])
        parameters = dict(protocol.decode_form(request.scope["query_string"], "the address"))
        call = FunctionCall("locate", (candidates(path),))
        located: Located = await self._service.kept(call, client_of(request))
        chosen = _choose(request, located.form or parameters.get("format", ""))
        asked = Asked(
            located.iri,
            chosen.name,
            number(parameters, "page", 1),
            number(parameters, "page_size", describing.PAGE_SIZE),
            base_of(request, self._service),
        )
        call = FunctionCall("document", (asked,))
        if chosen is formats.HTML:
            call = FunctionCall("page", (located.iri, language(request), tuple(parameters.items())))
        known = validators(self._service.answering, call)
        return _Reply(located, chosen, call, {**known, **_links(located, chosen, asked.base)})

    async def _answer(self, request: Request, reply: _Reply) -> Response:
        iri = reply.located.iri
        if reply.chosen is formats.HTML:
            place = next(place for place in _PLACES if str(local(iri)).startswith(place))
            return await _PAGES[place](request, self._service, iri)
        if reply.located.is_large:
            wanted = urlencode({"graph": iri, "format": reply.chosen.name})
            return RedirectResponse(f"{base_of(request, self._service)}graph-store?{wanted}", 307)
        body: bytes = await self._service.kept(reply.call, client_of(request))
        content_type = protocol.content_type(reply.chosen)
        return without_body(request, Response(body, headers={"content-type": content_type}))

    async def graphs(self, request: Request) -> Response:
        """List the named graphs."""
        return await graphs_page(request, self._service)

    async def context(self, request: Request) -> Response:
        """Answer with the context of our JSON-LD."""
        if request.method == "OPTIONS":
            return _options()
        call = FunctionCall("context")
        headers = validators(self._service.answering, call)
        if is_unchanged(request.headers, headers):
            return Response(status_code=304, headers=headers)
        body = json.dumps(await self._service.kept(call, client_of(request)), ensure_ascii=False, indent=1)
        return without_body(request, Response(body, 200, headers, formats.JSONLD.media_type))


def _options() -> Response:
    return Response(status_code=204, headers={"Allow": _ALLOWED})


def _choose(request: Request, name: str) -> Format:
    """Choose the format that an address names, or else the one that a client prefers.

    Raises:
        UnknownFormatError: the address names none that there is.
        NotAcceptableError: the client accepts none that there is.
    """
    if name:
        return formats.by_name(name, (*formats.RDF_FORMATS, formats.HTML))
    chosen = formats.negotiate(request.headers.get("accept"), _OFFERED)
    if chosen is None:
        offered = ", ".join(f"{known.media_type} (.{known.extensions[0]})" for known in _OFFERED)
        raise NotAcceptableError(
            "there is no description in a format that you accept.", hint=f"There is: {offered}."
        )
    return formats.by_name(chosen.name, (*formats.RDF_FORMATS, formats.HTML))


def _links(located: Located, chosen: Format, base: str) -> dict[str, str]:
    """The header fields that tell of the document's other forms, its subject and its licence."""
    path = str(local(located.iri)).partition("#")[0]
    document = base.rstrip("/") + path
    forms = [
        (f"{document}.{known.extensions[0]}", known.media_type)
        for known in (*formats.RDF_FORMATS, formats.HTML)
    ]
    links = [
        f'<{document}>; rel="canonical"',
        f'<{quote(located.iri, safe=_IRI)}>; rel="describes"',
        f'<{base}.well-known/void>; rel="describedby"',
        *(f'<{address}>; rel="alternate"; type="{media_type}"' for address, media_type in forms),
        *(f'<{quote(licence, safe=_IRI)}>; rel="license"' for licence in located.licences),
        *(f'<{quote(other, safe=_IRI)}>; rel="{_SUCCESSOR}"' for other in located.successors or ()),
    ]
    return {
        "Link": ", ".join(links),
        "Vary": HEADERS["Vary"],
        "Content-Location": f"{document}.{chosen.extensions[0]}",
    }


_IRI: Final = "%/:#?@!$&'()*+,;=~"
