"""What charts are made of: lengths and places, and names broken into lines."""

from decimal import Decimal

import pytest

from hkkg.web.charts import Value, bars, ranks, shown
from hkkg.web.line_breaks import broken
from hkkg.web.names import Name

HERE = Name("here", "x:here")


def values(*numbers):
    return [Value(HERE, Decimal(number), f"{number}") for number in numbers]


def places(group):
    return [float(mark.place) for mark in group.marks]


def test_the_longest_bar_is_as_wide_as_the_chart():
    assert places(bars(None, values(200, 50, 100))) == [100, 25, 50]


@pytest.mark.parametrize(
    ("numbers", "expected"), [((1000, 1), [100, 0.6]), ((0, 0), [0.6, 0.6]), ((5, -2), [100, 0.6])]
)
def test_no_bar_is_too_short_to_be_seen_or_longer_than_the_chart(numbers, expected):
    assert places(bars(None, values(*numbers))) == expected


def test_ranks_stand_between_the_first_and_a_round_last():
    group = ranks(None, values(6, 1, 4))
    assert group.ends == ("1", "10")
    assert places(group) == [0, 33.33, 55.56]
    assert ranks(None, values(1)).ends == ("1", "5")


def test_a_chart_without_values_is_none():
    assert shown("chart_ranks", "ranks", [ranks(None, [])]) is None
    chart = shown("chart_ranks", "ranks", [ranks(None, []), ranks(None, values(2))])
    assert [value.amount for value in chart.values] == ["2"]


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("Lingnan University", ("Lingnan University",)),
        ("The Hong Kong Polytechnic University", ("The Hong Kong Polytechnic", "University")),
        ("量子信息技術與材料全國重點實驗室", ("量子信息技術與材料全國重點實驗室",)),
        ("基於金屬調控自由基的烴類分子精準轉化", ("基於金屬調控自由基的烴類分子精準", "轉化")),
        ("", ("",)),
    ],
)
def test_a_name_is_broken_between_words_and_chinese_characters(text, lines):
    assert broken(text) == lines


def test_a_name_that_is_too_long_is_cut_and_says_so():
    lines = broken("word " * 40)
    assert len(lines) == 3
    assert lines[-1].endswith("…")
