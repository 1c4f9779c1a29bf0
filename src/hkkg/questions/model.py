"""What a stored question is, and how values are put into its parameters."""

from __future__ import annotations

from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import TYPE_CHECKING

from hkkg import han
from hkkg.errors import ParameterError
from hkkg.questions.terms import as_term

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


@dataclass(frozen=True, slots=True)
class Parameter:
    """A variable of a question that takes a value.

    Attributes:
        name: the variable's name.
        type: iri, string, integer, decimal, date or language.
        description: what it means, by language.
        default: the value that the stored query has, as a user would write it.
        language: the tag that string values get, as the default has it.
        span: where in the query's text the default's term stands.
    """

    name: str
    type: str
    description: Mapping[str, str]
    default: str
    language: str | None
    span: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Question:
    """A stored query.

    Attributes:
        name: its name, from its file's.
        text: the whole file, a query that runs as it stands.
        question: the question, by language.
        description: what the answer's rows mean, by language.
        tags: its themes; the first is the one that lists show it under.
        parameters: in the order of the header.
        ordered: whether the order of the answer's rows matters.
        keywords: other ways to ask it, by language, by which it is found.
    """

    name: str
    text: str
    question: Mapping[str, str]
    description: Mapping[str, str]
    tags: tuple[str, ...]
    parameters: tuple[Parameter, ...]
    ordered: bool = False
    keywords: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def __hash__(self) -> int:
        """Hash what tells it from others; calls to workers are compared by what they are given."""
        return hash((self.name, self.text))

    def bind(self, values: Iterable[tuple[str, str]]) -> str:
        """Return the query with values put in the place of parameters' defaults.

        Raises:
            ParameterError: a parameter is unknown or repeated, or a value is not of its type.
        """
        terms = {p.span: as_term(value, p.type, p.language, p.name) for p, value in self.given(values)}
        text = self.text
        for start, end in sorted(terms, reverse=True):
            text = text[:start] + str(terms[start, end]) + text[end:]
        return text

    def has(self, text: str) -> bool:
        """Whether it has all words of a text, in any script, in its name, its tags or its own words."""
        texts = (self.name, *self.tags, *self.question.values(), *self.description.values())
        whole = han.simplified("\n".join(texts)).casefold()
        return all(word in whole for word in han.simplified(text).casefold().split())

    def given(self, values: Iterable[tuple[str, str]]) -> list[tuple[Parameter, str]]:
        """Pair parameters with the values that are given for them.

        Raises:
            ParameterError: a parameter is unknown or repeated.
        """
        known = {p.name: p for p in self.parameters}
        given: dict[str, str] = {}
        for name, value in values:
            if name not in known:
                raise self._unknown(name, list(known))
            if name in given:
                raise ParameterError(f"the parameter {name} is given twice.", hint="Give it once.")
            given[name] = value
        return [(known[name], value) for name, value in given.items()]

    def _unknown(self, name: str, known: list[str]) -> ParameterError:
        message = f"{self.name} has no parameter {name!r}."
        if not known:
            return ParameterError(message, hint="It takes no parameters.")
        near = get_close_matches(name, known, n=1)
        hint = f"Did you mean {near[0]}?" if near else f"It takes {', '.join(known)}."
        return ParameterError(message, hint=hint)
