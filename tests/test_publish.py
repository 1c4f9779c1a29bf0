"""`hkkg publish` and `hkkg questions check --endpoint`, against oxigraph and against servers that fail."""

import json
import urllib.parse

import pytest

from conftest import DEADLINE
from hkkg import formats, publishing, vocab
from hkkg.errors import EndpointError
from hkkg.loading import Document
from hkkg.publishing import GraphStoreTarget, UpdateTarget
from hkkg.store import BlankNode, EmbeddedStore, NamedNode, Quad, digest, parse, settled
from hkkg.store.http import Client
from hkkg.store.remote import RemoteEngine
from remote_support import answering, free_port, oxigraph, put

RICH = """\
@prefix hk: <https://w3id.org/hkkg/id/> .
@prefix hkkg: <https://w3id.org/hkkg/ontology#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
hk:a hkkg:p 1.50 , 73000000000 , true , "2026"^^xsd:gYear , "2026-01"^^xsd:gYearMonth , "3"^^xsd:int ,
    "香港\\n\\t\\"\\\\"@zh-Hant , "x"@en-GB , "" , <https://example.org/香#a/b> ,
    [ hkkg:q [ hkkg:r 1 ] , [ ] ] .
"""
GRAPH = "urn:g"


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """A real server, empty at first."""
    with oxigraph(tmp_path_factory.mktemp("oxigraph") / "store") as address:
        yield address


@pytest.fixture
def rich(tmp_path):
    """A file with all kinds of terms."""
    path = tmp_path / "rich.ttl"
    path.write_text(RICH, encoding="utf-8")
    return path


def graph(text=RICH, name=GRAPH):
    return publishing.named_graphs([Document("test", text.encode(), formats.TURTLE, name)], EmbeddedStore())


def target(kind, address):
    if kind == "graph-store":
        return GraphStoreTarget(Client(f"{address}/store", timeout=DEADLINE))
    return UpdateTarget(Client(f"{address}/update", timeout=DEADLINE))


def engine(address):
    return RemoteEngine(f"{address}/query", timeout=DEADLINE)


def large():
    """A graph with more triples than one update takes, half of them about one blank node."""
    name = NamedNode(GRAPH)
    subjects = (BlankNode(), NamedNode("x:a"))
    return {
        GRAPH: [Quad(s, NamedNode("x:p"), NamedNode(f"x:{n}"), name) for s in subjects for n in range(1200)]
    }


@pytest.mark.parametrize("kind", ["graph-store", "update"])
@pytest.mark.parametrize("graphs", [graph(), large()], ids=["rich", "large"])
def test_a_graph_comes_back_as_it_was_sent(server, kind, graphs):
    put(f"{server}/store?graph={GRAPH}", "<x:old> <x:old> <x:old> .")
    assert list(publishing.publish(graphs, target(kind, server))) == [GRAPH]
    (found,) = publishing.compare(graphs, engine(server))
    assert found.same, found
    assert (found.missing, found.unexpected) == ((), ())


@pytest.mark.parametrize(
    ("there", "missing", "unexpected"),
    [
        (RICH.replace("1.50 , ", ""), 1, 0),
        (RICH.replace("1.50", "1.51"), 1, 1),
        (RICH.replace("73000000000", "73000000000.0"), 1, 1),
        (RICH.replace('"2026"^^xsd:gYear', '"2026-01-01"^^xsd:date'), 1, 1),
        (RICH.replace("@en-GB", ""), 1, 1),
        (RICH.replace('"" , ', '"" , "more" , '), 0, 1),
        (RICH.replace("hkkg:r 1", "hkkg:r 2"), None, None),
        (RICH.replace(", [ ] ]", "]"), None, None),
        ("", 14, 0),
    ],
)
def test_a_triple_that_is_lost_or_changed_is_found(server, there, missing, unexpected):
    put(f"{server}/store?graph={GRAPH}", there)
    (found,) = publishing.compare(graph(), engine(server))
    assert not found.same
    if missing is not None:
        assert (len(found.missing), len(found.unexpected)) == (missing, unexpected)


@pytest.mark.parametrize(
    "there",
    [
        RICH.replace("1.50", "1.5").replace('"3"^^xsd:int', "3").replace("true", '"1"^^xsd:boolean'),
        RICH.replace("zh-Hant", "ZH-hant").replace("en-GB", "en-gb"),
        RICH.replace("[ hkkg:q [ hkkg:r 1 ] , [ ] ]", "_:a . _:a hkkg:q _:b , _:c . _:b hkkg:r 1"),
    ],
)
def test_what_engines_rewrite_is_the_same(server, there):
    put(f"{server}/store?graph={GRAPH}", there)
    (found,) = publishing.compare(graph(), engine(server))
    assert found.same, found


