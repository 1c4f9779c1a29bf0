"""Answers of the service besides their content: kept, compressed, shared, and headed as they should be."""

import gzip
import json
import re
import zlib
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace
from urllib.parse import quote
from xml.etree import ElementTree as ET

import brotli
import pytest
from prometheus_client.parser import text_string_to_metric_families
from rdflib import Graph

from hkkg.web import cache
from service_support import (
    QUERY,
    TOKEN,
    TURTLE,
    UPDATE,
    WRITING,
    launching,
    numbered,
    problem,
    serving,
    until,
)

SETTINGS = (
    f"Settings(files=({{path!r}},), inference=False, writable=True, gated=False, token={TOKEN!r}, "
    "limits=Limits(seconds=3.0, result_bytes=200_000, query_bytes=100_000_000))"
)
ROWS = "SELECT ?s ?o { ?s <x:p> ?o } ORDER BY ?s ?o"
CROSS = "?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l"
DOUBLED = "SELECT * { BIND('aaaaaaaa' AS ?x0) " + "".join(
    f"BIND(CONCAT(?x{n}, ?x{n}) AS ?x{n + 1}) " for n in range(30)
)
DOUBLED += "}"
JSON = "application/sparql-results+json"
SECRET = "secret-subject"  # noqa: S105 - a word to look for
STRANGER = {"Authorization": "Bearer wrong"}


@pytest.fixture(scope="module")
def log(tmp_path_factory):
    return tmp_path_factory.mktemp("answers") / "access.log"


@pytest.fixture(scope="module")
def service(log):
    path = log.parent / "graph.ttl"
    path.write_text(numbered(1_000), encoding="utf-8")
    with launching(SETTINGS.format(path=str(path)), log) as running:
        yield running


def timing(response):
    return response.headers["server-timing"]


def test_an_answer_is_kept_until_the_graph_changes(service):
    query = "SELECT (COUNT(*) AS ?kept) { ?s ?p ?o }"
    first, second = service.query(query), service.query(query)
    assert timing(first).startswith("query;dur=")
    assert timing(second) == "cache"
    assert first.headers["etag"] == second.headers["etag"]
    assert first.content == second.content
    assert service.update("INSERT DATA { <x:changed> <x:p> 1 }").status_code == 204
    third = service.query(query)
    assert timing(third).startswith("query;dur=")
    assert third.headers["etag"] != first.headers["etag"]
    assert int(third.text.split()[1]) == int(first.text.split()[1]) + 1


def test_an_update_that_changes_nothing_keeps_answers(service):
    etag = service.query(ROWS).headers["etag"]
    assert service.update("DELETE DATA { <x:never> <x:was> <x:there> }").status_code == 204
    assert service.query(ROWS).headers["etag"] == etag


def test_a_client_that_has_the_answer_is_told_so(service):
    etag = service.query(ROWS).headers["etag"]
    for given in (etag, f"W/{etag}", f'"other", {etag}', "*"):
        response = service.query(ROWS, If_None_Match=given)
        assert (response.status_code, response.content) == (304, b"")
        assert response.headers["etag"] == etag
        assert {"Accept", "Accept-Encoding"} <= set(response.headers["vary"].split(", "))
        assert response.headers["cache-control"] == "no-cache"
    assert service.query(ROWS, If_None_Match='"other"').status_code == 200
    assert service.query(ROWS, JSON, If_None_Match=etag).status_code == 200


def test_an_answer_that_is_not_as_a_client_wants_it_is_not_sent(service):
    etag = service.query(ROWS).headers["etag"]
    for given in (etag, f'"other", {etag}', "*"):
        assert service.query(ROWS, If_Match=given).status_code == 200
    for given in ('"other"', f"W/{etag}"):
        problem(service.query(ROWS, If_Match=given), 412)
    headers = {"Content-Type": QUERY, "Accept": "text/csv", "If-None-Match": etag}
    problem(service.client.post("/sparql", content=ROWS, headers=headers), 412)


def test_the_tag_of_an_answer_tells_format_and_encoding_apart(service):
    tags = {
        service.query(ROWS, accept, Accept_Encoding=encoding).headers["etag"]
        for accept in ("text/csv", JSON)
        for encoding in ("", "gzip", "br")
    }
    assert len(tags) == 6


def test_no_cache_asks_anew(service):
    service.query(ROWS)
    assert timing(service.query(ROWS, Cache_Control="no-cache")).startswith("query;dur=")


