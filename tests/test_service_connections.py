"""The service and what arrives over a connection: heads, bodies, pauses and bytes of every wrong kind."""

import re
import select
import socket
import subprocess
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from pathlib import Path
from types import SimpleNamespace
from unittest.mock import Mock
from urllib.parse import quote, quote_plus

import pytest

from conftest import DEADLINE
from hkkg.web.answering import Flight
from hkkg.workers.calls import Answered, GraphCall
from service_support import (
    QUERY,
    TOKEN,
    TURTLE,
    UPDATE,
    WRITING,
    launching,
    memory_peak,
    numbered,
    problem,
    received,
    until,
)

SETTINGS = (
    f"Settings(files=({{path!r}},), inference=False, writable=True, gated=False, token={TOKEN!r}, "
    "limits=Limits(seconds=6.0, sending_seconds=1.0, write_bytes=2_000_000))"
)
ASK = "GET /sparql?query=ASK%7B%7D HTTP/1.1\r\nHost: x\r\n\r\n"
LAST = ASK.replace("Host: x", "Host: x\r\nConnection: close")
CROSS = quote("SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }")
SLOW = f"GET /sparql?query={CROSS} HTTP/1.1\r\nHost: x\r\n\r\n"
SLOW_PAGE = SLOW.replace("?", "?format=html&")
PAGE = "GET / HTTP/1.1\r\nHost: x\r\n\r\n"
ALL = quote("SELECT * { ?s ?p ?o }")
LARGE = f"GET /sparql?query={ALL}%20LIMIT%201300 HTTP/1.1\r\nHost: x\r\nAccept: text/csv\r\n\r\n"
LAST_LARGE = LARGE.replace("Host: x", "Host: x\r\nConnection: close")
SMALLER = LARGE.replace("1300", "250")
LAST_SMALLER = LAST_LARGE.replace("1300", "250")
ENDLESS = LARGE.replace("1300", "900000000").replace(quote("?o }"), quote("?o . ?a ?b ?c . ?d ?e ?f }"))
MANY_HEADERS = "GET /sparql HTTP/1.1\r\nHost: x\r\n" + "a: b\r\n" * 200 + "\r\n"
MANY_FIELDS = "Host: x\r\nConnection: close\r\n" + "".join(f"{n:x}:\r\n" for n in range(120_000))
LISTENING = "0A"
FORM = "application/x-www-form-urlencoded"


@pytest.fixture(scope="module")
def service(tmp_path_factory):
    path = tmp_path_factory.mktemp("connections") / "graph.ttl"
    path.write_text(numbered(1_000), encoding="utf-8")
    with launching(SETTINGS.format(path=str(path))) as running:
        yield running


@pytest.fixture(autouse=True)
def unharmed(service):
    """After whatever a test sent, the service answers, and has noted no defect."""
    yield
    assert service.ask("<x:s1> <x:p> <x:o1>")
    assert "Traceback" not in service.errors


def statuses(service, text):
    data = text if isinstance(text, bytes) else text.encode()
    return [int(status) for status in re.findall(rb"HTTP/1\.[01] (\d+) ", service.exchange(data))]


def posting(body, media_type=QUERY, path="/sparql", **headers):
    lines = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in headers.items())
    head = f"POST {path} HTTP/1.1\r\nHost: x\r\nContent-Type: {media_type}\r\n{lines}\r\n"
    return head.encode() + body


def test_many_requests_on_one_connection(service):
    assert {service.query("ASK {}", "application/json").status_code for _ in range(20)} == {200}


def test_many_requests_at_once_on_one_connection_are_answered_in_order(service):
    texts = [f"SELECT ({n} AS ?n) {{}}" for n in range(200)]
    requests = [
        f"GET /sparql?query={quote(t)} HTTP/1.1\r\nHost: x\r\nAccept: text/csv\r\n\r\n" for t in texts
    ]
    answer = service.exchange("".join([*requests, LAST]).encode())
    assert [int(n) for n in re.findall(rb"\r\n\r\nn\r\n(\d+)\r\n", answer)] == list(range(200))


