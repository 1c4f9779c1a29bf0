"""The W3C's tests of the protocols: HTTP requests read from its manifests, and sent as they stand."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from urllib.parse import urljoin

from rdflib import BNode, Namespace, URIRef
from rdflib import Graph as RdfGraph

from conformance import compare, results, targets, w3c
from conformance.model import Graph

if TYPE_CHECKING:
    import httpx
    from rdflib.term import Node

HT: Final = Namespace("http://www.w3.org/2011/http#")
CNT: Final = Namespace("http://www.w3.org/2011/content#")
SD: Final = Namespace("http://www.w3.org/ns/sparql-service-description#")
PROTOCOL: Final = "ProtocolTest"
GRAPH_STORE: Final = "GraphStoreProtocolTest"
DESCRIPTION: Final = "ServiceDescriptionTest"
LOCATION: Final = "$LOCATION$"
TURTLE: Final = "text/turtle"
STATUS: Final = {"OK": "200", "Created": "201", "NoContent": "204", "NotFound": "404"}
FORMATS: Final = {
    "boolean": {"application/sparql-results+json", "application/sparql-results+xml"},
    "tabular": set(results.TABLES),
    "RDF": set(results.GRAPHS),
}
PROPERTIES: Final = (
    *("endpoint", "feature", "supportedLanguage", "languageExtension", "propertyFeature"),
    *("inputFormat", "resultFormat", "extensionFunction", "extensionAggregate"),
    *("defaultEntailmentRegime", "entailmentRegime"),
    *("defaultSupportedEntailmentProfile", "supportedEntailmentProfile"),
    *("defaultDataset", "availableGraphs", "defaultGraph", "namedGraph", "name", "graph"),
)
TERMS: Final = (
    *("Service", "Feature", "Language", "Function", "Aggregate", "EntailmentRegime", "EntailmentProfile"),
    *("GraphCollection", "Dataset", "Graph", "NamedGraph"),
    *("SPARQL10Query", "SPARQL11Query", "SPARQL11Update"),
    *("DereferencesURIs", "UnionDefaultGraph", "RequiresDataset", "EmptyGraphs", "BasicFederatedQuery"),
)


@dataclass(frozen=True, slots=True)
class Request:
    """A request, and what a manifest expects of its response."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes
    statuses: frozenset[str]
    response: Node


def run(test: w3c.Test, service: targets.Service) -> str:
    """Send a test's requests, and say what was not as expected; nothing if all was."""
    if test.kind == DESCRIPTION:
        return _description(test, service)
    service.load(w3c.stored(test, test.node))
    service.touched()
    graph = test.manifest.graph
    connection = graph.value(test.node, w3c.MF.action)
    location = ""
    for node in graph.items(graph.value(connection, HT.requests)):
        request = _request(test, node, location)
        response = _send(request, service)
        if problem := _unexpected(test, request, response):
            return f"{request.method} {request.path}: {problem}"
        location = urljoin(str(response.url), response.headers.get("Location", ""))
    return ""


def _request(test: w3c.Test, node: Node, location: str) -> Request:
    graph = test.manifest.graph
    headers = _headers(graph, node)
    body = graph.value(node, HT.body)
    charset = str(graph.value(body, CNT.characterEncoding) or "UTF-8")
    text = str(graph.value(body, CNT.chars) or "").replace(LOCATION, location)
    path = str(graph.value(node, HT.absolutePath)).replace(LOCATION, location)
    response = graph.value(node, HT.resp)
    statuses = frozenset(_status(s) for s in graph.objects(response, w3c.MF.expectedStatus))
    method = str(graph.value(node, HT.methodName))
    path = _path(path, test, headers, text)
    return Request(method, path, headers, text.encode(charset), statuses, response)


def _headers(graph: RdfGraph, node: Node) -> dict[str, str]:
    fields = graph.value(node, HT.headers)
    pairs = [(graph.value(f, HT.fieldName), graph.value(f, HT.fieldValue)) for f in graph.items(fields)]
    return {str(name).title(): str(value) for name, value in pairs}


