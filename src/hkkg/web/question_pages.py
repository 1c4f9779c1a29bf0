"""`/questions`: the stored questions, each with its answer, what it may be asked about, and its evidence."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from fastapi.responses import Response

from hkkg import formats, questions
from hkkg.errors import ParameterError, UnknownQuestionError
from hkkg.web import problems, protocol
from hkkg.web.asking import Asked, Asker, iri_of
from hkkg.web.highlighting import highlighted
from hkkg.web.pages import base_of, client_of, language, page, unless_gone, without_body
from hkkg.web.said import Said, by_theme, said, without_header
from hkkg.web.snippets import snippets
from hkkg.web.sparql import prepare
from hkkg.web.texts import TEXTS
from hkkg.workers.calls import FunctionCall

if TYPE_CHECKING:
    from collections.abc import Mapping

    from fastapi import FastAPI, Request

    from hkkg.questions import Parameter, Question
    from hkkg.web.answered import Answered
    from hkkg.web.service import Service

_RESERVED: Final = {"lang"}
_SUFFIX: Final = ".rq"
_TABLES: Final = {"csv": "CSV", "tsv": "TSV", "json": "JSON", "xml": "XML"}
_LANGUAGES: Final = {"en": "English", "zh-Hans": "简体中文", "zh-Hant": "繁體中文"}
_BOOLEANS: Final = {"json": "JSON", "xml": "XML"}
_GRAPHS: Final = {
    "turtle": "Turtle",
    "jsonld": "JSON-LD",
    "ntriples": "N-Triples",
    "rdfxml": "RDF/XML",
    "trig": "TriG",
    "nquads": "N-Quads",
}


@dataclass(frozen=True, slots=True)
class Field:
    """A parameter as a form has it.

    Attributes:
        name: of the parameter.
        type: of its values.
        description: what it means.
        value: as the reader wrote it, or the default.
        default: as stored.
        problem: what is wrong with the value, if anything is.
        candidates: names of what it may be, by what is written for it.
    """

    name: str
    type: str
    description: Said
    value: str
    default: str
    problem: ParameterError | None
    candidates: Mapping[str, str]


def install(app: FastAPI, service: Service) -> None:
    """Serve the questions."""
    shown = _QuestionPages(service)
    readable = ["GET", "HEAD"]
    app.add_route("/questions", shown.listing, methods=readable)
    app.add_route("/questions/{name}.rq", shown.text, methods=readable)
    app.add_route("/questions/{name}", shown.question, methods=readable)


class _QuestionPages:
    def __init__(self, service: Service) -> None:
        self._service = service

    async def listing(self, request: Request) -> Response:
        """List the questions of a theme, or those that hold a text."""
        sought, tag = (request.query_params.get(name, "").strip() for name in ("q", "tag"))
        every = self._service.questions
        kept = [q for q in every if (not tag or tag in q.tags) and _holds(q, sought)]
        return page(
            request,
            "questions.html",
            themes=by_theme(kept, language(request)),
            shown=len(kept),
            total=len(every),
            tags=_counted(every),
            sought=sought,
            tag=tag,
        )

    async def text(self, request: Request) -> Response:
        """Send a question's query, with values in the place of its parameters' defaults."""
        question = self._find(request.path_params["name"])
        query = question.bind(_pairs(request))
        headers = {"Content-Disposition": f'inline; filename="{question.name}{_SUFFIX}"'}
        return without_body(
            request, Response(query, media_type=f"{protocol.QUERY}; charset=utf-8", headers=headers)
        )

    async def question(self, request: Request) -> Response:
        """Show a question, what it may be asked about, and its answer."""
        shown = await self._shown(request)
        if shown.asked.problems:
            return _refusal(request, shown)
        return page(request, "question.html", **shown.values(), **await self._answer(request, shown))

    def _find(self, name: str) -> Question:
        if not self._service.is_packaged:
            raise UnknownQuestionError("this service has no stored questions.")
        return questions.find_question(name)

    async def _shown(self, request: Request) -> _Shown:
        question = self._find(request.path_params["name"])
        lang, client = language(request), client_of(request)
        examples = tuple((p.name, iri_of(p.default)) for p in question.parameters if p.type == "iri")
        call = FunctionCall("candidates", (examples, lang))
        candidates = await self._service.value(call, client) if examples else {}
        asked = await Asker(self._service, client, TEXTS[lang], candidates).read(question, _pairs(request))
        return _Shown(question, asked, candidates, lang)

    async def _answer(self, request: Request, shown: _Shown) -> dict[str, Any]:
        base = base_of(request, self._service)
        query = shown.question.bind(shown.asked.values.items())
        call = prepare(protocol.QueryRequest(query), "*/*", "", base).call
        about, rows = shown.asked.iris(shown.question), self._service.settings.limits.shown_rows
        answering = self._service.value(
            FunctionCall("answered", (call, about, language(request), rows)), client_of(request)
        )
        answer: Answered = await unless_gone(request, answering)
        bare = without_header(query)
        return {
            "answer": answer,
            "query": bare,
            "sparql": highlighted(bare),
            "formats": _formats(answer),
            "snippets": snippets(base, shown.question.name, shown.asked.values, is_graph=answer.is_graph),
        }


class _Shown:
    """A question for a page: its words and its form."""

    def __init__(
        self, question: Question, asked: Asked, candidates: Mapping[str, Mapping[str, str]], lang: str
    ) -> None:
        self.question = question
        self.asked = asked
        self._candidates = candidates
        self._lang = lang

    def values(self) -> dict[str, Any]:
        question = self.question
        return {
            "name": question.name,
            "tags": question.tags,
            "title": said(question.question, self._lang),
            "description": said(question.description, self._lang),
            "fields": [self._field(parameter) for parameter in question.parameters],
            "is_changed": bool(self.asked.written),
        }

    def _field(self, parameter: Parameter) -> Field:
        return Field(
            parameter.name,
            parameter.type,
            said(parameter.description, self._lang),
            self.asked.written.get(parameter.name, parameter.default),
            parameter.default,
            self.asked.problems.get(parameter.name),
            _LANGUAGES if parameter.type == "language" else self._candidates.get(parameter.name, {}),
        )


def _refusal(request: Request, shown: _Shown) -> Response:
    """Show the form again with what is wrong in it; what is no browser gets the first problem."""
    wanted = formats.negotiate(request.headers.get("accept"), (problems.PROBLEM, formats.HTML))
    if wanted is not formats.HTML:
        raise next(iter(shown.asked.problems.values()))
    return page(request, "question.html", 400, **shown.values(), answer=None)


def _pairs(request: Request) -> list[tuple[str, str]]:
    values = protocol.decode_form(request.scope["query_string"], "the address")
    return [(name, value) for name, value in values if name not in _RESERVED]


def _holds(question: Question, sought: str) -> bool:
    texts = (question.name, *question.question.values(), *question.description.values())
    return sought.casefold() in "\n".join(texts).casefold()


def _counted(every: tuple[Question, ...]) -> dict[str, int]:
    tags = sorted({tag for question in every for tag in question.tags})
    return {tag: sum(tag in question.tags for question in every) for tag in tags}


def _formats(answer: Answered) -> Mapping[str, str]:
    if answer.is_graph:
        return _GRAPHS
    return _TABLES if answer.boolean is None else _BOOLEANS
