"""The service over HTTP, as its clients meet it: a live server and raw requests."""

import signal
import socket
import subprocess
from contextlib import closing
from html.parser import HTMLParser
from urllib.parse import quote, urlencode

import httpx
import pytest
import rdflib

from conftest import DEADLINE, HKKG, serving
from hkkg import formats, questions
from hkkg.store import Literal, parse
from service_support import problem

SELECT = 'SELECT ?s { ?s <http://www.w3.org/2004/02/skos/core#prefLabel> "香港大學"@zh-Hant }'
CONSTRUCT = "CONSTRUCT { <x:a> <x:b> ?o } { VALUES ?o { 1 } }"
ASK = "ASK {}"
UNIVERSITY = "https://w3id.org/hkkg/id/university-of-hong-kong"
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
FORM = "application/x-www-form-urlencoded"


def get(client, query, accept=None, **parameters):
    headers = {} if accept is None else {"Accept": accept}
    return client.get("/sparql", params={"query": query, **parameters}, headers=headers)


def post(client, content, media_type, **headers):
    return client.post("/sparql", content=content, headers={"Content-Type": media_type, **headers})


@pytest.mark.parametrize(
    ("accept", "media_type"),
    [
        ("*/*", "application/sparql-results+json"),
        ("application/json", "application/sparql-results+json"),
        ("application/sparql-results+xml", "application/sparql-results+xml"),
        ("text/csv", "text/csv; charset=utf-8"),
        ("text/tab-separated-values", "text/tab-separated-values; charset=utf-8"),
        ("text/csv;q=0.2, text/tab-separated-values;q=0.3", "text/tab-separated-values; charset=utf-8"),
        (BROWSER, "text/html; charset=utf-8"),
        ("application/rdf+xml, application/sparql-results+xml", "application/sparql-results+xml"),
    ],
)
def test_get_query_accept(client, accept, media_type):
    response = get(client, SELECT, accept)
    assert response.status_code == 200
    assert response.headers["content-type"] == media_type
    assert "Accept" in response.headers["vary"]
    assert "university-of-hong-kong" in response.text


def test_get_query_without_accept(server):
    host, port = server.removeprefix("http://").rstrip("/").split(":")
    with closing(socket.create_connection((host, int(port)), DEADLINE)) as connection:
        request = f"GET /sparql?query={quote(ASK)} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n"
        connection.sendall(request.encode())
        received = b"".join(iter(lambda: connection.recv(4096), b""))
    assert received.startswith(b"HTTP/1.1 200")
    assert received.endswith(b'{"head":{},"boolean":true}')


@pytest.mark.parametrize("target", formats.RDF_FORMATS, ids=lambda f: f.name)
def test_get_construct_accept(client, target):
    response = get(client, CONSTRUCT, target.media_type)
    assert response.headers["content-type"].split(";")[0] == target.media_type
    (quad,) = parse(response.content, target, source="answer")
    assert quad.object == Literal(1)


@pytest.mark.parametrize(
    ("name", "media_type"),
    [
        ("json", "application/sparql-results+json"),
        ("xml", "application/sparql-results+xml"),
        ("csv", "text/csv; charset=utf-8"),
        ("tsv", "text/tab-separated-values; charset=utf-8"),
        ("html", "text/html; charset=utf-8"),
        ("text/csv", "text/csv; charset=utf-8"),
    ],
)
def test_format_parameter_wins_over_accept(client, name, media_type):
    response = get(client, SELECT, "application/sparql-results+xml", format=name)
    assert response.headers["content-type"] == media_type


def test_format_parameter_unknown(client):
    found = problem(get(client, SELECT, format="yaml"), 400)
    assert "json, xml, csv, tsv" in found["hint"]


def test_ask_in_every_format(client):
    for accept in ("application/json", "application/sparql-results+xml", "text/csv", "text/html"):
        assert "true" in get(client, ASK, accept).text


def test_accept_unknown_406(client):
    found = problem(get(client, SELECT, "image/png"), 406)
    assert "text/csv" in found["hint"]


def test_accept_of_rdf_for_a_table_406(client):
    problem(get(client, SELECT, "text/turtle"), 406)


