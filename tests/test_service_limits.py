"""The limits of the service: what overruns one ends with its own error, and everything else goes on."""

import csv
import io
import time
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import quote

import httpx
import pytest

from service_support import (
    TOKEN,
    UPDATE,
    WRITING,
    is_alive,
    kill,
    launching,
    memory_peak,
    numbered,
    problem,
    received,
    until,
)

ROWS = 400_000
SETTINGS = (
    f"Settings(files=({{path!r}},), inference=False, writable=True, gated=False, token={TOKEN!r}, "
    "proxies=('127.0.0.1',), limits=Limits({limits}))"
)
HASTY = "seconds=1.0, result_bytes=40_000_000"
STEADY = HASTY.replace("1.0", "4.0")
PATIENT = "sending_seconds=1.0, query_bytes=100_000_000"
CROSS = "?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l"
ANY = "(<x:p>|^<x:p>|!<x:p>)*"
LABELS = "?a <x:label> ?l . ?b <x:label> ?m . ?c <x:label> ?k"


def growing(function):
    """Write a query for a string that grows beyond all bounds."""
    steps = "".join(f"BIND({function.format(f'?x{n}')} AS ?x{n + 1}) " for n in range(40))
    return f"SELECT (STRLEN(?x40) AS ?length) {{ BIND('aaaaaaaaaa' AS ?x0) {steps}}}"


RUNAWAYS = {
    "cross join": f"SELECT (COUNT(*) AS ?n) {{ {CROSS} }}",
    "path explosion": f"SELECT (COUNT(*) AS ?n) {{ ?a {ANY} ?b . ?c {ANY} ?d . ?e {ANY} ?f }}",
    "sort of everything": "SELECT ?a { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i } ORDER BY ?c ?f",
    "distinct": "SELECT (COUNT(*) AS ?n) { SELECT DISTINCT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i } }",
    "aggregate": f"SELECT (GROUP_CONCAT(?all) AS ?g) {{ {LABELS} BIND(CONCAT(?l, ?m, ?k) AS ?all) }}",
    "regex": f"SELECT (COUNT(*) AS ?n) {{ {LABELS} FILTER REGEX(CONCAT(?l, ?m, ?k), '(l|a|b|e|[0-9])*x') }}",
    "replace": growing("REPLACE({}, 'a', 'aa')"),
}
HUNGRY = {
    "sort of everything": "SELECT ?a { ?a ?b ?c . ?d ?e ?f } ORDER BY ?c ?f",
    "string": growing("CONCAT({0}, {0})"),
}
LARGE = f"SELECT ?a ?c ?f {{ ?a <x:label> ?c . ?d <x:label> ?f }} LIMIT {ROWS}"
WIDE = LARGE.replace("SELECT", f"SELECT ('{'x' * 80}' AS ?wide)")
ENDLESS = f"SELECT * {{ {CROSS} }}"


@pytest.fixture(scope="module")
def graph(tmp_path_factory):
    path = tmp_path_factory.mktemp("limits") / "graph.ttl"
    path.write_text(numbered(1_500), encoding="utf-8")
    return str(path)


@pytest.fixture(scope="module")
def hasty(graph):
    """A service with little time for each query."""
    with launching(SETTINGS.format(path=graph, limits=HASTY)) as service:
        yield service


@pytest.fixture(scope="module")
def steady(graph):
    """A service with time to begin a large answer, though not to end one that has no end."""
    with launching(SETTINGS.format(path=graph, limits=STEADY)) as service:
        yield service


@pytest.fixture(scope="module")
def patient(graph):
    """A service with much time and little memory, which waits a second for slow clients."""
    with launching(SETTINGS.format(path=graph, limits=PATIENT)) as service:
        yield service


def works(service):
    return service.ask("<x:s1> <x:p> <x:o1>")


@pytest.mark.parametrize("query", RUNAWAYS.values(), ids=RUNAWAYS)
def test_a_runaway_is_stopped(hasty, query):
    found = problem(hasty.query(query), 504)
    assert "1 seconds" in found["detail"]
    assert works(hasty)


@pytest.mark.parametrize("name", ["cross join", "path explosion", "replace"])
def test_a_runaway_update_is_stopped(hasty, name):
    update = f"INSERT {{ <x:a> <x:ran> true }} WHERE {{ {{ {RUNAWAYS[name]} }} }}"
    assert "Nothing was changed" in problem(hasty.update(update), 504)["detail"]
    assert not hasty.ask("<x:a> <x:ran> true")


def test_a_runaway_for_a_page_is_stopped(hasty):
    response = hasty.query(RUNAWAYS["cross join"], "text/html")
    assert response.status_code == 504
    assert "1 seconds" in response.text


