"""What the standard report says, whichever engine ran.

tests/shacl is a suite of hkkg's own, in the vocabulary of W3C's: each file holds data, shapes and the report
that the specification prescribes for them. benchmarks/shacl_suite.py compares, and runs W3C's suite alike.
"""

import importlib.util
import sys
from collections.abc import Iterator
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path
from types import ModuleType

import pytest
import rdflib

from hkkg import cli, validation, vocab
from hkkg.checks import shape_model
from hkkg.cli.exits import exit_code
from hkkg.errors import HkkgError
from hkkg.store import BlankNode, NamedNode
from hkkg.validation import engines
from hkkg.validation.complaints import COMPLAINTS

ROOT = Path(__file__).resolve().parents[1]
MANIFEST = ROOT / "tests" / "shacl" / "manifest.ttl"
# Where pySHACL by itself differs from the specification, or says that it cannot tell.
ASTRAY = {"core/paths", "sparql/components", "sparql/pre-binding"}
SH = rdflib.Namespace("http://www.w3.org/ns/shacl#")
PREFIXES = "@prefix sh: <http://www.w3.org/ns/shacl#> .\n@prefix ex: <http://example.org/> .\n"


def report(folder: Path, data: str, shapes: str, engine: str) -> rdflib.Graph:
    """Validate, and read the standard report."""
    paths = []
    for name, text in (("data.ttl", data), ("shapes.ttl", shapes)):
        path = folder / name
        path.write_text(PREFIXES + text)
        paths.append(str(path))
    found = validation.run(validation.alone(paths[:1], paths[1:]), engine)
    return rdflib.Graph().parse(data=found.to_turtle(), format="turtle")


@pytest.mark.parametrize("engine", [engines.AUTO, *engines.NAMES])
def test_report_keeps_severities_of_ones_own(tmp_path: Path, engine: str) -> None:
    shapes = "ex:s a sh:NodeShape ; sh:targetNode ex:a ; sh:severity ex:Grave ; sh:nodeKind sh:Literal ."
    graph = report(tmp_path, "ex:a ex:p 1 .", shapes, engine)
    assert list(graph.objects(None, SH.resultSeverity)) == [rdflib.URIRef("http://example.org/Grave")]


@pytest.mark.parametrize("engine", [engines.AUTO, *engines.NAMES])
def test_only_true_makes_languages_unique(tmp_path: Path, engine: str) -> None:
    shapes = """ex:s a sh:NodeShape ; sh:targetNode ex:a ; sh:property ex:q .
        ex:q sh:path ex:p ; sh:uniqueLang "1"^^<http://www.w3.org/2001/XMLSchema#boolean> ."""
    graph = report(tmp_path, 'ex:a ex:p "x"@en , "y"@en .', shapes, engine)
    assert not list(graph.objects(None, SH.result))


@pytest.mark.parametrize("engine", [engines.AUTO, *engines.NAMES])
def test_a_blank_shape_is_a_source_and_relative_iris_are_read(tmp_path: Path, engine: str) -> None:
    shapes = "ex:s a sh:NodeShape ; sh:targetNode ex:a ; sh:property [ sh:path ex:p ; sh:maxCount 1 ] ."
    graph = report(tmp_path, "ex:a ex:p <#x> , <#y> .", shapes, engine)
    assert [type(shape) for shape in graph.objects(None, SH.sourceShape)] == [rdflib.BNode]


def script() -> ModuleType:
    """Load the script that reads manifests and compares reports."""
    spec = importlib.util.spec_from_file_location("shacl_suite", ROOT / "benchmarks" / "shacl_suite.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


SUITE = script()
CASES = {case.name: case for case in SUITE.cases(MANIFEST)}


def complaint(name: str, engine: str) -> str | None:
    """Run the command on a case, in this process, and say how its outcome differs from the prescribed one."""
    case, output = CASES[name], StringIO()
    command = [case.data, "--shapes", case.shapes, "--format", "turtle", "--engine", engine]
    try:
        with redirect_stdout(output):
            status = cli.command.main(["validate", *map(str, command)], standalone_mode=False)
    except HkkgError as error:
        status = exit_code(error)
    found: str | None = SUITE.complaint(case, status, output.getvalue())
    return found


@pytest.mark.parametrize("name", CASES)
def test_the_report_is_as_the_specification_prescribes(name: str) -> None:
    assert complaint(name, engines.AUTO) is None


@pytest.mark.parametrize("name", CASES)
def test_pyshacl_agrees_but_where_it_is_known_to_go_astray(name: str) -> None:
    """When a case that is listed passes, pySHACL is mended, and the case comes off the list."""
    assert (complaint(name, "pyshacl") is None) is (name not in ASTRAY)


def found(name: str, engine: str) -> list[tuple[object, ...]]:
    """Validate a case, and return all that is said of each result; blank values have no name to compare."""
    case = CASES[name]
    try:
        judged = validation.judge(validation.alone([str(case.data)], [str(case.shapes)]), engine)
    except HkkgError as error:
        return [(type(error), str(error.place))]
    return sorted(
        (
            f.component,
            str(f.focus) if isinstance(f.focus, NamedNode) else "",
            str(f.path),
            str(f.value) if not isinstance(f.value, BlankNode) else "",
            (f.severity, f.shape, f.messages, f.place, f.width, f.origin.times, len(f.origin.details)),
        )
        for f in judged.findings
    )


@pytest.mark.parametrize("name", [name for name in CASES if name not in ASTRAY])
def test_both_engines_say_the_same_word_for_word(name: str) -> None:
    assert found(name, "pyshifty") == found(name, "pyshacl") == found(name, engines.AUTO)


def prescribed() -> Iterator[tuple[rdflib.Graph, rdflib.term.Node]]:
    for case in CASES.values():
        for result in case.manifest.objects(case.report, SH.result) if case.report else ():
            yield case.manifest, result


def test_the_suite_has_every_constraint_component_of_the_core() -> None:
    components = {str(g.value(r, SH.sourceConstraintComponent)) for g, r in prescribed()}
    core = {path.removesuffix("ConstraintComponent") for path in components if path.startswith(str(SH))}
    assert core >= {vocab.SH + name for name in COMPLAINTS} | {vocab.SH + "SPARQL"}


def test_the_suite_has_every_kind_of_target_path_and_validator() -> None:
    used = {str(p).removeprefix(SH) for case in CASES.values() for p in case.manifest.predicates()}
    targets = set(shape_model.TARGETS) - {"target"}
    paths = {"inversePath", "alternativePath", "zeroOrMorePath", "oneOrMorePath", "zeroOrOnePath"}
    queries = {"validator", "nodeValidator", "propertyValidator", "ask", "select", "prefixes", "optional"}
    others = {
        "deactivated",
        "severity",
        "message",
        "flags",
        "ignoredProperties",
        "qualifiedValueShapesDisjoint",
    }
    assert targets | paths | queries | others <= used


def test_a_wrong_report_is_seen() -> None:
    case = CASES["core/counts"]
    prefix = "@prefix sh: <http://www.w3.org/ns/shacl#> . "
    right = prefix + "[] a sh:ValidationReport ; sh:conforms false ; sh:result [] ."
    assert "missing: resultPath" in SUITE.complaint(case, 1, right)
    assert "otherwise" in SUITE.complaint(case, 1, right.replace("false", "true"))
    assert SUITE.complaint(case, 2, "") == "ended with 2"
    assert "in place of a failure" in SUITE.complaint(CASES["sparql/refused-minus"], 0, "")
