"""Amounts in words: a number with its unit, and how it bounds the true one."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Final

from hkkg import vocab
from hkkg.web.views.times import ordinal

_UNITS: Final = vocab.PREFIXES["unit"]
_RANK: Final = "第"
_MULTIPLE: Final = "倍"
_COUNTERS: Final = frozenset("家位項所個")
_SIMPLE: Final = str.maketrans("項個", "项个")
_PREFIXED: Final = {"en": {"CCY_HKD": "HK$"}}
_SUFFIXED: Final = {
    "en": {"PERCENT": "%", "HR": " hours", "YR": " years", "PetaFLOPS": " PFLOPS"},
    "zh-Hant": {"CCY_HKD": "港元", "PERCENT": "%", "HR": "小時", "YR": "年", "PetaFLOPS": " PFLOPS"},
    "zh-Hans": {"CCY_HKD": "港元", "PERCENT": "%", "HR": "小时", "YR": "年", "PetaFLOPS": " PFLOPS"},
}
_COUNTED: Final = frozenset({"NUM", "UNITLESS", ""})
_LARGE: Final = {
    "en": ((Decimal(10**9), " billion"), (Decimal(10**6), " million")),
    "zh-Hant": ((Decimal(10**8), "億"), (Decimal(10**4), "萬")),
    "zh-Hans": ((Decimal(10**8), "亿"), (Decimal(10**4), "万")),
}
_MOST_PLACES: Final = 2
_MOST_DIGITS: Final = 18
_COMPARED: Final = {
    "en": {"more-than": "more than ", "at-least": "at least ", "about": "about ", "nearly": "nearly "},
    "zh-Hant": {"more-than": "逾", "at-least": "不少於", "about": "約", "nearly": "近"},
    "zh-Hans": {"more-than": "逾", "at-least": "不少于", "about": "约", "nearly": "近"},
}


@dataclass(frozen=True, slots=True)
class Amount:
    """A value as an observation has it.

    Attributes:
        value: its text.
        unit: the IRI of its unit; nothing if it has none.
        comparators: the IRIs of the concepts that say how it bounds the true value.
        unit_words: the Chinese words for the unit that its indicator has, such as 家 or 第.
    """

    value: str
    unit: str = ""
    comparators: tuple[str, ...] = ()
    unit_words: frozenset[str] = frozenset()

    def words(self, language: str) -> str:
        """Write it with its comparator and its unit; what is no number is written as it is."""
        names = (iri.removeprefix(vocab.CONCEPT) for iri in self.comparators)
        return "".join(_COMPARED[language].get(name, "") for name in names) + self._measured(language)

    def _measured(self, language: str) -> str:
        number = _number(self.value)
        if number is None:
            return self.value
        unit = self.unit.removeprefix(_UNITS)
        if _RANK in self.unit_words and number == number.to_integral_value():
            return ordinal(int(number)) if language == "en" else f"第{number:,}位"
        if _MULTIPLE in self.unit_words and unit in _COUNTED - {""}:
            return f"{number:,} times" if language == "en" else f"{number:,}倍"
        prefix = _PREFIXED.get(language, {}).get(unit, "")
        suffix = "" if prefix else _SUFFIXED[language].get(unit, self._counter(unit, language))
        return f"{prefix}{large(number, language) if unit.startswith('CCY_') else f'{number:,}'}{suffix}"

    def _counter(self, unit: str, language: str) -> str:
        """The measure word that Chinese wants after a count, or the name of a unit that is not known."""
        if unit not in _COUNTED:
            return f" {unit.removeprefix('CCY_').rpartition('/')[2]}"
        word = min(self.unit_words & _COUNTERS, default="") if language != "en" else ""
        return word.translate(_SIMPLE) if language == "zh-Hans" else word


def _number(text: str) -> Decimal | None:
    """Read a number that can be written out; None for any other text."""
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    return number if number.is_finite() and abs(number.adjusted()) <= _MOST_DIGITS else None


def large(number: Decimal, language: str) -> str:
    """Write a round sum of money as people do: 730億, 73 billion; any other in full."""
    for size, name in _LARGE[language]:
        scaled = (number / size).normalize()
        exponent = scaled.as_tuple().exponent
        if abs(number) >= size and isinstance(exponent, int) and -exponent <= _MOST_PLACES:
            return f"{scaled:,f}{name}"
    return f"{number:,}"
