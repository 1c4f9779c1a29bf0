"""Clients that people use, as they come: each asks the service, unconfigured, and reads what it answers."""

import json
import re
import shutil
import socket
import subprocess
from contextlib import closing
from html import unescape
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import quote, urlencode

import pytest
import rdflib
from rdflib.plugins.stores.sparqlstore import SPARQLStore, SPARQLUpdateStore
from SPARQLWrapper import (
    BASIC,
    CSV,
    GET,
    JSON,
    JSONLD,
    N3,
    POST,
    POSTDIRECTLY,
    RDFXML,
    TSV,
    TURTLE,
    URLENCODED,
    XML,
    SPARQLWrapper,
)
from SPARQLWrapper.SPARQLExceptions import QueryBadFormed, Unauthorized

from conftest import DEADLINE, SMALL, serving
from remote_support import always, answering, oxigraph, put

CLIENTS = Path(__file__).with_name("clients")
MODULES = CLIENTS / "node_modules"
TOKEN = "clients"  # noqa: S105 - a server of the test's own
BEARER = f"Bearer {TOKEN}"
HK = "https://w3id.org/hkkg/id/"
UNIVERSITY = rdflib.URIRef(HK + "university-of-hong-kong")
PREFIXES = f"PREFIX hk: <{HK}> PREFIX skos: <http://www.w3.org/2004/02/skos/core#>\n"
SELECT = PREFIXES + 'SELECT ?s { ?s skos:prefLabel "香港大學"@zh-Hant }'
ASK = PREFIXES + "ASK { hk:university-of-hong-kong ?p ?o }"
CONSTRUCT = PREFIXES + "CONSTRUCT WHERE { hk:university-of-hong-kong skos:altLabel ?o }"
DESCRIBE = PREFIXES + "DESCRIBE hk:university-of-hong-kong"
FORM = "application/x-www-form-urlencoded"

needs_node = pytest.mark.skipif(
    not (MODULES / ".bin" / "node").exists(),
    reason="the JavaScript clients are not installed: npm ci --prefix tests/clients",
)
needs_chromium = pytest.mark.skipif(not shutil.which("chromium"), reason="Chromium is not installed")
ways = pytest.mark.parametrize(
    ("method", "request_method"), [(GET, URLENCODED), (POST, URLENCODED), (POST, POSTDIRECTLY)]
)


@pytest.fixture(scope="module")
def service(tmp_path_factory):
    """The address of a small graph that may be written to."""
    path = tmp_path_factory.mktemp("clients") / "small.ttl"
    path.write_text(SMALL, encoding="utf-8")
    with serving(path, "--writable", "--no-gate", environment={"HKKG_UPDATE_TOKEN": TOKEN}) as (_, address):
        yield address


def wrapper(service, text, name=JSON, method=GET, request_method=URLENCODED):
    made = SPARQLWrapper(f"{service}sparql", updateEndpoint=f"{service}update", returnFormat=name)
    made.setMethod(method)
    made.setRequestMethod(request_method)
    made.setQuery(text)
    return made


@ways
@pytest.mark.parametrize("name", [JSON, XML, CSV, TSV])
def test_sparqlwrapper_select(service, name, method, request_method):
    result = wrapper(service, SELECT, name, method, request_method).queryAndConvert()
    text = result.toxml() if name == XML else json.dumps(result) if name == JSON else result.decode()
    assert UNIVERSITY in text


@ways
@pytest.mark.parametrize("name", [JSON, XML])
def test_sparqlwrapper_ask(service, name, method, request_method):
    result = wrapper(service, ASK, name, method, request_method).queryAndConvert()
    found = result["boolean"] if name == JSON else result.getElementsByTagName("boolean")[0].firstChild.data
    assert found in {True, "true"}


@ways
@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # SPARQLWrapper makes a ConjunctiveGraph
@pytest.mark.parametrize("name", [TURTLE, N3, RDFXML, XML, JSONLD])
@pytest.mark.parametrize("text", [CONSTRUCT, DESCRIBE], ids=["construct", "describe"])
def test_sparqlwrapper_graph(service, text, name, method, request_method):
    result = wrapper(service, text, name, method, request_method).queryAndConvert()
    graph = rdflib.Graph().parse(data=result, format="turtle") if isinstance(result, bytes) else result
    assert (UNIVERSITY, rdflib.SKOS.altLabel, rdflib.Literal("HKU", lang="en")) in graph


