"""The processes of the service: what ends which, within which time, and with which exit code and message."""

import asyncio
import json
import os
import platform
import re
import resource
import select
import signal
import socket
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import quote

import httpx
import pytest
from click.testing import CliRunner

from conftest import DEADLINE
from hkkg.cli.serve import command
from hkkg.workers.crew import Crew, Worker
from hkkg.workers.frames import Kind, frame, packed
from hkkg.workers.messages import Ended, Forked
from service_support import (
    TOKEN,
    UPDATE,
    WRITING,
    children,
    halted,
    is_alive,
    kill,
    launching,
    numbered,
    problem,
    received,
    refused_start,
    serving,
    until,
)

CROSS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"


@pytest.fixture(scope="module")
def graph(tmp_path_factory):
    path = tmp_path_factory.mktemp("processes") / "graph.ttl"
    path.write_text(numbered(1_000), encoding="utf-8")
    return path


def ended(service):
    """Wait until every process of a service is gone, and return its exit code."""
    workers = service.workers()
    code = service.process.wait(timeout=DEADLINE)
    until(lambda: not any(map(is_alive, workers)))
    return code


def test_without_the_process_that_holds_the_graph_the_service_ends(graph):
    with (
        serving(graph, "--writable", "--no-gate", "--no-inference") as service,
        ThreadPoolExecutor(2) as pool,
    ):
        query = pool.submit(service.query, CROSS)
        update = pool.submit(service.update, f"INSERT {{ <x:a> <x:b> ?n }} WHERE {{ {{ {CROSS} }} }}")
        service.busy_worker()
        until(lambda: service.metric("waiting_writes"))
        kill(service.nursery())
        assert ended(service) == 3
        assert "the process that holds the graph has ended" in service.errors
        assert "Traceback" not in service.errors
        for answer in (query, update):
            problem(answer.result(), 500)


def test_without_the_main_process_the_others_end(graph):
    with serving(graph, "--no-inference") as service:
        workers = service.workers()
        kill(service.process.pid)
        until(lambda: not any(map(is_alive, workers)))
        service.process.wait(timeout=DEADLINE)


def test_a_worker_that_has_grown_is_replaced(graph):
    settings = f"Settings(files=({str(graph)!r},), inference=False, workers=1, limits=Limits(%s))"
    ended = []
    for most in (10, 1 << 30):
        with launching(settings % f"quick_pages={most}, quick_seconds=9.0") as service:
            before = set(service.workers())
            for n in range(300):
                assert service.query(f"ASK {{ <x:s{n}> <x:p> ?o }}").text.strip() == "true"
            ended.append(before - set(service.workers()))
    assert ended[0]
    assert not ended[1]


