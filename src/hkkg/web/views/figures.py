"""Figures in words: the value, its unit, and how it bounds the true one."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Final

from hkkg import vocab
from hkkg.store import Literal
from hkkg.web.views.model import Word
from hkkg.web.views.times import ordinal

if TYPE_CHECKING:
    from hkkg.store import NamedNode
    from hkkg.web.views.reader import Reader

VALUE: Final = vocab.HKKG + "value"
UNIT: Final = vocab.QUDT + "hasUnit"
COMPARATOR: Final = vocab.HKKG + "comparator"
INDICATOR: Final = vocab.HKKG + "indicator"
_UNIT_WORD: Final = vocab.HKKG + "unitWord"
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
_UNIT_NAMES: Final = {
    "en": {
        "CCY_HKD": "Hong Kong dollars (HKD)",
        "PERCENT": "per cent",
        "HR": "hours",
        "YR": "years",
        "PetaFLOPS": "PFLOPS: quadrillions of floating-point operations per second",
        "NUM": "a count",
        "UNITLESS": "a rank or a ratio, without a unit",
    },
    "zh-Hant": {
        "CCY_HKD": "港元",
        "PERCENT": "百分比",
        "HR": "小時",
        "YR": "年",
        "PetaFLOPS": "PFLOPS：每秒千萬億次浮點運算",
        "NUM": "數目",
        "UNITLESS": "名次或比率，無單位",
    },
    "zh-Hans": {
        "CCY_HKD": "港元",
        "PERCENT": "百分比",
        "HR": "小时",
        "YR": "年",
        "PetaFLOPS": "PFLOPS：每秒千万亿次浮点运算",
        "NUM": "数目",
        "UNITLESS": "名次或比率，无单位",
    },
}
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


def figure(reader: Reader, record: NamedNode) -> str:
    """Write the value of an observation with its comparator and its unit; nothing if it has none."""
    value = reader.literal(record, VALUE)
    if not value:
        return ""
    units = [unit.value.removeprefix(_UNITS) for unit in reader.resources(record, UNIT)]
    bounds = [node.value.removeprefix(vocab.CONCEPT) for node in reader.resources(record, COMPARATOR)]
    compared = "".join(_COMPARED[reader.language].get(name, "") for name in bounds)
    return compared + _measured(
        value, units[0] if units else "", _unit_words(reader, record), reader.language
    )


def unit_name(reader: Reader, unit: NamedNode) -> Word:
    """Spell a unit out."""
    name = unit.value.removeprefix(_UNITS)
    spelt = _UNIT_NAMES[reader.language].get(name)
    return Word(spelt, title=vocab.curie(unit.value)) if spelt else reader.word(unit)


def _unit_words(reader: Reader, record: NamedNode) -> set[str]:
    indicators = reader.resources(record, INDICATOR)
    words = (term for node in indicators for term in reader.objects(node, _UNIT_WORD))
    return {word.value for word in words if isinstance(word, Literal)}


def _measured(value: str, unit: str, words: set[str], language: str) -> str:
    number = _number(value)
    if number is None:
        return value
    if _RANK in words and number == number.to_integral_value():
        return f"{ordinal(int(number))}" if language == "en" else f"第{number:,}位"
    if _MULTIPLE in words and unit in {"UNITLESS", "NUM"}:
        return f"{number:,} times" if language == "en" else f"{number:,}倍"
    prefix = _PREFIXED.get(language, {}).get(unit, "")
    suffix = "" if prefix else _SUFFIXED[language].get(unit, _counter(unit, words, language))
    return f"{prefix}{large(number, language) if unit.startswith('CCY_') else f'{number:,}'}{suffix}"


def _number(text: str) -> Decimal | None:
    """Read a number that can be written out; None for any other text."""
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    return number if number.is_finite() and abs(number.adjusted()) <= _MOST_DIGITS else None


def _counter(unit: str, words: set[str], language: str) -> str:
    """The measure word that Chinese wants after a count, or the name of a unit that is not known."""
    if unit in {"NUM", "UNITLESS", ""}:
        word = next(iter(sorted(words & _COUNTERS)), "") if language != "en" else ""
        return word.translate(_SIMPLE) if language == "zh-Hans" else word
    return f" {unit.removeprefix('CCY_').rpartition('/')[2]}"


def large(number: Decimal, language: str) -> str:
    """Write a round sum of money as people do: 730億, 73 billion; any other in full."""
    for size, name in _LARGE[language]:
        scaled = (number / size).normalize()
        exponent = scaled.as_tuple().exponent
        if abs(number) >= size and isinstance(exponent, int) and -exponent <= _MOST_PLACES:
            return f"{scaled:,f}{name}"
    return f"{number:,}"
