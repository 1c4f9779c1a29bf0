"""SERVICE for hosts that are listed: what comes back is whole, or the query fails and says whom it called."""

import socket
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest
from click.testing import CliRunner

from hkkg.cli.serve import command
from remote_support import JSON, XML, always, answering
from service_support import launching, numbered, problem, serving, until

ROW = b'{"head":{"vars":["x"]},"results":{"bindings":[{"x":{"type":"literal","value":"from afar"}}]}}'
XML_ROWS = (
    b'<sparql xmlns="http://www.w3.org/2005/sparql-results#"><head><variable name="x"/></head><results>'
    + b'<result><binding name="x"><literal>1</literal></binding></result>' * 100
    + b"</results></sparql>"
)
ITEM = b'{"x":{"type":"literal","value":"1"}}'
PEERS = {
    "cut XML": always(XML_ROWS[: len(XML_ROWS) // 2], XML),
    "cut JSON": always(ROW[:-3]),
    "incomplete by its header": always(ROW, X_SQL_State="S1TAT"),
    "dies in the middle": always(
        b'{"head":{"vars":["x"]},"results":{"bindings":[' + b",".join([ITEM] * 40),
        JSON,
        Content_Length="99999",
        Connection="close",
    ),
    "fails": always(b"no luck today", "text/plain", status=500),
    "no results": always(b"<html></html>", "text/html"),
}
CALLING = {
    "SELECT ?x": "SELECT ?x { SERVICE <PEER> { ?s ?p ?x } }",
    "COUNT": "SELECT (COUNT(*) AS ?n) { SERVICE <PEER> { ?s ?p ?x } }",
    "ORDER BY": "SELECT ?x { SERVICE <PEER> { ?s ?p ?x } } ORDER BY ?x",
    "ASK": "ASK { SERVICE <PEER> { ?s ?p ?x } }",
    "CONSTRUCT": "CONSTRUCT { <x:a> <x:b> ?x } { SERVICE <PEER> { ?s ?p ?x } }",
    "MINUS": "SELECT * { ?s ?p ?x MINUS { SERVICE <PEER> { ?s ?p ?x } } }",
    "EXISTS": "SELECT * { ?s ?p ?x FILTER NOT EXISTS { SERVICE <PEER> { ?s ?p ?x } } }",
}
# The first look-up of a name finds a public address, the next ones what it really is.
REBINDING = """\
import socket
_real, _seen = socket.getaddrinfo, []
def _rebinding(host, *rest, **named):
    if host == "localhost":
        _seen.append(host)
    is_first = host == "localhost" and len(_seen) == 1
    return _real("93.184.215.14" if is_first else host, *rest, **named)
socket.getaddrinfo = _rebinding
"""


@contextmanager
def federated(folder, *hosts):
    path = folder / "graph.ttl"
    path.write_text(numbered(5), encoding="utf-8")
    with serving(path, "--no-inference", *(f"--allow-service={host}" for host in hosts)) as running:
        yield running
        assert "Traceback" not in running.errors


@pytest.fixture(scope="module")
def service(tmp_path_factory):
    with federated(tmp_path_factory.mktemp("federated"), "127.0.0.1") as running:
        yield running


@pytest.mark.parametrize("peer", PEERS.values(), ids=PEERS)
@pytest.mark.parametrize("query", CALLING.values(), ids=CALLING)
def test_an_answer_that_is_not_whole_fails_the_query(service, peer, query):
    with answering(peer) as remote:
        document = problem(service.query(query.replace("PEER", remote), "*/*"), 502)
    assert remote in document["detail"]
    assert "SERVICE SILENT" in document["hint"]


@pytest.mark.parametrize("accept", ["text/csv", "text/html"])
def test_who_waits_for_a_peer_holds_up_nobody(service, accept):
    with socket.create_server(("127.0.0.1", 0)) as peer, ThreadPoolExecutor(2) as pool:
        called = f"http://127.0.0.1:{peer.getsockname()[1]}"
        asked = [
            pool.submit(service.query, f"ASK {{ SERVICE <{called}/{n}> {{ ?s ?p ?o }} }}", accept)
            for n in range(2)
        ]
        until(lambda: service.metric("slow_queries") == len(asked))
        assert service.query("ASK { <x:s1> ?p ?o }").text.strip() == "true"
        assert not any(answer.done() for answer in asked)
        peer.close()
    assert {answer.result().status_code for answer in asked} == {502}


@pytest.mark.parametrize("peer", PEERS.values(), ids=PEERS)
@pytest.mark.parametrize("query", CALLING.values(), ids=CALLING)
def test_silent_goes_on_without_it(service, peer, query):
    with answering(peer) as remote:
        silent = query.replace("SERVICE <PEER>", f"SERVICE SILENT <{remote}>")
        assert service.query(silent, "*/*").status_code == 200
        beside = f"SELECT ?x {{ SERVICE SILENT <{remote}> {{ ?s ?p ?x }} SERVICE <{remote}> {{ ?s ?p ?x }} }}"
        problem(service.query(beside), 502)


@pytest.mark.parametrize("query", CALLING.values(), ids=CALLING)
@pytest.mark.parametrize("answer", [(ROW, JSON), (XML_ROWS, XML)], ids=["JSON", "XML"])
def test_a_whole_answer_counts(service, query, answer):
    with answering(always(*answer)) as remote:
        for accept in ("*/*", "text/html"):
            assert service.query(query.replace("PEER", remote), accept).status_code == 200
        count = service.query(CALLING["COUNT"].replace("PEER", remote)).text
        assert int(count.split()[1]) == (1 if answer[1] == JSON else 100)


def test_an_answer_larger_than_what_a_connection_holds(service):
    rows = b",".join(b'{"x":{"type":"literal","value":"%d"}}' % number for number in range(200_000))
    body = b'{"head":{"vars":["x"]},"results":{"bindings":[' + rows + b"]}}"
    with answering(always(body)) as remote:
        query = f"SELECT ?x {{ SERVICE <{remote}> {{ ?s ?p ?x }} }}"
        assert service.query(query).text.split() == ["x", *map(str, range(200_000))]
        calls = f"SERVICE <{remote}> {{ ?s ?p ?x }} OPTIONAL {{ SERVICE <{remote}> {{ ?s ?q ?x }} }}"
        assert service.query(f"SELECT ?x {{ {calls} }} LIMIT 3").text.split() == ["x", "0", "1", "2"]


def test_blank_nodes_of_two_answers_are_never_the_same(service):
    node = b'{"head":{"vars":["x"]},"results":{"bindings":[{"x":{"type":"bnode","value":"b0"}}]}}'
    with answering(always(node)) as one, answering(always(node)) as other:
        calls = [f"SERVICE <{remote}> {{ ?x ?p ?o }}" for remote in (one, one, other)]
        for call in calls[1:]:
            assert service.query(f"SELECT ?x {{ {calls[0]} {call} }}").text.split() == ["x"]
        each = " UNION ".join(f"{{ {call} }}" for call in calls)
        assert service.query(f"SELECT (COUNT(DISTINCT ?x) AS ?n) {{ {each} }}").text.split() == ["n", "3"]


def test_a_peer_is_asked_what_the_query_says_of_it(service):
    asked = []

    def answer(request):
        asked.append(dict(request.fields)["query"])
        request.reply(ROW)

    with answering(answer) as remote:
        inner = f"SERVICE SILENT <{remote}> {{ ?x ?q '<{remote}>' }}"
        query = f"BASE <http://example.org/> SELECT ?x {{ SERVICE <{remote}> {{ <a> ?p ?x . {inner} }} }}"
        assert service.query(query).text.split("\r\n")[1] == "from afar"
        twice = f"SELECT ?x {{ SERVICE <{remote}> {{ ?s ?p ?x }} SERVICE <{remote}> {{ ?s ?q ?x }} }}"
        assert service.query(twice).status_code == 200
    assert "<http://example.org/a>" in asked[0]
    assert asked[0].count(f"<{remote}>") == 2
    assert len(asked) == 3


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * { SERVICE <PEER> { ?s ?p ?o } ?s rdf:type }",
        "SELECT *\n{ SERVICE <PEER> { ?s ?p ?o } SELEC }",
        "SELECT *\n{ SERVICE <PEER> { ?s ?p ?o } ",
        "ASK { SERVICE <PEER> { ?s ?p ?o } ?s <relative> ?o ! }",
    ],
)
def test_a_mistake_is_shown_where_it_was_written(service, query):
    query = query.replace("PEER", "http://127.0.0.1:9/sparql")
    document = problem(service.query(query), 400)
    line = query.split("\n")[document["line"] - 1]
    assert document["excerpt"] == line
    calling = "SERVICE <http://127.0.0.1:9/sparql>"
    without = query.replace(calling, "GRAPH <http://example.org/>".rjust(len(calling)))
    assert document["column"] == problem(service.query(without), 400)["column"]
    assert "127.0.0.1" not in document["detail"]