def test_a_worker_may_grow_further_while_no_long_query_runs(graph):
    limits = "limits=Limits(quick_pages=%d, quick_seconds=0.5, closing_seconds=0.1)"
    settings = f"Settings(files=({str(graph)!r},), inference=False, workers=2, cache_bytes=0, {limits})"

    def replaced(service):
        before = set(service.workers())
        for n in range(300):
            assert service.query(f"ASK {{ <x:s{n}> <x:p> ?o }}").text.strip() == "true"
        return before - set(service.workers())

    with launching(settings % (1 << 30)) as service:
        assert not replaced(service)
        workers = set(service.workers()) - {service.nursery()}
        grown = max(Worker(Forked(pid, 0), -1, lambda _: None).pages() for pid in workers)
    with launching(settings % (grown // 2)) as service, ThreadPoolExecutor(1) as pool:
        assert not replaced(service)
        pool.submit(service.query, CROSS)
        until(lambda: service.metric("slow_queries"))
        assert replaced(service)
        kill(service.process.pid)


def test_work_for_a_client_that_is_gone_counts_too(graph):
    limits = "limits=Limits(quick_pages=10, quick_seconds=9.0)"
    counting = "SELECT (COUNT(*) AS ?n) { SELECT * { ?a ?b ?c . ?d ?e ?f } LIMIT %d }"
    with launching(f"Settings(files=({str(graph)!r},), inference=False, workers=1, {limits})") as service:
        before = service.idle_workers(4)
        for number in range(10):
            with halted(*service.idle_workers(4)):
                service.begin(counting % (500_000 + number)).close()
                until(lambda: service.metric("requests_total", status="499") > number)  # noqa: B023 - it is over by then
            until(lambda: not service.metric("quick_queries"))
        assert not before <= service.live_workers()


def opened(service):
    """Return the numbers of what a service has open."""
    return {int(path.name) for path in Path(f"/proc/{service.process.pid}/fd").iterdir()}


def let_open(service, bound=None):
    """Let a service open nothing under a number from a bound on; without one, all that it is allowed to."""
    _, most = resource.prlimit(service.process.pid, resource.RLIMIT_NOFILE)
    resource.prlimit(service.process.pid, resource.RLIMIT_NOFILE, (most if bound is None else bound, most))


@pytest.mark.parametrize("free", [0, 1])
def test_workers_come_again_once_descriptors_are_free(graph, free):
    """Each needs two: one for its connection and one for its process."""
    limits = "limits=Limits(seconds=10.0)"
    with launching(f"Settings(files=({str(graph)!r},), inference=False, workers=1, {limits})") as service:
        assert service.query("ASK { <x:s1> ?p ?o }").status_code == 200
        workers, before = service.idle_workers(4), opened(service)
        let_open(service, 3)
        for worker in workers:
            kill(worker)
        until(lambda: not service.handles())
        let_open(service, free + min(set(range(100)) - opened(service)))
        until(lambda: service.live_workers() - workers)
        let_open(service)
        assert service.query("ASK { <x:s2> ?p ?o }").status_code == 200
        until(lambda: len(service.handles()) == 4)
        assert len(opened(service)) <= len(before)


def test_a_long_query_is_stopped_in_time_also_without_a_free_descriptor(graph):
    limits = "limits=Limits(seconds=2.0)"
    with launching(f"Settings(files=({str(graph)!r},), inference=False, workers=2, {limits})") as service:
        assert service.query("ASK { <x:s1> ?p ?o }").status_code == 200
        let_open(service, 3)
        for number in (1, 2):
            problem(service.query(f"{CROSS} LIMIT {number}"), 504)


def test_the_service_may_open_what_it_is_allowed_to_and_workers_what_they_were(graph):
    before = "import resource as r; r.setrlimit(r.RLIMIT_NOFILE, (300, r.getrlimit(r.RLIMIT_NOFILE)[1]))\n"
    settings = f"Settings(files=({str(graph)!r},), inference=False)"
    with launching(settings, before=before) as service:
        least, most = resource.prlimit(service.process.pid, resource.RLIMIT_NOFILE)
        assert least == most > 300
        assert resource.prlimit(service.nursery(), resource.RLIMIT_NOFILE) == (300, most)


_FAILING = """\
import errno, os
fork = os.fork
def failing():
    if os.path.exists({flag!r}):
        raise OSError(errno.EAGAIN, os.strerror(errno.EAGAIN))
    return fork()
os.fork = failing
"""


def test_the_service_outlives_a_time_in_which_nothing_can_be_forked(graph, tmp_path):
    flag = tmp_path / "flag"
    settings = (
        f"Settings(files=({str(graph)!r},), inference=False, writable=True, gated=False, token={TOKEN!r})"
    )
    with launching(settings, before=_FAILING.format(flag=str(flag))) as service:
        workers = service.idle_workers(6)
        flag.touch()
        for worker in workers:
            kill(worker)
        until(lambda: "could not fork" in service.errors and not service.handles())
        insert = "INSERT DATA { <x:a> <x:b> <x:c> }"
        assert "Nothing was changed" in problem(service.update(insert), 503)["detail"]
        flag.unlink()
        assert service.ask("<x:s1> ?p ?o")
        assert service.update(insert).status_code == 204
        assert service.ask("<x:a> <x:b> <x:c>")


class _Nursery:
    """Stands in for the process that forks workers: what it says of them comes when a test wants it."""

    def __init__(self):
        self.process = subprocess.Popen([sys.executable, "-c", ""])
        self.handle = os.pidfd_open(self.process.pid)
        self.process.wait()
        self.packets, self.theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self.packets.settimeout(DEADLINE)
        self.worker, self.connection = socket.socketpair()
        self.seen = []

    async def __aenter__(self):
        self.crew = Crew(self.theirs, 1, lambda: None, lambda _: self.seen.append("loss"))
        self.crew.begin(0)
        assert await self.asked() == b"w"
        handles = [self.connection.fileno(), self.handle]
        socket.send_fds(self.packets, [packed(Forked(self.process.pid, 0))], handles)
        return self

    async def __aexit__(self, *_):
        asyncio.get_running_loop().remove_reader(self.theirs)
        for one in (self.packets, self.theirs, self.worker, self.connection):
            one.close()
        os.close(self.handle)

    def tell_end(self):
        self.packets.send(packed(Ended(self.process.pid, 0)))

    async def asked(self):
        return await asyncio.to_thread(self.packets.recv, 10)

    async def until(self, condition):
        while not condition():  # noqa: ASYNC110 - what is waited for has no event
            await asyncio.sleep(0)


def test_a_worker_that_ends_as_it_comes_does_not_stand_ready():
    async def run():
        async with _Nursery() as nursery:
            nursery.tell_end()
            assert await nursery.asked() == b"w"
            assert not nursery.crew.ready

    asyncio.run(run())


def test_another_worker_is_not_asked_for_at_once_if_one_ends_unasked():
    async def run():
        async with _Nursery() as nursery:
            await nursery.until(lambda: nursery.crew.ready)
            nursery.tell_end()
            await nursery.until(lambda: not nursery.crew.ready)
            assert not select.select([nursery.packets], [], [], 0)[0]
            assert await nursery.asked() == b"w"

    asyncio.run(run())


def test_what_a_worker_answered_before_it_ended_comes_before_its_end():
    async def run():
        async with _Nursery() as nursery:
            await nursery.until(lambda: nursery.crew.ready)
            nursery.crew.take().on_frame = lambda *_: nursery.seen.append("answer")
            nursery.tell_end()
            nursery.worker.sendall(frame(Kind.WHOLE, 1, b""))
            nursery.worker.close()
            await nursery.until(lambda: "loss" in nursery.seen)
            assert nursery.seen == ["answer", "loss"]

    asyncio.run(run())


def _gathers_huge_pages():
    """Whether the kernel knows madvise's MADV_COLLAPSE, and may."""
    wanted = Path("/sys/kernel/mm/transparent_hugepage/enabled")
    major, minor, *_ = map(int, re.findall(r"\d+", platform.release()))
    return wanted.exists() and "[never]" not in wanted.read_text() and (major, minor) >= (6, 1)


def test_a_large_graph_lies_in_huge_pages_where_the_kernel_has_them(tmp_path):
    path = tmp_path / "graph.ttl"
    path.write_text(numbered(30_000), encoding="utf-8")
    with serving(path, "--no-inference") as service:
        rollup = Path(f"/proc/{service.nursery()}/smaps_rollup").read_text()
        size = {name: int(value) for name, value in re.findall(r"^(\w+): +(\d+) kB", rollup, re.MULTILINE)}
        assert size["AnonHugePages"] > 0 or not _gathers_huge_pages()
        assert "30000" in service.query("SELECT (COUNT(*) AS ?n) { ?s <x:p> ?o }").text


def test_workers_begin_without_the_web_framework_and_validation():
    code = "import sys, hkkg.web.service; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    imported = set(done.stdout.split())
    assert "hkkg.workers.worker" in imported
    assert not imported & {"fastapi", "hkkg.validation", "hkkg.checks"}


def test_what_the_user_says_of_the_allocator_stands(graph, monkeypatch):
    monkeypatch.setenv("GLIBC_TUNABLES", "glibc.malloc.tcache_count=9")
    with serving(graph, "--no-inference") as service:
        environment = Path(f"/proc/{service.process.pid}/environ").read_text()
    said = dict(re.findall(r"glibc\.malloc\.(\w+)=(\d+)", environment))
    assert said == {"tcache_count": "9", "hugetlb": "1", "mxfast": "0"}


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_lets_what_runs_finish(graph, number):
    with serving(graph, "--no-inference", "--timeout", 5) as service, ThreadPoolExecutor(8) as pool:
        query = pool.submit(service.query, CROSS)
        service.busy_worker()
        service.process.send_signal(number)
        problem(query.result(), 504)
        assert ended(service) == 0
        assert service.errors == ""


def test_a_signal_lets_an_update_finish(graph, tmp_path):
    options = ("--writable", "--no-gate", "--no-inference", "--store", tmp_path / "store")
    slow = "INSERT { ?a <x:seen> ?f } WHERE { ?a <x:p> ?c . ?d <x:label> ?f FILTER STRENDS(?f, '01') }"
    with serving(graph, *options) as service, ThreadPoolExecutor(1) as pool:
        update = pool.submit(service.update, slow)
        until(lambda: service.metric("waiting_writes"))
        service.process.terminate()
        assert update.result().status_code == 204
        assert ended(service) == 0
    with serving("--no-inference", "--store", tmp_path / "store") as service:
        assert service.ask("<x:s1> <x:seen> 'label 101'")


def test_a_signal_is_obeyed_within_a_bound(graph):
    settings = f"Settings(files=({str(graph)!r},), inference=False, limits=Limits(closing_seconds=1.0))"
    with launching(settings) as service, ThreadPoolExecutor(8) as pool:
        queries = [pool.submit(service.query, f"{CROSS} LIMIT {n}") for n in range(1, 6)]
        queries.append(pool.submit(service.query, CROSS, "text/html"))
        service.busy_worker()
        with service.connect() as idle:
            service.process.terminate()
            assert ended(service) == 0
            assert idle.recv(1) == b""
        for query in queries:
            with pytest.raises(httpx.TransportError):
                query.result()
        assert "Traceback" not in service.errors


def test_a_signal_is_obeyed_within_the_same_bound_while_an_update_runs(graph):
    limits = "limits=Limits(closing_seconds=6.0, seconds=120.0)"
    options = f"inference=False, writable=True, gated=False, token={TOKEN!r}, {limits}"
    update = f"INSERT {{ <x:a> <x:b> ?n }} WHERE {{ {{ {CROSS} }} }}"
    with (
        launching(f"Settings(files=({str(graph)!r},), {options})") as service,
        ThreadPoolExecutor(1) as pool,
    ):
        answer = pool.submit(service.update, update)
        until(lambda: service.metric("waiting_writes"))
        started = time.monotonic()
        service.process.terminate()
        assert ended(service) == 0
        assert time.monotonic() - started < 2 * 6
        with pytest.raises(httpx.TransportError):
            answer.result()


def test_a_signal_breaks_an_answer_off_so_that_an_old_client_can_tell(graph):
    """To HTTP/1.0, a connection that is merely closed is the end of the answer."""
    settings = f"Settings(files=({str(graph)!r},), inference=False, limits=Limits(closing_seconds=1.0))"
    endless = quote("SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }")
    with launching(settings) as service, service.connect() as connection:
        connection.sendall(f"GET /sparql?query={endless} HTTP/1.0\r\n\r\n".encode())
        assert connection.recv(100).startswith(b"HTTP/1.1 200 ")
        service.process.terminate()
        with pytest.raises(ConnectionResetError):
            received(connection)
        assert ended(service) == 0


def validations(service):
    """Return the ids of the processes that a service validates in, which its threads start."""
    tasks = Path(f"/proc/{service.process.pid}/task").iterdir()
    threads = [int(task.name) for task in tasks if int(task.name) != service.process.pid]
    return [child for thread in threads for child in children(service.process.pid, thread)]


def test_health_needs_no_worker(graph):
    settings = (
        f"Settings(files=({str(graph)!r},), inference=False, writable=True, gated=False, token={TOKEN!r})"
    )

    def count():
        response = service.client.get("/health")
        assert response.status_code == 200
        return response.json()["triples"]

    with launching(settings) as service:
        assert until(count) == 2_000
        with halted(service.nursery(), *service.live_workers()):
            assert count() == 2_000
        assert service.update("INSERT DATA { <x:a> <x:b> <x:c> }").status_code == 204
        with halted(service.nursery(), *service.live_workers()):
            assert count() is None
        assert until(count) == 2_001


def test_a_signal_ends_a_validation(graph):
    limits = "limits=Limits(closing_seconds=1.0, validation_seconds=120)"
    shape = 'sh:path ex:name ; sh:pattern "^(a+)+$"'
    document = f"""@prefix ex: <https://example.org/> . @prefix sh: <http://www.w3.org/ns/shacl#> .
        ex:S a sh:NodeShape ; sh:targetClass ex:Person ; sh:property [ {shape} ] .
        ex:ann a ex:Person ; ex:name "{"a" * 60}!" ."""
    form = {"data": document, "shapes": document, "engine": "pyshacl", "format": "json"}
    with (
        launching(f"Settings(files=({str(graph)!r},), inference=False, {limits})") as service,
        ThreadPoolExecutor(1) as pool,
    ):
        answer = pool.submit(service.client.post, "/validate", data=form)
        (process,) = until(lambda: validations(service))
        try:
            service.process.terminate()
            assert ended(service) == 0
            until(lambda: not is_alive(process))
        finally:
            if is_alive(process):
                kill(process)
            answer.exception()


def test_options_that_are_listed():
    shown = CliRunner().invoke(command, ["--help"]).output
    for option in (
        *("--host", "--port", "--public-url", "--workers", "--timeout", "--memory", "--cache", "--store"),
        *(
            "--writable",
            "--empty",
            "--no-gate",
            "--shapes",
            "--no-inference",
            "--default-graph",
            "--endpoint",
        ),
        *("--allow-service", "--access-log"),
    ):
        assert option in shown


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ("--empty x.ttl", "--empty"),
        ("--endpoint http://127.0.0.1:1/ x.ttl", "--endpoint"),
        ("--endpoint http://127.0.0.1:1/ --writable", "--endpoint"),
        ("--endpoint http://127.0.0.1:1/ --store x", "--endpoint"),
        ("--public-url nonsense", "nonsense"),
        *(
            (f"--public-url {url}", "https://data.example.org/")
            for url in (
                *("http://x/?a=b", "http://x/#a", "https://example.org/hkkg/", "http://a@x", "http://x:y"),
                *("ftp://x", "http://", "http://[::1", "http://例.org"),
            )
        ),
        ("--workers 0", "--workers"),
        ("--timeout 0", "--timeout"),
        ("--timeout nan", "--timeout"),
        ("--memory 1", "--memory"),
        ("--cache -1", "--cache"),
        ("--default-graph both", "--default-graph"),
        ("--no-gate --shapes x.ttl --writable", "--no-gate"),
        ("--shapes x.ttl", "--writable"),
        ("--no-gate", "--writable"),
        ("--unknown", "--unknown"),
    ],
)
def test_options_that_cannot_be(options, said):
    result = CliRunner().invoke(command, options.split())
    assert result.exit_code == 2
    assert said in result.output


