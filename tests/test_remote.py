"""The engine of a remote endpoint: a real server, and every way in which one can misbehave."""

import hashlib
import io
import re
import subprocess
import sys
import threading
import time
import zlib

import pytest

from conftest import SMALL
from hkkg import formats
from hkkg.config import Credentials
from hkkg.errors import (
    EndpointError,
    EndpointTimeoutError,
    ParameterError,
    QuerySyntaxError,
    UnknownFormatError,
)
from hkkg.store import BlankNode, Literal, NamedNode, isomorphic, parse
from hkkg.store.remote import RemoteEngine
from remote_support import JSON, NTRIPLES, TURTLE, XML, always, answering, free_port, oxigraph

SELECT = "SELECT * { ?s ?p ?o }"
ASK = "ASK {}"
CONSTRUCT = "CONSTRUCT WHERE { ?s ?p ?o }"
PREFIXES = "PREFIX hk: <https://w3id.org/hkkg/id/> PREFIX skos: <http://www.w3.org/2004/02/skos/core#> "
HEAD = b'{"head":{"vars":["o"]},"results":{"bindings":['
ROW = b'{"o":{"type":"literal","value":"1"}}'
TABLE = HEAD + ROW + b"]}}"
XML_HEAD = b'<?xml version="1.0"?><sparql xmlns="http://www.w3.org/2005/sparql-results#">'
XML_ROW = b'<result><binding name="o"><literal>1</literal></binding></result>'
XML_TABLE = XML_HEAD + b'<head><variable name="o"/></head><results>' + XML_ROW + b"</results></sparql>"
CHUNKED = b"HTTP/1.1 200 OK\r\nContent-Type: text/turtle\r\nTransfer-Encoding: chunked\r\n\r\n"
TRIPLE = b'<x:a> <x:b> "1" .\n'
RDF_XML = (
    b'<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about="x:a">'
    b'<p xmlns="x:">1</p></rdf:Description></rdf:RDF>'
)
SLOW = 0.3
LATE = r"within 0\.3 seconds"
# Streams 200,000 rows, and prints how many MB the process grew by.
MEASURED = """
import resource, sys
from hkkg import formats
from hkkg.store.remote import RemoteEngine
class Output:
    size = 0
    def write(self, data):
        self.size += len(data)
        return len(data)
    def flush(self):
        pass
engine, output = RemoteEngine(sys.argv[1], timeout=30), Output()
answer = engine.answer("SELECT * {}")
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
answer.write(formats.CSV, output)
print(output.size, (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024)
"""


def ask(url, query=SELECT, timeout=10, **graphs):
    """Send a query and read its whole answer, as lines of CSV, a boolean or triples."""
    answer = RemoteEngine(url, timeout=timeout).answer(query, **graphs)
    output = io.BytesIO()
    answer.write(formats.NTRIPLES if answer.is_graph else formats.CSV, output)
    return output.getvalue().split()


def asked(answer, query=SELECT, timeout=10):
    with answering(answer) as url:
        return ask(url, query, timeout)


def fails(answer, complaint, query=SELECT, error=EndpointError, timeout=10):
    with answering(answer) as url, pytest.raises(error, match=complaint) as caught:
        ask(url, query, timeout)
    assert type(caught.value) is error
    assert url in caught.value.message
    return caught.value


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """The query endpoint of a real server with a few triples."""
    with oxigraph(tmp_path_factory.mktemp("oxigraph") / "store") as address:
        upload = f"{address}/store?default"
        command = [
            "curl",
            "-sf",
            "-X",
            "PUT",
            "-H",
            "Content-Type: text/turtle",
            "--data-binary",
            "@-",
            upload,
        ]
        subprocess.run(command, input=SMALL.encode(), check=True)
        yield f"{address}/query"


def values(answer):
    return sorted(term.value for term in answer.table().column("o"))


def test_select(server):
    query = PREFIXES + 'SELECT ?o { hk:yin-hejun skos:prefLabel ?o FILTER(langMatches(lang(?o), "zh")) }'
    assert values(RemoteEngine(server, timeout=10).answer(query)) == ["陰和俊"]


def test_select_of_chinese_text(server):
    answer = RemoteEngine(server, timeout=10).answer('SELECT ?s { ?s ?p "港大"@zh-Hant }')
    assert answer.table().column("s") == [NamedNode("https://w3id.org/hkkg/id/university-of-hong-kong")]


def test_ask(server):
    engine = RemoteEngine(server, timeout=10)
    assert [engine.answer(f"ASK {{ ?s ?p {o} }}").boolean for o in ("?o", "<x:none>")] == [True, False]


