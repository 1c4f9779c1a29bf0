"""The ontology as a page: every term, in each language, at the anchor that its IRI names."""

import re
from xml.etree import ElementTree as ET

import httpx
import pytest

from conftest import DEADLINE, serving
from hkkg import vocab
from hkkg.store import NamedNode
from hkkg.web.diagram import lay_out
from hkkg.web.ontology_data import read_ontology
from hkkg.web.ontology_page import pick

HTML = {"Accept": "text/html"}
TYPE = NamedNode(vocab.RDF + "type")


class Engine:
    """A graph as a worker has it."""

    def __init__(self, store):
        self.store = store


@pytest.fixture(scope="module")
def ontology(packaged):
    return {term.anchor: term for term in read_ontology(Engine(packaged)).terms}


@pytest.fixture(scope="module", params=vocab.LANGUAGES)
def written(request, client):
    answer = client.get("/ontology", params={"lang": request.param}, headers=HTML)
    assert answer.status_code == 200
    return request.param, answer.text


def terms_of(store, kind):
    found = {quad.subject for quad in store.quads(None, TYPE, NamedNode(vocab.OWL + kind))}
    return {t.value.removeprefix(vocab.HKKG) for t in found if getattr(t, "value", "").startswith(vocab.HKKG)}


def test_every_class_and_property_is_there(packaged, ontology):
    kinds = ("Class", "ObjectProperty", "DatatypeProperty")
    assert set(ontology) == set().union(*(terms_of(packaged, kind) for kind in kinds))


def test_each_term_has_the_anchor_that_its_iri_names_once(written, ontology):
    _, text = written
    assert sorted(re.findall(r'<section class="card onto-term" id="([^"]+)"', text)) == sorted(ontology)


def test_every_link_within_the_page_leads_somewhere(written):
    _, text = written
    places = set(re.findall(r' id="([^"]+)"', text))
    assert set(re.findall(r'href="#([^"]+)"', text)) <= places


def test_definitions_are_in_the_language_of_the_page_or_say_which(written):
    language, text = written
    shown = {"en": "Thing that the graph speaks of by name", "zh-Hant": "圖譜以名稱指稱的事物"}
    if language == "zh-Hans":
        assert '<span lang="zh-Hant">圖譜以名稱指稱的事物' in text
    else:
        assert shown[language] in text
    assert f'<html lang="{language}">' in text


def test_a_term_tells_how_it_hangs_together(ontology):
    hosted = ontology["hostedBy"]
    assert hosted.chains == ((f"{vocab.HKKG}hosting", f"{vocab.HKKG}host"),)
    assert hosted.count > 0
    laboratory = ontology["StateKeyLaboratory"]
    assert laboratory.parents == (f"{vocab.HKKG}Laboratory",)
    assert laboratory.count == 15
    assert len(laboratory.examples) == 3
    assert f"{vocab.HKKG}hostedLaboratory" in ontology["hosting"].inverses
    assert any("exactly one status" in rule["en"] for rule in ontology["designatedAs"].rules)
    assert any(iri.startswith("http://www.w3.org/ns/prov#") for iri in ontology["Agent"].aligned)


def test_what_reasoning_adds_is_no_parent(ontology):
    assert f"{vocab.HKKG}Entity" not in ontology["StateKeyLaboratory"].parents


def test_the_diagram_shows_each_class_once_and_is_well_formed(written, ontology):
    _, text = written
    (svg,) = re.findall(r"<svg.*?</svg>", text, re.DOTALL)
    picture = ET.fromstring(svg)  # noqa: S314 - our own
    links = [a.get("href")[1:] for a in picture.iter("a")]
    assert sorted(links) == sorted(name for name, term in ontology.items() if term.kind == "class")
    assert picture.get("aria-labelledby") == "diagram"


def test_the_diagram_is_the_same_for_the_same_classes_in_any_order():
    parents = {"B": ["A"], "A": [], "D": ["B", "outside"], "C": ["A"], "Z": []}
    first = lay_out(parents)
    assert first == lay_out(dict(reversed(parents.items())))
    by_name = {box.name: box for box in first.boxes}
    assert [by_name[n].depth for n in "ABDCZ"] == [0, 1, 2, 1, 0]
    assert by_name["D"].parent_y == by_name["B"].y
    assert len({(box.x // 380, box.y) for box in first.boxes}) == len(first.boxes)


def test_no_class_is_lost_in_a_circle_below_a_root():
    assert {box.name for box in lay_out({"A": [], "B": ["A"]}).boxes} == {"A", "B"}
    assert lay_out({}).boxes == ()


@pytest.mark.parametrize(
    ("language", "wanted"),
    [("en", ("en", "a")), ("zh-Hans", ("zh-Hant", "b")), ("zh-Hant", ("zh-Hant", "b"))],
)
def test_the_nearest_script_stands_in(language, wanted):
    assert pick({"en": "a", "zh-Hant": "b"}, language) == wanted
    assert pick({}, language) == ("", "")
    assert pick({"fr": "c"}, language) == ("fr", "c")


def test_a_graph_without_the_ontology_says_so(small_file):
    with serving(str(small_file)) as (_, address), httpx.Client(base_url=address, timeout=DEADLINE) as client:
        assert client.get("/ontology", headers=HTML).status_code == 404


def test_texts_of_the_graph_are_escaped(tmp_path):
    path = tmp_path / "hostile.ttl"
    path.write_text(
        "@prefix hkkg: <https://w3id.org/hkkg/ontology#> . "
        "@prefix owl: <http://www.w3.org/2002/07/owl#> . "
        "@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> . "
        'hkkg:A a owl:Class ; rdfs:label "<script>alert(1)</script>"@en ; '
        "rdfs:subClassOf <javascript:alert(1)> .",
        encoding="utf-8",
    )
    with serving(str(path)) as (_, address), httpx.Client(base_url=address, timeout=DEADLINE) as client:
        text = client.get("/ontology", headers=HTML).text
        assert "<script>" not in text
        assert 'href="javascript' not in text
        assert 'id="A"' in text