ODD = (
    "@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .\n"
    '<x:a> <x:p> "5"^^xsd:nonNegativeInteger , "5"^^xsd:integer , "007"^^xsd:int , "1.50"^^xsd:decimal , '
    '"2026-01-01T00:00:00Z"^^xsd:dateTimeStamp , "香"@zh-hant , "a\\"@zh-hant"@en-gb , "\\\\"@EN .\n'
)


@pytest.mark.parametrize("option", ["--graph-store", "--update"])
def test_what_is_sent_is_what_the_file_says(hkkg, tmp_path, option):
    path, sent = tmp_path / "odd.ttl", []
    path.write_text(ODD, encoding="utf-8")

    def answer(request):
        sent.append(request.body.decode())
        request.reply(status=204)

    with answering(answer) as url:
        hkkg("publish", path, "--no-inference", "--endpoint", f"http://127.0.0.1:{free_port()}/", option, url)
    for literal in (
        '"5"^^xsd:nonNegativeInteger',
        '"007"^^xsd:int',
        '"2026-01-01T00:00:00Z"^^xsd:dateTimeStamp',
    ):
        assert literal.replace("xsd:", f"<{vocab.XSD}") in sent[-1]
    for literal in ('"香"@zh-Hant ', '"a\\"@zh-hant"@en-GB ', '"\\\\"@en '):
        assert literal in sent[-1]


@pytest.mark.parametrize("kind", ["graph-store", "update"])
def test_values_that_a_store_rewrites_are_told(server, kind):
    sent = graph(ODD)
    list(publishing.publish(sent, target(kind, server)))
    (found,) = publishing.compare(sent, engine(server))
    assert (found.same, found.count, found.remote_count, found.missing) == (True, 8, 7, ())
    told = {(a.replace(vocab.XSD, ""), b.replace(vocab.XSD, "")) for a, b in found.rewritten}
    assert told == {
        ('"5"^^<nonNegativeInteger>', '"5"^^<integer>'),
        ('"007"^^<int>', '"7"^^<integer>'),
        ('"1.50"^^<decimal>', '"1.5"^^<decimal>'),
        ('"2026-01-01T00:00:00Z"^^<dateTimeStamp>', '"2026-01-01T00:00:00Z"^^<dateTime>'),
    }


@pytest.mark.parametrize("option", ["--graph-store", "--update"])
def test_a_file_that_was_emptied_empties_its_graph(hkkg, server, tmp_path, option):
    path = tmp_path / "one.ttl"
    place = f"{server}/{'store' if option == '--graph-store' else 'update'}"
    ask = f"ASK {{ GRAPH <{vocab.GRAPH}{path.with_suffix('').as_posix()[1:]}> {{ ?s ?p ?o }} }}"
    for text, holds in (("<x:a> <x:b> 1.50 .", True), ("# nothing any more", False)):
        path.write_text(text, encoding="utf-8")
        result = hkkg("publish", path, "--endpoint", f"{server}/query", option, place)
        assert engine(server).answer(ask).boolean is holds
        assert f"1 graph of {int(holds)} triples published" in result.stdout
        assert ("the store writes one value otherwise:" in result.stdout) is holds
        assert result.returncode == 0


def test_a_graph_that_a_blank_node_names_is_published_under_an_iri(hkkg, server, tmp_path):
    (tmp_path / "a.trig").write_text("<x:g> { <x:a> <x:b> 1 } _:g { <x:a> <x:b> 2 }", encoding="utf-8")
    place = ("--endpoint", f"{server}/query", "--graph-store", f"{server}/store")
    assert "2 graphs of 2 triples published" in hkkg("publish", tmp_path / "a.trig", *place).stdout
    ask = 'ASK { GRAPH ?g { <x:a> <x:b> 2 } FILTER(STRENDS(STR(?g), "/a#genid-1")) }'
    assert engine(server).answer(ask).boolean


def test_a_file_that_names_no_graph_is_refused_before_anything_is_sent(hkkg, tmp_path):
    (tmp_path / "a.trig").write_text("# nothing", encoding="utf-8")
    with answering(lambda _: pytest.fail("it was sent")) as url:
        result = hkkg("publish", tmp_path / "a.trig", "--endpoint", url)
    complains(result, "a.trig: it names no graph to publish: it holds no triples.", code=2)


