"""Pages for browsers: the language that a reader wants, and templates filled in."""

from __future__ import annotations

import asyncio
from functools import cache, lru_cache, partial
from typing import TYPE_CHECKING, Any, Final, TypeVar

from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.requests import ClientDisconnect
from starlette.responses import HTMLResponse

from hkkg import __version__, formats, vocab
from hkkg.web import protocol
from hkkg.web.addresses import local
from hkkg.web.clients import counted_as
from hkkg.web.compression import compressed
from hkkg.web.static_files import asset, has_asset
from hkkg.web.texts import TEXTS

if TYPE_CHECKING:
    from collections.abc import Coroutine, Mapping

    from fastapi import Request
    from fastapi.responses import Response

    from hkkg.formats import Format
    from hkkg.web.service import Service
T = TypeVar("T")

HEADERS: Final = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; script-src 'self'; "
    "img-src 'self' data:; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "Vary": "Accept, Accept-Language, Accept-Encoding",
}
_READ: Final = frozenset({"GET", "HEAD"})
_MOST_SUBTAGS: Final = 3
_SCRIPTS: Final = {
    "zh-hant": "zh-Hant",
    "zh-hk": "zh-Hant",
    "zh-mo": "zh-Hant",
    "zh-tw": "zh-Hant",
    "zh-hans": "zh-Hans",
    "zh-cn": "zh-Hans",
    "zh-sg": "zh-Hans",
    "zh": "zh-Hant",
    "en": "en",
}


def language(request: Request) -> str:
    """Choose the language of a page: what `?lang=` says, else what the browser prefers, else English."""
    wanted = request.query_params.get("lang", "")
    return _script(wanted) or _accepted(request.headers.get("accept-language", "")) or "en"


@lru_cache(256)
def _accepted(header: str) -> str | None:
    ranges = []
    for position, part in enumerate(header.split(",")):
        tag, _, parameter = part.partition(";")
        ranges.append((-_quality(parameter), position, _script(tag.strip())))
    return next(
        (script for quality, _, script in sorted(ranges, key=lambda r: r[:2]) if script and quality), None
    )


def _quality(parameter: str) -> float:
    try:
        return float(parameter.strip().removeprefix("q=") or 1)
    except ValueError:
        return 0.0


def _script(tag: str) -> str | None:
    subtags = tag.lower().split("-", _MOST_SUBTAGS)[:_MOST_SUBTAGS]
    tags = ("-".join(subtags[:length]) for length in range(len(subtags), 0, -1))
    return next((_SCRIPTS[t] for t in tags if t in _SCRIPTS), None)


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("hkkg.web"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"sum_of": _sum_of, "term_name": _term_name}
    environment.globals |= {
        "asset": asset,
        "has_asset": has_asset,
        "local": local,
        "nearest": vocab.nearest,
        "version": __version__,
    }
    return environment


def _sum_of(counts: Mapping[str, int]) -> int:
    return sum(counts.values())


def _term_name(iri: str) -> str:
    """Name a term of ours as addresses do."""
    return iri.removeprefix(vocab.HKKG)


def render(template: str, request: Request, **values: Any) -> str:  # noqa: ANN401 - templates take anything
    """Fill in a template in the language that the request wants.

    Besides the values, it finds `lang`; `say`, the words in that language; `path`; `alternates`, the
    addresses of the same page by language; and `to`, which makes links keep a language that the reader chose.
    """
    lang = language(request)
    chosen_lang = lang if _script(request.query_params.get("lang", "")) else None
    page = _environment().get_template(template)
    return page.render(
        lang=lang,
        chosen_lang=chosen_lang,
        say=TEXTS[lang],
        path=request.url.path,
        alternates=alternates(request),
        to=partial(in_language, chosen_lang),
        **values,
    )


def in_language(lang: str | None, address: str) -> str:
    """Make an address of this service say which language its page is to have, if the reader chose one."""
    if lang is None:
        return address
    place, mark, fragment = address.partition("#")
    return f"{place}{'&' if '?' in place else '?'}lang={lang}{mark}{fragment}"


def alternates(request: Request) -> dict[str, str]:
    """Return the address of a page in each language, all else kept; none of what a form has sent.

    The addresses are relative to the page, so that they hold wherever a proxy puts it.
    """
    if request.method not in _READ:
        return {}
    pairs = request.scope["query_string"].decode("latin-1").split("&")
    kept = [pair for pair in pairs if pair and pair.partition("=")[0] != "lang"]
    return {lang: "?" + "&".join([*kept, f"lang={lang}"]) for lang in vocab.LANGUAGES}


async def unless_gone(request: Request, answer: Coroutine[Any, Any, T]) -> T:
    """Await an answer to a request that has arrived whole, and give it up when the client hangs up.

    Raises:
        ClientDisconnect: it did.
    """
    answering = asyncio.ensure_future(answer)
    leaving = asyncio.ensure_future(_hangs_up(request))
    try:
        await asyncio.wait({answering, leaving}, return_when=asyncio.FIRST_COMPLETED)
        if answering.done():
            return answering.result()
        raise ClientDisconnect
    finally:
        answering.cancel()
        leaving.cancel()


async def _hangs_up(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass


def page(request: Request, template: str, status: int = 200, **values: Any) -> Response:  # noqa: ANN401 - templates take anything
    """Answer with a page."""
    response = HTMLResponse(render(template, request, **values), status, HEADERS)
    return without_body(request, compressed(request, response))


def client_of(request: Request) -> str:
    """Return whom a request counts as from where clients take turns."""
    return counted_as(request.client.host) if request.client else ""


def base_of(request: Request, service: Service) -> str:
    """Return the address under which a client knows the service, as `Service.base_at` does."""
    return service.base_at(request.headers.get("host", ""))


def format_of(request: Request, offered: tuple[Format, ...]) -> Format:
    """Choose a format: the one that the address names, else the one that the client prefers.

    Raises:
        UnknownFormatError: the address names another.
        NotAcceptableError: the client accepts none of them.
    """
    named = request.query_params.get("format")
    wanted = (formats.by_name(named, offered),) if named else ()
    return protocol.choose(request.headers.get("accept"), wanted, offered)


def without_body(request: Request, response: Response) -> Response:
    """Leave the body out of an answer to HEAD, and keep its length."""
    if request.method == "HEAD":
        response.body = b""
    return response
