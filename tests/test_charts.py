"""What charts are made of: lengths and places, dates in words, and names broken into lines."""

from decimal import Decimal

import pytest

from hkkg import vocab
from hkkg.web.charts import Value, bars, ranks, shown
from hkkg.web.moments import dated, when
from hkkg.web.names import Name
from hkkg.web.network import broken

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
    ("text", "english", "chinese"),
    [
        ("2025", "2025", "2025年"),
        ("2025-08", "August 2025", "2025年8月"),
        ("2025-08-09", "9 August 2025", "2025年8月9日"),
        ("--07-01", "1 July", "7月1日"),
        ("2025-13", "13 2025", "2025年13月"),
        ("soon", "soon", "soon"),
        ("", "", ""),
    ],
)
def test_a_date_is_as_precise_as_it_is_given(text, english, chinese):
    assert dated(text, "en") == english
    assert dated(text, "zh-Hant") == chinese


ENGLISH = {"as-of": "as of", "mid-year": "mid-year", "by": "by", "before": "before", "recent": "recent"}
CHINESE = {"as-of": "截至", "mid-year": "年中", "by": "到", "before": "之前", "recent": "近期"}


@pytest.mark.parametrize(
    ("text", "qualifiers", "english", "chinese"),
    [
        ("2026", ("mid-year", "as-of"), "as of mid-year 2026", "截至2026年中"),
        ("2032", ("by",), "by 2032", "到2032年"),
        ("2030", ("before",), "before 2030", "2030年之前"),
        ("2025", ("recent",), "2025 (recent)", "2025年（近期）"),
        ("", ("recent", "by"), "by, recent", "到，近期"),
        ("", (), "", ""),
    ],
)
def test_qualifiers_are_read_with_their_date(text, qualifiers, english, chinese):
    for lang, words, expected in (("en", ENGLISH, english), ("zh-Hant", CHINESE, chinese)):
        names = {vocab.CONCEPT + key: Name(word, vocab.CONCEPT + key) for key, word in words.items()}
        assert when(text, [vocab.CONCEPT + name for name in qualifiers], names, lang) == expected


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
