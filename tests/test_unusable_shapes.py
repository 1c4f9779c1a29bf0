"""Shapes that cannot be used end with 2, the place and the reason; the others are judged all the same."""

import json
import re

import pytest

from hkkg import validation
from hkkg.checks import Triples
from hkkg.config import Settings
from hkkg.errors import HkkgError
from hkkg.generations import open_generation
from hkkg.generations.admission import Admission
from hkkg.validation import engines, reading, syntax_rules

PREFIXES = """@prefix ex: <https://example.org/> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
ex:Good sh:targetClass ex:P ; sh:property ex:named . ex:named sh:path ex:name ; sh:minCount 1 .
"""
DATA = """<https://example.org/a> a <https://example.org/P> ;
    <https://example.org/n> 'x' , <https://example.org/a> .
"""
# Each stands from line 4 on, after a shape that is right.
UNUSABLE = {
    "recursive": ("ex:B a sh:NodeShape ; sh:targetClass ex:P ; sh:not ex:B .", "4:1", "is recursive"),
    "recursive-by-property": (
        "ex:B a sh:NodeShape ; sh:targetClass ex:P ;\n  sh:property [ sh:path ex:n ; sh:node ex:B ] .",
        "5:15",
        "is recursive",
    ),
    "recursive-by-list": (
        "ex:B a sh:NodeShape ; sh:targetClass ex:P ; sh:or ( ex:C ) .\nex:C sh:and ( ex:B ) .",
        "5:1",
        "is recursive",
    ),
    "no-path": ("ex:B sh:targetClass ex:P ;\n  sh:property [ sh:minCount 1 ] .", "5:15", "not well-formed"),
    "two-paths": (
        "ex:B sh:targetClass ex:P ; sh:path ex:n , ex:m ; sh:minCount 1 .",
        "4:1",
        "not well-formed",
    ),
    "a-path-of-no-kind": (
        "ex:B sh:targetClass ex:P ; sh:path [ ex:inverse ex:n ] ; sh:minCount 1 .",
        "4:1",
        "not well-formed",
    ),
    "a-number-that-is-none": (
        "ex:B sh:targetClass ex:P ; sh:path ex:n ; sh:minCount 'many' .",
        "4:1",
        "minCount",
    ),
    "a-list-that-is-none": (
        "ex:B sh:targetClass ex:P ; sh:path ex:n ; sh:in ex:list .",
        "4:1",
        "not well-formed",
    ),
    "a-kind-that-is-none": ("ex:B sh:targetClass ex:P ; sh:nodeKind ex:Any .", "4:1", "not well-formed"),
    "a-datatype-that-is-no-name": (
        "ex:B sh:targetClass ex:P ; sh:path ex:n ; sh:datatype 'x' .",
        "4:1",
        "datatype",
    ),
    "a-pattern-that-is-none": (
        "ex:B sh:targetClass ex:P ; sh:path ex:n ; sh:pattern '(' .",
        "4:1",
        "unterminated",
    ),
    "a-pattern-that-no-engine-reads": (
        "ex:B sh:targetClass ex:P ; sh:path ex:n ; sh:pattern '[a-z-[b]]' .",
        "4:1",
        "no engine here",
    ),
    "several-values-of-a-parameter": (
        """ex:B sh:targetClass ex:P ; ex:needs ex:n , ex:m .
        ex:Needing a sh:ConstraintComponent ; sh:parameter [ sh:path ex:needs ] ;
            sh:validator [ a sh:SPARQLAskValidator ; sh:ask "ASK { $value $needs ?x }" ] .""",
        "4:1",
        "no engine here",
    ),
    "broken-sparql": (
        "ex:B sh:targetClass ex:P ; sh:sparql [ sh:select 'SELECT $this {' ] .",
        "4:1",
        "not well",
    ),
    "sparql-without-a-query": (
        "ex:B sh:targetClass ex:P ; sh:sparql [ sh:ask 'ASK {}' ] .",
        "4:1",
        "sh:select",
    ),
    "sparql-with-minus": (
        "ex:B sh:targetClass ex:P ; sh:sparql [ sh:select 'SELECT $this { MINUS { $this ?p 1 } }' ] .",
        "4:1",
        "MINUS",
    ),
    "an-undeclared-prefix": (
        "ex:B sh:targetClass ex:P ; sh:sparql [ sh:select 'SELECT $this { $this no:p ?o }' ] .",
        "4:1",
        "not well-formed",
    ),
    "a-broken-component": (
        """ex:B sh:targetClass ex:P ; ex:param 1 .
ex:C a sh:ConstraintComponent ; sh:parameter [ sh:path ex:param ] ;
    sh:validator [ a sh:SPARQLAskValidator ; sh:ask "ASK {" ] .""",
        "[45]:1",
        "not well-formed",
    ),
}


