"""Large values: whoever answers HTTP takes little of them at a time, and pages show the beginning."""

from urllib.parse import quote

import pytest

from service_support import launching, memory_peak, numbered, problem

A = "a" * 1_000
MEGABYTE = f"REPLACE('{A}', 'a', '{A}')"
SUBTAGS = f"REPLACE(REPLACE('{A}', 'a', '{A[:100]}'), 'a', '-aaaabbbb')"
LARGE = f"{{ SELECT ({MEGABYTE} AS ?x) {{}} }} ?s <x:p> ?o"
CUT = "Only the beginning is shown"


@pytest.fixture(scope="module")
def service(tmp_path_factory):
    path = tmp_path_factory.mktemp("shown") / "graph.ttl"
    path.write_text(numbered(1_000), encoding="utf-8")
    with launching(f"Settings(files=({str(path)!r},), inference=False)") as service:
        yield service


def page_of(service, query):
    response = service.query(query, "text/html", Accept_Encoding="")
    assert response.status_code == 200
    return response.text


@pytest.mark.parametrize("encoding", ["", "gzip", "br"])
def test_a_value_that_is_large_alone_streams_in_little_memory(service, encoding):
    page_of(service, "ASK {}")
    before = memory_peak(service.process.pid)
    query = f"SELECT (REPLACE({MEGABYTE}, 'a', '{'b' * 50}') AS ?long) {{}}"
    headers = {"Accept": "text/csv", "Accept-Encoding": encoding}
    with service.client.stream("GET", "/sparql", params={"query": query}, headers=headers) as response:
        assert sum(map(len, response.iter_bytes())) == len("long\r\n\r\n") + 50_000_000
    assert memory_peak(service.process.pid) - before < 20_000_000


@pytest.mark.parametrize(
    ("query", "told"),
    [
        (f"SELECT ?s ?x {{ {LARGE} }} LIMIT 30", "30 rows"),
        (f"SELECT (IRI(CONCAT('x:', ?x)) AS ?iri) {{ {LARGE} }} LIMIT 30", "30 rows"),
        (f"SELECT (STRLANG('x', CONCAT('en', {SUBTAGS})) AS ?y) {{ ?s <x:p> ?o }} LIMIT 30", "30 rows"),
        (f"CONSTRUCT {{ ?s <x:q> ?x }} {{ {LARGE} }} LIMIT 5", "&lt;x:s"),
    ],
    ids=["literals", "IRIs", "languages", "graph"],
)
def test_a_page_shows_the_beginning_of_long_values(service, query, told):
    page_of(service, "ASK {}")
    before = memory_peak(service.process.pid)
    page = page_of(service, query)
    assert told in page
    assert (CUT in page) != ("en-" in page)
    assert len(page) < 1_000_000
    assert memory_peak(service.process.pid) - before < 40_000_000


def test_a_page_shows_the_first_rows_of_a_wide_table(service):
    columns = " ".join(f"(STR(?s) AS ?v{n})" for n in range(300))
    page = page_of(service, f"SELECT {columns} {{ ?s <x:p> ?o }}")
    assert "1,000 rows" in page
    assert CUT in page
    assert 50 < page.count("<tr>") < 500
    assert len(page) < 2_500_000


@pytest.mark.parametrize("value", [f"{'a' * 1_999}…", "…", ""])
def test_values_that_are_not_long_are_shown_whole(service, value):
    page = page_of(service, f"SELECT ('{value}' AS ?x) {{}}")
    assert f"<td>{value}</td>" in page
    assert CUT not in page
    assert CUT not in page_of(service, f"CONSTRUCT {{ <x:a> <x:b> '{value[:1_900]}' }} {{}}")


def test_what_is_too_large_for_a_page_is_refused(tmp_path):
    path = tmp_path / "graph.ttl"
    path.write_text(f"<https://w3id.org/hkkg/id/x> <x:p> '{'long ' * 200_000}' .", encoding="utf-8")
    settings = f"Settings(files=({str(path)!r},), inference=False, limits=Limits(value_bytes=900_000))"
    with launching(settings) as service:
        found = problem(service.client.get("/doc/x.nt"), 413)
        assert "/sparql" in found["hint"]
        everything = quote("SELECT * { ?s ?p ?o }")
        assert len(service.client.get(f"/sparql?query={everything}").content) > 1_000_000
