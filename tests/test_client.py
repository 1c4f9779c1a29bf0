"""`hkkg.connect`: the same client of the packaged graph, of files, and of endpoints that behave or do not."""

import pickle
import subprocess
import sys
from datetime import date, datetime
from decimal import Decimal

import pandas as pd
import polars as pl
import pytest
import rdflib

import hkkg
from hkkg import errors
from hkkg.client import Blank, Text, Typed
from remote_support import JSON, always, answering

HOSTED = "laboratories-of-a-university"
HKU = "https://w3id.org/hkkg/id/university-of-hong-kong"
VALUES = """\
SELECT ?iri ?text ?tagged ?whole ?exact ?rough ?day ?moment ?month ?right {
    VALUES (?iri ?text ?tagged ?whole ?exact ?rough ?day ?moment ?month ?right) {
        (hk:innoex "a" "港"@zh-Hant 3 2.50 1e3 "2026-06-30"^^xsd:date
         "2026-06-30T01:02:03"^^xsd:dateTime "2026-05"^^xsd:gYearMonth true)
        (UNDEF UNDEF UNDEF UNDEF UNDEF UNDEF UNDEF UNDEF UNDEF UNDEF)
    }
}
"""
SHAPES = """\
@prefix hkkg: <https://w3id.org/hkkg/ontology#> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
[] a sh:NodeShape ; sh:targetClass hkkg:University ;
    sh:property [ sh:path skos:altLabel ; sh:minCount 1 ] .
"""


@pytest.fixture(scope="module")
def client():
    with hkkg.connect() as client:
        yield client


@pytest.fixture(scope="module")
def remote(server):
    with hkkg.connect(f"{server}sparql", timeout=30) as client:
        yield client


@pytest.fixture(params=["here", "behind an endpoint"])
def either(request):
    return request.getfixturevalue("client" if request.param == "here" else "remote")


def test_values_are_those_of_python(either):
    row, empty = either.query(VALUES)
    assert row == (
        "https://w3id.org/hkkg/id/innoex",
        "a",
        "港",
        3,
        Decimal("2.5"),
        1000.0,
        date(2026, 6, 30),
        datetime(2026, 6, 30, 1, 2, 3),  # noqa: DTZ001 - it has no time zone
        "2026-05",
        True,
    )
    kinds = [hkkg.IRI, str, Text, int, Decimal, float, date, datetime, Typed, bool]
    assert [type(value) for value in row] == kinds
    assert (row.iri.curie, row.tagged.language, row.month.datatype.curie) == (
        "hk:innoex",
        "zh-Hant",
        "xsd:gYearMonth",
    )
    assert set(empty) == {None}


def test_values_that_are_not_well_formed_stay_as_they_are_written(client):
    query = 'SELECT * { VALUES ?x { "2024-13-40"^^xsd:date "many"^^xsd:integer "perhaps"^^xsd:boolean } }'
    assert client.query(query).column("x") == ["2024-13-40", "many", "perhaps"]
    assert {type(value) for value in client.query(query).column("x")} == {Typed}
    assert isinstance(client.query("SELECT ?b { BIND(BNODE() AS ?b) }")[0].b, Blank)


def test_texts_can_be_pickled():
    for value in (Text("港", "zh-Hant"), Typed("2026", "urn:x"), hkkg.IRI("urn:x")):
        again = pickle.loads(pickle.dumps(value))  # noqa: S301 - made here
        assert (again, type(again)) == (value, type(value))
    assert pickle.loads(pickle.dumps(Text("港", "zh-Hant"))).language == "zh-Hant"  # noqa: S301 - made here


def test_a_question_is_answered_alike_here_and_behind_an_endpoint(client, remote):
    for university in ("港大", "HKU", hkkg.IRI(HKU), "hk:university-of-hong-kong"):
        rows = client.question(HOSTED, university=university).rows
        assert len(rows) == 5
        assert remote.question(HOSTED, university=university).rows == rows


