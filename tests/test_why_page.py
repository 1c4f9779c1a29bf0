"""`/why`: explanations as a page, as JSON and as text, and what happens when the triple is none."""

import re

import httpx
import pytest

from conftest import DEADLINE, serving
from hkkg import vocab

INFERRED = {"s": "hk:tianyun-camera", "p": "hkkg:installedOn", "o": "hk:shenzhou-23"}
HTML = {"Accept": "text/html"}
HOSTILE = '<script>alert(1)</script>"><img src=x onerror=alert(1)>'


def page(client, **parameters):
    return client.get("/why", params=parameters, headers=HTML)


def test_the_text_is_what_the_command_prints(client, hkkg):
    printed = hkkg("why", *INFERRED.values(), "--lang", "zh-Hant")
    answer = client.get("/why", params={**INFERRED, "lang": "zh-Hant", "format": "text"})
    assert answer.headers["content-type"].startswith("text/plain")
    assert answer.text == printed.stdout


def test_the_tree_goes_down_to_passages(client):
    tree = client.get("/why", params=INFERRED).json()
    assert (tree["status"], tree["rule"], tree["holds"]) == ("inferred", "prp-spo2", True)
    leaf = tree["premises"][0]["premises"][0]
    assert leaf["status"] == "stated"
    assert leaf["passages"][0]["iri"].startswith(vocab.PASSAGE)
    assert tree["labels"][f"{vocab.HK}tianyun-camera"] == "Tianyun camera"


@pytest.mark.parametrize("language", vocab.LANGUAGES)
def test_the_page_links_each_thing_and_each_passage_here(client, language):
    written = page(client, **INFERRED, lang=language).text
    links = set(re.findall(r'href="(/[^"?]*)', written))
    passage = next(link for link in links if link.startswith("/passage/"))
    assert {"/doc/tianyun-camera", "/doc/shenzhou-23", "/doc/tianyun-camera-in-shenzhou-23", passage} <= links
    assert written.count("<details open>") == 2
    assert "prp-spo2" in written
    assert "「天韻相機」" in written


def test_without_terms_there_is_a_form_with_examples_that_work(client):
    written = page(client).text
    assert [re.search(f'<input name="{name}"', written) is not None for name in "spo"] == [True] * 3
    addresses = re.findall(r'href="(/why\?[^"]+)"', written)
    assert len(addresses) == 2
    for address in addresses:
        assert client.get(address.replace("&amp;", "&"), headers=HTML).status_code == 200


def test_a_triple_that_does_not_hold_shows_what_does(client):
    wrong = page(client, **{**INFERRED, "o": "hk:hong-kong"})
    assert wrong.status_code == 200
    assert "Does not hold" in wrong.text
    assert 'href="/doc/shenzhou-23"' in wrong.text
    tree = client.get("/why", params={**INFERRED, "o": "hk:hong-kong"}).json()
    assert (tree["holds"], tree["status"]) == (False, "absent")


@pytest.mark.parametrize(
    ("obj", "shown"),
    [('"天韻相機"@zh-Hant', 'lang="zh-Hant">天韻相機'), ("天韻相機", 'lang="zh-Hant">天韻相機')],
)
def test_an_object_may_be_a_literal_as_for_the_command(client, obj, shown):
    written = page(client, s="tianyun-camera", p="skos:prefLabel", o=obj)
    assert written.status_code == 200
    assert shown in written.text


@pytest.mark.parametrize(
    ("parameters", "status", "complaint"),
    [
        ({**INFERRED, "s": "hk:tianyun-cammera"}, 404, "hk:tianyun-camera"),
        ({**INFERRED, "p": "hkkg:instaledOn"}, 404, "hkkg:installedOn"),
        ({**INFERRED, "s": "nope:x"}, 400, "no prefix nope:"),
        ({**INFERRED, "o": "<http://a b>"}, 400, "IRI that RDF allows"),
        ({"s": "hk:tianyun-camera"}, 400, "the predicate is missing"),
        ({**INFERRED, "o": "  "}, 400, "the object is missing"),
        ({**INFERRED, "o": "x" * 10_001}, 400, "longer than 10,000"),
        ({**INFERRED, "x": "1"}, 400, "no parameter 'x'"),
        ({**INFERRED, "s": ["hk:a", "hk:b"]}, 400, "s is given twice"),
        ({**INFERRED, "format": "pdf"}, 400, "no format 'pdf'"),
    ],
)
def test_wrong_terms_are_told_with_what_would_be_right(client, parameters, status, complaint):
    answer = client.get("/why", params=parameters)
    assert answer.status_code == status
    document = answer.json()
    assert complaint in document["detail"] + document.get("hint", "")
    shown = client.get("/why", params=parameters, headers=HTML)
    assert shown.status_code == status
    assert "Traceback" not in shown.text


def test_bytes_that_are_no_text_are_refused(client):
    assert client.get("/why?s=%FF&p=a&o=b").status_code == 400
    assert client.get("/why?s=%FF&p=a&o=b", headers=HTML).status_code == 400


@pytest.mark.parametrize("name", ["s", "p", "o", "lang", "format"])
def test_nothing_is_reflected_unescaped(client, name):
    written = page(client, **{**INFERRED, name: HOSTILE})
    assert "<script>alert" not in written.text
    assert "<img src=x" not in written.text


def test_literals_of_the_graph_are_escaped(tmp_path):
    path = tmp_path / "hostile.ttl"
    path.write_text(
        "<https://w3id.org/hkkg/id/a> <http://www.w3.org/2004/02/skos/core#prefLabel> "
        '"<script>alert(1)</script>"@en ; <x:p> <javascript:alert(1)> .',
        encoding="utf-8",
    )
    with serving(str(path)) as (_, address), httpx.Client(base_url=address, timeout=DEADLINE) as client:
        label = page(client, s="hk:a", p="skos:prefLabel", o='"<script>alert(1)</script>"@en')
        assert label.status_code == 200
        assert "<script>alert" not in label.text
        link = page(client, s="hk:a", p="<x:p>", o="<javascript:alert(1)>")
        assert link.status_code == 200
        assert 'href="javascript' not in link.text
        assert "/why?" not in page(client).text
