"""HTTP as it is spoken with SPARQL endpoints: one pooled client, whose failures are errors of hkkg's."""

from __future__ import annotations

import re
from base64 import b64encode
from contextlib import contextmanager
from http.client import IncompleteRead
from typing import TYPE_CHECKING, Final
from urllib.error import URLError
from urllib.parse import parse_qsl, unquote, urlencode, urljoin
from urllib.request import (
    HTTPDigestAuthHandler,
    HTTPPasswordMgrWithDefaultRealm,
    Request,
    parse_http_list,
    parse_keqv_list,
)

from urllib3.exceptions import HTTPError, LocationParseError, MaxRetryError, NewConnectionError, ProtocolError
from urllib3.exceptions import TimeoutError as PoolTimeoutError
from urllib3.util import Retry, Timeout, Url, parse_url

from hkkg.config import Credentials, refuse_odd_timeout
from hkkg.errors import EndpointError, EndpointTimeoutError
from hkkg.store.addresses import parsed, server
from hkkg.store.deadline import PoolManager

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    import urllib3

    from hkkg.store.deadline import Deadline

_PIECE: Final = 1 << 16
_REDIRECTS: Final = 3
_CONNECTIONS: Final = 8
_LONGEST_TEXT: Final = 300
_SHORTEST_SECRET: Final = 6
"""Characters; what is shorter stands in other words too."""

_UNAUTHORIZED: Final = 401
# 303 leads to another document, which would be asked for by GET without the query.
_REDIRECTIONS: Final = frozenset({301, 302, 307, 308})
_SEE_OTHER: Final = 303
_TAG: Final = re.compile(
    r"<(?P<end>/?)(?P<hides>style|script|title)\b[^<>]*>|<[^<>]*>", re.DOTALL | re.IGNORECASE
)


