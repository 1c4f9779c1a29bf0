"""The SPARQL 1.1 Protocol: how queries and updates are sent, over which dataset, and what is refused."""

from urllib.parse import urlencode

import pytest

from conformance import results, targets
from conformance.cases import graph_data
from conformance.model import Graph, Table

G1, G2, G3 = (f"http://example.org/g{number}" for number in (1, 2, 3))
DATA = graph_data(":here a :Doc . GRAPH :g1 { :g1 a :Doc } GRAPH :g2 { :g2 a :Doc } GRAPH :g3 { :g3 a :Doc }")
FORM = "application/x-www-form-urlencoded"
QUERY = "application/sparql-query"
UPDATE = "application/sparql-update"
JSON = "application/sparql-results+json"
XML = "application/sparql-results+xml"
TABULAR = {JSON, XML, "text/csv", "text/tab-separated-values"}
RDF = {"text/turtle", "application/n-triples", "application/rdf+xml", "application/ld+json"}

COPY = "INSERT { GRAPH <http://example.org/copied> { ?s a ?c } } WHERE { ?s a ?c }"
COPY_NAMED = "INSERT { GRAPH <http://example.org/copied> { ?s a ?g } } WHERE { GRAPH ?g { ?s a ?c } }"


@pytest.fixture(autouse=True)
def loaded(service):
    """Start each test from the same three graphs."""
    service.load(DATA)


def send(service, method, path, parameters=(), body=None, **headers):
    """Send a request as it stands."""
    url = f"{path}?{urlencode(parameters)}" if parameters else path
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return service.client.request(method, url, content=body, headers=named)


def by_get(service, query, dataset=()):
    return send(service, "GET", "sparql", [("query", query), *dataset])


def by_form(service, query, dataset=()):
    return send(service, "POST", "sparql", body=urlencode([("query", query), *dataset]), Content_Type=FORM)


def by_direct_post(service, query, dataset=()):
    return send(service, "POST", "sparql", dataset, body=query, Content_Type=QUERY)


WAYS = pytest.mark.parametrize("way", [by_get, by_form, by_direct_post])


def subjects(response):
    """Read the local names of the resources that an answer lists."""
    assert response.status_code == 200, response.text
    table = results.read(response.content, targets.media_type(response))
    assert isinstance(table, Table)
    return sorted(row[0].value.rpartition("/")[2] for row in table.rows)


def answer(response):
    """Read the answer to an ASK query."""
    assert response.status_code == 200, response.text
    return results.read(response.content, targets.media_type(response))


def written(service):
    """Read what an update has copied."""
    query = "SELECT ?s { GRAPH <http://example.org/copied> { ?s a ?c } }"
    return subjects(by_get(service, query))


def refused(response, *statuses):
    """Check that a request is refused, with a problem document."""
    assert response.status_code in statuses, response.text
    assert targets.media_type(response) == "application/problem+json"
    assert response.json()["status"] == response.status_code


@WAYS
def test_query(service, way):
    assert answer(way(service, "ASK { ?s ?p ?o }")) is True


@WAYS
def test_query_beyond_ascii(service, way):
    assert answer(way(service, 'ASK { FILTER(STRLEN("香港𠮷&=+%25") = 9) }')) is True


def test_query_by_form_with_the_dataset_in_the_address(service):
    response = send(
        service,
        "POST",
        "sparql",
        [("default-graph-uri", G1)],
        body=urlencode({"query": "SELECT ?s { ?s a ?c }"}),
        Content_Type=FORM,
    )
    assert subjects(response) == ["g1"]


@pytest.mark.parametrize("charset", ["UTF-8", "utf-8", '"utf-8"'])
@pytest.mark.parametrize(("media_type", "body"), [(QUERY, "ASK { }"), (FORM, "query=ASK%20%7B+%7D")])
def test_query_with_a_charset(service, media_type, body, charset):
    response = send(service, "POST", "sparql", body=body, Content_Type=f"{media_type}; charset={charset}")
    assert answer(response) is True


def test_query_with_a_media_type_in_capitals(service):
    assert answer(send(service, "POST", "sparql", body="ASK { }", Content_Type=QUERY.upper())) is True


@WAYS
def test_query_after_a_byte_order_mark(service, way):
    assert answer(way(service, "\ufeffASK { ?s ?p ?o }")) is True


def test_query_of_several_lines_and_comments(service):
    assert answer(by_direct_post(service, "# first\r\nASK\n{\n?s ?p ?o # all\n}\n")) is True


