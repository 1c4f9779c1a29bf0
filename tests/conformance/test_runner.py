"""The runner of the W3C's suite, on a small suite of the test's own in the same form."""

import pytest

from conformance import w3c
from conformance.__main__ import FAILED, KNOWN, MENDED, NOT_RUN, PASSED, judge, table
from conformance.known import ENGINE, Known, of_suite
from conformance.targets import Engine

PREFIXES = """\
@prefix : <#> .
@prefix mf: <http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#> .
@prefix qt: <http://www.w3.org/2001/sw/DataAccess/tests/test-query#> .
@prefix ut: <http://www.w3.org/2009/sparql/tests/test-update#> .
@prefix dawgt: <http://www.w3.org/2001/sw/DataAccess/tests/test-dawg#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix rs: <http://www.w3.org/2001/sw/DataAccess/tests/result-set#> .
@prefix ht: <http://www.w3.org/2011/http#> .
@prefix hts: <http://www.w3.org/2011/http-statusCodes#> .
@prefix cnt: <http://www.w3.org/2011/content#> .
"""
MANIFEST = """\
<> a mf:Manifest ; mf:entries ( :right :wrong :table :construct :update :good :bad :gone ) .
:right a mf:QueryEvaluationTest ; dawgt:approval dawgt:Approved ;
    mf:action [ qt:query <one.rq> ; qt:data <data.ttl> ; qt:graphData <graph.ttl> ] ; mf:result <one.srj> .
:wrong a mf:QueryEvaluationTest ; mf:action [ qt:query <one.rq> ] ; mf:result <one.srj> .
:table a mf:QueryEvaluationTest ; mf:action [ qt:query <from.rq> ] ; mf:result <table.ttl> .
:construct a mf:QueryEvaluationTest ;
    mf:action [ qt:query <construct.rq> ; qt:data <data.ttl> ] ; mf:result <data.ttl> .
:update a mf:UpdateEvaluationTest ;
    mf:action [ ut:request <copy.ru> ; ut:data <data.ttl> ] ;
    mf:result [ ut:data <data.ttl> ; ut:graphData [ ut:graph <data.ttl> ; rdfs:label "http://g.example/" ] ] .
:good a mf:PositiveSyntaxTest11 ; mf:action <one.rq> .
:bad a mf:NegativeUpdateSyntaxTest11 ; mf:action <one.rq> .
:gone a mf:PositiveSyntaxTest11 ; dawgt:approval dawgt:Deprecated ; mf:action <one.rq> .
"""
PROTOCOL = """\
<> a mf:Manifest ; mf:entries ( :query :update :wrong ) .
:query a mf:ProtocolTest ; mf:action [ ht:requests ( [
    ht:methodName "GET" ; ht:absolutePath "/sparql/?query=ASK%20%7B%7D" ;
    ht:resp [ mf:expectedStatus hts:StatusCode2xx ; mf:expectedBoolean true ; mf:expectedFormat "boolean" ]
] ) ] .
:update a mf:ProtocolTest ; mf:action [ ht:requests ( [
    ht:methodName "POST" ; ht:absolutePath "/sparql/" ;
    ht:headers ( [ ht:fieldName "content-type" ; ht:fieldValue "application/sparql-update" ] ) ;
    ht:body [ cnt:characterEncoding "UTF-8" ; cnt:chars "CLEAR ALL" ] ;
    ht:resp [ mf:expectedStatus hts:StatusCode2xx ]
] ) ] .
:wrong a mf:ProtocolTest ; mf:action [ ht:requests ( [
    ht:methodName "GET" ; ht:absolutePath "/sparql/?query=ASK%20%7B" ;
    ht:resp [ mf:expectedStatus hts:StatusCode2xx ]
] ) ] .
"""
FILES = {
    "small/manifest.ttl": PREFIXES + MANIFEST,
    "small/data.ttl": "<s> <p> 1 .",
    "small/graph.ttl": "<s> <p> 2 .",
    "small/one.rq": "SELECT ?v { { <s> <p> ?v } UNION { GRAPH <graph.ttl> { ?s ?p ?v } } } ORDER BY DESC(?v)",
    "small/one.srj": """{"head": {"vars": ["v"]}, "results": {"bindings": [
        {"v": {"type": "literal", "value": "2", "datatype": "http://www.w3.org/2001/XMLSchema#integer"}},
        {"v": {"type": "literal", "value": "1", "datatype": "http://www.w3.org/2001/XMLSchema#integer"}}]}}""",
    "small/from.rq": "SELECT ?s ?v FROM <data.ttl> { ?s ?p ?v }",
    "small/table.ttl": PREFIXES
    + """[] a rs:ResultSet ; rs:resultVariable "s", "v" ; rs:solution [
        rs:binding [ rs:variable "s" ; rs:value <s> ] , [ rs:variable "v" ; rs:value 1 ] ] .""",
    "small/construct.rq": "CONSTRUCT WHERE { ?s ?p ?o }",
    "small/copy.ru": "COPY DEFAULT TO <http://g.example/>",
    "protocol/manifest.ttl": PREFIXES + PROTOCOL,
    "service/manifest.ttl": f"{PREFIXES} <> mf:entries ( :far ) . :far a mf:QueryEvaluationTest .",
}


