"""The addresses of the protocols, of validation, and of whoever runs the service."""

from __future__ import annotations

from typing import Any, Final

from hkkg import formats
from hkkg.validation import engines
from hkkg.web.openapi import parts
from hkkg.web.submission import REPORT_FORMATS

SPARQL: Final = "sparql"
OPERATIONS: Final = "operations"
VALIDATION: Final = "validation"

_FORM: Final = "application/x-www-form-urlencoded"
_IRIS: Final = {"type": "array", "items": {"type": "string"}}
_TOKEN: Final[list[parts.Json]] = [{"token": []}]
_EVERY: Final = (*formats.RESULT_FORMATS, *formats.RDF_FORMATS)
_QUERY_ERRORS: Final = (403, 404, 405, 406, 415, 422, 502, 507)
_WRITE_ERRORS: Final = (401, 403, 405, 415, 422, 507)
_QUERY: Final = {"type": "string", "description": "A SPARQL 1.1 query."}
_REPORT: Final[parts.Json] = {known.media_type: {} for known in REPORT_FORMATS}


def paths() -> parts.Json:
    """Describe them."""
    return {
        "/sparql": {"get": _query_by_get(), "post": _query_by_post()},
        "/update": {"post": _update()},
        "/graph-store": _graph_store(),
        "/validate": {"get": _form_of_validation(), "post": _validate()},
        "/health": {"get": _health()},
        "/metrics": {"get": _metrics()},
    }


def _operation(name: str, tag: str, summary: str, **others: Any) -> parts.Json:  # noqa: ANN401 - as OpenAPI has them
    return {"operationId": name, "tags": [tag], "summary": summary, **others}


def _answered(description: str, content: parts.Json) -> dict[int, parts.Json]:
    return {200: {"description": description, "content": content}}


def _graphs_of(prefix: str) -> list[parts.Json]:
    return [
        parts.parameter(f"{prefix}-uri", _IRIS, "Graphs of the default graph, in place of FROM."),
        parts.parameter("named-graph-uri", _IRIS, "Graphs for GRAPH, in place of FROM NAMED."),
    ]


def _query_by_get() -> parts.Json:
    return _operation(
        "queryByGet",
        SPARQL,
        "Answer a query (SPARQL 1.1 Protocol); without one, describe the service.",
        parameters=[
            parts.parameter("query", _QUERY, "The query.", example="ASK {}"),
            *_graphs_of("default-graph"),
            parts.format_parameter((*_EVERY, formats.HTML)),
        ],
        responses=parts.answers(
            {
                **_answered("The answer.", parts.content(_EVERY) | {"text/html": {}}),
                304: {"description": "The same."},
            },
            _QUERY_ERRORS,
        ),
    )


def _query_by_post() -> parts.Json:
    form = {"type": "object", "required": ["query"], "properties": {"query": _QUERY}}
    return _operation(
        "queryByPost",
        SPARQL,
        "Answer a query (SPARQL 1.1 Protocol).",
        requestBody=parts.body({_FORM: form, "application/sparql-query": _QUERY}),
        responses=parts.answers(
            {
                **_answered("The answer.", parts.content(_EVERY) | {"text/html": {}}),
                304: {"description": "The same."},
            },
            _QUERY_ERRORS,
        ),
    )


def _update() -> parts.Json:
    text = {"type": "string", "description": "A SPARQL 1.1 update."}
    form = {"type": "object", "required": ["update"], "properties": {"update": text}}
    return _operation(
        "update",
        SPARQL,
        "Change the graph (SPARQL 1.1 Update), if it conforms to its shapes afterwards.",
        security=_TOKEN,
        requestBody=parts.body({_FORM: form, "application/sparql-update": text}),
        responses=parts.answers({204: {"description": "It is done."}, 422: _refused()}, _WRITE_ERRORS),
    )


def _refused() -> parts.Json:
    problem = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {"description": "It would violate the shapes.", "content": problem | parts.content(parts.GRAPHS)}


def _graph_store() -> parts.Json:
    which = [
        parts.parameter("graph", {"type": "string", "format": "iri"}, "The IRI of a graph."),
        parts.parameter("default", {"type": "string"}, "The default graph."),
    ]
    graph = parts.body({known.media_type: parts.TEXT for known in parts.GRAPHS})
    written = {201: {"description": "It is made."}, 204: {"description": "It is done."}, 422: _refused()}
    write: parts.Json = {
        "parameters": which,
        "security": _TOKEN,
        "responses": parts.answers(written, (*_WRITE_ERRORS, 404)),
    }
    read = {
        **_answered("The graph.", parts.content(parts.GRAPHS)),
        304: {"description": "The client has this graph."},
    }
    return {
        "get": _operation(
            "readGraph",
            SPARQL,
            "Read a whole graph (SPARQL 1.1 Graph Store Protocol).",
            parameters=[*which, parts.format_parameter(parts.GRAPHS)],
            responses=parts.answers(read, (404, 405, 406)),
        ),
        "put": _operation("replaceGraph", SPARQL, "Replace a graph.", requestBody=graph, **write),
        "post": _operation("addToGraph", SPARQL, "Add to a graph.", requestBody=graph, **write),
        "delete": _operation("deleteGraph", SPARQL, "Delete a graph.", **write),
    }


def _form_of_validation() -> parts.Json:
    return _operation(
        "validationForm",
        VALIDATION,
        "Show the form of validation.",
        responses=parts.answers(_answered("The form.", {"text/html": {}}), (405,)),
    )


def _validate() -> parts.Json:
    form = {
        "type": "object",
        "required": ["data"],
        "properties": {
            "data": {"type": "string", "description": "Turtle."},
            "shapes": {
                "type": "string",
                "description": "Shapes as Turtle; without them, those of this graph.",
            },
            "engine": {"enum": [engines.AUTO, *engines.NAMES]},
        },
    }
    bodies = {_FORM: form} | {known.media_type: parts.TEXT for known in parts.GRAPHS}
    names = [known.name for known in REPORT_FORMATS]
    return _operation(
        "validate",
        VALIDATION,
        "Validate RDF against SHACL shapes.",
        parameters=[
            parts.parameter("format", {"type": "string", "enum": names}, "The format of the report.")
        ],
        requestBody=parts.body(bodies),
        responses=parts.answers(_answered("The report.", _REPORT), (405, 406, 415, 422, 507)),
    )


def _health() -> parts.Json:
    state = {
        "type": "object",
        "required": ["status", "version", "generation", "triples"],
        "properties": {
            "status": {"const": "ok"},
            "version": {"type": "string"},
            "generation": {"type": "integer"},
            "triples": {"type": ["integer", "null"]},
        },
    }
    found = _answered("It is well.", {"application/json": {"schema": state}})
    return _operation("health", OPERATIONS, "Say how the service is.", responses=parts.answers(found, (405,)))


def _metrics() -> parts.Json:
    found = _answered("The metrics.", {"text/plain": {"schema": parts.TEXT}})
    summary = "Count requests, in the format of Prometheus."
    return _operation("metrics", OPERATIONS, summary, responses=parts.answers(found, (405,)))