def test_unknown_parameters_are_ignored(service):
    assert answer(send(service, "GET", "sparql", {"query": "ASK { }", "unknown": "x"})) is True


def test_query_by_head_has_headers_and_no_body(service):
    response = send(service, "HEAD", "sparql", {"query": "ASK { }"}, Accept=JSON)
    assert (response.status_code, targets.media_type(response), response.content) == (200, JSON, b"")


@WAYS
def test_no_dataset_named_is_the_store_s_own(service, way):
    assert subjects(way(service, "SELECT ?s { ?s a ?c }")) == ["here"]


@WAYS
def test_one_default_graph(service, way):
    assert subjects(way(service, "SELECT ?s { ?s a ?c }", [("default-graph-uri", G1)])) == ["g1"]


@WAYS
def test_several_default_graphs_are_merged(service, way):
    dataset = [("default-graph-uri", G1), ("default-graph-uri", G2)]
    assert subjects(way(service, "SELECT ?s { ?s a ?c }", dataset)) == ["g1", "g2"]


@WAYS
def test_a_default_graph_alone_leaves_no_named_graphs(service, way):
    query = "SELECT ?s { GRAPH ?g { ?s a ?c } }"
    assert subjects(way(service, query, [("default-graph-uri", G1)])) == []


@WAYS
def test_one_named_graph(service, way):
    query = "SELECT ?g { GRAPH ?g { ?s a ?c } }"
    assert subjects(way(service, query, [("named-graph-uri", G2)])) == ["g2"]


@WAYS
def test_several_named_graphs(service, way):
    query = "SELECT ?g { GRAPH ?g { ?s a ?c } }"
    assert subjects(way(service, query, [("named-graph-uri", G1), ("named-graph-uri", G2)])) == ["g1", "g2"]


@WAYS
def test_a_named_graph_alone_leaves_the_default_graph_empty(service, way):
    assert subjects(way(service, "SELECT ?s { ?s a ?c }", [("named-graph-uri", G1)])) == []


@WAYS
def test_default_and_named_graphs(service, way):
    dataset = [("default-graph-uri", G3), ("named-graph-uri", G1), ("named-graph-uri", G2)]
    query = "SELECT ?s { { ?s a ?c } UNION { GRAPH ?g { ?s a ?c } } }"
    assert subjects(way(service, query, dataset)) == ["g1", "g2", "g3"]


@WAYS
def test_the_protocol_s_default_graph_overrides_from(service, way):
    query = "SELECT ?s FROM <http://example.org/g3> { ?s a ?c }"
    assert subjects(way(service, query, [("default-graph-uri", G1)])) == ["g1"]


@WAYS
def test_the_protocol_s_named_graph_overrides_from_and_from_named(service, way):
    query = """
        PREFIX : <http://example.org/>
        SELECT ?s FROM :g3 FROM NAMED :g2 { { ?s a ?c } UNION { GRAPH ?g { ?s a ?c } } }
    """
    assert subjects(way(service, query, [("named-graph-uri", G1)])) == ["g1"]


@WAYS
def test_a_graph_that_is_not_there_is_empty(service, way):
    dataset = [("default-graph-uri", "http://example.org/nowhere")]
    assert subjects(way(service, "SELECT ?s { ?s a ?c }", dataset)) == []


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("SELECT (1 AS ?x) { }", TABULAR),
        ("ASK { }", {JSON, XML}),
        ("CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }", RDF),
        ("DESCRIBE <http://example.org/here>", RDF),
    ],
    ids=["select", "ask", "construct", "describe"],
)
@pytest.mark.parametrize("accept", [None, "*/*"])
def test_format_without_a_preference(service, query, expected, accept):
    headers = {"Content-Type": QUERY, **({"Accept": accept} if accept else {})}
    request = service.client.build_request("POST", "sparql", content=query, headers=headers)
    if accept is None:
        del request.headers["Accept"]
    response = service.client.send(request)
    assert response.status_code == 200
    assert targets.media_type(response) in expected


@pytest.mark.parametrize("media_type", sorted(TABULAR))
def test_select_in_each_format(service, media_type):
    response = send(service, "GET", "sparql", {"query": "SELECT ?s { ?s ?p ?o }"}, Accept=media_type)
    assert targets.media_type(response) == media_type
    assert subjects(response) == ["here"]


@pytest.mark.parametrize("media_type", [JSON, XML])
def test_ask_in_each_format(service, media_type):
    response = send(service, "GET", "sparql", {"query": "ASK { }"}, Accept=media_type)
    assert targets.media_type(response) == media_type
    assert answer(response) is True


