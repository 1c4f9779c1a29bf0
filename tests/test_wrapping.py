"""`hkkg serve --endpoint`: the service in front of real endpoints, and of one that misbehaves as told."""

import json
import shutil
import socket
import threading
from contextlib import closing, contextmanager
from pathlib import Path

import httpx
import pytest
import rdflib

from conftest import DEADLINE, SMALL, serving
from hkkg import formats
from hkkg.store import isomorphic, parse
from remote_support import JSON, NTRIPLES, TURTLE, always, answering, free_port, oxigraph, put, virtuoso

PREFIXES = "PREFIX hk: <https://w3id.org/hkkg/id/> PREFIX skos: <http://www.w3.org/2004/02/skos/core#>\n"
SELECT = PREFIXES + 'SELECT ?s { ?s skos:prefLabel "香港大學"@zh-Hant }'
NAMED = "SELECT ?s ?g { GRAPH ?g { ?s <x:p> ?o } }"
CONSTRUCT = "CONSTRUCT WHERE { ?s ?p ?o }"
UNIVERSITY = "https://w3id.org/hkkg/id/university-of-hong-kong"
HEAD = b'{"head":{"vars":["o"]},"results":{"bindings":['
ROW = b'{"o":{"type":"literal","value":"1"}}'
TABLE = HEAD + ROW + b"]}}"
SERVICE = "SELECT * { SERVICE <http://127.0.0.1:9/sparql> { ?s ?p ?o } }"
UPDATE = "INSERT DATA { <x:a> <x:b> <x:c> }"
PAGE = "text/html"
MANY = 300_000


class Wrapped:
    """A service in front of an endpoint, and a client of it."""

    def __init__(self, process, address, client):
        self.process, self.address, self.client = process, address, client

    def ask(self, query, accept=None, **parameters):
        headers = {"Accept": accept} if accept else {}
        return self.client.get("/sparql", params={"query": query, **parameters}, headers=headers)

    def fails(self, query, status, detail, accept=None, **parameters):
        response = self.ask(query, accept, **parameters)
        assert response.status_code == status, response.text
        problem = response.json()
        assert detail in problem["detail"]
        return problem


@contextmanager
def wrapping(url, *options, **environment):
    """Run a service in front of an endpoint."""
    with (
        serving("--endpoint", url, *options, environment=environment) as (process, address),
        httpx.Client(base_url=address, timeout=DEADLINE) as client,
    ):
        yield Wrapped(process, address, client)


@pytest.fixture(scope="module")
def real(tmp_path_factory):
    """A service in front of oxigraph, which has a default graph and a named one."""
    with oxigraph(tmp_path_factory.mktemp("wrapped") / "store") as address:
        put(f"{address}/store?default", SMALL)
        put(f"{address}/store?graph=x:g", "<x:s> <x:p> 1 .")
        with wrapping(f"{address}/query") as wrapped:
            yield wrapped


@pytest.mark.parametrize("target", formats.RESULT_FORMATS, ids=lambda target: target.name)
@pytest.mark.parametrize(("query", "part"), [(SELECT, UNIVERSITY), ("ASK { ?s ?p ?o }", "true")])
def test_a_table_or_a_boolean_comes_in_every_format(real, target, query, part):
    response = real.ask(query, target.media_type)
    assert response.status_code == 200
    assert response.headers["content-type"].startswith(target.media_type)
    assert part in response.text


@pytest.mark.parametrize("target", formats.RDF_FORMATS, ids=lambda target: target.name)
def test_a_graph_comes_in_every_format(real, target):
    response = real.ask(CONSTRUCT, target.media_type)
    assert response.headers["content-type"].startswith(target.media_type)
    found = [quad.triple for quad in parse(response.content, target, source="answer")]
    assert isomorphic(found, [quad.triple for quad in parse(SMALL.encode(), formats.TURTLE, source="small")])


def test_nothing_is_kept_since_the_endpoint_may_change(real):
    for _ in range(2):
        response = real.ask(SELECT)
        assert "etag" not in response.headers
        assert response.headers["cache-control"] == "no-store"
        assert "cache" not in response.headers["server-timing"]


def test_a_format_that_nobody_writes_is_refused(real):
    real.fails(SELECT, 406, "image/png", "image/png")


