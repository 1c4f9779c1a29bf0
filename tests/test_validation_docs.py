"""docs/validation.md is held against the software: its example, options, fields, limits and rules are so."""

import importlib.util
import re
import shlex
import subprocess
from pathlib import Path

import httpx
import pytest
import yaml

import hkkg as library
from conftest import DEADLINE
from hkkg.config import Limits
from hkkg.formats import RDF_FORMATS
from hkkg.validation.gaps import BLANK_FOCUS, FAULTS, GAPS
from hkkg.validation.output import WRITERS
from hkkg.web import submission

ROOT = Path(__file__).resolve().parents[1]
DOCS = ROOT / "docs"
PAGE = (DOCS / "validation.md").read_text(encoding="utf-8")
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```", re.DOTALL | re.MULTILINE)


def blocks(language):
    return [text for name, text in BLOCK.findall(PAGE) if name == language]


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """The repository that the guide speaks of, as the working folder."""
    for name, text in zip(("data/people.ttl", "shapes/person.ttl"), blocks("turtle"), strict=True):
        assert f"`{name}`" in PAGE
        (tmp_path / name).parent.mkdir()
        (tmp_path / name).write_text(text, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_the_first_example_prints_what_the_guide_shows(hkkg, folder):
    assert "hkkg validate data/*.ttl --shapes shapes/*.ttl" in blocks("sh")[1]
    run = hkkg("validate", "data/people.ttl", "--shapes", "shapes/person.ttl", cwd=folder)
    assert (run.returncode, run.stderr) == (1, "")
    assert run.stdout == blocks("text")[0]


def test_the_guide_lists_what_each_engine_gets_wrong():
    assert all(f"| {gap.name} | {gap.what} |" in PAGE for gap in (*GAPS, BLANK_FOCUS, *FAULTS))


def commands():
    lines = [line.partition("#")[0].strip() for text in blocks("sh") for line in text.splitlines()]
    return list(dict.fromkeys(line for line in lines if line.startswith("hkkg ")))


@pytest.fixture
def repository(folder):
    """The same in git, with two files to compare."""
    text = (folder / "data/people.ttl").read_text(encoding="utf-8")
    for name in ("old.ttl", "new.ttl"):
        (folder / name).write_text(text.replace("Bob", name), encoding="utf-8")
    who = ("-c", "user.name=x", "-c", "user.email=x@example.org")
    for arguments in (("init", "-q"), ("add", "data"), (*who, "commit", "-q", "-m", "x")):
        subprocess.run(["git", *arguments], cwd=folder, check=True)
    return folder


@pytest.mark.parametrize("command", commands())
def test_every_command_of_the_guide_works(hkkg, repository, command):
    words = []
    for word in shlex.split(command.partition(">")[0])[1:]:
        found = (
            [str(path.relative_to(repository)) for path in repository.glob(word)] if "*" in word else [word]
        )
        words += found
    if "--baseline" in words:
        hkkg(*words, "--update-baseline", cwd=repository)
    run = hkkg(*words, cwd=repository)
    assert run.returncode in {0, 1}, run.stderr
    assert run.returncode == 0 or run.stdout


@pytest.mark.parametrize("command", ["validate", "format"])
def test_every_option_is_in_the_guide(hkkg, command):
    options = re.findall(r"^  (--[\w-]+)", hkkg(command, "--help").stdout, re.MULTILINE)
    assert len(options) > 2
    assert [option for option in options if option not in PAGE] == []


def test_every_format_is_in_the_guide():
    table = PAGE.partition("## Formats")[2].partition("## Exit codes")[0]
    assert set(re.findall(r"^\| `(\w+)` \|", table, re.MULTILINE)) == set(WRITERS)
    assert [e for f in RDF_FORMATS for e in f.extensions if f"`.{e}`" not in PAGE] == []


def test_http_is_as_the_guide_says():
    section = PAGE.partition("## Over HTTP")[2].partition("\n## ")[0]
    limits = Limits()
    for known in (
        f"{limits.request_bytes:,} bytes",
        f"{limits.validation_seconds} seconds",
        f"{limits.validation_bytes // 1_000_000:,} MB",
    ):
        assert known in section
    assert [name for name in (*submission.FIELDS, *submission.PARAMETERS) if f"`{name}`" not in section] == []
    assert [f.name for f in submission.REPORT_FORMATS if f"`{f.name}`" not in section] == []


def test_the_posts_of_the_guide_work(server, folder):
    with httpx.Client(base_url=server, timeout=DEADLINE) as client:
        body = (folder / "data/people.ttl").read_bytes()
        first = client.post("/validate", content=body, headers={"Content-Type": "text/turtle"})
        shapes = (folder / "shapes/person.ttl").read_bytes()
        files = {"file": ("people.ttl", body), "shapes-file": ("person.ttl", shapes)}
        second = client.post("/validate", files=files, data={"format": "sarif"})
    assert first.status_code == 200
    assert len(second.json()["runs"][0]["results"]) == 2


@pytest.mark.usefixtures("folder")
def test_the_python_of_the_guide_runs(capsys):
    names = {}
    for text in blocks("python"):
        exec(text, names)  # noqa: S102 - the guide's own code
    printed = capsys.readouterr().out
    assert "data/people.ttl:5" in printed
    with pytest.raises(AssertionError, match="A person has a name"):
        names["test_the_data_conforms"]()


def test_the_attributes_of_a_report_and_a_finding_are_there():
    section = PAGE.partition("## As a library")[2].partition("\n## ")[0]
    for kind, start in ((library.Report, "A `hkkg.Report`"), (library.Finding, "A `hkkg.Finding`")):
        sentence = section.partition(start)[2].partition(". ")[0]
        for name in re.findall(r"`(\w+)(?:\(|`)", sentence):
            assert hasattr(kind, name) or hasattr(library.Place, name), name


def test_the_table_of_rules_is_that_of_the_software():
    spec = importlib.util.spec_from_file_location("rules_page", DOCS / "rules.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    assert module.page() == PAGE
    assert len(re.findall(r"^\| `[a-z-]+` \|", PAGE, re.MULTILINE)) > 10


def test_the_hook_and_the_action_are_as_the_guide_says():
    hook, workflow = (yaml.safe_load(text) for text in blocks("yaml"))
    defined = {found["id"] for found in yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"))}
    assert {used["id"] for used in hook["repos"][0]["hooks"]} <= defined
    action = yaml.safe_load((ROOT / "action.yml").read_text("utf-8"))
    (step,) = [s for s in workflow["jobs"]["validate"]["steps"] if "hkkg" in s["uses"]]
    assert set(step["with"]) <= set(action["inputs"])
    section = PAGE.partition("## In CI")[2].partition("\n## ")[0]
    assert [name for name in (*action["inputs"], *action["outputs"]) if f"`{name}`" not in section] == []
    assert {repo["rev"] for repo in hook["repos"]} == {f"v{library.__version__}"}
    assert step["uses"].endswith(f"@v{library.__version__}")