def test_thousands_of_kept_answers_at_once(service):
    assert statuses(service, ASK * 3_000 + LAST) == [200] * 3_001


def test_pages_and_queries_in_turn(service):
    assert statuses(service, PAGE + ASK + PAGE + LAST) == [200] * 4


@pytest.mark.parametrize(
    ("second", "expected"),
    [
        (MANY_HEADERS, [504, 431]),
        (posting(b"x" * 10, Content_Length=5_000_000).decode(), [504, 413]),
        ("\x00\x01 nonsense\r\n\r\n", [504]),
        (f"POST /update HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\nabcd{LAST}", [504, 401, 200]),
    ],
    ids=["head", "size", "no request", "token"],
)
def test_what_is_refused_is_refused_in_its_turn(service, second, expected):
    """The answer to the request before it comes first, and whole."""
    closing = second.replace("Host: x", "Host: x\r\nConnection: close") if expected[-1] == 431 else second
    assert statuses(service, SLOW + closing) == expected


def test_a_refused_request_does_not_repeat_the_one_before(service):
    """The body of a request whose head is refused is nobody's."""
    update = "INSERT { <x:a> <x:counted> ?u } WHERE { BIND(UUID() AS ?u) }"
    head = f"Host: x\r\nAuthorization: Bearer {TOKEN}\r\nContent-Type: {UPDATE}\r\n"
    first = f"POST /update HTTP/1.1\r\n{head}Content-Length: {len(update)}\r\n\r\n{update}"
    second = f"POST /update HTTP/1.1\r\n{head}{'a: b' * 1}\r\n" + "a: b\r\n" * 200
    service.exchange(f"{first}{second}Content-Length: 4\r\nConnection: close\r\n\r\nabcd".encode())
    count = service.query("SELECT (COUNT(*) AS ?n) { <x:a> <x:counted> ?u }")
    assert count.text.split() == ["n", "1"]


@pytest.mark.parametrize("first", [SLOW, SLOW_PAGE], ids=["query", "page"])
@pytest.mark.parametrize("second", [ASK, PAGE, ASK + PAGE + ASK])
def test_a_client_that_goes_after_some_requests_ends_the_first(service, first, second):
    """It does not run until its time is over."""
    overrun = service.metric("requests_total", status="504")
    with service.connect() as connection:
        connection.sendall((first + second).encode())
        until(lambda: service.metric("slow_queries"))
    until(lambda: not service.metric("slow_queries"))
    assert service.metric("requests_total", status="504") == overrun


def broken_off(connection):
    """Wait until the service has ended a connection, and read nothing."""
    poll = select.poll()
    poll.register(connection, select.POLLRDHUP)
    assert poll.poll(1_000 * DEADLINE)


@pytest.fixture
def kept(service):
    """Ask for what is asked for many times, so that it is answered at once from now on."""
    for first, second in ((LARGE, LAST_LARGE), (SMALLER, LAST_SMALLER)):
        assert statuses(service, first + second) == [200] * 2


@pytest.mark.usefixtures("kept")
@pytest.mark.parametrize("requests", [LARGE * 5_000, LARGE * 1_000 + ENDLESS], ids=["whole", "a stream last"])
def test_a_client_that_takes_no_answers_gets_no_more_of_them(service, requests):
    """However many it asks for at once, they do not pile up."""
    hits, misses = service.metric("cache_hits_total"), service.metric("cache_misses_total")
    peak = memory_peak(service.process.pid)
    with service.connect() as connection:
        with suppress(ConnectionError):
            connection.sendall(requests.encode())
        broken_off(connection)
    assert service.metric("cache_hits_total") - hits < 1_000
    assert service.metric("cache_misses_total") == misses
    assert memory_peak(service.process.pid) - peak < 20_000_000


def test_an_old_client_that_takes_nothing_can_tell_that_its_answer_was_broken_off(service):
    with service.connect() as connection:
        connection.sendall(ENDLESS.replace("HTTP/1.1", "HTTP/1.0").encode())
        broken_off(connection)
        with pytest.raises(ConnectionResetError):
            received(connection)