def judge(folder, shapes, engine):
    (folder / "data.ttl").write_text(DATA, encoding="utf-8")
    (folder / "shapes.ttl").write_text(PREFIXES + shapes + "\n", encoding="utf-8")
    task = validation.alone([str(folder / "data.ttl")], [str(folder / "shapes.ttl")])
    return task, validation.judge(task, engine)


@pytest.mark.parametrize("engine", [engines.AUTO, *engines.NAMES])
@pytest.mark.parametrize("kind", UNUSABLE)
def test_a_shape_that_cannot_be_used_is_named_and_the_others_are_judged(tmp_path, kind, engine):
    shapes, place, reason = UNUSABLE[kind]
    task, report = judge(tmp_path, shapes, engine)
    told = {str(problem.place).partition("shapes.ttl:")[2]: problem.message for problem in report.problems}
    assert any(reason in message for at, message in told.items() if re.fullmatch(place, at)), told
    assert "https://example.org/named" in {finding.shape for finding in report.findings}
    with pytest.raises(HkkgError, match=r"recursive|not well-formed"):
        validation.run(task, engine)


@pytest.mark.parametrize("engine", engines.NAMES)
def test_shapes_that_can_be_used_are_no_problem(tmp_path, engine):
    shapes = "ex:B sh:targetClass ex:P ; sh:property ex:named ; sh:or ( ex:Good ex:named ) ."
    assert judge(tmp_path, shapes, engine)[1].problems == ()


def test_the_command_reports_what_it_could_judge_and_ends_with_two(hkkg, tmp_path):
    judge(tmp_path, UNUSABLE["recursive"][0], engines.AUTO)
    result = hkkg("validate", "data.ttl", "--shapes", "shapes.ttl", cwd=tmp_path)
    assert result.returncode == 2
    assert "data.ttl:1:1: violation: " in result.stdout
    assert result.stderr.startswith("hkkg: shapes.ttl:4:1: the shape <https://example.org/B> is recursive")


def test_shapes_without_a_shape_are_refused(hkkg, tmp_path):
    judge(tmp_path, "", engines.AUTO)
    result = hkkg("validate", "data.ttl", "--shapes", "data.ttl", "--format", "json", cwd=tmp_path)
    assert result.returncode == 2
    assert result.stderr.startswith("hkkg: data.ttl: there is no shape in this file.")
    assert json.loads(result.stdout)["conforms"] is False


def test_a_file_beside_shapes_needs_none(hkkg, tmp_path):
    judge(tmp_path, "", engines.AUTO)
    result = hkkg("validate", "data.ttl", "--shapes", "data.ttl", "shapes.ttl", cwd=tmp_path)
    assert result.returncode == 1, result.stderr


def test_shapes_that_can_be_read_are_used_beside_those_that_cannot(hkkg, tmp_path):
    judge(tmp_path, "", engines.AUTO)
    (tmp_path / "broken.ttl").write_text("<x:a> <x:b> \n", encoding="utf-8")
    result = hkkg("validate", "data.ttl", "--shapes", "none.ttl", "broken.ttl", "shapes.ttl", cwd=tmp_path)
    assert result.returncode == 2
    assert "data.ttl:1:1: violation: " in result.stdout
    assert "none.ttl: there is no such file" in result.stderr
    assert "broken.ttl:2:1: " in result.stderr


