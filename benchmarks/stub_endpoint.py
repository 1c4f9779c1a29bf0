"""A SPARQL endpoint that answers every SELECT with so many rows: `python stub_endpoint.py ROWS`.

It prints its port, and writes the rows as they are sent, so that it needs no memory for them.
"""

from __future__ import annotations

import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Final
from urllib.parse import parse_qs, urlsplit

ROW: Final = b'{"n":{"type":"uri","value":"https://w3id.org/hkkg/id/row"},"v":{"type":"literal","value":"~"}}'
_PIECE: Final = 1000
_ASK: Final = b'{"head":{},"boolean":true}'


class Endpoint(BaseHTTPRequestHandler):
    """Answers queries by GET and POST."""

    protocol_version = "HTTP/1.1"
    rows = 0

    def do_GET(self) -> None:
        """Answer a query in the URL."""
        self._answer(" ".join(parse_qs(urlsplit(self.path).query).get("query", ())))

    def do_POST(self) -> None:
        """Answer a query in the body, a form or direct."""
        body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
        self._answer(" ".join(parse_qs(body).get("query", [body])))

    def _answer(self, query: str) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "application/sparql-results+json")
        if "SELECT" not in query:
            self.send_header("Content-Length", str(len(_ASK)))
            self.end_headers()
            self.wfile.write(_ASK)
            return
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        self._chunk(b'{"head":{"vars":["n","v"]},"results":{"bindings":[')
        first, piece = b",".join([ROW] * _PIECE), b"," + b",".join([ROW] * _PIECE)
        for number in range(self.rows // _PIECE):
            self._chunk(piece if number else first)
        self._chunk(b"]}}")
        self._chunk(b"")

    def _chunk(self, data: bytes) -> None:
        self.wfile.write(b"%x\r\n%b\r\n" % (len(data), data))

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name that it overrides has
        """Say nothing."""


def main() -> None:
    """Serve until the process is ended."""
    Endpoint.rows = int(sys.argv[1])
    server = ThreadingHTTPServer(("127.0.0.1", 0), Endpoint)
    print(server.server_port, flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