@pytest.mark.usefixtures("kept")
def test_answers_that_are_taken_late_come_whole_and_in_order(service):
    post = posting(b"ASK {}", Content_Length=6).decode()
    size = posting(b"x", Content_Length=5_000_000).decode()
    expected = [200] * 203 + [413]
    with service.connect() as connection:
        connection.sendall((LARGE * 200 + post + PAGE + ASK + size).encode())
        assert service.ask("<x:s1> <x:p> <x:o1>")
        answer = received(connection)
    assert [int(status) for status in re.findall(rb"HTTP/1\.1 (\d+) ", answer)] == expected
    assert answer.count(b"\r\n") > 200 * 1_300


@pytest.mark.usefixtures("kept")
def test_what_is_no_request_is_not_answered_before_what_waits(service):
    with service.connect() as connection:
        connection.sendall((LARGE * 200 + "\x00\x01 nonsense\r\n\r\n").encode())
        assert service.ask("<x:s1> <x:p> <x:o1>")
        found = re.findall(rb"HTTP/1\.1 (\d+) ", received(connection))
    assert found[0] == b"200"
    assert b"400" not in found[:200]


def test_many_requests_behind_another_are_read_when_it_is_their_turn(service):
    before = memory_peak(service.process.pid)
    with service.connect() as connection, ThreadPoolExecutor(1) as pool:
        sent = pool.submit(connection.sendall, (PAGE + ASK * 40_000 + LAST).encode())
        answer = received(connection)
        sent.result()
    assert answer.count(b"HTTP/1.1 200 ") == 40_002
    assert memory_peak(service.process.pid) - before < 20_000_000


@pytest.mark.parametrize("first", [SLOW, SLOW_PAGE], ids=["query", "page"])
def test_a_body_behind_another_request_is_not_read_before_its_turn(service, first):
    before = memory_peak(service.process.pid)
    with service.connect() as connection:
        connection.sendall(first.encode() + posting(b"", Transfer_Encoding="chunked"))
        connection.settimeout(2)
        with pytest.raises(TimeoutError):
            connection.sendall((b"10000\r\n" + b"x" * 0x10000 + b"\r\n") * 1_000)
    assert memory_peak(service.process.pid) - before < 20_000_000


@pytest.mark.parametrize("first", [SLOW, SLOW_PAGE], ids=["query", "page"])
def test_a_body_that_has_to_wait_is_not_late(service, first):
    body = b"INSERT DATA { <x:late> <x:p> 1 } #" + b"x" * 900_000
    second = posting(body, UPDATE, "/update", Content_Length=len(body), **WRITING)
    assert statuses(service, first.encode() + second + LAST.encode()) == [504, 204, 200]


def test_a_stream_to_a_client_that_takes_nothing_yet_waits_from_its_start():
    """By hand, since a pause has to fall between the head of a request and the start of its answer."""
    worker = Mock()
    answering = Mock()
    answering.call.return_value = SimpleNamespace(worker=worker)
    exchange = Mock(method="GET", connection=SimpleNamespace(is_stalled=True))
    flight = Flight(answering, (0, GraphCall(None, "turtle")), is_kept=False)
    flight.board(exchange)
    flight.start(Answered("turtle"), 0)
    worker.pause.assert_called_once_with()
    assert exchange.on_resume == worker.resume


def held(service):
    """Count the connections that a service has not closed."""
    port = f":{service.place[1]:04X}"
    rows = [line.split() for line in Path("/proc/net/tcp").read_text(encoding="ascii").splitlines()[1:]]
    return sum(1 for row in rows if row[1].endswith(port) and row[3] != LISTENING and row[9] != "0")


def narrow(service):
    """Connect so that the kernel takes little of what the service sends."""
    connection = socket.socket()
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_MAXSEG, 536)
    connection.connect(service.place)
    return connection


