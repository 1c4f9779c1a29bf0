"""What arrives over a connection, as the parser can read it: not all that clients send is to its taste."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

import httptools

from hkkg.web.heads import unknown_method, with_ascii_target
from hkkg.web.patience import PatientProtocol
from hkkg.web.problems import RequestError

if TYPE_CHECKING:
    from hkkg.config import Limits

_BLANKS: Final = b" \t"
_HEAD_END: Final = b"\r\n\r\n"
_REQUEST_LINE: Final = re.compile(rb"[!#$%&'*+.^_`|~\w-]+ \S+ HTTP/\d")


class ArrivingProtocol(PatientProtocol):
    """A connection of uvicorn's that takes requests as clients send them."""

    def __init__(self, limits: Limits, *args: Any, **options: Any) -> None:  # noqa: ANN401 - whatever uvicorn passes
        """Begin to wait for a request, with what uvicorn gives."""
        super().__init__(limits, *args, **options)
        self._is_deaf = False
        self._is_idle = True
        self._in_line = True
        self._in_head = False
        self._head_bytes = 0
        self._offering = b""

    def on_message_begin(self) -> None:
        """Begin with a request."""
        self.url = b""
        self.headers = []
        self._in_head = True
        self._is_idle = False
        self._head_bytes = 0
        self._offering = b""

    def on_header(self, name: bytes, value: bytes) -> None:
        """Take a field, but no more of them than it takes to tell that they are too many.

        What follows a body in chunks is left out (RFC 9110, section 6.5.1), and so are blanks behind a value
        (RFC 9112, section 5.1).
        """
        if self._in_head and len(self.headers) <= self.limits.headers:
            self.headers.append((name.lower(), value.rstrip(_BLANKS)))

    def _pass_on(self, *, is_asking: bool) -> None:
        """Let the framework answer the request whose head has arrived, and whose client may wait to go on."""
        url, headers = self.url, self.headers
        super().on_message_begin()
        self.url, self.expect_100_continue = url, is_asking
        self.headers.extend(headers)
        super().on_headers_complete()

    def _read(self, data: bytes) -> None:
        """Let the parser read what has arrived; a request line may have what is not ASCII."""
        start = 0
        if not data.isascii():
            while self._in_line and start < len(data):
                start = self._read_head(data, start)
        if start < len(data):
            self._feed(data[start:])
            self._in_line = self._is_idle or (self._in_line and b"\n" not in data)

    def _read_head(self, data: bytes, start: int) -> int:
        """Read as far as a head goes that begins, or goes on, within its first line; return where that is."""
        found = data.find(_HEAD_END, start)
        end = len(data) if found < 0 else found + len(_HEAD_END)
        head = data[start:end]
        self._feed(with_ascii_target(head))
        self._in_line = self._is_idle or b"\n" not in head
        return end

    def _feed(self, data: bytes) -> None:
        self._head_bytes += len(data)
        waiting: list[bytes | memoryview] = [data]
        while waiting and not self._is_deaf:
            piece = waiting.pop()
            try:
                self.parser.feed_data(piece)
            except httptools.HttpParserUpgrade as upgrade:
                if self._offering:
                    waiting += [memoryview(piece)[upgrade.args[0] :], self._offering]
            except httptools.HttpParserInvalidMethodError:
                self._refuse_method(piece)
            except httptools.HttpParserError as error:
                self.refuse(RequestError(f"this is no HTTP/1.1 request: {error}."))

    def _refuse_method(self, piece: bytes | memoryview) -> None:
        if self._in_line and _REQUEST_LINE.match(piece):
            self.refuse(unknown_method())
        else:
            self.refuse(RequestError("this is no HTTP/1.1 request: it begins with no method."))

    def _is_offering(self) -> bool:
        """Whether the request whose head has arrived offers another protocol: it is read again without that.

        Nothing is upgraded to here, and a server may pass over such an offer (RFC 9110, section 7.8). Java's
        client makes one with each request, with bodies too, which the parser would not read.
        """
        parser = self.parser
        if not parser.should_upgrade() or parser.get_method() == b"CONNECT":
            return False
        if len(self.headers) > self.limits.headers:
            return False  # they are not all here, and it is refused for that
        line = b"%b %b HTTP/%b\r\n" % (parser.get_method(), self.url, parser.get_http_version().encode())
        fields = [name + b": " + value + b"\r\n" for name, value in self.headers if name != b"upgrade"]
        self._offering = b"".join([line, *fields, b"\r\n"])
        return True
