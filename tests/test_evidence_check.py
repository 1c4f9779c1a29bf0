"""Each kind of finding: the graph as it is has none; made wrong in one place, it has one, with its line."""

from __future__ import annotations

import pytest

from evidence_support import GRAPH, HERE, ONTOLOGY, SOURCE, Edited, findings_in, statements_of, tsv_rows
from hkkg.errors import InputUnreadableError, SourceMismatchError
from hkkg.evidence import Checker, SourceText, read_source
from hkkg.evidence.source import digest

LAUNCH = "passage:sea.50-71"
STALLS = "passage:sea.230-240"
LARGEST = "passage:sea.257-268"


def test_the_fixture_has_no_finding():
    assert findings_in(GRAPH) == ()


def test_counts_what_it_verifies():
    counts = Checker.of(statements_of(GRAPH, ONTOLOGY), [read_source(SOURCE)]).counts()
    assert counts.as_dict() == {
        "passages": 18,
        "figures": 10,
        "dates": 5,
        "parties": 21,
        "entities": 7,
        "derived": 1,
        "discrepancies": 1,
    }


# One change a row: the block, what is replaced in it, the finding's code, what its line holds, what it gives.
WRONG = tsv_rows(HERE / "wrong.tsv")


@pytest.mark.parametrize("case", WRONG, ids=lambda case: f"{case['code']} of {case['block']}")
def test_finds(case, tmp_path):
    edited = Edited(case["block"], case["old"], case["new"])
    path = tmp_path / "graph.ttl"
    path.write_text(edited.text, encoding="utf-8")
    found = [f for f in findings_in(path) if f.code == case["code"]]
    assert found, findings_in(path)
    assert found[0].file == str(path)
    assert found[0].resource == case["block"]
    assert found[0].line == edited.line(case["marker"])
    assert case["would_be"] in found[0].would_be
    assert str(found[0]).startswith(f"{path}:{found[0].line}: {case['block']}: ")


def recited(tmp_path, *, start, end, block=LAUNCH):
    """Let a passage have other bounds, with the digest that belongs to them."""
    text = read_source(SOURCE).text
    name = f"passage:sea.{start}-{end}"
    old_start, old_end = block.removeprefix("passage:sea.").split("-")
    graph = GRAPH.read_text(encoding="utf-8").replace(block, name)
    for old, new in (
        (f"oa:end {old_end}", f"oa:end {end}"),
        (f"oa:start {old_start}", f"oa:start {start}"),
        (digest(text[int(old_start) : int(old_end)]), digest(text[start:end])),
    ):
        graph = Edited(name, old, new, text=graph).text
    path = tmp_path / "graph.ttl"
    path.write_text(graph, encoding="utf-8")
    return findings_in(path)


def test_finds_a_passage_over_two_sentences(tmp_path):
    found = recited(tmp_path, start=50, end=99)
    assert "passage-sentence" in {f.code for f in found}


def test_finds_a_passage_over_two_lines(tmp_path):
    found = recited(tmp_path, start=36, end=71)
    assert "passage-sentence" in {f.code for f in found}


def test_accepts_a_passage_that_ends_with_its_sentence(tmp_path):
    assert recited(tmp_path, start=257, end=269, block=LARGEST) == ()


def test_finds_two_clauses_with_the_figure(tmp_path):
    found = recited(tmp_path, start=230, end=253, block=STALLS)
    assert {f.code for f in found} == {"figure-ambiguous"}
    assert found[0].would_be == "四十八個、3個"


def test_finds_another_figure_in_the_clause(tmp_path):
    found = recited(tmp_path, start=241, end=253, block=STALLS)
    assert {f.code for f in found} == {"passage-key-word", "figure-not-alone", "figure-differs"}
    assert "another figure besides its period: 12" in str(found)


def test_a_text_that_is_not_the_source_is_named_with_both_digests(tmp_path):
    other = tmp_path / "other.txt"
    other.write_text("別的文章", encoding="utf-8")
    with pytest.raises(SourceMismatchError) as caught:
        findings_in(GRAPH, other)
    assert digest("別的文章") in str(caught.value)
    assert read_source(SOURCE).digest in str(caught.value)


def test_a_cited_source_without_a_text_is_an_error():
    with pytest.raises(SourceMismatchError, match="no text was given for hk:sea"):
        Checker.of(statements_of(GRAPH, ONTOLOGY), [])


def test_data_without_a_source_is_an_error():
    with pytest.raises(SourceMismatchError, match="cites no source"):
        Checker.of(statements_of(ONTOLOGY), [SourceText("x", "x", "x")])


@pytest.mark.parametrize(("content", "complaint"), [(b"", "empty"), (b"\xff\xfe", "not UTF-8")])
def test_a_source_that_is_no_text_is_an_error(tmp_path, content, complaint):
    path = tmp_path / "source.txt"
    path.write_bytes(content)
    with pytest.raises(InputUnreadableError, match=complaint):
        read_source(path)


def test_a_source_that_is_missing_or_a_folder_is_an_error(tmp_path):
    with pytest.raises(InputUnreadableError, match="no such file"):
        read_source(tmp_path / "none.txt")
    with pytest.raises(InputUnreadableError, match="folder"):
        read_source(tmp_path)


def test_line_ends_count_in_offsets(tmp_path):
    path = tmp_path / "source.txt"
    path.write_bytes("甲\r\n乙".encode())
    assert read_source(path).text == "甲\r\n乙"