def test_get_query_bad_syntax(client):
    found = problem(get(client, "SELECT * {\n  ?s ex:p ?o\n}"), 400)
    assert (found["line"], found["column"], found["excerpt"]) == (2, 6, "  ?s ex:p ?o")
    assert found["type"] == "https://w3id.org/hkkg/problem/query-syntax"
    assert "PREFIX ex:" in found["hint"]


def test_get_query_empty(client):
    assert "empty" in problem(get(client, ""), 400)["detail"]


def test_get_query_twice(client):
    response = client.get(f"/sparql?{urlencode([('query', ASK), ('query', ASK)])}")
    assert "2 queries" in problem(response, 400)["detail"]


def test_get_query_trailing_ampersand(client):
    assert client.get(f"/sparql?query={quote(ASK)}&").json()["boolean"] is True


def test_get_query_plus_is_a_blank(client):
    assert client.get("/sparql?query=ASK+%7B%7D").json()["boolean"] is True


def test_get_query_unencoded_utf8(server):
    host, port = server.removeprefix("http://").rstrip("/").split(":")
    query = "".join(c if not c.isascii() else quote(c) for c in SELECT)
    with closing(socket.create_connection((host, int(port)), DEADLINE)) as connection:
        connection.sendall(
            f"GET /sparql?query={query} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode()
        )
        received = b"".join(iter(lambda: connection.recv(4096), b""))
    assert received.startswith(b"HTTP/1.1 200")
    assert UNIVERSITY.encode() in received


def test_post_form_utf8_chinese(client):
    response = client.post("/sparql", data={"query": SELECT}, headers={"Accept": "text/csv"})
    assert response.text.split() == ["s", UNIVERSITY]


def test_post_form_is_decoded_once(client):
    query = 'SELECT ("%E9%A6%99+%2B" AS ?x) {}'
    response = client.post("/sparql", data={"query": query}, headers={"Accept": "text/csv"})
    assert response.text.split() == ["x", "%E9%A6%99+%2B"]


def test_post_form_with_parameters_in_the_address(client):
    response = client.post("/sparql?format=csv", data={"query": ASK})
    assert response.headers["content-type"].startswith("text/csv")


def test_post_direct(client):
    response = post(client, SELECT.encode(), "application/sparql-query; charset=UTF-8", Accept="text/csv")
    assert response.text.split() == ["s", UNIVERSITY]


def test_post_direct_with_parameters_in_the_address(client):
    response = client.post(
        "/sparql?default-graph-uri=http://example.org/none",
        content="ASK { ?s ?p ?o }",
        headers={"Content-Type": "application/sparql-query"},
    )
    assert response.json()["boolean"] is False


def test_post_with_an_empty_query_string(client):
    assert client.post("/sparql?", data={"query": ASK}).json()["boolean"] is True


@pytest.mark.parametrize(
    "media_type", ["text/plain", "application/json", "multipart/form-data; boundary=x", ""]
)
def test_post_unsupported_media_type_415(client, media_type):
    assert FORM in problem(post(client, ASK.encode(), media_type), 415)["hint"]


def test_post_unsupported_charset_415(client):
    problem(post(client, ASK.encode(), "application/sparql-query; charset=big5"), 415)


def test_post_without_query(client):
    assert "no query" in problem(client.post("/sparql", data={"other": "x"}), 400)["detail"]


@pytest.mark.parametrize(
    ("body", "media_type"),
    [
        (b"ASK { ?s ?p '\xad\xbb' }", "application/sparql-query"),
        (b"query=ASK%7B%3Fs%20%3Fp%20%27%AD%BB%27%7D", FORM),
        (b"query=ASK\xff", FORM),
    ],
)
def test_post_that_is_not_utf8(client, body, media_type):
    assert "not UTF-8" in problem(post(client, body, media_type), 400)["detail"]


def test_get_that_is_not_utf8(client):
    assert "not UTF-8" in problem(client.get("/sparql?query=%FF"), 400)["detail"]


def test_post_too_large_413(client):
    problem(post(client, b"ASK {} #" + b"x" * 2_000_000, "application/sparql-query"), 413)


