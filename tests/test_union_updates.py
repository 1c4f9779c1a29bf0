"""Updates of a store whose default graph is the union of its named graphs, over HTTP."""

import pytest

from hkkg.generations.operations import operations, parts, stretches
from service_support import TURTLE, WRITING, numbered, problem, serving

OWN = "https://w3id.org/hkkg/graph/default"
CONTENTS = "SELECT ?g ?s ?o { GRAPH ?g { ?s <x:p> ?o } }"


@pytest.fixture(scope="module")
def running(tmp_path_factory):
    path = tmp_path_factory.mktemp("union") / "graph.ttl"
    path.write_text(numbered(3).replace("<x:p>", "<x:other>"), encoding="utf-8")
    with serving(path, "--writable", "--no-gate", "--no-inference") as service:
        yield service


@pytest.fixture
def service(running):
    """A service whose triples with x:p are these alone."""
    running.update(f"DELETE WHERE {{ GRAPH ?g {{ ?s <x:p> ?o }} }} ; CREATE SILENT GRAPH <{OWN}>")
    for graph, triples in (("x:g", "<x:a> <x:p> 1, 2 ."), ("x:h", "<x:a> <x:p> 1 . <x:b> <x:p> 3 .")):
        headers = {"Content-Type": TURTLE, **WRITING}
        running.client.put("/graph-store", params={"graph": graph}, content=triples, headers=headers)
    return running


def contents(service):
    rows = service.query(CONTENTS).text.replace(OWN, "own").replace("x:", "").splitlines()
    return " ".join(sorted(row.replace(",", "") for row in rows[1:]))


def after(service, text):
    """What the graphs hold after an update that is accepted."""
    assert service.update(text).status_code == 204
    return contents(service)


MARKING = "INSERT { GRAPH <x:j> { ?s <x:p> 6 } } WHERE"
UNTOUCHED = "ga1 ga2 ha1 hb3"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("INSERT DATA { <x:a> <x:p> 1 }", f"{UNTOUCHED} owna1"),
        ("INSERT { <x:a> <x:p> 1 } WHERE {}", f"{UNTOUCHED} owna1"),
        ("INSERT { ?s <x:p> 9 } WHERE { ?s <x:p> 3 }", f"{UNTOUCHED} ownb9"),
        ("DELETE DATA { <x:a> <x:p> 1 }", "ga2 hb3"),
        ("DELETE WHERE { <x:a> <x:p> 1 }", "ga2 hb3"),
        ("DELETE { ?s ?p 1 } INSERT { ?s ?p 2 } WHERE { ?s ?p 1 FILTER(?p = <x:p>) }", "ga2 hb3 owna2"),
    ],
)
def test_what_names_no_graph_is_added_to_its_own_and_taken_from_all(service, text, expected):
    assert after(service, text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "DELETE { GRAPH <x:g> { ?s ?p ?o } } INSERT { ?s ?p ?o } WHERE { GRAPH <x:g> { ?s ?p ?o } }",
            "ha1 hb3 owna1 owna2",
        ),
        (
            "WITH <x:g> DELETE { ?s ?p ?o } INSERT { GRAPH <x:i> { ?s ?p ?o } } WHERE { ?s ?p ?o }",
            "ha1 hb3 ia1 ia2",
        ),
        ("MOVE GRAPH <x:g> TO DEFAULT", "ha1 hb3 owna1 owna2"),
        ("COPY <x:g> TO DEFAULT", f"{UNTOUCHED} owna1 owna2"),
        ("ADD SILENT GRAPH <x:g> TO DEFAULT", f"{UNTOUCHED} owna1 owna2"),
        ("MOVE DEFAULT TO DEFAULT", UNTOUCHED),
        ("MOVE <x:none> TO <x:none>", UNTOUCHED),
        (f"MOVE DEFAULT TO <{OWN}>", f"{UNTOUCHED} owna1 owna2 ownb3"),
        ("INSERT DATA { <x:c> <x:p> 4 } ; MOVE DEFAULT TO <x:g>", "ga1 ga2 gb3 gc4 ha1 hb3"),
        ("COPY DEFAULT TO <x:h>", "ga1 ga2 ha1 ha2 hb3"),
        ("COPY <x:g> TO <x:h>", "ga1 ga2 ha1 ha2"),
        ("MOVE <x:g> TO <x:h>", "ha1 ha2"),
        ("ADD <x:g> TO <x:h>", "ga1 ga2 ha1 ha2 hb3"),
        (
            "DELETE { ?s <x:p> ?o } INSERT { GRAPH <x:g> { ?s <x:p> ?o } } WHERE { ?s <x:p> ?o }",
            "ga1 ga2 gb3",
        ),
    ],
)
def test_what_is_moved_is_where_it_is_moved_to(service, text, expected):
    service.update("DROP SILENT GRAPH <x:i>")
    assert after(service, text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "DELETE { ?s <x:p> ?o } INSERT { ?s <x:p> ?o } WHERE { ?s <x:p> ?o }",
        "DELETE { GRAPH ?g { ?s ?p ?o } } INSERT { GRAPH ?g { ?s ?p ?o } } WHERE { GRAPH ?g { ?s ?p ?o } }",
        "WITH <x:g> DELETE { ?s <x:p> 1 } INSERT { ?s <x:p> 1 } WHERE { ?s <x:p> 1 }",
        "DELETE DATA { GRAPH <x:g> { <x:a> <x:p> 1 } } ; INSERT DATA { GRAPH <x:g> { <x:a> <x:p> 1 } }",
        "INSERT DATA { <x:new> <x:p> 1 } ; DELETE DATA { <x:new> <x:p> 1 }",
        "INSERT DATA { GRAPH <x:h> { <x:new> <x:p> 1 } } ; DELETE WHERE { <x:new> ?p ?o }",
        "CREATE GRAPH <x:fresh> ; DROP GRAPH <x:fresh>",
    ],
)
def test_what_is_put_back_is_there_and_nothing_has_changed(service, text):
    generation = service.client.get("/health").json()["generation"]
    assert after(service, text) == UNTOUCHED
    assert service.client.get("/health").json()["generation"] == generation


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "DELETE WHERE { GRAPH <x:g> { <x:a> <x:p> ?o } } ; INSERT DATA { <x:a> <x:p> 2 }",
            "ha1 hb3 owna2",
        ),
        (
            f"INSERT DATA {{ GRAPH <x:i> {{ <x:c> <x:p> 5 }} }} ; {MARKING} {{ ?s ?p 5 }}",
            f"{UNTOUCHED} ic5 jc6",
        ),
        (
            f"DELETE WHERE {{ GRAPH ?g {{ <x:b> ?p ?o }} }} ; {MARKING} {{ ?s ?p 3 }}",
            "ga1 ga2 ha1",
        ),
    ],
)
def test_each_operation_sees_what_those_before_it_did(service, text, expected):
    assert after(service, text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("CLEAR DEFAULT", UNTOUCHED),
        ("DROP DEFAULT", UNTOUCHED),
        ("CLEAR GRAPH <x:g>", "ha1 hb3 owna5"),
        ("DROP GRAPH <x:g>", "ha1 hb3 owna5"),
        ("DROP SILENT GRAPH <x:none>", f"{UNTOUCHED} owna5"),
        ("CLEAR NAMED", ""),
        ("DROP ALL", ""),
    ],
)
def test_what_is_emptied_without_a_graph_is_the_graph_of_its_own(service, text, expected):
    service.update("INSERT DATA { <x:a> <x:p> 5 }")
    assert after(service, text) == expected


