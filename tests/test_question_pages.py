"""The pages of stored questions: found, asked about other things, answered, evidenced, and taken along."""

import re
import shlex
from contextlib import closing
from html import unescape
from http.client import HTTPConnection
from urllib.parse import quote

import httpx
import pytest

from browser_support import flaws
from conftest import DEADLINE
from hkkg import questions
from hkkg.web.texts import TEXTS

OF_A_UNIVERSITY = "/questions/laboratories-of-a-university"
BROWSER = {"Accept": "text/html", "Accept-Language": "en"}
INJECTED = '"><script>alert(1)</script>'
ASKABLE = [question.name for question in questions.all_questions() if question.parameters]


@pytest.fixture(scope="module")
def client(server):
    with httpx.Client(base_url=server, headers=BROWSER, timeout=DEADLINE) as client:
        yield client


def rows(page):
    return re.findall(r"<tr>(<td>.*?)</tr>", page.text, re.DOTALL)


def alert(page):
    return unescape(re.search(r'role="alert">(.*?)</strong>', page.text, re.DOTALL)[1])


def test_every_tag_has_a_name_in_every_language():
    tags = {f"tag_{tag}" for question in questions.all_questions() for tag in question.tags}
    assert {lang: tags - words.keys() for lang, words in TEXTS.items()} == {
        "en": set(),
        "zh-Hans": set(),
        "zh-Hant": set(),
    }


@pytest.mark.parametrize("language", ["en", "zh-Hant", "zh-Hans"])
def test_every_question_has_its_page(client, language):
    names = questions.names()[::3] if language != "en" else questions.names()
    answers = {name: client.get(f"/questions/{name}?lang={language}").status_code for name in names}
    assert set(answers.values()) == {200}, {name: code for name, code in answers.items() if code != 200}


def test_questions_are_found_by_words_and_theme(client):
    found = client.get("/questions?q=ROBOTS&tag=").text
    assert "No question matches." in found
    listed = re.findall(r'href="/questions/([a-z-]+)"', client.get("/questions?q=NEW").text)
    assert "new-laboratories" in listed
    assert "astronaut-flights" not in listed
    of_space = re.findall(r'href="/questions/([a-z-]+)"', client.get("/questions?tag=space").text)
    assert of_space
    assert all("space" in questions.find_question(name).tags for name in of_space)


def test_a_filter_is_not_reflected(client):
    found = client.get("/questions", params={"q": INJECTED, "tag": INJECTED})
    assert found.status_code == 200
    assert "<script>alert" not in found.text


def test_simplified_words_are_derived(client):
    page = client.get(f"{OF_A_UNIVERSITY}?lang=zh-Hans").text
    assert "<h1>香港大学设有哪些全国重点实验室？" in page


@pytest.mark.parametrize(
    "given",
    [
        "city-university-of-hong-kong",
        "hk:city-university-of-hong-kong",
        "https://w3id.org/hkkg/id/city-university-of-hong-kong",
        "<https://w3id.org/hkkg/id/city-university-of-hong-kong>",
        "City University of Hong Kong",
        "city university of hong kong",
        "香港城市大學",
        " 香港城市大学 ",
        "城大",
    ],
)
def test_a_thing_may_be_given_by_its_name(client, given):
    page = client.get(OF_A_UNIVERSITY, params={"university": given})
    assert page.status_code == 200
    assert len(rows(page)) == 2
    assert "skl-marine-environmental-health" in rows(page)[0]


def test_candidates_are_of_the_same_kind(client):
    page = client.get(OF_A_UNIVERSITY, params={"lang": "zh-Hant"}).text
    offered = dict(re.findall(r'<option value="(hk:[^"]+)">([^<]+)</option>', page))
    assert offered["hk:university-of-hong-kong"] == "香港大學"
    assert all("大學" in name or "學院" in name for name in offered.values())


def test_a_name_of_nothing_offers_the_nearest(client):
    page = client.get(OF_A_UNIVERSITY, params={"university": "Chinese Univercity of Hong Kong"})
    assert page.status_code == 400
    assert "nothing in the graph is called Chinese Univercity of Hong Kong." in alert(page)
    assert "(hk:chinese-university-of-hong-kong)" in alert(page)
    assert 'value="Chinese Univercity of Hong Kong"' in page.text