def test_construct(server):
    answer = RemoteEngine(server, timeout=10).answer(CONSTRUCT)
    expected = [q.triple for q in parse(SMALL.encode(), formats.TURTLE, source="small")]
    assert (answer.kind, isomorphic(answer.triples(), expected)) == ("graph", True)


@pytest.mark.parametrize(
    ("query", "place"),
    [("SELECT * {\n ?s ] }", (2, 5)), ("SELECT (SUM(?x) AS ?y) ?z {}", (1, 24)), ("SELEC * {}", (1, 1))],
)
def test_a_malformed_query_is_refused_with_its_place(server, query, place):
    with pytest.raises(QuerySyntaxError) as caught:
        ask(server, query)
    assert (caught.value.place.line, caught.value.place.column) == place


def test_what_the_server_cannot_evaluate_comes_in_its_own_words(server):
    with pytest.raises(EndpointError, match=r"status 500 .*<x:unknown> is not supported"):
        ask(server, "SELECT (<x:unknown>(1) AS ?x) {}")


def test_a_wrong_path(server):
    with pytest.raises(EndpointError, match="status 404"):
        ask(f"{server}/nothing")


@pytest.mark.parametrize("target", formats.RESULT_FORMATS, ids=lambda target: target.name)
def test_a_table_and_a_boolean_are_written_in_every_result_format(server, target):
    engine = RemoteEngine(server, timeout=10)
    for query, part in (('SELECT ("香港" AS ?x) {}', "香港".encode()), (ASK, b"true")):
        answer, output = engine.answer(query), io.BytesIO()
        assert target in answer.offered
        answer.write(target, output)
        assert part in output.getvalue()


@pytest.mark.parametrize("target", formats.RDF_FORMATS, ids=lambda target: target.name)
def test_a_graph_is_written_in_every_rdf_format(server, target):
    answer, output = RemoteEngine(server, timeout=10).answer(CONSTRUCT), io.BytesIO()
    answer.write(target, output)
    read = [q.triple for q in parse(output.getvalue(), target, source="answer")]
    assert isomorphic(read, [q.triple for q in parse(SMALL.encode(), formats.TURTLE, source="small")])


def test_a_format_that_does_not_suit_is_refused(server):
    with pytest.raises(UnknownFormatError, match="turtle"):
        RemoteEngine(server, timeout=10).answer(SELECT).write(formats.TURTLE, io.BytesIO())


@pytest.mark.parametrize("query", ["INSERT DATA { <x:a> <x:b> <x:c> }", "DROP ALL", "# nothing", ""])
def test_what_is_no_query_is_never_sent(query):
    requests = []
    with answering(requests.append) as url, pytest.raises(QuerySyntaxError):
        ask(url, query)
    assert requests == []


def test_the_request_is_a_form_with_the_dataset():
    sent = []

    def answer(request):
        sent.append((request.fields, request.headers["Accept"]))
        request.reply(TABLE)

    with answering(answer) as url:
        ask(url, default_graphs=["x:1", "x:2"], named_graphs=["x:3"])
    fields = [("query", SELECT), ("default-graph-uri", "x:1"), ("default-graph-uri", "x:2")]
    assert sent[0][0] == [*fields, ("named-graph-uri", "x:3")]
    assert "triples" not in sent[0][1]


@pytest.mark.parametrize(
    ("query", "is_added"),
    [
        ("SELECT * { <a> ?p ?o }", True),
        ("PREFIX x: <a> BASE <http://example.org/> SELECT * { <a> ?p ?o }", True),
        ("BASE <a> SELECT * { <a> ?p ?o }", True),
        ("# BASE <x:a>\nSELECT * { <a> ?p ?o }", True),
        ("# mine\nbase<http://example.org/> SELECT * { <a> ?p ?o }", False),
    ],
)
def test_a_base_is_added_where_a_query_begins_with_none(query, is_added):
    sent = []

    def answer(request):
        sent.append(dict(request.fields)["query"])
        request.reply(TABLE)

    with answering(answer) as url:
        ask(url, query, base="http://example.com/")
    assert sent == [f"BASE <http://example.com/> {query}" if is_added else query]