@pytest.mark.parametrize(
    "text",
    [
        *("CREATE GRAPH <x:g>", "DROP GRAPH <x:none>", "CLEAR GRAPH <x:none>"),
        *("COPY <x:none> TO <x:g>", "MOVE <x:none> TO <x:g>", "ADD <x:none> TO <x:g>"),
    ],
)
def test_what_a_graph_is_missing_for_changes_nothing(service, text):
    assert "graph <x:" in problem(service.update(text), 422)["detail"]
    assert contents(service) == UNTOUCHED
    assert after(service, text.replace(" ", " SILENT ", 1)) == UNTOUCHED


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("PREFIX x: <x:> INSERT DATA { x:k x:p 7 } ; PREFIX x: <y:> INSERT DATA { x:l <x:p> 8 }", "k7 y:l8"),
        ("BASE <x:/> INSERT DATA { <k> <x:p> 7 } ; PREFIX n: <n/> INSERT DATA { n:l <x:p> 8 }", "/k7 /n/l8"),
        ("INSERT DATA { <x:k> <x:p> 7 } ; BASE <x:/b/> INSERT DATA { <l> <x:p> 8 }", "/b/l8 k7"),
        ('VERSION "1.2" INSERT { <x:k> <x:p> 7 } WHERE {} ; PREFIX x: <x:>', "k7"),
        ("PREFIX payload: <x:> PREFIX upload: <x:> INSERT DATA { payload:k upload:p 7 }", "k7"),
        ("PREFIX x: <x:> INSERT DATA { x:k x:p 7 } ; prefix x: <x:> INSERT DATA { x:l x:p 8 }", "k7 l8"),
        ("BASE <x:/> PREFIX n: <n/> DELETE {} WHERE {} ; BASE <y:/> INSERT DATA { n:l <x:p> 8 }", "/n/l8"),
        ("PREFIX n: <x:> BASE <y:/> PREFIX n: <n/> PREFIX n: <x:> INSERT DATA { n:l n:p 8 }", "l8"),
    ],
)
def test_each_operation_is_read_with_the_declarations_before_it(service, text, expected):
    assert after(service, text) == " ".join([UNTOUCHED, *(f"own{each}" for each in expected.split())])


