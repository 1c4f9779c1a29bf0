"""Starting and stopping the processes that are measured, and their memory as the kernel counts it."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import time
import urllib.error
import urllib.request
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

MEBIBYTE: Final = 2**20
_KIBIBYTES_OF_MEBIBYTE: Final = 1024
_PATIENCE: Final = 120.0
_LOOK_SECONDS: Final = 0.3
_IDLE: Final = 0.05
"""Of one processor, that a process at rest may still take."""

_USER_TICKS: Final = 11
"""Index of the processor time among the fields that follow a process's name (proc_pid_stat(5))."""

_PSS: Final = re.compile(r"^Pss:\s+(\d+) kB", re.MULTILINE)


class NotMeasuredError(Exception):
    """A figure cannot be measured here; the message says why."""


def free_port() -> int:
    """Find a port that nobody listens at."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running(
    command: Sequence[str | Path], log: Path, environment: Mapping[str, str] | None = None
) -> Iterator[subprocess.Popen[bytes]]:
    """Run a command in the background, its output in a file, and stop it at the end."""
    with log.open("wb") as output:
        process = subprocess.Popen(command, stdout=output, stderr=subprocess.STDOUT, env=environment)
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(timeout=30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def await_answer(process: subprocess.Popen[bytes], url: Callable[[], str | None], log: Path) -> str:
    """Wait until a server answers at its URL, which may itself have to be waited for; return the URL.

    Raises:
        NotMeasuredError: the server ended, or did not answer in time.
    """
    end = time.monotonic() + _PATIENCE
    while time.monotonic() < end:
        if process.poll() is not None:
            break
        address = url()
        if address and answers(address):
            return address
        time.sleep(0.01)
    said = log.read_text(encoding="utf-8", errors="replace").strip().splitlines()
    raise NotMeasuredError(f"{log.stem} did not serve: {said[-1] if said else 'silence'}")


def answers(url: str) -> bool:
    """Tell whether a URL answers with success."""
    try:
        with urllib.request.urlopen(url, timeout=60) as response:  # noqa: S310 - a server just started
            return bool(response.status < 400)  # noqa: PLR2004 - HTTP's errors
    except OSError:
        return False


def tree(pid: int) -> list[int]:
    """Return a process and its descendants."""
    found = [pid]
    for children in Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            text = children.read_text(encoding="ascii")
        except OSError:
            continue
        found += [descendant for child in text.split() for descendant in tree(int(child))]
    return found


def cpu_seconds(pid: int) -> float:
    """Return the processor time that a process and its descendants have taken so far."""
    ticks = 0
    for one in tree(pid):
        try:
            fields = Path(f"/proc/{one}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
        except OSError:  # it ended meanwhile
            continue
        ticks += int(fields[_USER_TICKS]) + int(fields[_USER_TICKS + 1])
    return ticks / os.sysconf("SC_CLK_TCK")


def settle(pid: int) -> None:
    """Wait until a process and its descendants are at rest.

    A server goes on with the requests of a load that has ended, and whoever is measured next would pay.

    Raises:
        NotMeasuredError: it does not come to rest.
    """
    end, before = time.monotonic() + _PATIENCE, cpu_seconds(pid)
    while time.monotonic() < end:
        time.sleep(_LOOK_SECONDS)
        now = cpu_seconds(pid)
        if now - before < _IDLE * _LOOK_SECONDS:
            return
        before = now
    raise NotMeasuredError(f"process {pid} did not come to rest after a load")


def pss(pid: int) -> float:
    """Return the proportional set size of a process and its descendants together, in MiB."""
    total = 0
    for one in tree(pid):
        try:
            text = Path(f"/proc/{one}/smaps_rollup").read_text(encoding="ascii")
        except OSError:  # it ended meanwhile
            continue
        match = _PSS.search(text)
        total += int(match[1]) if match else 0
    return total / _KIBIBYTES_OF_MEBIBYTE


@contextmanager
def watching(pid: int, every: float = 1.0) -> Iterator[list[float]]:
    """Sample the memory of a process and its descendants; the list grows until the end."""
    samples: list[float] = []
    over = Event()

    def watch() -> None:
        while not over.wait(every):
            samples.append(pss(pid))

    thread = Thread(target=watch)
    thread.start()
    try:
        yield samples
    finally:
        over.set()
        thread.join()
        samples.append(pss(pid))