def clique(size):
    """Blank nodes that are each linked to all the others, so that nothing tells them apart."""
    return " ".join(f"_:{a} <x:p> _:{b} ." for a in range(size) for b in range(size) if a != b)


def test_what_could_not_be_compared_is_refused_before_anything_is_sent(hkkg, tmp_path):
    path = tmp_path / "alike.ttl"
    path.write_text(clique(12), encoding="utf-8")
    with answering(lambda _: pytest.fail("it was sent")) as url:
        result = hkkg("publish", path, "--endpoint", url)
    complains(result, "alike>: its blank nodes look so much alike", "Give some of them names.", code=2)


def test_what_came_back_and_cannot_be_compared_is_an_error_of_the_endpoint(server):
    put(f"{server}/store?graph={GRAPH}", clique(12))
    with pytest.raises(EndpointError, match="gave back <urn:g>, but its blank nodes look so much alike"):
        list(publishing.compare(graph(), engine(server)))


def test_the_body_of_a_success_is_not_waited_for():
    def answer(request):
        request.begin(200, {"Content-Length": "10"})

    with answering(answer) as url:
        assert list(publishing.publish(graph(), GraphStoreTarget(Client(url, timeout=1)))) == [GRAPH]


def test_the_digest_is_that_of_the_canonical_form():
    triples = [quad.triple for quad in parse(b"[] <x:p> 1 .", formats.TURTLE, source="test")]
    # printf '_:c14n0 <x:p> "1"^^<http://www.w3.org/2001/XMLSchema#integer> .\n' | sha256sum
    expected = "a434e61ba209aea09a77c99fc983a387d617fb48c7d65d3566dc9868b0640c1f"
    assert digest(settled(triples)) == expected


def test_the_packaged_graph_is_published_and_answers_the_questions(server, hkkg):
    arguments = ["--endpoint", f"{server}/query", "--graph-store", f"{server}/store"]
    result = hkkg("publish", *arguments)
    assert result.returncode == 0, result.stdout + result.stderr
    assert "every count and digest is right" in result.stdout
    names = ["laboratories-by-university", "awards-by-grade"]
    checked = hkkg("questions", "check", *names, "--endpoint", f"{server}/query")
    assert (checked.returncode, checked.stdout) == (0, f"2 questions right on {server}/query\n")


def test_without_the_union_the_questions_are_wrong_and_listed(server, hkkg):
    arguments = ["--endpoint", f"{server}/query", "--default-graph", "union"]
    result = hkkg("questions", "check", "laboratories-by-university", *arguments)
    assert result.returncode == 1
    assert f"laboratories-by-university on {server}/query:\n  missing" in result.stdout
    assert f"{server}/query: 0 of 1 right" in result.stdout


def test_files_are_published_with_what_they_infer_unless_told_otherwise(server, hkkg, tmp_path):
    path = tmp_path / "mine.ttl"
    path.write_text(
        "@prefix owl: <http://www.w3.org/2002/07/owl#> .\n"
        "@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .\n"
        "<x:A> rdfs:subClassOf <x:B> . <x:a> a <x:A> .",
        encoding="utf-8",
    )
    arguments = [path, "--endpoint", f"{server}/query", "--update", f"{server}/update"]
    ask = "ASK { GRAPH <https://w3id.org/hkkg/graph/inferred> { <x:a> a <x:B> } }"
    for option, inferred in (("--no-inference", False), ("--timeout=60", True)):
        assert hkkg("publish", *arguments, option).returncode == 0
        assert engine(server).answer(ask).boolean is inferred


def complains(result, *parts, code):
    assert result.returncode == code, result.stdout + result.stderr
    assert "Traceback" not in result.stderr
    for part in parts:
        assert part in result.stderr


def test_a_graph_that_differs_is_shown(hkkg, server, rich):
    """The graph store and the query endpoint are of two servers, so that nothing is there."""
    with answering(lambda request: request.reply(status=201)) as url:
        result = hkkg("publish", rich, "--endpoint", f"{server}/query", "--graph-store", url)
    assert result.returncode == 1
    assert "14 triples were sent, 0 are counted there" in result.stdout
    assert "the digest is " in result.stdout
    assert "  missing     <https://w3id.org/hkkg/id/a>" in result.stdout
    assert "… and 9 more" in result.stdout
    assert "1 differ" in result.stdout


