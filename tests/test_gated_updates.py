"""Writes behind the gate, over HTTP: admitted whole or refused whole, reasoned over, and seen at once."""

from concurrent.futures import ThreadPoolExecutor

import pytest
import rdflib
from rdflib.namespace import RDF, SH, XSD

from service_support import TOKEN, TURTLE, UPDATE, WRITING, problem, refused_start, serving

X = "http://example.org/"
PREFIXES = f"PREFIX : <{X}> PREFIX graph: <https://w3id.org/hkkg/graph/> "
GRAPH = f"""\
@prefix : <{X}> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
:Scholar a owl:Class ; rdfs:subClassOf :Person .
:Person a owl:Class .
:worksAt a owl:ObjectProperty ; owl:inverseOf :employs .
:employs a owl:ObjectProperty .
:ada a :Scholar ; :name "Ada" ; :worksAt :university .
"""
SHAPES = f"""\
@prefix : <{X}> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
:ScholarShape a sh:NodeShape ;
    sh:targetClass :Scholar ;
    sh:property [ sh:path :name ; sh:minCount 1 ; sh:maxCount 1 ; sh:message "one name"@en ] ;
    sh:property [ sh:path :nick ; sh:minLength 2 ] .
"""
INFERRED = "<https://w3id.org/hkkg/graph/inferred>"
NAMELESS = "INSERT DATA { :bob a :Scholar }"
RDF_FORMATS = {
    "text/turtle": "turtle",
    "application/ld+json": "json-ld",
    "application/n-triples": "nt",
    "application/rdf+xml": "xml",
}


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    folder = tmp_path_factory.mktemp("gated")
    (folder / "graph.ttl").write_text(GRAPH, encoding="utf-8")
    (folder / "shapes.ttl").write_text(SHAPES, encoding="utf-8")
    return folder / "graph.ttl", folder / "shapes.ttl"


@pytest.fixture(scope="module")
def service(files):
    graph, shapes = files
    with serving(graph, "--shapes", shapes, "--writable") as running:
        yield running


def update(service, text, accept="application/json"):
    headers = {"Content-Type": UPDATE, "Accept": accept, **WRITING}
    return service.client.post("/update", content=PREFIXES + text, headers=headers)


def without(subject):
    """Write an update that deletes what is stated of a subject; what was inferred of it goes with that."""
    pattern = f"GRAPH ?g {{ {subject} ?p ?o }}"
    return f"DELETE {{ {pattern} }} WHERE {{ {pattern} FILTER(?g != {INFERRED}) }}"


def ask(service, pattern):
    return service.query(f"{PREFIXES} ASK {{ {pattern} }}", "application/json").json()["boolean"]


def contents(service):
    """Return everything that there is, and the generation."""
    quads = service.query("SELECT * { { ?s ?p ?o } UNION { GRAPH ?g { ?s ?p ?o } } }").text
    return sorted(quads.splitlines()), service.client.get("/health").json()["generation"]


def test_what_conforms_is_admitted_and_reasoned_over(service):
    response = update(service, 'INSERT DATA { :cid a :Scholar ; :name "Cid" ; :worksAt :lab }')
    assert response.status_code == 204
    assert response.headers["hkkg-change"] == "3 added, 0 removed"
    assert ask(service, ":cid a :Person . :lab :employs :cid")
    assert ask(service, "GRAPH graph:inferred { :lab :employs :cid }")
    assert update(service, without(":cid")).status_code == 204
    assert not ask(service, "{ :cid ?p ?o } UNION { ?s ?p :cid } UNION { GRAPH ?g { ?s ?p :cid } }")


def test_what_does_not_is_refused_and_changes_nothing(service):
    before = contents(service)
    found = problem(update(service, NAMELESS), 422)
    assert found["type"] == "https://w3id.org/hkkg/problem/nonconforming"
    assert "one name" in found["detail"]
    report = rdflib.Graph().parse(data=found["report"], format="turtle")
    assert (None, SH.focusNode, rdflib.URIRef(X + "bob")) in report
    assert contents(service) == before


