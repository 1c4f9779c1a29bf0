"""Finding entities by their names in three scripts."""

import csv
import json

import pytest

from hkkg import loading, vocab
from hkkg.errors import ParameterError, UnknownResourceError
from hkkg.search import LabelIndex, fold
from hkkg.store import Change, Literal, NamedNode, Quad

HK = "https://w3id.org/hkkg/id/"
UNIVERSITY = "https://w3id.org/hkkg/ontology#University"


@pytest.fixture
def index_and_store(small_file):
    store = loading.load_documents(loading.read_all([str(small_file)]))
    return LabelIndex(store), store


@pytest.fixture
def index(index_and_store):
    return index_and_store[0]


def found(index, text, **options):
    return [hit.iri.removeprefix(HK) for hit in index.search(text, **options)]


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("香港大學", "university-of-hong-kong"),
        ("香港大学", "university-of-hong-kong"),
        ("港大", "university-of-hong-kong"),
        ("hku", "university-of-hong-kong"),
        ("the  university OF hong kong", "university-of-hong-kong"),
        ("城市", "city-university-of-hong-kong"),
        ("city univ", "city-university-of-hong-kong"),
        ("univercity of hong kong city", "city-university-of-hong-kong"),
        ("hejun", "yin-hejun"),
        ("Yin Hejum", "yin-hejun"),
        ("蔭和俊", "yin-hejun"),
        ("阴和俊", "yin-hejun"),
        ("和", "yin-hejun"),
    ],
)
def test_a_name_in_any_script_finds_its_entity(index, text, first):
    assert found(index, text)[0] == first


@pytest.mark.parametrize("text", ["", " ", "？", "zzzz", "倫敦", "hk-nothing", "俊和"])
def test_what_nothing_is_called_finds_nothing(index, text):
    assert found(index, text) == []


def test_each_entity_is_found_once_and_whole_names_first(index):
    assert found(index, "大學") == ["university-of-hong-kong", "city-university-of-hong-kong"]


def test_the_limit_is_kept(index):
    assert len(found(index, "大學", limit=1)) == 1


def test_a_class_can_be_asked_for(index):
    assert found(index, "和俊", of_class=UNIVERSITY) == []
    assert found(index, "大學", of_class=UNIVERSITY)


def test_a_class_without_instances_is_refused(index):
    with pytest.raises(UnknownResourceError, match="hkkg:Universty") as caught:
        index.search("大學", of_class=UNIVERSITY.replace("sity", "sty"))
    assert "hkkg:University" in caught.value.hint


def test_a_language_can_be_asked_for(index):
    assert found(index, "大学", language="zh-Hans") == ["university-of-hong-kong"]


def test_pages_follow_each_other(index):
    first, second = (index.search("大學", limit=1, offset=n) for n in (0, 1))
    assert (first.total, second.total) == (2, 2)
    assert {first[0].iri, second[0].iri} == {
        f"{HK}university-of-hong-kong",
        f"{HK}city-university-of-hong-kong",
    }
    assert list(index.search("大學", offset=2)) == []


def test_classes_of_all_that_was_found_are_counted(index):
    assert index.search("大學", limit=1).counts == ((UNIVERSITY, 2),)


@pytest.mark.parametrize(
    ("text", "suggestion"),
    [("univercity of hong kong", "university of hong kong"), ("香港大學", None), ("陰和駿", "陰和俊")],
)
def test_a_slip_is_put_right(index, text, suggestion):
    assert index.search(text).suggestion == suggestion


@pytest.mark.parametrize(
    ("text", "marked"),
    [
        ("city", "[City] University of Hong Kong"),
        ("城大", "香港[城]市[大]學"),
        ("hong univ", "The [Univ]ersity of [Hong] Kong"),
        ("cityu", "[City] [U]niversity of Hong Kong"),
        ("ｈｋｕ", "[HKU]"),
    ],
)
def test_the_pieces_that_matched_are_marked(index, text, marked):
    pieces = index.search(text)[0].pieces()
    assert "".join(f"[{piece}]" if is_marked else piece for piece, is_marked in pieces) == marked


