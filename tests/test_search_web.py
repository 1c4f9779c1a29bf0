"""`/api/search` and the page `/search`."""

import re
import urllib.error
import urllib.request

import pytest

from hkkg.web.models import SearchAnswer
from service_support import problem, serving


def search(client, **parameters):
    response = client.get("/api/search", params=parameters)
    assert response.status_code == 200, response.text
    SearchAnswer.model_validate(response.json())
    return response.json()


@pytest.mark.parametrize(
    ("lang", "name", "kind"),
    [
        ("en", "The Hong Kong University of Science and Technology", "university"),
        ("zh-Hant", "香港科技大學", "大學"),
        ("zh-Hans", "香港科技大学", "大学"),
    ],
)
def test_the_answer_is_in_the_language_asked_for(client, lang, name, kind):
    (first, *_) = search(client, q="港科大", lang=lang)["results"]
    assert first["curie"] == "hk:hong-kong-university-of-science-and-technology"
    assert (first["name"], first["language"], first["types"][0]["label"]) == (name, lang, kind)
    assert (first["match"]["way"], first["match"]["label"][:2]) == ("abbreviation", "香港")
    marked = "".join(piece["text"] for piece in first["match"]["pieces"] if piece["matched"])
    assert marked == "港科大"


def test_the_language_may_be_what_the_client_prefers(client):
    response = client.get("/api/search", params={"q": "HKU"}, headers={"Accept-Language": "zh-HK"})
    assert response.json()["results"][0]["name"] == "香港大學"
    assert response.headers["content-language"] == "zh-Hant"


def test_each_result_says_where_its_page_is(client):
    (first, *_) = search(client, q="HKU")["results"]
    assert first["page"] == "/doc/university-of-hong-kong"
    assert client.get(first["page"], headers={"Accept": "text/html"}).status_code == 200


def test_what_is_of_another_graph_has_no_page(tmp_path):
    path = tmp_path / "x.ttl"
    path.write_text('<x:a> <http://www.w3.org/2004/02/skos/core#prefLabel> "Harbour"@en .', encoding="utf-8")
    with serving(path) as service:
        assert [hit["page"] for hit in search(service.client, q="harbour")["results"]] == [None]


def test_types_narrow_and_pages_follow_each_other(client):
    whole = search(client, q="香港", type=["大學", "hkkg:Place"], limit=100)
    parts = [search(client, q="香港", type=["University", "hkkg:Place"], limit=4, offset=n) for n in (0, 4)]
    assert whole["total"] == parts[0]["total"] == len(whole["results"])
    assert [r["iri"] for part in parts for r in part["results"]] == [r["iri"] for r in whole["results"][:8]]
    assert sum(kind["count"] for kind in whole["types"]) >= whole["total"]


def test_names_of_one_language_can_be_looked_at(client):
    assert search(client, q="hong kong", names="zh-Hant")["total"] == 0


def test_what_was_probably_meant_is_told(client):
    assert search(client, q="Polytecnic")["suggestion"] == "polytechnic"


@pytest.mark.parametrize(
    ("query", "status", "told"),
    [
        ("", 400, "q"),
        ("q=", 400, "empty"),
        ("q=%E2%80%8F%00%1b", 400, "empty"),
        ("q=" + "x" * 501, 400, "500"),
        ("q=%FF", 400, "UTF-8"),
        ("q=%ED%A0%80", 400, "UTF-8"),
        ("q=a&q=b", 400, "2 times"),
        ("q=a&limit=0", 400, "limit"),
        ("q=a&limit=1001", 400, "limit"),
        ("q=a&limit=ten", 400, "limit"),
        ("q=a&offset=-1", 400, "offset"),
        ("q=a&lang=fr", 400, "en, zh-Hans, zh-Hant"),
        ("q=a&lang=zh-Hand", 400, "zh-Han"),
        ("q=a&names=x", 400, "language"),
        ("q=a&typ=University", 400, "Did you mean type?"),
        ("q=a&type=Univresity", 404, "hkkg:University"),
    ],
)
def test_a_wrong_search_is_told_what_would_be_right(client, query, status, told):
    document = problem(client.get(f"/api/search?{query}"), status)
    assert told in document["detail"] + document.get("hint", "")


def test_a_search_of_100_kb_is_refused(server):
    with pytest.raises(urllib.error.HTTPError, match="HTTP Error 4"):
        urllib.request.urlopen(f"{server}api/search?q={'x' * 100_000}", timeout=30)  # noqa: S310 - a server of the test's own


