"""Making citations, and showing where a resource is stated; by the functions and by the command."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from evidence_support import GRAPH, HERE, ONTOLOGY, SOURCE, Edited, findings_in, statements_of
from hkkg.errors import PassageError, SourceMismatchError, UnknownResourceError
from hkkg.evidence import SourceText, Wish, cite, passage_block, read_source, show
from hkkg.evidence.layout import kind_at
from hkkg.evidence.source import digest

HKKG = Path(sys.executable).parent / "hkkg"
NEW_TEXT = "另有12位講者和3個獎項"


@pytest.fixture(scope="module")
def graph():
    return statements_of(GRAPH, ONTOLOGY)


@pytest.fixture(scope="module")
def source():
    return read_source(SOURCE)


def hkkg(*arguments):
    return subprocess.run([HKKG, *map(str, arguments)], capture_output=True, text=True, check=False)


def evidence(*arguments):
    return hkkg("evidence", *arguments)


def test_writes_a_block_in_the_projects_style():
    block = passage_block(
        "sea",
        0,
        2,
        "甲乙丙",
        section="https://w3id.org/hkkg/id/sea-section-head",
        kind="caption",
        keys=["乙", '甲"'],
        read_with=[(5, 6), (3, 4)],
    )
    assert block == (
        "passage:sea.0-2\n"
        "    a hkkg:Passage ;\n"
        "    dcterms:isPartOf hk:sea-section-head ;\n"
        f'    hkkg:digest "{digest("甲乙")}" ;\n'
        '    hkkg:keyWord "乙"@zh-Hant ;\n'
        '    hkkg:keyWord "甲\\""@zh-Hant ;\n'
        "    hkkg:passageKind concept:caption ;\n"
        "    hkkg:readWith passage:sea.3-4 ;\n"
        "    hkkg:readWith passage:sea.5-6 ;\n"
        "    oa:hasSelector [\n"
        "        a oa:TextPositionSelector ;\n"
        "        oa:end 2 ;\n"
        "        oa:start 0 ;\n"
        "    ] ;\n"
        "    oa:hasSource hk:sea ;\n"
        "    .\n"
    )


def test_every_block_of_the_fixture_is_what_cite_writes(graph, source):
    for name in ("passage:sea.72-81", "passage:sea.289-301", "passage:sea.317-330"):
        start, end = (int(number) for number in name.removeprefix("passage:sea.").split("-"))
        text = GRAPH.read_text(encoding="utf-8")
        block = text[text.index(f"\n{name}\n") + 1 :].split("\n    .\n")[0] + "\n    .\n"
        text = text.replace(block, "")
        keys = [line.split('"')[1] for line in block.splitlines() if "keyWord" in line]
        read = [line.split("sea.")[1].split()[0] for line in block.splitlines() if "readWith" in line]
        without = statements_of(ONTOLOGY)
        for quad in [q for q in _quads(text) if not q.subject.value.endswith(name.removeprefix("passage:"))]:
            without.add(quad, "x")
        wish = Wish(source.text[start:end], start=start, keys=tuple(keys), read_with=tuple(read))
        assert cite(without, source, wish).blocks == (block,)
        assert cite(graph, source, wish).blocks == ()


def _quads(text):
    from hkkg import formats  # noqa: PLC0415 - of this helper alone
    from hkkg.store import parse  # noqa: PLC0415

    return parse(text.encode(), formats.TURTLE, source="fixture")


def test_a_cited_block_pasted_with_a_record_passes_the_check(graph, source, tmp_path):
    blocks = cite(graph, source, Wish(NEW_TEXT, read_with=("217-229",))).blocks
    record = (
        "\nhk:fair-speakers\n    a hkkg:Observation ;\n    hkkg:about hk:sea-fair ;\n"
        "    hkkg:comparator concept:exactly ;\n    hkkg:indicator hk:indicator-speakers ;\n"
        "    hkkg:modality concept:measured ;\n    hkkg:statedIn passage:sea.241-248 ;\n"
        "    hkkg:value 12 ;\n    qudt:hasUnit unit:NUM ;\n    .\n"
        '\nhk:indicator-speakers\n    a hkkg:Indicator ;\n    hkkg:unitWord "位"@zh-Hant ;\n'
        '    skos:prefLabel "講者人數"@zh-Hant ;\n    .\n'
    )
    path = tmp_path / "graph.ttl"
    path.write_text(GRAPH.read_text(encoding="utf-8") + "".join(blocks), encoding="utf-8")
    assert findings_in(path) == ()
    tight = cite(graph, source, Wish("另有12位講者", read_with=("217-229",))).blocks
    path.write_text(GRAPH.read_text(encoding="utf-8") + "".join(tight) + record, encoding="utf-8")
    assert findings_in(path) == ()
    wrong = (GRAPH.read_text(encoding="utf-8") + "".join(tight) + record).replace("value 12 ;", "value 13 ;")
    path.write_text(wrong, encoding="utf-8")
    assert [f.code for f in findings_in(path)] == ["figure-differs"]


def test_guesses_a_name_and_a_figure_as_key_words(graph, source):
    (block,) = cite(graph, source, Wish("海城大學現有超過1,200名研究員，其中**15%**來自外地")).blocks
    assert 'hkkg:keyWord "海城大學"@zh-Hant' in block
    assert 'hkkg:keyWord "1,200名"@zh-Hant' in block


def test_a_short_text_is_its_own_key_word(graph, source):
    (block,) = cite(graph, source, Wish("來自外地")).blocks
    assert 'hkkg:keyWord "來自外地"@zh-Hant' in block


def test_writes_what_the_text_is_read_with_unless_the_graph_has_it(graph, source):
    citation = cite(graph, source, Wish("來自外地", read_with=("50-54", "82-99")))
    assert [block.splitlines()[0] for block in citation.blocks] == [
        "passage:sea.50-54",
        "passage:sea.109-113",
    ]
    assert citation.known == ("https://w3id.org/hkkg/passage/sea.82-99",)
    assert "hkkg:readWith passage:sea.50-54 ;\n    hkkg:readWith passage:sea.82-99 ;" in citation.blocks[1]


def refused(graph, source, wish):
    with pytest.raises(PassageError) as caught:
        cite(graph, source, wish)
    return str(caught.value)


def test_refuses_a_text_that_is_not_there_and_shows_the_nearest(graph, source):
    message = refused(graph, source, Wish("海城大學現有超過1,300名"))
    assert "not in the source" in message
    assert "at offset 82: 海城大學現有超過1,200名" in message


def test_refuses_a_text_that_is_there_more_than_once_and_lists_the_offsets(graph, source):
    message = refused(graph, source, Wish("潮汐實驗室"))
    assert "occurs 4 times" in message
    assert "--start 24: " in message
    assert "▲【潮汐實驗室】的浮標" in message


def test_takes_the_offset_that_is_wanted(graph, source):
    assert cite(graph, source, Wish("海城日報", start=11)).iri.endswith("/sea.11-15")
    assert "not at offset 1, but at 11" in refused(graph, source, Wish("海城日報", start=1))


@pytest.mark.parametrize(
    ("wish", "complaint"),
    [
        (Wish(""), "nothing to cite"),
        (Wish(" 海城"), "begins or ends with a space"),
        (Wish("成本約2.5億港元。海城大學現有"), "longer than a sentence"),
        (Wish("來自外地", keys=("本地",)), "'本地' is not in the text"),
        (Wish("，另有12位講者和3個獎項", keys=("，另有12位講者和3個獎項",)), "not of 1 to 12"),
        (Wish("來自外地", read_with=("五至六",)), "is no span"),
        (Wish("來自外地", read_with=("6-5",)), "not within the text"),
        (Wish("來自外地", read_with=("1-9999",)), "Offsets go from 0 to 332"),
        (Wish("來自外地", read_with=("50-99",)), "longer than a sentence"),
        (Wish("算力達每秒2萬千萬億次浮點運算（PFLOPS", read_with=("55-56",)), ""),
    ],
)
def test_refuses(graph, source, wish, complaint):
    if complaint:
        assert complaint in refused(graph, source, wish)
    else:
        assert cite(graph, source, wish).blocks


def test_asks_for_a_key_word_when_none_is_to_be_guessed(graph):
    text = "這一句話裏面既沒有名稱也沒有數字可以作為關鍵"
    with pytest.raises(SourceMismatchError):
        cite(graph, SourceText("x", text, "0"), Wish(text))


@pytest.mark.parametrize(
    ("marker", "kind"),
    [
        ("海城科研後勁足", "headline"),
        ("海城日報", "byline"),
        ("▲潮汐", "caption"),
        ("海城大學\n", "subheading"),
        ("2024年底", "body"),
        ("《2025年海洋指數》", "body"),
        ("新建", "table"),
        ("珊瑚", "table"),
        ("註：", "note"),
    ],
)
def test_knows_the_kind_of_a_line(source, marker, kind):
    assert kind_at(source.text, source.text.index(marker)) == kind


def test_shows_an_entity_with_its_records(graph, source):
    sources = {"https://w3id.org/hkkg/id/sea": source}
    shown = [str(showing) for showing in show(graph, "sea-university", sources)]
    assert shown[0].startswith("hk:sea-university (hkkg:University)\n  passage:sea.50-71  concept:body")
    assert "2024年底，海城大學推出" in shown[0]
    assert any(text.startswith("hk:whale-release (hkkg:Release)") for text in shown)
    share = next(text for text in shown if text.startswith("hk:university-share"))
    assert "\n    read with passage:sea.82-99" in share


def test_shows_what_a_passage_states(graph):
    shown = [showing.resource for showing in show(graph, "passage:sea.100-113", {})]
    assert shown[0].endswith("/passage/sea.100-113")
    assert shown[1:] == ["https://w3id.org/hkkg/id/university-share"]


@pytest.mark.parametrize(
    "name", ["hk:sea-univercity", "sea-univercity", "https://w3id.org/hkkg/id/sea-univercity"]
)
def test_offers_the_nearest_to_an_unknown_resource(graph, name):
    with pytest.raises(UnknownResourceError, match="Nearest: hk:sea-university"):
        show(graph, name, {})


def test_the_command_checks_the_fixture():
    run = evidence("check", GRAPH, ONTOLOGY, "--source", SOURCE)
    assert run.returncode == 0, run.stdout + run.stderr
    assert run.stdout.startswith("verified 18 passages, 10 figures, 5 dates, 21 parties, 7 entities, ")


def test_the_command_reports_findings(tmp_path):
    edited = Edited("hk:whale-cost", "250000000", "250000001")
    path = tmp_path / "graph.ttl"
    path.write_text(edited.text, encoding="utf-8")
    run = evidence("check", path, ONTOLOGY, "--source", SOURCE)
    assert run.returncode == 1
    line = f"{path}:{edited.line('250000001')}: hk:whale-cost: its value 250000001 is not what "
    assert f"{line}passage:sea.72-81 prints. (the passage gives 2.5億港元, that is 250000000)\n" in run.stdout
    document = json.loads(evidence("check", path, ONTOLOGY, "--source", SOURCE, "--format", "json").stdout)
    assert document["verified"] is False
    assert document["counts"]["passages"] == 18
    assert {"figure-differs", "derived-value"} >= {f["code"] for f in document["findings"]}
    assert set(document["findings"][0]) == {"file", "line", "resource", "code", "message", "would_be"}


def test_the_command_refuses_another_source(tmp_path):
    other = tmp_path / "other.txt"
    other.write_text("別的", encoding="utf-8")
    for arguments in (
        ("check", GRAPH, ONTOLOGY, "--source", other),
        ("cite", "別的", "--data", GRAPH, "--source", other),
    ):
        run = evidence(*arguments)
        assert run.returncode == 2
        assert "this is not a source that the graph cites" in run.stderr
        assert "Traceback" not in run.stderr


def test_the_command_wants_a_source():
    run = evidence("check", GRAPH)
    assert run.returncode == 2
    assert "--source" in run.stderr


def test_the_command_refuses_broken_data(tmp_path):
    path = tmp_path / "broken.ttl"
    path.write_text("<http://a/x> oops .\n", encoding="utf-8")
    run = evidence("check", path, "--source", SOURCE)
    assert run.returncode == 2
    assert f"{path}:1:" in run.stderr


def test_the_command_cites():
    run = evidence("cite", "來自外地", "--data", HERE, "--source", SOURCE, "--key", "外地")
    assert run.returncode == 0, run.stderr
    assert run.stdout.startswith("passage:sea.109-113\n    a hkkg:Passage ;\n")
    known = evidence("cite", "成本約2.5億港元", "--data", HERE, "--source", SOURCE)
    assert (known.returncode, known.stdout) == (0, "")
    assert "The graph has passage:sea.72-81 already." in known.stderr


def test_the_command_shows():
    run = evidence("show", "hk:whale-cost", "--data", HERE, "--source", SOURCE)
    assert run.returncode == 0, run.stderr
    assert "成本約2.5億港元" in run.stdout
    assert "成本約" not in evidence("show", "hk:whale-cost", "--data", HERE).stdout.replace("2.5億港元", "")
    unknown = evidence("show", "hk:whale-costs", "--data", HERE)
    assert unknown.returncode == 2
    assert "hk:whale-cost" in unknown.stderr