@pytest.mark.parametrize(
    ("query", "media_type", "body", "expected"),
    [
        (SELECT, "application/sparql-results+json;charset=utf-8", TABLE, [b"o", b"1"]),
        (SELECT, "Application/JSON", TABLE, [b"o", b"1"]),
        (SELECT, XML, XML_TABLE, [b"o", b"1"]),
        (SELECT, "text/xml; charset=UTF-8", XML_TABLE, [b"o", b"1"]),
        (ASK, JSON, b'{ "head": { "link": [] }, "boolean": true}', [b"true"]),
        (ASK, XML, XML_HEAD + b"<head/><boolean>false</boolean></sparql>", [b"false"]),
        (CONSTRUCT, "text/plain", TRIPLE, TRIPLE.split()),
        (CONSTRUCT, "text/rdf+n3; charset=UTF-8", TRIPLE, TRIPLE.split()),
        (CONSTRUCT, "application/xml", RDF_XML, [b"<x:a>", b"<x:p>", b'"1"', b"."]),
        (SELECT, JSON, b'{"head":{"vars":["o"]},"results":{"bindings":[]}}', [b"o"]),
        (CONSTRUCT, NTRIPLES, b"", []),
    ],
)
def test_odd_media_types_are_understood(query, media_type, body, expected):
    assert asked(always(body, media_type), query) == expected


@pytest.mark.parametrize(
    ("binding", "term"),
    [
        (
            b'"typed-literal","datatype":"http://www.w3.org/2001/XMLSchema#integer","value":"1"',
            Literal("1", datatype=NamedNode("http://www.w3.org/2001/XMLSchema#integer")),
        ),
        (b'"literal","xml:lang":"zh-Hant","value":"a"', Literal("a", language="zh-hant")),
        (b'"bnode" , "value" : "nodeID://b10001"', BlankNode("b10001")),
        (b'"literal","value":"nodeID://b10001"', Literal("nodeID://b10001")),
    ],
)
def test_odd_terms_are_understood(binding, term):
    body = HEAD + b'{"o": {"type":' + binding + b"}}]}}"
    with answering(always(body)) as url:
        assert RemoteEngine(url, timeout=10).answer(SELECT).table().rows == ((term,),)


@pytest.mark.parametrize(
    ("encoding", "literal", "value"),
    [
        ("UTF-8", "  padded\n ", "  padded\n "),
        ("UTF-8", "  ", "  "),
        ("UTF-8", "", ""),
        ("UTF-8", "first<!-- c -->second<?p x?> third", "firstsecond third"),
        ("UTF-8", "x<![CDATA[ a<b ]]>", "x a<b "),
        ("UTF-8", "a&#13;&#10;b\r\nc&amp;lt;", "a\r\nb\nc&lt;"),
        ("UTF-16", "香", "香"),
        ("ISO-8859-1", "café", "café"),
        ("windows-1252", "\u20ac", "\u20ac"),
    ],
)
def test_no_text_of_xml_is_changed(encoding, literal, value):
    head = f'<?xml version="1.0" encoding="{encoding}"?>{XML_HEAD.decode().partition("?>")[2]}'
    results = XML_TABLE.decode().removeprefix(XML_HEAD.decode()).replace("<result>", "\n <result>\n  ")
    body = (head + results.replace(">1<", f">{literal}<")).encode(encoding)
    with answering(always(body, XML)) as url:
        assert RemoteEngine(url, timeout=10).answer(SELECT).table().rows == ((Literal(value),),)


@pytest.mark.parametrize(
    ("declaration", "complaint"),
    [
        (b'<?xml version="1.0" encoding="Big5"?>', "an encoding that is not known here"),
        (b'<?xml version="1.0" encoding="x-none"?>', "not known here|unknown encoding"),
        (b'<!DOCTYPE s [<!ENTITY e SYSTEM "file:///etc/hostname">]>', "external entity"),
        (b'<!DOCTYPE s SYSTEM "http://127.0.0.1:9/dtd">', "refers to e, which is not in it"),
    ],
)
@pytest.mark.parametrize("query", [SELECT, CONSTRUCT])
def test_xml_that_cannot_be_read_is_refused(declaration, complaint, query):
    media_type, body = (XML, XML_TABLE) if query == SELECT else ("application/rdf+xml", RDF_XML)
    body = declaration + body.replace(b'<?xml version="1.0"?>', b"").replace(b">1<", b">&e;<")
    fails(always(body, media_type), complaint if query == SELECT else "broken or incomplete", query)


def test_odd_blank_nodes_are_found_across_pieces():
    row = b'{"o": { "type": "bnode", "value": "nodeID://b1" }}'
    body = HEAD + b",".join([row] * 20_000) + b"]}}"

    def answer(request):
        request.begin(200, {"Content-Type": JSON, "Transfer-Encoding": "chunked"})
        for start in range(0, len(body), 997):
            request.chunk(body[start : start + 997])
        request.chunk(b"")

    with answering(answer) as url:
        rows = RemoteEngine(url, timeout=10).answer(SELECT).table().rows
    assert set(rows) == {(BlankNode("b1"),)}
    assert len(rows) == 20_000


