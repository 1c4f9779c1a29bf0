"""`/.well-known/void`, `/catalog` and its versions, and what the home page says of the dataset."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Final

from starlette.responses import Response

from hkkg import formats, vocab
from hkkg.datasets import dcat, dumps, releases, statistics, void, writing
from hkkg.datasets.address import HOME, Address
from hkkg.datasets.dcat import Catalogue
from hkkg.datasets.schema_org import dataset_json_ld
from hkkg.errors import NotOfferedError, UnknownResourceError
from hkkg.web import pages
from hkkg.web.answering import names_tag
from hkkg.web.problems import GoneError
from hkkg.workers.calls import FunctionCall

if TYPE_CHECKING:
    from collections.abc import Callable

    from fastapi import FastAPI, Request

    from hkkg.datasets.dumps import Listed
    from hkkg.datasets.releases import Release, Version
    from hkkg.datasets.statistics import Statistics
    from hkkg.formats import Format
    from hkkg.web.dump_files import Dumps
    from hkkg.web.service import Service
    from hkkg.workers.worker import Engine

_OFFERED: Final = (formats.TURTLE, formats.HTML, *formats.RDF_FORMATS[1:])
_BUILD: Final = "+"


@dataclass(frozen=True, slots=True)
class Measured:
    """What the graph of a generation holds, and which version it says it is."""

    counted: Statistics
    number: str
    day: str | None


def measure(engine: Engine) -> Measured | None:
    """Count the graph, in a worker; None where it is elsewhere."""
    store = engine.store
    if store is None:
        return None
    return Measured(statistics.measure(store), releases.number_of(store), releases.day_of(store))


def void_document(engine: Engine, at: Address, target: str) -> bytes:
    """Describe the graph in VoID, in an RDF format, in a worker."""
    measured = measure(engine)
    assert measured is not None  # noqa: S101 - nobody asks where the graph is elsewhere
    return writing.dump(void.describe(measured.counted, at), formats.by_name(target, formats.RDF_FORMATS))


def catalog_document(
    engine: Engine, at: Address, files: tuple[Listed, ...], known: tuple[Release, ...], target: str
) -> bytes:
    """Describe the graph as a catalogue, in an RDF format, in a worker."""
    measured = measure(engine)
    assert measured is not None  # noqa: S101 - nobody asks where the graph is elsewhere
    quads = dcat.describe(_catalogue(measured, at, files, known))
    return writing.dump(quads, formats.by_name(target, formats.RDF_FORMATS))


def _catalogue(
    measured: Measured, at: Address, files: tuple[Listed, ...], known: tuple[Release, ...]
) -> Catalogue:
    version = releases.identify(measured.number, _stated(files).sha256, known)
    return Catalogue(at, measured.counted, files, version, measured.day)


class Datasets:
    """The dataset of a service, described.

    Args:
        service: whose graph it is.
        made: the dumps of it.
        base: tells at which address a client knows the service.
    """

    def __init__(self, service: Service, made: Dumps, base: Callable[[Request], str]) -> None:
        """Begin without a description."""
        self._service = service
        self._dumps = made
        self._base = base

    def install(self, app: FastAPI) -> None:
        """Add the routes."""
        readable = ["GET", "HEAD"]
        app.add_route("/.well-known/void", self.void, methods=readable)
        app.add_route("/catalog", self.catalog, methods=readable)
        app.add_route("/catalog/{version}", self.version, methods=readable)

    async def measured(self) -> Measured:
        """Count the graph, once for each generation.

        Raises:
            NotOfferedError: it is behind another endpoint.
        """
        found: Measured | None = await self._service.once.get(
            "measured", lambda: self._service.value(FunctionCall("measure"))
        )
        if found is None:
            raise NotOfferedError(
                "this service stands in front of another endpoint, and does not describe its graph.",
                hint="Ask for what you need by SPARQL: SELECT (COUNT(*) AS ?triples) { ?s ?p ?o }",
            )
        return found

    def address(self, request: Request) -> Address:
        """Say where the dataset is named and served."""
        base = self._base(request)
        return Address(base, HOME if self._service.is_packaged else base)

    async def json_ld(self, request: Request) -> dict[str, Any] | None:
        """Describe the dataset as schema.org does, for the home page; None where it is elsewhere."""
        if self._service.settings.endpoint:
            return None
        measured = await self.measured()
        language = pages.language(request)
        return dataset_json_ld(measured.counted, self.address(request), measured.number, dumps.ALL, language)

    async def void(self, request: Request) -> Response:
        """Describe the dataset in VoID."""
        measured, at = await self.measured(), self.address(request)
        chosen = pages.format_of(request, _OFFERED)
        if chosen is formats.HTML:
            return pages.page(
                request, "void.html", counted=measured.counted, curie=vocab.curie, **_titles(at, request)
            )
        return await self._document(request, chosen, FunctionCall("void", (at, chosen.name)))

    async def catalog(self, request: Request) -> Response:
        """Describe the dataset, its versions, its files and its service in DCAT 3."""
        catalogue = await self._catalogue(request)
        chosen = pages.format_of(request, _OFFERED)
        if chosen is formats.HTML:
            return self._catalog_page(request, catalogue)
        return await self._catalog_document(request, catalogue, chosen)

    async def version(self, request: Request) -> Response:
        """Describe a version: the one that is served, or what is known of one that no longer is."""
        catalogue = await self._catalogue(request)
        served, wanted = catalogue.version, request.path_params["version"]
        if wanted == served.name:
            return await self.catalog(request)
        release = next((release for release in served.others if release.version == wanted), None)
        if release is None and not _may_have_been(wanted, served):
            known = ", ".join([*(release.version for release in served.others), served.name])
            raise UnknownResourceError(f"there is no version {wanted[:50]!r}.", hint=f"Known: {known}.")
        chosen = pages.format_of(request, _OFFERED)
        if release is None and chosen is not formats.HTML:
            raise GoneError(
                f"version {wanted} is not kept here.", hint=f"Served here now: {catalogue.version.name}."
            )
        if chosen is formats.HTML:
            return pages.page(request, "version.html", 410, wanted=wanted, release=release, served=served)
        answer = await self._catalog_document(request, catalogue, chosen)
        answer.status_code = 410
        return answer

    async def _catalogue(self, request: Request) -> Catalogue:
        measured = await self.measured()
        files = await self._dumps.every()
        return _catalogue(measured, self.address(request), files, releases.released())

    def _catalog_page(self, request: Request, catalogue: Catalogue) -> Response:
        titles = _titles(catalogue.at, request)
        return pages.page(request, "catalog.html", catalogue=catalogue, **titles)

    async def _catalog_document(self, request: Request, catalogue: Catalogue, chosen: Format) -> Response:
        arguments = (catalogue.at, catalogue.files, releases.released(), chosen.name)
        return await self._document(request, chosen, FunctionCall("catalog", arguments))

    async def _document(self, request: Request, chosen: Format, call: FunctionCall) -> Response:
        body: bytes = await self._service.kept(call, pages.client_of(request))
        etag = f'"{sha256(body).hexdigest()[:24]}"'
        headers = {"ETag": etag, "Vary": "Accept", "Cache-Control": "no-cache"}
        if names_tag(request.headers.get("if-none-match", ""), etag):
            return Response(status_code=304, headers=headers)
        response = Response(body, headers=headers, media_type=chosen.media_type)
        return pages.without_body(request, response)


def _titles(at: Address, request: Request) -> dict[str, Any]:
    language = pages.language(request)
    if at.is_permanent:
        return {"name": void.TITLES[language], "about": void.DESCRIPTIONS[language]}
    return {"name": void.OTHER_TITLES[language], "about": void.OTHER_DESCRIPTIONS[language]}


def _stated(files: tuple[Listed, ...]) -> Listed:
    return next(f for f in files if f.dump == dumps.Dump(formats.NQUADS, inference=False, compressed=False))


def _may_have_been(wanted: str, served: Version) -> bool:
    """Whether a version is written as a state between releases is."""
    number, plus, digest = wanted.partition(_BUILD)
    released = {served.name.partition(_BUILD)[0], *(release.version for release in served.others)}
    is_digest = len(digest) == releases.SHOWN and set(digest) <= set("0123456789abcdef")
    return bool(plus) and number in released and is_digest
