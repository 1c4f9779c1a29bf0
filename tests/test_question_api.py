"""`/api/questions`: lists, answers, parameters, pages, formats, and every way to get them wrong."""

import csv
import json
import shutil
import subprocess

import httpx
import pytest

from conftest import DEADLINE, serving
from hkkg import questions
from hkkg.store import EmbeddedStore
from hkkg.web.question_request import RESERVED
from service_support import TOKEN, UPDATE, WRITING

HOSTED = "laboratories-of-a-university"
HKU = "https://w3id.org/hkkg/id/university-of-hong-kong"
CSV = {"Accept": "text/csv"}


@pytest.fixture(scope="module")
def client(server):
    with httpx.Client(base_url=f"{server}api/", timeout=DEADLINE) as client:
        yield client


def rows(response):
    assert response.status_code == 200, response.text
    return list(csv.DictReader(response.text.splitlines()))


def refused(response, status, *parts):
    problem = response.json()
    assert (response.status_code, response.headers["content-type"]) == (status, "application/problem+json")
    said = f"{problem['detail']} {problem.get('hint')}"
    for part in parts:
        assert part in said
    return problem


def links(response):
    return {name: link["url"] for name, link in response.links.items()}


def test_every_question_is_listed_as_its_header_says(client):
    listed = client.get("questions").json()
    assert listed["total"] == len(listed["questions"]) == len(questions.names())
    one = next(q for q in listed["questions"] if q["name"] == HOSTED)
    stored = questions.find_question(HOSTED)
    assert one["question"]["en"] == stored.question["en"]
    assert one["question"]["zh-Hans"].startswith("香港大学设有哪些全国重点实验室")
    assert one["tags"] == list(stored.tags)
    assert (one["answer"], one["columns"]) == ("table", ["laboratory", "name", "field", "new"])
    (university,) = one["parameters"]
    assert (university["name"], university["type"]) == ("university", "iri")
    assert university["default"] == "hk:university-of-hong-kong"
    assert client.get(one["links"]["answer"]).status_code == 200
    assert client.get(one["links"]["page"], headers={"Accept": "text/html"}).status_code == 200


def test_the_list_is_filtered_by_tag_and_by_words_of_any_script(client):
    tagged = client.get("questions", params={"tag": "laboratories"}).json()["questions"]
    assert tagged
    assert all("laboratories" in question["tags"] for question in tagged)
    for words in ("香港大學 實驗室", "香港大学 实验室", "Hong Kong HOST"):
        assert HOSTED in [q["name"] for q in client.get("questions", params={"q": words}).json()["questions"]]
    assert client.get("questions", params={"q": "no question says this"}).json()["total"] == 0


def test_the_list_has_pages_that_follow_each_other(client):
    names, address = [], "questions?limit=50&q=the"
    while address:
        response = client.get(address)
        names += [question["name"] for question in response.json()["questions"]]
        address = links(response).get("next")
    assert len(names) == len(set(names)) == int(response.headers["x-total-count"]) > 50


@pytest.mark.parametrize(
    ("query", "parts"),
    [
        ("tga=laboratories", ["'tga'", "tag"]),
        ("tag=laboratory", ["'laboratory'", "laboratories"]),
        ("tag=awards&tag=laboratories", ["tag is given twice"]),
        ("limit=0", ["'0'", "from 1 to 10,000"]),
        ("limit=ten", ["'ten'"]),
        ("offset=-1", ["'-1'"]),
        ("limit=%EF%BC%95", ["whole number"]),
        ("q=%FF", ["UTF-8"]),
    ],
)
def test_a_list_that_cannot_be_had_is_refused(client, query, parts):
    refused(client.get(f"questions?{query}"), 400, *parts)


def test_without_values_a_question_answers_with_its_defaults(client):
    assert rows(client.get(f"questions/{HOSTED}", headers=CSV)) == rows(
        client.get(f"questions/{HOSTED}", params={"university": HKU}, headers=CSV)
    )


