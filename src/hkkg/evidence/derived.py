"""Figures that the editors compute: their formulas, recomputed with exact arithmetic."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Final

from hkkg import vocab
from hkkg.evidence.findings import Problem
from hkkg.evidence.model import COMPARATOR, MEASURED, MODALITY, VALUE
from hkkg.evidence.observations import number_of
from hkkg.evidence.periods import dates_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from hkkg.evidence.model import Evidence

FORMULA: Final = vocab.HKKG + "formula"
INPUT: Final = vocab.PROV + "wasDerivedFrom"
_ABOUT: Final = vocab.CONCEPT + "about"
_TOKEN = re.compile(r"\s*(?:(<[^>\s]+>|[A-Za-z][\w-]*:[\w][\w.-]*\b)|(\d+(?:\.\d+)?)|([-+*/()]))")


class FormulaError(ValueError):
    """A formula is malformed, or divides by zero."""


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula as read: its tokens, and the resources whose values it takes."""

    tokens: tuple[str, ...]
    inputs: tuple[str, ...]

    @classmethod
    def read(cls, text: str) -> Formula:
        """Read numbers, CURIEs, IRIs, + - * / and parentheses.

        Raises:
            FormulaError: something else stands there.
        """
        tokens: list[str] = []
        inputs: dict[str, None] = {}
        at = 0
        while at < len(text.rstrip()):
            found = _TOKEN.match(text, at)
            name = vocab.expand(found[1]) if found and found[1] else None
            if found is None or (found[1] and name is None):
                raise FormulaError(f"{text[at:].strip()!r} is neither a number, a resource nor an operator")
            if name:
                inputs[name] = None
            tokens.append(name or found[2] or found[3])
            at = found.end()
        return cls(tuple(tokens), tuple(inputs))

    def value(self, lookup: Callable[[str], Fraction]) -> Fraction:
        """Compute the formula.

        Raises:
            FormulaError: it is malformed or divides by zero.
        """
        reader = _Reader(list(self.tokens), lookup)
        result = reader.sum()
        if reader.tokens:
            raise FormulaError(f"{reader.tokens[0]!r} stands where an operator should")
        return result


@dataclass(slots=True)
class _Reader:
    """A descent through sums, products and atoms, eating tokens from the front."""

    tokens: list[str]
    lookup: Callable[[str], Fraction]

    def sum(self) -> Fraction:
        result = self.product()
        while self.tokens[:1] in (["+"], ["-"]):
            plus = self.tokens.pop(0) == "+"
            term = self.product()
            result = result + term if plus else result - term
        return result

    def product(self) -> Fraction:
        result = self.atom()
        while self.tokens[:1] in (["*"], ["/"]):
            times = self.tokens.pop(0) == "*"
            factor = self.atom()
            if not times and factor == 0:
                raise FormulaError("it divides by zero")
            result = result * factor if times else result / factor
        return result

    def atom(self) -> Fraction:
        if not self.tokens:
            raise FormulaError("it ends too early")
        part = self.tokens.pop(0)
        if part == "(":
            result = self.sum()
            if self.tokens[:1] != [")"]:
                raise FormulaError("a parenthesis is not closed")
            self.tokens.pop(0)
            return result
        if part in {"+", "-", "*", "/", ")"}:
            raise FormulaError(f"{part!r} stands where a number or resource should")
        return Fraction(part) if part[0].isdigit() else self.lookup(part)


def derived_problems(evidence: Evidence, resource: str) -> Iterator[Problem]:
    """Recompute a derived figure, and compare its inputs and dates with what it is derived from."""
    statements = evidence.statements
    formulas = statements.values(resource, FORMULA)
    if len(formulas) != 1:
        yield Problem(resource, "derived-formula", "it needs one hkkg:formula.", "", FORMULA)
        return
    try:
        formula = Formula.read(formulas[0])
        result = formula.value(lambda name: _input(evidence, name))
    except FormulaError as error:
        yield Problem(resource, "derived-formula", f"its formula cannot be computed: {error}.", "", FORMULA)
        return
    if set(statements.values(resource, INPUT)) != set(formula.inputs):
        names = "、".join(vocab.curie(name) for name in formula.inputs)
        message = "prov:wasDerivedFrom does not name just the inputs of its formula."
        yield Problem(resource, "derived-inputs", message, names, INPUT)
    for value in statements.values(resource, VALUE):
        if not _agrees(evidence, resource, value, result):
            message = f"its value {value} is not what its formula gives, {_number(result)}."
            yield Problem(resource, "derived-value", message, "", VALUE, value)
    yield from _modality_problems(evidence, resource, formula)
    yield from _date_problems(evidence, resource, formula)


def _input(evidence: Evidence, name: str) -> Fraction:
    values = evidence.statements.values(name, VALUE)
    number = number_of(values[0]) if len(values) == 1 else None
    if number is None:
        raise FormulaError(f"{vocab.curie(name)} has not one hkkg:value")
    return number


def _agrees(evidence: Evidence, resource: str, lexical: str, result: Fraction) -> bool:
    """Whether a value is the result; one that is `about` may be rounded to its own places."""
    value = number_of(lexical)
    if value == result or value is None:
        return value == result
    places = len(lexical.partition(".")[2])
    return _ABOUT in evidence.statements.values(resource, COMPARATOR) and value == round(result, places)


def _number(number: Fraction) -> str:
    return str(number) if number.denominator == 1 else f"{number} or about {float(number):g}"


def _modality_problems(evidence: Evidence, resource: str, formula: Formula) -> Iterator[Problem]:
    """Find a figure that is said to be measured, though an input is planned, expected or claimed."""
    modalities = {m for name in formula.inputs for m in evidence.statements.values(name, MODALITY)}
    if MEASURED in evidence.statements.values(resource, MODALITY) and modalities - {MEASURED}:
        others = "、".join(vocab.curie(modality) for modality in sorted(modalities - {MEASURED}))
        message = f"it is said to be measured, but an input is not: {others}."
        yield Problem(resource, "derived-modality", message, "", MODALITY)


def _date_problems(evidence: Evidence, resource: str, formula: Formula) -> Iterator[Problem]:
    given = {term for name in formula.inputs for _, term in dates_of(evidence, name)}
    for predicate, term in dates_of(evidence, resource):
        if term not in given:
            message = f"its date {term.value} is not that of any of its inputs."
            yield Problem(resource, "derived-date", message, "", predicate, term.value)
