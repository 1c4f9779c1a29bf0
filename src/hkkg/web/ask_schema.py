"""What `/api/ask` answers, as OpenAPI describes it."""

from __future__ import annotations

from typing import Any, Final

from hkkg import vocab
from hkkg.asking import Confidence
from hkkg.web.problems import PROBLEM

_TEXT: Final = {"type": "string"}
_TEXTS: Final = {"type": "array", "items": _TEXT}
_MAYBE: Final = {"type": ["string", "null"]}
_PARAMETER: Final = {
    "type": "object",
    "description": "A parameter's value, and the label in the question that it was linked from.",
    "properties": {
        "name": _TEXT,
        "value": {**_TEXT, "description": "As the parameter takes it: a CURIE, a date, a number, a text."},
        "iri": _MAYBE,
        "called": {**_TEXT, "description": "The preferred name of the value."},
        "label": {**_TEXT, "description": "What the question calls it; empty where nothing names it."},
        "default": {"type": "boolean"},
    },
}
_OFFER: Final = {
    "type": "object",
    "properties": {
        "question": _TEXT,
        "words": {**_TEXT, "description": "The question in words, with these values."},
        "parameters": {"type": "array", "items": _PARAMETER},
        "missing": {**_TEXTS, "description": "Parameters that the text gives no value for."},
        "because": {**_TEXTS, "description": "The text's own words that speak for this question."},
        "score": {"type": "number"},
        "sparql": _TEXT,
        "page": {**_TEXT, "description": "The address of the question with these values, on this service."},
    },
}
_PASSAGE: Final = {
    "type": "object",
    "properties": {
        "iri": _TEXT,
        "source": _MAYBE,
        "section": _MAYBE,
        "kind": _MAYBE,
        "start": {"type": ["integer", "null"], "description": "In code points of the source."},
        "end": {"type": ["integer", "null"]},
        "keyWords": _TEXTS,
        "states": {**_TEXTS, "description": "The records and things that it states."},
    },
}
_SCHEMA: Final = {
    "type": "object",
    "required": ["text", "language", "confidence", "alternatives"],
    "properties": {
        "text": _TEXT,
        "language": {"enum": list(vocab.LANGUAGES)},
        "confidence": {"enum": [str(known) for known in Confidence]},
        "corrections": {"type": "object", "additionalProperties": _TEXT},
        "understood": {**_OFFER, "type": ["object", "null"], "description": "Null unless it is sure."},
        "result": {
            "type": ["object", "null"],
            "description": "SPARQL 1.1 Query Results JSON, of a table or ASK.",
        },
        "graph": {**_MAYBE, "description": "Turtle, where the answer is a graph."},
        "passages": {"type": "array", "items": _PASSAGE},
        "alternatives": {"type": "array", "items": _OFFER, "description": "The nearest other questions."},
    },
}
RESPONSES: Final[dict[int | str, dict[str, Any]]] = {
    200: {
        "description": "What was understood, and the answer.",
        "content": {"application/json": {"schema": _SCHEMA}},
    },
    **{
        status: {"description": text, "content": {PROBLEM.media_type: {"schema": {"type": "object"}}}}
        for status, text in (
            (400, "The question is missing, empty or too long, or a parameter is unknown or repeated."),
            (404, "This service has no stored questions."),
            (503, "The service is busy."),
            (504, "The answer took too long."),
        )
    },
}
