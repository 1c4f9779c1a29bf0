"""The shapes of JSON answers, as OpenAPI documents them."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any, Final

from pydantic import BaseModel, Field

PROBLEM_TYPE: Final = "application/problem+json"


class Problem(BaseModel):
    """What was wrong with a request, and what would be right (RFC 9457)."""

    type: str = Field(description="An IRI of the kind of problem.")
    title: str = Field(description="The status in words.")
    status: int
    detail: str = Field(description="What was wrong.")
    hint: str | None = Field(None, description="What would be right.")


class ClassOf(BaseModel):
    """A class of an entity."""

    iri: str
    curie: str
    label: str
    language: str = Field(description="Of the label; nothing if it is a CURIE.")


class CountedClass(ClassOf):
    """A class, and how many of what was found are of it."""

    count: int


class Piece(BaseModel):
    """A piece of a label."""

    text: str
    matched: bool = Field(description="Whether it answers to what was typed.")


class LabelMatch(BaseModel):
    """Why an entity was found."""

    way: str = Field(
        description="exact, same words, sound, abbreviation, beginning, part, words or misspelt."
    )
    label: str = Field(description="The name that matched.")
    language: str
    pieces: list[Piece] = Field(description="The name in pieces, those marked that matched.")


class FoundEntity(BaseModel):
    """An entity that was found."""

    iri: str
    curie: str
    page: str | None = Field(description="The path of its page at this service, if it has one.")
    name: str = Field(description="Its preferred name in the language asked for.")
    language: str = Field(description="Of the name.")
    names: dict[str, str] = Field(description="Its preferred names by language.")
    types: list[ClassOf] = Field(description="The narrowest classes that it is of.")
    score: float = Field(ge=0, le=1)
    match: LabelMatch


class SearchAnswer(BaseModel):
    """A page of entities, the best match first."""

    total: int = Field(description="Entities on all pages.")
    offset: int
    suggestion: str | None = Field(description="What was probably meant, if nothing is called as typed.")
    types: list[CountedClass] = Field(description="How many of all that was found are of each class.")
    results: list[FoundEntity]


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Document answers to requests that fail."""
    schema = {PROBLEM_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {
        status: {"description": HTTPStatus(status).phrase, "model": Problem, "content": schema}
        for status in statuses
    }