def test_eight_runaways_at_once_and_cheap_queries_beside_them(hasty):
    runaways = [f"{RUNAWAYS['cross join']} LIMIT {n}" for n in range(1, 9)]
    with ThreadPoolExecutor(len(runaways)) as pool:
        running = [pool.submit(hasty.query, query) for query in runaways]
        until(lambda: hasty.metric("slow_queries"))
        for number in range(30):
            row = hasty.query(f"SELECT ?o {{ <x:s{number}> <x:p> ?o }}").text.split()
            assert row == ["o", f"x:o{number % 100}"]
    for response in [one.result() for one in running]:
        assert response.status_code in {503, 504}
        assert (response.headers.get("retry-after") is not None) == (response.status_code == 503)


def test_a_runaway_in_disguise_holds_up_nobody(hasty):
    """All but its constants is as in queries that were quick."""
    disguised = f"SELECT (COUNT(*) AS ?n) {{{{ {CROSS} FILTER(1 = {{}}) }}}}"
    for number in range(2, 8):
        assert hasty.query(disguised.format(number)).text.split() == ["n", "0"]
    with ThreadPoolExecutor(1) as pool:
        runaway = pool.submit(hasty.query, disguised.format(1))
        for number in range(20):
            assert hasty.ask(f"<x:s{number}> ?p ?o")
        problem(runaway.result(), 504)


@pytest.mark.parametrize("query", HUNGRY.values(), ids=HUNGRY)
def test_a_query_that_takes_too_much_memory_is_ended(patient, query):
    assert "100 MB" in problem(patient.query(query), 507)["detail"]
    assert works(patient)


def test_an_update_that_takes_too_much_memory_is_ended(patient):
    update = f"INSERT {{ <x:a> <x:ran> ?length }} WHERE {{ {{ {HUNGRY['string']} }} }}"
    assert "Nothing was changed" in problem(patient.update(update), 507)["detail"]
    assert not patient.ask("<x:a> <x:ran> ?length")


def test_a_large_answer_streams_in_little_memory(patient):
    assert works(patient)
    before = memory_peak(patient.process.pid)
    headers = {"Accept": "text/csv", "Accept-Encoding": ""}
    with patient.client.stream("GET", "/sparql", params={"query": WIDE}, headers=headers) as response:
        assert response.status_code == 200
        assert response.headers["transfer-encoding"] == "chunked"
        assert response.headers["cache-control"] == "no-store"
        size = rows = 0
        for piece in response.iter_bytes():
            size += len(piece)
            rows += piece.count(b"\n")
    assert rows == ROWS + 1
    assert size > 40_000_000
    assert memory_peak(patient.process.pid) - before < 20_000_000


@pytest.mark.parametrize("encoding", ["gzip", "br"])
def test_a_large_answer_streams_compressed(patient, encoding):
    response = patient.query(LARGE, Accept_Encoding=encoding)
    assert response.headers["content-encoding"] == encoding
    assert len(list(csv.reader(io.StringIO(response.text)))) == ROWS + 1


def test_a_large_answer_has_a_head_of_its_own(hasty):
    response = hasty.client.head("/sparql", params={"query": LARGE}, headers={"Accept": "text/csv"})
    assert (response.status_code, response.content) == (200, b"")
    assert works(hasty)
    until(lambda: not hasty.metric("slow_queries"))


@pytest.mark.parametrize("query", [ENDLESS, f"{LARGE}0"], ids=["in time", "in size"])
def test_an_answer_that_fails_while_it_is_sent_breaks_off(steady, query):
    """No client can take it for complete."""
    with pytest.raises(httpx.TransportError):
        steady.query(query)
    request = f"GET /sparql?query={quote(query)} HTTP/1.1\r\nHost: x\r\nAccept: text/csv\r\n\r\n"
    with steady.connect() as connection:
        connection.sendall(request.encode())
        with pytest.raises(ConnectionResetError):
            received(connection)
    with steady.connect() as connection:
        connection.sendall(request.replace("HTTP/1.1", "HTTP/1.0").encode())
        assert b"chunked" not in connection.recv(2_000)
        with pytest.raises(ConnectionResetError):
            received(connection)


def test_an_answer_to_an_old_client_ends_with_the_connection(patient):
    request = f"GET /sparql?query={quote(LARGE)} HTTP/1.0\r\nAccept: text/csv\r\n\r\n"
    head, _, body = patient.exchange(request.encode()).partition(b"\r\n\r\n")
    assert b"connection: close" in head
    assert body.count(b"\r\n") == ROWS + 1


