"""Requests that come again to the byte: answered like the first, whatever came between them."""

import json
import time
from collections import Counter
from contextlib import contextmanager
from urllib.parse import quote

import pytest

from service_support import TOKEN, launching, until

SETTINGS = f"Settings(empty=True, writable=True, gated=False, token={TOKEN!r}, cache_bytes={{cache}})"
COUNT = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
LARGE = "SELECT ?s ?o { ?s <x:p> ?o } ORDER BY ?s"


def request(query, *lines, method="GET", path="/sparql"):
    head = [f"{method} {path}?query={quote(query)} HTTP/1.1", "Host: x", "Accept: text/csv", *lines]
    return ("\r\n".join(head) + "\r\n\r\n").encode()


@pytest.fixture(scope="module")
def log(tmp_path_factory):
    return tmp_path_factory.mktemp("repeats") / "access.log"


@pytest.fixture(scope="module")
def service(log):
    with launching(SETTINGS.format(cache=10_000_000), log) as running:
        yield running


@contextmanager
def talking(service):
    """Yield a function that sends bytes over one connection and returns the answer's head and body."""
    with service.connect() as connection:
        file = connection.makefile("rb")

        def ask(data, later=b""):
            connection.sendall(data)
            if later:
                time.sleep(0.05)
                connection.sendall(later)
            head = b""
            while not head.endswith(b"\r\n\r\n"):
                line = file.readline()
                assert line, "the service closed the connection"
                head += line
            fields = dict(line.split(b": ", 1) for line in head.splitlines()[1:] if b": " in line)
            is_bodiless = data.startswith(b"HEAD") or head.startswith(b"HTTP/1.1 304")
            body = b"" if is_bodiless else file.read(int(fields[b"content-length"]))
            return head, body

        yield ask
        file.close()


def without_date(head):
    return [line for line in head.splitlines() if not line.startswith((b"date: ", b"server-timing: "))]


@pytest.mark.parametrize("text", [COUNT, LARGE])
def test_each_answer_is_as_the_first(service, text):
    data = " . ".join(f"<x:s{n}> <x:p> 'a label of some length {n}'" for n in range(2_000))
    assert service.update(f"INSERT DATA {{ {data} }}").status_code == 204
    with talking(service) as ask:
        first, *others = [ask(request(text)) for _ in range(5)]
    for head, body in others:
        assert body == first[1]
        assert without_date(head) == without_date(first[0])
        assert b"server-timing: cache" in head


def test_a_write_is_seen_by_the_next(service):
    with talking(service) as ask:
        for number in range(5):
            assert service.update(f"INSERT DATA {{ <x:new> <x:number> {number} }}").status_code == 204
            counted = {ask(request("SELECT (COUNT(*) AS ?n) { <x:new> ?p ?o }"))[1] for _ in range(3)}
            assert counted == {b"n\r\n%d\r\n" % (number + 1)}


def test_what_differs_in_a_byte_is_told_apart(service):
    with talking(service) as ask:
        for _ in range(3):
            assert ask(request(COUNT))[0].startswith(b"HTTP/1.1 200")
            assert b"json" in ask(request(COUNT).replace(b"text/csv", b"application/json"))[0]
            assert ask(request(COUNT, method="HEAD"))[1] == b""
            etag = next(x for x in ask(request(COUNT))[0].splitlines() if x.startswith(b"etag"))[6:].decode()
            assert ask(request(COUNT, f"If-None-Match: {etag}"))[0].startswith(b"HTTP/1.1 304")


def test_what_is_not_kept_is_evaluated_each_time(service):
    with talking(service) as ask:
        once = {ask(request("SELECT (RAND() AS ?r) {}"))[1] for _ in range(4)}
        anew = [ask(request(COUNT, "Cache-Control: no-cache"))[0] for _ in range(4)]
    assert len(once) == 4
    assert all(b"no-store" in head and b"cache;" not in head for head in anew)


def test_a_body_that_follows_is_not_taken_for_the_next_request(service):
    with_body = request(COUNT, "Content-Length: 5")
    with talking(service) as ask:
        ask(request(COUNT))
        answers = [ask(with_body, later=b"12345")[0] for _ in range(4)]
    assert all(head.startswith(b"HTTP/1.1 200") for head in answers)


def test_several_at_once_and_halves_are_read_as_they_come(service):
    one = request(COUNT)
    with service.connect() as connection:
        connection.sendall(one)
        connection.sendall(one[:40])
        connection.sendall(one[40:] + one + one)
        connection.sendall(request(COUNT, "Connection: close"))
        received = b"".join(iter(lambda: connection.recv(1 << 16), b""))
    assert received.count(b"HTTP/1.1 200 OK") == 5


def test_a_mistake_is_refused_each_time(service):
    with talking(service) as ask:
        for _ in range(3):
            assert ask(request("SELECT"))[0].startswith(b"HTTP/1.1 400")
            assert ask(request(COUNT, path="/graph-store"))[0].startswith(b"HTTP/1.1 400")


def test_each_is_counted_and_noted(service, log):
    def are_noted():
        lines = map(json.loads, log.read_text(encoding="utf-8").rpartition("\n")[0].splitlines())
        empty = Counter(line["query"] for line in lines if (line["status"], line.get("rows")) == (200, 0))
        return 6 in empty.values()

    before = service.metric("request_seconds_count", path="/sparql")
    with talking(service) as ask:
        for _ in range(6):
            ask(request("SELECT ?never { ?never <x:asked> <x:before> }"))
    assert service.metric("request_seconds_count", path="/sparql") - before == 6
    until(are_noted)


def test_an_answer_that_gave_way_in_the_cache_is_evaluated_anew():
    with launching(SETTINGS.format(cache=4_000)) as small, talking(small) as ask:
        for _ in range(3):
            for number in range(8):
                assert ask(request(f"SELECT ({number} AS ?n) {{}}"))[1] == b"n\r\n%d\r\n" % number
        assert small.metric("cache_bytes") <= 4_000
