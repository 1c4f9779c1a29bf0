"""The passages behind an answer: of the records that its rows name or imply."""

from hkkg import vocab
from hkkg.evidence import passages_behind
from hkkg.store import Literal, NamedNode

HK = vocab.HK
INTEGER = NamedNode(vocab.XSD + "integer")


def states(store, row, given=()):
    return {iri for passage in passages_behind(store, [row], given) for iri in passage.states}


def test_they_are_those_of_the_records_that_relate_their_things(packaged):
    rows = [(NamedNode(HK + "tianyun-camera"), NamedNode(HK + "shenzhou-23"))]
    found = passages_behind(packaged, rows)
    assert HK + "tianyun-camera-in-shenzhou-23" in {iri for passage in found for iri in passage.states}
    assert [p.start for p in found] == sorted(p.start for p in found)
    assert all(p.key_words and p.kind and p.end > p.start for p in found)


def test_what_was_asked_about_relates_to_what_is_in_a_row(packaged):
    row = [NamedNode(HK + "skl-liver-research")]
    assert HK + "skl-liver-research-at-hku" not in states(packaged, row)
    assert HK + "skl-liver-research-at-hku" in states(
        packaged, row, [NamedNode(HK + "university-of-hong-kong")]
    )


def test_a_record_in_a_row_speaks_for_the_things_beside_it(packaged):
    record, platform = NamedNode(HK + "tianyun-camera-in-shenzhou-23"), NamedNode(HK + "shenzhou-23")
    stated = states(packaged, [record, platform])
    assert record.value in stated
    assert platform.value not in stated


def test_a_value_beside_a_thing_is_that_of_a_record(packaged):
    start_ups = NamedNode(HK + "hong-kong-start-ups")
    growth, other = (Literal(value, datatype=INTEGER) for value in ("11", "1234567"))
    assert states(packaged, [start_ups, growth]) == {HK + "growth-of-hong-kong-start-ups-2025"}
    assert states(packaged, [start_ups, other]) == {start_ups.value}


def test_no_more_passages_are_returned_than_are_wanted(packaged):
    row = [(NamedNode(HK + "hong-kong"),)]
    every = passages_behind(packaged, row, most=None)
    assert passages_behind(packaged, row, most=1) == every[:1] != every


def test_rows_of_numbers_have_no_passages(packaged):
    assert passages_behind(packaged, [(None,)]) == ()