@pytest.mark.parametrize("q", ["\u200f港大\u200e", "港\x00大", "H\x1bKU"])
def test_what_has_no_shape_is_passed_over(client, q):
    assert isinstance(search(client, q=q)["total"], int)


def test_the_address_is_documented(client):
    document = client.get("/openapi.json").json()["paths"]["/api/search"]["get"]
    assert {p["name"] for p in document["parameters"]} == {"q", "type", "lang", "names", "limit", "offset"}
    assert "application/problem+json" in document["responses"]["400"]["content"]


def test_a_new_name_is_found_after_a_write(tmp_path):
    path = tmp_path / "x.ttl"
    path.write_text(
        '<x:a> <http://www.w3.org/2004/02/skos/core#prefLabel> "紫荊湖"@zh-Hant .', encoding="utf-8"
    )
    with serving("--writable", "--no-gate", path) as service:
        assert search(service.client, q="紫荆湖")["results"][0]["iri"] == "x:a"
        label = "<http://www.w3.org/2004/02/skos/core#altLabel>"
        graph = "<https://w3id.org/hkkg/graph/more>"
        assert service.update(
            f'INSERT DATA {{ GRAPH {graph} {{ <x:a> {label} "Bauhinia Lake"@en }} }}'
        ).is_success
        assert search(service.client, q="bauhina lake")["results"][0]["iri"] == "x:a"
        assert service.update(f"DELETE WHERE {{ GRAPH {graph} {{ <x:a> {label} ?name }} }}").is_success
        assert search(service.client, q="bauhinia lake")["total"] == 0


def test_chinese_may_be_searched_for_where_there_is_none(tmp_path):
    path = tmp_path / "x.ttl"
    path.write_text('<x:a> <http://www.w3.org/2004/02/skos/core#prefLabel> "Harbour"@en .', encoding="utf-8")
    with serving(path) as service:
        assert search(service.client, q="香港大學")["total"] == 0


def test_a_service_before_a_remote_endpoint_says_that_it_has_no_index(server):
    with serving("--endpoint", f"{server}sparql") as service:
        problem(service.client.get("/api/search", params={"q": "HKU"}), 501)
        problem(service.client.get("/reconcile"), 501)
        page = service.client.get("/search", params={"q": "HKU"})
        assert (page.status_code, "remote endpoint" in page.text) == (501, True)


@pytest.mark.parametrize(
    ("lang", "heading"), [("en", "Search by name"), ("zh-Hant", "按名稱搜尋"), ("zh-Hans", "按名称搜索")]
)
def test_the_page_shows_why_each_name_was_found(client, lang, heading):
    page = client.get("/search", params={"q": "港科大", "lang": lang}).text
    assert heading in page
    assert re.search(r"香<mark>港科</mark>技<mark>大</mark>[學学]", page)
    assert f"/doc/hong-kong-university-of-science-and-technology?lang={lang}" in page


def test_the_page_narrows_to_a_kind_and_pages(client):
    page = client.get("/search", params={"q": "香港", "lang": "en"}).text
    kinds = re.findall(r'href="(/search[^"]*type=hkkg%3AUniversity[^"]*)"', page)
    narrowed = client.get(kinds[0].replace("&amp;", "&")).text
    assert "The University of Hong Kong" in narrowed
    assert 'aria-current="true"' in narrowed
    following = re.findall(r'rel="next" href="([^"]*)"', page)
    assert "offset=20" in following[0]
    assert 'rel="prev"' in client.get(following[0].replace("&amp;", "&")).text


def test_the_page_offers_what_was_meant(client):
    page = client.get("/search", params={"q": "Polytecnic"}).text
    assert re.search(r'Did you mean <a href="/search\?q=polytechnic">polytechnic</a>', page)


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("", 200),
        ("q=", 200),
        ("q=zzzzzz", 200),
        ("q=a&offset=x", 400),
        ("q=a&type=Nothing", 404),
        ("q=" + "x" * 501, 400),
    ],
)
def test_the_page_stays_a_page_whatever_is_asked(client, query, status):
    response = client.get(f"/search?{query}")
    assert (response.status_code, "<form" in response.text) == (status, True)


def test_what_was_typed_is_text_on_the_page(client):
    page = client.get("/search", params={"q": '<script>alert(1)</script>"'}).text
    assert "<script>alert" not in page
