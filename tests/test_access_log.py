"""The access log: whatever becomes of its file, requests are answered, and what it lacks is told."""

import fcntl
import json
import os
import re
import resource
import termios
from contextlib import suppress

import pytest

from service_support import launching, serving, until

FULL = "/dev/full"
LONG = "/" + "x" * 60_000


@pytest.fixture
def pipe(tmp_path):
    """A pipe that nobody reads until the test does: its path, and the end to read from."""
    path = tmp_path / "pipe"
    os.mkfifo(path)
    reader = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    yield path, reader
    os.close(reader)


def paths_in(text):
    return [json.loads(line)["path"] for line in text.splitlines()]


def lacking(service):
    return sum(map(int, re.findall(r"lacks (\d+) lines", service.errors)))


def is_full(reader):
    waiting = int.from_bytes(fcntl.ioctl(reader, termios.FIONREAD, bytes(4)), "little")
    return waiting > fcntl.fcntl(reader, fcntl.F_GETPIPE_SZ) - resource.getpagesize()


def fill(service, reader):
    """Make requests until the pipe takes no more lines of them, and return how many."""
    count = 8
    for _ in range(count):
        assert service.client.get(LONG).status_code == 404
    until(lambda: is_full(reader))
    return count


def test_a_line_goes_to_standard_error():
    with launching("Settings(empty=True)", "-") as service:
        service.client.get("/nothing")
        until(lambda: '"path": "/nothing"' in service.errors)
        service.client.get("/last")
        service.stop()
        assert '"path": "/last"' in service.errors


def test_a_full_disk_ends_nothing_and_is_told_once():
    with serving("--empty", "--access-log", FULL) as service:
        for number in range(20):
            assert service.client.get(f"/nothing-{number}").status_code == 404
        until(lambda: "the access log cannot be written: No space left on device" in service.errors)
        assert service.client.get("/health").status_code == 200
        service.stop()
        assert service.process.returncode == 0
        assert service.errors.count("cannot be written") == 1
        assert lacking(service) > 20
        assert "Traceback" not in service.errors


def test_what_a_full_disk_did_not_take_is_written_when_there_is_room(tmp_path):
    """A limit on the size of files stands for the end of the disk, as for the store."""
    log, most = tmp_path / "access.log", 2_000
    paths = [f"/nothing-{number}" for number in range(50)]

    def limit():
        resource.setrlimit(resource.RLIMIT_FSIZE, (most, resource.RLIM_INFINITY))

    with serving("--empty", "--access-log", log, preexec_fn=limit) as service:
        for path in paths:
            service.client.get(path)
        until(lambda: "cannot be written" in service.errors)
        assert log.stat().st_size == most
        unlimited = (resource.RLIM_INFINITY, resource.RLIM_INFINITY)
        resource.prlimit(service.process.pid, resource.RLIMIT_FSIZE, unlimited)
        until(lambda: "written again; it lacks 0 lines" in service.errors)
        service.client.get("/last")
        text = until(lambda: "/last" in (text := log.read_text()) and text)
    noted = [path for path in paths_in(text) if path != "/health"]
    assert noted == [*paths, "/last"]


def test_a_pipe_that_nobody_reads_holds_up_neither_requests_nor_the_end(pipe):
    path, reader = pipe
    with serving("--empty", "--access-log", path) as service:
        fill(service, reader)
        for _ in range(3):
            assert service.client.get("/health").status_code == 200
        service.stop()
        assert service.process.returncode == 0


def test_lines_that_wait_too_long_are_lost_and_counted(pipe):
    path, reader = pipe
    pieces = []

    def lines():
        """Read what there is, and return all whole lines so far about the long path."""
        with suppress(BlockingIOError):
            while piece := os.read(reader, 1 << 20):
                pieces.append(piece)
        whole = b"".join(pieces).rpartition(b"\n")[0].decode()
        return [line for line in paths_in(whole) if line == LONG]

    with serving("--empty", "--access-log", path) as service:
        count = fill(service, reader)
        for _ in range(300):  # more than are kept
            service.client.get(LONG)
            count += 1
        until(lambda: len(lines()) + lacking(service) == count)
        assert lacking(service) > 0
        service.client.get("/last")
        until(lambda: len(lines()) and b"/last" in b"".join(pieces))
