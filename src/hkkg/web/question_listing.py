"""The list of the stored questions, as the API gives it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from hkkg import formats, han, questions
from hkkg.errors import ParameterError
from hkkg.web.question_request import Page, only, page_of, refuse_unknown

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hkkg.formats import Format
    from hkkg.questions import Question
    from hkkg.web.protocol import Parameters

PARAMETERS: Final = ("tag", "q", "limit", "offset")


def offered_formats(question: Question) -> tuple[Format, ...]:
    """Name the formats that a question's answer can be had in."""
    is_graph = questions.form_of(question.text).kind == "graph"
    return formats.RDF_FORMATS if is_graph else formats.RESULT_FORMATS


def select(every: Sequence[Question], given: Parameters) -> tuple[list[Question], Page]:
    """Choose the questions that a request asks for, and say which page of them.

    Raises:
        ParameterError: a parameter is unknown, repeated, or not of its type, or no question has a tag.
    """
    refuse_unknown(given, PARAMETERS)
    page = page_of(given)
    tag, text = only(given, "tag"), only(given, "q")
    if tag is not None:
        _refuse_unknown_tag(tag, every)
    return [q for q in every if (tag is None or tag in q.tags) and q.has(text or "")], page


def _refuse_unknown_tag(tag: str, every: Sequence[Question]) -> None:
    tags = sorted({each for question in every for each in question.tags})
    if tag not in tags:
        message = f"no question has the tag {tag[:100]!r}."
        raise ParameterError(message, hint=f"There are: {', '.join(tags)}.")


def entry(question: Question, base: str) -> dict[str, Any]:
    """Describe a question."""
    form = questions.form_of(question.text)
    address = f"{base}api/questions/{question.name}"
    return {
        "name": question.name,
        "question": han.in_three_scripts(question.question),
        "description": han.in_three_scripts(question.description),
        "tags": list(question.tags),
        "answer": form.kind,
        "columns": list(form.columns),
        "parameters": [
            {
                "name": parameter.name,
                "type": parameter.type,
                "default": parameter.default,
                "description": han.in_three_scripts(parameter.description),
            }
            for parameter in question.parameters
        ],
        "formats": [offered.name for offered in offered_formats(question)],
        "links": {
            "answer": address,
            "page": f"{base}questions/{question.name}",
            "documentation": f"{base}docs#{question.name}",
        },
        "query": question.text,
    }