@pytest.mark.parametrize(
    "name",
    ["港大", "HKU", "hku", "香港大学", "香港大學", "hk:university-of-hong-kong", f"<{HKU}>", " HKU\u200f"],
)
def test_a_thing_is_given_by_any_of_its_names(client, name):
    expected = rows(client.get(f"questions/{HOSTED}", headers=CSV))
    other = {"university": "city-university-of-hong-kong"}
    assert rows(client.get(f"questions/{HOSTED}", params={"university": name}, headers=CSV)) == expected
    assert rows(client.get(f"questions/{HOSTED}", params=other, headers=CSV)) != expected


def test_a_label_that_names_two_things_gets_both_offered(client):
    response = client.get("questions/events-held-in-a-place", params={"place": "香港"})
    refused(response, 400, "names 2 things", "hk:hong-kong", "concept:scope-hong-kong")


@pytest.mark.parametrize(
    ("question", "query", "parts"),
    [
        (HOSTED, "university=hk:univeristy-of-hong-kong", ["hk:university-of-hong-kong"]),
        (
            HOSTED,
            "university=Hong+Kong+Univeristy+of+Science+and+Technology",
            ["hong-kong-university-of-sci"],
        ),
        (HOSTED, "university=", ["university is empty"]),
        (HOSTED, f"university={'大' * 600}", ["600 characters"]),
        (HOSTED, "university=http://a%20b", ["well-formed IRI"]),
        (HOSTED, "universty=HKU", ["'universty'", "Did you mean university?"]),
        (HOSTED, "university=HKU&university=HKU", ["university is given twice"]),
        (HOSTED, "format=json&format=csv", ["format is given twice"]),
        (HOSTED, "format=yaml", ["'yaml'", "json, xml, csv, tsv"]),
        (HOSTED, "format=turtle", ["'turtle'", "json, xml, csv, tsv"]),
        (HOSTED, "limit=100000", ["limit", "10,000"]),
        ("sums-of-money", "least=much", ["'much'", "whole number"]),
        ("sums-of-money", "least=99999999999999999999", ["between"]),
        ("happenings-between-two-dates", "from=2024-13-40", ["a date, such as"]),
        ("laboratory-names-in-a-language", "language=zh-Hnat", ["zh-Hant"]),
        ("find-by-name", "text=%00", ["NUL"]),
        ("award-network", "limit=5", ["graph", "no pages"]),
        ("award-grades-add-up", "offset=5", ["boolean", "no pages"]),
    ],
)
def test_a_value_that_cannot_be_used_is_refused_with_what_would_be_right(client, question, query, parts):
    names = {p.name for p in questions.find_question(question).parameters}
    if question == "sums-of-money":
        (name,) = names
        query = query.replace("least", name)
    refused(client.get(f"questions/{question}?{query}"), 400, *parts)


def test_an_unknown_question_gets_the_nearest_names(client):
    refused(client.get("questions/laboratories-of-university"), 404, HOSTED, "/api/questions lists all")


def test_values_come_by_form_and_by_json_too(client):
    expected = rows(client.get(f"questions/{HOSTED}?university=HKU&limit=2", headers=CSV))
    values = {"university": "港大", "limit": "2"}
    assert rows(client.post(f"questions/{HOSTED}", data=values, headers=CSV)) == expected
    assert rows(client.post(f"questions/{HOSTED}", json={**values, "limit": 2}, headers=CSV)) == expected


@pytest.mark.parametrize(
    ("content", "kind", "status", "part"),
    [
        (b"{", "application/json", 400, "not JSON"),
        (b"[1]", "application/json", 400, "no object"),
        (b"[" * 100_000, "application/json", 400, "not JSON"),
        (b'{"university": null}', "application/json", 400, "no text and no number"),
        (b'{"university": {"a": 1}}', "application/json", 400, "no text and no number"),
        (b'{"university": "\\ud800"}', "application/json", 400, "no text and no number"),
        (b'{"university": "HKU", "university": "HKU"}', "application/json", 400, "given twice"),
        (b"\xff", "application/json", 400, "UTF-8"),
        (b"<a/>", "application/xml", 415, "application/json"),
        (b"university=HKU", "application/sparql-query", 415, "application/json"),
        (b"x" * 1_000_001, "application/json", 413, "too large"),
    ],
)
def test_a_body_that_cannot_be_read_is_refused(client, content, kind, status, part):
    response = client.post(f"questions/{HOSTED}", content=content, headers={"Content-Type": kind})
    refused(response, status, part)


