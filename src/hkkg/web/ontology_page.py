"""The ontology as a page: every class and property with its definition, neighbours, use and rules."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from anyio import to_thread
from fastapi.responses import HTMLResponse

from hkkg import vocab
from hkkg.errors import NotOfferedError, UnknownResourceError
from hkkg.web import pages
from hkkg.web.diagram import Diagram, lay_out
from hkkg.workers.calls import FunctionCall

if TYPE_CHECKING:
    from collections.abc import Mapping

    from fastapi import Request
    from fastapi.responses import Response

    from hkkg.web.ontology_data import Ontology, TermFacts
    from hkkg.web.service import Service

_KINDS: Final = ("class", "object", "data")


async def ontology_page(request: Request, service: Service) -> Response:
    """Answer with the page about the ontology.

    Raises:
        UnknownResourceError: the graph has no term of the ontology, or is elsewhere.
    """
    client = pages.client_of(request)

    async def make() -> str:
        found: Ontology | None = await service.value(FunctionCall("ontology"), client)
        return await to_thread.run_sync(_write, request, found)

    key = ("ontology", pages.language(request), request.scope["query_string"])
    written: str = await service.once.get(key, make)
    return pages.without_body(request, HTMLResponse(written, headers=pages.HEADERS))


def _write(request: Request, found: Ontology | None) -> str:
    """Fill in the page, which takes a while: it has all terms."""
    ontology = _existing(found)
    language = pages.language(request)
    groups = {kind: [term for term in ontology.terms if term.kind == kind] for kind in _KINDS}
    return pages.render(
        "ontology.html",
        request,
        ontology=ontology,
        groups=groups,
        terms={term.iri: term for term in ontology.terms},
        below=_below(ontology.terms),
        diagram=_diagram(groups["class"]),
        curie=vocab.curie,
        pick=lambda texts: pick(texts, language),
    )


def _existing(found: Ontology | None) -> Ontology:
    if found is None:
        raise NotOfferedError(
            "this service stands in front of another endpoint, and does not show its ontology.",
            hint="Ask for it by SPARQL: SELECT * { ?term a owl:Class }",
        )
    if not found.terms:
        raise UnknownResourceError(
            f"the graph says nothing of the terms of {vocab.HKKG}.", hint="Serve the ontology's files too."
        )
    return found


def pick(texts: Mapping[str, str], language: str) -> tuple[str, str]:
    """Choose a text in a language, else in the nearest script, and say in which it is.

    Args:
        texts: by language tag.
        language: that the page is in.
    """
    tag = vocab.nearest(texts, language) or ""
    return tag, texts.get(tag, "")


def _below(terms: tuple[TermFacts, ...]) -> dict[str, list[str]]:
    below: dict[str, list[str]] = {}
    for term in terms:
        for parent in term.parents:
            below.setdefault(parent, []).append(term.iri)
    return below


def _diagram(classes: list[TermFacts]) -> Diagram:
    return lay_out({term.iri: term.parents for term in classes})