@pytest.mark.parametrize(("accept", "name"), RDF_FORMATS.items())
@pytest.mark.filterwarnings("ignore:ConjunctiveGraph:DeprecationWarning")  # rdflib's own, for JSON-LD
def test_the_report_in_each_format(service, accept, name):
    response = update(service, NAMELESS, accept)
    assert response.status_code == 422
    assert response.headers["content-type"].split(";")[0] == accept
    report = rdflib.Graph().parse(data=response.text, format=name)
    (node,) = report.subjects(RDF.type, SH.ValidationReport)
    assert report.value(node, SH.conforms) == rdflib.Literal("false", datatype=XSD.boolean)
    assert (None, SH.focusNode, rdflib.URIRef(X + "bob")) in report


@pytest.mark.parametrize("accept", ["application/problem+json", "*/*", "text/csv", "text/turtle;q=0.1, */*"])
def test_the_report_is_a_problem_document_otherwise(service, accept):
    assert problem(update(service, NAMELESS, accept), 422)["report"]


def test_a_report_that_its_format_cannot_hold_is_in_a_problem_document(service):
    text = r'INSERT DATA { :ada :nick "\u0001" }'
    found = problem(update(service, text, "application/rdf+xml"), 422)
    report = rdflib.Graph().parse(data=found["report"], format="turtle")
    assert (None, SH.value, rdflib.Literal("\x01")) in report
    assert "nick" in update(service, text, "text/turtle").text


@pytest.mark.parametrize("method", ["PUT", "POST"])
def test_a_graph_that_does_not_conform_is_refused(service, method):
    before = contents(service)
    headers = {"Content-Type": TURTLE, **WRITING}
    for text in (f"<{X}bob> a <{X}Scholar> .", f'<{X}ada> <{X}name> "Another" .'):
        response = service.client.request(method, "/graph-store?graph=x:g", content=text, headers=headers)
        problem(response, 422)
    assert service.client.get("/graph-store?graph=x:g").status_code == 404
    assert contents(service) == before


def test_several_operations_are_one_update(service):
    """What one of them breaks another may mend, and all of them go if the last fails."""
    before = contents(service)
    mended = f"{NAMELESS} ; INSERT DATA {{ :bob :name 'Bob' }}"
    assert update(service, mended).status_code == 204
    assert ask(service, ":bob a :Person")
    assert update(service, without(":bob")).status_code == 204
    assert contents(service)[0] == before[0]
    before = contents(service)
    for last in (
        "DROP GRAPH <x:none>",
        "CREATE GRAPH <x:new>",
        "INSERT DATA { GRAPH graph:inferred { :a :b :c } }",
        "DELETE DATA { :university :employs :ada }",
        "LOAD <x:none>",
        "nonsense",
        "INSERT DATA { :bob a :Scholar }",
    ):
        first = (
            "INSERT DATA { :half :done 1 } ; CREATE GRAPH <x:new> ; DELETE DATA { :ada :worksAt :university }"
        )
        assert update(service, f"{first} ; {last}").status_code in {400, 403, 422}
        assert contents(service) == before


@pytest.mark.parametrize(
    "text",
    [
        "INSERT DATA { GRAPH graph:inferred { :a :b :c } }",
        "DELETE DATA { GRAPH graph:inferred { :university :employs :ada } }",
        "DELETE DATA { :university :employs :ada }",
        "DELETE WHERE { ?s :employs ?o }",
        "INSERT { GRAPH graph:inferred { ?s :b ?o } } WHERE { ?s :name ?o }",
        "WITH graph:inferred DELETE { ?s ?p ?o } WHERE { ?s ?p ?o }",
        "DELETE { GRAPH ?g { ?s ?p ?o } } USING NAMED graph:inferred WHERE { GRAPH ?g { ?s ?p ?o } }",
        "DROP GRAPH graph:inferred",
        "CLEAR GRAPH graph:inferred",
        f"COPY DEFAULT TO {INFERRED}",
        f"MOVE {INFERRED} TO <x:elsewhere>",
    ],
)
def test_what_is_inferred_is_read_only(service, text):
    before = contents(service)
    found = problem(update(service, text), 403)
    assert "infer" in found["detail"]
    assert f"FILTER(?g != {INFERRED})" in found["hint"]
    assert contents(service) == before


