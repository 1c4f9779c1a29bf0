"""Clients behind a proxy: told apart by its word if it is trusted, and by nobody else's."""

import json
from urllib.parse import quote

import pytest

from service_support import launching, refused_start, until

QUERY = quote("ASK {}")


@pytest.fixture(scope="module", params=["('127.0.0.1', '10.0.0.0/8')", "()"], ids=["trusted", "untrusted"])
def service(request, tmp_path_factory):
    log = tmp_path_factory.mktemp("proxy") / "access.log"
    with launching(f"Settings(empty=True, proxies={request.param})", log) as running:
        running.is_trusting = request.param != "()"
        running.log = log
        yield running


def client_noted(service, path, *forwarded):
    noted = len(service.log.read_text(encoding="utf-8").splitlines())
    lines = "".join(f"X-Forwarded-For: {value}\r\n" for value in forwarded)
    head = f"GET {path} HTTP/1.1\r\nHost: x\r\nAccept: text/csv\r\n{lines}Connection: close\r\n\r\n"
    assert service.exchange(head.encode("latin-1"))
    until(lambda: len(service.log.read_text(encoding="utf-8").splitlines()) > noted)
    return json.loads(service.log.read_text(encoding="utf-8").splitlines()[-1])["client"]


@pytest.mark.parametrize("path", [f"/sparql?query={QUERY}", "/questions", "/sparql?query=SELECT"])
@pytest.mark.parametrize(
    ("forwarded", "client"),
    [
        (["203.0.113.7"], "203.0.113.7"),
        (["198.51.100.1, 203.0.113.7"], "203.0.113.7"),
        (["198.51.100.1, 203.0.113.7, 10.1.2.3"], "203.0.113.7"),
        (["198.51.100.1", "203.0.113.7"], "203.0.113.7"),
        (["10.9.9.9"], "10.9.9.9"),
        (["2001:db8::1"], "2001:db8::1"),
        (["203.0.113.7:4711"], "203.0.113.7"),
        (["[2001:db8::1]:4711"], "2001:db8::1"),
        (["203.0.113.7, ::ffff:10.1.2.3"], "203.0.113.7"),
        (["203.0.113.7, "], "203.0.113.7"),
        ([" , "], "127.0.0.1"),
        (["unknown"], "unknown"),
        ([], "127.0.0.1"),
    ],
)
def test_whom_a_request_is_from(service, path, forwarded, client):
    expected = client if service.is_trusting else "127.0.0.1"
    assert client_noted(service, path, *forwarded) == expected


def test_whom_an_answer_that_is_sent_again_goes_to(service):
    head = f"GET /sparql?query={QUERY} HTTP/1.1\r\nHost: x\r\nX-Forwarded-For: 203.0.113.9\r\n\r\n"
    with service.connect() as connection:
        for _ in range(4):
            connection.sendall(head.encode())
            assert connection.recv(1 << 16).startswith(b"HTTP/1.1 200")
    noted = len(service.log.read_text(encoding="utf-8").splitlines())
    assert client_noted(service, "/health") == "127.0.0.1"
    lines = [json.loads(line) for line in service.log.read_text(encoding="utf-8").splitlines()[noted - 3 :]]
    expected = "203.0.113.9" if service.is_trusting else "127.0.0.1"
    assert expected in {line["client"] for line in lines if line["path"] == "/sparql"}


def test_what_is_no_network_is_refused():
    code, message = refused_start("--empty", "--trusted-proxy", "proxy.example")
    assert code == 2
    assert "--trusted-proxy proxy.example is no address or network" in message