def test_pages_follow_the_order_of_the_answer_and_count_all_rows(client):
    whole = client.get(f"questions/{HOSTED}", headers=CSV)
    assert int(whole.headers["x-total-count"]) == len(rows(whole))
    found, address = [], f"questions/{HOSTED}?limit=2&university=%E6%B8%AF%E5%A4%A7&format=csv"
    while address:
        page = client.get(address)
        assert int(page.headers["x-total-count"]) == len(rows(whole))
        found += rows(page)
        address = links(page).get("next")
    assert found == rows(whole)
    assert set(links(page)) == {"first", "prev"}
    assert rows(client.get(links(page)["prev"]))
    assert rows(client.get(f"questions/{HOSTED}?offset=1000", headers=CSV)) == []


def test_pages_of_every_table_hold_each_row_once(packaged):
    def shown(text):
        return [str(row) for row in packaged.query(text).table().rows]

    for question in questions.all_questions():
        if questions.form_of(question.text).kind == "table":
            pages = [
                questions.paged(question, question.text, 2, 0),
                questions.paged(question, question.text, None, 2),
            ]
            paged = [row for page in pages for row in shown(page)]
            assert sorted(paged) == sorted(shown(question.text)), question.name


def test_a_question_that_cuts_its_own_answer_has_pages_of_what_is_left():
    header = "#+ question: {en: E, zh-Hant: 甚}\n#+ tags: [a]\n"
    text = f"{header}SELECT ?n {{ VALUES ?n {{ 3 1 2 }} }} ORDER BY DESC(?n) LIMIT 2"
    question = questions.parse_question(text, name="cut", source="cut.rq")
    table = EmbeddedStore().query(questions.paged(question, text, 1, 1)).table()
    assert [row[0].value for row in table.rows] == ["3"]


@pytest.mark.parametrize(
    ("accept", "name", "media_type"),
    [
        ("application/sparql-results+json", "json", "application/sparql-results+json"),
        ("application/json", "json", "application/sparql-results+json"),
        ("application/sparql-results+xml", "xml", "application/sparql-results+xml"),
        ("text/csv", "csv", "text/csv; charset=utf-8"),
        ("text/tab-separated-values", "tsv", "text/tab-separated-values; charset=utf-8"),
    ],
)
def test_a_table_comes_in_every_format_by_header_and_by_name(client, accept, name, media_type):
    by_header = client.get(f"questions/{HOSTED}", headers={"Accept": accept})
    by_name = client.get(f"questions/{HOSTED}?format={name}")
    assert by_header.headers["content-type"] == by_name.headers["content-type"] == media_type
    assert by_header.content == by_name.content


@pytest.mark.parametrize("name", ["turtle", "trig", "ntriples", "nquads", "rdfxml", "jsonld"])
def test_a_graph_comes_in_every_format(client, name):
    response = client.get(f"questions/award-network?format={name}")
    assert response.status_code == 200
    assert response.content


def test_what_a_client_does_not_accept_is_not_sent(client):
    refused(client.get(f"questions/{HOSTED}", headers={"Accept": "image/png"}), 406, "text/csv")
    refused(client.get("questions/award-network", headers={"Accept": "text/csv"}), 406, "text/turtle")


def test_an_answer_that_the_client_has_is_not_sent_again(client):
    for address in ("questions", f"questions/{HOSTED}?university=HKU"):
        first = client.get(address)
        again = client.get(address, headers={"If-None-Match": first.headers["etag"]})
        assert (again.status_code, again.content) == (304, b"")
        assert client.get(address, headers={"If-None-Match": '"other"'}).status_code == 200


