"""Fixtures that several test modules share."""

import os
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import closing, contextmanager
from pathlib import Path

import httpx
import pytest

from hkkg.graph import open_graph

pytest_plugins = ("browser_support",)

PROJECT = Path(__file__).resolve().parents[1]
HKKG = str(Path(sys.executable).parent / "hkkg")
DEADLINE = 30

SMALL = """\
@prefix hk: <https://w3id.org/hkkg/id/> .
@prefix hkkg: <https://w3id.org/hkkg/ontology#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
hk:university-of-hong-kong a hkkg:University ;
    skos:prefLabel "香港大學"@zh-Hant , "香港大学"@zh-Hans , "The University of Hong Kong"@en ;
    skos:altLabel "港大"@zh-Hant , "HKU"@en .
hk:city-university-of-hong-kong a hkkg:University ;
    skos:prefLabel "香港城市大學"@zh-Hant , "City University of Hong Kong"@en .
hk:yin-hejun a hkkg:Official ;
    skos:prefLabel "陰和俊"@zh-Hant , "Yin Hejun"@en ;
    skos:hiddenLabel "蔭和俊"@zh-Hant .
"""


@pytest.fixture(scope="session")
def project():
    """The checkout's folder."""
    return PROJECT


def run_hkkg(*arguments, stdin=None, cwd=None, environment=None, **options):
    """Run the installed command, and return what it printed and its exit code."""
    return subprocess.run(
        [HKKG, *map(str, arguments)],
        input=stdin,
        capture_output=True,
        encoding="utf-8",
        cwd=cwd,
        env={**os.environ, "COLUMNS": "200", **(environment or {})},
        timeout=DEADLINE * 4,
        check=False,
        **options,
    )


@pytest.fixture(scope="session")
def hkkg():
    """`run_hkkg`, for tests that need no more."""
    return run_hkkg


@pytest.fixture
def small_file(tmp_path):
    """A Turtle file with a few named things."""
    path = tmp_path / "small.ttl"
    path.write_text(SMALL, encoding="utf-8")
    return path


@contextmanager
def serving(*arguments, environment=None):
    """Run `hkkg serve` on a free port, yield its process and address, and stop it."""
    process = subprocess.Popen(
        [HKKG, "serve", "--port", "0", *map(str, arguments)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        env={**os.environ, **(environment or {})},
    )
    try:
        line = process.stdout.readline()
        address = next((word for word in line.split() if word.startswith("http://")), None)
        if address is None:
            pytest.fail(f"the server did not start: {line} {process.stderr.read()}")
        wait_for(f"{address}health")
        yield process, address
    finally:
        process.terminate()
        process.communicate(timeout=DEADLINE)


def wait_for(url):
    """Wait until a URL answers."""
    end = time.monotonic() + DEADLINE
    while True:
        try:
            with urllib.request.urlopen(url, timeout=DEADLINE) as response:  # noqa: S310 - a server of the test's own
                return response.read()
        except OSError:
            if time.monotonic() > end:
                raise
            time.sleep(0.02)


@pytest.fixture(scope="session")
def server():
    """The address of a server of the packaged graph."""
    with serving() as (_, address):
        yield address


@pytest.fixture(scope="module")
def client(server):
    """A client of that server."""
    with httpx.Client(base_url=server, timeout=DEADLINE) as opened:
        yield opened


@pytest.fixture
def trap():
    """A listener that nobody should connect to."""
    with closing(socket.create_server(("127.0.0.1", 0))) as listener:
        listener.settimeout(0.2)
        yield listener


@pytest.fixture(scope="session")
def packaged():
    """The packaged graph, reasoned over; nobody changes it."""
    return open_graph()


def pytest_terminal_summary(terminalreporter):
    """Where every tool was installed for the tests, say which of them were skipped all the same."""
    skipped = terminalreporter.stats.get("skipped", [])
    if os.environ.get("HKKG_NO_SKIPS") and skipped:
        terminalreporter.section("skipped although HKKG_NO_SKIPS is set")
        for report in skipped:
            terminalreporter.line(f"{report.nodeid}: {report.longrepr[2]}")


def pytest_sessionfinish(session):
    """Fail a run that skipped a test although nothing may be missing."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    skipped = reporter.stats.get("skipped") if reporter else None
    if os.environ.get("HKKG_NO_SKIPS") and skipped and session.exitstatus == 0:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
