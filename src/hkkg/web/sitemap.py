"""`/sitemap.xml` and `/robots.txt`: what crawlers may read, each page in three languages."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final
from urllib.parse import quote
from xml.sax.saxutils import escape

from starlette.responses import PlainTextResponse, Response
from starlette.routing import Match

from hkkg import vocab
from hkkg.errors import UnknownResourceError
from hkkg.store import NamedNode
from hkkg.web import pages
from hkkg.web.addresses import local
from hkkg.workers.calls import FunctionCall

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from fastapi import FastAPI, Request

    from hkkg.web.datasets import Datasets
    from hkkg.web.service import Service
    from hkkg.workers.worker import Engine

MOST: Final = 50_000
"""Addresses in one file (sitemaps.org)."""

PAGES: Final = (
    "/",
    "/questions",
    "/ontology",
    "/catalog",
    "/dump/",
    "/.well-known/void",
    "/why",
    "/query",
    "/sparql",
    "/validate",
    "/timeline",
)
"""Pages that are about nothing of the graph in particular, as far as the service has them."""

_NAMESPACES: Final = (vocab.HK, vocab.CONCEPT, vocab.PASSAGE, vocab.GRAPH)
_SITEMAP: Final = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
_XHTML: Final = 'xmlns:xhtml="http://www.w3.org/1999/xhtml"'
_XML: Final = '<?xml version="1.0" encoding="UTF-8"?>\n'
_NOT_TO_CRAWL: Final = ("/sparql?", "/update", "/graph-store", "/validate?", "/why?", "/metrics", "/health")


def addresses(engine: Engine) -> tuple[str, ...]:
    """List the pages about the resources of the graph, sorted, in a worker."""
    if engine.store is None:
        return ()
    subjects = {quad.subject for quad in engine.store.quads()}
    iris = {subject.value for subject in subjects if isinstance(subject, NamedNode)}
    iris.update(engine.store.graphs())
    return tuple(sorted(filter(None, (local(iri) for iri in iris if iri.startswith(_NAMESPACES)))))


class Sitemap:
    """What tells crawlers where to go.

    Args:
        service: whose pages they are.
        datasets: tell when the graph was last changed.
        base: tells at which address a client knows the service.
    """

    def __init__(self, service: Service, datasets: Datasets, base: Callable[[Request], str]) -> None:
        """Begin at the generation that is served now."""
        self._service = service
        self._datasets = datasets
        self._base = base
        self._first: int | None = None
        self._changed: dict[int, str] = {}

    def install(self, app: FastAPI) -> None:
        """Add the routes."""
        readable = ["GET", "HEAD"]
        app.add_route("/robots.txt", self.robots, methods=readable)
        app.add_route("/sitemap.xml", self.sitemap, methods=readable)
        app.add_route("/sitemap-{number}.xml", self.part, methods=readable)

    async def robots(self, request: Request) -> Response:
        """Say what crawlers may read (RFC 9309)."""
        refused = "".join(f"Disallow: {path}\n" for path in _NOT_TO_CRAWL)
        text = f"User-agent: *\n{refused}Allow: /\n\nSitemap: {self._base(request)}sitemap.xml\n"
        return pages.without_body(request, PlainTextResponse(text))

    async def sitemap(self, request: Request) -> Response:
        """List all pages, or the parts of the list where it is long."""
        paths, day = await self._paths(request), await self._day()
        return _xml(request, whole(self._base(request), paths, day))

    async def part(self, request: Request) -> Response:
        """List the pages of one part."""
        paths, day = await self._paths(request), await self._day()
        return _xml(request, part(self._base(request), paths, day, request.path_params["number"]))

    async def _paths(self, request: Request) -> list[str]:
        found: tuple[str, ...] = await self._service.once.get("addresses", self._addresses)
        questions = [f"/questions/{question.name}" for question in self._service.questions]
        return list(_served(request, [*PAGES, *questions, *found]))

    async def _addresses(self) -> tuple[str, ...]:
        found: tuple[str, ...] = await self._service.value(FunctionCall("addresses"))
        return found

    async def _day(self) -> str | None:
        """Tell when the graph was last changed: as it says itself, or when an update became current."""
        generation = self._service.answering.generation
        if self._first is None:
            self._first = generation
        if self._service.settings.endpoint:
            return None
        if generation == self._first:
            return (await self._datasets.measured()).day
        return self._changed.setdefault(generation, datetime.now(UTC).date().isoformat())


def _served(request: Request, paths: Sequence[str]) -> Iterator[str]:
    """Leave out the kinds of pages that this service does not have."""
    known: dict[str, bool] = {}
    for path in paths:
        kind = path if path in PAGES else path[: path.index("/", 1)]
        if kind not in known:
            known[kind] = _has_route(request, path)
        if known[kind]:
            yield path


def _has_route(request: Request, path: str) -> bool:
    scope = {"type": "http", "method": "GET", "path": path, "root_path": "", "headers": []}
    return any(route.matches(scope)[0] is Match.FULL for route in request.app.routes)


def whole(base: str, paths: Sequence[str], day: str | None) -> str:
    """Write a list of all pages, or a list of its parts where it is longer than one file may be."""
    if len(paths) <= MOST:
        return urlset(base, paths, day)
    return index(base, range(1, -(-len(paths) // MOST) + 1), day)


def part(base: str, paths: Sequence[str], day: str | None, number: str) -> str:
    """Write a part of a long list.

    Raises:
        UnknownResourceError: there is no such part.
    """
    start = (int(number) - 1) * MOST if number.isascii() and number.isdecimal() else -1
    if not (len(paths) > MOST and 0 <= start < len(paths)):
        raise UnknownResourceError("there is no such part of the sitemap.", hint="See /sitemap.xml.")
    return urlset(base, paths[start : start + MOST], day)


def urlset(base: str, paths: Sequence[str], day: str | None) -> str:
    """Write a list of pages, each with its three languages (sitemaps.org, and Google's extension)."""
    urls = "".join(_url(base, path, day) for path in paths)
    return f"{_XML}<urlset {_SITEMAP} {_XHTML}>\n{urls}</urlset>\n"


def _url(base: str, path: str, day: str | None) -> str:
    address = escape(base + quote(path.removeprefix("/"), safe="/%:@!$'()*+,;=~-._"))
    alternates = "".join(
        f'<xhtml:link rel="alternate" hreflang="{tag}" href="{address}?lang={tag}"/>'
        for tag in vocab.LANGUAGES
    )
    return f"<url><loc>{address}</loc>{_lastmod(day)}{alternates}</url>\n"


def index(base: str, parts: Sequence[int], day: str | None) -> str:
    """Write a list of lists of pages."""
    rows = "".join(
        f"<sitemap><loc>{escape(base)}sitemap-{part}.xml</loc>{_lastmod(day)}</sitemap>\n" for part in parts
    )
    return f"{_XML}<sitemapindex {_SITEMAP}>\n{rows}</sitemapindex>\n"


def _lastmod(day: str | None) -> str:
    return f"<lastmod>{escape(day)}</lastmod>" if day else ""


def _xml(request: Request, text: str) -> Response:
    return pages.without_body(request, Response(text, media_type="application/xml"))
