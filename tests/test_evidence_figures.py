"""Figures beside their unit's word, and the other numbers of a clause."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hkkg.evidence.figures import any_figure, readings

PETAFLOPS = ("PFLOPS", "PetaFLOPS", "千萬億次浮點運算")


def values(text, *unit_words):
    """The value of each figure beside a unit's word; a range as a pair."""
    found = [figure for reading in readings(text, unit_words) for figure in reading.figures]
    return [(f.low, f.high) if f.is_range else f.low for f in found]


def others(text, *unit_words):
    return [number for reading in readings(text, unit_words) for number in reading.others]


@pytest.mark.parametrize(
    ("text", "unit_words", "value"),
    [
        ("突破5200家", ("家",), 5200),
        ("總數達到**11070家", ("家",), 11070),
        ("共有11,070家公司", ("家",), 11070),
        ("共有１１０７０家公司", ("家",), 11070),
        ("年增**11%**", ("%",), 11),
        ("年增11％", ("%",), 11),
        ("年增１１％", ("%",), 11),
        ("年增百分之十一", ("%",), 11),
        ("年增百分之11.5", ("%",), Fraction(23, 2)),
        ("投資**730億港元**", ("元", "港元"), 73_000_000_000),
        ("約730億元投資", ("元", "港元"), 73_000_000_000),
        ("每年2000萬港元", ("港元",), 20_000_000),
        ("有**2.5萬個**職位", ("個",), 25000),
        ("創造兩萬五千個職位", ("個",), 25000),
        ("每秒17萬千萬億次浮點運算（PFLOPS）", PETAFLOPS, 170_000),
        ("4萬（PetaFLOPS）算力", PETAFLOPS, 40_000),
        ("算力3000PFLOPS", PETAFLOPS, 3000),
        ("算力3000 PFLOPS", PETAFLOPS, 3000),
        ("全球**第四**", ("第",), 4),
        ("排名第15位", ("第",), 15),
        ("位列全球第二十三", ("第",), 23),
        ("四位學者", ("位",), 4),
        ("八大重點策略", ("大",), 8),
        ("有三項成果", ("項",), 3),
        ("運行28小時", ("小時",), 28),
        ("提升36倍", ("倍",), 36),
        ("首屆LEAP展", ("屆",), 1),
        ("第51屆發明展（2026年）", ("屆",), 51),
        ("第五十一屆發明展", ("屆",), 51),
        ("吸引10多家公司", ("家",), 10),
        ("未來五至十年", ("年",), (5, 10)),
        ("未來5-10年", ("年",), (5, 10)),
        ("為期３年", ("年",), 3),
    ],
)
def test_reads_the_figure_beside_its_unit(text, unit_words, value):
    assert values(text, *unit_words) == [value]
    assert others(text, *unit_words) == []


@pytest.mark.parametrize(
    ("text", "unit_word"),
    [
        ("截至2025年底已有12家", "家"),
        ("2024年9月8日有12家", "家"),
        ("二〇二五年共有12家", "家"),
        ("《2025年排名》列出12家", "家"),
        ("「十五五」規劃期有12家", "家"),
        ("國家『一帶一路』有12家", "家"),
        ("HKGAI V3有12家", "家"),
        ("3D及6G企業有12家", "家"),
        ("神舟二十三號載有12家", "家"),
        ("全球百強之中有12家", "家"),
    ],
)
def test_dates_names_and_products_are_no_other_figures(text, unit_word):
    assert values(text, unit_word) == [12]
    assert others(text, unit_word) == []


@pytest.mark.parametrize(
    ("text", "other"),
    [
        ("12家來自3個城市", "3"),
        ("12家來自三個城市", "三"),
        ("第三批12家", "第三"),
        ("12家佔8%", "8"),
        ("12家用了十年", "十"),
        ("12家共40000平方", "40000"),
    ],
)
def test_another_figure_in_the_clause_is_seen(text, other):
    assert values(text, "家") == [12]
    assert others(text, "家") == [other]


@pytest.mark.parametrize(
    "text",
    [
        "超過十分之一",
        "5200多",
        "一些公司",
        "2025年",
        "《100家》",
        "5200個",
        "萬家",
        "五千二家",
        "2千五百家",
        "",
    ],
)
def test_no_figure_beside_the_unit(text):
    assert values(text, "家") == []


def test_a_number_is_read_whole():
    assert values("11,070家", "家") == [11070]
    assert values("5200.5家", "家") == [Fraction(10401, 2)]


def test_two_clauses_give_two_readings():
    found = readings("有12家，另有3家", ("家",))
    assert [reading.clause for reading in found] == ["有12家", "另有3家"]


def test_a_thousands_separator_does_not_end_a_clause():
    assert len(readings("共有1,200家", ("家",))) == 1


def test_keeps_what_stands_beside_the_figure():
    (reading,) = readings("已引進不少於10多家以上", ("家",))
    (figure,) = reading.figures
    assert figure.before.endswith("不少於")
    assert figure.more == "多"
    assert figure.after == "以上"


@given(st.integers(min_value=0, max_value=10**9), st.sampled_from("家個項位所"))
def test_reads_back_every_count(number, word):
    assert values(f"共有{number:,}{word}", word) == [number]
    assert values(f"至2025年，共有{number}{word}", word) == [number]


@given(st.decimals(min_value=0, max_value=10**4, places=1), st.sampled_from([("萬", 10**4), ("億", 10**8)]))
def test_reads_back_every_sum(number, scale):
    assert values(f"投資{number:f}{scale[0]}港元", "港元") == [Fraction(number) * scale[1]]


@pytest.mark.parametrize(
    ("text", "figure"),
    [
        ("算力3000PFLOPS", "3000PFLOPS"),
        ("突破5200家", "5200家"),
        ("排名全球第15位", "第15位"),
        ("合共730億港元", "730億港元"),
        ("沒有數字", None),
    ],
)
def test_finds_a_figure_for_a_key_word(text, figure):
    assert any_figure(text) == figure
