"""Addresses of endpoints, as they are read and shown."""

from __future__ import annotations

import re

from urllib3.exceptions import LocationParseError
from urllib3.util import Url, parse_url

from hkkg.errors import ParameterError


def parsed(url: str) -> Url:
    """Read the URL of an endpoint.

    Raises:
        ParameterError: it is not one of HTTP.
    """
    try:
        parts = parse_url(url)
    except LocationParseError:
        parts = Url()
    if parts.scheme not in {"http", "https"} or not parts.host:
        hint = "Write its whole URL, such as http://127.0.0.1:8000/sparql."
        if "@" in url:
            hint += " In a user or password, write # as %23, / as %2F, ? as %3F and @ as %40."
        raise ParameterError(f"{_without_secrets(url)!r} is no address of an endpoint.", hint=hint)
    return parts


def _without_secrets(url: str) -> str:
    """Leave out of what cannot be read as a URL whatever may be a password or key."""
    scheme, mark, rest = url.partition("://")
    before, at, after = (rest if mark else scheme).rpartition("@")
    shown = "…" if at and re.search("[/?#]", before) else re.split("[?#]", after)[0]
    return f"{scheme}://{shown}" if mark else shown


def server(url: Url) -> tuple[str | None, str | None, int | None]:
    """Return what tells the server of a URL from others."""
    return url.scheme, url.host, url.port or {"http": 80, "https": 443}.get(url.scheme or "")