@pytest.mark.parametrize("before", ["", "GET /graph-store?default HTTP/1.1\r\nHost: x\r\n\r\n"])
def test_a_client_that_reads_nothing_is_dropped_and_costs_no_memory(patient, before):
    """Also if it had asked something else before."""
    peak = memory_peak(patient.process.pid)
    workers = patient.workers()
    with patient.connect() as connection:
        request = f"{before}GET /sparql?query={quote(ENDLESS)} HTTP/1.1\r\nHost: x\r\n\r\n"
        connection.sendall(request.encode())
        worker = patient.busy_worker(least=0.02, since=workers)
        until(lambda: not is_alive(worker))
    assert memory_peak(patient.process.pid) - peak < 20_000_000
    assert works(patient)


@pytest.mark.parametrize("accept", ["text/csv", "text/html"])
def test_a_client_that_hangs_up_ends_its_query(patient, accept):
    workers = patient.workers()
    with patient.connect() as connection:
        target = f"/sparql?query={quote(RUNAWAYS['cross join'])}"
        connection.sendall(f"GET {target} HTTP/1.1\r\nHost: x\r\nAccept: {accept}\r\n\r\n".encode())
        worker = patient.busy_worker(since=workers)
    until(lambda: not is_alive(worker))
    assert not patient.metric("slow_queries")


def test_a_client_that_hangs_up_in_the_middle_of_an_answer_ends_its_query(patient):
    workers = patient.workers()
    with patient.client.stream("GET", "/sparql", params={"query": ENDLESS}) as response:
        assert next(response.iter_bytes())
        worker = patient.busy_worker(least=0.02, since=workers)
    until(lambda: not is_alive(worker))


def test_the_first_of_two_that_ask_the_same_may_hang_up(patient):
    query = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d <x:label> ?f FILTER(STRLEN(?c) > 3) }"
    target = f"/sparql?query={quote(query)}"
    with ThreadPoolExecutor(1) as pool:
        with patient.connect() as connection:
            connection.sendall(f"GET {target} HTTP/1.1\r\nHost: x\r\nAccept: text/csv\r\n\r\n".encode())
            until(lambda: patient.metric("slow_queries") or patient.metric("quick_queries"))
            second = pool.submit(patient.query, query, Accept_Encoding="")
        assert second.result().status_code == 200


def test_a_worker_that_is_killed_answers_its_client(patient):
    workers = patient.workers()
    with ThreadPoolExecutor(1) as pool:
        answer = pool.submit(patient.query, RUNAWAYS["cross join"])
        kill(patient.busy_worker(since=workers))
        problem(answer.result(), 507)
    assert works(patient)


def test_the_time_of_a_query_begins_with_its_request(hasty):
    """A connection may have been opened long before."""
    with hasty.connect() as connection:
        time.sleep(1.2)
        connection.sendall(b"GET /sparql?query=ASK%7B%7D HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        assert received(connection).startswith(b"HTTP/1.1 200 ")


def test_two_dozen_clients_at_once(patient):
    """Reads, pages, writes, mistakes and what takes too much, each answered as it should be."""

    def update(n):
        headers = {"Content-Type": UPDATE, "X-Forwarded-For": f"192.0.2.{n}", **WRITING}
        return patient.client.post(
            "/update", content=f"INSERT DATA {{ <x:w{n}> <x:p> {n} }}", headers=headers
        )

    kinds = {
        200: lambda n: patient.query(f"SELECT ?o {{ <x:s{n}> <x:p> ?o }}"),
        204: update,
        400: lambda n: patient.query(f"SELECT {n}", "text/html"),
        404: lambda n: patient.client.get(f"/graph-store?graph=x:{n}"),
        507: lambda n: patient.query(f"{HUNGRY['string']} LIMIT {n + 1}") if n < 3 else None,
    }
    with ThreadPoolExecutor(24) as pool:
        work = [(status, pool.submit(ask, n)) for n in range(24) for status, ask in kinds.items()]
        answers = [(status, one.result()) for status, one in work]
    assert [a.text for status, a in answers if a is not None and a.status_code != status] == []
    for number in range(24):
        assert patient.ask(f"<x:w{number}> <x:p> {number}")


def test_what_waits_too_long_or_is_too_much_is_told_to_come_again(patient):
    """One client takes no more places in the line than it is given, and leaves them when it hangs up."""
    target = f"/sparql?query={quote(RUNAWAYS['cross join'])}"
    lines = [f"GET {target}+LIMIT+{n} HTTP/1.1\r\nHost: x\r\n\r\n".encode() for n in range(1, 31)]
    connections = [patient.connect() for _ in lines]
    try:
        for connection, line in zip(connections, lines, strict=True):
            connection.thing.sendall(line)
        until(lambda: patient.metric("requests_total", status="503"))
        assert works(patient)
        assert patient.metric("waiting_queries") <= 16
    finally:
        for connection in connections:
            connection.thing.close()
    until(lambda: not patient.metric("slow_queries") and not patient.metric("waiting_queries"))
    assert works(patient)