def test_nested_too_deeply(client):
    problem(post(client, b"SELECT * " + b"{" * 30_000 + b"}" * 30_000, "application/sparql-query"), 400)


@pytest.mark.parametrize("part", ["!", "-1+"])
def test_a_query_that_would_overflow_the_stack_is_refused(client, part):
    query = f"ASK {{ FILTER({part * 300_000}1) }}"
    found = problem(post(client, query.encode(), "application/sparql-query"), 400)
    assert "more than 20,000" in found["detail"]
    assert client.get("/health").status_code == 200


def test_nested_as_deeply_as_allowed(client):
    query = f"ASK {'{' * 400}{'}' * 400}"
    assert post(client, query.encode(), "application/sparql-query").json()["boolean"] is True


def test_default_graph_uri(client):
    graph = "https://w3id.org/hkkg/graph/data/ror/organizations"
    inside = get(client, "ASK { ?s ?p ?o }", **{"default-graph-uri": graph})
    assert inside.json()["boolean"] is True
    outside = get(
        client, "ASK { ?s a <https://w3id.org/hkkg/ontology#Passage> }", **{"default-graph-uri": graph}
    )
    assert outside.json()["boolean"] is False


def test_named_graph_uri(client):
    graph = "https://w3id.org/hkkg/graph/data/ror/organizations"
    answer = get(client, "SELECT DISTINCT ?g { GRAPH ?g { } }", "text/csv", **{"named-graph-uri": graph})
    assert answer.text.split() == ["g", graph]


def test_graph_uri_that_is_none(client):
    problem(get(client, ASK, **{"default-graph-uri": "not an iri"}), 400)


def test_shapes_are_outside_the_default_graph(client):
    shape = "?s a <http://www.w3.org/ns/shacl#NodeShape>"
    assert get(client, f"ASK {{ {shape} }}").json()["boolean"] is False
    assert get(client, f"ASK {{ GRAPH ?g {{ {shape} }} }}").json()["boolean"] is True


def test_from_outside_the_store_is_empty(client, small_file):
    query = "SELECT * FROM <FILE> FROM <http://127.0.0.1:1/> { ?s ?p ?o }".replace(
        "FILE", small_file.as_uri()
    )
    assert get(client, query).json()["results"]["bindings"] == []


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * { SERVICE <TRAP> { ?s ?p ?o } }",
        "SELECT * { service silent <TRAP> { ?s ?p ?o } }",
        "SELECT * { FILTER(1<'>') SERVICE <TRAP> { ?s ?p ?o } #'\n}",
        'SELECT * { FILTER(1<2)#>"""\n SERVICE <TRAP> { ?s ?p ?o } #"""\n}',
    ],
)
def test_service_refused(client, trap, query):
    address = f"http://127.0.0.1:{trap.getsockname()[1]}/"
    found = problem(get(client, query.replace("TRAP", address)), 403)
    assert "SERVICE" in found["detail"]
    with pytest.raises(TimeoutError):
        trap.accept()


def test_update_is_forbidden(client):
    update = "INSERT DATA { <x:a> <x:b> <x:c> }"
    problem(client.post("/update", data={"update": update}), 403)
    problem(client.post("/sparql", data={"update": update}), 403)
    problem(post(client, update.encode(), "application/sparql-update"), 403)
    problem(client.post("/sparql", data={"query": update}), 400)
    assert get(client, "ASK { <x:a> ?p ?o }").json()["boolean"] is False


@pytest.mark.parametrize("path", ["/", "/health", "/sparql", f"/sparql?query={quote(ASK)}", "/questions"])
def test_head(client, path):
    head, whole = client.head(path), client.get(path)
    assert head.status_code == 200
    assert head.content == b""
    for name in ("content-type", "content-length"):
        assert head.headers[name] == whole.headers[name]


def test_options(client):
    response = client.options("/sparql")
    assert response.status_code == 204
    assert response.headers["allow"] == "GET, HEAD, POST, OPTIONS"
    assert FORM in response.headers["accept-post"]