def test_the_dataset_of_a_request_is_passed_on(real):
    query = "SELECT ?o { <x:s> <x:p> ?o }"
    assert real.ask(query, "text/csv").text.split() == ["o"]
    chosen = real.ask(query, "text/csv", **{"default-graph-uri": "x:g"})
    assert chosen.text.split() == ["o", "1"]
    assert real.ask(NAMED, "text/csv", **{"named-graph-uri": "x:g"}).text.split() == ["s,g", "x:s,x:g"]
    real.fails(NAMED, 403, "holds no graph <x:none>", **{"named-graph-uri": "x:none"})


def test_a_relative_iri_is_relative_to_this_service(real):
    found = real.ask("SELECT (<thing> AS ?x) {}", "text/csv").text.split()
    assert found == ["x", f"{real.address}thing"]


@pytest.mark.parametrize(
    ("query", "line", "column"), [("SELECT * {\n ?s ] }", 2, 5), ("SELECT * {\n <x> <y> ] }", 2, 10)]
)
def test_a_malformed_query_is_refused_with_its_place(real, query, line, column):
    problem = real.fails(query, 400, "cannot stand here")
    assert (problem["line"], problem["column"]) == (line, column)


@pytest.mark.parametrize("accept", [JSON, PAGE])
def test_no_query_makes_the_endpoint_call_another(real, accept):
    response = real.ask(SERVICE, accept)
    assert response.status_code == 403
    assert "SERVICE is not allowed" in response.text


@pytest.mark.parametrize("word", [r"\u0053ERVICE", r"SERV\U00000049CE"])
def test_no_escape_hides_it_from_an_endpoint_that_reads_escapes_first(stub, state, word):
    state["answer"] = always(TABLE)
    stub.fails(f"SELECT * {{ {word} <http://127.0.0.1:9/> {{ ?s ?p ?o }} }}", 403, "SERVICE is not allowed")


def test_a_host_that_is_none_is_refused(real):
    headers = {"Host": "x> SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } } #"}
    response = real.client.get("/sparql", params={"query": "ASK { <x:a> ?p ?o }"}, headers=headers)
    assert response.status_code == 400
    assert "is no host" in response.json()["detail"]


def test_a_graph_is_read_by_the_graph_store_protocol(real):
    found = real.client.get("/graph-store?graph=x:g", headers={"Accept": NTRIPLES}).text
    assert found == '<x:s> <x:p> "1"^^<http://www.w3.org/2001/XMLSchema#integer> .\n'
    whole = real.client.get("/graph-store?default", headers={"Accept": NTRIPLES}).text
    found = [quad.triple for quad in parse(whole.encode(), formats.NTRIPLES, source="answer")]
    assert isomorphic(found, [quad.triple for quad in parse(SMALL.encode(), formats.TURTLE, source="small")])


@pytest.mark.parametrize(
    ("method", "path", "media_type", "body"),
    [
        ("POST", "/update", "application/sparql-update", UPDATE),
        ("PUT", "/graph-store?default", TURTLE, ""),
        ("DELETE", "/graph-store?graph=x:g", TURTLE, ""),
        ("POST", "/sparql", "application/sparql-update", UPDATE),
    ],
)
def test_nothing_is_written(real, method, path, media_type, body):
    response = real.client.request(method, path, content=body, headers={"Content-Type": media_type})
    assert response.status_code == 403
    assert "--writable" not in response.json()["hint"]
    assert real.ask("ASK { <x:a> ?p ?o }").json()["boolean"] is False


def test_an_update_in_place_of_a_query_is_not_passed_on(real):
    real.fails(UPDATE, 400, "this is an update, not a query")


def test_the_service_description_tells_what_is_known(real):
    graph = rdflib.Graph().parse(data=real.client.get("/sparql", headers={"Accept": TURTLE}).text)
    sd = rdflib.Namespace("http://www.w3.org/ns/sparql-service-description#")
    assert list(graph.objects(None, sd.endpoint)) == [rdflib.URIRef(f"{real.address}sparql")]
    assert list(graph.objects(None, sd.feature)) == []
    assert sd.SPARQL11Update not in graph.objects(None, sd.supportedLanguage)


def test_pages(real):
    assert "香港大學" in real.ask(PREFIXES + "SELECT * { ?s skos:prefLabel ?o }", PAGE).text
    assert real.client.get("/").status_code == 200
    assert real.client.get("/health").json()["status"] == "ok"


def test_a_head_has_the_headers_alone(real):
    response = real.client.head("/sparql", params={"query": SELECT})
    assert (response.status_code, response.content) == (200, b"")


