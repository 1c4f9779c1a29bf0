"""The graph that the service is measured with, the queries, and how the figures come about."""

import hashlib
import importlib
import os
import re
import shutil
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace

import pytest

from hkkg import loading
from hkkg.graph import open_graph

FOLDER = Path(__file__).resolve().parents[1] / "benchmarks"
TRIPLES = 3_000
# What benchmarks/requests.lua makes wrk print, after what wrk says itself.
PRINTED = """\
Running 3s test @ http://127.0.0.1:40869
  1 threads and 16 connections
  2200 requests in 3.00s, 1.50MB read
  Non-2xx or 3xx responses: 200
{"requests": 2200, "microseconds": 2000000, "refused": 200, "broken": 3, "p50": 1500, "p99": 42250}
"""


@pytest.fixture(scope="module")
def bench():
    names = ("exchange", "figures", "graph_generator", "load", "peers", "processes", "throughput", "workload")
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(FOLDER)
        yield SimpleNamespace(
            **{n: importlib.import_module(n) for n in (*names, "page", "wrapping", "writes")}
        )


@pytest.fixture(scope="module")
def graph(bench, tmp_path_factory):
    path = tmp_path_factory.mktemp("benchmarks") / "graph.ttl"
    bench.graph_generator.write(path, TRIPLES)
    return path


@pytest.fixture(scope="module")
def store(bench, tmp_path_factory):
    path = tmp_path_factory.mktemp("benchmarks") / "larger.ttl"
    bench.graph_generator.write(path, 10 * TRIPLES)
    return open_graph([str(path)], inference=False)


def bench_scripts():
    """What `make bench` runs, and what stands alone."""
    lines = (FOLDER.parent / "Makefile").read_text(encoding="utf-8")
    return sorted({*re.findall(r"benchmarks/(\w+)\.py", lines), "allocator"})


@pytest.mark.parametrize("name", bench_scripts())
def test_a_script_says_what_it_measures(name):
    command = [sys.executable, FOLDER / f"{name}.py"]
    help_ = subprocess.run([*command, "--help"], capture_output=True, text=True, check=True).stdout
    assert help_.startswith(f"usage: {name}.py")
    wrong = subprocess.run([*command, "--fast"], capture_output=True, text=True, check=False)
    assert (wrong.returncode, "Traceback" in wrong.stderr) == (2, False)


def test_a_process_is_at_rest_only_when_its_work_is_done(bench, tmp_path):
    done = tmp_path / "done"
    code = "import sys, time\nwhile time.process_time() < 1: pass\nopen(sys.argv[1], 'x')\ntime.sleep(60)"
    with bench.processes.running([sys.executable, "-c", code, done], tmp_path / "log") as process:
        bench.processes.settle(process.pid)
        assert done.exists()


@contextmanager
def stub(bench, folder, rows):
    """Run a process that answers every SELECT with so many rows."""
    log = folder / f"stub-{rows}.log"
    with bench.processes.running((sys.executable, FOLDER / "stub_endpoint.py", str(rows)), log) as process:

        def url():
            port = log.read_text().strip()
            return f"http://127.0.0.1:{port}/sparql?query=ASK" if port else None

        address = bench.processes.await_answer(process, url, log)
        yield bench.peers.Service(f"stub-{rows}", address.partition("?")[0], process.pid)


@pytest.fixture
def service(bench, tmp_path):
    with stub(bench, tmp_path, 2000) as running:
        yield running


def test_the_same_size_gives_the_same_bytes_in_another_process(graph, tmp_path):
    again = tmp_path / "again.ttl"
    script = FOLDER / "graph_generator.py"
    environment = {**os.environ, "PYTHONHASHSEED": "7"}
    subprocess.run([sys.executable, script, str(TRIPLES), again], check=True, env=environment)
    assert hashlib.sha256(again.read_bytes()).digest() == hashlib.sha256(graph.read_bytes()).digest()


def test_the_graph_has_the_triples_that_it_says_and_was_asked_for(bench, graph, tmp_path):
    triples = len(set(loading.read_document(graph).quads()))
    assert triples == bench.graph_generator.write(tmp_path / "again.ttl", TRIPLES)
    assert TRIPLES <= triples < TRIPLES + 100


def test_the_packaged_shapes_find_nothing_in_it_nor_in_what_is_inserted(bench, graph, tmp_path, hkkg):
    more = tmp_path / "more.ttl"
    inserted = "".join(str(block) for n in (1, 2) for block in bench.graph_generator.add_scholar(n))
    more.write_text(graph.read_text("utf-8") + inserted, "utf-8")
    finished = hkkg("validate", more)
    assert finished.returncode == 0, finished.stdout