@pytest.mark.parametrize("media_type", ["text/turtle", "application/n-triples", "application/rdf+xml"])
@pytest.mark.parametrize("query", ["CONSTRUCT WHERE { ?s ?p ?o }", "DESCRIBE <http://example.org/here>"])
def test_graph_in_each_format(service, query, media_type):
    response = send(service, "GET", "sparql", {"query": query}, Accept=media_type)
    assert targets.media_type(response) == media_type
    graph = results.read(response.content, media_type)
    assert isinstance(graph, Graph)
    assert len(graph.triples) == 1


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        (f"{JSON};q=0.5, {XML};q=0.9", XML),
        (f"{XML};q=0.1, {JSON}", JSON),
        (f"text/turtle, {XML}", XML),
        (f"text/html;q=0, {JSON};q=0.2, */*;q=0.1", JSON),
        ("text/csv", "text/csv"),
        ("TEXT/CSV", "text/csv"),
    ],
)
def test_format_by_preference(service, accept, expected):
    response = send(service, "GET", "sparql", {"query": "SELECT ?s { ?s ?p ?o }"}, Accept=accept)
    assert targets.media_type(response) == expected


@pytest.mark.parametrize(
    ("query", "accept"),
    [
        ("SELECT * { }", "image/png"),
        ("CONSTRUCT WHERE { ?s ?p ?o }", "text/csv"),
        ("SELECT * { }", f"{JSON};q=0"),
    ],
)
def test_format_that_there_is_not(service, query, accept):
    refused(send(service, "GET", "sparql", {"query": query}, Accept=accept), 406)


def test_csv_and_tsv_as_they_stand(service):
    query = (
        'SELECT ?x ?y { VALUES (?x ?y) { (<http://e.example/> "a,b") (UNDEF 1) } } ORDER BY DESC(BOUND(?x))'
    )
    csv = send(service, "GET", "sparql", {"query": query}, Accept="text/csv")
    assert csv.content == b'x,y\r\nhttp://e.example/,"a,b"\r\n,1\r\n'
    tsv = send(service, "GET", "sparql", {"query": query}, Accept="text/tab-separated-values")
    assert tsv.content == b'?x\t?y\n<http://e.example/>\t"a,b"\n\t1\n'


def test_json_as_it_stands(service):
    query = 'SELECT ?x ?y ?z { VALUES (?x ?y) { (<http://e.example/> "a"@en) } }'
    response = send(service, "GET", "sparql", {"query": query}, Accept=JSON)
    assert response.json()["head"]["vars"] == ["x", "y", "z"]
    assert response.json()["results"]["bindings"] == [
        {
            "x": {"type": "uri", "value": "http://e.example/"},
            "y": {"type": "literal", "value": "a", "xml:lang": "en"},
        }
    ]


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH"])
def test_query_by_another_method(service, method):
    response = send(service, method, "sparql", {"query": "ASK { }"}, Content_Type=FORM)
    refused(response, 405)
    assert {"GET", "POST"} <= {name.strip() for name in response.headers["Allow"].split(",")}


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_two_queries(service, method):
    fields = [("query", "ASK { }"), ("query", "SELECT * { }")]
    if method == "GET":
        refused(send(service, "GET", "sparql", fields), 400)
    else:
        refused(send(service, "POST", "sparql", body=urlencode(fields), Content_Type=FORM), 400)


def test_a_query_in_the_address_and_another_in_the_form(service):
    other = urlencode({"query": "SELECT * { }"})
    refused(send(service, "POST", "sparql", {"query": "ASK { }"}, body=other, Content_Type=FORM), 400)


@pytest.mark.parametrize(("names", "status"), [(("csv", "json"), 400), (("csv", "CSV"), 200)])
def test_two_formats(service, names, status):
    formats = [("format", name) for name in names]
    assert send(service, "GET", "sparql", [("query", "ASK { }"), *formats]).status_code == status


def test_form_without_a_query(service):
    refused(send(service, "POST", "sparql", body="other=1", Content_Type=FORM), 400)


@pytest.mark.parametrize("media_type", ["text/plain", "application/json", "multipart/form-data", "nonsense"])
def test_query_of_another_media_type(service, media_type):
    refused(send(service, "POST", "sparql", body="ASK { }", Content_Type=media_type), 415)


