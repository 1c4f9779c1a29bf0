"""Numbers as Chinese newspapers print them."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hkkg.evidence.numerals import read_number

_DIGITS = "零一二三四五六七八九"


def _section(number):
    """Write a number below 10,000 in Chinese."""
    text, gap = "", False
    for scale, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit, number = divmod(number, scale)
        if digit:
            text += ("零" if gap and text else "") + _DIGITS[digit] + name
            gap = False
        else:
            gap = True
    return text


def chinese(number):
    """Write a whole number below 10 to the power of 12 in Chinese."""
    if number == 0:
        return "零"
    text = ""
    for scale, name in ((10**8, "億"), (10**4, "萬"), (1, "")):
        part, number = divmod(number, scale)
        if part:
            filling = "零" if text and part < 1000 else ""
            text += filling + _section(part) + name
    return text


@pytest.mark.parametrize(
    ("printed", "value"),
    [
        ("5200", 5200),
        ("11,070", 11070),
        ("2.5萬", 25000),
        ("730億", 73_000_000_000),
        ("18萬", 180_000),
        ("18萬千萬億", 180_000 * 10**15),
        ("1億2000萬", 120_000_000),
        ("3萬億", 3 * 10**12),
        ("1.50", Fraction(3, 2)),
        ("四", 4),
        ("十", 10),
        ("十五", 15),
        ("二十三", 23),
        ("一百零五", 105),
        ("一百一十五", 115),
        ("兩千", 2000),
        ("一萬一千零七十", 11070),
        ("七百三十億", 73_000_000_000),
        ("一萬億", 10**12),
        ("一億二千萬", 120_000_000),
        ("二點五萬", 25000),
        ("二〇二五", 2025),
        ("零", 0),
    ],
)
def test_reads(printed, value):
    assert read_number(printed) == value


@pytest.mark.parametrize(
    "printed", ["", "萬", "百", "千萬億", "五千二", "五五百", "十十", "一千萬千", "1萬2億", "1億1億"]
)
def test_refuses_what_is_no_number_or_ambiguous(printed):
    assert read_number(printed) is None


@given(st.integers(min_value=0, max_value=10**12 - 1))
def test_reads_every_whole_number_in_chinese(number):
    assert read_number(chinese(number)) == number


@given(st.integers(min_value=0, max_value=10**12))
def test_reads_every_whole_number_with_and_without_separators(number):
    assert read_number(str(number)) == number
    assert read_number(f"{number:,}") == number


@given(
    st.decimals(min_value=0, max_value=10**6, places=2),
    st.sampled_from([("萬", 10**4), ("億", 10**8), ("千", 1000)]),
)
def test_reads_decimals_times_a_scale(number, scale):
    name, factor = scale
    assert read_number(f"{number:f}{name}") == Fraction(number) * factor


@given(st.integers(min_value=1000, max_value=9999))
def test_reads_years_digit_by_digit(year):
    printed = "".join("〇一二三四五六七八九"[int(digit)] for digit in str(year))
    assert read_number(printed) == year