@pytest.mark.parametrize("call", ["NOW()", "rand()", "UUID()", "STRUUID()", "BNODE()"])
def test_what_changes_by_itself_is_not_kept(service, call):
    query = f"SELECT ({call} AS ?x) {{}}"
    for response in (service.query(query), service.query(query)):
        assert timing(response).startswith("query;dur=")
        assert response.headers["cache-control"] == "no-store"
        assert "etag" not in response.headers
    if call != "NOW()":
        assert len({service.query(query, JSON).text for _ in range(5)}) == 5


def test_a_word_that_only_looks_like_a_call_is_kept(service):
    query = 'SELECT ("NOW() and then" AS ?x) { ?now <x:p> 1 }'
    service.query(query)
    assert timing(service.query(query)) == "cache"


@pytest.fixture
def small_cache(tmp_path):
    """A service that keeps answers in a megabyte."""
    path = tmp_path / "graph.ttl"
    path.write_text(numbered(1_000), encoding="utf-8")
    with serving(path, "--no-inference", "--cache", "1") as running:
        yield running


def test_answers_that_are_seldom_asked_for_are_kept_in_less_room(small_cache):
    queries = [f"SELECT ?s ?o ({n} AS ?n) {{ ?s <x:p> ?o }} LIMIT {900 + n}" for n in range(40)]
    answers = [small_cache.query(query, JSON) for query in queries]
    assert sum(len(answer.content) for answer in answers) > 3_000_000
    assert small_cache.metric("cache_bytes") < 1_000_000
    for query, first in zip(queries, answers, strict=True):
        again = small_cache.query(query, JSON)
        assert (timing(again), again.content) == ("cache", first.content)
        assert again.headers["etag"] == first.headers["etag"]


def test_an_answer_that_displaces_many_others_does_not_wait_until_all_are_compressed(monkeypatch):
    compressed = []

    def compress(body, level):
        compressed.append(len(body))
        return zlib.compress(body, level)

    monkeypatch.setattr(cache, "zlib", SimpleNamespace(compress=compress, decompress=zlib.decompress))
    kept = cache.Cache(40_000_000)
    for number in range(100):
        kept.put(number, cache.Entry(b"", b"%d " % number * 40_000, b"", None), 100)
    before = sum(compressed)
    kept.put("large", cache.Entry(b"", bytes(9_000_000), b"", None), 100)
    assert 0 < sum(compressed) - before < 500_000
    assert all(kept.get(number).body == b"%d " % number * 40_000 for number in range(50, 100))


def test_answers_that_cannot_be_made_smaller_are_given_up(small_cache):
    queries = [f"SELECT (SHA512(CONCAT(STR(?s), 'salt {n}')) AS ?h) {{ ?s <x:p> ?o }}" for n in range(20)]
    for query in queries:
        small_cache.query(query, "text/csv")
        assert small_cache.metric("cache_bytes") < 1_000_000
    assert timing(small_cache.query(queries[-1], "text/csv")) == "cache"
    assert timing(small_cache.query(queries[0], "text/csv")).startswith("query;dur=")


def test_clients_that_ask_the_same_at_once_share_one_evaluation(service):
    query = "SELECT (COUNT(*) AS ?n) { ?a <x:p> ?c . ?d <x:label> ?f FILTER(STRLEN(?f) > 3) }"
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(service.query, [query] * 8))
    assert {answer.status_code for answer in answers} == {200}
    evaluated = {timing(answer) for answer in answers} - {"cache"}
    assert len(evaluated) == 1


@pytest.mark.parametrize(
    ("accepted", "encoding"),
    [
        ("gzip", "gzip"),
        ("br", "br"),
        ("gzip, br", "br"),
        ("gzip;q=1, br;q=0.5", "gzip"),
        ("*", "br"),
        ("br;q=0, *", "gzip"),
        ("x-gzip", "gzip"),
        ("gzip, identity", "gzip"),
        ("identity;q=1, gzip;q=0.5", None),
        ("identity;q=0.5, *", "br"),
        ("identity", None),
        ("gzip;q=0", None),
        ("deflate", None),
        ("gzip;q=nonsense", None),
    ],
)
def test_encodings(service, accepted, encoding):
    plain = service.query(ROWS, Accept_Encoding="identity")
    request = service.client.build_request(
        "GET", "/sparql", params={"query": ROWS}, headers={"Accept": "text/csv", "Accept-Encoding": accepted}
    )
    response = service.client.send(request, stream=True)
    raw = b"".join(response.iter_raw())
    response.close()
    assert response.headers.get("content-encoding") == encoding
    assert response.headers["content-length"] == str(len(raw))
    decoded = {"gzip": gzip.decompress, "br": brotli.decompress}.get(encoding, bytes)(raw)
    assert decoded == plain.content
    assert "Accept-Encoding" in response.headers["vary"]