def test_options_preflight(client):
    response = client.options(
        "/sparql",
        headers={
            "Origin": "https://example.org",
            "Access-Control-Request-Method": "POST",
            "Access-Control-Request-Headers": "content-type",
        },
    )
    assert response.is_success
    assert response.headers["access-control-allow-origin"] == "*"
    assert "POST" in response.headers["access-control-allow-methods"]
    assert "content-type" in response.headers["access-control-allow-headers"]


def test_cross_origin_headers_on_errors_too(client):
    for query in (ASK, "SELECT"):
        response = client.get("/sparql", params={"query": query}, headers={"Origin": "https://example.org"})
        assert response.headers["access-control-allow-origin"] == "*"


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH"])
def test_method_not_allowed_405(client, method):
    response = client.request(method, "/sparql")
    problem(response, 405)
    assert {m.strip() for m in response.headers["allow"].split(",")} == {"GET", "HEAD", "POST", "OPTIONS"}


def test_nothing_there_404(client):
    assert "/nothing" in problem(client.get("/nothing"), 404)["detail"]


def test_error_page_for_browsers(client):
    response = client.get("/sparql", params={"query": "SELECT <b>"}, headers={"Accept": BROWSER})
    assert response.status_code == 400
    assert response.headers["content-type"] == "text/html; charset=utf-8"
    assert "SELECT &lt;b&gt;" in response.text


@pytest.mark.filterwarnings("ignore:ConjunctiveGraph:DeprecationWarning")  # rdflib's own, for JSON-LD
@pytest.mark.parametrize(
    "accept", ["text/turtle, application/n-triples;q=0.9, */*;q=0.1", "*/*", "application/ld+json"]
)
def test_service_description(client, server, accept):
    response = client.get("/sparql", headers={"Accept": accept})
    name = "json-ld" if "json" in response.headers["content-type"] else "turtle"
    graph = rdflib.Graph().parse(data=response.text, format=name)
    sd = rdflib.Namespace("http://www.w3.org/ns/sparql-service-description#")
    (service,) = graph.subjects(rdflib.RDF.type, sd.Service)
    assert graph.value(service, sd.endpoint) == rdflib.URIRef(f"{server}sparql")
    assert sd.SPARQL11Query in graph.objects(service, sd.supportedLanguage)
    names = set(graph.objects(None, sd.name))
    assert rdflib.URIRef("https://w3id.org/hkkg/graph/inferred") in names
    if name == "turtle":
        assert "a sd:Service ;" in response.text  # for people, who read it too


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ((), set()),  # shapes, for one, are outside of the union
        (("FILE",), {"UnionDefaultGraph"}),
        (("FILE", "--default-graph", "standard"), set()),
        (("FILE", "--allow-service", "example.org"), {"UnionDefaultGraph", "BasicFederatedQuery"}),
    ],
)
def test_the_features_that_a_service_has(small_file, options, expected):
    arguments = [small_file if option == "FILE" else option for option in options]
    with serving(*arguments) as (_, address):
        answer = httpx.get(f"{address}sparql", headers={"Accept": "text/turtle"}, timeout=DEADLINE)
    sd = "http://www.w3.org/ns/sparql-service-description#"
    features = rdflib.Graph().parse(data=answer.text).objects(None, rdflib.URIRef(sd + "feature"))
    assert {feature.removeprefix(sd) for feature in features} == expected


def test_health(client):
    found = client.get("/health").json()
    assert found["status"] == "ok"
    assert found["triples"] > 0
    assert found["version"]


class Links(HTMLParser):
    def __init__(self):
        super().__init__()
        self.found = []
        self.loaded = []

    def handle_starttag(self, tag, attributes):
        values = dict(attributes)
        if tag == "a":
            self.found.append(values["href"])
        elif values.get("type") == "application/ld+json":
            return  # data, which nothing loads
        elif tag in {"script", "img", "iframe"} or values.get("rel") in {"icon", "stylesheet"}:
            self.loaded.append(values.get("href") or values.get("src"))


def links(response):
    parser = Links()
    parser.feed(response.text)
    return parser