@pytest.mark.usefixtures("kept")
def test_a_client_that_does_not_take_the_end_of_the_last_answer_is_dropped(service):
    """For one of these sizes at least, what is left is too little for the service to be told to wait."""
    before = held(service)
    with ExitStack() as stack:
        for count in range(60):
            connection = stack.enter_context(narrow(service))
            connection.sendall((SMALLER * count + LAST_SMALLER).encode())
        until(lambda: held(service) > before)
        until(lambda: held(service) <= before)


@pytest.mark.parametrize(
    ("request_text", "expected"),
    [
        (MANY_HEADERS.replace("Host: x", "Connection: close\r\nHost: x"), [431]),
        ("GET /sparql HTTP/1.1\r\nConnection: close\r\nx: " + "y" * 100_000 + "\r\n\r\n", [431]),
        ("GET /sparql HTTP/1.1\r\nx: " + "y" * 9_000_000, [431]),
        (
            "POST /sparql HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nx: "
            + "y" * 9_000_000,
            [431],
        ),
        ("POST /sparql HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n1;" + "y" * 9_000_000, [431]),
        ("GET /sparql?query=" + "y" * 9_000_000, [414]),
        ("GET /?lang=" + "y" * 9_000_000, [414]),
        (f"GET /sparql HTTP/1.1\r\n{MANY_FIELDS}a:\r\n\r\n", [431]),
        (f"GET http://x/sparql HTTP/1.1\r\nHost: y\r\n{MANY_FIELDS}a:\r\n\r\n", [431]),
    ],
    ids=[
        "many",
        "long",
        "endless",
        "endless trailer",
        "endless chunk",
        "endless address",
        "endless page",
        "many fields",
        "many fields, and a host in the target",
    ],
)
def test_a_head_that_is_too_large(service, request_text, expected):
    before = memory_peak(service.process.pid)
    assert statuses(service, request_text) == expected
    assert memory_peak(service.process.pid) - before < 20_000_000


@pytest.mark.parametrize("name", ["Accept", "Accept-Encoding", "Accept-Language"])
def test_a_list_that_would_take_long_to_read(service, name):
    for length, expected in ((4_000, 200), (4_001, 431)):
        answer = service.client.get("/", headers={name: "*" + "," * (length - 1)})
        assert answer.status_code == expected


def test_a_media_type_that_would_take_long_to_read(service):
    media_type = f'a/b;"{";" * 10_000}'
    answer = service.client.post("/sparql", content=b"ASK {}", headers={"Content-Type": media_type})
    assert "more than 1,000 characters" in problem(answer, 415)["detail"]


def test_a_form_of_very_many_fields(service):
    fields = {"Content-Type": FORM}
    answer = service.client.post("/sparql", content=b"query=ASK{}" + b"&a" * 10_000, headers=fields)
    assert "more than 10,000 fields" in problem(answer, 400)["detail"]


def test_a_large_form_is_carried_out_before_what_follows(service):
    """It is read aside, and yet in its turn."""
    text = f'INSERT DATA {{ <x:large> <x:p> "{"香=&+%" * 40_000}" }}'
    form = {"Authorization": f"Bearer {TOKEN}", "Content_Length": str(len(f"update={quote_plus(text)}"))}
    large = posting(f"update={quote_plus(text)}".encode(), FORM, "/update", **form)
    asked = quote("SELECT (STRLEN(?o) AS ?n) { <x:large> <x:p> ?o }")
    last = f"GET /sparql?query={asked} HTTP/1.1\r\nHost: x\r\nAccept: text/csv\r\nConnection: close\r\n\r\n"
    answer = service.exchange(large + last.encode())
    assert answer.startswith(b"HTTP/1.1 204")
    assert answer.endswith(b"\r\n\r\nn\r\n200000\r\n")


@pytest.mark.parametrize("broken", [b"%ff", b"\xff", b"&update=x"])
def test_a_large_form_that_is_refused(service, broken):
    body = b"update=INSERT+DATA+%7B%7D" + b"+" * 600_000 + broken
    answer = service.client.post("/update", content=body, headers={"Content-Type": FORM, **WRITING})
    problem(answer, 400)


