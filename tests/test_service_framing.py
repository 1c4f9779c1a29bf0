"""Where one request ends and the next begins, however its bytes are cut into packets."""

import re
import time
from urllib.parse import quote

import pytest

from service_support import QUERY, TOKEN, UPDATE, WRITING, launching, memory_peak, received

SETTINGS = (
    f"Settings(empty=True, writable=True, gated=False, token={TOKEN!r}, "
    "limits=Limits(sending_seconds=5.0, write_bytes=60_000_000))"
)
RESTING = "from hkkg.web import server\nserver._IDLE_SECONDS = 1\n"
OFFER = "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk\r\n"
ASK = b"GET /sparql?query=ASK%7B%7D HTTP/1.1\r\nHost: x\r\n\r\n"
LAST = b"GET /sparql?query=ASK%7B%7D HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
PAGE = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"
HEALTH = b"GET /health HTTP/1.1\r\nHost: x\r\n\r\n"


@pytest.fixture(scope="module")
def service():
    with launching(SETTINGS, before=RESTING) as running:
        yield running
        assert "Traceback" not in running.errors


def answers(service, *packets):
    """Send bytes, packet by packet, and return the statuses and all bytes until the service closes."""
    with service.connect() as connection:
        for packet in packets:
            connection.sendall(packet)
            time.sleep(0.01 if len(packets) < 100 else 0.001)
        answer = received(connection)
    return [int(status) for status in re.findall(rb"HTTP/1\.1 (\d+) ", answer)], answer


def posting(body, *lines, path="/sparql", media_type=QUERY):
    head = [f"POST {path} HTTP/1.1", "Host: x", f"Content-Type: {media_type}", *lines]
    return ("\r\n".join(head) + "\r\n\r\n").encode() + body


