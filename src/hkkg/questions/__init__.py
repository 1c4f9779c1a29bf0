"""Stored questions: SPARQL queries with a described header, typed parameters and stored answers."""

from __future__ import annotations

from hkkg.questions.catalogue import all_questions, find_question, names, parse_question, read_question
from hkkg.questions.checking import EndpointEngine, Engine, Outcome, PyoxigraphEngine, check, unused_answers
from hkkg.questions.model import Parameter, Question

__all__ = [
    "EndpointEngine",
    "Engine",
    "Outcome",
    "Parameter",
    "PyoxigraphEngine",
    "Question",
    "all_questions",
    "check",
    "find_question",
    "names",
    "parse_question",
    "read_question",
    "unused_answers",
]