def test_no_redirection_leads_to_another_host(service):
    called = []
    with answering(called.append) as elsewhere:
        location = elsewhere.replace("127.0.0.1", "localhost")
        with answering(always(b"", None, status=307, Location=location)) as remote:
            query = CALLING["COUNT"].replace("PEER", remote)
            response = service.query(query)
    assert remote in problem(response, response.status_code)["detail"]
    assert response.status_code in {403, 502}
    assert called == []


def test_a_query_that_can_be_read_in_several_ways_is_refused(service):
    with answering(always(ROW)) as remote:
        query = f'SELECT * {{ FILTER(1<2)#>"""\n SERVICE <{remote}> {{ ?s ?p ?o }} #"""\n }}'
        assert "blank" in problem(service.query(query), 403)["hint"]


@pytest.mark.parametrize(
    "target",
    [
        "http://[x]/",
        "http://[::1/",
        "http://ex℀mple/",
        "http://127.0.0.1:x/",
        "ftp://127.0.0.1/",
        "//127.0.0.1/",
        "x",
    ],
)
def test_what_is_no_address_is_refused(service, target):
    response = service.query(f"BASE <http://127.0.0.1/> SELECT * {{ SERVICE <{target}> {{ ?s ?p ?o }} }}")
    assert target in problem(response, 403)["detail"]


