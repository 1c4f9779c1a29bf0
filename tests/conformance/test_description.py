"""SPARQL 1.1 Service Description: what the service says of itself."""

from urllib.parse import urljoin

import pytest
from rdflib import RDF, Graph, Namespace, URIRef

from conformance import targets
from conformance.exchanges import against_schema

SD = Namespace("http://www.w3.org/ns/sparql-service-description#")
FORMATS = Namespace("http://www.w3.org/ns/formats/")


@pytest.fixture
def endpoint(service):
    """The address of the endpoint."""
    return urljoin(str(service.client.base_url), "sparql")


@pytest.fixture
def description(service, endpoint):
    """What a GET of the endpoint without a query returns."""
    response = service.client.get(endpoint, headers={"Accept": "text/turtle"})
    assert (response.status_code, targets.media_type(response)) == (200, "text/turtle")
    return Graph().parse(data=response.content, format="turtle", publicID=endpoint)


@pytest.mark.parametrize("media_type", ["text/turtle", "application/rdf+xml", "application/n-triples"])
def test_it_is_rdf(service, media_type):
    response = service.client.get("sparql", headers={"Accept": media_type})
    assert targets.media_type(response) == media_type
    assert len(Graph().parse(data=response.content, format=media_type)) > 0


def test_it_is_rdf_for_a_client_that_wants_nothing_special(service):
    response = service.client.get("sparql", headers={"Accept": "*/*"})
    assert Graph().parse(data=response.content, format=targets.media_type(response))


def test_it_names_the_endpoint(description, endpoint):
    assert list(description.objects(None, SD.endpoint)) == [URIRef(endpoint)]


def test_it_follows_the_vocabulary(description):
    assert against_schema(description) == ""


def test_what_does_not_follow_the_vocabulary_is_found(description):
    description.add((URIRef("http://example.org/"), SD.madeUp, SD.Feature))
    assert "madeUp" in against_schema(description)


def test_it_says_which_languages_it_understands(description):
    service = description.value(None, RDF.type, SD.Service)
    languages = set(description.objects(service, SD.supportedLanguage))
    assert {SD.SPARQL11Query, SD.SPARQL11Update} <= languages


def test_it_claims_no_features_that_it_lacks(description):
    features = set(description.objects(None, SD.feature))
    assert not features & {
        SD.DereferencesURIs,
        SD.BasicFederatedQuery,
        SD.RequiresDataset,
        SD.UnionDefaultGraph,
    }


def test_it_says_which_formats_it_writes(description):
    formats = set(description.objects(None, SD.resultFormat))
    assert {
        FORMATS[name]
        for name in ("SPARQL_Results_JSON", "SPARQL_Results_XML", "SPARQL_Results_CSV", "Turtle")
    } <= formats


def test_it_lists_the_graphs(service, endpoint):
    service.touched()
    service.client.put(
        "graph-store?graph=http://example.org/listed",
        content="<http://example.org/s> a <http://example.org/C> .",
        headers={"Content-Type": "text/turtle", **service.writing},
    )
    turtle = service.client.get(endpoint, headers={"Accept": "text/turtle"}).content
    graph = Graph().parse(data=turtle, format="turtle", publicID=endpoint)
    assert URIRef("http://example.org/listed") in set(graph.objects(None, SD.name))