def cut(data, *words):
    """Cut bytes in the middle of each word."""
    places = [data.index(word) + len(word) // 2 for word in words]
    return [data[start:end] for start, end in zip([0, *places], [*places, len(data)], strict=True)]


LINES = OFFER.rstrip().split("\r\n")
OFFERING = {
    "length": posting(HEALTH, *LINES, f"Content-Length: {len(HEALTH)}"),
    "chunks": posting(b"%x\r\n%b\r\n0\r\n\r\n" % (len(HEALTH), HEALTH), *LINES, "Transfer-Encoding: chunked"),
    "page": posting(
        HEALTH, *LINES, f"Content-Length: {len(HEALTH)}", path="/validate", media_type="text/turtle"
    ),
}


@pytest.mark.parametrize("first", OFFERING.values(), ids=OFFERING)
@pytest.mark.parametrize(
    "packets",
    [
        lambda head, body: [head + body + LAST],
        lambda head, body: [head, body + LAST],
        lambda head, body: [*cut(head, b"pgrade: "), body, LAST],
        lambda head, body: [*cut(head, b"\nUpgrade"), body + LAST],
        lambda head, body: [b"\r\n" + head[:-1], head[-1:] + body, LAST],
        lambda head, body: [*(bytes([byte]) for byte in head + body[:9]), body[9:] + LAST],
    ],
    ids=["one", "head", "name", "line", "last byte", "bytes"],
)
def test_a_body_of_a_request_that_offers_another_protocol_is_no_request(service, first, packets):
    """It is not answered, but refused for what it is: neither a query nor Turtle."""
    head, end, body = first.partition(b"\r\n\r\n")
    assert answers(service, *packets(head + end, body))[0] == [400, 200]


@pytest.mark.parametrize("before", [ASK, posting(b"ASK {}", "Content-Length: 6")], ids=["get", "post"])
def test_offers_of_another_protocol_behind_other_requests(service, before):
    offering = posting(b"ASK {}", *LINES, "Content-Length: 6")
    assert answers(service, before + offering + ASK + offering + LAST)[0] == [200] * 5
    head = ASK.replace(b"\r\n\r\n", b"\r\n" + OFFER.encode() + b"\r\n")
    assert answers(service, before + head * 300 + LAST)[0] == [200] * 302
    assert answers(service, *cut(before + offering, b"ASK {}"), LAST)[0] == [200] * 3


def test_an_offer_with_too_many_fields_smuggles_nothing(service):
    many = [f"x-{number}: y" for number in range(200)]
    offering = posting(HEALTH, *many, *LINES, f"Content-Length: {len(HEALTH)}")
    assert answers(service, offering + LAST)[0] == [431]
    assert answers(service, posting(b"ASK {}", "Content-Length: 6") + offering + LAST)[0] == [200, 431]


@pytest.mark.parametrize("ending", [b"\r\n\r", b"\r\n", b"\r", b""], ids=["3", "2", "1", "0"])
def test_a_body_is_stored_as_it_was_sent(service, ending):
    body = b'INSERT DATA { <x:s> <x:p> """a\r\nUpgrade: yes\r\nConnection: upgrade""" }'
    head = posting(
        b"",
        f"Authorization: Bearer {TOKEN}",
        f"Content-Length: {len(body)}",
        path="/update",
        media_type=UPDATE,
    )
    first = head.removesuffix(b"\r\n\r\n") + ending
    assert answers(service, first, head[len(first) :] + body, LAST)[0] == [204, 200]
    assert service.query("SELECT ?o { <x:s> <x:p> ?o }", "application/json").json()["results"][
        "bindings"
    ] == [{"o": {"type": "literal", "value": "a\r\nUpgrade: yes\r\nConnection: upgrade"}}]


TARGET = f"/sparql?query={quote('ASK { BIND(STRLEN(')}'香港'{quote(') AS ?n) FILTER(?n = 2) }')}"
SPOKEN = f"GET {TARGET} HTTP/1.1\r\nHost: x\r\nX: 港\r\n\r\n".encode()


@pytest.mark.parametrize(
    "packets",
    [
        [SPOKEN],
        [b"\r\n" + SPOKEN],
        cut(SPOKEN, "香".encode()),
        cut(SPOKEN, b"GET /", b"%20FILTER", b"Host"),
        cut(SPOKEN, b"1\r\n"),
        [ASK + SPOKEN],
        [SPOKEN * 3 + ASK + SPOKEN],
        [SPOKEN + posting("ASK { ?s ?p 'é' }".encode(), "Content-Length: 18")],
    ],
    ids=["whole", "empty line", "letter", "parts", "line end", "second", "many", "before a body"],
)
def test_an_address_that_is_not_ascii(service, packets):
    found, answer = answers(service, *packets, LAST)
    assert set(found) == {200}
    assert answer.count(b"true") == len(re.findall(rb"FILTER|ASK%7B%7D", b"".join([*packets, LAST])))


def test_an_empty_line_keeps_no_connection(service):
    """It is no request, and so the connection rests as before."""
    with service.connect() as connection:
        connection.sendall(ASK)
        assert connection.recv(1 << 16).startswith(b"HTTP/1.1 200 ")
        connection.sendall(b"\r\n")
        assert received(connection) == b""


@pytest.mark.parametrize("path", ["/", "/doc/x", "/static/none", "/health", "/sparql"])
@pytest.mark.parametrize("field", ["Expect: 100-continue", "Accept: */*"])
def test_an_answer_before_the_body_is_the_last(service, path, field):
    """Whatever the client sends after that is neither answered nor told to be late."""
    found, answer = answers(service, posting(b"", field, "Content-Length: 2000000", path=path), HEALTH)
    assert found[0] in {404, 405, 413}
    assert len(found) == 1
    assert b"\r\nconnection: close\r\n" in answer.lower()


@pytest.mark.parametrize(
    ("request_bytes", "expected"),
    [
        (posting(b"0\r\n\r\n", "Transfer-Encoding: gzip, chunked"), [501]),
        (posting(b"0\r\n\r\n", "Transfer-Encoding: gzip", "Transfer-Encoding: chunked"), [501]),
        (posting(b"6\r\nASK {}\r\n0\r\n\r\n", "Transfer-Encoding: Chunked") + LAST, [200, 200]),
        (b"FOO /sparql HTTP/1.1\r\nHost: x\r\n\r\n", [501]),
        (b"\r\nget / HTTP/1.1\r\nHost: x\r\n\r\n", [501]),
        (b"CONNECT x:80 HTTP/1.1\r\nHost: x\r\n\r\n" + HEALTH, [501]),
        (HEALTH.replace(b"1.1", b"2.0"), [505]),
        (PAGE.replace(b"1.1", b"0.9"), [505]),
        (PAGE.replace(b"GET /", b"GET http:///"), [400]),
        (PAGE.replace(b"GET /", b"GET ftp://x/"), [400]),
        (PAGE.replace(b"GET /", b"GET http://[1]/"), [400]),
        (LAST.replace(b"/sparql?", b"/doc/" + b"y" * 70_000 + b"?"), [414]),
        (
            LAST.replace(b"Host: x", b"Host: x\r\nAccept: text/html").replace(
                b"%7B", b"%7B" + b"%20" * 30_000
            ),
            [414],
        ),
    ],
    ids=[
        "coded",
        "coded in two lines",
        "chunked",
        "method",
        "method in lower case",
        "connect",
        "version 2",
        "version 0",
        "no host",
        "scheme",
        "no IPv6 address",
        "long address",
        "long address of a page",
    ],
)
def test_what_http_has_and_the_service_has_not(service, request_bytes, expected):
    found, answer = answers(service, request_bytes)
    assert found == expected
    assert answer.count(b"\r\ndate: ") == len(expected)
    assert answer.count(b"application/problem+json") == (1 if len(expected) == 1 else 0)


@pytest.mark.parametrize("path", ["/sparql", "/validate"])
def test_an_old_client(service, path):
    """As RFC 9110, section 10.1.1, and RFC 9112, section 6.1, have it."""
    chunks = posting(
        b"1\r\n \r\n0\r\n\r\n", "Connection: keep-alive", "Transfer-Encoding: chunked", path=path
    )
    assert len(answers(service, chunks.replace(b"HTTP/1.1", b"HTTP/1.0") + HEALTH)[0]) == 1
    expecting = posting(b"ASK {}", "Expect: 100-continue", "Content-Length: 6", path=path)
    assert 100 not in answers(service, expecting.replace(b"HTTP/1.1", b"HTTP/1.0"))[0]


@pytest.mark.parametrize("blanks", [" ", "\t", " \t "])
def test_blanks_behind_a_field_are_none_of_it(service, blanks):
    fields = ["Host: x", f"Content-Type: {QUERY}", "Expect: 100-continue", "Connection: close"]
    request = posting(b"ASK {}", "Content-Length: 6", *fields[2:]).decode()
    for field in fields:
        asked = request.replace(field, field + blanks).encode()
        assert (field, answers(service, asked)[0]) == (field, [100, 200])


def test_fields_behind_a_body_are_none_of_the_request(service):
    """They could else say what those of the head do not, such as who asks."""
    body = b"5\r\n<a:b>\r\n0\r\nAccept: text/html\r\n\r\n"
    chunks = posting(body, "Transfer-Encoding: chunked", path="/validate", media_type="text/turtle")
    found, answer = answers(service, chunks + LAST)
    assert found == [400, 200]
    assert b"application/problem+json" in answer


@pytest.mark.parametrize("path", ["/nothing", "/validate", "/sparql"])
def test_a_body_that_is_broken_is_answered_once(service, path):
    request = posting(b"chunk\r\n", "Transfer-Encoding: chunked", path=path, media_type="text/turtle")
    with service.connect() as connection:
        connection.sendall(request)
        assert received(connection).startswith(b"HTTP/1.1 400 ")
        service.client.get("/nothing")  # which is answered after the request
    assert "Traceback" not in service.errors


def test_bodies_that_are_cut_off_are_not_kept(service):
    lines = [*(f"{name}: {value}" for name, value in WRITING.items()), "Content-Length: 50000000"]
    before = memory_peak(service.process.pid)
    for _ in range(6):
        with service.connect() as connection:
            connection.sendall(posting(b"x" * 40_000_000, *lines, path="/update", media_type=UPDATE))
        assert service.query("ASK {}").status_code == 200
    assert memory_peak(service.process.pid) - before < 120_000_000


def test_a_refused_head_is_counted_under_no_address(service):
    before = (
        service.metric("requests_total", path="none"),
        service.metric("requests_total", path="/api/questions"),
    )
    service.exchange(b"GET /doc/x HTTP/1.1\r\nHost: a b\r\n\r\n")
    assert service.metric("requests_total", path="none") == before[0] + 1
    assert service.metric("requests_total", path="/api/questions") == before[1]
