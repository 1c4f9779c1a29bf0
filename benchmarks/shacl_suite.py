"""Run a SHACL test suite through `hkkg validate`, and compare its reports with those that are prescribed.

    python benchmarks/shacl_suite.py PATH-TO-data-shapes [--engine auto|pyshifty|pyshacl]

PATH is a clone of W3C's repository `data-shapes`, or any manifest in the vocabulary of its test suite. Each
test is one run of `hkkg validate DATA --shapes SHAPES --format turtle`. A report is as prescribed if it has
the prescribed results, each as often, with the same focus node, path, value, severity, source shape,
constraint component and source constraint (blank ones by what describes them), and the prescribed messages
where there are any; `sh:detail` is left free. A prescribed failure is exit code 2.
"""

from __future__ import annotations

import argparse
import logging
import subprocess
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote, urlsplit

import rdflib
from rdflib import RDF, Namespace

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rdflib.term import Node

HKKG: Final = Path(sys.executable).parent / "hkkg"
MF: Final = Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#")
SHT: Final = Namespace("http://www.w3.org/ns/shacl-test#")
SH: Final = Namespace("http://www.w3.org/ns/shacl#")
MANIFEST: Final = "data-shapes-test-suite/tests/manifest.ttl"
COMPARED: Final = (
    SH.resultPath,
    SH.resultSeverity,
    SH.sourceConstraintComponent,
    SH.sourceShape,
)
OF_DATA: Final = (SH.focusNode, SH.value)
UNUSABLE: Final = 2
DEEPEST: Final = 50


@dataclass(frozen=True, slots=True)
class Case:
    """One test: the files, and the report that is prescribed; None where a failure is."""

    name: str
    data: Path
    shapes: Path
    manifest: rdflib.Graph
    report: Node | None


def cases(manifest: Path) -> Iterator[Case]:
    """Read the tests of a manifest and of those that it includes."""
    graph = rdflib.Graph().parse(manifest, format="turtle", publicID=manifest.as_uri())
    top = rdflib.URIRef(manifest.as_uri())
    for included in sorted(graph.objects(top, MF.include)):
        yield from cases(_path(included))
    for head in graph.objects(top, MF.entries):
        for entry in graph.items(head):
            if (entry, RDF.type, SHT.Validate) in graph:
                yield _case(graph, entry, manifest)


def _case(graph: rdflib.Graph, entry: Node, manifest: Path) -> Case:
    action, result = graph.value(entry, MF.action), graph.value(entry, MF.result)
    data, shapes = graph.value(action, SHT.dataGraph), graph.value(action, SHT.shapesGraph)
    name = f"{manifest.parent.name}/{str(entry).rpartition('/')[2]}"
    return Case(name, _path(data), _path(shapes), graph, None if result == SHT.Failure else result)


def _path(iri: Node | None) -> Path:
    return Path(unquote(urlsplit(str(iri)).path))


def complaint(case: Case, status: int, output: str) -> str | None:
    """Say how an outcome differs from the one that is prescribed; None if it does not."""
    if case.report is None:
        return None if status == UNUSABLE else f"ended with {status} in place of a failure"
    if status not in {0, 1}:
        return f"ended with {status}"
    graph = rdflib.Graph().parse(data=output, format="turtle")
    report = graph.value(None, RDF.type, SH.ValidationReport)
    if (
        graph.value(report, SH.conforms).toPython()
        != case.manifest.value(case.report, SH.conforms).toPython()
    ):
        return "conforms, or not, where it should be otherwise"
    told, prescribed = results(graph, report), results(case.manifest, case.report)
    return _difference(told, prescribed) if told != prescribed else _messages(case, graph, report)


def results(graph: rdflib.Graph, report: Node | None) -> Counter[str]:
    """Write each result of a report as a text that is the same for the same result."""
    return Counter(_result(graph, node) for node in graph.objects(report, SH.result))


def _result(graph: rdflib.Graph, node: Node) -> str:
    compared = [*COMPARED, *([SH.sourceConstraint] if _prescribed(graph, node) else [])]
    parts = [f"{_name(p)} {described(graph, o)}" for p in compared for o in graph.objects(node, p)]
    # A blank node of the data is described in the data alone.
    parts += [
        f"{_name(p)} {'[]' if isinstance(o, rdflib.BNode) else o.n3()}"
        for p in OF_DATA
        for o in graph.objects(node, p)
    ]
    return " ; ".join(parts)


def _prescribed(graph: rdflib.Graph, node: Node) -> bool:
    return (node, SH.sourceConstraint, None) in graph


def _name(iri: rdflib.URIRef) -> str:
    return iri.removeprefix(SH)


def described(graph: rdflib.Graph, node: Node, depth: int = 0) -> str:
    """Write a node, and a blank one with all that is said of it."""
    if not isinstance(node, rdflib.BNode) or depth > DEEPEST:
        return node.n3()
    said = sorted(f"{p.n3()} {described(graph, o, depth + 1)}" for p, o in graph.predicate_objects(node))
    return f"[ {' ; '.join(said)} ]"


def _difference(told: Counter[str], prescribed: Counter[str]) -> str:
    lines = [f"    too much: {text}" for text in (told - prescribed).elements()]
    lines += [f"    missing: {text}" for text in (prescribed - told).elements()]
    return "\n".join(["other results", *lines])


def _messages(case: Case, graph: rdflib.Graph, report: Node | None) -> str | None:
    """Say which prescribed messages are missing."""
    missing = _all_messages(case.manifest, case.report) - _all_messages(graph, report)
    return f"does not say {', '.join(missing)}" if missing else None


def _all_messages(graph: rdflib.Graph, report: Node | None) -> Counter[str]:
    """Count the messages of a report; the letter case of their tags does not matter."""
    found = graph.objects(report, SH.result / SH.resultMessage)
    return Counter(f"{message!s}@{(message.language or '').lower()}" for message in found)


def run(case: Case, engine: str) -> str | None:
    """Run the command on one test, and say what is wrong with its outcome."""
    command = [HKKG, "validate", case.data, "--shapes", case.shapes, "--format", "turtle", "--engine", engine]
    process = subprocess.run(command, capture_output=True, text=True, check=False)
    return complaint(case, process.returncode, process.stdout)


def main() -> int:
    """Print each test whose outcome is not as prescribed, and the count."""
    parser = argparse.ArgumentParser(description="Run a SHACL test suite through hkkg validate.")
    parser.add_argument("path", type=Path)
    parser.add_argument("--engine", default="auto")
    arguments = parser.parse_args()
    path = arguments.path.resolve()
    rdflib.NORMALIZE_LITERALS = False  # a literal is compared as it is written, be it well-formed or not
    logging.getLogger("rdflib.term").setLevel(logging.CRITICAL)
    found = list(cases(path / MANIFEST if path.is_dir() else path))
    with ThreadPoolExecutor(2) as pool:
        complaints = list(pool.map(lambda case: run(case, arguments.engine), found))
    for case, told in zip(found, complaints, strict=True):
        if told:
            print(f"{case.name}: {told}")
    print(f"{complaints.count(None)} of {len(found)} as prescribed")
    return int(any(complaints))


if __name__ == "__main__":
    sys.exit(main())