def test_a_small_answer_is_not_compressed(service):
    assert "content-encoding" not in service.query("ASK {}", JSON, Accept_Encoding="gzip, br").headers


PATHS = (
    "/",
    "/health",
    "/metrics",
    "/questions",
    "/validate",
    "/openapi.json",
    "/nothing",
    "/sparql",
    "/sparql?query=ASK%7B%7D",
    "/sparql?query=ASK%7B%7D&format=html",
    "/sparql?query=nonsense",
    "/graph-store?default",
    "/graph-store?graph=x:none",
    "/graph-store",
    "/reconcile",
    "/reconcile/suggest/type?prefix=u",
)


@pytest.mark.parametrize("path", PATHS)
def test_head_is_get_without_the_body(service, path):
    whole, head = service.client.get(path), service.client.head(path)
    assert head.status_code == whole.status_code
    assert head.content == b""
    for name in ("content-type", "content-length", "etag", "vary"):
        if path != "/metrics" or name != "content-length":
            assert head.headers.get(name) == whole.headers.get(name)


TEXT_OF_A_PAGE = quote('ASK { ?s ?p "x?format=html" }', safe="?=")


@pytest.mark.parametrize(
    ("parameters", "media_type"),
    [
        (f"query={TEXT_OF_A_PAGE}", JSON),
        (f"query={TEXT_OF_A_PAGE}&format=csv", "text/csv; charset=utf-8"),
        ("query=ASK%7B%7D&xformat=html", JSON),
        ("query=ASK%7B%7D&format=html5&format=csv", "text/csv; charset=utf-8"),
        ("query=ASK%7B%7D&format=html", "text/html; charset=utf-8"),
        ("format=HTML&query=ASK%7B%7D", "text/html; charset=utf-8"),
        ("query=ASK%7B%7D&format=%68tml", "text/html; charset=utf-8"),
        ("query=ASK%7B%7D&format=text/html", "text/html; charset=utf-8"),
        ("query=ASK%7B%7D&format=application%2Fxhtml%2Bxml", "text/html; charset=utf-8"),
    ],
)
def test_a_page_is_for_whoever_names_it(service, parameters, media_type):
    response = service.client.get(f"/sparql?{parameters}", headers={"Accept": JSON})
    assert (response.status_code, response.headers["content-type"]) == (200, media_type)


def test_a_form_of_a_program_cannot_name_a_page(service):
    response = service.client.post("/sparql", data={"query": "ASK {}", "format": "html"})
    assert "in the address" in problem(response, 406)["hint"]
    page = service.client.post("/sparql?format=html", data={"query": "ASK {}"})
    assert page.headers["content-type"].startswith("text/html")
    problem(service.client.get("/sparql?query=ASK%7B%7D&format=%FF"), 400)


SAFE = (
    "content-security-policy",
    "referrer-policy",
    "x-content-type-options",
    "cross-origin-resource-policy",
)
MISTAKES = (
    ("POST", "/", {}, b""),
    ("PUT", "/health", {}, b""),
    ("POST", "/update", {}, b""),
    ("POST", "/update", STRANGER, b"x"),
    ("POST", "/sparql", {"Content-Type": "text/plain"}, b"x"),
    ("POST", "/sparql", {"Content-Type": QUERY}, b"x" * 2_000_000),
    ("POST", "/validate", {"Content-Type": TURTLE}, b"x" * 2_000_000),
    ("GET", "/sparql?query=ASK%7B%7D", {"Accept": "image/png"}, b""),
    ("GET", "/sparql", {f"a{n}": "b" for n in range(200)}, b""),
)


@pytest.mark.parametrize("path", PATHS)
def test_every_answer_may_be_read_from_other_origins_and_is_safe(service, path):
    for headers in ({}, {"Origin": "https://example.org"}):
        response = service.client.get(path, headers=headers)
        assert response.headers["access-control-allow-origin"] == "*"
        assert all(response.headers[name] for name in SAFE)