class Client:
    """Requests to one URL, over connections that are kept.

    Args:
        url: of HTTP; a user and password in it are credentials, if there are no others.
        timeout: seconds until an answer must begin, and for each further piece of it.
        credentials: what opens it.

    Raises:
        ParameterError: the URL is not one of HTTP, or nobody can wait for so long.
    """

    def __init__(self, url: str, *, timeout: float, credentials: Credentials | None = None) -> None:
        """Remember the address; nothing is sent yet."""
        refuse_odd_timeout(timeout)
        parts = parsed(url)
        user, _, password = (unquote(text) for text in (parts.auth or "").partition(":"))
        self._url = parts._replace(auth=None, fragment=None)
        self._credentials = credentials or Credentials(user=user or None, password=password)
        self._password = self._credentials.password or ""
        self._basic = b64encode(f"{self._credentials.user or ''}:{self._password}".encode()).decode()
        self._secrets = _secrets(self._url.query or "", self._credentials.token, self._password, self._basic)
        self._challenge: dict[str, str] | None = None
        self._pool = PoolManager(
            maxsize=_CONNECTIONS,
            retries=Retry(total=None, connect=0, read=0, status=0, other=0),
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
            EndpointError: there was no answer, or one that leads to another server.
        """
        added = urlencode(list(parameters))
        query = "&".join(part for part in (self._url.query, added) if part) or None
        url = self._url._replace(query=query)
        response, url = self._followed(method, url, body, headers or {})
        challenge = response.headers.get("www-authenticate", "")
        if response.status != _UNAUTHORIZED or not self._credentials.user or not challenge:
            return response
        challenge_read = _challenge(challenge)
        if challenge_read is None:
            return response
        response.close()
        self._challenge = challenge_read
        return self._once(method, url, body, headers or {})

    def _followed(
        self, method: str, url: Url, body: bytes, headers: Mapping[str, str]
    ) -> tuple[Response, Url]:
        """Send a request, and again where the same server says that it is to be sent."""
        for _ in range(_REDIRECTS + 1):
            response = self._once(method, url, body, headers)
            target = response.headers.get("location")
            if target is None or response.status not in _REDIRECTIONS | {_SEE_OTHER}:
                return response, url
            response.close()
            url = self._redirected(url, target, response.status)
        raise EndpointError(f"{self.name} answered with too many redirects.")

    def _redirected(self, url: Url, target: str, status: int) -> Url:
        try:
            found = parse_url(urljoin(url.url, target))
        except (LocationParseError, ValueError):
            raise EndpointError(f"{self.name} redirects to what is no address.") from None
        if status == _SEE_OTHER or server(found) != server(url):
            named = found._replace(auth=None, query=None, fragment=None).url
            raise EndpointError(
                f"{self.name} redirects to {named[:_LONGEST_TEXT]}, which is not followed.",
                hint="If that is the endpoint, give its address.",
            )
        return found._replace(auth=None, fragment=None)

    def _once(self, method: str, url: Url, body: bytes, headers: Mapping[str, str]) -> Response:
        sent = {**headers, **self._authorization(method, url)}
        with failures(self.name, self.timeout, "did not answer"):
            raw = self._pool.request(
                method,
                url.url,
                body=body,
                headers=sent,
                preload_content=False,
                decode_content=False,
                redirect=False,
            )
        return Response(raw, self.name, self.timeout, self._secrets)

    def _authorization(self, method: str, url: Url) -> dict[str, str]:
        if self._credentials.token:
            return {"Authorization": f"Bearer {self._credentials.token}"}
        if self._challenge is None:
            return {}
        if not self._challenge:
            return {"Authorization": f"Basic {self._basic}"}
        request = Request(url.url, method=method)  # noqa: S310 - the scheme is checked
        try:
            answer = self._digest.get_authorization(request, self._challenge)
        except UnicodeEncodeError:  # whose text shows a letter of the password
            message = f"{self.name} asks for a Digest, which is made of a user and password in ASCII alone."
            raise EndpointError(message) from None
        except (ValueError, URLError) as error:
            reason = str(error.reason if isinstance(error, URLError) else error).rstrip(".")
            raise EndpointError(f"{self.name} asks for what hkkg does not know: {reason}.") from None
        return {"Authorization": f"Digest {answer}"} if answer else {}


def _secrets(query: str, *others: str | None) -> list[str]:
    """Return what a server may say again, and no message is to show; the longest first."""
    values = [query, *(value for _, value in parse_qsl(query)), *others]
    return sorted({text for text in values if text and len(text) >= _SHORTEST_SECRET}, key=len, reverse=True)


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
        asked = parse_keqv_list(offered["digest"])
        if "auth" in [choice.strip() for choice in asked.get("qop", "").split(",")]:
            asked["qop"] = "auth"  # the one of several that the standard library knows
        return asked
    return {} if "basic" in offered else None


class Response:
    """An answer whose head has come."""

    def __init__(
        self, raw: urllib3.BaseHTTPResponse, name: str, timeout: float, secrets: Sequence[str]
    ) -> None:
        """Wrap an answer of the pool's; of what the server says, the secrets are left out."""
        self._raw = raw
        self._timeout = timeout
        self._secrets = secrets
        self._deadline: Deadline | None = getattr(raw.connection, "deadline", None)
        self.name = name
        self.status = raw.status
        self.reason = self._without_secrets(raw.reason or "")
        self.headers = raw.headers
        self.media_type = raw.headers.get("content-type", "").partition(";")[0].strip().lower()

    @property
    def says_its_end(self) -> bool:
        """Whether HTTP tells an answer that is whole from one that broke off."""
        length = self.headers.get("content-length", "")
        chunked = "chunked" in self.headers.get("transfer-encoding", "").lower()
        return chunked or (length.isascii() and length.isdecimal())

    @property
    def encoding(self) -> str:
        """How the body is compressed, though nobody asked for it; nothing if it is not."""
        encoding = self.headers.get("content-encoding", "").strip().lower()
        return "" if encoding == "identity" else encoding

    def pieces(self) -> Iterator[bytes]:
        """Yield the body as it comes.

        Raises:
            EndpointTimeoutError: it does not begin in time, or the next piece does not come.
            EndpointError: the answer breaks off, or is compressed: cut, it could be taken for whole.
        """
        if self.encoding:
            raise EndpointError(
                f"{self.name} sent its answer as {self.encoding}, which it was not asked for."
            )
        has_begun = False
        for piece in self._body():
            yield piece
            has_begun = has_begun or bool(piece.strip())
            if has_begun and self._deadline:
                self._deadline.renew()

    def _body(self) -> Iterator[bytes]:
        with failures(self.name, self._timeout, "broke off in the middle of its answer"):
            while piece := self._raw.read1(_PIECE):
                yield piece

    def text(self) -> str:
        """Read what a server says about an error, in one short line; head and text have one deadline."""
        if self.encoding:
            self.close()
            return ""
        said = b""
        for piece in self._body():
            said += piece
            if len(said) >= _PIECE:
                break
        self.close()
        text = self._without_secrets(said.decode(errors="replace"))
        return " ".join((_shown(text) if "html" in self.media_type else text).split())[:_LONGEST_TEXT]

    def _without_secrets(self, text: str) -> str:
        for secret in self._secrets:
            text = text.replace(secret, "…")
        return text

    def close(self) -> None:
        """End the connection, unless the whole answer was read."""
        self._raw.close()


def _shown(page: str) -> str:
    """Return what a browser shows of a page."""
    parts: list[str] = []
    hidden, at = "", 0
    for tag in _TAG.finditer(page):
        parts.append("" if hidden else page[at : tag.start()])
        at = tag.end()
        name = (tag["hides"] or "").lower()
        if not hidden and not tag["end"]:
            hidden = name
        elif tag["end"] and hidden == name:
            hidden = ""
    return " ".join([*parts, "" if hidden else page[at:]])


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
