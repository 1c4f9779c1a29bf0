"""Which worker answers which query: quick ones go ahead of long ones, and none is blamed for another."""

import json
import os
import pickle
import re
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from pathlib import Path

import pytest

from hkkg.workers.calls import FunctionCall, QueryCall
from hkkg.workers.jobs import Job
from hkkg.workers.line import MOST, MOST_OF_CLIENT, Line
from remote_support import answering
from service_support import (
    TOKEN,
    UPDATE,
    WRITING,
    halted,
    is_alive,
    launching,
    numbered,
    problem,
    received,
    serving,
    until,
)

CROSS = "SELECT (COUNT(*) AS ?n) {{ SELECT * {{ ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }} LIMIT {} }}"
ENDLESS, SHORT = CROSS.format(999_999_999), CROSS.format(1)
_NICE = 10
ROWS = 200_000
LARGE = f"SELECT * {{{{ ?{{0}} <x:label> ?{{0}}{{0}} . ?other <x:label> ?label }}}} LIMIT {ROWS}"
"""A query whose answer is sent before it is whole; with another letter, one of another kind."""

HUGE = LARGE.replace(str(ROWS), "1000000")
"""A query whose answer does not fit between the service and a client that reads nothing."""

MINE, YOURS = "192.0.2.1", "192.0.2.2"


@pytest.fixture(scope="module")
def graph(tmp_path_factory):
    path = tmp_path_factory.mktemp("lanes") / "graph.ttl"
    path.write_text(numbered(1_000), encoding="utf-8")
    return path


def settings(graph, workers, limits):
    return (
        f"Settings(files=({str(graph)!r},), inference=False, workers={workers}, proxies=('127.0.0.1',), "
        f"limits=Limits({limits}))"
    )


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


def is_whole(answer):
    """Whether an answer in parts came to its end."""
    return answer.startswith(b"HTTP/1.1 200 ") and answer.endswith(b"\r\n0\r\n\r\n")


def in_lanes(service):
    return int(service.metric("quick_queries")), int(service.metric("slow_queries"))


def test_who_hangs_up_while_no_worker_is_free_ends_nobody_elses_query(graph):
    """The query had been sent to a worker, which another's then kept to itself."""
    with launching(settings(graph, 1, "quick_seconds=9.0")) as service, ExitStack() as stack:
        service.idle_workers(4)
        stack.enter_context(halted(service.nursery()))
        with ExitStack() as others:
            for number, letter in enumerate("abc", 1):
                others.enter_context(closing(service.begin(LARGE.format(letter))))
                until(lambda: service.metric("slow_queries") + service.metric("waiting_queries") == number)  # noqa: B023 - it is over by then
        until(lambda: not service.metric("slow_queries") and not service.metric("waiting_queries"))
        gone = service.metric("requests_total", status="499")
        until(lambda: len(service.live_workers()) == 1)  # those that were killed have ended
        (worker,) = service.live_workers()
        with halted(worker):
            large = stack.enter_context(closing(service.begin(LARGE.format("d"))))
            until(lambda: in_lanes(service) == (1, 0))
            short = service.begin(SHORT)
            until(lambda: in_lanes(service) == (2, 0))
        until(lambda: in_lanes(service) == (1, 1))
        short.close()
        until(lambda: service.metric("requests_total", status="499") == gone + 1)
        assert is_whole(received(large))


def test_an_answer_that_begins_as_another_ends_is_not_broken_off(graph):
    limits = "quick_seconds=9.0, buffered_bytes=1_000"
    with launching(settings(graph, 1, limits)) as service, ExitStack() as stack:
        workers = service.idle_workers(4)
        with ExitStack() as halts:
            halts.enter_context(halted(*workers))
            page = stack.enter_context(closing(service.begin(SHORT, "text/html")))
            until(lambda: in_lanes(service) == (1, 0))
            large = stack.enter_context(closing(service.begin(LARGE.format("a"))))
            until(lambda: in_lanes(service) == (2, 0))
            with halted(service.process.pid):
                halts.close()
                time.sleep(1)  # so that the end of one and the beginning of the other come at once
        assert received(page).startswith(b"HTTP/1.1 200 ")
        assert is_whole(received(large))


