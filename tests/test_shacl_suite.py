"""What the standard report says, whichever engine ran."""

from pathlib import Path

import pytest
import rdflib

from hkkg import validation
from hkkg.validation import engines

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