@pytest.mark.parametrize(("method", "path", "headers", "body"), MISTAKES)
def test_so_is_every_refusal(service, method, path, headers, body):
    response = service.client.request(method, path, headers=headers, content=body)
    assert response.is_client_error
    assert response.headers["access-control-allow-origin"] == "*"
    assert all(response.headers[name] for name in SAFE)
    problem(response, response.status_code)


@pytest.mark.parametrize(
    ("path", "method"),
    [
        ("/sparql", "GET"),
        ("/sparql", "POST"),
        ("/update", "POST"),
        ("/graph-store", "PUT"),
        ("/graph-store/direct", "DELETE"),
        ("/validate", "POST"),
        ("/", "GET"),
        ("/health", "GET"),
    ],
)
def test_preflight(service, path, method):
    asked = {
        "Origin": "https://example.org",
        "Access-Control-Request-Method": method,
        "Access-Control-Request-Headers": "authorization, content-type",
    }
    response = service.client.options(path, headers=asked)
    assert response.is_success
    assert response.headers["access-control-allow-origin"] == "*"
    assert method in response.headers["access-control-allow-methods"]
    allowed = response.headers["access-control-allow-headers"]
    assert {"authorization", "content-type"} <= {name.strip() for name in allowed.lower().split(",")}


@pytest.mark.parametrize(
    ("path", "methods"),
    [
        ("/", "GET, HEAD, OPTIONS"),
        ("/sparql", "GET, HEAD, POST, OPTIONS"),
        ("/api/search", "GET, HEAD, OPTIONS"),
        ("/reconcile", "GET, HEAD, POST, OPTIONS"),
        ("/reconcile/suggest/type", "GET, HEAD, OPTIONS"),
        ("/dump/", "GET, HEAD, OPTIONS"),
        ("/static/site.css", "GET, HEAD, OPTIONS"),
        ("/health", "GET, HEAD, OPTIONS"),
        ("/metrics", "GET, HEAD, OPTIONS"),
    ],
)
def test_each_address_says_its_methods(service, path, methods):
    response = service.client.options(path)
    assert (response.status_code, response.headers["allow"]) == (204, methods)
    refused = service.client.request("DELETE", path)
    assert methods in problem(refused, 405)["hint"]
    assert refused.headers["allow"] == methods


def test_the_service_as_a_whole_says_its_methods(service):
    answer = service.exchange(b"OPTIONS * HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 204 ")
    assert b"\r\nallow: GET, HEAD, PUT, POST, DELETE, OPTIONS\r\n" in answer


@pytest.mark.parametrize(
    ("path", "other"),
    [
        ("/sparql/?query=ASK%7B%7D", "sparql?query=ASK%7B%7D"),
        ("/validate/", "validate"),
        ("/id", "id/"),
        ("/why/?s=%E9%A6%99+a", "why?s=%E9%A6%99+a"),
    ],
)
def test_a_slash_at_the_end_too_many_or_too_few(service, path, other):
    response = service.client.post(path)
    assert (response.status_code, response.headers["location"]) == (307, f"{service.address}{other}")


@pytest.mark.parametrize("path", ["/nothing/", "/nothing", "/static/nothing.css/"])
def test_a_slash_leads_nowhere_else(service, path):
    assert problem(service.client.get(path), 404)["detail"]


PROBLEMS = {
    "syntax": (400, "GET", "/sparql?query=SELECT", {}, b"", "query-syntax"),
    "iri": (400, "GET", "/graph-store?graph=none", {}, b"", "request"),
    "no token": (401, "POST", "/update", {}, b"", "token"),
    "wrong token": (401, "DELETE", "/graph-store?default", STRANGER, b"", "token"),
    "service": (403, "GET", "/sparql?query=ASK%7BSERVICE%3Cx:a%3E%7B%7D%7D", {}, b"", "federation-refused"),
    "load": (
        403,
        "POST",
        "/update",
        {"Content-Type": UPDATE, **WRITING},
        b"LOAD <x:a>",
        "federation-refused",
    ),
    "no page": (404, "GET", "/nothing", {}, b"", None),
    "no graph": (404, "GET", "/graph-store?graph=x:none", {}, b"", "unknown-resource"),
    "method": (405, "PATCH", "/graph-store", {}, b"", "method"),
    "page's method": (405, "DELETE", "/questions", {}, b"", None),
    "accept": (406, "GET", "/sparql?query=ASK%7B%7D", {"Accept": "image/png"}, b"", "not-acceptable"),
    "body": (413, "POST", "/sparql", {"Content-Type": QUERY}, b"x" * 2_000_000, "too-large"),
    "answer": (
        413,
        "GET",
        "/sparql?query=SELECT * { ?a ?b ?c . ?d ?e ?f }",
        {},
        b"",
        "result-too-large",
    ),
    "media type": (415, "POST", "/sparql", {"Content-Type": "text/plain"}, b"x", "media-type"),
    "head": (431, "GET", "/", {f"a{n}": "b" for n in range(200)}, b"", "head-too-large"),
    "time": (504, "GET", f"/sparql?query=SELECT (COUNT(*) AS ?n) {{ {CROSS} }}", {}, b"", "time-exceeded"),
    "memory": (507, "GET", f"/sparql?query={DOUBLED}", {}, b"", "memory-exceeded"),
}