def test_the_packaged_shapes_would_find_an_error_in_it(graph, tmp_path, hkkg):
    spoilt = tmp_path / "spoilt.ttl"
    spoilt.write_text(graph.read_text("utf-8").replace("hkkg:host hk:benchmark-university", "hkkg:host hk:x"))
    finished = hkkg("validate", spoilt)
    assert finished.returncode == 1
    assert "benchmark-laboratory-1-host-1" in finished.stdout


def test_an_insertion_is_an_update_that_the_engine_admits(bench, store):
    store.update(bench.writes.insertion(5))
    assert store.graph_sizes()[bench.writes.GRAPH] > 20


def test_every_query_of_a_load_has_an_answer(bench, store):
    empty = [name for name, query in bench.workload.KINDS.items() if not store.query(query).table().rows]
    assert not empty
    assert store.query(bench.workload.SMALLEST).boolean


def test_the_mix_is_of_distinct_queries_and_asks_the_first_most(bench):
    queries = bench.workload.mix()
    drawn = bench.workload.draws(queries)
    assert len(set(queries)) == len(queries) == bench.workload.DISTINCT
    assert set(drawn) == set(queries)
    assert drawn.count(queries[0]) == pytest.approx(2 * drawn.count(queries[1]), rel=0.1)
    assert drawn == bench.workload.draws(bench.workload.mix())


def test_what_wrk_printed_is_read(bench):
    load = bench.load.parse(PRINTED)
    assert load == bench.load.Load(rate=1000.0, p50=1.5, p99=42.25, failed=203)


def test_a_wrk_that_could_not_connect_is_no_figure(bench):
    with pytest.raises(bench.processes.NotMeasuredError, match="unable to connect"):
        bench.load.parse("unable to connect to 127.0.0.1:1 Connection refused\n")


@pytest.mark.needs_wrk
@pytest.mark.skipif(not shutil.which("wrk"), reason="wrk is not installed")
def test_a_load_is_answered_and_counted(bench, service, tmp_path):
    load = bench.load.put(service, ["ASK { ?s ?p ?o }"], tmp_path, seconds=1, headers=bench.load.NOT_CACHED)
    assert load.rate > 0
    assert load.failed == 0
    assert 0 < load.p50 <= load.p99


def test_a_missing_wrk_is_said(bench, monkeypatch):
    monkeypatch.setenv("PATH", "")
    with pytest.raises(bench.processes.NotMeasuredError, match="wrk is not installed"):
        bench.load.require_wrk()


def test_the_stub_streams_the_rows_that_it_was_told_and_memory_is_seen(bench, service):
    assert bench.wrapping.count(service) == 2000
    with bench.processes.watching(service.pid, every=0.01) as samples:
        pass
    assert samples[-1] > 1


def test_services_that_do_not_answer_alike_are_not_compared(bench, service, tmp_path):
    query = "SELECT * WHERE { ?s ?p ?o }"
    bench.exchange.require_same_rows([service, service], [query])
    with (
        stub(bench, tmp_path, 3000) as other,
        pytest.raises(bench.processes.NotMeasuredError, match="do not answer alike"),
    ):
        bench.exchange.require_same_rows([service, other], [query])


def test_an_option_that_serve_has_not_is_said(bench, tmp_path):
    with (
        pytest.raises(bench.processes.NotMeasuredError, match="no --no-such-option"),
        bench.peers.hkkg(tmp_path, "--no-such-option"),
    ):
        pass


def test_a_ratio_is_of_the_same_round_and_not_of_a_load_with_errors(bench):
    throughput, load = bench.throughput, bench.load.Load
    results = throughput.Results()
    for ours, theirs in ((100, 10), (300, 100), (50, 10)):
        results.add("c", throughput.HKKG, load(ours, 1, 1, 0))
        results.add("c", throughput.OXIGRAPH, load(theirs, 1, 1, 0))
    assert results.ratio("c", throughput.OXIGRAPH) == 5
    results.add("c", throughput.HKKG, load(1000, 1, 1, failed=1))
    with pytest.raises(bench.processes.NotMeasuredError, match="errors"):
        results.ratio("c", throughput.OXIGRAPH)


def test_the_page_tells_the_machine_and_keeps_the_tables(bench):
    table = bench.figures.table(bench.figures.HEADING, [bench.figures.at_least("x", 3, 2).cells()])
    page = bench.page.compose(table, 3)
    assert "| x | 3.00 | at least 2 | yes |" in page
    assert f"{os.cpu_count()} cores" in page
    assert "pyoxigraph 0." in page
