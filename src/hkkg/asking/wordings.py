"""The texts in which a stored question is asked: its own, and those of `wordings.tsv` beside this module."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Final

from hkkg import vocab
from hkkg.asking.lexicon import rows
from hkkg.asking.literals import LANGUAGE_NAMES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hkkg.asking.linking import Linker
    from hkkg.asking.names import Names
    from hkkg.questions import Parameter, Question

SLOT: Final = re.compile(r"\{([a-z_-]+)\}")
"""The place of a parameter's value in a wording."""


@dataclass(frozen=True, slots=True)
class Wording:
    """A way to ask a question.

    Attributes:
        question: the name of the question.
        language: in which it is asked.
        text: with values, or with `{parameter}` where any value may stand.
    """

    question: str
    language: str
    text: str

    def filled(self, number: int, question: Question, linker: Linker, names: Names) -> str:
        """Put values into the slots.

        Args:
            number: which of a parameter's values, counted round. Wordings that are filled with different
                values teach the words for all that may be asked about, such as fields of research.
            question: the question.
            linker: knows the values.
            names: knows what they are called.
        """

        def value(slot: re.Match[str]) -> str:
            parameter = next(p for p in question.parameters if p.name == slot[1])
            return _value(parameter, number, self.language, linker, names)

        return SLOT.sub(value, self.text)


@cache
def stored_wordings() -> tuple[Wording, ...]:
    """Read the wordings that come with hkkg."""
    return tuple(Wording(row["question"], row["language"], row["text"]) for row in rows("wordings.tsv"))


def own_texts(question: Question) -> Iterator[str]:
    """Yield the texts in which a question's own header asks it."""
    yield from question.question.values()
    for phrases in question.keywords.values():
        yield from phrases


def _value(parameter: Parameter, number: int, language: str, linker: Linker, names: Names) -> str:
    match parameter.type:
        case "iri":
            things = linker.things(parameter.name)
            return names.preferred(things[number % len(things)], language)
        case "language":
            return LANGUAGE_NAMES[language][vocab.LANGUAGES[number % len(vocab.LANGUAGES)]]
        case _:
            return parameter.default
