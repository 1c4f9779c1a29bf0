"""Which worker answers which query: quick ones go ahead of long ones, and none is blamed for another."""

import os
import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from service_support import launching, numbered, problem, serving, until

CROSS = "SELECT (COUNT(*) AS ?n) {{ SELECT * {{ ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }} LIMIT {} }}"
ENDLESS, SHORT = CROSS.format(999_999_999), CROSS.format(1)
_NICE = 10


@pytest.fixture(scope="module")
def graph(tmp_path_factory):
    path = tmp_path_factory.mktemp("lanes") / "graph.ttl"
    path.write_text(numbered(1_000), encoding="utf-8")
    return path


def settings(graph, workers, limits):
    return f"Settings(files=({str(graph)!r},), inference=False, workers={workers}, limits=Limits({limits}))"


def priorities(pid):
    threads = Path(f"/proc/{pid}/task").iterdir()
    return {os.getpriority(os.PRIO_PROCESS, int(thread.name)) for thread in threads}


def test_a_long_query_gives_way_with_every_thread(graph):
    with serving(graph, "--no-inference", "--timeout", 2) as service, ThreadPoolExecutor(1) as pool:
        answer = pool.submit(service.query, ENDLESS)
        worker = service.busy_worker()
        until(lambda: priorities(worker) == {_NICE})
        assert priorities(service.nursery()) == {0}
        problem(answer.result(), 504)


def test_a_query_beside_a_long_one_that_is_not_known_yet_does_not_wait_for_it(graph):
    with (
        launching(settings(graph, 4, "quick_seconds=9.0, seconds=4.0")) as service,
        ThreadPoolExecutor(1) as pool,
    ):
        answer = pool.submit(service.query, ENDLESS)
        service.busy_worker()
        assert service.query(SHORT).status_code == 200
        assert not answer.done()
        problem(answer.result(), 504)


def test_queries_that_differ_in_constants_are_sent_elsewhere_once_two_have_been_long(graph):
    with (
        launching(settings(graph, 2, "seconds=6.0")) as service,
        ThreadPoolExecutor(2) as pool,
    ):
        first = pool.submit(service.query, ENDLESS)
        until(lambda: service.metric("slow_queries"))
        assert service.query(SHORT).text.split() == ["n", "1"]
        assert not first.done()
        problem(first.result(), 504)
        problem(service.query(ENDLESS), 504)
        problem(service.query(ENDLESS), 504)
        before = service.workers()
        last = pool.submit(service.query, ENDLESS)
        service.busy_worker(
            least=1.0, since=before
        )  # so that who comes now has time left when this one has none
        assert service.metric("slow_queries") == 1
        waiting = pool.submit(service.query, CROSS.format(2))
        until(lambda: service.metric("waiting_queries"))
        problem(last.result(), 504)
        assert waiting.result().text.split() == ["n", "2"]


_COUNTING = """\
import gc, sys
def count(phase, info):
    if phase == "stop":
        print("collected", info["collected"], file=sys.stderr, flush=True)
gc.callbacks.append(count)
"""


def test_requests_leave_nothing_to_the_garbage_collector(graph):
    requests = 2_000
    with launching(settings(graph, 2, ""), before=_COUNTING) as service:
        for number in range(requests):
            query = f"ASK {{ <x:s{number % 7}> ?p ?o }}"
            fresh = {"cache_control": "no-cache"} if number % 2 else {}
            assert service.query(query, **fresh).status_code == 200
        service.stop()
        collected = sum(map(int, re.findall(r"collected (\d+)", service.errors)))
        assert "collected" in service.errors
        assert collected < requests
