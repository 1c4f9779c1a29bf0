"""Searches in a graph with so many names that they are indexed only when somebody searches."""

import json
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from hkkg.config import Limits, Settings
from service_support import halted, is_alive, kill, launching, problem, serving, until

MANY = 10_001
LABEL = "<http://www.w3.org/2004/02/skos/core#prefLabel>"
GRAPH = "<https://w3id.org/hkkg/graph/more>"


@pytest.fixture(scope="module")
def many(tmp_path_factory):
    path = tmp_path_factory.mktemp("many") / "many.ttl"
    lines = [f'<x:{n}> {LABEL} "Harbour {n}"@en .' for n in range(MANY)]
    path.write_text("\n".join([*lines, f'<x:park> {LABEL} "海濱公園"@zh-Hant .']), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def service(many):
    with serving("--writable", "--no-gate", many) as service:
        yield service


def found(service, text):
    response = service.client.get("/api/search", params={"q": text})
    assert response.status_code == 200, response.text
    return [hit["iri"] for hit in response.json()["results"]]


def test_one_worker_keeps_the_index(service):
    before = service.workers()
    assert found(service, "Harbour 77")[0] == "x:77"
    indexer = service.busy_worker(since=before)
    assert found(service, "海滨公园") == ["x:park"]
    assert found(service, "haibin gongyuan") == ["x:park"]
    assert indexer in service.workers()
    assert service.ask("<x:77> ?p ?o")


def test_reconciliation_has_the_index_as_well(service):
    queries = {f"q{n}": {"query": f"Harbour {n}"} for n in range(8)}
    answer = service.client.post("/reconcile", data={"queries": json.dumps(queries)}).json()
    assert [answer[name]["result"][0]["id"] for name in queries] == [f"x:{n}" for n in range(8)]
    assert service.client.get("/reconcile").status_code == 200


def test_a_write_is_found_by_the_next_search(service):
    found(service, "Harbour 77")
    assert service.update(
        f'INSERT DATA {{ GRAPH {GRAPH} {{ <x:new> {LABEL} "Bauhinia Lake"@en }} }}'
    ).is_success
    assert found(service, "bauhinia lake") == ["x:new"]
    assert service.update(f"DROP GRAPH {GRAPH}").is_success
    assert found(service, "bauhinia lake") == []


def test_a_write_does_not_end_the_search_that_was_asked_before(service):
    """Else nobody would find anything as long as writes come more often than names can be indexed."""
    before = service.workers()
    service.update(f'INSERT DATA {{ GRAPH {GRAPH} {{ <x:first> {LABEL} "First"@en }} }}')
    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(found, service, "Harbour 77")
        indexer = service.busy_worker(since=before)
        with halted(indexer):
            service.update(f'INSERT DATA {{ GRAPH {GRAPH} {{ <x:second> {LABEL} "Second"@en }} }}')
            second = pool.submit(found, service, "second")
            until(lambda: service.metric("waiting_queries") == 2)
            time.sleep(0.2)  # which it would take to end
            assert is_alive(indexer)
        assert first.result()[0] == "x:77"
        assert second.result() == ["x:second"]
    until(lambda: not is_alive(indexer))


def test_a_worker_that_is_lost_is_replaced(service):
    before = service.workers()
    service.update(f'INSERT DATA {{ GRAPH {GRAPH} {{ <x:other> {LABEL} "Other"@en }} }}')
    found(service, "Harbour 77")
    kill(service.busy_worker(since=before))
    until(lambda: service.client.get("/api/search", params={"q": "Harbour 77"}).is_success)
    assert found(service, "Harbour 77")[0] == "x:77"


def test_one_clients_searches_hold_up_nobody_elses(many, tmp_path):
    log = tmp_path / "access.log"
    settings = f"Settings(files=({str(many)!r},), proxies=('127.0.0.1',))"
    with launching(settings, log) as service, ThreadPoolExecutor(10) as pool:

        def search(text, client):
            headers = {"X-Forwarded-For": client}
            return service.client.get("/api/search", params={"q": text}, headers=headers)

        before = service.workers()
        mine = [pool.submit(search, "Harbour", "192.0.2.1")]
        with halted(service.busy_worker(since=before)):
            mine += [pool.submit(search, f"Harbour {number}", "192.0.2.1") for number in range(8)]
            until(lambda: service.metric("waiting_queries") == 9)
            yours = pool.submit(search, "park", "192.0.2.2")
            until(lambda: service.metric("waiting_queries") == 10)
        assert all(answer.result().is_success for answer in (*mine, yours))
        service.stop()
    lines = map(json.loads, log.read_text(encoding="utf-8").splitlines())
    clients = [line["client"] for line in lines if line["path"] == "/api/search"]
    assert clients.index("192.0.2.2") < 4


def test_what_a_search_takes_too_long_to_index_is_there_for_the_next(many):
    with launching(Settings(files=(str(many),), limits=Limits(seconds=0.2))) as service:
        told = problem(service.client.get("/api/search", params={"q": "Harbour 77"}), 503)
        assert "being indexed" in told["detail"]
        answer = until(
            lambda: service.client.get("/api/search", params={"q": "Harbour 77"}).json().get("results")
        )
        assert answer[0]["iri"] == "x:77"


def test_clients_that_leave_do_not_undo_the_index(many):
    with serving(many) as service:
        with service.connect() as connection:
            connection.sendall(b"GET /api/search?q=Harbour HTTP/1.1\r\nHost: x\r\n\r\n")
            indexer = service.busy_worker()
        assert found(service, "Harbour 77")[0] == "x:77"
        assert indexer in service.workers()
