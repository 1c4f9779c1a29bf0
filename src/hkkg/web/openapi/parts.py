"""The pieces of an OpenAPI document: parameters, bodies and answers, those of errors among them."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

from hkkg import formats
from hkkg.web.problems import PROBLEM

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from hkkg.formats import Format

Json = dict[str, Any]

TEXT: Final[Json] = {"type": "string"}
GRAPHS: Final = formats.RDF_FORMATS
PROBLEM_SCHEMA: Final[Json] = {
    "type": "object",
    "description": "A problem document (RFC 9457).",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string", "description": "What kind of problem it is, as a URI."},
        "title": {"type": "string", "description": "The status in words."},
        "status": {"type": "integer", "minimum": 400, "maximum": 599},
        "detail": {"type": "string", "description": "What was wrong, in one sentence."},
        "hint": {"type": "string", "description": "What would be right."},
        "source": {"type": "string", "description": "Where it was wrong."},
        "line": {"type": "integer", "minimum": 1},
        "column": {"type": "integer", "minimum": 1},
        "excerpt": {"type": "string", "description": "The offending line."},
        "problems": {"type": "array", "items": {"type": "object"}},
        "report": {"type": "string", "description": "The validation report, as Turtle."},
    },
}
RESULTS_SCHEMA: Final[Json] = {
    "type": "object",
    "description": "SPARQL 1.1 Query Results JSON Format.",
    "required": ["head"],
    "properties": {
        "head": {"type": "object"},
        "boolean": {"type": "boolean"},
        "results": {
            "type": "object",
            "required": ["bindings"],
            "properties": {"bindings": {"type": "array", "items": {"type": "object"}}},
        },
    },
}
SCHEMAS: Final[Json] = {"Problem": PROBLEM_SCHEMA, "Results": RESULTS_SCHEMA}

ALWAYS: Final = (400, 413, 431, 503, 504)
"""Statuses that every address may answer with."""

_RESULTS: Final[Json] = {"$ref": "#/components/schemas/Results"}


def parameter(name: str, schema: Json, description: str, *, example: object = None) -> Json:
    """Describe a parameter of an address's query, which may be left out."""
    found: Json = {
        "name": name,
        "in": "query",
        "required": False,
        "schema": schema,
        "description": description,
    }
    return found if example is None else {**found, "example": example}


def format_parameter(offered: Iterable[Format]) -> Json:
    """Describe the parameter that chooses a format."""
    names = [known.name for known in offered]
    return parameter("format", {"type": "string", "enum": names}, "The format, whatever `Accept` says.")


def paging(most: int) -> list[Json]:
    """Describe the parameters that choose a page."""
    limit = {"type": "integer", "minimum": 1, "maximum": most}
    offset = {"type": "integer", "minimum": 0, "maximum": 10**11, "default": 0}
    return [
        parameter("limit", limit, "How many to return at most. Without it, all."),
        parameter("offset", offset, "How many to pass over."),
    ]


def content(offered: Iterable[Format]) -> Json:
    """Describe what an answer holds, by media type."""
    return {
        known.media_type: {"schema": _RESULTS if known is formats.JSON else TEXT if _is_text(known) else {}}
        for known in offered
    }


def _is_text(known: Format) -> bool:
    return known is not formats.JSONLD


def body(media_types: Mapping[str, Json], *, required: bool = True) -> Json:
    """Describe the body of a request."""
    return {
        "required": required,
        "content": {name: {"schema": schema} for name, schema in media_types.items()},
    }


def answers(found: Mapping[int, Json], errors: Iterable[int]) -> Json:
    """Describe the answers of an operation: those that are given, and problem documents."""
    every: Json = {str(status): answer for status, answer in found.items()}
    for status in sorted({*ALWAYS, *errors}):
        every.setdefault(str(status), {"$ref": f"#/components/responses/{status}"})
    return dict(sorted(every.items()))


def problem_answers() -> Json:
    """Describe the answers of errors, which operations refer to."""
    problem = {PROBLEM.media_type: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    statuses = (400, 401, 403, 404, 405, 406, 408, 413, 415, 422, 431, 502, 503, 504, 507)
    return {
        str(status): {"description": HTTPStatus(status).phrase, "content": {**problem, "text/html": {}}}
        for status in statuses
    }