@pytest.mark.parametrize(
    ("name", "parameter", "value", "right"),
    [
        ("happenings-between-two-dates", "from", "2024-02-31", "a date, such as"),
        ("laboratory-names-in-a-language", "language", "de", "one of en, zh-Hans, zh-Hant"),
        ("laboratories-of-a-university", "university", "https://x y", "a well-formed IRI"),
    ],
)
def test_a_wrong_value_is_told_beside_its_field(client, name, parameter, value, right):
    page = client.get(f"/questions/{name}", params={parameter: value})
    assert page.status_code == 400
    assert right in alert(page)
    assert 'aria-invalid="true"' in page.text
    problem = client.get(
        f"/questions/{name}", params={parameter: value}, headers={"Accept": "application/json"}
    )
    assert problem.status_code == 400
    assert problem.headers["content-type"] == "application/problem+json"
    assert right in problem.json()["hint"]


def test_a_parameter_that_is_not_there_is_told(client):
    page = client.get(OF_A_UNIVERSITY, params={"univercity": INJECTED})
    assert page.status_code == 400
    assert "Did you mean university?" in page.text
    assert "<script>alert" not in page.text
    repeated = client.get(f"{OF_A_UNIVERSITY}?university=a&university=b")
    assert "given twice" in repeated.text


@pytest.mark.parametrize("name", ASKABLE)
def test_nothing_is_injected_through_a_parameter(client, name):
    for parameter in questions.find_question(name).parameters:
        page = client.get(f"/questions/{name}", params={parameter.name: INJECTED})
        assert page.status_code == (200 if parameter.type == "string" else 400)
        assert "<script>alert" not in page.text
        assert unescape(re.search(rf'name="{parameter.name}"[^>]*value="([^"]*)"', page.text)[1]) == INJECTED


def test_a_value_is_no_query(client):
    page = client.get("/questions/find-by-name", params={"text": 'x" } ?s ?p ?o . { VALUES ?text { "y'})
    assert page.status_code == 200
    assert "Nothing in the graph answers this." in page.text


def test_an_endless_value_is_refused_and_cut(client):
    page = client.get(OF_A_UNIVERSITY, params={"university": "大" * 5_000})
    assert page.status_code == 400
    assert len(alert(page)) < 400
    host, port = client.base_url.host, client.base_url.port
    with closing(HTTPConnection(host, port, timeout=DEADLINE)) as connection:
        connection.request("GET", f"{OF_A_UNIVERSITY}?university={'x' * 1_000_001}")
        assert connection.getresponse().status == 414


def test_cells_have_names_and_local_links(client):
    page = client.get(OF_A_UNIVERSITY, params={"lang": "zh-Hant"})
    assert '<a href="/doc/skl-liver-research?lang=zh-Hant"' in page.text
    assert "肝病研究" in rows(page)[1]
    assert '<small class="iri">hk:skl-liver-research</small>' in rows(page)[1]


def test_numbers_are_drawn_as_bars(client):
    page = client.get("/questions/award-winning-projects-by-university").text
    widths = re.findall(r'<rect x="0.0%" width="([\d.]+)%"', page)
    assert widths == ["100.0", "50.0", "50.0"]


def test_the_passages_behind_an_answer_are_cited(client):
    page = client.get(OF_A_UNIVERSITY).text
    stated = re.search(r'href="/passage/tkp-2026.3484-3495">.*?</li>', page, re.DOTALL)[0]
    assert 'href="/doc/skl-liver-research-at-hku"' in stated
    other = client.get(OF_A_UNIVERSITY, params={"university": "city-university-of-hong-kong"}).text
    assert "tkp-2026.3484-3495" not in other


@pytest.mark.parametrize(
    "name",
    [
        "policy-timeline",  # records of a thing and its date
        "misprints-and-readings",  # notes of the editors
        "where-a-record-is-stated",  # the record that it is asked about
    ],
)
def test_dates_notes_and_what_is_asked_about_count(client, name):
    page = client.get(f"/questions/{name}").text
    listed = re.search(r'<ul class="passages">.*?</ul>', page, re.DOTALL)[0]
    assert "states <a" in listed


