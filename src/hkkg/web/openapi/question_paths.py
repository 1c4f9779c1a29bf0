"""The addresses of the stored questions, each described by its question's own header."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from hkkg import han, questions, vocab
from hkkg.questions.resolving import LONGEST_NAME
from hkkg.web.openapi import parts
from hkkg.web.question_listing import PARAMETERS, offered_formats
from hkkg.web.question_request import JSON, MOST_ROWS, RESERVED

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hkkg.questions import Parameter, Question
    from hkkg.web.openapi.parts import Json

TAG: Final = "questions"
PLACE: Final = "/api/questions"

_LARGEST: Final = 2**63 - 1
_KINDS: Final[dict[str, Json]] = {
    "iri": {"type": "string", "minLength": 1, "maxLength": LONGEST_NAME},
    "string": {"type": "string"},
    "integer": {"type": "integer", "format": "int64", "minimum": -_LARGEST, "maximum": _LARGEST},
    "decimal": {"type": "number"},
    "date": {"type": "string", "format": "date"},
    "language": {"type": "string", "enum": list(vocab.LANGUAGES)},
}
_NUMBERS: Final = {"integer": int, "decimal": float}
_NAMING: Final = "An IRI, a CURIE, or any name of the thing in any script."
_LINKS: Final[Json] = {
    "X-Total-Count": {"schema": {"type": "integer", "minimum": 0}, "description": "Of all pages."},
    "Link": {"schema": {"type": "string"}, "description": "To other pages (RFC 8288): first, prev, next."},
    "ETag": {"schema": {"type": "string"}, "description": "For `If-None-Match`."},
}
_NOT_MODIFIED: Final[Json] = {"description": "The client has this answer."}


def paths(every: Sequence[Question]) -> Json:
    """Describe the list and each question."""
    return {PLACE: _listing(every)} | {f"{PLACE}/{question.name}": _path(question) for question in every}


def _listing(every: Sequence[Question]) -> Json:
    tags: list[str] = sorted({tag for question in every for tag in question.tags})
    tag_schema: Json = {"type": "string", "enum": tags} if tags else {"type": "string"}
    operation = {
        "operationId": "listQuestions",
        "tags": [TAG],
        "summary": "List the stored questions.",
        "parameters": [
            parts.parameter(PARAMETERS[0], tag_schema, "Only those with this tag."),
            parts.parameter(PARAMETERS[1], parts.TEXT, "Only those that have all of these words."),
            *parts.paging(MOST_ROWS),
        ],
        "responses": parts.answers(
            {
                200: {
                    "description": "The questions.",
                    "headers": _LINKS,
                    "content": {JSON: {"schema": {"$ref": "#/components/schemas/Questions"}}},
                },
                304: _NOT_MODIFIED,
            },
            (405,),
        ),
    }
    return {"get": operation}


def _path(question: Question) -> Json:
    return {"get": _operation(question, "get"), "post": _operation(question, "post")}


def _operation(question: Question, method: str) -> Json:
    names = han.in_three_scripts(question.question)
    found = {200: _answer(question), 304: _NOT_MODIFIED}
    operation: Json = {
        "operationId": f"{method}-{question.name}",
        "tags": [TAG],
        "summary": names["en"],
        "description": question.description.get("en", ""),
        "x-summary": names,
        "x-description": han.in_three_scripts(question.description),
        "parameters": _parameters(question) if method == "get" else [],
        "responses": parts.answers(found, (404, 405, 406, 415, 507)),
    }
    if method == "post":
        schema = _body_schema(question)
        media_types = {"application/x-www-form-urlencoded": schema, JSON: schema}
        operation["requestBody"] = parts.body(media_types, required=False)
    return operation


def _answer(question: Question) -> Json:
    form = questions.form_of(question.text)
    columns = f" Columns: {', '.join(form.columns)}." if form.columns else ""
    return {
        "description": f"The answer, a {form.kind}.{columns}",
        "headers": _LINKS,
        "content": parts.content(offered_formats(question)),
    }


def _parameters(question: Question) -> list[Json]:
    own = [
        {
            **parts.parameter(each.name, _schema(each), _described(each), example=_default(each)),
            "x-description": han.in_three_scripts(each.description),
        }
        for each in question.parameters
    ]
    is_table = questions.form_of(question.text).kind == "table"
    pages = parts.paging(MOST_ROWS) if is_table else []
    return [*own, parts.format_parameter(offered_formats(question)), *pages]


def _schema(each: Parameter) -> Json:
    return {**_KINDS[each.type], "default": _default(each)}


def _default(each: Parameter) -> Any:  # noqa: ANN401 - text or number
    return _NUMBERS[each.type](each.default) if each.type in _NUMBERS else each.default


def _described(each: Parameter) -> str:
    said = each.description.get("en", "")
    return f"{said} {_NAMING}".strip() if each.type == "iri" else said


def _body_schema(question: Question) -> Json:
    known = {each["name"]: each["schema"] for each in _parameters(question)}
    return {"type": "object", "properties": known, "additionalProperties": False}


_SCRIPTS: Final[Json] = {"type": "object", "additionalProperties": {"type": "string"}}
_NAMES: Final[Json] = {"type": "array", "items": {"type": "string"}}
QUESTIONS_SCHEMA: Final[Json] = {
    "type": "object",
    "required": ["total", "questions"],
    "properties": {
        "total": {"type": "integer", "minimum": 0},
        "questions": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["name", "question", "tags", "answer", "parameters", "formats", "links", "query"],
                "properties": {
                    "name": {"type": "string"},
                    "question": _SCRIPTS,
                    "description": _SCRIPTS,
                    "tags": _NAMES,
                    "answer": {"enum": ["table", "boolean", "graph"]},
                    "columns": _NAMES,
                    "parameters": {
                        "type": "array",
                        "items": {
                            "type": "object",
                            "properties": {
                                "name": {"type": "string", "not": {"enum": list(RESERVED)}},
                                "type": {"enum": list(_KINDS)},
                                "default": {"type": "string"},
                                "description": _SCRIPTS,
                            },
                        },
                    },
                    "formats": _NAMES,
                    "links": {"type": "object", "additionalProperties": {"type": "string", "format": "uri"}},
                    "query": {"type": "string"},
                },
            },
        },
    },
}
