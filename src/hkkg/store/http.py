"""HTTP as it is spoken with SPARQL endpoints: one pooled client, whose failures are errors of hkkg's."""

from __future__ import annotations

import re
import time
from base64 import b64encode
from contextlib import contextmanager
from http.client import IncompleteRead
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote, urlencode
from urllib.request import (
    HTTPDigestAuthHandler,
    HTTPPasswordMgrWithDefaultRealm,
    Request,
    parse_http_list,
    parse_keqv_list,
)

import urllib3
from urllib3.exceptions import HTTPError, LocationParseError, MaxRetryError, NewConnectionError, ProtocolError
from urllib3.exceptions import TimeoutError as PoolTimeoutError
from urllib3.util import Retry, Timeout, Url, parse_url

from hkkg.config import Credentials
from hkkg.errors import EndpointError, EndpointTimeoutError, ParameterError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

_PIECE: Final = 1 << 16
_REDIRECTS: Final = 3
_CONNECTIONS: Final = 8
_LONGEST_TEXT: Final = 300
_UNAUTHORIZED: Final = 401
_TAG: Final = re.compile(r"<(style|script|title)\b.*?</\1>|<[^>]*>", re.DOTALL | re.IGNORECASE)


class Client:
    """Requests to one URL, over connections that are kept.

    Args:
        url: of HTTP; a user and password in it are credentials, if there are no others.
        timeout: seconds until an answer's head must be there, and for each further piece of it.
        credentials: what opens it.

    Raises:
        ParameterError: the URL is not one of HTTP.
    """

    def __init__(self, url: str, *, timeout: float, credentials: Credentials | None = None) -> None:
        """Remember the address; nothing is sent yet."""
        parts = _parse(url)
        user, _, password = (unquote(text) for text in (parts.auth or "").partition(":"))
        self._url = parts._replace(auth=None, fragment=None)
        self._credentials = credentials or Credentials(user=user or None, password=password)
        self._password = self._credentials.password or ""
        self._challenge: dict[str, str] | None = None
        self._pool = urllib3.PoolManager(
            maxsize=_CONNECTIONS,
            retries=Retry(total=None, connect=0, read=0, status=0, other=0, redirect=_REDIRECTS),
            timeout=Timeout(total=timeout),
        )
        passwords = HTTPPasswordMgrWithDefaultRealm()
        passwords.add_password(None, self._url.url, self._credentials.user or "", self._password)
        self._digest = HTTPDigestAuthHandler(passwords)
        self.timeout = timeout
        self.name = self._url._replace(query=None).url
        """The URL without what may be secret, for messages."""

    def send(
        self,
        method: str,
        *,
        body: bytes = b"",
        headers: Mapping[str, str] | None = None,
        parameters: Iterable[tuple[str, str]] = (),
    ) -> Response:
        """Send a request and read the head of its answer, of whatever status.

        Raises:
            EndpointTimeoutError: it took longer than the timeout.
            EndpointError: there was no answer.
        """
        added = urlencode(list(parameters))
        query = "&".join(part for part in (self._url.query, added) if part) or None
        url = self._url._replace(query=query)
        response = self._once(method, url, body, headers or {})
        challenge = response.headers.get("www-authenticate", "")
        if response.status != _UNAUTHORIZED or not self._credentials.user or not challenge:
            return response
        challenge_read = _challenge(challenge)
        if challenge_read is None:
            return response
        response.close()
        self._challenge = challenge_read
        return self._once(method, url, body, headers or {})

    def _once(self, method: str, url: Url, body: bytes, headers: Mapping[str, str]) -> Response:
        deadline = time.monotonic() + self.timeout
        sent = {**headers, **self._authorization(method, url)}
        with failures(self.name, self.timeout, "did not answer"):
            raw = self._pool.request(method, url.url, body=body, headers=sent, preload_content=False)
        return Response(raw, self.name, self.timeout, deadline)

    def _authorization(self, method: str, url: Url) -> dict[str, str]:
        if self._credentials.token:
            return {"Authorization": f"Bearer {self._credentials.token}"}
        if self._challenge is None:
            return {}
        if not self._challenge:
            pair = f"{self._credentials.user}:{self._password}"
            return {"Authorization": f"Basic {b64encode(pair.encode()).decode()}"}
        request = Request(url.url, method=method)  # noqa: S310 - the scheme is checked
        try:
            answer = self._digest.get_authorization(request, self._challenge)
        except ValueError as error:
            raise EndpointError(f"{self.name} asks for what hkkg does not know: {error}.") from None
        return {"Authorization": f"Digest {answer}"} if answer else {}