def test_a_question_takes_values_of_python(client):
    days = {"from": date(2024, 1, 1), "to": date(2024, 12, 31)}
    assert client.question("happenings-between-two-dates", **days).rows
    with pytest.raises(errors.ParameterError, match="cannot be a list"):
        client.question(HOSTED, university=[HKU])
    with pytest.raises(errors.ParameterError, match="cannot be a datetime"):
        client.question("happenings-between-two-dates", to=datetime(2024, 1, 1))  # noqa: DTZ001 - refused


@pytest.mark.parametrize(
    ("name", "values", "kind", "part"),
    [
        ("laboratories-of-university", {}, errors.UnknownQuestionError, HOSTED),
        (HOSTED, {"universty": "HKU"}, errors.ParameterError, "Did you mean university"),
        (HOSTED, {"university": "Univeristy of Hong Kong"}, errors.ParameterError, "hk:university-of-hong"),
        ("events-held-in-a-place", {"place": "香港"}, errors.ParameterError, "concept:scope-hong-kong"),
    ],
)
def test_a_wrong_question_says_what_would_be_right(either, name, values, kind, part):
    with pytest.raises(kind) as caught:
        either.question(name, **values)
    assert part in str(caught.value)


def test_questions_are_listed_and_found_in_any_script(client):
    assert {"name", "question", "parameters", "tags"} == set(client.questions().variables)
    assert HOSTED in client.questions("香港大学 实验室").column("name")
    assert all("award" in name for name in client.questions("award grade").column("name"))


def test_things_are_described_searched_and_explained(client, remote):
    for each in (client, remote):
        described = each.describe("港大")
        assert described.kind == "graph"
        assert HKU in {triple.subject for triple in described}
        assert each.search("科技大學")[0].thing.curie == "hk:hong-kong-university-of-science-and-technology"
        assert len(each.search(" ")) == 0
    found = client.why("hk:university-of-hong-kong", "a", "hkkg:University")
    assert found.holds
    assert "passage:tkp-2026" in repr(found)
    with pytest.raises(errors.NotOfferedError, match="inferred from"):
        remote.why("hk:university-of-hong-kong", "a", "hkkg:University")


def test_a_graph_is_validated(small_file, tmp_path, remote):
    shapes = tmp_path / "shapes.ttl"
    shapes.write_text(SHAPES, encoding="utf-8")
    with hkkg.connect(small_file) as client:
        (finding,) = client.validate(shapes=shapes).findings
        assert finding.focus.value.endswith("city-university-of-hong-kong")
    with pytest.raises(errors.NotOfferedError):
        remote.validate()
    laboratory = f"<{HKU}-laboratory> a <https://w3id.org/hkkg/ontology#StateKeyLaboratory> ."
    assert not remote.validate(data=laboratory).conforms


def test_files_are_opened_as_the_packaged_graph_is(small_file):
    with hkkg.connect(small_file) as client:
        assert client.query("SELECT ?u { ?u a hkkg:University } ORDER BY ?u").column("u")[1] == HKU
        assert client.search("hku")[0].thing == HKU
        assert str(small_file) in repr(client)


def test_a_frame_of_pandas_has_the_types_of_its_columns(either):
    frame = either.query(VALUES).pandas()
    types = {name: str(kind) for name, kind in frame.dtypes.items()}
    assert types["day"].startswith("datetime64")
    assert types["moment"].startswith("datetime64")
    assert {name: types[name] for name in types if name not in {"day", "moment"}} == {
        "iri": "string",
        "text": "string",
        "tagged": "string",
        "whole": "Int64",
        "exact": "Float64",
        "rough": "Float64",
        "month": "string",
        "right": "boolean",
    }
    assert frame.isna().iloc[1].all()
    assert frame["whole"].sum() == 3
    assert frame["day"].dt.year[0] == 2026


def test_a_frame_of_polars_has_the_types_of_its_columns(either):
    frame = either.query(VALUES).polars()
    assert dict(frame.schema) == {
        "iri": pl.String,
        "text": pl.String,
        "tagged": pl.String,
        "whole": pl.Int64,
        "exact": pl.Decimal(38, 1),
        "rough": pl.Float64,
        "day": pl.Date,
        "moment": pl.Datetime("us"),
        "month": pl.String,
        "right": pl.Boolean,
    }
    assert frame.null_count().row(0) == (1,) * 10
    assert frame["exact"][0] == Decimal("2.5")


