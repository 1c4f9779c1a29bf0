"""The documentation is held against the software: what it prints, names and links is so."""

import importlib.util
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from hkkg.config import Limits
from hkkg.web.problems import STATUS
from hkkg.web.shown_answer import LONGEST

ROOT = Path(__file__).resolve().parents[1]
BIN = Path(sys.executable).parent
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
CONSOLE = re.compile(r"```console\n\$ (.*?)\n(.*?)```", re.DOTALL)
RECORD = re.compile(r"^ *(hk:[\w-]+\n    +a hkkg:.*?\.\n) *```", re.DOTALL | re.MULTILINE)
LINK = re.compile(r"\]\((?!https?:)([^)#]+)")


def script(name):
    spec = importlib.util.spec_from_file_location(name, ROOT / "docs" / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def examples():
    return [
        pytest.param(command, output, id=f"{page.name}:{command}")
        for page in PAGES
        for command, output in CONSOLE.findall(page.read_text(encoding="utf-8"))
    ]


def trimmed(text):
    return [line.rstrip() for line in text.strip().splitlines()]


@pytest.mark.parametrize(("command", "output"), examples())
def test_an_example_prints_what_the_page_shows(command, output):
    program, *arguments = shlex.split(command)
    assert program == ".venv/bin/hkkg"
    run = subprocess.run([BIN / "hkkg", *arguments], cwd=ROOT, capture_output=True, text=True, check=True)
    assert trimmed(run.stdout) == trimmed(output)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_to_files(page):
    missing = [
        link for link in LINK.findall(page.read_text(encoding="utf-8")) if not (page.parent / link).exists()
    ]
    assert missing == []


def test_every_command_is_in_both_readmes():
    listed = subprocess.run([BIN / "hkkg", "--help"], capture_output=True, text=True, check=True).stdout
    commands = re.findall(r"^  (\w+)  ", listed.partition("Commands")[2], re.MULTILINE)
    assert len(commands) > 5
    for readme in ("README.md", "README.zh-Hant.md"):
        text = (ROOT / readme).read_text(encoding="utf-8")
        assert [name for name in commands if f"`hkkg {name}" not in text] == []


def test_every_option_of_the_service_is_documented():
    shown = subprocess.run(
        [BIN / "hkkg", "serve", "--help"], capture_output=True, text=True, check=True
    ).stdout
    options = set(re.findall(r"^  (--[a-z-]+)", shown, re.MULTILINE)) - {"--help"}
    page = (ROOT / "docs" / "service.md").read_text(encoding="utf-8")
    table = page.partition("## Run it")[2].partition("## Errors")[0]
    assert "--endpoint" in options
    assert set(re.findall(r"`(--[a-z-]+)", table)) == options


def test_every_status_of_an_error_is_documented():
    page = (ROOT / "docs" / "service.md").read_text(encoding="utf-8")
    table = page.partition("## Errors")[2].partition("## Limits")[0]
    listed = {
        int(status)
        for cell in re.findall(r"^\| ([\d, ]+) \|", table, re.MULTILINE)
        for status in cell.split(",")
    }
    assert listed == {*STATUS.values(), 500}


def test_the_limits_of_the_service_are_those_documented():
    page = (ROOT / "docs" / "service.md").read_text(encoding="utf-8").partition("## Limits")[2]
    limits = Limits()
    for told in (
        f"{limits.request_bytes // 1_000_000} MB, nested {limits.nesting} brackets",
        f"{limits.write_bytes // 1_000_000} MB |",
        f"| {limits.headers}, {limits.header_bytes // 1_000} kB together",
        f"request within {limits.sending_seconds:.0f} seconds",
        f"{limits.result_bytes // 1_000_000_000} GB; {limits.shown_rows:,} rows",
        f"shows {LONGEST:,} characters of a value",
        f"| {limits.value_bytes // 1_000_000} MB |",
        f"| {limits.waiting}, of one client {limits.waiting_of_client} |",
        f"| {limits.dump_seconds:.0f} seconds |",
        f"longer than {limits.quick_seconds * 1_000:.0f} ms of a processor",
    ):
        assert told in page


def test_a_record_that_a_page_shows_is_in_the_data():
    data = "".join(path.read_text(encoding="utf-8") for path in sorted(ROOT.glob("data/**/*.ttl")))
    shown = [record for page in PAGES for record in RECORD.findall(page.read_text(encoding="utf-8"))]
    assert len(shown) > 1
    assert [record for record in map(_at_the_margin, shown) if record not in data] == []


def _at_the_margin(record):
    """Take the lines below the first out of the list that they stand in."""
    first, *others = record.splitlines(keepends=True)
    indent = len(others[-1]) - len(others[-1].lstrip()) - len("    ")
    return first + "".join(line[indent:] for line in others)


def test_the_index_of_terms_is_that_of_the_ontology():
    assert (ROOT / "docs" / "terms.md").read_text(encoding="utf-8") == script("terms").page()


def test_the_picture_is_drawn_from_the_data():
    assert (ROOT / "docs" / "graph.svg").read_text(encoding="utf-8") == script("picture").picture()


def test_the_version_is_the_same_everywhere():
    version = re.search(r'^version = "(.+)"', (ROOT / "pyproject.toml").read_text(), re.MULTILINE)[1]
    assert re.search(rf"^version: {version}$", (ROOT / "CITATION.cff").read_text(), re.MULTILINE)
    assert f'__version__ = "{version}"' in (ROOT / "src" / "hkkg" / "__init__.py").read_text()
    assert f'owl:versionInfo "{version}"' in (ROOT / "ontology" / "hkkg.ttl").read_text(encoding="utf-8")