@pytest.mark.parametrize("method", ["PUT", "POST", "DELETE"])
def test_so_it_is_for_the_graph_store(service, method):
    before = contents(service)
    response = service.client.request(
        method,
        "/graph-store?graph=https://w3id.org/hkkg/graph/inferred",
        content=f"<{X}a> <{X}b> 1 ." if method != "DELETE" else "",
        headers={"Content-Type": TURTLE, **WRITING},
    )
    problem(response, 403)
    assert contents(service) == before


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Authorization": "Bearer"},
        {"Authorization": "Bearer wrong"},
        {"Authorization": f"Bearer {TOKEN}x"},
        {"Authorization": f"Bearer {TOKEN[:-1]}"},
        {"Authorization": f"Basic {TOKEN}"},
        {"Authorization": TOKEN},
        {"Authorization": f"Bearer {TOKEN.upper()}"},
        {"Authorization": b"Bearer \xff\xfe"},
    ],
)
def test_no_token_or_another_is_refused(service, headers):
    before = contents(service)
    text = "INSERT DATA { <x:a> <x:b> 1 }"
    responses = [
        service.client.post("/update", content=text, headers={"Content-Type": UPDATE, **headers}),
        service.client.post("/update", data={"update": text}, headers=headers),
        service.client.put("/graph-store?default", content="", headers={"Content-Type": TURTLE, **headers}),
        service.client.delete("/graph-store?graph=x:g", headers=headers),
    ]
    for response in responses:
        problem(response, 401)
        assert response.headers["www-authenticate"].startswith("Bearer ")
    assert contents(service) == before
    for place in ("access_token", "token"):
        given = service.client.post("/update", params={place: TOKEN}, data={"update": text})
        assert given.status_code == 401


def test_the_scheme_may_be_in_any_case(service):
    headers = {"Content-Type": UPDATE, "Authorization": f"bEaReR {TOKEN}"}
    assert (
        service.client.post("/update", content="DELETE DATA { <x:a> <x:b> 1 }", headers=headers).status_code
        == 204
    )


def test_a_read_only_service_refuses_writes_with_any_token(files):
    with serving(files[0]) as running:
        for headers in ({}, WRITING):
            text = {"Content-Type": UPDATE, **headers}
            problem(running.client.post("/update", content="CLEAR ALL", headers=text), 403)
            problem(running.client.delete("/graph-store?default", headers=headers), 403)
        assert "SPARQL11Update" not in running.client.get("/sparql").text


def test_writers_at_once_are_all_admitted_one_after_another(service):
    """Each sees what it was told is done; their generations are all different."""

    def write(number):
        done = update(service, f"INSERT DATA {{ :w{number} a :Scholar ; :name '{number}' ; :worksAt :lab }}")
        assert done.status_code == 204
        assert ask(service, f":lab :employs :w{number}")
        return int(done.headers["hkkg-generation"])

    before = contents(service)[1]
    with ThreadPoolExecutor(6) as pool:
        generations = list(pool.map(write, range(18)))
    assert sorted(generations) == list(range(before + 1, before + 19))


def test_a_counter_that_many_raise_loses_no_step(service):
    raised = (
        "DELETE { :counter :at ?n } INSERT { :counter :at ?m } WHERE { :counter :at ?n BIND(?n + 1 AS ?m) }"
    )
    assert update(service, "INSERT DATA { :counter :at 0 }").status_code == 204
    with ThreadPoolExecutor(6) as pool:
        assert {done.status_code for done in pool.map(lambda _: update(service, raised), range(12))} == {204}
    assert ask(service, ":counter :at 12")


def test_without_the_gate(files):
    with serving(files[0], "--no-gate", "--writable") as running:
        assert update(running, NAMELESS).status_code == 204
        assert ask(running, ":bob a :Person")


def test_without_inference(files):
    with serving(files[0], "--shapes", files[1], "--no-inference", "--writable") as running:
        problem(update(running, NAMELESS), 422)
        assert not ask(running, "?s :employs ?o")
        assert (
            update(running, "INSERT DATA { :eve a :Scholar ; :name 'Eve' ; :worksAt :lab }").status_code
            == 204
        )
        assert not ask(running, "{ ?s :employs ?o } UNION { GRAPH graph:inferred { ?s ?p ?o } }")