def _status(node: Node) -> str:
    """Read a status, or a class of them: `StatusCode2xx` is `2`."""
    name = str(node).rpartition("#")[2]
    return STATUS.get(name) or name.removeprefix("StatusCode").removesuffix("xx")


def _path(path: str, test: w3c.Test, headers: dict[str, str], text: str) -> str:
    """Put the service's paths for the suite's, which has one for queries and updates."""
    if path.startswith("/gsp"):
        return path.replace("/gsp", "graph-store", 1)
    is_query = headers.get("Content-Type") == "application/sparql-query" or "query=" in path + text
    is_update = "update" in test.name and not is_query
    return path.replace("/sparql/", "update" if is_update else "sparql", 1)


def _send(request: Request, service: targets.Service) -> httpx.Response:
    writes = not request.path.startswith("sparql") and request.method not in {"GET", "HEAD"}
    headers = {**request.headers, **(service.writing if writes else {})}
    return service.client.request(request.method, request.path, content=request.body, headers=headers)


def _unexpected(test: w3c.Test, request: Request, response: httpx.Response) -> str:
    graph, status = test.manifest.graph, str(response.status_code)
    if not any(status.startswith(expected) for expected in request.statuses):
        return f"expected the status {sorted(request.statuses)}, and it is {status}: {response.text}"
    if graph.value(request.response, w3c.MF.expectedLocation) and "Location" not in response.headers:
        return "there is no Location"
    return _unexpected_answer(graph, request.response, response) or _unexpected_graph(
        graph, request, response
    )


def _unexpected_answer(graph: RdfGraph, expected: Node, response: httpx.Response) -> str:
    media_type = targets.media_type(response)
    kind = graph.value(expected, w3c.MF.expectedFormat)
    if kind and media_type not in FORMATS[str(kind)]:
        return f"expected {kind}, and it is {media_type}"
    answer = graph.value(expected, w3c.MF.expectedBoolean)
    if answer is None:
        return ""
    return compare.difference(answer.toPython(), results.read(response.content, media_type))


def _unexpected_graph(graph: RdfGraph, request: Request, response: httpx.Response) -> str:
    wanted = _headers(graph, request.response).get("Content-Type", "").partition(";")[0]
    media_type = targets.media_type(response)
    if wanted and wanted != media_type:
        return f"expected {wanted}, and it is {media_type}"
    body = graph.value(request.response, HT.body)
    if body is None:
        return ""
    text = str(graph.value(body, CNT.chars))
    base = str(response.url)
    expected = results.read(text.encode(), TURTLE, base)
    return compare.difference(expected, results.read(response.content, media_type, base))


def _description(test: w3c.Test, service: targets.Service) -> str:
    """Get the service description, and look in it for what the test's name says."""
    response = service.client.get("sparql", headers={"Accept": TURTLE})
    endpoint = str(response.url)
    found = results.read(response.content, targets.media_type(response), endpoint)
    assert isinstance(found, Graph)
    graph = RdfGraph().parse(data=response.content, format="turtle", publicID=endpoint)
    match test.name:
        case "returns-rdf":
            return "" if found.triples else "the description is empty"
        case "has-endpoint-triple":
            named = (None, SD.endpoint, URIRef(endpoint)) in graph
            return "" if named else f"no sd:endpoint {endpoint}"
        case _:
            return against_schema(graph)


def against_schema(graph: RdfGraph) -> str:
    """Say where a service description departs from the vocabulary's domains, ranges and cardinalities."""
    services = set(graph.subjects(None, SD.Service))
    if len(services) != 1:
        return f"expected one sd:Service, and there are {len(services)}"
    known = {SD[name] for name in (*PROPERTIES, *TERMS)}
    used = {term for triple in graph for term in triple if str(term).startswith(str(SD))}
    if unknown := used - known:
        return f"no terms of the vocabulary: {sorted(unknown)}"
    if len(set(graph.objects(None, SD.endpoint))) != 1:
        return "expected one sd:endpoint"
    literals = [
        o for p in PROPERTIES for o in graph.objects(None, SD[p]) if not isinstance(o, URIRef | BNode)
    ]
    return f"expected resources, and there are {literals}" if literals else ""
