"""The page in docs/ that tells what a run measured, and on what machine."""

from __future__ import annotations

import datetime as dt
import os
import platform
import shutil
import subprocess
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

_GIBIBYTE: Final = 2**30
_PACKAGES: Final = ("hkkg", "pyoxigraph", "oxigraph", "uvicorn", "rdflib", "rdflib-endpoint")
_HEAD: Final = """\
# How fast the service is

Written by `make bench` from one run on {date}; figures of another machine will differ, ratios less.

{machine}

A ratio is the median, over {rounds} rounds, of hkkg's requests a second to its peer's in the same round,
since machines are noisy: the services run side by side and are loaded in turn, with 16 connections, over a
synthetic graph of 100,000 triples. "Not cached" means that requests say `Cache-Control: no-cache`. Memory is
the proportional set size of all processes of a service together.

"""


def compose(tables: str, rounds: int) -> str:
    """Write the page around its tables."""
    machine = "".join(f"- {line}\n" for line in facts()).rstrip()
    return _HEAD.format(date=dt.datetime.now(tz=dt.UTC).date(), machine=machine, rounds=rounds) + tables


def facts() -> Iterator[str]:
    """Tell on what machine, and with what software, the figures were taken."""
    memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / _GIBIBYTE
    processor = f"{os.cpu_count()} cores ({platform.machine()}{_model()})"
    yield f"{processor}, {memory:.0f} GiB of memory, {platform.system()}"
    yield f"Python {platform.python_version()}, " + ", ".join(_versions())


def _versions() -> Iterator[str]:
    for package in _PACKAGES:
        try:
            yield f"{package} {version(package)}"
        except PackageNotFoundError:
            continue
    if program := shutil.which("virtuoso-t"):
        told = subprocess.run((program, "-?"), capture_output=True, text=True, check=False)
        lines = [line for line in (told.stdout + told.stderr).splitlines() if line.startswith("Version ")]
        yield f"Virtuoso {lines[0].split()[1]}" if lines else "Virtuoso"


def _model() -> str:
    try:
        text = Path("/proc/cpuinfo").read_text(encoding="utf-8")
    except OSError:
        return ""
    names = [line.partition(":")[2].strip() for line in text.splitlines() if line.startswith("model name")]
    return f", {names[0]}" if names else ""