def test_one_clients_quick_queries_hold_up_nobody_elses(graph, tmp_path):
    log = tmp_path / "access.log"
    with launching(settings(graph, 1, ""), log) as service, ExitStack() as stack:
        with halted(*service.idle_workers(4)):
            queries = [f"ASK {{ <x:s{number}> <x:p> ?o }}" for number in range(100)]
            asked = [stack.enter_context(closing(service.begin(query, client=MINE))) for query in queries]
            until(lambda: in_lanes(service) == (100, 0))
            asked.append(stack.enter_context(closing(service.begin(SHORT, client=YOURS))))
            until(lambda: in_lanes(service) == (101, 0))
        assert all(received(connection).startswith(b"HTTP/1.1 200 ") for connection in asked)
        service.stop()
    lines = map(json.loads, log.read_text(encoding="utf-8").splitlines())
    clients = [line["client"] for line in lines if line["path"] == "/sparql"]
    assert clients.count(MINE) == 100
    assert clients.index(YOURS) < 50


def test_one_client_has_every_place_for_long_queries_until_another_wants_one(graph):
    with launching(settings(graph, 4, "seconds=20.0")) as service, ExitStack() as stack:
        for number in (999_999_998, 999_999_999):
            stack.enter_context(closing(service.begin(CROSS.format(number), client=MINE)))
        until(lambda: in_lanes(service) == (0, 2))
        answer = service.query(CROSS.format(2_000_000), X_Forwarded_For=YOURS)
        assert answer.text.split() == ["n", "2000000"]
        until(lambda: in_lanes(service) == (0, 2))
        assert not service.metric("requests_total", status="504")
        assert not service.metric("requests_total", status="503")


def test_a_network_of_64_bits_counts_as_one_client(graph):
    with launching(settings(graph, 1, "seconds=20.0")) as service, ExitStack() as stack:
        for number in range(1, 31):
            query = CROSS.format(999_999_000 + number)
            stack.enter_context(closing(service.begin(query, client=f"2001:db8::{number:x}:1")))
        until(lambda: service.metric("requests_total", status="503"))
        assert service.metric("waiting_queries") <= 16
        assert service.query(SHORT, X_Forwarded_For="2001:db8:0:1::1").status_code == 200


def test_answers_that_their_client_does_not_read_keep_no_place_from_others(graph):
    with launching(settings(graph, 4, "seconds=40.0")) as service, ExitStack() as stack:
        unread = [stack.enter_context(closing(service.begin(HUGE.format(letter)))) for letter in "ab"]
        until(lambda: in_lanes(service) == (0, 2))
        for number in range(3):
            answer = service.query(CROSS.format(500_000 + number), X_Forwarded_For=YOURS)
            assert answer.text.split() == ["n", str(500_000 + number)]
        assert in_lanes(service) == (0, 2)
        with ThreadPoolExecutor(2) as pool:
            assert all(map(is_whole, pool.map(received, unread)))


def test_one_of_many_answers_that_nobody_reads_is_given_up_for_who_has_none(graph):
    with launching(settings(graph, 4, "seconds=20.0")) as service, ExitStack() as stack:
        for number, letter in enumerate("abcd", 1):
            stack.enter_context(closing(service.begin(HUGE.format(letter), client=f"192.0.2.1{number}")))
            until(lambda: in_lanes(service) == (0, number))  # noqa: B023 - it is over by then
        assert service.query(CROSS.format(500_000)).text.split() == ["n", "500000"]
        assert in_lanes(service) == (0, 3)


