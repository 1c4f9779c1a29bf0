"""Answers of an endpoint that are none: each becomes the error that says what is wrong."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import pyoxigraph

from hkkg.errors import EndpointError, EndpointTimeoutError, Place, QuerySyntaxError
from hkkg.store.complaints import query_problem, refuse_monster
from hkkg.store.tokens import calls_service

if TYPE_CHECKING:
    from hkkg.store.http import Response

_LONGEST_REASON: Final = 300
_OK: Final = 200
_BAD_REQUEST: Final = 400
_UNAUTHORIZED: Final = frozenset({401, 403})
_TOO_LATE: Final = frozenset({408, 504})
_SERVER_ERROR: Final = 500
_PASSING: Final = frozenset({429, 502, 503})
# Jena, RDF4J, Virtuoso, Blazegraph and oxigraph, in this order.
_SAYS_SYNTAX: Final = re.compile(
    r"QueryParseException|Parse error|MalformedQuery|SP03\d: SPARQL compiler|Lexical error|Encountered \"|"
    r"syntax error|error at \d+:\d+: expected",
    re.IGNORECASE,
)
_SAYS_TIMEOUT: Final = re.compile(
    r"\bS1T\w\d\b|exceeds the limit of \d+ \(sec\)|exceed\w* [^.]{0,40}\btime[- ]?(?:out|limit)\b|"
    r"\btimed[- ]?out\b|Timeout(?:Exception|Error)\b|"
    r"time[- ]?out (?:of|after|in|while|during|exceeded|expired|reached)\b|"
    r"(?:query|execution|evaluation|request|statement|transaction|operation|gateway)[ -]?time[- ]?out\b|"
    r"^\W*(?:error\W+)?time[- ]?out\W*$|SPARQL operation has been cancelled",
    re.IGNORECASE,
)
"""That it took too long, the last as oxigraph says it; a server may speak of an option `timeout` too."""


def refuse_failure(response: Response, text: str, source: str, base: str = "") -> None:
    """Refuse what an endpoint answers to a query, unless it may be whole results.

    Raises:
        QuerySyntaxError: the endpoint found the query malformed.
        EndpointTimeoutError: it gave up for lack of time.
        EndpointError: it failed, or says itself that the results are not complete.
    """
    if response.status != _OK:
        said = response.text()
        if _is_malformed(response.status, said):
            raise _malformed(response.name, said, Place(source), text, base)
        raise refusal(response, said)
    # With these, Virtuoso says that it gave up, or that there were more rows than it lets out.
    if "x-sql-state" in response.headers:
        state = response.headers.get("x-sql-message", response.headers["x-sql-state"])
        raise EndpointError(f"{response.name} sent incomplete results: {state[:_LONGEST_REASON]}")
    if "x-sparql-maxrows" in response.headers:
        raise kept_back(response.name, response.headers["x-sparql-maxrows"])


def kept_back(name: str, limit: str) -> EndpointError:
    """Make the error of results of which a server keeps some back."""
    return EndpointError(
        f"{name} sent incomplete results: it lets out {limit} rows at most.",
        hint=f"Ask in parts of less than {limit}, with ORDER BY, LIMIT and OFFSET.",
    )


def _is_malformed(status: int, said: str) -> bool:
    return status == _BAD_REQUEST or (status >= _SERVER_ERROR and bool(_SAYS_SYNTAX.search(said)))


def _malformed(name: str, said: str, place: Place, text: str, base: str) -> QuerySyntaxError:
    """Say where a query is wrong, if hkkg's own parser finds it wrong too."""
    try:
        refuse_monster(text, place.source)
        if not calls_service(text):
            pyoxigraph.Store().query(text, base_iri=base or None)
    except SyntaxError as error:
        own = query_problem(error, text, place.source)
        message = f"{name} refused the query: {own.message}"
        return QuerySyntaxError(message, place=own.place, hint=own.hint, excerpt=own.excerpt)
    except QuerySyntaxError as own:
        return own
    except (RuntimeError, ValueError, OSError):
        pass  # it can be read, and that is all that is asked here
    return QuerySyntaxError(f"{name} refused the query: {said or 'it does not say why.'}", place=place)


def refusal(response: Response, said: str) -> EndpointError:
    """Make the error of an answer that is none, from its status and what it says."""
    status = f"{response.status} {response.reason}".strip()
    message = f"{response.name} answered with status {status}{f': {said}' if said else '.'}"
    if response.status in _UNAUTHORIZED:
        hint = "Set HKKG_ENDPOINT_TOKEN, or HKKG_ENDPOINT_USER and HKKG_ENDPOINT_PASSWORD."
        return EndpointError(message, hint=hint)
    late = response.status in _TOO_LATE or (
        response.status >= _SERVER_ERROR and _SAYS_TIMEOUT.search(said) is not None
    )
    if late:
        return EndpointTimeoutError(message)
    error = EndpointError(message)
    return error.passing() if response.status in _PASSING else error