def test_head_and_options_and_other_origins_are_answered(client):
    assert client.head(f"questions/{HOSTED}").headers["content-type"] == "application/sparql-results+json"
    asked = client.options(f"questions/{HOSTED}", headers={"Origin": "https://example.org"})
    assert (asked.status_code, asked.headers["allow"]) == (204, "GET, HEAD, POST, OPTIONS")
    for response in (client.get(f"questions/{HOSTED}"), client.get("questions/none")):
        assert response.headers["access-control-allow-origin"] == "*"
    refused(client.delete(f"questions/{HOSTED}"), 405, "DELETE")
    refused(client.post("questions"), 405, "POST")


def test_an_answer_follows_an_update():
    label = (
        "DATA { GRAPH <https://w3id.org/hkkg/graph/data/test/a> { <https://w3id.org/hkkg/id/zz>"
        ' <http://www.w3.org/2004/02/skos/core#altLabel> "ZZ of the test"@en } }'
    )
    with serving("--writable", "--no-gate", environment={"HKKG_UPDATE_TOKEN": TOKEN}) as (_, address):
        url = f"{address}api/questions/names-of-a-thing"
        with httpx.Client(timeout=DEADLINE) as client:
            refused(client.get(url, params={"thing": "ZZ of the test"}), 400, "knows nothing called")
            for change in ("INSERT", "DELETE"):
                headers = {"Content-Type": UPDATE, **WRITING}
                assert client.post(
                    f"{address}update", content=f"{change} {label}", headers=headers
                ).is_success
                answer = client.get(url, params={"thing": "zz of the test"})
                assert answer.is_success == (change == "INSERT")
            refused(answer, 400, "knows nothing called")


def test_a_service_of_other_data_says_that_it_has_no_questions(small_file):
    with serving(small_file) as (_, address), httpx.Client(base_url=f"{address}api/") as client:
        assert client.get("questions").json() == {"total": 0, "questions": []}
        refused(client.get(f"questions/{HOSTED}"), 404, "no stored questions")


def test_no_question_has_a_parameter_that_the_api_takes_for_itself():
    names = {p.name for question in questions.all_questions() for p in question.parameters}
    assert not names & {*RESERVED, "lang"}


def test_the_command_takes_names_too(hkkg):
    by_name = hkkg("query", HOSTED, "--param", "university=港大", "--format", "csv")
    by_iri = hkkg("query", HOSTED, "--param", f"university={HKU}", "--format", "csv")
    assert by_name.returncode == 0
    assert by_name.stdout == by_iri.stdout
    wrong = hkkg("query", HOSTED, "--param", "university=Univeristy of Hong Kong")
    assert wrong.returncode == 2
    assert "hk:university-of-hong-kong" in wrong.stderr


def test_json_answers_can_be_read(client):
    found = json.loads(client.get(f"questions/{HOSTED}?limit=1").content)
    assert len(found["results"]["bindings"]) == 1


@pytest.mark.skipif(shutil.which("curl") is None, reason="needs curl")
def test_curl_asks_as_the_documentation_shows(server):
    def curl(*arguments):
        return subprocess.run(["curl", "-sS", *arguments], capture_output=True, check=True).stdout.decode()

    url = f"{server}api/questions/{HOSTED}"
    named = ["-G", "--data-urlencode", "university=港大", "-H", "Accept: text/csv"]
    assert curl(url, *named) == curl(url, "-d", "university=HKU", "-H", "Accept: text/csv")
    body = ["-H", "Content-Type: application/json", "-d", '{"university": "港大", "limit": 1}']
    assert len(json.loads(curl(url, *body))["results"]["bindings"]) == 1


def test_a_question_can_be_told_from_others_by_its_hash():
    asked = [questions.find_question(name) for name in questions.names()]
    assert len(set(asked)) == len(asked)