def test_declarations_that_each_operation_repeats_are_kept_once():
    prologue = "PREFIX a: <x:a> PREFIX b: <x:b> BASE <x:/> "
    text = " ; ".join(f"{prologue} INSERT DATA {{ a:{n} b:p <o> }}" for n in range(100))
    split = parts(text)
    assert {operation.prologue.split() == prologue.split() for operation in operations(text, split, "")} == {
        True
    }
    assert max(len(stretch.prologue) for stretch in stretches(text, split)) < 2 * len(prologue)


def test_a_declaration_of_a_version_hides_no_dataset(service):
    text = 'VERSION "1.2" WITH <x:g> DELETE { ?s ?p ?o } WHERE { ?s ?p ?o }'
    assert after(service, text) == "ha1 hb3"


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("PREFIX e: <x:> WITHe:g INSERT { <x:a> <x:p> 9 } WHERE {}", (1, 16)),
        ("PREFIX e: <x:> DELETE { ?s ?p ?o } USINGe:g WHERE { ?s ?p ?o }", (1, 16)),
        ("LOAD SILENT } total garbage {", (1, 13)),
        ("INSERT DATA { <x:a> <x:p> 9 } LOAD SILENT <x:document>", (1, 31)),
        ("INSERT DATA { <x:a> <x:p> 9 } ;\nPREFIX e: <x:>\nINSERT DATA { e:a e:p }", (3, 23)),
    ],
)
def test_what_is_no_operation_is_refused_where_it_stands(service, text, place):
    found = problem(service.update(text), 400)
    assert (found["line"], found["column"]) == place
    assert contents(service) == UNTOUCHED


def test_no_graph_of_a_user_is_taken_for_one_aside(service):
    service.update("INSERT DATA { GRAPH <urn:x-hkkg-aside:+> { <x:s> <x:p> 1 } }")
    assert after(service, "INSERT { <x:k> <x:p> 7 } WHERE {}") == f"{UNTOUCHED} ownk7 urn:x-hkkg-aside:+s1"


def test_a_pattern_that_swaps_loses_nothing(service):
    service.update(
        "INSERT DATA { GRAPH <x:swap> { <x:s> <x:p> <x:t> . <x:t> <x:p> <x:s> . <x:s> <x:p> <x:u> } }"
    )
    swap = "DELETE { ?s <x:p> ?o } INSERT { ?o <x:p> ?s } WHERE { ?s <x:p> ?o }"
    assert service.update(f"WITH <x:swap> {swap}").status_code == 204
    found = service.query("SELECT ?s ?o { GRAPH <x:swap> { ?s ?p ?o } } ORDER BY ?s ?o").text.split()
    assert found == ["s,o", "x:s,x:t", "x:t,x:s", "x:u,x:s"]


@pytest.mark.parametrize(
    ("template", "quads"),
    [
        ("GRAPH <x:i> { ?s <x:q> ?o } . ?s <x:q> ?o # a comment", 6),
        ("?s <x:q> ?o . GRAPH <x:i> { ?s <x:q> ?o }", 6),
        ("?s <x:q> ?o GRAPH <x:i> { ?s <x:q> ?o . } ?o <x:q> ?s .", 6),
        ('GRAPH ?i { ?s <x:q> ?o } GRAPH <x:j> { } GRAPH x:k { ?s <x:q> \'}\', """{ GRAPH""" }', 7),
        ("GRAPH ?o { ?s <x:q> ?o } GRAPH ?none { ?s <x:q> ?o }", 0),
        ("GRAPH <http://[::1]/é%41> { _:b <x:q> ?o } _:b <x:q> [ <x:q> ?s ]", 9),
    ],
)
def test_templates_of_every_form(service, template, quads):
    text = f"PREFIX x: <x:> INSERT {{ {template}\n}} WHERE {{ ?s <x:p> ?o BIND(<x:i> AS ?i) }}"
    assert service.update(text).status_code == 204
    count = service.query("SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s <x:q> ?o } }").text.split()
    assert count == ["n", str(quads)]
    if "é" in template:
        assert service.ask("GRAPH <http://[::1]/é%41> { ?b <x:q> 3 } ?b <x:q> [ <x:q> <x:b> ]")
    assert service.update("DELETE WHERE { GRAPH ?g { ?s <x:q> ?o } }").status_code == 204
    assert not service.ask("?s <x:q> ?o")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("DELETE WHERE { ?s <x:p> ?o }", "hb3"),
        ("DELETE { GRAPH <x:h> { ?s <x:p> ?o } } WHERE { ?s <x:p> ?o }", "ga1 ga2 hb3"),
    ],
)
def test_a_request_chooses_what_a_pattern_sees(service, text, expected):
    chosen = {"update": text, "using-graph-uri": "x:g"}
    assert service.client.post("/update", data=chosen, headers=WRITING).status_code == 204
    assert contents(service) == expected