@pytest.mark.parametrize(
    "beginning",
    [
        "",
        "GET /sparql?query=ASK",
        "GET /sparql HTTP/1.1\r\nHost: x\r\n",
        posting(b"ASK", Content_Length=100).decode(),
        posting(b"5\r\nASK{}\r\n", Transfer_Encoding="chunked").decode(),
        f"POST /validate HTTP/1.1\r\nHost: x\r\nContent-Type: {TURTLE}\r\nContent-Length: 100\r\n\r\n<x:a>",
        f"{ASK}GET /sparql HTTP/1.1\r\nHost: x\r\n",
        f"{SLOW}GET /sparql HTTP/1.1\r\nHost: x\r\n",
    ],
    ids=["nothing", "line", "head", "body", "chunks", "page", "second", "second behind a slow one"],
)
def test_a_request_that_does_not_arrive(service, beginning):
    found = statuses(service, beginning)
    if beginning.startswith(SLOW[:20]):
        assert found == [504]  # and the connection ends with it
    else:
        assert found[-1] == 408


def test_a_body_that_never_ends(service):
    before = memory_peak(service.process.pid)
    with service.connect() as connection:
        connection.sendall(posting(b"", Transfer_Encoding="chunked"))
        for _ in range(1_000):
            connection.sendall(b"10000\r\n" + b"x" * 0x10000 + b"\r\n")
        assert received(connection).startswith(b"HTTP/1.1 413 ")
    assert memory_peak(service.process.pid) - before < 20_000_000


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS", "PATCH", "DELETE", "PUT", "POST"])
@pytest.mark.parametrize("path", ["/update", "/graph-store?default"])
def test_a_body_of_a_stranger_is_not_read(service, method, path):
    """Whatever the method: those that write need the token, and others have no body."""
    head = posting(b"", UPDATE, path, Content_Length=1_000_000).replace(b"POST", method.encode(), 1)
    answer = service.exchange(head)
    assert re.findall(rb"^HTTP/1.1 (401|405|413) ", answer)
    assert b"connection: close" in answer


def test_a_body_that_drips(service):
    with service.connect() as connection:
        connection.sendall(posting(b"", Transfer_Encoding="chunked"))
        connection.settimeout(0.2)
        answer = b""
        while not answer:
            connection.sendall(b"1\r\nx\r\n")
            try:
                answer = connection.recv(4_096)
            except TimeoutError:
                continue
    assert answer.startswith(b"HTTP/1.1 408 ")


def test_a_query_of_100_megabytes(service):
    """It is refused at once, and a client that goes on to send it all the same can read why."""
    body, headers = b"ASK {} #" + b"x" * 100_000_000, {"Content-Type": QUERY}
    before = memory_peak(service.process.pid)
    found = problem(service.client.post("/sparql", content=body, headers=headers), 413)
    assert "too large: at most 1,000,000 bytes" in found["detail"]
    with pytest.raises(urllib.error.HTTPError) as caught:
        urllib.request.urlopen(urllib.request.Request(f"{service.address}sparql", body, headers))  # noqa: S310 - of a test
    assert caught.value.code == 413
    caught.value.close()
    assert memory_peak(service.process.pid) - before < 20_000_000


def test_curl_reads_why_a_query_is_refused(service):
    command = ["curl", "-sS", "-o", "-", "--data-binary", "@-", "-H", f"Content-Type: {QUERY}"]
    sent = subprocess.run(
        [*command, f"{service.address}sparql"], input=b"x" * 9_000_000, capture_output=True, check=True
    )
    assert b'"status": 413' in sent.stdout


@pytest.mark.parametrize("path", ["update", "graph-store?default"])
def test_a_stranger_is_refused_before_the_body(service, path):
    with service.connect() as connection:
        head = posting(b"", UPDATE, f"/{path}", Content_Length=1_000_000, Expect="100-continue")
        connection.sendall(head)
        assert connection.recv(100).startswith(b"HTTP/1.1 401 ")


