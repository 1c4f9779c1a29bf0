"""`/why`: any triple explained down to the passages that state it, as a page, as JSON and as text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from starlette.responses import JSONResponse, PlainTextResponse, Response

from hkkg import formats, vocab, why
from hkkg.errors import HkkgError, NotOfferedError, ParameterError
from hkkg.formats import Format
from hkkg.web import pages, protocol
from hkkg.web.problems import status_of
from hkkg.workers.calls import FunctionCall

if TYPE_CHECKING:
    from collections.abc import Mapping

    from fastapi import FastAPI, Request

    from hkkg.web.service import Service
    from hkkg.workers.worker import Engine

_JSON: Final = Format("json", ("application/json",), ("json",))
_TEXT: Final = Format("text", ("text/plain",), ("txt",))
_OFFERED: Final = (_JSON, formats.HTML, _TEXT)
_TERMS: Final = {"s": "subject", "p": "predicate", "o": "object"}
_KNOWN: Final = {*_TERMS, "lang", "format"}
_LONGEST: Final = 10_000
_EXAMPLES: Final = (
    ("hk:tianyun-camera", "hkkg:installedOn", "hk:shenzhou-23"),
    ("hk:lai-ka-ying", "rdf:type", "hkkg:Person"),
)


@dataclass(frozen=True, slots=True)
class Explained:
    """An explanation in every form: a tree of JSON's types with the names of things, and text."""

    tree: dict[str, Any]
    labels: Mapping[str, str]
    text: str


def explain(engine: Engine, subject: str, predicate: str, obj: str, language: str) -> Explained:
    """Explain a triple, in a worker.

    Raises:
        ParameterError: a term is not written as one, or the graph is elsewhere.
        UnknownResourceError: the graph does not speak of one of the terms; the nearest are offered.
    """
    store = engine.store
    if store is None:
        raise NotOfferedError(
            "this service stands in front of another endpoint, whose triples it cannot explain.",
            hint="`hkkg why` explains those of the packaged graph, and of files.",
        )
    explanation = why.explain_texts(store, subject, predicate, obj)
    labels = why.labels_of(explanation, store, language)
    return Explained(explanation.as_dict(), labels, why.as_text(explanation, store, language))


class Why:
    """The route of explanations."""

    def __init__(self, service: Service) -> None:
        """Explain the triples of a service's graph."""
        self._service = service

    def install(self, app: FastAPI) -> None:
        """Add the route."""
        app.add_route("/why", self.why, methods=["GET", "HEAD"])

    async def why(self, request: Request) -> Response:
        """Explain the triple s, p, o: IRIs, CURIEs, last parts of these, or for o a literal."""
        chosen = pages.format_of(request, _OFFERED)
        try:
            terms = _terms(request, is_form=chosen is formats.HTML)
            if terms is None:
                return self._page(request, {})
            explained = await self._explained(request, terms)
        except HkkgError as error:
            if chosen is not formats.HTML:
                raise
            return self._page(request, _given(request), problem=error)
        if chosen is formats.HTML:
            return self._page(request, terms, explained=explained)
        return pages.without_body(request, _plain(chosen, explained))

    async def _explained(self, request: Request, terms: Mapping[str, str]) -> Explained:
        arguments = (terms["s"], terms["p"], terms["o"], pages.language(request))
        client = pages.client_of(request)
        answer = self._service.value(FunctionCall("explain", arguments), client)
        explained: Explained = await pages.unless_gone(request, answer)
        return explained

    def _page(
        self,
        request: Request,
        given: Mapping[str, str],
        *,
        explained: Explained | None = None,
        problem: HkkgError | None = None,
    ) -> Response:
        return pages.page(
            request,
            "why.html",
            status_of(problem) if problem else 200,
            given=given,
            explained=explained,
            problem=problem,
            curie=vocab.curie,
            short=_short,
            examples=_EXAMPLES if self._service.is_packaged else (),
        )


def _terms(request: Request, *, is_form: bool) -> dict[str, str] | None:
    """Read the three terms; None if a page was asked for without any.

    Raises:
        ParameterError: one is missing, empty, repeated or too long, or there are others.
        RequestError: the address is not UTF-8.
    """
    given = protocol.decode_form(request.scope["query_string"], "the address")
    unknown = sorted({name for name, _ in given} - _KNOWN)
    if unknown:
        raise ParameterError(f"there is no parameter {unknown[0][:50]!r}.", hint="There are s, p and o.")
    terms: dict[str, str] = {}
    for name, value in given:
        if name in terms:
            raise ParameterError(f"{name} is given twice.", hint="Give each of s, p and o once.")
        if name in _TERMS:
            terms[name] = value
    if is_form and not any(value.strip() for value in terms.values()):
        return None
    for name, role in _TERMS.items():
        if not terms.get(name, "").strip():
            raise ParameterError(
                f"the {role} is missing.",
                hint=f"Give it as {name}: an IRI, a CURIE such as hk:innoex, or for o a literal too.",
            )
        if len(terms[name]) > _LONGEST:
            raise ParameterError(f"the {role} is longer than {_LONGEST:,} characters.", hint="Shorten it.")
    return terms


def _given(request: Request) -> dict[str, str]:
    return {name: request.query_params.get(name, "")[:_LONGEST] for name in _TERMS}


def _plain(chosen: Format, explained: Explained) -> Response:
    headers = {"Vary": "Accept, Accept-Language"}
    if chosen is _TEXT:
        return PlainTextResponse(explained.text + "\n", headers=headers)
    return JSONResponse({**explained.tree, "labels": explained.labels}, headers=headers)


def _short(iri: str) -> str:
    """Write a CURIE; one of a graph with the slashes of its path, as hkkg does everywhere."""
    return f"graph:{iri.removeprefix(vocab.GRAPH)}" if iri.startswith(vocab.GRAPH) else vocab.curie(iri)