@pytest.mark.parametrize(
    ("query", "media_type", "body"),
    [
        (SELECT, JSON, TABLE),
        (ASK, JSON, b'{"head":{},"boolean":true}'),
        (SELECT, XML, XML_TABLE),
        (ASK, XML, XML_HEAD + b"<head/><boolean>true</boolean></sparql>"),
        (CONSTRUCT, "application/rdf+xml", RDF_XML),
    ],
)
def test_a_document_that_is_cut_anywhere_is_refused(query, media_type, body):
    state = {}
    with answering(lambda request: request.reply(state["body"], media_type)) as url:
        state["body"] = body
        assert ask(url, query)
        for end in range(len(body)):
            state["body"] = body[:end]
            with pytest.raises(EndpointError, match="broken or incomplete"):
                ask(url, query)


@pytest.mark.parametrize(
    ("query", "media_type", "body"),
    [
        (SELECT, JSON, HEAD + b"The SPARQL operation has been cancelled"),
        (SELECT, JSON, TABLE + b"Error: timeout"),
        (SELECT, JSON, b"[]"),
        (SELECT, JSON, HEAD + b'{"o":{"type":"uri","value":"no iri"}}]}}'),
        (SELECT, JSON, HEAD + b'{"o":{"type":"literal","value":"\xff"}}]}}'),
        (SELECT, JSON, b'{"head":{},"boolean":true}'),
        (ASK, JSON, TABLE),
        (ASK, JSON, b'{"head":{"link":' + b"[" * 9_000 + b"]" * 9_000 + b'},"boolean":true}'),
        (ASK, JSON, b'{"head":{"link":' + b"1" * 9_000 + b'},"boolean":true}'),
        (CONSTRUCT, NTRIPLES, TRIPLE + b"<x:a> <x:b>"),
        (CONSTRUCT, NTRIPLES, TRIPLE + b"The SPARQL operation has been cancelled"),
        (CONSTRUCT, TURTLE, TRIPLE + b'<x:a> <x:b> "1"'),
        (CONSTRUCT, "text/plain", b"Virtuoso S1T00 Error"),
    ],
)
def test_broken_results_are_refused(query, media_type, body):
    fails(always(body, media_type), "broken or incomplete", query)


@pytest.mark.parametrize(
    ("query", "media_type"),
    [
        (SELECT, "text/html"),
        (SELECT, None),
        (SELECT, "text/csv"),
        (SELECT, NTRIPLES),
        (CONSTRUCT, JSON),
    ],
)
def test_what_is_no_answer_to_the_query_is_refused(query, media_type):
    fails(always(b"<p>Hello</p>", media_type), "no SPARQL result", query)


@pytest.mark.parametrize(("query", "media_type"), [(SELECT, JSON), (CONSTRUCT, NTRIPLES)])
def test_a_body_shorter_than_its_length_is_refused(query, media_type):
    body = TABLE if media_type == JSON else TRIPLE * 2
    reply = always(body, media_type, Content_Length=str(len(body) + 50), Connection="close")

    def answer(request):
        reply(request)
        raise ConnectionAbortedError

    fails(answer, "broke off in the middle of its answer", query)


def test_chunks_that_end_early_are_refused():
    def answer(request):
        request.begin(200, {"Content-Type": NTRIPLES, "Transfer-Encoding": "chunked"})
        request.chunk(TRIPLE)
        raise ConnectionAbortedError

    fails(answer, "broke off in the middle of its answer", CONSTRUCT)


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "br", "x-other"])
def test_compressed_answers_are_refused_since_nobody_asked_for_them(encoding):
    half = zlib.compressobj(wbits=31 if encoding == "gzip" else 15)
    body = half.compress(TRIPLE * 100) + half.flush(zlib.Z_SYNC_FLUSH)
    fails(always(body, NTRIPLES, Content_Encoding=encoding), f"sent its answer as {encoding}", CONSTRUCT)
    assert fails(always(body, status=500, Content_Encoding=encoding), "status 500").message.endswith("Error.")