def test_a_store_that_is_not_there(hkkg, rich):
    url = f"http://127.0.0.1:{free_port()}/"
    complains(hkkg("publish", rich, "--endpoint", url), "did not answer", "0 of 1 graphs are there", code=3)


def test_a_store_that_fails_half_way_says_which_graphs_are_there():
    graphs = {f"urn:{n}": [Quad(NamedNode("x:a"), NamedNode("x:b"), NamedNode("x:c"))] for n in range(3)}
    seen = []

    def answer(request):
        seen.append(urllib.parse.unquote(request.path))
        request.reply(b"disk full", "text/plain", 507 if len(seen) > 1 else 201)

    with answering(answer) as url, pytest.raises(EndpointError, match=r"status 507 .*: disk full") as caught:
        list(publishing.publish(graphs, GraphStoreTarget(Client(url, timeout=DEADLINE))))
    assert seen == ["/sparql?graph=urn:0", "/sparql?graph=urn:1"]
    assert "1 of 3 graphs are there: urn:0. <urn:1> was being written." in caught.value.hint


def test_an_update_that_is_refused(hkkg, server, rich):
    """A query endpoint takes no updates here."""
    complains(hkkg("publish", rich, "--endpoint", f"{server}/query"), "status 4", code=3)


def test_a_token_comes_from_the_environment(hkkg, rich):
    seen = set()

    def answer(request):
        seen.add(request.headers["Authorization"])
        request.reply(status=403)

    with answering(answer) as url:
        result = hkkg("publish", rich, "--endpoint", url, environment={"HKKG_ENDPOINT_TOKEN": "secret"})
    complains(result, "status 403", "HKKG_ENDPOINT_TOKEN", code=3)
    assert seen == {"Bearer secret"}
    assert "secret" not in result.stderr


@pytest.mark.parametrize(
    ("environment", "complaint"),
    [
        ({"HKKG_ENDPOINT_TOKEN": "a", "HKKG_ENDPOINT_USER": "b", "HKKG_ENDPOINT_PASSWORD": "c"}, "both set"),
        ({"HKKG_ENDPOINT_USER": "b"}, "only one is set"),
        ({"HKKG_ENDPOINT_PASSWORD": "b"}, "only one is set"),
    ],
)
def test_half_of_the_credentials_is_refused(hkkg, rich, environment, complaint):
    result = hkkg("publish", rich, "--endpoint", "http://127.0.0.1:1/", environment=environment)
    complains(result, complaint, code=2)


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        ([], "--endpoint"),
        (["--endpoint", "nowhere"], "no address of an endpoint"),
        (
            ["--endpoint", "http://h/", "--update", "http://h/", "--graph-store", "http://h/"],
            "two ways to write",
        ),
        (["--endpoint", "http://h/", "--timeout", "0"], "--timeout"),
        (["--endpoint", "http://h/", "--timeout", "nan"], "the timeout cannot be nan"),
        (["--endpoint", "http://h/", "--timeout", "inf"], "the timeout cannot be inf"),
        (["--endpoint", "http://h/", "missing.ttl"], "missing.ttl: there is no such file"),
    ],
)
def test_a_wrong_argument_is_refused(hkkg, arguments, complaint):
    complains(hkkg("publish", *arguments), complaint, code=2)


def test_questions_are_not_checked_at_an_endpoint_that_is_not_there(hkkg):
    url = f"http://127.0.0.1:{free_port()}/"
    complains(hkkg("questions", "check", "--endpoint", url), "did not answer", code=3)


def test_an_engine_and_an_endpoint_are_two_places(hkkg):
    arguments = ["--endpoint", "http://127.0.0.1:1/", "--engine", "rdflib"]
    complains(hkkg("questions", "check", *arguments), "--engine has no effect", code=2)


def test_each_question_names_the_graphs_of_the_union(hkkg):
    sent = []

    def answer(request):
        sent.append(request.fields)
        request.reply(json.dumps({"head": {}, "boolean": True}).encode())

    with answering(answer) as url:
        hkkg("questions", "check", "award-grades-add-up", "--endpoint", url)
    default = {value for name, value in sent[-1] if name == "default-graph-uri"}
    named = {value for name, value in sent[-1] if name == "named-graph-uri"}
    assert {vocab.INFERRED_GRAPH, f"{vocab.GRAPH}ontology/hkkg"} < default < named
    assert {iri for iri in named - default if "/shapes/" not in iri} == set()
