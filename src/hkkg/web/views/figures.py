"""Figures of the graph in words: the amounts of observations, and what their units are called."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from hkkg import vocab
from hkkg.store import Literal
from hkkg.web.views.amounts import Amount
from hkkg.web.views.model import Word

if TYPE_CHECKING:
    from hkkg.store import NamedNode
    from hkkg.web.views.reader import Reader

VALUE: Final = vocab.HKKG + "value"
UNIT: Final = vocab.QUDT + "hasUnit"
COMPARATOR: Final = vocab.HKKG + "comparator"
INDICATOR: Final = vocab.HKKG + "indicator"
_UNIT_WORD: Final = vocab.HKKG + "unitWord"
_UNITS: Final = vocab.PREFIXES["unit"]
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


def figure(reader: Reader, record: NamedNode) -> str:
    """Write the value of an observation with its comparator and its unit; nothing if it has none."""
    value = reader.literal(record, VALUE)
    if not value:
        return ""
    units = [unit.value for unit in reader.resources(record, UNIT)]
    comparators = tuple(node.value for node in reader.resources(record, COMPARATOR))
    amount = Amount(value, next(iter(units), ""), comparators, _unit_words(reader, record))
    return amount.words(reader.language)


def unit_name(reader: Reader, unit: NamedNode) -> Word:
    """Spell a unit out."""
    name = unit.value.removeprefix(_UNITS)
    spelt = _UNIT_NAMES[reader.language].get(name)
    return Word(spelt, title=vocab.curie(unit.value)) if spelt else reader.word(unit)


def _unit_words(reader: Reader, record: NamedNode) -> frozenset[str]:
    indicators = reader.resources(record, INDICATOR)
    words = (term for node in indicators for term in reader.objects(node, _UNIT_WORD))
    return frozenset(word.value for word in words if isinstance(word, Literal))
