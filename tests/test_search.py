"""Finding entities by their names in three scripts."""

import json

import pytest

from hkkg import loading
from hkkg.errors import UnknownResourceError
from hkkg.search import LabelIndex, fold

HK = "https://w3id.org/hkkg/id/"
UNIVERSITY = "https://w3id.org/hkkg/ontology#University"


@pytest.fixture
def index(small_file):
    return LabelIndex(loading.load_documents(loading.read_all([str(small_file)])))


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
    with pytest.raises(UnknownResourceError, match="hkkg:Universty"):
        index.search("大學", of_class=UNIVERSITY.replace("sity", "sty"))


def test_a_language_can_be_asked_for(index):
    assert found(index, "大学", language="zh-Hans") == ["university-of-hong-kong"]


def test_a_hit_says_what_matched_and_the_names(index):
    (hit,) = index.search("蔭和俊")
    assert hit.label == "蔭和俊"
    assert hit.names == {"zh-hant": "陰和俊", "en": "Yin Hejun"}
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
    hits = json.loads(hkkg("search", "香港科技大学", "--type", "University", "--format", "json").stdout)
    assert hits[0]["names"]["zh-Hant"] == "香港科技大學"


def test_the_command_says_when_there_is_nothing(hkkg):
    result = hkkg("search", "zzzz")
    assert (result.returncode, result.stdout) == (0, "")
    assert "nothing is named 'zzzz'" in result.stderr


@pytest.mark.parametrize("name", ["Universty", "two words", "ex:Thing"])
def test_an_unknown_class_is_refused(hkkg, name):
    result = hkkg("search", "港大", "--type", name)
    assert result.returncode == 2
    assert "hkkg stats" in result.stderr
