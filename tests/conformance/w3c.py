"""The W3C's tests of SPARQL 1.0 and 1.1 queries and updates, read from a checkout of its rdf-tests."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final, NamedTuple

import pyoxigraph
from pyoxigraph import DefaultGraph, NamedNode, Quad, RdfFormat
from rdflib import RDF, RDFS, Graph, Namespace, URIRef

from conformance import results
from conformance.model import Case, Contents, Data, Match, Outcome, Table, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from rdflib.term import Node

MF: Final = Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#")
QT: Final = Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-query#")
UT: Final = Namespace("http://www.w3.org/2009/sparql/tests/test-update#")
DAWGT: Final = Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-dawg#")
BASE: Final = "https://w3c.github.io/rdf-tests/"
NTRIPLES: Final = "application/n-triples"

SUITES: Final = ("sparql/sparql10", "sparql/sparql11")
OUT_OF_SCOPE: Final = {
    "entailment": "entailment regimes, which the service does not offer",
    "service": "federation by SERVICE, which the service refuses",
    "syntax-fed": "federation by SERVICE, which the service refuses",
    "http-rdf-update": "replaced by the suite's own graph-store-protocol",
}
WITHDRAWN: Final = {DAWGT.Deprecated, DAWGT.Rejected, DAWGT.Obsoleted, DAWGT.Withdrawn}
VERDICTS: Final = {
    "PositiveSyntaxTest": (Verdict.ACCEPTED, False),
    "PositiveSyntaxTest11": (Verdict.ACCEPTED, False),
    "NegativeSyntaxTest": (Verdict.REFUSED, False),
    "NegativeSyntaxTest11": (Verdict.REFUSED, False),
    "PositiveUpdateSyntaxTest11": (Verdict.ACCEPTED, True),
    "NegativeUpdateSyntaxTest11": (Verdict.REFUSED, True),
}
CASES: Final = {*VERDICTS, "UpdateEvaluationTest", "QueryEvaluationTest", "CSVResultFormatTest"}
ACCEPTS: Final = {
    ".srj": "application/sparql-results+json",
    ".srx": "application/sparql-results+xml",
    ".tsv": "text/tab-separated-values",
    ".csv": "text/csv",
    ".nt": NTRIPLES,
    ".ttl": "text/turtle",
    ".rdf": "application/rdf+xml",
}
JSON: Final = ACCEPTS[".srj"]
FROM: Final = re.compile(r"\bFROM\s+(?:NAMED\s+)?<([^>]*)>", re.IGNORECASE)
ORDERED: Final = re.compile(r"\bORDER\s+BY\b[^}]*$", re.IGNORECASE)


class Test(NamedTuple):
    """An entry of a manifest."""

    group: str
    node: Node
    kind: str
    approved: bool
    manifest: Manifest

    @property
    def name(self) -> str:
        """The test's name within its suite."""
        return str(self.node).rpartition("#")[2]

    @property
    def out_of_scope(self) -> bool:
        """Whether the test is of something that the service does not offer."""
        return self.group.partition("/")[2] in OUT_OF_SCOPE

    @property
    def identifier(self) -> str:
        """The test's name in reports and in the list of known failures."""
        return f"{self.group}/{self.name}"


@dataclass(frozen=True)
class Manifest:
    """A manifest, and where its files are."""

    path: Path
    root: Path
    graph: Graph = field(repr=False)

    def file(self, node: Node) -> Path:
        """Find the file that an IRI names."""
        return self.root / str(node).removeprefix(BASE)

    def data(self, node: Node, graph: str | None = None) -> Data:
        """Read a file as N-Triples, so that its relative IRIs resolve as the suite has them."""
        quads = list(pyoxigraph.parse(path=self.file(node), base_iri=str(node)))
        return Data(graph, pyoxigraph.serialize(quads, format=RdfFormat.N_TRIPLES), NTRIPLES)


def trials(root: Path) -> list[Case | Test]:
    """Read what a checkout has to run: cases, and tests that are sequences of requests or out of scope."""
    return [case(test) if test.kind in CASES and not test.out_of_scope else test for test in tests(root)]


