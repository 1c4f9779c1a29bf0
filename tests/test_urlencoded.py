"""Fields of forms: read as the standard library reads them, whatever they hold and however long they are."""

from urllib.parse import parse_qsl, quote_plus

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from hkkg.web.urlencoded import fields

PIECE = 1 << 18
ODD = ["%", "%%", "%4", "%4g", "&", "=", "+", " ", "\n", "\r", "\0", "_", "\x01", "é", "香", "\ufeff"]
ESCAPED = ["%41", "%3D", "%3d", "%26", "%25", "%2B", "%00", "%0A", "%5f", "%C3%A9", "%E9%A6%99", "%EF%BB%BF"]
BROKEN = ["%FF", "%C3", "%A9", "%ED%A0%80", "%F4%90%80%80", "%c0%80"]


def read(decode, text):
    try:
        return decode(text)
    except UnicodeDecodeError:
        return "not UTF-8"


def check(text):
    expected = read(lambda t: parse_qsl(t, keep_blank_values=True, errors="strict"), text)
    assert read(lambda t: fields(t.encode()), text) == expected


@settings(deadline=None)
@given(st.lists(st.sampled_from([*ODD, *ESCAPED])).map("".join) | st.text().map(quote_plus) | st.text())
@example("a=1&b&=&&c=d=e")
def test_a_form(text):
    check(text)


@settings(deadline=None)
@given(st.lists(st.sampled_from([*ODD, *ESCAPED, *BROKEN])).map("".join))
def test_a_form_that_may_be_no_utf_8(text):
    check(text)


@pytest.mark.parametrize("unit", ["%E9%A6%99", "%41", "%3D=", "%%41", "%4", "a&%C3%A9", "香", "%C3é"])
@pytest.mark.parametrize("shift", range(4))
def test_a_form_that_is_read_in_pieces(unit, shift):
    for length in (PIECE - 1, PIECE, PIECE + 1, PIECE + 2, 3 * PIECE):
        check("query=" + "x" * shift + unit * (length // len(unit)))