@pytest.mark.needs_virtuoso
@pytest.mark.skipif(not shutil.which("virtuoso-t"), reason="Virtuoso is not installed")
def test_virtuoso(tmp_path):
    with virtuoso(tmp_path, 20) as address, wrapping(f"{address}/sparql") as wrapped:
        values = " ".join(map(str, range(30)))
        table = wrapped.ask('SELECT ?a ("香"@zh-Hant AS ?b) { VALUES ?a { 1 2 } }', "text/csv")
        assert table.text.split() == ["a,b", "1,香", "2,香"]
        assert wrapped.ask("ASK {}", "application/sparql-results+xml").text.count("true") == 1
        wrapped.fails(f"SELECT * {{ VALUES ?a {{ {values} }} }}", 502, "it lets out 20 rows at most")
        assert wrapped.fails("SELECT * {\n ?s ] }", 400, "refused the query")["line"] == 2
        wrapped.fails("SELECT (<urn:unknown>(?s) AS ?x) { ?s ?p ?o } LIMIT 1", 502, "Undefined procedure")
        based = "BASE <http://example.org/> SELECT (<a> AS ?x) {}"
        assert wrapped.ask(based, "text/csv").text.split() == ["x", "http://example.org/a"]
        graph = wrapped.ask("CONSTRUCT { <x:a> <x:b> [] } {}", NTRIPLES)
        assert graph.text.startswith("<x:a> <x:b> _:")
        whole = wrapped.ask("CONSTRUCT WHERE { ?s ?p ?o } LIMIT 20", NTRIPLES)
        assert (whole.status_code, whole.text.count("\n")) == (200, 20)
        stored = wrapped.client.get("/graph-store?default", headers={"Accept": NTRIPLES})
        assert (stored.status_code, "lets out 20 rows" in stored.text) == (502, True)
        assert wrapped.ask("SELECT ?g { GRAPH ?g { ?s ?p ?o } } LIMIT 1", PAGE).status_code == 200


@pytest.fixture(scope="module")
def state():
    """What the endpoint of `stub` answers, as the test says."""
    return {}


@pytest.fixture(scope="module")
def stub(state):
    """A service in front of an endpoint that answers as it is told."""
    with answering(lambda request: state["answer"](request)) as url, wrapping(url) as wrapped:  # noqa: PLW0108 - it changes
        yield wrapped


def cut(head, *parts, media_type=JSON):
    """Answer with chunks, and end the connection before the last."""

    def answer(request):
        request.begin(200, {"Content-Type": media_type, "Transfer-Encoding": "chunked"})
        for part in (head, *parts):
            request.chunk(part)
        raise ConnectionAbortedError

    return answer


def dies(_):
    raise ConnectionAbortedError


@pytest.mark.parametrize(
    ("answer", "status", "detail"),
    [
        (cut(HEAD + ROW), 502, "the connection ended before the answer did"),
        (always(HEAD + ROW), 502, "broken or incomplete results"),
        (always(HEAD + ROW + b",\nError: timeout"), 502, "broken or incomplete results"),
        (always(TABLE, X_SQL_State="S1TAT"), 502, "incomplete results: S1TAT"),
        (always(b"<h1>Welcome</h1>", PAGE), 502, "text/html, which is no SPARQL result"),
        (always(TABLE, None), 502, "no media type, which is no SPARQL result"),
        (always(b"Virtuoso 37000 Error SP030: SPARQL compiler, line 2", PAGE, 500), 400, "SP030"),
        (always(b"nonsense in line 1", "text/plain", 400), 400, "nonsense in line 1"),
        (always(b"out of memory", "text/plain", 500), 502, "status 500 Internal Server Error: out of memory"),
        (always(b"", "text/plain", 401), 502, "status 401"),
        (always(b"", "text/plain", 404), 502, "status 404"),
        (always(b"", "text/plain", 503), 502, "status 503"),
        (always(b"S1T00 Error SR171: Transaction timed out", "text/plain", 500), 504, "timed out"),
        (always(b"", "text/plain", 504), 504, "status 504"),
        (dies, 502, "did not answer"),
    ],
)
def test_each_failure_is_told_before_any_byte_of_an_answer(stub, state, answer, status, detail):
    state["answer"] = answer
    stub.fails("SELECT * {}", status, detail)
    state["answer"] = always(TABLE)
    assert stub.ask("SELECT * {}", "text/csv").text.split() == ["o", "1"]


