"""The store behind a SPARQL 1.1 endpoint, reached by SPARQLWrapper."""

from __future__ import annotations

import json
from contextlib import closing
from http.client import HTTPException, HTTPMessage
from typing import TYPE_CHECKING, Final
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit

import pyoxigraph
from pyoxigraph import QueryResultsFormat, RdfFormat
from SPARQLWrapper import POST, SPARQLWrapper
from SPARQLWrapper.SPARQLExceptions import QueryBadFormed, SPARQLWrapperException

from hkkg.errors import EndpointError, ParameterError, Place, QuerySyntaxError
from hkkg.store.answers import Answer

if TYPE_CHECKING:
    from collections.abc import Iterable

_ACCEPT: Final = (
    "application/sparql-results+json, application/sparql-results+xml;q=0.8, "
    "application/n-triples, text/turtle;q=0.8, application/rdf+xml;q=0.6"
)
_RESULTS: Final = {
    "application/sparql-results+json": QueryResultsFormat.JSON,
    "application/json": QueryResultsFormat.JSON,
    "application/sparql-results+xml": QueryResultsFormat.XML,
}
_GRAPHS: Final = {
    "application/n-triples": RdfFormat.N_TRIPLES,
    "text/turtle": RdfFormat.TURTLE,
    "application/rdf+xml": RdfFormat.RDF_XML,
}
_LONGEST_REASON = 300


class RemoteStore:
    """A SPARQL endpoint by its URL.

    Args:
        url: the query endpoint.
        timeout: seconds to wait for each piece of an answer.
        default_graphs: IRIs to send as `default-graph-uri`, for engines whose default graph is empty.

    Raises:
        ParameterError: the URL is not one of HTTP.
    """

    def __init__(self, url: str, *, timeout: int = 60, default_graphs: Iterable[str] = ()) -> None:
        """Remember the endpoint; nothing is sent yet."""
        if urlsplit(url).scheme not in {"http", "https"} or not urlsplit(url).netloc:
            raise ParameterError(
                f"{url!r} is no address of an endpoint.",
                hint="Write its whole URL, such as http://127.0.0.1:8000/sparql.",
            )
        self.url = url
        self._timeout = timeout
        self._default_graphs = tuple(default_graphs)

    def query(self, text: str, *, source: str = "query") -> Answer:
        """Send a query by POST and read the whole answer.

        Raises:
            QuerySyntaxError: the endpoint refused the query as malformed.
            EndpointError: it is unreachable, failed, or sent something else than complete results.
        """
        body, media_type = self._send(text, source)
        try:
            return _answer(body, media_type)
        except (SyntaxError, ValueError) as error:
            raise EndpointError(f"{self.url} sent broken or incomplete results: {_short(error)}.") from None
        except KeyError:
            raise EndpointError(
                f"{self.url} answered with {media_type}, which is no SPARQL result.",
                hint="Is this the address of a SPARQL query endpoint?",
            ) from None

    def _send(self, text: str, source: str) -> tuple[bytes, str]:
        wrapper = self._wrapper(text)
        try:
            with closing(wrapper.query().response) as response:
                return response.read(), _media_type(response.headers)
        except QueryBadFormed as error:
            _close(error)
            message = f"{self.url} refused the query: {_short(error)}"
            raise QuerySyntaxError(message, place=Place(source)) from None
        except HTTPError as error:
            error.close()
            raise EndpointError(f"{self.url} answered with status {error.code} {error.reason}.") from None
        except (SPARQLWrapperException, HTTPException, URLError, OSError) as error:
            _close(error)
            raise EndpointError(f"{self.url} did not answer: {_short(error)}.") from None

    def _wrapper(self, text: str) -> SPARQLWrapper:
        wrapper = SPARQLWrapper(self.url)
        wrapper.setMethod(POST)
        wrapper.setTimeout(self._timeout)
        wrapper.setOnlyConneg(True)  # else it adds parameters of its own, which some engines refuse
        wrapper.addCustomHttpHeader("Accept", _ACCEPT)
        for graph in self._default_graphs:
            wrapper.addParameter("default-graph-uri", graph)
        wrapper.setQuery(text)
        return wrapper


def _close(error: Exception) -> None:
    """Close the answer that SPARQLWrapper turned into an error of its own."""
    if isinstance(error.__context__, HTTPError):
        error.__context__.close()


def _media_type(headers: HTTPMessage) -> str:
    return headers.get_content_type()


def _short(error: Exception) -> str:
    if isinstance(error, URLError) and isinstance(error.reason, OSError):
        error = error.reason
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    text = " ".join(str(error).split()) or type(error).__name__
    return text.rstrip(".")[:_LONGEST_REASON]


def _answer(body: bytes, media_type: str) -> Answer:
    """Read a whole answer.

    Raises:
        KeyError: it is of a type that is no SPARQL result.
        SyntaxError: it is broken, or breaks off.
        ValueError: so is its JSON.
    """
    if media_type in _GRAPHS:
        return Answer(_as_answer(body, _GRAPHS[media_type]))
    results_format = _RESULTS[media_type]
    if results_format == QueryResultsFormat.JSON:
        json.loads(body)  # the engine's parser stops at what it needs, and misses that the end is not there
    results = pyoxigraph.parse_query_results(body, results_format)
    if isinstance(results, pyoxigraph.QuerySolutions):
        # Solutions are parsed one by one: read them all once, so that a broken one is found here.
        for _ in results:
            pass
        results = pyoxigraph.parse_query_results(body, results_format)
    return Answer(results)


def _as_answer(body: bytes, rdf_format: RdfFormat) -> pyoxigraph.QueryTriples:
    store = pyoxigraph.Store()
    store.load(body, rdf_format)
    answer = store.query("CONSTRUCT WHERE { ?s ?p ?o }")
    assert isinstance(answer, pyoxigraph.QueryTriples)  # noqa: S101 - the query above is a CONSTRUCT
    return answer