@pytest.mark.parametrize("body", ["query=ASK%20%7B%7D", "ASK { }"])
def test_query_without_a_media_type(service, body):
    refused(send(service, "POST", "sparql", body=body), 400, 415)


def test_query_in_utf_16(service):
    body = "ASK { }".encode("utf-16")
    refused(send(service, "POST", "sparql", body=body, Content_Type=f"{QUERY}; charset=UTF-16"), 415)
    refused(send(service, "POST", "sparql", body=body, Content_Type=QUERY), 400)


@pytest.mark.parametrize(
    "body", [b'ASK { ?s ?p "\xff" }', b'ASK { ?s ?p "\xc3" }', b'ASK { ?s ?p "\xed\xa0\x80" }']
)
def test_query_that_is_not_utf_8(service, body):
    refused(send(service, "POST", "sparql", body=body, Content_Type=QUERY), 400)


def test_percent_encoding_that_is_not_utf_8(service):
    refused(service.client.get("sparql?query=ASK%20%7B%20%3Fs%20%3Fp%20%22%FF%22%20%7D"), 400)
    refused(
        send(service, "POST", "sparql", body="query=ASK+%7B+%3Fs+%3Fp+%22%FF%22+%7D", Content_Type=FORM), 400
    )


@WAYS
@pytest.mark.parametrize("query", ["ASK {", "", "SELEKT * { }", "CLEAR ALL"])
def test_query_with_a_syntax_error(service, way, query):
    refused(way(service, query), 400)


@WAYS
@pytest.mark.parametrize("name", ["default-graph-uri", "named-graph-uri"])
def test_a_graph_s_name_that_is_no_iri(service, way, name):
    refused(way(service, "ASK { }", [(name, "not an IRI")]), 400)


def update_by_form(service, update, dataset=()):
    body = urlencode([("update", update), *dataset])
    return send(service, "POST", "update", body=body, Content_Type=FORM, **service.writing)


def update_by_direct_post(service, update, dataset=()):
    return send(service, "POST", "update", dataset, body=update, Content_Type=UPDATE, **service.writing)


@pytest.fixture(params=[update_by_form, update_by_direct_post])
def update(request, service):
    """Send an update in either way."""
    service.touched()
    return lambda text, dataset=(): request.param(service, text, dataset)


def test_update(service, update):
    assert update("CLEAR ALL").is_success
    assert answer(by_get(service, "ASK { { ?s ?p ?o } UNION { GRAPH ?g { ?s ?p ?o } } }")) is False


def test_update_beyond_ascii(service, update):
    assert update('INSERT DATA { <http://example.org/香> <http://example.org/p> "港&=+%25" }').is_success
    assert answer(by_get(service, 'ASK { <http://example.org/香> ?p "港&=+%25" }')) is True


def test_update_of_several_operations(service, update):
    text = "CLEAR ALL ; INSERT DATA { <http://e.example/a> a <http://e.example/B> } ; CLEAR NAMED"
    assert update(text).is_success
    assert subjects(by_get(service, "SELECT ?s { ?s a ?c }")) == ["a"]


def test_update_resolves_relative_iris(service, update):
    assert update(
        "INSERT DATA { GRAPH <http://example.org/based> { <http://example.org/s> a <leaf> } }"
    ).is_success
    query = 'ASK { GRAPH <http://example.org/based> { ?s a ?o FILTER(isIRI(?o) && STR(?o) != "leaf") } }'
    assert answer(by_get(service, query)) is True


def test_using_one_graph(service, update):
    assert update(COPY, [("using-graph-uri", G1)]).is_success
    assert written(service) == ["g1"]


def test_using_several_graphs(service, update):
    assert update(COPY, [("using-graph-uri", G1), ("using-graph-uri", G2)]).is_success
    assert written(service) == ["g1", "g2"]


def test_using_one_named_graph(service, update):
    assert update(COPY_NAMED, [("using-named-graph-uri", G2)]).is_success
    assert written(service) == ["g2"]


def test_using_several_named_graphs(service, update):
    assert update(COPY_NAMED, [("using-named-graph-uri", G1), ("using-named-graph-uri", G2)]).is_success
    assert written(service) == ["g1", "g2"]


def test_using_a_graph_and_a_named_graph(service, update):
    text = f"{COPY} ; {COPY_NAMED}"
    assert update(text, [("using-graph-uri", G1), ("using-named-graph-uri", G2)]).is_success
    assert written(service) == ["g1", "g2"]


def test_using_a_named_graph_alone_leaves_the_default_graph_empty(service, update):
    assert update(COPY, [("using-named-graph-uri", G1)]).is_success
    assert written(service) == []