def test_home_offers_a_question_of_each_theme_that_works(client):
    home = client.get("/")
    offered = [link for link in links(home).found if link.startswith("/questions/")]
    assert len(offered) == len({question.tags[0] for question in questions.all_questions()})
    for link in offered:
        page = client.get(link)
        assert page.status_code == 200
        assert "<table>" in page.text
        (csv, *_) = [found for found in links(page).found if found.endswith("format=csv")]
        assert client.get(csv).headers["content-type"] == "text/csv; charset=utf-8"


def test_a_page_about_an_answer_keeps_its_dataset_and_language(client):
    graphs = {
        "default-graph-uri": "https://w3id.org/hkkg/graph/data/takungpao-2026/laboratories",
        "named-graph-uri": "https://w3id.org/hkkg/graph/data/editors/labels",
    }
    query = "SELECT ?from (COUNT(*) AS ?n) { { ?s ?p ?o } UNION { GRAPH ?from { ?s ?p ?o } } } GROUP BY ?from"
    asked = {"query": query, "lang": "zh-Hant", **graphs}
    page = client.get("/sparql", params=asked, headers={"Accept": BROWSER})
    (csv,) = [found for found in links(page).found if found.endswith("format=csv")]
    answer = client.get(csv).text
    assert answer == client.get("/sparql", params={**asked, "format": "csv"}).text
    assert answer != client.get("/sparql", params={"query": query, "format": "csv"}).text
    for name, value in (("lang", "zh-Hant"), *graphs.items()):
        assert f'<input type="hidden" name="{name}" value="{value}">' in page.text


@pytest.mark.parametrize("path", ["/", "/questions", "/questions/laboratories-by-university", "/sparql"])
def test_pages_load_nothing_from_elsewhere(client, path):
    page = client.get(path, headers={"Accept": BROWSER})
    loaded = links(page).loaded
    assert any(address.startswith("/static/site.css?") for address in loaded)
    assert all(address.startswith("/static/") for address in loaded)
    assert "default-src 'none'" in page.headers["content-security-policy"]


@pytest.mark.parametrize(
    ("path", "accepted", "language"),
    [
        ("/", "", "en"),
        ("/", "zh-HK,zh;q=0.9,en;q=0.8", "zh-Hant"),
        ("/", "zh-TW", "zh-Hant"),
        ("/", "zh-CN,zh;q=0.9", "zh-Hans"),
        ("/", "fr, zh-Hans-CN;q=0.5", "zh-Hans"),
        ("/", "en;q=0, zh-Hant", "zh-Hant"),
        ("/", "fr, *;q=nonsense", "en"),
        ("/?lang=zh-Hans", "en", "zh-Hans"),
        ("/?lang=nonsense", "en", "en"),
    ],
)
def test_home_speaks_three_languages(client, path, accepted, language):
    response = client.get(path, headers={"Accept-Language": accepted})
    assert f'<html lang="{language}">' in response.text


def test_question_with_a_parameter(client):
    response = client.get(
        "/questions/laboratories-of-a-university?university=city-university-of-hong-kong&lang=en"
    )
    assert "2 rows" in response.text
    assert 'value="city-university-of-hong-kong"' in response.text


def test_question_with_a_wrong_parameter(client):
    found = problem(client.get("/questions/laboratories-of-a-university?univercity=x"), 400)
    assert "Did you mean university" in found["hint"]


def test_question_that_does_not_exist(client):
    found = problem(client.get("/questions/laboratories-by-universty"), 404)
    assert "laboratories-by-university" in found["hint"]


def test_a_page_shows_values_as_text(client):
    page = get(client, 'SELECT ("<script>alert(1)</script>" AS ?x) {}', "text/html")
    assert "<script>" not in page.text


def test_a_long_answer_is_cut_on_a_page_only(client):
    query = "SELECT ?s { ?s ?p ?o } LIMIT 1200"
    page = get(client, query, "text/html")
    assert page.text.count("<tr>") == 1001
    assert "1,200 rows" in page.text
    assert len(get(client, query, "text/csv").text.split()) == 1201


def test_many_requests_on_one_connection(client):
    assert {get(client, ASK).status_code for _ in range(50)} == {200}


