"""Virtuoso as a remote endpoint: an engine with customs of its own."""

import shutil

import pytest

from hkkg import formats
from hkkg.config import Credentials
from hkkg.errors import EndpointError, QuerySyntaxError
from hkkg.loading import Document
from hkkg.publishing import GraphStoreTarget, UpdateTarget, compare, named_graphs, publish
from hkkg.store import BlankNode, EmbeddedStore, Literal
from hkkg.store.http import Client
from hkkg.store.remote import RemoteEngine
from remote_support import virtuoso

pytestmark = [
    pytest.mark.needs_virtuoso,
    pytest.mark.skipif(not shutil.which("virtuoso-t"), reason="Virtuoso is not installed"),
]
ROWS = 20_000
ADMINISTRATOR = Credentials(user="dba", password="dba")  # noqa: S106 - of a new server
TIMEOUT = 60
GRAPH = "urn:g"
RICH = """\
@prefix passage: <https://w3id.org/hkkg/passage/> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
passage:tkp-2026.1-2 passage:p 1.50 , 73000000000 , "2026-05-01"^^xsd:date , "2026"^^xsd:gYear ,
    "香港\\n\\t\\"\\\\"@zh-Hant , "" , <https://example.org/香#a/b> , [ passage:q [ passage:r 1 ] ] ;
    passage:flag true .
"""


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """The address of a new server."""
    with virtuoso(tmp_path_factory.mktemp("virtuoso"), ROWS) as address:
        yield address


@pytest.fixture(scope="module")
def engine(server):
    return RemoteEngine(f"{server}/sparql", timeout=TIMEOUT)


def graphs(text):
    return named_graphs([Document("test", text.encode(), formats.TURTLE, GRAPH)], EmbeddedStore())


def targets(server):
    def client(path):
        return Client(server + path, timeout=TIMEOUT, credentials=ADMINISTRATOR)

    return {
        "graph-store": GraphStoreTarget(client("/sparql-graph-crud-auth")),
        "update": UpdateTarget(client("/sparql-auth")),
    }


@pytest.mark.parametrize("kind", ["graph-store", "update"])
def test_a_graph_comes_back_as_it_was_sent(server, engine, kind):
    sent = graphs(RICH)
    assert list(publish(sent, targets(server)[kind])) == [GRAPH]
    (found,) = compare(sent, engine)
    assert found.same, found


@pytest.mark.parametrize("kind", ["graph-store", "update"])
def test_values_that_it_rewrites_are_told_and_an_empty_graph_empties(server, engine, kind):
    sent = graphs('<x:a> <x:p> "007"^^<http://www.w3.org/2001/XMLSchema#integer> , "1"@en-GB .')
    list(publish(sent, targets(server)[kind]))
    (found,) = compare(sent, engine)
    assert found.same, found
    assert [kept for kept, _ in found.rewritten] in (
        [],
        ['"007"^^<http://www.w3.org/2001/XMLSchema#integer>'],
    )
    list(publish(graphs("# nothing"), targets(server)[kind]))
    assert engine.answer("ASK { GRAPH <urn:g> { ?s ?p ?o } }").boolean is False


def test_an_odd_answer_is_read_as_what_it_means(server, engine):
    list(publish(graphs(RICH), targets(server)["update"]))
    (row,) = engine.answer("SELECT ?x { GRAPH <urn:g> { ?x ?p [ ?q 1 ] } }").table().rows
    assert isinstance(row[0], BlankNode)
    select = "SELECT ?x { GRAPH <urn:g> { ?s ?p ?x FILTER(isLiteral(?x) && lang(?x) != '') } }"
    assert engine.answer(select).table().rows == ((Literal('香港\n\t"\\', language="zh-Hant"),),)
    assert engine.answer("ASK { GRAPH <urn:g> { ?s ?p ?o } }").boolean is True
    assert engine.answer("CONSTRUCT { ?s ?p ?o } { GRAPH <urn:g> { ?s ?p ?o } }").is_graph


def test_a_malformed_query_is_the_users_mistake(engine):
    with pytest.raises(QuerySyntaxError, match="refused the query") as caught:
        engine.answer("SELECT * {\n ?s ] }")
    assert caught.value.place.line == 2


def test_what_fails_is_the_servers(engine):
    with pytest.raises(EndpointError, match="Undefined procedure"):
        engine.answer("SELECT (<urn:unknown>(?s) AS ?x) { ?s ?p ?o } LIMIT 1")


def test_rows_that_the_server_keeps_back_are_missed(engine):
    values = " ".join(str(number) for number in range(150))
    query = f"SELECT * {{ VALUES ?a {{ {values} }} VALUES ?b {{ {values} }} }}"
    with pytest.raises(EndpointError, match=f"lets out {ROWS} rows"):
        engine.answer(query)


@pytest.mark.parametrize("password", [None, "wrong"])
def test_nobody_writes_without_the_password(server, password):
    credentials = Credentials(user="dba", password=password) if password else None
    client = Client(f"{server}/sparql-graph-crud-auth", timeout=TIMEOUT, credentials=credentials)
    with pytest.raises(EndpointError, match="status 401") as caught:
        list(publish(graphs(RICH), GraphStoreTarget(client)))
    assert "HKKG_ENDPOINT_PASSWORD" in caught.value.hint


def test_the_packaged_graph_is_published_and_what_virtuoso_gets_wrong_is_listed(server, hkkg):
    arguments = ["--endpoint", f"{server}/sparql", "--graph-store", f"{server}/sparql-graph-crud-auth"]
    environment = {"HKKG_ENDPOINT_USER": "dba", "HKKG_ENDPOINT_PASSWORD": "dba"}
    result = hkkg("publish", *arguments, environment=environment)
    assert result.returncode == 0, result.stdout + result.stderr
    names = ["laboratories-by-university", "tenants-of-a-park", "open-lists"]
    result = hkkg("questions", "check", *names, "--endpoint", f"{server}/sparql")
    assert result.returncode == 1
    assert f"{server}/sparql: 2 of 3 right" in result.stdout
    assert "open-lists on" in result.stdout