@pytest.mark.parametrize("path", ["/", "/network", "/query/terms.json", "/timeline"])
def test_a_page_tells_of_an_answer_to_another_question(stub, state, path):
    state["answer"] = always(TABLE)
    response = stub.client.get(path, headers={"Accept": "application/json"})
    assert response.status_code == 502
    assert "the endpoint answered without ?" in response.json()["detail"]


@pytest.mark.parametrize(
    ("query", "media_type", "body"),
    [
        ("SELECT * {}", "Application/JSON; charset=utf-8", TABLE),
        ("SELECT * {}", JSON, TABLE.replace(b'"literal"', b'"typed-literal","datatype":"x:d"')),
        (CONSTRUCT, "text/rdf+n3", b"<x:a> <x:b> 1 ."),
        (CONSTRUCT, "text/plain", b'<x:a> <x:b> "1" .\n'),
    ],
)
def test_odd_media_types_and_terms_are_understood(stub, state, query, media_type, body):
    state["answer"] = always(body, media_type)
    response = stub.ask(query, f"text/csv, {NTRIPLES}")
    assert response.status_code == 200
    assert response.text.split()[0] == ("<x:a>" if query == CONSTRUCT else "o")
    assert "1" in response.text


def test_a_large_answer_that_is_cut_is_broken_off(stub, state):
    part = (b"," + ROW.replace(b'"1"', b'"' + b"1" * 1_000 + b'"')) * 1_000
    state["answer"] = cut(HEAD + ROW, *[part] * 8)
    with pytest.raises((httpx.RemoteProtocolError, httpx.ReadError)):
        stub.ask("SELECT * {}")


@pytest.mark.parametrize("sends", [b"", HEAD, HEAD + (ROW + b",") * 3_000])
def test_an_endpoint_that_takes_too_long(sends):
    done = threading.Event()

    def answer(request):
        if sends:
            request.begin(200, {"Content-Type": JSON, "Transfer-Encoding": "chunked"})
            request.chunk(sends)
        done.wait(DEADLINE)

    with answering(answer) as url, wrapping(url, "--timeout", "0.5") as wrapped:
        wrapped.fails("SELECT * {}", 504, "0.5 seconds")
        done.set()


def test_an_endpoint_that_is_not_there():
    with wrapping(f"http://127.0.0.1:{free_port()}/sparql") as wrapped:
        wrapped.fails("SELECT * {}", 502, "Connection refused")


def test_a_client_that_hangs_up_ends_the_request_to_the_endpoint(stub, state):
    ended = threading.Event()

    def answer(request):
        request.begin(200, {"Content-Type": JSON, "Transfer-Encoding": "chunked"})
        request.chunk(HEAD + ROW)
        try:
            while not ended.is_set():
                request.chunk((b"," + ROW) * 10_000)
        except ConnectionError:
            ended.set()

    state["answer"] = answer
    with stub.client.stream("GET", "/sparql", params={"query": "SELECT * {}"}) as response:
        next(response.iter_raw())
    assert ended.wait(DEADLINE)