@pytest.mark.parametrize("expected", PROBLEMS.values(), ids=PROBLEMS)
def test_problem_documents(service, expected):
    status, method, path, headers, body, kind = expected
    response = service.client.request(method, path, headers=headers, content=body)
    found = problem(response, status)
    if kind:
        assert found["type"] == f"https://w3id.org/hkkg/problem/{kind}"
    assert "Traceback" not in response.text
    expected = {401: "www-authenticate", 405: "allow"}.get(status)
    assert expected is None or response.headers[expected]


@pytest.mark.parametrize("name", ["format", "default-graph-uri"])
def test_a_problem_document_shows_the_beginning_of_a_long_value(service, name):
    response = service.client.get("/sparql", params={"query": "ASK {}", name: "a" * 50_000})
    problem(response, 400)
    assert len(response.content) < 1_000


@pytest.mark.parametrize("path", ["/nothing", "/sparql?query=SELECT&format=html"])
def test_browsers_get_a_page_about_a_problem(service, path):
    response = service.client.get(path, headers={"Accept": "text/html"})
    assert response.is_client_error
    assert response.headers["content-type"] == "text/html; charset=utf-8"
    assert all(response.headers[name] for name in SAFE)


def lines_of(log):
    return [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines()]


def test_the_access_log_tells_each_request_and_no_secret(service, log):
    service.client.get("/marked")
    before = until(lambda: next((n for n, e in enumerate(lines_of(log), 1) if e.get("path") == "/marked"), 0))
    query = f"SELECT ?s {{ ?s <x:p> <x:o1> FILTER(?s != <x:{SECRET}>) }}"
    rows = len(service.query(query).text.split()) - 1
    service.query(query, "text/html")
    service.update(f"INSERT DATA {{ <x:{SECRET}> <x:q> 1 }}")
    service.client.post("/update", content=SECRET, headers={"Authorization": f"Bearer {SECRET}"})
    service.client.get("/", headers={"Authorization": f"Bearer {SECRET}"})
    service.client.get("/nothing")
    service.query(f"SELECT (COUNT(*) AS ?{SECRET.replace('-', '')}) {{ {CROSS} }}")
    service.exchange(b"nonsense\r\n\r\n")
    entries = until(lambda: len(found := lines_of(log)[before:]) >= 8 and found)
    first, page, update, stranger, home, nothing, runaway, nonsense = entries
    assert (first["path"], first["status"], first["rows"]) == ("/sparql", 200, rows)
    assert first["bytes"] > 0
    assert first["seconds"] >= 0
    assert re.fullmatch("[0-9a-f]{16}", first["query"])
    assert (page["query"], page["status"]) == (first["query"], 200)
    assert (update["path"], update["status"], update["outcome"]) == ("/update", 204, "answered")
    assert (stranger["status"], stranger["outcome"]) == (401, "refused")
    assert (home["path"], home["status"]) == ("/", 200)
    assert (nothing["path"], nothing["status"]) == ("/nothing", 404)
    assert (runaway["status"], runaway["outcome"]) == (504, "failed")
    assert (nonsense["status"], nonsense["outcome"]) == (400, "refused")
    text = log.read_text(encoding="utf-8")
    assert SECRET not in text
    assert TOKEN not in text