@pytest.mark.parametrize("request_method", [URLENCODED, POSTDIRECTLY])
def test_sparqlwrapper_update(service, request_method):
    text = f'INSERT DATA {{ <x:wrapper> <x:{request_method}> "香港" }}'
    stranger = wrapper(service, text, JSON, POST, request_method)
    with pytest.raises(Unauthorized):
        stranger.query()
    stranger.addCustomHttpHeader("Authorization", BEARER)
    assert stranger.query().response.status == 204
    assert wrapper(service, text.replace("INSERT DATA", "ASK")).queryAndConvert()["boolean"] is True


def test_sparqlwrapper_basic_authentication_is_no_token(service):
    update = wrapper(service, "INSERT DATA { <x:a> <x:b> <x:c> }", JSON, POST)
    update.setHTTPAuth(BASIC)
    update.setCredentials("user", TOKEN)
    with pytest.raises(Unauthorized):
        update.query()


def test_sparqlwrapper_names_a_malformed_query(service):
    with pytest.raises(QueryBadFormed, match="it ends too soon"):
        wrapper(service, "SELECT * {").query()


@pytest.mark.parametrize("method", ["GET", "POST", "POST_FORM"])
def test_rdflib_store(service, method):
    graph = rdflib.Graph(SPARQLStore(f"{service}sparql", method=method))
    assert [row.s for row in graph.query(SELECT)] == [UNIVERSITY]
    assert graph.query(ASK).askAnswer is True
    assert len(graph.query(CONSTRUCT).graph) == 2
    assert len(list(graph.triples((UNIVERSITY, None, None)))) == 6
    assert (UNIVERSITY, rdflib.SKOS.altLabel, rdflib.Literal("HKU", lang="en")) in graph
    assert len(graph) > 6


@pytest.mark.parametrize("return_format", ["json", "xml", "csv", "tsv"])
def test_rdflib_store_formats(service, return_format):
    graph = rdflib.Graph(SPARQLStore(f"{service}sparql", returnFormat=return_format))
    assert [str(row.s) for row in graph.query(SELECT)] == [str(UNIVERSITY)]


def update_store(service, authorization=BEARER):
    headers = {"Authorization": authorization}
    return SPARQLUpdateStore(f"{service}sparql", f"{service}update", headers=headers)


def test_rdflib_update_store(service):
    graph = rdflib.Graph(update_store(service), identifier="x:rdflib")
    triples = [(rdflib.URIRef("x:s"), rdflib.URIRef("x:p"), rdflib.Literal(text)) for text in ("香港", '"\n')]
    for triple in triples:
        graph.add(triple)
    assert set(graph) == set(triples)
    graph.remove(triples[0])
    assert list(graph) == triples[1:]
    graph.update('INSERT DATA { <x:s> <x:p> "3" } ; DELETE WHERE { ?s ?p "\\"\\n" }')
    assert [str(o) for o in graph.objects()] == ["3"]
    assert len(rdflib.Graph(SPARQLStore(f"{service}sparql"), identifier="x:rdflib")) == 1


def test_rdflib_update_store_of_the_default_graph(service):
    graph = rdflib.Graph(update_store(service), identifier=rdflib.graph.DATASET_DEFAULT_GRAPH_ID)
    triple = (rdflib.URIRef("x:default"), rdflib.URIRef("x:p"), rdflib.Literal(1))
    graph.add(triple)
    assert triple in graph
    graph.remove((triple[0], None, None))
    assert triple not in graph


def test_rdflib_update_store_without_the_token(service):
    graph = rdflib.Graph(update_store(service, "Bearer wrong"), identifier="x:rdflib")
    with pytest.raises(HTTPError, match="401"):
        graph.add((rdflib.URIRef("x:s"), rdflib.URIRef("x:p"), rdflib.Literal(1)))