def test_in_front_of_an_endpoint_one_place_is_left_for_other_clients():
    is_over = threading.Event()

    def answer(request):
        if b"slow" in request.body:
            is_over.wait()
        request.reply(b'{"head": {}, "boolean": true}')

    with answering(answer) as endpoint, ExitStack() as stack:
        stack.callback(is_over.set)
        options = f"endpoint={endpoint!r}, workers=4, proxies=('127.0.0.1',), limits=Limits(seconds=40.0)"
        service = stack.enter_context(launching(f"Settings({options})"))
        for number in range(6):
            query = f"ASK {{ <x:slow> <x:p> {number} }}"
            stack.enter_context(closing(service.begin(query, client=MINE)))
        until(lambda: in_lanes(service) == (0, 3) and service.metric("waiting_queries") == 3)
        started = time.monotonic()
        assert service.query("ASK {}", "application/json", X_Forwarded_For=YOURS).json()["boolean"]
        assert time.monotonic() - started < 3
        assert in_lanes(service) == (0, 3)


def test_two_clients_have_the_only_place_for_long_queries_in_turn(graph):
    with launching(settings(graph, 2, "seconds=20.0")) as service, ExitStack() as stack:
        stack.enter_context(closing(service.begin(ENDLESS, client=MINE)))
        worker = service.busy_worker()
        for number in range(2):
            answer = service.query(CROSS.format(500_000 + number), X_Forwarded_For=YOURS)
            assert answer.text.split() == ["n", str(500_000 + number)]
        assert is_alive(worker)  # it went on where it was
        until(lambda: in_lanes(service) == (0, 1))


def test_a_query_that_another_client_asks_too_waits_in_the_shorter_queue(graph):
    asked = CROSS.format(20_000)
    with launching(settings(graph, 2, "seconds=20.0")) as service, ExitStack() as stack:
        for number in range(4):
            stack.enter_context(closing(service.begin(CROSS.format(999_999_990 + number), client=MINE)))
        until(lambda: service.metric("waiting_queries") == 3)
        both = [stack.enter_context(closing(service.begin(asked, client=MINE)))]
        until(lambda: service.metric("waiting_queries") == 4)
        both.append(stack.enter_context(closing(service.begin(asked, client=YOURS))))
        for connection in both:
            assert received(connection).split()[-2:] == [b"n", b"20000"]
        assert not service.metric("requests_total", status="504")


def test_each_of_two_that_ask_the_same_has_its_own_time(graph):
    with launching(settings(graph, 2, "seconds=8.0")) as service, ExitStack() as stack:
        first = stack.enter_context(closing(service.begin(ENDLESS, client=MINE)))
        time.sleep(4)
        second = stack.enter_context(closing(service.begin(ENDLESS, client=YOURS)))
        assert received(first).startswith(b"HTTP/1.1 504 ")
        assert in_lanes(service) == (0, 1)
        assert received(second).startswith(b"HTTP/1.1 504 ")
        assert in_lanes(service) == (0, 0)


def test_who_waits_behind_a_query_that_others_ask_too_is_told_in_time(graph):
    """It was sent to a worker already, and what is before it there has longer time since another asks it."""
    with (
        launching(settings(graph, 1, "seconds=4.0")) as service,
        halted(*service.idle_workers(4)),
        ExitStack() as stack,
    ):
        stack.enter_context(closing(service.begin(CROSS.format(1), client=MINE)))
        until(lambda: in_lanes(service) == (1, 0))
        behind = stack.enter_context(closing(service.begin(CROSS.format(2), client=MINE)))
        time.sleep(2)
        stack.enter_context(closing(service.begin(CROSS.format(1), client=YOURS)))
        started = time.monotonic()
        assert received(behind).startswith(b"HTTP/1.1 503 ")
        assert time.monotonic() - started < 3


def test_no_query_gives_its_place_away_while_there_is_no_worker_to_take_it(graph):
    with launching(settings(graph, 4, "seconds=20.0")) as service, ExitStack() as stack:
        service.idle_workers(6)
        with halted(service.nursery()):
            for number in range(4):
                stack.enter_context(closing(service.begin(CROSS.format(999_999_990 + number), client=MINE)))
            until(lambda: service.metric("waiting_queries") == 2)
            workers = service.live_workers()
            yours = stack.enter_context(closing(service.begin(CROSS.format(500_000), client=YOURS)))
            until(lambda: service.metric("waiting_queries") == 3)
            time.sleep(3)  # until it would get a place
            assert sum(map(is_alive, workers)) == 3
        assert received(yours).split()[-2:] == [b"n", b"500000"]


