"""The pre-commit hook and the GitHub Action, run in a scratch repository."""

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[1]
BIN = Path(sys.executable).parent
SHAPES = (
    "@prefix sh: <http://www.w3.org/ns/shacl#> .\n"
    "<g:S> sh:targetClass <g:P> ; sh:property <g:named> .\n"
    "<g:named> sh:path <g:name> ; sh:minCount 1 ; sh:message 'Give a name.' .\n"
)
GOOD = "<g:a> a <g:P> ;\n    <g:name> 'A' .\n"
BAD = "<g:b> a <g:P> .\n"

pytestmark = pytest.mark.skipif(not shutil.which("git"), reason="needs git")


def environment(**variables):
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("GIT_", "GITHUB_"))}
    return kept | {
        "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}",
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_NOSYSTEM": "1",
        **variables,
    }


def call(folder, *command, **variables):
    return subprocess.run(
        command, cwd=folder, capture_output=True, text=True, check=False, env=environment(**variables)
    )


@pytest.fixture
def repository(tmp_path):
    call(tmp_path, "git", "init", "-q")
    call(tmp_path, "git", "config", "user.name", "A")
    call(tmp_path, "git", "config", "user.email", "a@example.org")
    for name, text in {"shapes/s.ttl": SHAPES, "data/good one.ttl": GOOD, "data/x/bad.ttl": BAD}.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def hooks():
    return {hook["id"]: hook for hook in yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"))}


def install(repository, hook, arguments, only="data/"):
    """Make git run a hook before each commit as pre-commit does: on the staged files that it is for."""
    script = repository / ".git" / "hooks" / "pre-commit"
    pattern = hook["files"]
    script.write_text(
        "#!/bin/sh\n"
        f"git diff --cached --name-only --diff-filter=d -z -- {only} | grep -zP {shlex.quote(pattern)} | "
        f"xargs -0 -r {hook['entry']} {shlex.join(arguments)}\n",
        encoding="utf-8",
    )
    script.chmod(0o755)


@pytest.mark.parametrize("name", ["hkkg-validate", "hkkg-format"])
def test_a_hook_is_defined_as_pre_commit_wants(name):
    hook = hooks()[name]
    assert {"id", "name", "entry", "language"} <= set(hook)
    assert (hook["language"], hook["types"]) == ("python", ["text"])
    assert re.search(hook["files"], "data/a.ttl")
    assert not re.search(hook["files"], "README.md")
    helped = call(ROOT, *shlex.split(hook["entry"]), "--help")
    assert helped.returncode == 0


def test_the_validating_hook_stops_a_commit_that_breaks_a_shape(repository):
    install(repository, hooks()["hkkg-validate"], ["--shapes", "shapes/s.ttl"])
    call(repository, "git", "add", ".")
    refused = call(repository, "git", "commit", "-qm", "Bad")
    assert refused.returncode != 0
    assert "data/x/bad.ttl:1:1: violation: <g:b>" in refused.stdout + refused.stderr
    (repository / "data/x/bad.ttl").write_text(GOOD, encoding="utf-8")
    call(repository, "git", "add", ".")
    assert call(repository, "git", "commit", "-qm", "Good").returncode == 0


def test_the_formatting_hook_changes_what_is_not_in_style(repository):
    install(repository, hooks()["hkkg-format"], ["--check"])
    call(repository, "git", "add", ".")
    assert call(repository, "git", "commit", "-qm", "Unformatted").returncode != 0
    assert call(repository, "hkkg", "format", "data").returncode == 0
    call(repository, "git", "add", ".")
    assert call(repository, "git", "commit", "-qm", "Formatted").returncode == 0


def action():
    return yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))


def run_action(repository, **inputs):
    """Run the Action's last step as GitHub does: defaults filled in, inputs as variables."""
    definition = action()
    values = {name: str(given["default"]) for name, given in definition["inputs"].items()}
    values |= {name.replace("_", "-"): value for name, value in inputs.items()}
    step = definition["runs"]["steps"][-1]
    variables = {
        name: re.sub(r"\$\{\{ inputs\.([\w-]+) \}\}", lambda found: values[found[1]], text)
        for name, text in step["env"].items()
    }
    variables |= {
        "GITHUB_ACTION_PATH": str(ROOT),
        "GITHUB_OUTPUT": str(repository / ".git/output"),
        "GITHUB_STEP_SUMMARY": str(repository / ".git/summary"),
        "RUNNER_TEMP": str(repository / ".git"),
    }
    return call(repository, "bash", "-e", "-o", "pipefail", "-c", step["run"], **variables)