def test_a_body_that_is_asked_for(service):
    with service.connect() as connection:
        connection.sendall(posting(b"", Content_Length=6, Expect="100-continue", Connection="close"))
        assert connection.recv(100) == b"HTTP/1.1 100 Continue\r\n\r\n"
        connection.sendall(b"ASK {}")
        assert received(connection).startswith(b"HTTP/1.1 200 ")


def test_an_old_client_is_not_told_to_go_on(service):
    request = posting(b"ASK {}", Content_Length=6, Expect="100-continue").replace(b"HTTP/1.1", b"HTTP/1.0")
    assert statuses(service, request) == [200]


def test_a_body_that_is_not_asked_for(service):
    with service.connect() as connection:
        connection.sendall(posting(b"", Content_Length=9_000_000, Expect="100-continue"))
        assert connection.recv(100).startswith(b"HTTP/1.1 413 ")


@pytest.mark.parametrize(
    "request_text",
    [
        "NONSENSE\r\n\r\n",
        "GET /sparql HTTP/9.9\r\n\r\n",
        "GET /sparql HTTP/1.1\r\nno colon\r\n\r\n",
        "GET /sparql HTTP/1.1\r\nHost: x\r\nContent-Length: minus\r\n\r\n",
        "GET /sparql HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
        "POST /sparql HTTP/1.1\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "POST /sparql HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nnonsense\r\n",
        "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    ],
)
def test_what_is_no_request(service, request_text):
    answer = service.exchange(request_text.encode("latin-1"))
    assert answer.startswith(b"HTTP/1.1 400 ")
    assert b"application/problem+json" in answer


@pytest.mark.parametrize(
    "host", ["a b", "<evil>", "x/y", "x?y", "a@b", "[", "x:y", "\xff", "[1]", "[::1", "[::]x"]
)
def test_a_host_that_is_none(service, host):
    query = quote("SELECT * { <relative> ?p ?o }")
    for path in (f"/sparql?query={query}", "/graph-store/x", "/sparql", "/health", "/", "/ontology"):
        request = f"GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n"
        assert statuses(service, request.encode("latin-1")) == [400]


@pytest.mark.parametrize("path", ["/sparql", "/health", "/"])
def test_two_hosts(service, path):
    request = f"GET {path} HTTP/1.1\r\nHost: a\r\nHost: b\r\nConnection: close\r\n\r\n"
    assert statuses(service, request) == [400]


@pytest.mark.parametrize("host", ["named.example", "named.example:8000"])
def test_a_target_that_names_the_host(service, host):
    """As RFC 9112, section 3.2.2, has it: the host of the target counts, not that of the field."""
    query = quote("SELECT (STR(<relative>) AS ?iri) {}")
    request = (
        "GET http://{}{} HTTP/1.1\r\nHost: other.example\r\nAccept: text/csv\r\nConnection: close\r\n\r\n"
    )
    answer = service.exchange(request.format(host, f"/sparql?query={query}").encode())
    assert f"http://{host}/relative".encode() in answer
    answer = service.exchange(request.format(host, "/id/x").encode())
    assert b"HTTP/1.1 303 " in answer
    assert b"location: http://%s/doc/x" % host.encode() in answer.lower()


@pytest.mark.parametrize("path", ["/sparql?query=ASK%7B%7D", "/"])
def test_a_request_without_a_host(service, path):
    assert statuses(service, f"GET {path} HTTP/1.1\r\nConnection: close\r\n\r\n") == [400]
    assert statuses(service, "GET /sparql?query=ASK%7B%7D HTTP/1.0\r\n\r\n") == [200]


@pytest.mark.parametrize("path", ["/sparql", "/update", "/graph-store?default", "/validate"])
def test_a_body_that_is_compressed(service, path):
    answer = problem(
        service.client.post(path, content=b"\x1f\x8b", headers={"Content-Encoding": "gzip", **WRITING}), 415
    )
    assert "gzip" in answer["detail"]


def test_a_client_that_offers_http_2(service):
    """As Java's does with each request, also with those that have a body."""
    offer = {"Connection": "Upgrade, HTTP2-Settings", "Upgrade": "h2c", "HTTP2-Settings": "AAMAAABkAAQAAP__"}
    for _ in range(2):
        headers = {"Content-Type": QUERY, "Accept": "application/json", **offer}
        assert service.client.post("/sparql", content="ASK {}", headers=headers).json()["boolean"] is True
        assert service.client.get("/health", headers=offer).status_code == 200


BYTES = (b"\xff", b"\xc3", b"\xed\xa0\x80", b"\xf4\x90\x80\x80")


@pytest.mark.parametrize("broken", BYTES)
def test_bytes_that_are_not_utf_8(service, broken):
    escaped = "".join(f"%{byte:02X}" for byte in broken)
    for path in (f"sparql?query=ASK%7B%7D{escaped}", f"sparql?{escaped}=1", f"graph-store?graph=x:{escaped}"):
        problem(service.client.get(f"/{path}"), 400)
    form = {"Content-Type": FORM}
    for body in (b"query=ASK" + broken, f"query=ASK{escaped}".encode()):
        problem(service.client.post("/sparql", content=body, headers=form), 400)
    for path, media_type in (("/sparql", QUERY), ("/update", UPDATE), ("/graph-store?graph=x:g", TURTLE)):
        body = (
            b'INSERT DATA { <x:a> <x:b> "' + broken + b'" }' if media_type == UPDATE else b'"' + broken + b'"'
        )
        problem(service.client.post(path, content=body, headers={"Content-Type": media_type, **WRITING}), 400)
    assert statuses(
        service, b"GET /sparql?query=ASK" + broken + b" HTTP/1.1\r\nConnection: close\r\n\r\n"
    ) == [400]


@pytest.mark.parametrize("field", ["Accept: 香港/\xff, */*", "Authorization: Bearer 香", "If-None-Match: 港"])
def test_bytes_beyond_ascii_in_fields(service, field):
    for line in ("GET /sparql?query=ASK%7B%7D", "GET /"):
        request = f"{line} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n{field}\r\n\r\n"
        assert statuses(service, request) == [200]


@pytest.mark.parametrize(
    ("path", "media_type", "body"),
    [
        ("/sparql", QUERY, 'ASK { ?s ?p "\0" }'),
        ("/update", UPDATE, 'INSERT DATA { <x:a> <x:b> "\0" }'),
        ("/graph-store?graph=x:g", TURTLE, "<x:a> <x:\0> 1 ."),
        ("/graph-store?graph=http://x/%00", TURTLE, "<x:a> <x:b> 1 ."),
        ("/sparql?default-graph-uri=x:%00", QUERY, "ASK {}"),
        ("/update?using-graph-uri=x:%00", UPDATE, "DELETE { ?s ?p 1 } WHERE { ?s ?p 1 }"),
    ],
)
def test_nul_characters(service, path, media_type, body):
    headers = {"Content-Type": media_type, **WRITING}
    problem(service.client.post(path, content=body, headers=headers), 400)


DEEP = {
    "groups": "{" * 10_000 + "}" * 10_000,
    "open": "{" * 10_000,
    "closed": "}" * 10_000,
    "parentheses": "{ FILTER(" + "(" * 10_000 + "1" + ")" * 10_000 + ") }",
    "lists": "{ ?s ?p " + "(" * 10_000 + ")" * 10_000 + " }",
    "nodes": "{ ?s ?p " + "[ ?p " * 10_000 + "1" + "]" * 10_000 + " }",
    "negations": "{ FILTER(" + "!" * 30_000 + "true) }",
    "paths": "{ ?s " + "^" * 30_000 + "<x:p> ?o }",
    "unions": "{ {} " + "UNION {} " * 30_000 + "}",
    "mixed": "{([<'\"" * 3_000,
}


@pytest.mark.parametrize("pattern", DEEP.values(), ids=DEEP)
def test_what_is_nested_or_unbalanced(service, pattern):
    for path, media_type, text in (
        ("/sparql", QUERY, f"ASK {pattern}"),
        ("/update", UPDATE, f"INSERT {{ <x:a> <x:b> 1 }} WHERE {pattern}"),
    ):
        headers = {"Content-Type": media_type, **WRITING}
        problem(service.client.post(path, content=text, headers=headers), 400)


BILLION = (
    '<?xml version="1.0"?><!DOCTYPE r [<!ENTITY e0 "'
    + "x" * 100
    + '">'
    + "".join(f'<!ENTITY e{n + 1} "{f"&e{n};" * 10}">' for n in range(12))
    + ']><r:RDF xmlns:r="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><r:Description r:about="x:a">'
    "<r:value>&e12;</r:value></r:Description></r:RDF>"
)
DOCUMENTS = {
    "nodes": (TURTLE, "<x:a> <x:b> " + "[ <x:b> " * 20_000, {400}),
    "lists": (TURTLE, "<x:a> <x:b> " + "(" * 20_000, {400}),
    "json": ("application/ld+json", "[" * 100_000, {400}),
    "xml": ("application/rdf+xml", "<x>" * 20_000, {400}),
    "billion laughs": ("application/rdf+xml", BILLION, {400, 504, 507}),
    "entity of a file": (
        "application/rdf+xml",
        BILLION.replace('"' + "x" * 100 + '"', 'SYSTEM "file:///etc/hostname"'),
        {400},
    ),
}


@pytest.mark.parametrize(("media_type", "body", "expected"), DOCUMENTS.values(), ids=DOCUMENTS)
def test_documents_that_would_break_a_parser(service, media_type, body, expected):
    headers = {"Content-Type": media_type, **WRITING}
    response = service.client.put("/graph-store?graph=x:deep", content=body, headers=headers)
    problem(response, response.status_code)
    assert response.status_code in expected
    assert service.client.get("/graph-store?graph=x:deep").status_code == 404


IRIS = ("", ":", "relative", "http://[", "http://a:x/", "x:%", "x:a b", "x:<", "x:\n", "1:2", "x:\\")


@pytest.mark.parametrize("iri", IRIS)
def test_iris_of_graphs_that_are_none(service, iri):
    for parameters in ({"default-graph-uri": iri}, {"named-graph-uri": iri}):
        response = service.client.get("/sparql", params={"query": "ASK {}", **parameters})
        problem(response, 400)
    problem(service.client.get("/graph-store", params={"graph": iri}), 400)
    headers = {"Content-Type": TURTLE, **WRITING}
    problem(service.client.put("/graph-store", params={"graph": iri}, content="", headers=headers), 400)
    update = {"update": "DELETE { ?s ?p 1 } WHERE { ?s ?p 1 }", "using-graph-uri": iri}
    problem(service.client.post("/update", data=update, headers=WRITING), 400)


@pytest.mark.parametrize(
    "clauses",
    ["FROM <a> FROM <b>", "FROM x:a FROM x:b", r"FROM <\u0061> FROM <b>", "FROM NAMED <a> FROM <b> FROM <c>"],
)
def test_names_of_from_are_read_as_the_engine_reads_them(service, clauses):
    graphs = {"a": "<x:only-a> <x:p> 1 .", "b": "<x:only-b> <x:p> 1 ."}
    base = f"{service.address}names/"
    for name, text in graphs.items():
        headers = {"Content-Type": TURTLE, **WRITING}
        service.client.put("/graph-store", params={"graph": base + name}, content=text, headers=headers)
    query = f"BASE <{base}> PREFIX x: <> SELECT ?s {clauses} {{ ?s <x:p> 1 }} ORDER BY ?s"
    found = service.query(query).text.split()
    assert found == (["s", "x:only-b"] if "NAMED" in clauses else ["s", "x:only-a", "x:only-b"])


def test_a_client_that_leaves_while_it_sends(service):
    for path in ("/sparql", "/update", "/validate", "/"):
        with service.connect() as connection:
            connection.sendall(posting(b"abc", TURTLE, path, Content_Length=100))


def test_hundreds_of_connections_that_say_nothing(service):
    connections = [service.connect() for _ in range(300)]
    try:
        assert service.ask("<x:s1> <x:p> <x:o1>")
    finally:
        for connection in connections:
            connection.thing.close()