@pytest.mark.parametrize("kind", UNUSABLE)
def test_a_service_does_not_start_with_a_shape_that_cannot_be_used(tmp_path, kind):
    """The gate is made when the service begins, of the files that --shapes names."""
    shapes, place, reason = UNUSABLE[kind]
    path = tmp_path / "shapes.ttl"
    path.write_text(PREFIXES + shapes + "\n", encoding="utf-8")
    with pytest.raises(HkkgError) as caught:
        admission_of(path)
    found = getattr(caught.value, "problems", (caught.value,))
    told = {str(problem.place).partition("shapes.ttl:")[2]: problem.message for problem in found}
    assert any(reason in message for at, message in told.items() if re.fullmatch(place, at)), told


def test_a_service_starts_with_shapes_that_can_be_used(tmp_path):
    path = tmp_path / "shapes.ttl"
    path.write_text(PREFIXES, encoding="utf-8")
    assert admission_of(path)


def admission_of(path):
    settings = Settings(empty=True, writable=True, shapes=(str(path),))
    return Admission(open_generation(settings), settings)


@pytest.mark.parametrize(
    ("shapes", "said"),
    [
        (UNUSABLE["recursive"][0], "hkkg: shapes.ttl:4:1: the shape <https://example.org/B> is recursive"),
        (UNUSABLE["broken-sparql"][0], "hkkg: shapes.ttl:4:1: the shape <https://example.org/B> is not well"),
        (None, "hkkg: shapes.ttl: there is no shape in this file."),
    ],
)
def test_the_service_ends_with_two_and_says_why(hkkg, tmp_path, shapes, said):
    text = DATA if shapes is None else PREFIXES + shapes + "\n"
    (tmp_path / "shapes.ttl").write_text(text, encoding="utf-8")
    result = hkkg(
        "serve",
        *("--port", "0", "--empty", "--writable", "--shapes", "shapes.ttl"),
        cwd=tmp_path,
        environment={"HKKG_UPDATE_TOKEN": "secret"},
    )
    assert result.returncode == 2
    assert result.stderr.startswith(said)


@pytest.mark.parametrize("options", [[], ["--writable", "--no-gate"]])
def test_shapes_that_would_gate_nothing_are_refused(hkkg, tmp_path, options):
    (tmp_path / "shapes.ttl").write_text(PREFIXES, encoding="utf-8")
    result = hkkg("serve", "--port", "0", "--shapes", "shapes.ttl", *options, cwd=tmp_path)
    assert result.returncode == 2
    assert "--shapes is for updates that are gated" in result.stderr


@pytest.mark.parametrize("name", ["x:{}", "{}.ttl"], ids=["absolute", "relative to the file"])
def test_ontologies_that_import_each_other_are_read_once(hkkg, tmp_path, name):
    for own, other in (("a", "b"), ("b", "a")):
        this, imported = name.format(own), name.format(other)
        (tmp_path / f"{own}.ttl").write_text(
            "@prefix owl: <http://www.w3.org/2002/07/owl#> .\n"
            f"<{this}> a owl:Ontology ; owl:imports <{imported}> , <{this}> .\n"
        )
    (tmp_path / "shapes.ttl").write_text(PREFIXES, encoding="utf-8")
    result = hkkg("validate", "a.ttl", "--shapes", "shapes.ttl", "--format", "json", cwd=tmp_path)
    assert "owl:imports" not in result.stdout
    assert result.returncode == 0, result.stderr


def test_the_packaged_shapes_meet_the_syntax_rules():
    parts = [quads for _, quads in validation.packaged().shapes]
    assert syntax_rules.broken(reading.ntriples(*parts), Triples(*parts)) == {}
