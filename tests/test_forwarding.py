"""What `hkkg serve --endpoint` passes on: nothing that leads the endpoint elsewhere, however it is read."""

import re
import shutil
from urllib.parse import quote

import pytest

from remote_support import TURTLE, answering, oxigraph, put, virtuoso
from test_wrapping import TABLE, wrapping

ELSEWHERE = "<http://127.0.0.1:9/>"
ANSWER = b'{"head":{},"boolean":false}', b'{"head":{},"boolean":true}'
HELD = "http://example.org/held"


@pytest.fixture(scope="module")
def asked():
    """The queries that reached the endpoint of `wrapped`."""
    return []


@pytest.fixture(scope="module")
def wrapped(asked):
    """A service in front of an endpoint that holds one graph and allows one host."""

    def answer(request):
        query = dict(request.fields)["query"]
        asked.append(query)
        held = re.search("GRAPH (<x:held>|x:ld) ", query)
        request.reply(ANSWER[bool(held)] if "ASK" in query else TABLE)

    with answering(answer) as url, wrapping(url, "--allow-service", "127.0.0.2") as running:
        yield running


def refused(wrapped, asked, query, status, detail, **parameters):
    asked.clear()
    wrapped.fails(query, status, detail, **parameters)
    assert not [text for text in asked if "ASK" not in text]


@pytest.mark.parametrize(
    "call",
    [
        "SERVICE\f{0} {{ }}",
        "SERVICE\v{0} {{ }}",
        "SERVICE\u00a0{0} {{ }}",
        "SERVICE {0}\f{{ }}",
        "\u3000SERVICE {0} (IN ?s) {{ }}",
        "SERVICE <http://127.0.0.2/> (DEFINE lang:dialect 1) {{ }}",
        "service <http://127.0.0.2/> (IN ?s) {{ }}",
        "SERVICE <http://127.0.0.1:9/{{a}}> {{ }}",
        'SERVICE IRI("http://127.0.0.1:9/") {{ }}',
        'SERVICE "http://127.0.0.1:9/" {{ }}',
        "SERVICE `iri('http://127.0.0.1:9/')` {{ }}",
        "SERVICE {0} {{ }}",
        "?s ?p 1SERVICE <http://127.0.0.2/> (IN ?s) {{ }}",
        "?s ?p ?o # a comment\fSERVICE {0} (IN ?s) {{ }}",
        "?s ?p ' \n ' SERVICE {0} (IN ?s) {{ }} '\n'",
        r"SERVICE\u000C{0} {{ }}",
        "?s ?p ?o FILTER(bif:http_get('http://127.0.0.1:9/') = 1)",
        "?s ?p ?o FILTER(<bif:http_get>('http://127.0.0.1:9/') = 1)",
        "?s ?p ?o FILTER(<LONG::bif:http_get>('http://127.0.0.1:9/') = 1)",
        r"?s ?p ?o FILTER(\u0062if:http_get('http://127.0.0.1:9/') = 1)",
        "?s sql:rdf_load 'http://127.0.0.1:9/'",
    ],
)
def test_a_call_elsewhere_is_refused_however_an_engine_reads_it(wrapped, asked, call):
    asked.clear()
    response = wrapped.ask(f"SELECT * {{ {call.format(ELSEWHERE)} }}")
    assert response.status_code in {400, 403}, response.text
    assert asked == []


@pytest.mark.parametrize(
    ("query", "status", "detail"),
    [
        ("PREFIX b: <bif:> SELECT (b:http_get('http://127.0.0.1:9/') AS ?x) {}", 403, "own functions"),
        (r"PREFIX x: <a\u003E\u000ADROP\u0020ALL\u000A#> SELECT * {}", 400, "this is an update"),
        ("SELECT * FROM <x:held> OPTION (get:soft 'soft') { }", 403, "anything but a graph's name"),
        ("SELECT * FROM <http://127.0.0.1:9/> { }", 403, f"holds no graph {ELSEWHERE}"),
        ("SELECT * FROM <x:held> FROM NAMED <file:///etc/x> { }", 403, "holds no graph <file:///etc/x>"),
        ("PREFIX x: <http://127.0.0.1:9/> SELECT * FROM x:a { }", 403, "holds no graph x:a"),
    ],
)
def test_what_stands_outside_of_the_pattern_leads_nowhere_either(wrapped, asked, query, status, detail):
    refused(wrapped, asked, query, status, detail)


@pytest.mark.parametrize("parameter", ["default-graph-uri", "named-graph-uri"])
def test_a_graph_that_a_request_names_must_be_there(wrapped, asked, parameter):
    refused(wrapped, asked, "SELECT * {}", 403, "holds no graph", **{parameter: "http://127.0.0.1:9/"})
    for _ in range(3):
        assert wrapped.ask("SELECT * {}", "text/csv", **{parameter: "x:held"}).status_code == 200


@pytest.mark.parametrize(
    "query",
    [
        'SELECT * { ?s ?p "the civil service,\fand a note from <http://127.0.0.1:9/>" }',
        "SELECT * { ?service <http://example.org/service/from/x> ?from } # 服務　from\n",
        "PREFIX prov: <x:> SELECT * { ?s prov:wasDerivedFrom <http://127.0.0.1:9/>, <http://x/sql:a> }",
        "PREFIX service: <x:> SELECT * { ?s service:from ?o . ?o bif:contains 'x' }",
        "SELECT * { SERVICE <http://127.0.0.2/> { ?s ?p ?o } }",
        "PREFIX x: <x:he> SELECT * FROM x:ld FROM NAMED <x:held> { ?s ?p ?o }",
        "SELECT * { ?s ?p ?o FILTER(?o <'x') }",
        'SELECT * { ?s ?p "it\\u0027s from\\u0020" }',
    ],
)
def test_everything_else_is_passed_on(wrapped, asked, query):
    asked.clear()
    response = wrapped.ask(query, "text/csv")
    assert response.status_code == 200, response.text
    assert asked[-1].endswith(query)


@pytest.mark.parametrize("name", ["<http://example.org/held>", "<held>"])
def test_a_graph_that_is_there_is_chosen_by_its_name(tmp_path, name):
    with oxigraph(tmp_path / "store") as address:
        put(f"{address}/store?graph={quote(HELD)}", "<x:s> <x:p> 1 .")
        with wrapping(f"{address}/query") as real:
            query = "BASE <http://example.org/x> SELECT ?o FROM NAME { ?s ?p ?o }"
            assert real.ask(query.replace("NAME", name), "text/csv").text.split() == ["o", "1"]


@pytest.mark.needs_virtuoso
@pytest.mark.skipif(not shutil.which("virtuoso-t"), reason="Virtuoso is not installed")
def test_virtuoso_is_not_led_to_fetch_anything(tmp_path):
    reached = []

    def answer(request):
        reached.append(request.path)
        request.reply(b"secret", TURTLE)

    with answering(answer) as bait, virtuoso(tmp_path, 20) as address, wrapping(f"{address}/sparql") as real:
        assert real.ask(f"SELECT (bif:http_get('{bait}') AS ?x) {{}}").status_code == 403
        assert real.ask("SELECT * {}", **{"default-graph-uri": bait}).status_code == 403
    assert reached == []