def test_coding_names_are_read_in_any_case():
    assert asked(always(TRIPLE, NTRIPLES, Content_Encoding="Identity"), CONSTRUCT) == TRIPLE.split()

    def answer(request):
        request.begin(200, {"Content-Type": NTRIPLES, "Transfer-Encoding": "Chunked"})
        request.chunk(TRIPLE)
        request.chunk(b"")

    assert asked(answer, CONSTRUCT) == TRIPLE.split()


@pytest.mark.parametrize("length", ["abc", "-1", "+5"])
def test_a_length_that_is_none_tells_no_end(length):
    def answer(request):
        request.begin(200, {"Content-Type": NTRIPLES, "Content-Length": length, "Connection": "close"})
        request.send(TRIPLE)
        raise ConnectionAbortedError

    fails(answer, "nobody can tell", CONSTRUCT)


def test_triples_without_a_length_are_refused_since_nobody_can_tell_whether_all_came():
    def answer(request):
        request.begin(200, {"Content-Type": NTRIPLES, "Connection": "close"})
        request.send(TRIPLE)

    fails(answer, "nobody can tell", CONSTRUCT)


def test_a_table_without_a_length_has_an_end_of_its_own():
    def answer(request):
        request.begin(200, {"Content-Type": JSON, "Connection": "close"})
        request.send(TABLE)

    assert asked(answer) == [b"o", b"1"]


@pytest.mark.parametrize(
    ("status", "body", "complaint", "error"),
    [
        (400, b"", "refused the query: it does not say why", QuerySyntaxError),
        (400, b"nonsense in line 1", "refused the query: nonsense in line 1", QuerySyntaxError),
        (500, b"Virtuoso 37000 Error SP030: SPARQL compiler, line 2", "SP030", QuerySyntaxError),
        (500, b"out of memory", "status 500 .*: out of memory", EndpointError),
        (503, b"", "status 503", EndpointError),
        (404, b"", "status 404", EndpointError),
        (206, TABLE, "status 206", EndpointError),
        (204, b"", "status 204", EndpointError),
        (504, b"", "status 504", EndpointTimeoutError),
        (500, b"Virtuoso S1T00 Error SR171: Transaction timed out", "timed out", EndpointTimeoutError),
    ],
)
def test_each_failure_is_the_error_that_it_means(status, body, complaint, error):
    fails(always(body, "text/plain", status), complaint, error=error)


@pytest.mark.parametrize("status", [500, 503])
@pytest.mark.parametrize(
    ("said", "error"),
    [
        (b"Query timed out", EndpointTimeoutError),
        (b"java.util.concurrent.TimeoutException", EndpointTimeoutError),
        (b"execution time-out", EndpointTimeoutError),
        (b"The query has exceeded its time limit", EndpointTimeoutError),
        (b"Timeout after 30 s", EndpointTimeoutError),
        (b"Error: timeout", EndpointTimeoutError),
        (b"The SPARQL operation has been cancelled", EndpointTimeoutError),
        (b'The column "timeout" is unknown', EndpointError),
        (b"Service Unavailable, no timeout", EndpointError),
    ],
)
def test_who_says_that_time_was_up_is_understood(status, said, error):
    told = fails(always(said, "text/plain", status), "status", error=error)
    assert told.may_pass == (status == 503 and error is EndpointError)


def test_a_page_of_nothing_but_tags_is_read_in_little_time():
    fails(always(b"<style><style>" * 4_000 + b"<" * 9_000, "text/html", 502), "status 502")


def test_a_page_about_an_error_is_shown_as_text():
    page = b"<html><title>Oops</title><style>p { color: red }</style><p>No <b>such</b>\n thing</p></html>"
    error = fails(always(page, "text/html", 502), "status 502")
    assert error.message.endswith(": No such thing")


@pytest.mark.parametrize(
    ("header", "value", "complaint"),
    [
        ("X-SQL-State", "S1TAT", "incomplete results: S1TAT"),
        ("X-SPARQL-MaxRows", "10000", "lets out 10000 rows at most"),
    ],
)
def test_results_that_say_themselves_that_they_are_incomplete_are_refused(header, value, complaint):
    fails(always(TABLE, **{header: value}), complaint)


def test_a_graph_of_virtuoso_counts_only_if_it_tells_its_limit():
    def answer(request):
        is_graph = dict(request.fields)["query"] == CONSTRUCT
        request.reply(TRIPLE * 2, NTRIPLES, 200 if is_graph else 500, Server="Virtuoso/07.20")

    fails(answer, "status 500", CONSTRUCT)