def curl(*arguments):
    run = subprocess.run(
        ["curl", "-sS", "--max-time", str(DEADLINE), *arguments], capture_output=True, check=True
    )
    return run.stdout.decode()


def test_curl(service, tmp_path):
    address = f"{service}sparql"
    asked = ["--data-urlencode", f"query={SELECT}"]
    assert UNIVERSITY in curl(address, *asked)
    assert curl("-G", address, *asked, "-H", "Accept: text/csv").split() == ["s", str(UNIVERSITY)]
    file = tmp_path / "query.rq"
    file.write_text(CONSTRUCT, encoding="utf-8")
    direct = ["-H", "Content-Type: application/sparql-query", "--data-binary", f"@{file}"]
    assert '"HKU"@en' in curl(address, *direct, "--compressed")
    assert curl("-I", f"{address}?query={quote(SELECT)}").startswith("HTTP/1.1 200")


def test_curl_graph_store(service, tmp_path):
    file = tmp_path / "graph.ttl"
    file.write_text('<x:a> <x:b> "香" .', encoding="utf-8")
    address, written = f"{service}graph-store?graph=x:curl", ["-o", "/dev/null", "-w", "%{http_code}"]
    authorization = ["-H", f"Authorization: {BEARER}"]
    assert (
        curl("-T", str(file), "-H", "Content-Type: text/turtle", *authorization, address, *written) == "201"
    )
    assert curl(address, "-H", "Accept: application/n-triples") == '<x:a> <x:b> "香" .\n'
    form = ["-F", f"a=@{file};type=text/turtle", "-F", "b= <x:c> <x:d> 1 .;type=text/turtle"]
    assert curl(*form, *authorization, address, *written) == "204"
    assert curl(address, "-H", "Accept: application/n-triples").count("\n") == 2
    assert curl("-X", "DELETE", *authorization, address, *written) == "204"
    assert curl(address, *written) == "404"


def comunica(*arguments):
    command = [MODULES / ".bin" / "node", MODULES / ".bin" / "comunica-sparql", *arguments]
    run = subprocess.run(command, capture_output=True, encoding="utf-8", timeout=DEADLINE * 2, check=False)
    assert run.returncode == 0, run.stderr
    return run.stdout


@pytest.mark.needs_node
@needs_node
def test_comunica(service):
    assert [row["s"] for row in json.loads(comunica(f"{service}sparql", SELECT))] == [str(UNIVERSITY)]


@pytest.mark.needs_node
@needs_node
def test_comunica_construct(service):
    assert '"HKU"@en' in comunica(f"{service}sparql", CONSTRUCT)


@pytest.mark.needs_node
@needs_node
def test_comunica_joins_two_endpoints(service, tmp_path):
    with oxigraph(tmp_path / "store") as other:
        put(f"{other}/store?default", f'<{UNIVERSITY}> <x:founded> "1911" . <x:elsewhere> <x:founded> "1" .')
        query = PREFIXES + "SELECT ?name ?year { ?s skos:altLabel ?name ; <x:founded> ?year }"
        rows = json.loads(comunica(f"{service}sparql", f"{other}/query", query))
    assert {(row["name"].partition("@")[0], row["year"]) for row in rows} == {
        ('"HKU"', '"1911"'),
        ('"港大"', '"1911"'),
    }


def browse(url, folder):
    """Let a browser open a page and run its scripts, and return what they found."""
    command = ["chromium", "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run"]
    quiet = ["--disable-background-networking", "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"]
    patient = ["--virtual-time-budget=20000", f"--user-data-dir={folder}", "--dump-dom"]
    run = subprocess.run(
        [*command, *quiet, *patient, url], capture_output=True, timeout=DEADLINE * 2, check=True
    )
    found = re.search(r'<pre id="found">(.*?)</pre>', run.stdout.decode(), re.DOTALL)
    assert found, run.stderr.decode()
    return json.loads(unescape(found[1]))


@pytest.fixture
def page():
    """The address of a page of another origin."""
    with answering(always((CLIENTS / "page.html").read_bytes(), "text/html")) as address:
        yield address


def number(found):
    assert found["status"] == 200
    assert found["type"] == "application/sparql-results+json"
    return int(json.loads(found["body"])["results"]["bindings"][0]["n"]["value"])


