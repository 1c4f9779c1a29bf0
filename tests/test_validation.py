import json

import pytest
import rdflib

from hkkg import formats, loading, validation, vocab
from hkkg.checks import Severity, Triples
from hkkg.errors import ParameterError, ShapesProblemError, SyntaxProblemError
from hkkg.loading import Document
from hkkg.store import parse
from hkkg.validation import engines, reading

PREFIXES = """
@prefix ex: <https://example.org/> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""
SHAPES = """
ex:Person-shape a sh:NodeShape ; sh:targetClass ex:Person ; sh:property ex:name-shape .
ex:name-shape sh:path ex:name ; sh:minCount 1 ;
    sh:message "Give a name."@en , "請寫名稱。"@zh-Hant .
"""
PERSON = "ex:ann a ex:Person .\n"


def document(text, source="data.ttl"):
    return Document(source, (PREFIXES + text).encode(), formats.TURTLE, "https://example.org/graph")


def check(data, shapes, engine="auto"):
    return validation.validate([document(data)], [document(shapes, "shapes.ttl")], engine)


@pytest.mark.parametrize("engine", engines.NAMES)
def test_a_conforming_graph_gives_no_finding(engine):
    report = check('ex:ann a ex:Person ; ex:name "Ann" .', SHAPES, engine)
    assert report.conforms
    assert report.engine == engine
    assert (report.triples, report.shapes) == (2, 1)


@pytest.mark.parametrize("engine", engines.NAMES)
def test_a_finding_says_what_where_and_what_to_do(engine):
    (finding,) = check(PERSON, SHAPES, engine).findings
    assert finding.severity is Severity.VIOLATION
    assert finding.focus.value == "https://example.org/ann"
    assert str(finding.path) == "<https://example.org/name>"
    assert finding.component == vocab.SH + "MinCountConstraintComponent"
    assert finding.shape == "https://example.org/name-shape"
    assert dict(finding.messages) == {"en": "Give a name.", "zh-Hant": "請寫名稱。"}
    assert str(finding.place) == "data.ttl:5:1"


@pytest.mark.parametrize("engine", engines.NAMES)
@pytest.mark.parametrize(
    ("path", "shown"),
    [
        ("ex:a", "ex:a"),
        ("[ sh:inversePath ex:a ]", "^ex:a"),
        ("( ex:a ex:b )", "ex:a/ex:b"),
        ("[ sh:alternativePath ( ex:a [ sh:inversePath ex:b ] ) ]", "ex:a|^ex:b"),
        (
            "( [ sh:zeroOrMorePath ex:a ] [ sh:oneOrMorePath ex:b ] [ sh:zeroOrOnePath ex:c ] )",
            "ex:a*/ex:b+/ex:c?",
        ),
        ("( [ sh:alternativePath ( ex:a ex:b ) ] ex:c )", "(ex:a|ex:b)/ex:c"),
    ],
)
def test_the_path_of_a_shape_without_a_name_is_reported_whole(engine, path, shown):
    shapes = f"ex:S sh:targetClass ex:Person ; sh:property [ sh:path {path} ; sh:hasValue ex:z ] ."
    (finding,) = check(PERSON, shapes, engine).findings
    assert str(finding.path).replace("<https://example.org/", "ex:").replace(">", "") == shown
    assert finding.shape is None


@pytest.mark.parametrize("engine", engines.NAMES)
def test_a_finding_about_a_blank_node_stands_where_its_holder_does(engine):
    shapes = "ex:S sh:targetClass ex:Address ; sh:property [ sh:path ex:street ; sh:minCount 1 ] ."
    (finding,) = check("\nex:ann ex:address [ a ex:Address ] .", shapes, engine).findings
    assert str(finding.place) == "data.ttl:6:19"


@pytest.mark.parametrize("engine", engines.NAMES)
@pytest.mark.parametrize("date", ["2024-13-40", "2024-2-1", "soon"])
def test_an_ill_typed_date_is_found_and_shown_as_it_is_written(engine, date):
    shapes = "ex:S sh:targetClass ex:Person ; sh:property [ sh:path ex:born ; sh:datatype xsd:date ] ."
    (finding,) = check(f'ex:ann a ex:Person ; ex:born "{date}"^^xsd:date .', shapes, engine).findings
    assert finding.value.value == date


@pytest.mark.parametrize("engine", engines.NAMES)
def test_a_severity_below_violation_fails_only_if_asked_to(engine):
    report = check(
        PERSON, SHAPES.replace("sh:minCount 1 ;", "sh:minCount 1 ; sh:severity sh:Warning ;"), engine
    )
    assert not report.conforms
    assert not report.fails()
    assert report.fails(Severity.WARNING)


def test_a_finding_stands_at_the_triple_that_is_wrong():
    data = document('ex:ann\n    a ex:Person ;\n    ex:age 3 ;\n    ex:age "four" .')
    shapes = document(
        "ex:S sh:targetClass ex:Person ; sh:property [ sh:path ex:age ; sh:datatype xsd:integer ] ."
    )
    (finding,) = validation.validate([data], [shapes]).findings
    assert str(finding.place) == "data.ttl:8:12"


def test_a_finding_stands_in_the_file_that_says_what_its_subject_is():
    labels = document('ex:ann ex:label "Ann" .', "labels.ttl")
    report = validation.validate([labels, document(PERSON)], [document(SHAPES)])
    assert report.findings[0].place.source == "data.ttl"


def test_a_message_with_variables_is_filled_in_by_the_engine():
    select = "SELECT $this ?value { $this <https://example.org/age> ?value }"
    shapes = f"""ex:S sh:targetClass ex:Person ; sh:sparql [
        sh:message "Not {{?value}}."@en ; sh:select "{select}" ] ."""
    (finding,) = check("ex:ann a ex:Person ; ex:age 3 .", shapes, "pyshacl").findings
    assert finding.message() == "Not 3."


@pytest.mark.parametrize("engine", engines.NAMES)
def test_the_turtle_is_a_standard_report_that_rdflib_reads(engine):
    report = check(PERSON, SHAPES, engine)
    graph = rdflib.Graph().parse(data=report.to_turtle(), format="turtle")
    rows = graph.query("""
        PREFIX sh: <http://www.w3.org/ns/shacl#>
        SELECT ?focus ?path ?component ?shape ?severity {
            [] a sh:ValidationReport ; sh:conforms false ; sh:result ?r .
            ?r a sh:ValidationResult ;
                sh:focusNode ?focus ;
                sh:resultMessage "Give a name."@en ;
                sh:resultPath ?path ;
                sh:resultSeverity ?severity ;
                sh:sourceConstraintComponent ?component ;
                sh:sourceShape ?shape .
        }""")
    assert [[str(term).split("/")[-1].split("#")[-1] for term in row] for row in rows] == [
        ["ann", "name", "MinCountConstraintComponent", "name-shape", "Violation"]
    ]


def test_a_complex_path_is_written_out_in_the_turtle():
    path = "( [ sh:inversePath ex:a ] ex:b )"
    shapes = f"ex:S sh:targetClass ex:Person ; sh:property [ sh:path {path} ; sh:minCount 1 ] ."
    turtle = check(PERSON, shapes).to_turtle()
    quads = parse(turtle, formats.TURTLE, source="report")
    path = Triples(quads).pairs(vocab.SH + "resultPath")[0][1]
    assert [str(m) for m in Triples(quads).members(path)][1] == "<https://example.org/b>"


def test_a_conforming_report_says_so_in_every_format():
    report = check('ex:ann a ex:Person ; ex:name "Ann" .', SHAPES)
    assert json.loads(report.to_json())["conforms"] is True
    assert report.to_text() == "conforms: 2 triples against 1 shapes, by pyshifty"
    assert (
        rdflib.Graph()
        .parse(data=report.to_turtle(), format="turtle")
        .query("ASK { ?r <http://www.w3.org/ns/shacl#conforms> true }")
    )


def test_the_json_has_all_that_a_finding_says():
    (finding,) = json.loads(check(PERSON, SHAPES).to_json())["findings"]
    assert len(finding.pop("fingerprint")) == 32
    assert finding == {
        "severity": "violation",
        "focus": "https://example.org/ann",
        "path": "<https://example.org/name>",
        "value": None,
        "component": vocab.SH + "MinCountConstraintComponent",
        "shape": "https://example.org/name-shape",
        "message": "Give a name.",
        "messages": {"en": "Give a name.", "zh-Hant": "請寫名稱。"},
        "fix": None,
        "file": "data.ttl",
        "line": 5,
        "column": 1,
        "excerpt": "ex:ann a ex:Person .",
        "baseline": "new",
    }


def test_an_unknown_engine_is_refused_with_the_names_of_those_there_are():
    with pytest.raises(ParameterError, match="auto, pyshifty, pyshacl"):
        check(PERSON, SHAPES, "jena")


@pytest.mark.parametrize("engine", engines.NAMES)
@pytest.mark.parametrize(
    "shapes",
    [
        "ex:S sh:targetClass ex:Person ; sh:sparql [ sh:select 'SELECT $this WHERE {' ] .",
        "ex:S a sh:NodeShape ; sh:targetClass ex:Person ; sh:property [ sh:minCount 1 ] .",
    ],
)
def test_shapes_that_are_not_well_formed_are_refused(engine, shapes):
    with pytest.raises(ShapesProblemError, match="not well-formed"):
        check(PERSON, shapes, engine)


def test_data_that_is_not_well_formed_is_refused_with_its_line():
    with pytest.raises(SyntaxProblemError) as caught:
        check("ex:ann a <not an iri> .", SHAPES)
    assert caught.value.place.line == 5


def test_literals_reach_the_engines_as_they_are_written():
    quads = document('ex:a ex:b "01"^^xsd:integer , "1.50"^^xsd:decimal , "x"@zh-Hant .').quads()
    text = reading.ntriples(quads).decode()
    assert '"01"^^' in text
    assert '"1.50"^^' in text


@pytest.mark.parametrize("engine", engines.NAMES)
def test_the_packaged_graph_conforms(engine):
    report = validation.run(validation.packaged(), engine)
    assert report.to_text().splitlines()[-1].startswith("conforms")


def test_a_file_replaces_the_packaged_one_of_the_same_graph():
    (file,) = [
        f
        for f in validation.packaged().documents
        if f[0].source.endswith("laboratories.ttl") and "data" in f[0].source
    ]
    task = validation.beside_packaged([file[0].source])
    assert file[0].graph not in {document.graph for document, _ in task.context}
    assert task.context


def test_documents_in_other_formats_are_validated_too():
    data = Document(
        "data.nt",
        f"<https://example.org/ann> <{vocab.RDF}type> <https://example.org/Person> .".encode(),
        formats.NTRIPLES,
        "https://example.org/graph",
    )
    report = validation.validate([data], [document(SHAPES)])
    assert str(report.findings[0].place) == "data.nt:1:1"
    trig = loading.Document(
        "data.trig",
        b"<https://example.org/g> { <https://example.org/ann> a <https://example.org/Person> }",
        formats.TRIG,
        "g:g",
    )
    assert str(validation.validate([trig], [document(SHAPES)]).findings[0].place) == "data.trig:1:27"
