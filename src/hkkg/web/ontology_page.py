"""The ontology as a page: every class and property with its definition, its neighbours, its use and its rules."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from hkkg import vocab
from hkkg.errors import UnknownResourceError
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
_FALLBACKS: Final = {
    "en": ("en", "zh-Hant", "zh-Hans"),
    "zh-Hans": ("zh-Hans", "zh-Hant", "en"),
    "zh-Hant": ("zh-Hant", "zh-Hans", "en"),
}


async def ontology_page(request: Request, service: Service) -> Response:
    """Answer with the page about the ontology.

    Raises:
        UnknownResourceError: the graph has no term of the ontology, or is elsewhere.
    """
    client = request.client.host if request.client else ""
    found: Ontology | None = await service.value(FunctionCall("ontology"), client)
    if found is None:
        raise UnknownResourceError(
            "this service stands in front of another endpoint, and does not show its ontology.",
            hint="Ask for it by SPARQL: SELECT * { ?term a owl:Class }",
        )
    if not found.terms:
        raise UnknownResourceError(
            f"the graph says nothing of the terms of {vocab.HKKG}.", hint="Serve the ontology's files too."
        )
    language = pages.language(request)
    groups = {kind: [term for term in found.terms if term.kind == kind] for kind in _KINDS}
    return pages.page(
        request,
        "ontology.html",
        ontology=found,
        groups=groups,
        terms={term.iri: term for term in found.terms},
        below=_below(found.terms),
        diagram=_diagram(groups["class"]),
        curie=vocab.curie,
        pick=lambda texts: pick(texts, language),
    )


def pick(texts: Mapping[str, str], language: str) -> tuple[str, str]:
    """Choose a text in a language, else in the nearest script, and say in which it is.

    Args:
        texts: by language tag.
        language: that the page is in.
    """
    for tag in (*_FALLBACKS[language], *sorted(texts)):
        if tag in texts:
            return tag, texts[tag]
    return "", ""


def _below(terms: tuple[TermFacts, ...]) -> dict[str, list[str]]:
    below: dict[str, list[str]] = {}
    for term in terms:
        for parent in term.parents:
            below.setdefault(parent, []).append(term.iri)
    return below


def _diagram(classes: list[TermFacts]) -> Diagram:
    return lay_out({term.iri: term.parents for term in classes})
