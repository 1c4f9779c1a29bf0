"""Services for tests of how they hold: run with limits of the test's own, watched, and met by raw bytes."""

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections import deque
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from urllib.parse import quote

import httpx
from prometheus_client.parser import text_string_to_metric_families

from conftest import DEADLINE, HKKG, wait_for

TOKEN = "a-token-of-the-test"  # noqa: S105 - a server of the test's own
WRITING = {"Authorization": f"Bearer {TOKEN}"}
UPDATE = "application/sparql-update"
QUERY = "application/sparql-query"
TURTLE = "text/turtle"
_LAUNCH = """\
import sys
from pathlib import Path
from hkkg.config import Limits, Settings
from hkkg import listening
from hkkg.web import server
from hkkg.web.operations import AccessLog
from hkkg.web.service import Service
listener = listening.bind("127.0.0.1", 0)
service = Service({settings}, AccessLog({log!r}))
service.wait()
print(listening.address(listener), flush=True)
server.run(service, listener)
"""


class Running:
    """A service that runs: its process, what it printed as an error, its address, and a client of it."""

    def __init__(self, process, errors, address):
        self.process = process
        self.address = address
        self.client = httpx.Client(base_url=address, timeout=3 * DEADLINE)
        self._errors = errors

    @property
    def errors(self):
        self._errors.seek(0)
        return self._errors.read()

    @property
    def place(self):
        host, port = self.address.removeprefix("http://").rstrip("/").split(":")
        return host, int(port)

    def connect(self):
        return closing(socket.create_connection(self.place, DEADLINE))

    def begin(self, query, accept="text/csv", client="192.0.2.1"):
        """Send a query on a connection of its own, which is returned; it is closed with its answer."""
        connection = socket.create_connection(self.place, DEADLINE)
        fields = f"Host: x\r\nAccept: {accept}\r\nX-Forwarded-For: {client}\r\nConnection: close\r\n"
        connection.sendall(f"GET /sparql?query={quote(query)} HTTP/1.1\r\n{fields}\r\n".encode())
        return connection

    def exchange(self, data):
        """Send raw bytes, and read until the service closes the connection."""
        with self.connect() as connection:
            with suppress(ConnectionError):
                connection.sendall(data)
            return received(connection)

    def query(self, text, accept="text/csv", **headers):
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.client.get("/sparql", params={"query": text}, headers={"Accept": accept, **named})

    def ask(self, pattern):
        return self.query(f"ASK {{ {pattern} }}", "application/json").json()["boolean"]

    def update(self, text):
        headers = {"Content-Type": UPDATE, **WRITING}
        return self.client.post("/update", content=text, headers=headers)

    def metric(self, name, **labels):
        """Read a number of the metrics; all its labels together, without any."""
        families = text_string_to_metric_families(self.client.get("/metrics").text)
        samples = [
            sample for family in families for sample in family.samples if sample.name == f"hkkg_{name}"
        ]
        return sum(s.value for s in samples if labels.items() <= s.labels.items())

    def workers(self):
        """Return the ids of the processes below the service's, and the seconds that each has computed."""
        found, waiting = {}, deque([self.process.pid])
        while waiting:
            for child in children(waiting.popleft()):
                waiting.append(child)
                found[child] = cpu_seconds(child)
        return found

    def nursery(self):
        (pid,) = children(self.process.pid)
        return pid

    def live_workers(self):
        """Return the ids of the processes that answer, or stand ready to."""
        return {pid for pid in children(self.nursery()) if is_alive(pid)}

    def handles(self):
        """Return the numbers under which the service holds its workers."""
        found = []
        for path in Path(f"/proc/{self.process.pid}/fd").iterdir():
            with suppress(FileNotFoundError):  # it was closed meanwhile
                if "pidfd" in str(path.readlink()):
                    found.append(int(path.name))
        return found

    def idle_workers(self, count):
        """Wait until so many workers stand ready and none has a call, and return the ids of all."""
        until(lambda: len(self.handles()) == count)
        until(lambda: not self.metric("quick_queries") and not self.metric("slow_queries"))
        return self.live_workers()

    def busy_worker(self, least=0.1, since=None):
        """Wait until a worker has computed for some seconds, since an earlier look, and return its id."""
        nursery = self.nursery()
        before = since or {}

        def busiest():
            seconds = self.workers().items()
            workers = {pid: cpu - before.get(pid, 0.0) for pid, cpu in seconds if pid != nursery}
            pid = max(workers, key=workers.get)
            return pid if workers[pid] >= least else None

        return until(busiest)

    def stop(self):
        self.client.close()
        if self.process.poll() is None:
            self.process.terminate()
        self.process.wait(timeout=DEADLINE)