def tests(root: Path) -> Iterator[Test]:
    """Read the tests that the manifests list, but those withdrawn."""
    for suite in SUITES:
        for path in sorted((root / suite).glob("*/manifest*.ttl")):
            base = BASE + str(path.relative_to(root))
            manifest = Manifest(path, root, Graph().parse(path, format="turtle", publicID=base))
            yield from _entries(f"{suite[-2:]}/{path.parent.name}", manifest)


def _entries(suite: str, manifest: Manifest) -> Iterator[Test]:
    graph = manifest.graph
    for entries in graph.objects(None, MF.entries):
        for node in graph.items(entries):
            approval = graph.value(node, DAWGT.approval)
            kind = str(graph.value(node, RDF.type)).rpartition("#")[2]
            if approval not in WITHDRAWN:
                yield Test(suite, node, kind, approval == DAWGT.Approved, manifest)


def case(test: Test) -> Case:
    """Read a test of evaluation or syntax."""
    action = test.manifest.graph.value(test.node, MF.action)
    if test.kind in VERDICTS:
        verdict, is_update = VERDICTS[test.kind]
        text = test.manifest.file(action).read_text(encoding="utf-8")
        return Case(test.group, test.name, text, verdict, is_update=is_update, base=str(action))
    if test.kind == "UpdateEvaluationTest":
        return _update(test, action)
    return _query(test, action)


def _query(test: Test, action: Node) -> Case:
    graph, file = test.manifest.graph, test.manifest.file
    query = graph.value(action, QT.query)
    text = file(query).read_text(encoding="utf-8")
    data = [test.manifest.data(d) for d in graph.objects(action, QT.data)]
    names = [*graph.objects(action, QT.graphData), *_from(text, query, test.manifest)]
    data += [test.manifest.data(name, str(name)) for name in dict.fromkeys(names)]
    result = file(graph.value(test.node, MF.result))
    accept = ACCEPTS[result.suffix] if result.suffix in {".srj", ".srx", ".tsv", ".csv"} else JSON
    expected = _expected(result, text, test)
    return Case(test.group, test.name, text, expected, tuple(data), base=str(query), accept=accept)


def _from(text: str, query: Node, manifest: Manifest) -> list[URIRef]:
    """Name the files of the suite that a query's own FROM clauses name."""
    names = [URIRef(name, base=str(query)) for name in FROM.findall(text)]
    return [name for name in names if name.startswith(BASE) and manifest.file(name).is_file()]


def _expected(path: Path, text: str, test: Test) -> Outcome:
    base = BASE + str(path.relative_to(test.manifest.root))
    outcome = results.read(path.read_bytes(), ACCEPTS[path.suffix], base)
    if not isinstance(outcome, Table):
        return outcome
    if (test.node, MF.resultCardinality, MF.LaxCardinality) in test.manifest.graph:
        return replace(outcome, match=Match.REDUCED)
    ordered = outcome.match is Match.SEQUENCE or ORDERED.search(text)
    return replace(outcome, match=Match.SEQUENCE if ordered else Match.BAG)


def _update(test: Test, action: Node) -> Case:
    graph, file = test.manifest.graph, test.manifest.file
    request = graph.value(action, UT.request)
    result = graph.value(test.node, MF.result)
    quads = frozenset(q for d in stored(test, result) for q in _quads(d))
    text = file(request).read_text(encoding="utf-8")
    data = stored(test, action)
    return Case(test.group, test.name, text, Contents(quads), data, is_update=True, base=str(request))


def stored(test: Test, node: Node) -> tuple[Data, ...]:
    """Read the contents of a store before or after an update."""
    graph = test.manifest.graph
    data = [test.manifest.data(d) for d in graph.objects(node, UT.data)]
    data += [
        test.manifest.data(graph.value(named, UT.graph), str(graph.value(named, RDFS.label)))
        for named in graph.objects(node, UT.graphData)
    ]
    return tuple(data)


def _quads(data: Data) -> Iterator[Quad]:
    graph = NamedNode(data.graph) if data.graph else DefaultGraph()
    for quad in pyoxigraph.parse(data.body, RdfFormat.N_TRIPLES, rename_blank_nodes=True):
        yield Quad(quad.subject, quad.predicate, quad.object, graph)