def test_the_action_is_defined_as_github_wants():
    definition = action()
    assert definition["runs"]["using"] == "composite"
    assert all(given["description"] and "default" in given for given in definition["inputs"].values())
    for step in definition["runs"]["steps"]:
        assert ("run" in step) == ("shell" in step)
        assert ("run" in step) != ("uses" in step)
    used = set(re.findall(r"inputs\.([\w-]+)", (ROOT / "action.yml").read_text(encoding="utf-8")))
    assert used == set(definition["inputs"])
    assert os.access(ROOT / "action" / "validate.sh", os.X_OK)


def test_the_action_annotates_and_fails(repository):
    result = run_action(repository, files="data/**/*.ttl\n", shapes="shapes/*.ttl")
    assert (result.returncode, result.stderr) == (1, "")
    assert result.stdout.splitlines()[0].startswith("::error file=data/x/bad.ttl,line=1,col=1,")
    assert (repository / ".git/output").read_text(encoding="utf-8") == "exit-code=1\n"
    assert "1 violation: " in (repository / ".git/summary").read_text(encoding="utf-8")


def test_the_action_passes_what_conforms(repository):
    result = run_action(repository, files="  data/good one.ttl  \n\n", shapes="shapes")
    assert (result.returncode, result.stderr) == (0, "")
    assert "::" not in result.stdout


def test_the_action_knows_unusable_input_from_findings(repository):
    result = run_action(repository, files="data/none*.ttl", shapes="shapes/s.ttl", sarif_file="out.sarif")
    assert result.returncode == 2
    assert "\nhkkg: data/none*.ttl: no file matches" in result.stdout
    assert result.stdout.startswith("::error file=data/none*.ttl,title=Unusable input::no file matches.")
    assert (repository / ".git/output").read_text(encoding="utf-8") == "exit-code=2\n"
    log = json.loads((repository / "out.sarif").read_text(encoding="utf-8"))
    assert log["runs"][0]["invocations"][0]["executionSuccessful"] is False


def test_the_action_shows_no_line_of_a_broken_file_as_a_command(repository):
    (repository / "data/x/bad.ttl").write_text("<g:a> a <g:P> .\n::stop-commands::x\n", encoding="utf-8")
    result = run_action(repository, files="data", shapes="shapes")
    assert result.returncode == 2
    lines = result.stdout.splitlines()
    commands = [line for line in lines if line.lstrip().startswith("::")]
    assert commands[0].startswith("::error file=data/x/bad.ttl,line=2,col=1,")
    stop, shown, go_on = commands[-3:]
    assert shown.strip() == "::stop-commands::x"
    token = stop.removeprefix("::stop-commands::")
    assert len(token) == 32
    assert go_on == f"::{token}::"


def test_the_action_takes_a_baseline_a_language_and_writes_sarif(repository):
    command = ["validate", "data", "--shapes", "shapes/s.ttl", "--baseline", "old.json", "--update-baseline"]
    assert call(repository, "hkkg", *command).returncode == 0
    result = run_action(
        repository,
        files="data",
        shapes="shapes/s.ttl",
        baseline="old.json",
        lang="zh-Hant",
        sarif_file="out.sarif",
    )
    assert (result.returncode, result.stderr) == (0, "")
    assert "1 項舊問題" in result.stdout
    log = json.loads((repository / "out.sarif").read_text(encoding="utf-8"))
    assert [r["baselineState"] for r in log["runs"][0]["results"]] == ["unchanged"]


def test_the_action_runs_no_input_as_a_command(repository):
    result = run_action(repository, files="$(touch made)\n`touch made`\n; touch made\n--help")
    assert result.returncode == 2
    assert not (repository / "made").exists()
