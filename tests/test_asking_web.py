"""`/api/ask` and `/ask`: questions in words over HTTP."""

from contextlib import closing
from http.client import HTTPConnection

import httpx
import pytest

from browser_support import flaws
from conftest import DEADLINE, serving
from service_support import launching, problem, until

HK = "https://w3id.org/hkkg/id/"
HTML = {"Accept": "text/html"}


def ask(client, text, **parameters):
    return client.get("api/ask", params={"q": text, **parameters})


def test_a_sure_question_is_answered_with_its_passages(client):
    answered = ask(client, "labs at CUHK").json()
    assert answered["confidence"] == "sure"
    understood = answered["understood"]
    assert understood["question"] == "laboratories-of-a-university"
    assert understood["parameters"] == [
        {
            "name": "university",
            "value": "hk:chinese-university-of-hong-kong",
            "iri": HK + "chinese-university-of-hong-kong",
            "called": "The Chinese University of Hong Kong",
            "label": "CUHK",
            "default": False,
        }
    ]
    found = {row["laboratory"]["value"] for row in answered["result"]["results"]["bindings"]}
    assert HK + "skl-agrobiotechnology" in found
    assert any(HK + "skl-agrobiotechnology-at-cuhk" in p["states"] for p in answered["passages"])


def test_the_query_that_was_understood_gives_the_same_answer(client):
    answered = ask(client, "labs at CUHK").json()
    sparql = answered["understood"]["sparql"]
    asked = client.get(
        "sparql", params={"query": sparql}, headers={"Accept": "application/sparql-results+json"}
    )
    assert asked.json()["results"] == answered["result"]["results"]


def test_an_answer_that_is_a_graph_is_turtle(client):
    answered = ask(client, "Which graph of scholars, universities, projects and awards can be drawn?").json()
    assert answered["result"] is None
    assert "hkkg" in answered["graph"]


def test_an_unsure_question_is_offered_and_not_answered(client):
    answered = ask(client, "how many students does HKU have?").json()
    assert (answered["confidence"], answered["understood"], answered["result"]) == ("unsure", None, None)
    assert 1 <= len(answered["alternatives"]) <= 5
    page = answered["alternatives"][0]["page"]
    assert client.get(page.lstrip("/"), headers=HTML).status_code == 200


def test_what_is_said_is_in_the_language_that_was_asked_for(client):
    assert (
        ask(client, "labs at CUHK", lang="zh-Hans").json()["understood"]["words"].startswith("香港中文大学")
    )


@pytest.mark.parametrize(
    ("query", "detail"),
    [
        ("", "the question is missing."),
        ("q=", "the question is empty."),
        ("q=%E2%80%8F%00", "the question is empty."),
        ("q=a&q=b", "the parameter q is given twice."),
        ("q=a&limit=1", "there is no parameter 'limit'."),
        ("q=a&lang=fr", "lang cannot be 'fr'."),
        (f"q={'a' * 501}", "the question has 501 characters."),
        ("q=%ff", "the address holds percent-encoded bytes that are not UTF-8."),
    ],
)
def test_a_question_that_cannot_be_asked_gets_a_problem_document(client, query, detail):
    refused = client.get(f"api/ask?{query}")
    assert refused.status_code == 400
    assert refused.headers["content-type"] == "application/problem+json"
    assert refused.json()["detail"] == detail


def test_a_question_of_100_kb_is_refused(server):
    connection = HTTPConnection(server.removeprefix("http://").rstrip("/"), timeout=DEADLINE)
    with closing(connection):
        connection.request("GET", f"/api/ask?q={'a' * 100_000}")
        refused = connection.getresponse()
        assert refused.status == 414
        assert refused.headers["content-type"] == "application/problem+json"


def test_head_is_answered_without_a_body(client):
    answered = client.head("api/ask", params={"q": "labs at CUHK"})
    assert (answered.status_code, answered.content) == (200, b"")


def test_the_operation_is_described(client):
    described = client.get("openapi.json").json()["paths"]["/api/ask"]
    assert set(described) == {"get"}
    assert {p["name"] for p in described["get"]["parameters"]} == {"q", "lang"}
    assert {"200", "400", "404"} <= set(described["get"]["responses"])


@pytest.mark.parametrize("lang", ["en", "zh-Hant", "zh-Hans"])
def test_the_page_shows_question_answer_and_passages(client, lang):
    page = client.get("ask", params={"q": "labs at CUHK", "lang": lang}, headers=HTML)
    assert page.status_code == 200
    for part in ("hk:skl-agrobiotechnology", 'href="/passage/tkp-2026.', "CUHK", "SELECT ?laboratory"):
        assert part in page.text


def test_the_page_escapes_what_was_asked(client):
    page = client.get("ask", params={"q": "<script>alert(1)</script> labs at CUHK"}, headers=HTML)
    assert "<script>alert" not in page.text


def test_the_page_says_what_is_wrong_with_a_question(client):
    page = client.get("ask", params={"q": "a" * 600}, headers=HTML)
    assert page.status_code == 400
    assert "600 characters" in page.text


def test_a_service_of_other_data_has_no_stored_questions(small_file):
    with serving(small_file) as (_, address):
        refused = httpx.get(f"{address}api/ask", params={"q": "labs"}, timeout=DEADLINE)
        assert refused.status_code == 404
        assert refused.json()["detail"] == "this service has no stored questions."


SLOW = """\
import time
from hkkg.web import ask_functions
learn = ask_functions.asker
def slow(engine):
    time.sleep(3)
    return learn(engine)
ask_functions.FUNCTIONS["asker"] = slow
"""


def test_what_takes_longer_to_learn_than_a_query_may_take_is_learnt():
    with launching("Settings(limits=Limits(seconds=2.0))", before=SLOW) as service:
        assert "still being learnt" in problem(ask(service.client, "labs at CUHK"), 503)["detail"]
        until(lambda: ask(service.client, "labs at CUHK").status_code == 200)


@pytest.mark.needs_chromium
@pytest.mark.parametrize("path", ["/ask", "/ask?q=labs+at+CUHK", "/ask?q=how+many+students+does+HKU+have"])
def test_the_page_has_no_flaw(visits, path):
    assert flaws(visits.open(path)) == []
