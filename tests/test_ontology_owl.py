"""HermiT and the OWL API on our graph: consistent, satisfiable, OWL 2 DL, nothing beyond OWL 2 RL."""

from __future__ import annotations

import shutil
import subprocess
from importlib.util import find_spec
from pathlib import Path

import pytest
from rdflib import Graph

from hkkg import catalog, vocab

CHECK = Path(__file__).parent / "owl" / "ProfileCheck.java"
# OWL 2 RL leaves these datatypes out, and nothing here is inferred from what a literal's datatype is.
DATATYPES = "Use of data range not in profile: xsd:"

pytestmark = [
    pytest.mark.needs_java,
    pytest.mark.skipif(
        shutil.which("javac") is None, reason="no Java compiler: install a JDK, version 17 or later"
    ),
]


def graph_of(*kinds):
    graph = Graph()
    for file in catalog.of_kind(*kinds):
        graph.parse(file.path)
    return graph


@pytest.fixture(scope="module")
def ontology():
    return graph_of(catalog.Kind.ONTOLOGY)


def findings(graph, directory):
    """What the check says of a graph, as pairs of a kind and a text."""
    graph.serialize(directory / "graph.owl", format="xml")
    jar = Path(find_spec("owlready2").origin).parent / "hermit" / "HermiT.jar"
    run = subprocess.run(
        ["java", "-cp", str(jar), str(CHECK), str(directory / "graph.owl")],
        capture_output=True,
        check=False,
        encoding="utf-8",
        timeout=120,
    )
    assert run.returncode == 0, run.stderr
    *lines, last = (tuple(line.split("\t", 1)) for line in run.stdout.splitlines())
    assert last[0] == "done"
    assert int(last[1]) > 0
    return [line for line in lines if not (line[0] == "rl" and line[1].startswith(DATATYPES))]


def test_the_packaged_graph_is_consistent_satisfiable_and_owl_2_dl(ontology, tmp_path):
    assert findings(ontology + graph_of(catalog.Kind.DATA), tmp_path) == []


@pytest.mark.parametrize(
    ("addition", "kind", "text"),
    [
        pytest.param("hk:x a hkkg:Person, hkkg:Organization .", "inconsistent", "", id="inconsistent"),
        pytest.param(
            "hk:x a hkkg:Membership ; hkkg:organization [ a hkkg:Person ] .",
            "inconsistent",
            "",
            id="inconsistent-through-a-range",
        ),
        pytest.param(
            "hkkg:X a owl:Class ; rdfs:subClassOf hkkg:Person, hkkg:Organization .",
            "unsatisfiable",
            vocab.HKKG + "X",
            id="unsatisfiable",
        ),
        pytest.param("hkkg:hostedBy a owl:FunctionalProperty .", "dl", "non-simple", id="functional-chain"),
        pytest.param(
            "hkkg:host owl:propertyChainAxiom ( hkkg:hostedBy hkkg:hosting ) .",
            "dl",
            "cycle",
            id="irregular-chain",
        ),
        pytest.param("hk:x a hkkg:Persom .", "dl", "undeclared class", id="undeclared-class"),
        pytest.param("hk:x hkkg:memberrOf hk:y .", "dl", "undeclared", id="undeclared-property"),
        pytest.param('hk:x hkkg:memberOf "text" .', "dl", "Cannot pun", id="text-on-an-object-property"),
        pytest.param(
            "hkkg:X a owl:Class ; rdfs:subClassOf "
            "[ a owl:Restriction ; owl:onProperty hkkg:host ; owl:someValuesFrom hkkg:University ] .",
            "rl",
            "superclass",
            id="beyond-rl",
        ),
    ],
)
def test_each_check_can_fail(ontology, tmp_path, addition, kind, text):
    graph = ontology + Graph().parse(data=prefixes() + addition, format="turtle")
    assert any(found == kind and text in said for found, said in findings(graph, tmp_path))


def prefixes():
    return "".join(f"@prefix {prefix}: <{iri}> .\n" for prefix, iri in vocab.PREFIXES.items())