@pytest.fixture
def trials(tmp_path):
    """The trials of the small suite by name."""
    for name, text in FILES.items():
        path = tmp_path / "sparql/sparql11" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return {trial.identifier: trial for trial in w3c.trials(tmp_path)}


SMALL = {f"11/small/{name}" for name in ("right", "wrong", "table", "construct", "update", "good", "bad")}


def test_it_reads_every_test_that_is_not_withdrawn(trials):
    assert set(trials) == SMALL | {
        "11/protocol/query",
        "11/protocol/update",
        "11/protocol/wrong",
        "11/service/far",
    }


@pytest.mark.parametrize("over_http", [True, False])
def test_it_tells_right_from_wrong(trials, over_http, request):
    target = request.getfixturevalue("service") if over_http else Engine()
    words = {name: judge(trials[name], target, {}).word for name in SMALL}
    assert words == {name: FAILED if name == "11/small/wrong" else PASSED for name in SMALL}


def test_it_blames_the_engine_for_what_the_engine_fails(trials, service):
    assert "the engine fails it too" in judge(trials["11/small/wrong"], service, {}).why


def test_it_sends_requests_as_they_stand(trials, service):
    words = {
        name: judge(trials[f"11/protocol/{name}"], service, {}).word for name in ("query", "update", "wrong")
    }
    assert words == {"query": PASSED, "update": PASSED, "wrong": FAILED}


def test_requests_need_a_service(trials):
    assert judge(trials["11/protocol/query"], Engine(), {}).word == NOT_RUN


def test_what_is_out_of_scope_is_counted(trials):
    result = judge(trials["11/service/far"], Engine(), {})
    assert (result.word, result.why) == (NOT_RUN, w3c.OUT_OF_SCOPE["service"])


def test_what_is_known_to_fail_may_fail_and_may_not_pass(trials):
    known = {name: Known(ENGINE, "so it is") for name in SMALL}
    assert judge(trials["11/small/wrong"], Engine(), known) == (trials["11/small/wrong"], KNOWN, "so it is")
    assert judge(trials["11/small/right"], Engine(), known).word == MENDED


def test_the_table_counts_by_group_and_in_all(trials):
    lines = table([judge(trials[name], Engine(), {}) for name in sorted(trials)])
    assert "| 11/small | 6 | 0 | 1 | 0 | 0 |" in lines
    assert "| all | 6 | 0 | 1 | 0 | 4 |" in lines


def test_every_known_failure_has_a_reason():
    assert all(known.side in {ENGINE, "service"} and known.reason for known in of_suite().values())