@pytest.mark.parametrize(
    ("values", "pandas", "polars"),
    [
        ("1 2.5", "Float64", pl.Decimal(38, 1)),
        ("1 2.5 1e0", "Float64", pl.Float64),
        ("1.2345678901234567", "object", pl.Decimal(38, 16)),
        ('1 "a"', "object", pl.String),
        ('"2026-01-01T00:00:00Z"^^xsd:dateTime', "datetime64", pl.Datetime("us", "UTC")),
        ("UNDEF", "string", pl.String),
        ("", "string", pl.String),
    ],
)
def test_columns_of_several_types_get_what_holds_them_all(client, values, pandas, polars):
    result = client.query(f"SELECT ?x {{ VALUES ?x {{ {values} }} }}")
    assert str(result.pandas()["x"].dtype).startswith(pandas)
    assert result.polars().schema["x"] == polars


def test_frames_hold_graphs_and_booleans_and_nothing(client):
    graph = client.question("award-network")
    assert list(graph.pandas().columns) == ["subject", "predicate", "object"]
    assert graph.polars().height == len(graph) > 0
    assert client.query("ASK {}").pandas()["answer"].tolist() == [True]
    assert isinstance(client.query("SELECT ?x { FILTER(false) }").pandas(), pd.DataFrame)


def test_rdflib_gets_a_graph_or_a_result(client):
    graph = client.describe("HKU").rdflib()
    assert isinstance(graph, rdflib.Graph)
    assert (rdflib.URIRef(HKU), None, None) in graph
    rows = list(client.query(VALUES).rdflib())
    assert rows[0]["tagged"] == rdflib.Literal("港", lang="zh-Hant")
    assert rows[0]["day"].toPython() == date(2026, 6, 30)
    with pytest.raises(TypeError):
        client.query("ASK {}").rdflib()


def test_a_result_shows_itself_as_a_table_that_lines_up(client):
    result = client.query('SELECT ?name ?count { VALUES (?name ?count) { ("香港" 5) ("Macao" 12) } }')
    assert repr(result).splitlines() == [
        "name   count",
        "─────  ─────",
        "香港       5",
        "Macao     12",
        "2 rows",
    ]
    many = repr(client.query("SELECT ?s { ?s ?p ?o } LIMIT 30"))
    assert many.endswith("… 30 rows, of which 20 are shown")
    long = repr(client.query(f'SELECT ("{"很長的文字" * 50}" AS ?x) {{}}'))
    assert max(map(len, long.splitlines())) <= 61
    assert repr(client.query("ASK {}")) == "true"


def test_a_notebook_gets_html_in_which_nothing_of_the_data_acts(client):
    html = client.query(
        "SELECT * { VALUES ?x { '<script>alert(1)</script>' \"a\\u001b[31m\" <javascript:alert(1)> } }"
    )
    shown = html._repr_html_()
    assert "<script" not in shown
    assert "href" not in shown
    assert "\x1b" not in shown + repr(html)
    assert '<td lang="zh-Hant">港</td>' in client.query(VALUES)._repr_html_()


def test_an_error_in_a_query_has_the_place_where_it_was_written(client, remote):
    for each in (client, remote):
        with pytest.raises(errors.QuerySyntaxError) as caught:
            each.query("SELECT *\n{ ?s ?p }")
        assert caught.value.place.line == 2
    with pytest.raises(errors.QuerySyntaxError, match="prefix hk: is not declared"):
        client.query("ASK { hk:a ?p ?o }", prefixes=False)


def test_a_query_that_takes_too_long_is_given_up(client):
    slow = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f FILTER(STRLEN(STR(?a)) = STRLEN(STR(?f)) + 100) }"
    with hkkg.connect(timeout=0.05) as hasty, pytest.raises(errors.TimeExceededError, match=r"0\.05 seconds"):
        hasty.query(f"{slow} LIMIT 1")
    assert client.query("ASK {}")