def test_with_a_default_graph_of_its_own(files):
    """Reasoning needs the union; a plain query sees what was written without a graph, in pages too."""
    options = ("--shapes", files[1], "--writable", "--default-graph", "standard")
    with serving(files[0], *options) as running:
        assert not ask(running, ":ada ?p ?o")
        assert ask(running, "GRAPH ?g { :ada :worksAt ?o }")
        assert "Ada" not in running.query(f"SELECT * {{ <{X}ada> ?p ?o }}", "text/html").text
        problem(update(running, NAMELESS), 422)
        assert (
            update(running, "INSERT DATA { :eve a :Scholar ; :name 'Eve' ; :worksAt :lab }").status_code
            == 204
        )
        assert ask(running, ":eve :name 'Eve'")
        assert not ask(running, ":lab :employs :eve")
        assert ask(running, "GRAPH graph:inferred { :lab :employs :eve }")
        assert update(running, "DELETE WHERE { :eve ?p ?o }").status_code == 204
        assert not ask(running, "{ :eve ?p ?o } UNION { GRAPH ?g { :eve ?p ?o } }")


def test_an_empty_store_with_shapes(files):
    with serving("--empty", "--shapes", files[1], "--writable") as running:
        problem(update(running, NAMELESS), 422)
        assert update(running, f"{NAMELESS} ; INSERT DATA {{ :bob :name 'Bob' }}").status_code == 204


def test_a_graph_that_does_not_conform_is_not_served_behind_a_gate(files, tmp_path):
    bad = tmp_path / "bad.ttl"
    bad.write_text(f"{GRAPH} :bob a :Scholar .", encoding="utf-8")
    code, message = refused_start(bad, "--shapes", files[1], "--writable")
    assert code == 2
    assert "one name" in message
    with serving(bad, "--no-gate", "--writable") as running:
        assert ask(running, ":bob a :Person")


def test_shapes_that_are_not_well_formed(files, tmp_path):
    bad = tmp_path / "shapes.ttl"
    bad.write_text(SHAPES.replace("sh:minCount 1", 'sh:minCount "one"'), encoding="utf-8")
    code, message = refused_start(files[0], "--shapes", bad, "--writable")
    assert code == 2
    assert str(bad) in message or "minCount" in message


def test_the_packaged_graph_keeps_its_shapes():
    hku = "<https://w3id.org/hkkg/id/university-of-hong-kong>"
    label = "<http://www.w3.org/2004/02/skos/core#prefLabel>"
    with serving("--writable") as running:
        problem(update(running, f"DELETE WHERE {{ {hku} {label} ?label }}"), 422)
        assert ask(running, f"{hku} {label} ?label")
        problem(
            update(running, "INSERT DATA { <x:thing> a <https://w3id.org/hkkg/ontology#University> }"), 422
        )
        refusal = problem(update(running, "CLEAR NAMED"), 403)
        assert "all the shapes" in refusal["detail"]


def test_shapes_that_were_given_stay_when_a_graph_apart_changes(files):
    with serving("--shapes", files[1], "--writable") as running:
        assert update(running, "DROP GRAPH graph:questions").status_code == 204
        problem(update(running, NAMELESS), 422)


@pytest.mark.parametrize("default_graph", ["standard", "union"])
def test_what_is_inferred_goes_when_all_graphs_do(files, default_graph):
    with serving(files[0], "--no-gate", "--writable", "--default-graph", default_graph) as running:
        assert ask(running, "GRAPH graph:inferred { :university :employs :ada }")
        assert update(running, "CLEAR ALL").status_code == 204
        assert not ask(running, "GRAPH ?g { ?s ?p ?o }")


def test_a_standard_default_graph_is_no_named_one_where_something_is_inferred(files):
    with serving(files[0], "--no-gate", "--writable", "--default-graph", "standard") as running:
        assert update(running, "CREATE GRAPH <x:new> ; INSERT DATA { <x:a> <x:b> 1 }").status_code == 204
        assert ask(running, "<x:a> <x:b> 1")
        assert not ask(running, "GRAPH ?g { <x:a> <x:b> 1 }")
        problem(update(running, "CREATE GRAPH <x:new>"), 422)
        headers = {"Content-Type": TURTLE, **WRITING}
        address = "/graph-store?graph=x:new"
        assert running.client.put(address, content="", headers=headers).status_code == 204
        assert update(running, "DROP GRAPH <x:new>").status_code == 204
        assert running.client.get(address).status_code == 404