def test_a_client_that_hangs_up_before_an_answer_ends_the_request_too(stub, state):
    begun, ended = threading.Event(), threading.Event()

    def answer(request):
        begun.set()
        try:
            while not ended.wait(0.02):
                request.send(b"HTTP/1.1 100 Continue\r\n\r\n")
        except ConnectionError:
            ended.set()

    state["answer"] = answer
    host, _, port = stub.address.removeprefix("http://").rstrip("/").partition(":")
    with closing(socket.create_connection((host, int(port)), DEADLINE)) as connection:
        connection.sendall(b"GET /sparql?query=ASK%7B%7D HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert begun.wait(DEADLINE)
    assert ended.wait(DEADLINE)


def private_memory(parent):
    """Sum up the private memory of a process and of all that descend from it, in bytes; 0 if it has ended."""
    try:
        lines = Path(f"/proc/{parent}/smaps_rollup").read_text(encoding="ascii").splitlines()
        children = Path(f"/proc/{parent}/task/{parent}/children").read_text(encoding="ascii").split()
    except (ProcessLookupError, FileNotFoundError):
        return 0
    own = sum(int(line.split()[1]) for line in lines if line.startswith("Private_"))
    return own * 1024 + sum(map(private_memory, children))


def test_a_large_answer_streams_through_in_little_memory(stub, state):
    part = (b"," + ROW.replace(b'"1"', b'"' + b"1" * 300 + b'"')) * 1_000

    def answer(request):
        request.begin(200, {"Content-Type": JSON, "Transfer-Encoding": "chunked"})
        request.chunk(HEAD + ROW)
        for _ in range(MANY // 1_000):
            request.chunk(part)
        request.chunk(b"]}}")
        request.chunk(b"")

    state["answer"] = answer
    before, most, lines = private_memory(stub.process.pid), 0, 0
    query = {"query": "SELECT * {}"}
    with stub.client.stream("GET", "/sparql", params=query, headers={"Accept": "text/csv"}) as response:
        for number, piece in enumerate(response.iter_bytes()):
            lines += piece.count(b"\n")
            if number % 100 == 0:
                most = max(most, private_memory(stub.process.pid))
    assert lines == MANY + 2
    assert most - before < 40_000_000


def test_credentials_reach_the_endpoint_and_no_log(tmp_path):
    seen = []

    def answer(request):
        seen.append(request.headers["Authorization"])
        request.reply(TABLE, status=200 if len(seen) == 1 else 403)

    log = tmp_path / "access.jsonl"
    environment = {"HKKG_ENDPOINT_TOKEN": "s3cret"}
    with answering(answer) as url, wrapping(url, "--access-log", log, **environment) as wrapped:
        assert wrapped.ask("SELECT * {}").status_code == 200
        problem = wrapped.fails("SELECT * {}", 502, "status 403")
        metrics = wrapped.client.get("/metrics").text
        wrapped.process.terminate()
        output, errors = wrapped.process.communicate(timeout=DEADLINE)
    assert seen == ["Bearer s3cret"] * 2
    told = [json.dumps(problem), metrics, output, errors, log.read_text(encoding="utf-8")]
    assert not [text for text in told if "s3cret" in text]


def test_a_password_of_the_url_reaches_the_endpoint_and_no_message():
    seen = []

    def answer(request):
        seen.append(request.headers["Authorization"])
        if request.headers["Authorization"] is None:
            request.reply(status=401, WWW_Authenticate='Basic realm="x"')
        else:
            request.reply(status=500)

    with answering(answer) as url, wrapping(url.replace("//", "//me:s3cret@")) as wrapped:
        problem = wrapped.fails("SELECT * {}", 502, "status 500")
    assert seen == [None, "Basic bWU6czNjcmV0"]
    assert "s3cret" not in json.dumps(problem)


@pytest.mark.parametrize(
    "options",
    [
        ["--writable"],
        ["--empty"],
        ["--no-inference"],
        ["--no-gate"],
        ["--default-graph", "union"],
        ["--shapes", "shapes.ttl"],
        ["--store", "folder"],
        ["file.ttl"],
    ],
)
def test_options_about_a_graph_here_are_refused(hkkg, options):
    result = hkkg("serve", "--port", "0", "--endpoint", "http://127.0.0.1:1/sparql", *options)
    assert result.returncode == 2
    assert "--endpoint serves what is there" in result.stderr


@pytest.mark.parametrize(
    ("url", "environment", "complaint"),
    [
        ("elsewhere", {}, "no address of an endpoint"),
        ("http://127.0.0.1:1/", {"HKKG_ENDPOINT_USER": "me"}, "only one is set"),
        ("http://127.0.0.1:1/", {"HKKG_ENDPOINT_USER": "me", "HKKG_ENDPOINT_TOKEN": "t"}, "both set"),
        ("http://127.0.0.1:1/", {"HKKG_ENDPOINT_TOKEN": "s3cret\n"}, "that no header can"),
        (
            "http://127.0.0.1:1/",
            {"HKKG_ENDPOINT_USER": "me", "HKKG_ENDPOINT_PASSWORD": "s3cret\n"},
            "a control character",
        ),
        ("http://me:s3cret%0A@127.0.0.1:1/", {}, "a control character"),
    ],
)
def test_what_cannot_be_an_endpoint_is_refused_at_the_start(hkkg, url, environment, complaint):
    result = hkkg("serve", "--port", "0", "--endpoint", url, environment=environment)
    assert result.returncode == 2
    assert complaint in result.stderr
    assert "s3cret" not in result.stderr
    assert "Traceback" not in result.stderr