def test_files_are_served_without_questions(small_file):
    with serving(small_file) as (_, address), httpx.Client(base_url=address, timeout=DEADLINE) as client:
        assert client.get("/health").json()["triples"] == 13
        assert not [link for link in links(client.get("/")).found if link.startswith("/questions/")]
        problem(client.get("/questions/laboratories-by-university"), 404)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_stops_it(small_file, number):
    with serving(small_file) as (process, _):
        process.send_signal(number)
        output, errors = process.communicate(timeout=DEADLINE)
        assert (process.returncode, errors) == (0, "")
        assert "Traceback" not in output


def test_a_signal_stops_it_while_a_query_runs():
    query = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
    with serving() as (process, address), httpx.Client(base_url=address, timeout=0.5) as client:
        with pytest.raises(httpx.TimeoutException):
            get(client, query)
        assert get(client, ASK).status_code == 200
        process.terminate()
        process.wait(timeout=DEADLINE)
        assert process.returncode == 0


def failed_start(*arguments):
    result = subprocess.run(
        [HKKG, "serve", *map(str, arguments)],
        capture_output=True,
        encoding="utf-8",
        timeout=DEADLINE,
        check=False,
    )
    assert "Traceback" not in result.stderr
    return result.returncode, result.stderr


def test_a_port_in_use(server):
    code, errors = failed_start("--port", server.rstrip("/").rsplit(":", maxsplit=1)[1])
    assert code == 3
    assert "cannot listen here" in errors
    assert "--port 0" in errors


@pytest.mark.parametrize("host", ["a..b", "x" * 70])
def test_a_host_that_is_no_name(host):
    code, errors = failed_start("--host", host, "--port", "0", "--empty")
    assert code == 3
    assert f"{host}:0: cannot listen here: this is no host's name" in errors


def test_a_host_that_is_not_ours():
    code, errors = failed_start("--host", "192.0.2.1", "--port", "0")
    assert code == 3
    assert "192.0.2.1" in errors


def test_a_port_that_does_not_exist():
    code, errors = failed_start("--port", "65536")
    assert code == 2
    assert "65536" in errors


def test_two_updates_make_different_blank_nodes(monkeypatch):
    monkeypatch.setenv("HKKG_UPDATE_TOKEN", "secret")
    with serving("--empty", "--writable") as (_, address), httpx.Client(base_url=address) as client:
        for number in range(2):
            update = f"INSERT DATA {{ _:node <https://example.org/number> {number} }}"
            headers = {"Authorization": "Bearer secret"}
            assert client.post("/update", data={"update": update}, headers=headers).status_code == 204
        answer = get(client, "SELECT (COUNT(DISTINCT ?s) AS ?n) { ?s ?p ?o }", accept="text/csv")
    assert answer.text.split() == ["n", "2"]


def test_a_store_folder_that_holds_something_else_is_left_as_it_is(tmp_path):
    (tmp_path / "letter.txt").write_text("dear", encoding="utf-8")
    code, errors = failed_start("--port", "0", "--store", tmp_path)
    assert code == 2
    assert "something else than a store" in errors
    assert [path.name for path in tmp_path.iterdir()] == ["letter.txt"]


def test_a_graph_that_violates_its_shapes_is_not_opened_for_updates(tmp_path, monkeypatch):
    path = tmp_path / "nobody.ttl"
    path.write_text("<https://w3id.org/hkkg/id/nobody> a <https://w3id.org/hkkg/ontology#Scholar> .")
    monkeypatch.setenv("HKKG_UPDATE_TOKEN", "token")
    code, errors = failed_start("--port", "0", "--writable", path)
    assert code == 2
    assert "the graph violates its shapes in" in errors
    assert "--no-gate" in errors


@pytest.mark.parametrize("accept", ["text/html", "text/csv"])
def test_a_page_calls_no_other_host_than_an_answer_does(small_file, accept):
    query = "SELECT * { SERVICE <http://127.0.0.1:9/sparql> { ?s ?p ?o } }"
    with (
        serving(small_file, "--allow-service", "example.org") as (_, address),
        httpx.Client(base_url=address, timeout=DEADLINE) as http,
    ):
        response = get(http, query, accept)
    assert response.status_code == 403
    assert "127.0.0.1 is not among the hosts" in response.text
