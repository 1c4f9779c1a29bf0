"""Dates as a source prints them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hkkg.evidence.dates import PartialDate, given_by, mentions, parse_date, readable
from hkkg.vocab import XSD


def date(lexical, kind):
    return parse_date(lexical, XSD + kind)


@pytest.mark.parametrize(
    ("lexical", "kind", "parsed"),
    [
        ("2025", "gYear", PartialDate(2025)),
        ("2025-08", "gYearMonth", PartialDate(2025, 8)),
        ("2025-08-09", "date", PartialDate(2025, 8, 9)),
        ("--08", "gMonth", PartialDate(None, 8)),
        ("--08-09", "gMonthDay", PartialDate(None, 8, 9)),
        ("---08", "gDay", PartialDate(None, None, 8)),
    ],
)
def test_parses_the_types_of_dates(lexical, kind, parsed):
    assert date(lexical, kind) == parsed


@pytest.mark.parametrize(
    ("lexical", "kind"),
    [
        ("25", "gYear"),
        ("2025Z", "gYear"),
        ("2025-8", "gYearMonth"),
        ("2025-08", "date"),
        ("-08", "gDay"),
        ("2025", "integer"),
    ],
)
def test_refuses_what_is_no_date_of_its_type(lexical, kind):
    assert date(lexical, kind) is None


@pytest.mark.parametrize(
    ("text", "lexical", "kind"),
    [
        ("2025年8月公布", "2025-08", "gYearMonth"),
        ("於2024年9月發射", "2024-09", "gYearMonth"),
        ("2025年度獲獎名單", "2025", "gYear"),
        ("《2025年排名》", "2025", "gYear"),
        ("截至**2026年**中", "2026", "gYear"),
        ("２０２６年", "2026", "gYear"),
        ("二〇二五年八月九日", "2025-08-09", "date"),
        ("二零二五年十二月三十一日", "2025-12-31", "date"),
        ("昨日（8日）", "---08", "gDay"),
        ("二十三日", "---23", "gDay"),
        ("6月1日", "--06-01", "gMonthDay"),
        ("十一月", "--11", "gMonth"),
    ],
)
def test_reads_a_date(text, lexical, kind):
    assert readable(date(lexical, kind), [[text]])


@pytest.mark.parametrize(
    ("text", "lexical", "kind"),
    [
        ("2025年8月", "2025-09", "gYearMonth"),
        ("12025年", "2025", "gYear"),
        ("2025家", "2025", "gYear"),
        ("2025年12月", "2025-02", "gYearMonth"),
        ("十年", "2010", "gYear"),
        ("18日", "---08", "gDay"),
        ("6個月", "--06", "gMonth"),
        ("二十三日", "---03", "gDay"),
    ],
)
def test_does_not_read_another_date(text, lexical, kind):
    assert not readable(date(lexical, kind), [[text]])


def test_a_year_may_stand_in_what_the_passage_is_read_with():
    assert readable(date("2025-06", "gYearMonth"), [["6月開幕"], ["2025年"]])
    assert readable(date("2025", "gYear"), [["同年"], ["其後"], ["2025年"]])


def test_a_passage_with_a_year_of_its_own_is_not_overruled():
    assert not readable(date("2024", "gYear"), [["2025年"], ["2024年"]])


def test_says_which_dates_are_given():
    assert given_by([["2025年8月"], ["8日", "2025年8月"]]) == "2025年8月、8日"
    assert given_by([["沒有"]]) == "no date"


def test_keeps_what_stands_beside_a_date():
    (mention,) = mentions("目標於2030年前建成")
    assert mention.before == "目標於"
    assert mention.after == "前建成"


@given(st.dates())
def test_reads_back_every_day(day):
    printed = f"於{day.year:04}年{day.month}月{day.day}日發布"
    assert readable(date(day.isoformat(), "date"), [[printed]])
    assert readable(date(day.isoformat()[:7], "gYearMonth"), [[printed]])
    assert readable(date(day.isoformat()[:4], "gYear"), [[printed]])


@given(st.dates(), st.dates())
def test_reads_no_other_day(day, other):
    printed = f"於{day.year:04}年{day.month}月{day.day}日發布"
    assert bool(readable(date(other.isoformat(), "date"), [[printed]])) == (day == other)