def _parse(url: str) -> Url:
    try:
        parts = parse_url(url)
    except LocationParseError:
        parts = Url()
    if parts.scheme not in {"http", "https"} or not parts.host:
        raise ParameterError(
            f"{url!r} is no address of an endpoint.",
            hint="Write its whole URL, such as http://127.0.0.1:8000/sparql.",
        )
    return parts


def _challenge(header: str) -> dict[str, str] | None:
    """Read what a server asks for: the parts of a Digest challenge, nothing for Basic, None for all else.

    A server may leave the choice between several schemes (RFC 9110, section 11.6.1).
    """
    offered: dict[str, list[str]] = {}
    parts: list[str] = []
    for part in parse_http_list(header):
        scheme, _, rest = part.partition(" ")
        if "=" not in scheme and not rest.lstrip().startswith("="):
            parts = offered.setdefault(scheme.lower(), [])
            part = rest.strip()  # noqa: PLW2901 - the scheme comes before the first
        if part.partition("=")[2]:
            parts.append(part)
    if "digest" in offered:
        return parse_keqv_list(offered["digest"])
    return {} if "basic" in offered else None


class Response:
    """An answer whose head has come."""

    def __init__(self, raw: urllib3.BaseHTTPResponse, name: str, timeout: float, deadline: float) -> None:
        """Wrap an answer of the pool's."""
        self._raw = raw
        self._timeout = timeout
        self._deadline = deadline
        self.name = name
        self.status = raw.status
        self.reason = raw.reason or ""
        self.headers = raw.headers
        self.media_type = raw.headers.get("content-type", "").partition(";")[0].strip().lower()

    @property
    def says_its_end(self) -> bool:
        """Whether HTTP tells an answer that is whole from one that broke off."""
        return "content-length" in self.headers or "chunked" in self.headers.get("transfer-encoding", "")

    def pieces(self) -> Iterator[bytes]:
        """Yield the body as it comes.

        Raises:
            EndpointTimeoutError: the next piece does not come.
            EndpointError: the answer breaks off.
        """
        with failures(self.name, self._timeout, "broke off in the middle of its answer"):
            while piece := self._raw.read1(_PIECE):
                yield piece

    def hurry(self) -> None:
        """Refuse to wait longer than the timeout, however busily the server sends.

        Raises:
            EndpointTimeoutError: it is over.
        """
        if time.monotonic() > self._deadline:
            self.close()
            raise _too_slow(self.name, self._timeout)

    def text(self) -> str:
        """Read what a server says about an error, in one short line."""
        said = b""
        for piece in self.pieces():
            said += piece
            if len(said) >= _PIECE:
                break
        self.close()
        text = said.decode(errors="replace")
        return " ".join((_TAG.sub(" ", text) if "html" in self.media_type else text).split())[:_LONGEST_TEXT]

    def close(self) -> None:
        """End the connection, unless the whole answer was read."""
        self._raw.close()


@contextmanager
def failures(name: str, timeout: float, complaint: str) -> Iterator[None]:
    """Turn what HTTP fails at into an error of hkkg's.

    Raises:
        EndpointTimeoutError: it took too long.
        EndpointError: anything else.
    """
    try:
        yield
    except (HTTPError, OSError) as error:
        cause = error.reason if isinstance(error, MaxRetryError) and error.reason else error
        if isinstance(cause, PoolTimeoutError) and not isinstance(cause, NewConnectionError):
            raise _too_slow(name, timeout) from None
        raise EndpointError(f"{name} {complaint}: {_reason(cause)}.").passing() from None


def _too_slow(name: str, timeout: float) -> EndpointTimeoutError:
    return EndpointTimeoutError(f"{name} did not answer within {timeout:g} seconds.")


def _reason(error: BaseException) -> str:
    """Say in a few words why a request failed."""
    inner = error.args[-1] if isinstance(error, ProtocolError) and error.args else error.__cause__
    if isinstance(inner, IncompleteRead) or "InvalidChunkLength" in type(inner).__name__:
        return "the connection ended before the answer did"
    for each in (error, inner):
        if isinstance(each, OSError) and each.strerror:
            return each.strerror
    text = " ".join(str(inner or error).split()) or type(error).__name__
    return text.rstrip(".")[:_LONGEST_TEXT]