def test_a_count_is_stated_by_no_passage(client):
    page = client.get("/questions/claims-by-kind").text
    assert "No passage states this directly" in page


def test_a_built_graph_is_a_table_of_triples(client):
    page = client.get("/questions/laboratories-for-schema-org").text
    assert '<th scope="col">predicate</th>' in page
    turtle = unescape(re.search(r'href="([^"]+format=turtle)"', page)[1])
    found = client.get(turtle)
    assert found.headers["content-type"].startswith("text/turtle")
    assert "ResearchOrganization" in found.text


def test_a_question_is_taken_along_as_a_file(client):
    found = client.get(f"{OF_A_UNIVERSITY}.rq", params={"university": "lingnan-university"})
    assert found.headers["content-type"] == "application/sparql-query; charset=utf-8"
    question = questions.find_question("laboratories-of-a-university")
    assert found.text == question.bind([("university", "lingnan-university")])
    refused = client.get(f"{OF_A_UNIVERSITY}.rq", params={"university": "x y"}, headers={"Accept": "*/*"})
    assert refused.status_code == 400


def test_the_same_as_calls(client, server):
    page = client.get("/questions/happenings-between-two-dates", params={"from": "2023-01-01"}).text
    calls = {
        language: unescape(text)
        for language, text in re.findall(
            r'aria-label="(\w+)" data-copy[^>]*><code>(.*?)</code>', page, re.DOTALL
        )
    }
    words = shlex.split(calls["curl"].replace("\\\n", " "))
    assert words[:3] == ["curl", "-sSG", f"{server}api/questions/happenings-between-two-dates"]
    assert words[3:] == ["--data-urlencode", "from=2023-01-01", "--data-urlencode", "format=csv"]
    assert '.question("happenings-between-two-dates", **{"from": "2023-01-01"})' in calls["Python"]
    compile(calls["Python"], "snippet", "exec")
    assert "?from=2023-01-01&format=csv" in calls["R"]


def test_a_quote_stays_within_a_call(client):
    written = 'a\' "b" $(c)'
    page = client.get("/questions/find-by-name", params={"text": written}).text
    call = unescape(re.search(r'aria-label="curl"[^>]*><code>(.*?)</code>', page, re.DOTALL)[1])
    assert f"text={written}" in shlex.split(call.replace("\\\n", " "))


def test_completion_has_terms_and_things_in_three_scripts(client):
    found = client.get("/query/terms.json")
    terms = {term["curie"]: term for term in found.json()["terms"]}
    assert terms["hkkg:StateKeyLaboratory"]["kind"] == "class"
    assert terms["hkkg:hostedBy"]["kind"] == "property"
    assert terms["skos:prefLabel"]["kind"] == "property"
    assert terms["hk:university-of-hong-kong"]["labels"] == {
        "en": "The University of Hong Kong",
        "zh-Hans": "香港大学",
        "zh-Hant": "香港大學",
    }
    again = client.get("/query/terms.json", headers={"If-None-Match": found.headers["etag"]})
    assert again.status_code == 304


def test_the_query_page_shows_what_is_given_as_text(client):
    page = client.get("/query", params={"query": f"</textarea>{INJECTED}"})
    assert "<script>alert" not in page.text
    assert client.get("/query?question=no-such").status_code == 404
    assert client.head("/query").status_code == 200


@pytest.mark.needs_chromium
@pytest.mark.parametrize(
    "path",
    [
        "/questions",
        OF_A_UNIVERSITY,
        "/questions/award-winning-projects-by-university",
    ],
)
def test_pages_are_accessible(visits, path):
    assert flaws(visits.open(path)) == []


@pytest.mark.needs_chromium
def test_a_refusal_is_accessible(visits):
    visits.forgiven = ("400",)
    page = visits.open(f"{OF_A_UNIVERSITY}?university={quote('x y')}", language="zh-Hant")
    assert flaws(page) == []


@pytest.mark.needs_chromium
def test_a_call_is_copied(visits):
    page = visits.open(OF_A_UNIVERSITY, permissions=["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="Copy").nth(2).click()
    page.get_by_role("button", name="Copied").wait_for()
    assert "hkkg.connect(" in page.evaluate("() => navigator.clipboard.readText()")
