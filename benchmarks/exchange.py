"""Single requests: what a service answers, when, and whether services answer alike."""

from __future__ import annotations

import http.client
import json
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

import workload
from processes import NotMeasuredError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from peers import Service

_LONGEST: Final = 120.0
_OK: Final = 200
BROKEN: Final = 0


@dataclass(frozen=True, slots=True)
class Response:
    """What came back: the status (0 if the connection broke), the body, and the seconds until its end."""

    status: int
    body: bytes
    seconds: float


def request(
    url: str, method: str = "GET", body: bytes | None = None, headers: Mapping[str, str] | None = None
) -> Response:
    """Send a request over a connection of its own, and read all that comes back."""
    target = urlsplit(url)
    connection = http.client.HTTPConnection(target.netloc, timeout=_LONGEST)
    start = time.perf_counter()
    try:
        connection.request(
            method,
            f"{target.path}?{target.query}" if target.query else target.path,
            body,
            dict(headers or {}),
        )
        response = connection.getresponse()
        return Response(response.status, response.read(), time.perf_counter() - start)
    except (OSError, http.client.HTTPException):
        return Response(BROKEN, b"", time.perf_counter() - start)
    finally:
        connection.close()


def ask(service: Service, query: str) -> Response:
    """Send a query that may not be answered from a cache."""
    headers = {"Accept": "application/sparql-results+json", "Cache-Control": "no-cache"}
    return request(service.query + workload.path(query), headers=headers)


def require_same_rows(services: Sequence[Service], queries: Sequence[str]) -> None:
    """See that every service answers each query with as many rows as the first, for a fair comparison.

    Raises:
        NotMeasuredError: one does not.
    """
    for query in queries:
        counts = {service.name: _rows(service, query) for service in services}
        if len(set(counts.values())) > 1:
            raise NotMeasuredError(f"the services do not answer alike: {counts} rows for {query}")


def _rows(service: Service, query: str) -> int:
    response = ask(service, query)
    if response.status != _OK:
        raise NotMeasuredError(f"{service.name} answered {response.status} to {query}")
    return len(json.loads(response.body)["results"]["bindings"])