@pytest.mark.parametrize("accept", ["text/csv", "text/html"])
def test_a_client_that_hangs_up_is_noted_as_gone(service, accept):
    gone = service.metric("requests_total", path="/sparql", status="499")
    with service.begin(f"SELECT (COUNT(*) AS ?n) {{ {CROSS} }}", accept):
        until(lambda: service.metric("quick_queries") or service.metric("slow_queries"))
    until(lambda: service.metric("requests_total", path="/sparql", status="499") == gone + 1)


def test_metrics_can_be_read(service):
    service.query("ASK {}")
    text = service.client.get("/metrics").text
    names = {family.name for family in text_string_to_metric_families(text)}
    assert {"hkkg_requests", "hkkg_request_seconds", "hkkg_generation", "hkkg_cache_bytes"} <= names
    before = service.metric("requests_total", path="/sparql", status="200")
    service.query("ASK {}")
    assert service.metric("requests_total", path="/sparql", status="200") == before + 1
    pages = service.metric("requests_total", path="pages")
    service.client.get("/any/address/that/somebody/thinks/of")
    assert service.metric("requests_total", path="pages") == pages + 1
    counts = {family.name for family in text_string_to_metric_families(text) if family.type == "counter"}
    assert counts == {"hkkg_requests", "hkkg_cache_hits", "hkkg_cache_misses"}
    assert service.metric("request_seconds_count", path="/sparql") >= before + 1


@pytest.mark.parametrize("path", ["/sparql?query=ASK{}", "/api/search?q=x", "/reconcile", "/why", "/dump/"])
def test_metrics_tell_apart_what_pages_and_programs_ask_for(service, path):
    labels = {"path": path.partition("?")[0].rstrip("/")}
    before, pages = service.metric("requests_total", **labels), service.metric("requests_total", path="pages")
    service.client.get(path, headers={"Accept": "text/html"})
    assert service.metric("requests_total", **labels) == before + 1
    assert service.metric("requests_total", path="pages") == pages


def test_an_answer_that_xml_cannot_express_is_refused(service):
    query = r'SELECT ("\u0001" AS ?x) {}'
    told = problem(service.query(query, "application/sparql-results+xml"), 406)
    assert "U+0001" in told["detail"]
    assert service.query(query, JSON).json()["results"]["bindings"][0]["x"]["value"] == "\x01"


def test_the_end_of_a_line_in_a_value_is_as_it_was_for_whoever_reads_xml(service):
    value = "a\rb\r\nc\nd"
    table = service.query(r'SELECT ("a\rb\r\nc\nd" AS ?x) {}', "application/sparql-results+xml")
    assert [node.text for node in ET.fromstring(table.content).iter() if node.text] == [value]  # noqa: S314
    query = r'CONSTRUCT { <x:a> <x:b> "a\rb\r\nc\nd" } {}'
    graph = Graph().parse(data=service.query(query, "application/rdf+xml").content, format="xml")
    assert [str(value) for value in graph.objects()] == [value]


def test_a_graph_that_is_named_twice_counts_once(service):
    service.update("INSERT DATA { GRAPH <x:twice> { <x:a> <x:b> 1 } GRAPH <x:other> { <x:a> <x:b> 1 } }")
    for clause, pattern, parameter in (
        ("FROM <x:twice>", "?s ?p ?o", "default-graph-uri"),
        ("FROM NAMED <x:twice>", "GRAPH ?g { ?s ?p ?o }", "named-graph-uri"),
    ):
        said = service.query(f"SELECT (COUNT(*) AS ?n) {clause} {clause} {{ {pattern} }}")
        asked = {"query": f"SELECT (COUNT(*) AS ?n) {{ {pattern} }}", parameter: ["x:twice", "x:twice"]}
        chosen = service.client.get("/sparql", params=asked, headers={"Accept": "text/csv"})
        assert said.text.split() == chosen.text.split() == ["n", "1"]
    using = (
        "INSERT { GRAPH <x:count> { <x:a> <x:n> ?n } } USING <x:twice> USING <x:other> USING <x:twice> WHERE"
    )
    assert service.update(f"{using} {{ SELECT (COUNT(*) AS ?n) {{ ?s ?p ?o }} }}").status_code == 204
    assert service.ask("GRAPH <x:count> { <x:a> <x:n> 1 }")


def test_what_a_string_means_as_an_iri_does_not_depend_on_the_rest_of_the_query(service):
    for query in ('SELECT (IRI("x") AS ?i) {}', 'SELECT (uri("x") AS ?i) {} # <y>'):
        assert service.query(query).text.split() == ["i", f"{service.address}x"]
