"""Servers of SPARQL endpoints for tests: real ones, and ones that misbehave as they are told to."""

import socket
import subprocess
import sys
import threading
import urllib.request
from contextlib import closing, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qsl

from conftest import DEADLINE, wait_for

JSON = "application/sparql-results+json"
XML = "application/sparql-results+xml"
NTRIPLES = "application/n-triples"
TURTLE = "text/turtle"
_VIRTUOSO = """\
[Database]
DatabaseFile = virtuoso.db
ErrorLogFile = virtuoso.log
LockFile = virtuoso.lck
TransactionFile = virtuoso.trx
xa_persistent_file = virtuoso.pxa
FileExtend = 200
[TempDatabase]
DatabaseFile = virtuoso-temp.db
TransactionFile = virtuoso-temp.trx
[Parameters]
ServerPort = 127.0.0.1:{sql}
DisableUnixSocket = 1
CaseMode = 2
[HTTPServer]
ServerPort = 127.0.0.1:{http}
ServerRoot = .
ServerThreads = 8
Charset = UTF-8
[SPARQL]
ResultSetMaxRows = {rows}
"""


def free_port():
    with closing(socket.create_server(("127.0.0.1", 0))) as listener:
        return listener.getsockname()[1]


@contextmanager
def oxigraph(folder, *options):
    """Run an empty oxigraph server; its address has /query, /update and /store below it."""
    address = f"http://127.0.0.1:{free_port()}"
    command = [str(Path(sys.executable).parent / "oxigraph"), "serve", "--location", str(folder)]
    bind = ["--bind", address.removeprefix("http://")]
    with _running([*command, *bind, *options], folder.parent):
        wait_for(f"{address}/")
        yield address


@contextmanager
def virtuoso(folder, rows):
    """Run an empty Virtuoso that lets out so many rows; its address has /sparql and others below it."""
    http = free_port()
    settings = _VIRTUOSO.format(sql=free_port(), http=http, rows=rows)
    (folder / "virtuoso.ini").write_text(settings, encoding="ascii")
    with _running(["virtuoso-t", "-f", "+configfile", "virtuoso.ini"], folder):
        wait_for(f"http://127.0.0.1:{http}/sparql?query=ASK+%7B%7D")
        yield f"http://127.0.0.1:{http}"


@contextmanager
def _running(command, folder):
    process = subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        yield
    finally:
        process.kill()  # nothing of it is kept
        process.wait(timeout=DEADLINE)


def put(url, turtle):
    """Put Turtle into a graph store."""
    request = urllib.request.Request(url, turtle.encode(), {"Content-Type": TURTLE}, method="PUT")  # noqa: S310 - of a test
    urllib.request.urlopen(request, timeout=DEADLINE).close()  # noqa: S310 - see above


class Request:
    """A request as a server got it, and the way to answer it."""

    def __init__(self, handler):
        self._handler = handler
        self.method = handler.command
        self.path = handler.path
        self.headers = handler.headers
        self.body = handler.rfile.read(int(handler.headers.get("Content-Length") or 0))

    @property
    def fields(self):
        """The fields of the form."""
        return parse_qsl(self.body.decode())

    def begin(self, status, headers):
        self._handler.send_response(status)
        for name, value in headers.items():
            self._handler.send_header(name, value)
        self._handler.end_headers()

    def send(self, data):
        self._handler.wfile.write(data)

    def chunk(self, data):
        self.send(b"%x\r\n%b\r\n" % (len(data), data))

    def reply(self, body=b"", media_type=JSON, status=200, **headers):
        """Answer in full, with a length unless it is given."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        typed = {"Content-Type": media_type} if media_type else {}
        self.begin(status, {"Content-Length": str(len(body)), **typed, **named})
        self.send(body)


@contextmanager
def answering(answer):
    """Run a server that answers every request by calling a function with it; yield its address."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _answer(self):
            try:
                answer(Request(self))
            except ConnectionError:
                self.close_connection = True

        do_GET = do_POST = do_PUT = _answer  # noqa: N815 - the names that the base class calls

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.block_on_close = False
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/sparql"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def always(body=b"", media_type=JSON, status=200, **headers):
    """Answer everything with the same bytes."""
    return lambda request: request.reply(body, media_type, status, **headers)