@pytest.mark.needs_chromium
@needs_chromium
def test_a_page_of_another_origin(service, page, tmp_path):
    found = browse(f"{page}?{urlencode({'service': service})}", tmp_path)
    assert {number(found[way]) for way in ("get", "post", "form")} == {0}
    assert found["mistake"]["status"] == 400
    assert json.loads(found["mistake"]["body"])["detail"].endswith("it ends too soon.")
    assert found["stranger"]["status"] == 401
    assert found["update"]["status"] == 204
    assert number(found["after"]) == 1
    assert found["graph"]["status"] == 201


@pytest.mark.needs_chromium
@needs_chromium
def test_a_page_is_kept_from_a_service_that_does_not_allow_it(page, tmp_path):
    with answering(always(b"{}")) as address:
        found = browse(f"{page}?{urlencode({'service': address})}", tmp_path)
    assert set(map(json.dumps, found.values())) == {'{"error": "TypeError"}'}


def raw(service, request):
    host, port = service.removeprefix("http://").rstrip("/").split(":")
    with closing(socket.create_connection((host, int(port)), DEADLINE)) as connection:
        connection.sendall(request)
        return b"".join(iter(lambda: connection.recv(4096), b"")).decode()


def request(line, *headers, body=""):
    lines = [line, "Host: 127.0.0.1", "Connection: close", *headers]
    return "\r\n".join([*lines, f"Content-Length: {len(body.encode())}", "", body]).encode()


JENA = (
    "application/sparql-results+json, application/sparql-results+xml;q=0.9, text/tab-separated-values;q=0.7, "
    "text/csv;q=0.5, application/json;q=0.2, application/xml;q=0.2, */*;q=0.1"
)
RDF4J = (
    "application/sparql-results+xml;q=0.8, application/xml;q=0.8, application/x-binary-rdf-results-table, "
    "application/sparql-results+json;q=0.8, application/json;q=0.8"
)
VIRTUOSO = "application/sparql-results+xml, text/rdf+n3, application/rdf+xml, application/turtle"
SPACELESS = SELECT.replace("#", "%23").replace(" ", "+").replace("\n", "+")
ODD = {
    "an R script": request(f"GET /sparql?query={quote(SELECT)}&output=xml& HTTP/1.1"),
    "rdflib": request(
        "POST /sparql? HTTP/1.1",
        "Content-Type: application/sparql-query",
        "Accept: application/rdf+xml, application/sparql-results+xml",
        body=SELECT,
    ),
    "a form with a charset": request(
        "POST /sparql HTTP/1.1",
        f'content-type: {FORM}; Charset="UTF-8"',
        body=urlencode({"query": SELECT, "Submit": "Run"}),
    ),
    "repeated unknown parameters": request(
        f"GET /sparql?query={quote(SELECT)}&results=json&results=json&timeout=0&debug=on HTTP/1.1"
    ),
    "empty parameters": request(f"GET /sparql?query={quote(SELECT)}&maxrows=&soft-limit= HTTP/1.1"),
    "Jena": request(f"GET /sparql?query={quote(SELECT)} HTTP/1.1", f"Accept: {JENA}"),
    "RDF4J": request(f"GET /sparql?query={quote(SELECT)}&infer=true HTTP/1.1", f"Accept: {RDF4J}"),
    "Virtuoso": request(f"GET /sparql?query={quote(SELECT)} HTTP/1.1", f"Accept: {VIRTUOSO}"),
    "two Accept lines": request(
        f"GET /sparql?query={quote(SELECT)} HTTP/1.1", "Accept: text/html;q=0", "Accept: text/csv"
    ),
    "HTTP/1.0 without a host": f"GET /sparql?query={quote(SELECT)} HTTP/1.0\r\n\r\n".encode(),
    "an address that is not encoded": request(f"GET /sparql?query={SPACELESS} HTTP/1.1"),
}


@pytest.mark.parametrize("client", ODD)
def test_an_odd_request(service, client):
    answer = raw(service, ODD[client])
    assert answer.split()[1] == "200", answer
    assert UNIVERSITY in answer