@pytest.mark.parametrize("url", ["http://a.org/x y", "http://a b/"])
def test_a_public_address_with_blanks(url):
    result = CliRunner().invoke(command, ["--public-url", url])
    assert result.exit_code == 2
    assert url in result.output


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ("nowhere.ttl", "nowhere.ttl"),
        ("--writable --empty --shapes nowhere.ttl", "nowhere.ttl"),
        ("--access-log /nowhere/at/all.log", "/nowhere/at/all.log"),
        ("--endpoint ftp://127.0.0.1/", "ftp"),
    ],
)
def test_a_start_that_is_refused(options, said):
    code, message = refused_start(*options.split())
    assert code == 2
    assert said in message


@pytest.mark.parametrize("token", ["", "two words", " blank", "line\n", "香港", "\x01"])
def test_a_token_that_no_header_can_hold(token):
    result = CliRunner().invoke(command, ["--writable", "--empty"], env={"HKKG_UPDATE_TOKEN": token})
    assert result.exit_code == 2
    assert "HKKG_UPDATE_TOKEN" in result.output
    assert len(token) < 7 or token not in result.output


def test_a_public_address_is_used_for_names():
    with serving("--empty", "--writable", "--no-gate", "--public-url", "https://data.example.org") as service:
        headers = {"Content-Type": "text/turtle", **WRITING}
        made = service.client.post("/graph-store", content="<> <x:b> 1 .", headers=headers)
        assert made.headers["location"].startswith("https://data.example.org/graph-store/")
        assert "https://data.example.org/sparql" in service.client.get("/sparql").text
        assert service.client.get("/query/").headers["location"] == "https://data.example.org/query"
        update = {"Content-Type": UPDATE, **WRITING}
        service.client.post("/update", content="INSERT DATA { <a> <x:b> <x:c> }", headers=update)
        found = json.loads(service.query("SELECT ?s { ?s <x:b> <x:c> }", "application/json").text)
        assert found["results"]["bindings"][0]["s"]["value"] == "https://data.example.org/a"