def test_using_leaves_data_and_management_operations_alone(service, update):
    text = f"DROP GRAPH <{G2}> ; INSERT DATA {{ <{G2}> a <http://example.org/Doc> }} ; {COPY}"
    assert update(text, [("using-graph-uri", G1)]).is_success
    assert written(service) == ["g1"]
    assert subjects(by_get(service, "SELECT ?s { ?s a ?c }")) == ["g2", "here"]


@pytest.mark.parametrize("parameter", ["using-graph-uri", "using-named-graph-uri"])
@pytest.mark.parametrize(
    "text",
    [
        f"WITH <{G1}> DELETE {{ ?s ?p ?o }} WHERE {{ ?s ?p ?o }}",
        f"DELETE {{ ?s ?p ?o }} USING <{G1}> WHERE {{ ?s ?p ?o }}",
        f"DELETE {{ ?s ?p ?o }} USING NAMED <{G1}> WHERE {{ GRAPH ?g {{ ?s ?p ?o }} }}",
        f"CLEAR ALL ; WITH <{G1}> INSERT {{ ?s a ?o }} WHERE {{ ?s ?p ?o }}",
    ],
    ids=["with", "using", "using-named", "in-a-later-operation"],
)
def test_using_twice_over_is_refused_and_changes_nothing(service, update, text, parameter):
    refused(update(text, [(parameter, G1)]), 400)
    assert subjects(by_get(service, "SELECT ?s { { ?s a ?c } UNION { GRAPH ?g { ?s a ?c } } }")) == [
        "g1",
        "g2",
        "g3",
        "here",
    ]


@pytest.fixture
def unchanged(service):
    """Check that a request has changed nothing."""
    before = service.contents()
    yield
    assert service.contents() == before


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
@pytest.mark.usefixtures("unchanged")
def test_update_by_another_method(service, method):
    response = send(service, method, "update", {"update": "CLEAR ALL"}, **service.writing)
    refused(response, 405)
    assert "POST" in response.headers["Allow"]


@pytest.mark.usefixtures("unchanged")
def test_two_updates(service):
    body = urlencode([("update", "CLEAR NAMED"), ("update", "CLEAR DEFAULT")])
    refused(send(service, "POST", "update", body=body, Content_Type=FORM, **service.writing), 400)


@pytest.mark.usefixtures("unchanged")
def test_form_without_an_update(service):
    refused(send(service, "POST", "update", body="other=1", Content_Type=FORM, **service.writing), 400)


@pytest.mark.parametrize("media_type", ["text/plain", QUERY, "multipart/form-data"])
@pytest.mark.usefixtures("unchanged")
def test_update_of_another_media_type(service, media_type):
    refused(
        send(service, "POST", "update", body="CLEAR ALL", Content_Type=media_type, **service.writing), 415
    )


@pytest.mark.parametrize("body", ["update=CLEAR%20ALL", "CLEAR ALL"])
@pytest.mark.usefixtures("unchanged")
def test_update_without_a_media_type(service, body):
    refused(send(service, "POST", "update", body=body, **service.writing), 400, 415)


@pytest.mark.usefixtures("unchanged")
def test_update_in_utf_16(service):
    headers = {"Content_Type": f"{UPDATE}; charset=UTF-16", **service.writing}
    refused(send(service, "POST", "update", body="CLEAR ALL".encode("utf-16"), **headers), 415)


@pytest.mark.usefixtures("unchanged")
def test_update_that_is_not_utf_8(service):
    body = b'INSERT DATA { <http://e.example/s> <http://e.example/p> "\xff" }'
    refused(send(service, "POST", "update", body=body, Content_Type=UPDATE, **service.writing), 400)


@pytest.mark.parametrize("text", ["CLEAR XYZ", "CLEAR ALL ; CLEAR", "ASK { }", "DELETE DATA { ?s ?p ?o }"])
@pytest.mark.usefixtures("unchanged")
def test_update_with_a_syntax_error(update, text):
    refused(update(text), 400)


@pytest.mark.usefixtures("unchanged")
def test_update_at_the_address_of_queries(service):
    response = send(service, "POST", "sparql", body="CLEAR ALL", Content_Type=UPDATE, **service.writing)
    assert 400 <= response.status_code < 500
    response = send(service, "POST", "sparql", body="update=CLEAR+ALL", Content_Type=FORM, **service.writing)
    assert 400 <= response.status_code < 500
