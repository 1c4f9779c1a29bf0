"""Numbers as Chinese newspapers print them: Arabic and Chinese digits, with 十 百 千 萬 億 and decimals."""

from __future__ import annotations

import re
from fractions import Fraction
from typing import Final

_DIGITS: Final = {
    **{char: value for value, char in enumerate("〇一二三四五六七八九")},
    **{char: value for value, char in enumerate("零壹貳參肆伍陸柒捌玖")},
    "兩": 2,
    "两": 2,
    "叁": 3,
    "贰": 2,
    "陆": 6,
}
_SMALL: Final = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000}
_LARGE: Final = {"萬": 10**4, "万": 10**4, "億": 10**8, "亿": 10**8}
_SCALES: Final = {**_SMALL, **_LARGE}

_DIGIT = "[" + "".join(_DIGITS) + "]"
_SCALE = "[" + "".join(_SCALES) + "]"
_PLAIN_ARABIC = r"(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?"
ARABIC: Final = rf"(?<![\d.,]){_PLAIN_ARABIC}{_SCALE}*(?:{_PLAIN_ARABIC}{_SCALE}+)*"
CHINESE: Final = rf"(?<!{_DIGIT})(?<!{_SCALE})(?<!\d)(?:{_DIGIT}|{_SCALE})+(?:點{_DIGIT}+{_SCALE}*)?"
NUMBER: Final = rf"(?:{ARABIC}|{CHINESE})"

_SEGMENT = re.compile(rf"({_PLAIN_ARABIC})({_SCALE}*)")
_DECIMAL = re.compile(rf"({_DIGIT}+|{_DIGIT}*{_SCALE}(?:{_DIGIT}|{_SCALE})*)點({_DIGIT}+)({_SCALE}*)")


def read_number(text: str) -> Fraction | None:
    """Read a number; None if it is not one, or could mean more than one."""
    if not text:
        return None
    return _read_arabic(text) if text[0].isascii() else _read_chinese(text)


def _read_arabic(text: str) -> Fraction | None:
    """Read `11,070`, `2.5萬`, `730億`, `1億2000萬`."""
    total, smallest, at = Fraction(0), None, 0
    while at < len(text):
        segment = _SEGMENT.match(text, at)
        if segment is None:
            return None
        scale = _product(segment[2])
        value = Fraction(segment[1].replace(",", "")) * scale
        if smallest is not None and value >= smallest:
            return None
        total, smallest, at = total + value, scale, segment.end()
    return total


def _product(scales: str) -> int:
    product = 1
    for scale in scales:
        product *= _SCALES[scale]
    return product


def _read_chinese(text: str) -> Fraction | None:
    """Read `十五`, `一萬一千零七十`, `二〇二五`, `二點五萬`."""
    decimal = _DECIMAL.fullmatch(text)
    if decimal is not None:
        whole = _read_chinese(decimal[1])
        if whole is None:
            return None
        places = "".join(str(_DIGITS[char]) for char in decimal[2])
        return (whole + Fraction(int(places), 10 ** len(places))) * _product(decimal[3])
    if all(char in _DIGITS for char in text):
        return Fraction(int("".join(str(_DIGITS[char]) for char in text)))
    return _read_scaled(text)


def _read_scaled(text: str) -> Fraction | None:
    """Read a number with scales: sections below 萬, each times its large scale."""
    total = section = 0
    digit: int | None = None
    last_small = 10**4
    for char in text:
        if char in _DIGITS:
            # Two digits side by side are a number only where the first is a filling zero.
            if digit:
                return None
            digit = _DIGITS[char]
        elif char in _SMALL:
            scale = _SMALL[char]
            leading_ten = digit is None and scale == _SMALL["十"]
            if scale >= last_small or (not digit and not leading_ten):
                return None
            section += (digit or 1) * scale
            digit, last_small = None, scale
        else:
            section += digit or 0
            if not (section or total):
                return None
            total, section = _grown(total, section, _LARGE[char])
            digit, last_small = None, 10**4
    if digit and text[-2] not in "零〇十拾" and text[-2] in _SCALES:
        return None  # 五千二 says 5,200 in speech and 5,002 by its digits
    return Fraction(total + section + (digit or 0))


def _grown(total: int, section: int, scale: int) -> tuple[int, int]:
    """Multiply what stands before a large scale: 一萬億 is 10,000 times 億, 一億二千萬 a sum."""
    if total and total < scale:
        return (total + section) * scale, 0
    return total + section * scale, 0
