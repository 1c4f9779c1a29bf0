"""What a reader asks a stored question about: values as written, as read, and what is wrong with them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING, Final

from hkkg import vocab
from hkkg.errors import ParameterError
from hkkg.workers.calls import FunctionCall

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from hkkg.questions import Parameter, Question
    from hkkg.web.service import Service

_SLUG: Final = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_MOST_NEAR: Final = 3
_LONGEST_SHOWN: Final = 80


@dataclass(frozen=True, slots=True)
class Asked:
    """Values for a question's parameters.

    Attributes:
        written: as the reader wrote them.
        values: with names of things replaced by their CURIEs; without those that are wrong.
        problems: what is wrong, by parameter.
    """

    written: Mapping[str, str]
    values: Mapping[str, str]
    problems: Mapping[str, ParameterError]

    def iris(self, question: Question) -> tuple[str, ...]:
        """Return the IRIs that the question is asked about, defaults included."""
        values = (self.values.get(p.name, p.default) for p in question.parameters if p.type == "iri")
        return tuple(iri for value in values if (iri := iri_of(value)))


class Asker:
    """Reads what a question is asked about.

    Args:
        service: has the graph.
        client: who asks.
        words: the texts of the page's language.
        candidates: for each parameter that takes a thing, names by CURIE.
    """

    def __init__(
        self,
        service: Service,
        client: str,
        words: Mapping[str, str],
        candidates: Mapping[str, Mapping[str, str]],
    ) -> None:
        """Keep them."""
        self._service = service
        self._client = client
        self._words = words
        self._candidates = candidates

    async def read(self, question: Question, pairs: Sequence[tuple[str, str]]) -> Asked:
        """Read values.

        Raises:
            ParameterError: a parameter is unknown or repeated; what is wrong with a value is kept instead.
        """
        known = {parameter.name: parameter for parameter in question.parameters}
        question.bind([(name, known[name].default if name in known else value) for name, value in pairs])
        values: dict[str, str] = {}
        problems: dict[str, ParameterError] = {}
        for name, written in pairs:
            try:
                value = await self._resolved(known[name], written)
                question.bind([(name, value)])
            except ParameterError as error:
                problems[name] = error
            else:
                values[name] = value
        return Asked(dict(pairs), values, problems)

    async def _resolved(self, parameter: Parameter, written: str) -> str:
        """Turn the name of a thing into its CURIE; whatever is no name stays as it is."""
        text = written.strip()
        if parameter.type != "iri" or not text or vocab.expand(text) is not None:
            return written if parameter.type == "string" else text
        if text in _slugs(self._candidates.get(parameter.name, {})):
            return text
        found: list[str] = await self._service.value(FunctionCall("called", (text,)), self._client)
        if len(found) == 1:
            return vocab.curie(found[0])
        if found:
            raise self._several(text, found)
        if _SLUG.fullmatch(text):
            return text
        raise self._none(parameter, text)

    def _several(self, text: str, found: list[str]) -> ParameterError:
        shown = ", ".join(map(vocab.curie, found))
        return ParameterError(self._words["several_names"].format(text=_cut(text), names=shown))

    def _none(self, parameter: Parameter, text: str) -> ParameterError:
        names = {name: curie for curie, name in self._candidates.get(parameter.name, {}).items()}
        near = get_close_matches(_cut(text), names, n=_MOST_NEAR, cutoff=0.4)
        hint = ", ".join(f"{name} ({names[name]})" for name in near) + "?" if near else None
        return ParameterError(self._words["no_such_name"].format(text=_cut(text)), hint=hint)


def iri_of(value: str) -> str | None:
    """Return the IRI that a parameter's value means: an IRI, a CURIE or a name after `hk:`."""
    return vocab.HK + value if _SLUG.fullmatch(value) else vocab.expand(value)


def _slugs(candidates: Mapping[str, str]) -> set[str]:
    return {curie.removeprefix("hk:") for curie in candidates}


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST_SHOWN else text[:_LONGEST_SHOWN] + "…"