def test_a_name_that_leads_elsewhere_when_looked_up_again(tmp_path):
    called = []
    path = tmp_path / "graph.ttl"
    path.write_text(numbered(5), encoding="utf-8")
    settings = f"Settings(files=({str(path)!r},), services=('localhost',))"
    with answering(called.append) as remote, launching(settings, before=REBINDING) as running:
        named = remote.replace("127.0.0.1", "localhost")
        for silent in ("", "SILENT"):
            response = running.query(f"SELECT * {{ SERVICE {silent} <{named}> {{ ?s ?p ?o }} }}")
            assert "private" in problem(response, 403)["detail"]
    assert called == []


def test_hosts_are_compared_in_one_form(tmp_path):
    with (
        answering(always(ROW)) as remote,
        federated(tmp_path, "LOCALHOST", "127.0.0.1.", "[0:0::1]") as running,
    ):
        for host in ("localhost", "LocalHost", "127.0.0.1"):
            target = remote.replace("127.0.0.1", host)
            assert running.query(f"SELECT * {{ SERVICE <{target}> {{ ?s ?p ?x }} }}").status_code == 200
        for host in ("[::1]", "[0:0:0:0:0:0:0:1]"):  # where no server of the test's is
            target = remote.replace("127.0.0.1", host)
            problem(running.query(f"SELECT * {{ SERVICE <{target}> {{ ?s ?p ?x }} }}"), 502)


@pytest.mark.parametrize(
    "host",
    [
        *("127.0.0.1:8080", "http://127.0.0.1/", "a..b", "", "*", "127.1", "0x7f.1", "[example.org]"),
        *("例.hk", "x" * 64),
    ],
)
def test_what_is_no_host_is_refused_at_the_start(host):
    result = CliRunner().invoke(command, ["--allow-service", host])
    assert result.exit_code == 2
    assert f"--allow-service: {host!r} is no host" in " ".join(result.output.split())