@pytest.mark.parametrize(("triples", "is_cut"), [(20, False), (21, True), (22, False)])
def test_a_graph_that_virtuoso_cuts_without_a_word_is_refused(triples, is_cut):
    def answer(request):
        query = dict(request.fields)["query"]
        if query == CONSTRUCT:
            body = b"".join(b'<x:a> <x:b> "%d" .\n' % number for number in range(triples))
            request.reply(body, NTRIPLES, Server="Virtuoso/07.20")
        else:
            most = {"X_SPARQL_MaxRows": "20"} if int(query.partition("LIMIT ")[2]) >= 20 else {}
            request.reply(TABLE, Server="Virtuoso/07.20", **most)

    if is_cut:
        fails(answer, "it lets out 20 rows at most", CONSTRUCT)
    else:
        assert len(asked(answer, CONSTRUCT)) == 4 * triples


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_a_redirection_is_followed_with_the_query(status):
    def answer(request):
        if request.path == "/sparql":
            request.reply(status=status, Location="/elsewhere")
        else:
            request.reply(TABLE if request.fields == [("query", SELECT)] else b"")

    assert asked(answer) == [b"o", b"1"]


def test_redirections_without_end_are_refused():
    fails(always(status=307, Location="/sparql"), "too many redirects")


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirection_to_another_server_is_not_followed(status):
    seen = []
    with answering(seen.append) as other:
        error = fails(always(status=status, Location=f"{other}?key=secret"), "redirects to .* not followed")
        assert other in error.message
    assert seen == []
    assert "secret" not in str(error)


@pytest.mark.parametrize(
    ("status", "target", "complaint"),
    [
        (303, "/elsewhere", "redirects to .*/elsewhere"),
        (307, "http://[bad", "redirects to what is no address"),
    ],
)
def test_a_redirection_that_leads_to_no_endpoint_is_told(status, target, complaint):
    fails(always(status=status, Location=target), complaint)


def test_a_server_that_never_answers():
    done = threading.Event()
    with answering(lambda _: done.wait(10)) as url:
        with pytest.raises(EndpointTimeoutError, match=LATE):
            ask(url, timeout=SLOW)
        done.set()


def test_a_server_that_stalls_in_the_middle():
    done = threading.Event()

    def answer(request):
        request.begin(200, {"Content-Type": JSON, "Content-Length": "1000000"})
        request.send(HEAD + (ROW + b",") * 3_000)
        done.wait(10)

    with answering(answer) as url:
        engine = RemoteEngine(url, timeout=SLOW)
        answer = engine.answer(SELECT)
        with pytest.raises(EndpointTimeoutError, match=LATE):
            answer.write(formats.CSV, io.BytesIO())
        done.set()


def test_a_server_that_sends_drop_by_drop():
    done = threading.Event()

    def answer(request):
        request.begin(200, {"Content-Type": JSON, "Content-Length": "1000000"})
        while not done.wait(SLOW / 20):
            request.send(b" ")

    with answering(answer) as url:
        with pytest.raises(EndpointTimeoutError, match=LATE):
            ask(url, timeout=SLOW)
        done.set()