def test_one_clients_updates_hold_up_nobody_elses(graph):
    writable = settings(graph, 2, "waiting_of_client=5").replace(
        "inference=False", f"inference=False, writable=True, gated=False, token={TOKEN!r}"
    )

    def update(service, number, client):
        headers = {"Content-Type": UPDATE, "X-Forwarded-For": client, **WRITING}
        return service.client.post(
            "/update", content=f"INSERT DATA {{ <x:a> <x:b> {number} }}", headers=headers
        )

    with launching(writable) as service, ThreadPoolExecutor(10) as pool:
        with halted(service.nursery()):
            mine = [pool.submit(update, service, number, MINE) for number in range(9)]
            until(lambda: sum(answer.done() for answer in mine) == 3)
            yours = pool.submit(update, service, 9, YOURS)
            until(lambda: service.metric("waiting_writes") == 7)
        answers = [answer.result() for answer in mine]
        done = [int(a.headers["hkkg-generation"]) for a in answers if a.status_code == 204]
        assert "other updates" in problem(next(a for a in answers if a.status_code != 204), 503)["detail"]
        assert len(done) == 6
        assert sum(generation < int(yours.result().headers["hkkg-generation"]) for generation in done) <= 2


def test_one_clients_long_queries_tell_nothing_of_anothers_that_differ_from_them():
    def kinds(client, text):
        return set(Job(QueryCall(text, None, None), None, client, 0.0, b"").kinds)

    mine = kinds(MINE, ENDLESS)
    assert mine & kinds(MINE, SHORT)
    assert mine & kinds(YOURS, ENDLESS)
    assert not mine & kinds(YOURS, SHORT)


def test_what_is_remembered_of_a_long_query_is_short():
    def kind(text):
        call = FunctionCall("show", (QueryCall(text, "JSON", None), 1_000))
        return Job(call, None, MINE, 0.0, b"").kinds

    long = "ASK {} #" + "x" * 1_000_000
    assert kind(long) == kind(long[:9] + long[9:]) != kind(f"{long}x")
    assert len(pickle.dumps(kind(long))) < 100


def waiting(line, *clients):
    """Let a call of each client wait, and return the calls."""
    jobs = [
        Job(QueryCall("ASK {}", None, None), None, client, float(n), b"") for n, client in enumerate(clients)
    ]
    for job in jobs:
        assert line.push(job) is None
    return jobs


def drained(line):
    return list(iter(line.pop, None))


def test_clients_in_line_take_turns():
    line = Line()
    one, two, three, four, five = waiting(line, "a", "a", "a", "b", "c")
    two.is_over = True
    assert drained(line) == [one, four, five, three]
    assert not line.size


def test_calls_that_were_sent_in_vain_go_first():
    line = Line()
    one, two, three = waiting(line, "a", "b", "b")
    back = waiting(Line(), "b", "a")
    line.put_back(back)
    assert drained(line) == [back[0], back[1], two, one, three]


def test_calls_whose_time_is_over_leave_the_line():
    line = Line()
    jobs = waiting(line, "a", "a", "b", "b")
    assert line.pop_late(2.0) == jobs[:3]
    assert drained(line) == jobs[3:]


def test_one_client_has_so_many_calls_in_line():
    line = Line()
    waiting(line, *["a"] * MOST_OF_CLIENT)
    (late,) = waiting(Line(), "a")
    assert line.push(late) is late
    waiting(line, "b")


def test_a_full_line_refuses_whoever_has_most_in_it():
    line = Line()
    *_, last = waiting(line, *map(str, range(MOST - 200)), *["a"] * 200)
    mine, yours = waiting(Line(), "a", "b")
    assert line.push(mine) is mine
    assert line.push(yours) is last
    assert line.size == len(drained(line)) == MOST


def test_a_line_full_of_single_calls_refuses_who_comes():
    line = Line()
    waiting(line, *map(str, range(MOST)))
    (new,) = waiting(Line(), "new")
    assert line.push(new) is new
