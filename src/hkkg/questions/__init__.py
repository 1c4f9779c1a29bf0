"""Stored questions: SPARQL queries with a described header, typed parameters and stored answers."""

from __future__ import annotations

from hkkg.questions.catalogue import all_questions, find_question, names, parse_question, read_question
from hkkg.questions.checking import EndpointEngine, Engine, Outcome, PyoxigraphEngine, check, unused_answers
from hkkg.questions.description import quads as described
from hkkg.questions.form import Form, counting, form_of, paged
from hkkg.questions.model import Parameter, Question
from hkkg.questions.resolving import find, resolve

__all__ = [
    "EndpointEngine",
    "Engine",
    "Form",
    "Outcome",
    "Parameter",
    "PyoxigraphEngine",
    "Question",
    "all_questions",
    "check",
    "counting",
    "described",
    "find",
    "find_question",
    "form_of",
    "names",
    "paged",
    "parse_question",
    "read_question",
    "resolve",
    "unused_answers",
]
