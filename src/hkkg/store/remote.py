"""A SPARQL 1.1 endpoint as an engine."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode

from hkkg.errors import HkkgError
from hkkg.store.complaints import FORMS, query_problem
from hkkg.store.http import Client
from hkkg.store.refusals import refusal, refuse_failure
from hkkg.store.remote_answer import RemoteAnswer, accepted
from hkkg.store.tokens import begins_with_base, first_keyword, unescaped

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from hkkg.config import Credentials
    from hkkg.store.http import Response

_OK: Final = 200
_FORM: Final = "application/x-www-form-urlencoded"
# Some templates make more triples than there are; a join would be refused for what it might cost.
_MANY: Final = f"SELECT (1 AS ?x) {{ {' UNION '.join(['{ ?s ?p ?o }'] * 4)} }} LIMIT %d"


class RemoteEngine:
    """A SPARQL endpoint by its URL.

    Args:
        url: the query endpoint; a user and password in it are credentials.
        timeout: seconds until an answer must begin, and for each further piece of it.
        credentials: what opens it.

    Raises:
        ParameterError: the URL is not one of HTTP.
    """

    def __init__(self, url: str, *, timeout: float, credentials: Credentials | None = None) -> None:
        """Remember the endpoint; nothing is sent yet."""
        self._client = Client(url, timeout=timeout, credentials=credentials)

    @property
    def name(self) -> str:
        """The URL without what may be secret."""
        return self._client.name

    def answer(
        self,
        text: str,
        *,
        source: str = "query",
        default_graphs: Iterable[str] = (),
        named_graphs: Iterable[str] = (),
        base: str = "",
    ) -> RemoteAnswer:
        """Send a query (SPARQL 1.1 Protocol, 2.1.2) and read the head of its answer.

        Args:
            text: the query.
            source: what errors call it.
            default_graphs: IRIs to send as `default-graph-uri`.
            named_graphs: IRIs to send as `named-graph-uri`.
            base: what relative IRIs are relative to, if the endpoint is not to say.

        Raises:
            QuerySyntaxError: this is no query, or the endpoint refused it as malformed.
            EndpointTimeoutError: it took too long.
            EndpointError: it is unreachable, failed, or answered with something else than results.
        """
        form = _form(text)
        for read in (text, unescaped(text)):  # an endpoint may read escapes before all else
            if _form(read) not in FORMS:
                # Some endpoints would carry an update out.
                raise query_problem(SyntaxError(), read, source)
        fields = [
            ("query", _with_base(text, base)),
            *(("default-graph-uri", iri) for iri in default_graphs),
            *(("named-graph-uri", iri) for iri in named_graphs),
        ]
        response = self._sent(fields, form)
        try:
            refuse_failure(response, text, source, base)
            return RemoteAnswer(response, form, self._lets_out)
        except HkkgError:
            response.close()
            raise

    def _sent(self, fields: Sequence[tuple[str, str]], form: str) -> Response:
        headers = {"Content-Type": _FORM, "Accept": accepted(form)}
        return self._client.send("POST", body=urlencode(fields).encode(), headers=headers)

    def _lets_out(self, rows: int) -> bool:
        """Whether an endpoint, which is Virtuoso, says that it lets out so many rows and no more."""
        response = self._sent([("query", _MANY % rows)], "SELECT")
        if response.status != _OK:
            raise refusal(response, response.text())
        response.close()
        return response.headers.get("x-sparql-maxrows") == str(rows)


def _with_base(text: str, base: str) -> str:
    """Put a base before a query, unless it begins with its own: Virtuoso reads one alone."""
    return f"BASE <{base}> {text}" if base and not begins_with_base(text) else text


def _form(text: str) -> str:
    keyword = first_keyword(text)
    return keyword.text.upper() if keyword else ""