def test_a_closed_client_says_so():
    client = hkkg.connect()
    client.close()
    with pytest.raises(hkkg.HkkgError, match="closed"):
        client.query("ASK {}")
    assert "closed" in repr(client)


@pytest.mark.parametrize(
    ("sources", "options", "part"),
    [
        (("http://a/", "http://b/"), {}, "alone"),
        (("http://a/",), {"token": "t", "user": "u"}, "a token and a user"),
        (("http://a/",), {"user": "u"}, "only one"),
        (("http://a/",), {"retries": -1}, "retries"),
        ((), {"timeout": 0}, "timeout"),
        ((), {"timeout": float("inf")}, "timeout"),
        ((), {"token": "t"}, "for endpoints"),
        (("http://",), {}, "no address"),
    ],
)
def test_options_that_make_no_sense_are_refused(sources, options, part):
    with pytest.raises(errors.ParameterError, match=part):
        hkkg.connect(*sources, **options)


def test_a_missing_extra_says_how_to_get_it(client, monkeypatch):
    for name in ("pandas", "polars"):
        monkeypatch.setitem(sys.modules, name, None)
        with pytest.raises(errors.MissingExtraError) as caught:
            getattr(client.query("ASK {}"), name)()
        assert f"pip install 'hkkg[{name}]'" in str(caught.value)


def test_an_endpoint_that_is_down_or_answers_html_or_broken_json_is_told():
    with pytest.raises(errors.EndpointError, match="did not answer"):
        hkkg.connect("http://127.0.0.1:9/sparql", retries=0).query("ASK {}")
    for body, kind, part in (
        (b"<html><title>Hello</title></html>", "text/html", "text/html"),
        (b'{"head": {', JSON, "broken or incomplete"),
    ):
        with answering(always(body, kind)) as url, pytest.raises(errors.EndpointError, match=part):
            hkkg.connect(url).query("SELECT * { ?s ?p ?o }")


def test_hkkg_is_imported_without_what_is_heavy():
    heavy = ("pandas", "polars", "rdflib", "pyoxigraph")
    code = f"import sys, hkkg; print([name for name in {heavy} if name in sys.modules])"
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, encoding="utf-8", check=True)
    assert result.stdout.strip() == "[]"


def failing(times, status, seen):
    """Fail so many times, then answer."""

    def answer(request):
        seen.append(request.headers.get("Authorization"))
        if len(seen) <= times:
            request.reply(b"not now", "text/plain", status)
        else:
            request.reply(b'{"head": {}, "boolean": true}')

    return answer


@pytest.mark.parametrize("status", [429, 502, 503])
def test_a_failure_that_may_pass_is_tried_again_and_others_are_not(status):
    seen = []
    with answering(failing(2, status, seen)) as url:
        assert hkkg.connect(url).query("ASK {}")
    assert len(seen) == 3
    for code, options, times in ((status, {"retries": 1}, 2), (500, {}, 1), (401, {}, 1)):
        seen = []
        with answering(failing(9, code, seen)) as url, pytest.raises(errors.EndpointError, match=str(code)):
            hkkg.connect(url, **options).query("ASK {}")
        assert len(seen) == times


def test_an_endpoint_that_wants_a_token_or_a_password_gets_it():
    seen = []
    with answering(failing(0, 401, seen)) as url:
        assert hkkg.connect(url, token="a secret").query("ASK {}")  # noqa: S106 - of the test
    assert seen == ["Bearer a secret"]


def test_the_scheme_of_an_endpoint_is_read_in_any_case():
    with answering(failing(0, 500, [])) as url:
        assert hkkg.connect(url.replace("http", "HTTP")).query("ASK {}")


def test_an_endpoint_is_told_which_graphs_a_plain_query_sees():
    seen = []

    def answer(request):
        seen.extend(request.fields)
        request.reply(b'{"head": {}, "boolean": true}')

    with answering(answer) as url:
        assert hkkg.connect(url, default_graphs="urn:g").query("ASK {}")
    assert ("default-graph-uri", "urn:g") in seen