@pytest.mark.parametrize(
    ("head", "drop"),
    [
        (b"HTTP/1.1 200 OK\r\nX: ", b"x"),
        (b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
        (b"HTTP/1.1 500 No\r\nTransfer-Encoding: chunked\r\n\r\n", b"1\r\nx\r\n"),
        (CHUNKED, b"0"),
        (CHUNKED + b"1\r\n\n\r\n0\r\n", b"X: y\r\n"),
    ],
    ids=["head", "continue", "error", "chunk", "trailer"],
)
def test_no_part_of_an_answer_drips_without_end(head, drop):
    done = threading.Event()

    def answer(request):
        request.send(head)
        while not done.wait(SLOW / 20):
            request.send(drop)

    with answering(answer) as url:
        with pytest.raises(EndpointTimeoutError, match=LATE):
            ask(url, CONSTRUCT, timeout=SLOW)
        done.set()


def test_a_small_answer_may_take_long_if_it_keeps_coming():
    def answer(request):
        request.begin(200, {"Content-Type": JSON, "Transfer-Encoding": "chunked"})
        for start in range(0, len(TABLE), 10):
            request.chunk(TABLE[start : start + 10])
            time.sleep(SLOW / 3)
        request.chunk(b"")

    assert asked(answer, timeout=SLOW * 3) == [b"o", b"1"]


def test_a_server_that_dies_without_an_answer():
    def answer(_):
        raise ConnectionAbortedError

    fails(answer, "did not answer: ")


def test_a_server_that_is_not_there():
    with pytest.raises(EndpointError, match="did not answer: Connection refused"):
        ask(f"http://127.0.0.1:{free_port()}/")


@pytest.mark.parametrize(
    "url", ["elsewhere", "file:///etc/hostname", "http://", "http://a:b:c/", "http://h:99999/"]
)
def test_an_address_that_is_none(url):
    with pytest.raises(ParameterError, match="no address"):
        RemoteEngine(url, timeout=10)


@pytest.mark.parametrize(
    "url",
    [
        "http://me:s3cret@host:99999/sparql?key=s3cret",
        "https://me:s3#cret@example.org/sparql",
        "https://me:s3/cret@example.org/sparql",
        "https://me:s3?cret@example.org/sparql",
        "htps://me:s3cret@host/",
        "me:s3cret@host/sparql",
    ],
)
def test_no_address_that_is_refused_shows_a_password(url):
    with pytest.raises(ParameterError, match="no address") as caught:
        RemoteEngine(url, timeout=10)
    assert "s3" not in str(caught.value)
    assert "# as %23" in caught.value.hint


def test_secrets_of_the_address_are_in_no_message():
    with answering(always(status=500)) as url, pytest.raises(EndpointError) as caught:
        ask(url.replace("//", "//me:secret@") + "?key=secret")
    assert "secret" not in str(caught.value)
    assert url in caught.value.message


@pytest.mark.parametrize("secret", [{"token": "a-secret"}, {"user": "me", "password": "a secret"}])
def test_a_server_that_repeats_what_it_was_sent_does_not_make_it_known(secret):
    def answer(request):
        said = f"no {request.path} for {request.headers['Authorization']} alias {' '.join(secret.values())}"
        request.reply(said.encode(), "text/plain", 401, WWW_Authenticate='Basic realm="x"')

    with answering(answer) as url:
        engine = RemoteEngine(f"{url}?key=secret-key&a=1", timeout=10, credentials=Credentials(**secret))
        with pytest.raises(EndpointError, match=r"no /sparql\?… for (Bearer … alias|Basic … alias me) …\n"):
            engine.answer(SELECT)


def test_a_password_is_sent_only_where_it_is_asked_for():
    seen = []

    def answer(request):
        seen.append((request.path, request.headers["Authorization"]))
        if request.headers["Authorization"] is None:
            request.reply(status=401, WWW_Authenticate='Basic realm="x"')
        else:
            request.reply(TABLE)

    with answering(answer) as url:
        engine = RemoteEngine(url.replace("//", "//香:s%40crete@") + "?key=1", timeout=10)
        for _ in range(2):
            engine.answer(SELECT).table()
    sent = "Basic 6aaZOnNAY3JldGU="
    assert seen == [("/sparql?key=1", None), ("/sparql?key=1", sent), ("/sparql?key=1", sent)]


@pytest.mark.parametrize("challenge", ["Bearer", "Negotiate", "Negotiate abc==", "Bearer realm="])
def test_a_password_is_not_sent_where_something_else_is_asked_for(challenge):
    seen = []

    def answer(request):
        seen.append(request.headers["Authorization"])
        request.reply(status=401, WWW_Authenticate=challenge)

    with answering(answer) as url:
        engine = RemoteEngine(url, timeout=10, credentials=Credentials(user="me", password="secret"))  # noqa: S106 - of a test
        with pytest.raises(EndpointError, match="status 401"):
            engine.answer(SELECT)
    assert seen == [None]


@pytest.mark.parametrize("qop", ["auth", "auth-int, auth"])
@pytest.mark.parametrize("others", ["{}", "{}, Negotiate", "Negotiate, {}", 'Basic realm="a, b", {}'])
def test_a_digest_is_answered_without_the_password(others, qop):
    def answer(request):
        given = request.headers["Authorization"] or ""
        parts = dict(re.findall(r'(\w+)="?([^",]+)"?', given))
        first, second = (
            hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()
            for text in ("me:SPARQL:secret", f"{request.method}:{request.path}")
        )
        names = [parts.get(name, "") for name in ("nonce", "nc", "cnonce", "qop")]
        right = hashlib.md5(":".join([first, *names, second]).encode(), usedforsecurity=False).hexdigest()
        if given.startswith("Digest ") and parts.get("response") == right:
            request.reply(TABLE)
        else:
            challenge = f'Digest realm="SPARQL", nonce="abc", qop="{qop}", algorithm="MD5"'
            request.reply(status=401, WWW_Authenticate=others.format(challenge))

    with answering(answer) as url:
        for password, rows in (("secret", 1), ("wrong", None)):
            engine = RemoteEngine(url, timeout=10, credentials=Credentials(user="me", password=password))
            if rows:
                assert len(engine.answer(SELECT).table().rows) == rows
            else:
                with pytest.raises(EndpointError, match="status 401") as caught:
                    engine.answer(SELECT)
                assert "HKKG_ENDPOINT_USER" in caught.value.hint


@pytest.mark.parametrize("part", ['qop="auth-int"', 'qop="auth", algorithm="none"'])
def test_a_digest_that_is_not_known_is_told(part):
    challenge = f'Digest realm="SPARQL", nonce="abc", {part}'
    with answering(always(status=401, WWW_Authenticate=challenge)) as url:
        engine = RemoteEngine(url, timeout=10, credentials=Credentials(user="me", password="secret"))  # noqa: S106 - of a test
        with pytest.raises(EndpointError, match="asks for what hkkg does not know"):
            engine.answer(SELECT)


@pytest.mark.parametrize(("user", "password"), [("me", "passé"), ("香港", "secret")])
def test_what_no_digest_is_made_of_is_told_and_not_shown(user, password):
    with answering(always(status=401, WWW_Authenticate='Digest realm="SPARQL", nonce="abc"')) as url:
        engine = RemoteEngine(url, timeout=10, credentials=Credentials(user=user, password=password))
        with pytest.raises(EndpointError, match="in ASCII alone") as caught:
            engine.answer(SELECT)
    assert not re.search(r"\\x|\\u|é|香", caught.value.message)


def test_a_token_goes_with_every_request():
    seen = []

    def answer(request):
        seen.append(request.headers["Authorization"])
        request.reply(TABLE)

    with answering(answer) as url:
        RemoteEngine(url, timeout=10, credentials=Credentials(token="abc")).answer(SELECT)  # noqa: S106 - of a test
    assert seen == ["Bearer abc"]
    assert "abc" not in repr(Credentials(token="abc"))  # noqa: S106 - of a test


class Output(io.BytesIO):
    """Tells when the first bytes are written."""

    def __init__(self):
        super().__init__()
        self.written = threading.Event()

    def write(self, data):
        self.written.set()
        return super().write(data)


@pytest.mark.parametrize(
    ("query", "media_type", "head", "row", "tail"),
    [
        (SELECT, JSON, HEAD + ROW, b"," + ROW, b"]}}"),
        (SELECT, XML, XML_TABLE.partition(XML_ROW)[0], XML_ROW, b"</results></sparql>"),
        (CONSTRUCT, NTRIPLES, b"", TRIPLE, b""),
    ],
)
def test_an_answer_is_written_while_it_comes(query, media_type, head, row, tail):
    output = Output()

    def answer(request):
        request.begin(200, {"Content-Type": media_type, "Transfer-Encoding": "chunked"})
        request.chunk(head + row * 20_000)
        output.written.wait(10)
        request.chunk((b"" if output.written.is_set() else b"too late") + tail or row)
        request.chunk(b"")

    with answering(answer) as url:
        answer = RemoteEngine(url, timeout=20).answer(query)
        assert not output.written.is_set()
        answer.write(formats.NTRIPLES if answer.is_graph else formats.CSV, output)
    assert output.getvalue().count(b"\n") > 20_000


def test_the_memory_for_an_answer_does_not_grow_with_it():
    def answer(request):
        request.begin(200, {"Content-Type": JSON, "Transfer-Encoding": "chunked"})
        request.chunk(HEAD + ROW)
        for _ in range(200):
            request.chunk((b"," + ROW.replace(b"1", b"1" * 200)) * 1_000)
        request.chunk(b"]}}")
        request.chunk(b"")

    with answering(answer) as url:
        command = [sys.executable, "-c", MEASURED, url]
        size, grown = map(int, subprocess.run(command, capture_output=True, check=True).stdout.split())
    assert size > 40_000_000
    assert grown < 10


def test_what_the_output_raises_comes_through():
    class Full(io.BytesIO):
        def write(self, _):
            raise OSError(28, "No space left on device")

    with answering(always(TABLE)) as url, pytest.raises(OSError, match="No space left"):
        RemoteEngine(url, timeout=10).answer(SELECT).write(formats.CSV, Full())


def test_connections_are_kept():
    ports = []

    def answer(request):
        ports.append(request._handler.client_address[1])  # noqa: SLF001 - of this test's own support
        request.reply(TABLE)

    with answering(answer) as url:
        engine = RemoteEngine(url, timeout=10)
        for _ in range(3):
            engine.answer(SELECT).table()
    assert len(set(ports)) == 1
