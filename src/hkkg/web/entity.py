"""The pages about things: what is recorded of a resource, and where each statement comes from."""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING, Final, NamedTuple
from urllib.parse import parse_qsl, quote, urlencode

from hkkg import formats, vocab
from hkkg.web.addresses import local
from hkkg.web.pages import client_of, language, page, unless_gone
from hkkg.web.problems import RequestError
from hkkg.web.views.entity import Pages
from hkkg.web.views.places import place
from hkkg.workers.calls import FunctionCall

if TYPE_CHECKING:
    from fastapi import FastAPI, Request
    from fastapi.responses import Response

    from hkkg.web.service import Service

_DOWNLOADS: Final = (
    ("Turtle", formats.TURTLE),
    ("JSON-LD", formats.JSONLD),
    ("N-Triples", formats.NTRIPLES),
    ("RDF/XML", formats.RDFXML),
    ("TriG", formats.TRIG),
)
_PAGE: Final = re.compile(r"[1-9][0-9]{0,5}", re.ASCII)


class Download(NamedTuple):
    """A document about a resource in a format."""

    name: str
    media_type: str
    href: str


def install(app: FastAPI, service: Service) -> None:
    """Serve the page of every IRI of the graph that is shown."""

    async def resource(request: Request) -> Response:
        iri = request.query_params.get("iri", "")
        if not iri:
            raise RequestError("the address names no resource.", hint="Write it as /resource?iri=IRI.")
        return await entity_page(request, service, iri)

    app.add_route("/resource", resource, methods=["GET", "HEAD"])


async def entity_page(request: Request, service: Service, iri: str) -> Response:
    """Answer with the page about a resource.

    Raises:
        RequestError: a page of its records or references is asked for by what is no number.
        UnknownResourceError: the graph does not speak of it.
    """
    pages = Pages(number(request, "records"), number(request, "incoming"))
    client = client_of(request)
    call = FunctionCall("entity", (iri, language(request), pages))
    entity = await unless_gone(request, service.kept(call, client))
    return page(
        request,
        "entity.html",
        entity=entity,
        here=place(iri),
        formats=_downloads(iri),
        query=_query(iri),
        to_page=partial(page_address, request),
    )


def number(request: Request, name: str) -> int:
    """Read which page is wanted; the first, unless the address says otherwise.

    Raises:
        RequestError: it is no number of a page.
    """
    text = request.query_params.get(name, "1")
    if not _PAGE.fullmatch(text):
        raise RequestError(f"{name}={text}: this is no number of a page.", hint=f"Write {name}=2.")
    return int(text)


def page_address(request: Request, name: str, wanted: int) -> str:
    """Return the address of another page of the same, all else kept."""
    query = request.scope["query_string"].decode("latin-1")
    pairs = [(key, value) for key, value in parse_qsl(query, keep_blank_values=True) if key != name]
    return f"{quote(request.url.path)}?{urlencode([*pairs, (name, str(wanted))])}"


def _downloads(iri: str) -> list[Download]:
    """The documents about a resource; by query where it has no address of its own here."""
    here = local(iri)
    if here is not None and not iri.startswith(vocab.HKKG):
        return [Download(name, form.media_type, f"{here}.{form.extensions[0]}") for name, form in _DOWNLOADS]
    asked = [("query", f"DESCRIBE <{iri}>")]
    return [
        Download(name, form.media_type, f"/sparql?{urlencode([*asked, ('format', form.name)])}")
        for name, form in _DOWNLOADS
        if not form.holds_graphs or form is formats.JSONLD
    ]


def _query(iri: str) -> str:
    return f"SELECT * {{\n  <{iri}> ?property ?value .\n}}"