def children(pid, thread=None):
    """Return the ids of the processes that a process has started, by its main thread or by another."""
    path = Path(f"/proc/{pid}/task/{thread or pid}/children")
    with suppress(OSError):
        return [int(child) for child in path.read_text().split()]
    return []


def cpu_seconds(pid):
    with suppress(OSError):
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    return 0.0


def memory_peak(pid):
    """Return the most bytes that a process has had in memory at a time."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM"))


def is_alive(pid):
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


def until(condition):
    """Wait until a condition holds, and return what it returned."""
    end = time.monotonic() + DEADLINE
    while not (found := condition()):
        assert time.monotonic() < end
        time.sleep(0.02)
    return found


def received(connection):
    """Read until the other end closes a connection; a reset is told apart by what is raised."""
    pieces = []
    while piece := connection.recv(1 << 16):
        pieces.append(piece)
    return b"".join(pieces)


@contextmanager
def running(command, environment=None, **options):
    """Run a service by a command that prints its address, and stop it."""
    with tempfile.TemporaryFile("w+", encoding="utf-8") as errors:
        process = subprocess.Popen(
            command,
            stdout=subprocess.PIPE,
            stderr=errors,
            encoding="utf-8",
            env={**os.environ, "HKKG_UPDATE_TOKEN": TOKEN, **(environment or {})},
            **options,
        )
        line = process.stdout.readline()
        address = next((word for word in line.split() if word.startswith("http://")), None)
        if address is None:
            process.wait(timeout=DEADLINE)
            errors.seek(0)
            raise RuntimeError(f"the service did not start: {errors.read()}")
        service = Running(process, errors, address)
        try:
            wait_for(f"{address}health")
            yield service
        finally:
            service.stop()
            process.stdout.close()


def serving(*arguments, **options):
    """Run `hkkg serve` on a free port, and stop it."""
    return running([HKKG, "serve", "--port", "0", *map(str, arguments)], **options)


def launching(settings, log="-", before=""):
    """Run a service with settings in Python, which name limits that are no options, and stop it."""
    return running([sys.executable, "-P", "-c", before + _LAUNCH.format(settings=settings, log=str(log))])


def refused_start(*arguments, environment=None):
    """Start `hkkg serve`, which is expected to refuse; return its exit code and its message."""
    result = subprocess.run(
        [HKKG, "serve", "--port", "0", *map(str, arguments)],
        capture_output=True,
        encoding="utf-8",
        env={**os.environ, "HKKG_UPDATE_TOKEN": TOKEN, "COLUMNS": "200", **(environment or {})},
        timeout=DEADLINE,
        check=False,
    )
    assert "Traceback" not in result.stderr
    return result.returncode, result.stderr


def problem(response, status):
    """Check that a response is a problem document with a status, and return it."""
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/problem+json"
    document = response.json()
    assert document["status"] == status
    assert document["title"]
    assert document["detail"]
    return document


@contextmanager
def halted(*pids):
    """Let processes stand still meanwhile."""
    for pid in pids:
        os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        for pid in pids:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGCONT)


def kill(pid):
    os.kill(pid, signal.SIGKILL)


def numbered(count):
    """Write triples in Turtle, each about another subject, with values that repeat."""
    lines = (f'<x:s{n}> <x:p> <x:o{n % 100}> ; <x:label> "label {n}" .' for n in range(count))
    return "\n".join(lines)