@pytest.mark.parametrize(
    "text", ["yin\u200f hejun", "\ufeff陰和俊", "yin\x00hejun\x1b", "陰\ud800和俊", "Yín  Héjùn"]
)
def test_what_has_no_shape_is_passed_over(index, text):
    assert found(index, text)[0] == "yin-hejun"


@pytest.mark.parametrize(
    "wrong",
    [
        {"text": "x" * 100_000},
        {"text": "x", "limit": 0},
        {"text": "x", "limit": 1001},
        {"text": "x", "offset": -1},
    ],
)
def test_what_is_out_of_bounds_is_refused(index, wrong):
    with pytest.raises(ParameterError):
        index.search(**wrong)


def test_a_concept_gives_way_to_a_thing_of_the_same_name(packaged):
    hits = LabelIndex(packaged).search("香港")
    assert [vocab.curie(hit.iri) for hit in hits[:2]] == ["hk:hong-kong", "concept:scope-hong-kong"]


def test_the_index_follows_a_change(index_and_store):
    index, store = index_and_store
    university, label = NamedNode(f"{HK}university-of-hong-kong"), NamedNode(vocab.SKOS + "altLabel")
    (graph,) = store.graphs()
    removed = Quad(university, label, Literal("HKU", language="en"), NamedNode(graph))
    added = Quad(university, label, Literal("Pokfulam College", language="en"), NamedNode(graph))
    change = Change((added,), (removed,))
    store.apply(change)
    index.follow(change)
    assert found(index, "pokfulam")[0] == "university-of-hong-kong"
    assert all(hit.label != "HKU" for hit in index.search("hku"))


def test_the_stored_searches_find_the_right_entity_first(packaged, project):
    with (project / "tests/search/cases.tsv").open(encoding="utf-8", newline="") as lines:
        cases = list(csv.DictReader(lines, delimiter="\t"))
    index = LabelIndex(packaged)
    firsts = [next(iter(index.search(case["text"])), None) for case in cases]
    misses = [
        case["text"]
        for case, first in zip(cases, firsts, strict=True)
        if first is None or vocab.curie(first.iri) != case["expected"]
    ]
    assert len(cases) >= 100
    assert len(misses) <= 0.05 * len(cases), misses


def test_a_hit_says_what_matched_and_the_names(index):
    (hit,) = index.search("蔭和俊")
    assert hit.label == "蔭和俊"
    assert hit.names == {"zh-Hant": "陰和俊", "en": "Yin Hejun"}
    assert hit.name("zh-Hans") == ("陰和俊", "zh-Hant")
    assert hit.classes == ("https://w3id.org/hkkg/ontology#Official",)


def test_folding_brings_scripts_and_cases_together():
    assert fold("香港大學  HKU") == fold("香港大学 hku")


def test_subclasses_belong_to_a_class(packaged):
    hits = LabelIndex(packaged).search("香港大學", of_class="https://w3id.org/hkkg/ontology#Agent")
    assert hits[0].iri == f"{HK}university-of-hong-kong"


def test_the_command_finds_by_an_abbreviation(hkkg):
    result = hkkg("search", "港大")
    assert "hk:university-of-hong-kong" in result.stdout.splitlines()[2]


def test_the_command_writes_json(hkkg):
    command = ("search", "香港科技大学", "--type", "大學", "--lang", "zh-Hans", "--format", "json")
    answer = json.loads(hkkg(*command).stdout)
    assert answer["results"][0]["names"]["zh-Hant"] == "香港科技大學"
    assert answer["results"][0]["name"] == "香港科技大学"
    assert answer["results"][0]["types"][0]["label"] == "大学"


def test_the_command_says_what_was_meant(hkkg):
    result = hkkg("search", "Polytecnic", "--lang", "zh-Hans", "--limit", "1")
    assert "香港理工大学" in result.stdout
    assert "did you mean 'polytechnic'?" in result.stderr


def test_the_command_says_when_there_is_nothing(hkkg):
    result = hkkg("search", "zzzz")
    assert (result.returncode, result.stdout) == (0, "")
    assert "nothing is named 'zzzz'" in result.stderr


@pytest.mark.parametrize("name", ["Universty", "two words", "ex:Thing"])
def test_an_unknown_class_is_refused(hkkg, name):
    result = hkkg("search", "港大", "--type", name)
    assert result.returncode == 2
    assert "hkkg stats" in result.stderr
