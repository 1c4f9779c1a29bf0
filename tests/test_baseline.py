"""Baselines: old findings do not fail, and fixed ones leave."""

import json
import stat
import subprocess
import sys
from pathlib import Path

import pytest

HKKG = Path(sys.executable).parent / "hkkg"
SHAPES = (
    "@prefix sh: <http://www.w3.org/ns/shacl#> .\n"
    "<g:S> sh:targetClass <g:P> ; sh:property <g:named> .\n"
    "<g:named> sh:path <g:name> ; sh:minCount 1 ; sh:message 'Give a name.' .\n"
)


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "shapes.ttl").write_text(SHAPES, encoding="utf-8")
    persons(tmp_path, "one.ttl", "a", "b")
    persons(tmp_path, "two.ttl", "c")
    return tmp_path


def persons(folder, name, *slugs):
    (folder / name).write_text("".join(f"<g:{slug}> a <g:P> .\n" for slug in slugs), encoding="utf-8")


def run(folder, *arguments, files=("one.ttl", "two.ttl"), baseline="old.json"):
    command = [HKKG, "validate", *files, "--shapes", "shapes.ttl", "--baseline", baseline, *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, cwd=folder)


def entries(folder):
    return json.loads((folder / "old.json").read_text(encoding="utf-8"))["findings"]


@pytest.fixture
def known(folder):
    assert run(folder, "--update-baseline").returncode == 0
    return folder


def test_a_baseline_that_is_not_there_yet_is_written_with_what_is_found(known):
    document = json.loads((known / "old.json").read_text(encoding="utf-8"))
    assert document["version"] == 1
    assert [(e["file"], e["text"]) for e in document["findings"]] == [
        ("one.ttl", "<g:a> (<g:name>): Give a name."),
        ("one.ttl", "<g:b> (<g:name>): Give a name."),
        ("two.ttl", "<g:c> (<g:name>): Give a name."),
    ]


def test_old_findings_do_not_fail(known):
    result = run(known)
    assert (result.returncode, result.stderr) == (0, "")
    assert result.stdout.startswith("nothing new, 3 old, in the baseline: ")


def test_old_findings_do_not_fail_after_other_lines_change(known):
    text = (known / "one.ttl").read_text(encoding="utf-8")
    (known / "one.ttl").write_text(f"# moved\n\n<g:z> <g:p> 1 .\n{text}", encoding="utf-8")
    assert run(known).returncode == 0


def test_a_new_finding_fails_and_is_alone_in_the_text(known):
    persons(known, "two.ttl", "c", "d")
    result = run(known)
    assert result.returncode == 1
    assert "two.ttl:2:1: violation: <g:d>" in result.stdout
    assert "<g:c>" not in result.stdout
    assert "1 violation, 3 old, in the baseline: " in result.stdout


def test_a_fixed_finding_is_reported_and_leaves_on_update(known):
    persons(known, "one.ttl", "a")
    before = (known / "old.json").read_bytes()
    result = run(known)
    assert result.returncode == 0
    assert "fixed: one.ttl: <g:b> (<g:name>): Give a name." in result.stderr
    assert (known / "old.json").read_bytes() == before
    updated = run(known, "--update-baseline")
    assert "fixed: one.ttl: <g:b>" in updated.stderr
    assert [entry["text"][:5] for entry in entries(known)] == ["<g:a>", "<g:c>"]
    assert run(known).stderr == ""


def test_what_was_not_validated_stays(known):
    persons(known, "one.ttl", "a")
    result = run(known, "--update-baseline", files=["one.ttl"])
    assert "two.ttl" not in result.stderr
    assert [entry["text"][:5] for entry in entries(known)] == ["<g:a>", "<g:c>"]


def test_a_renamed_file_keeps_its_old_findings(known):
    (known / "one.ttl").rename(known / "three.ttl")
    result = run(known, files=("three.ttl", "two.ttl"))
    assert (result.returncode, result.stderr) == (0, "")


def test_findings_are_matched_one_to_one(folder):
    (folder / "one.ttl").write_text("<g:x> <g:p> [ a <g:P> ] .\n", encoding="utf-8")
    run(folder, "--update-baseline", files=["one.ttl"])
    (folder / "one.ttl").write_text("<g:x> <g:p> [ a <g:P> ] , [ a <g:P> ] .\n", encoding="utf-8")
    result = run(folder, files=["one.ttl"])
    assert result.returncode == 1
    assert "1 violation, 1 old" in result.stdout


def test_paths_are_as_seen_from_the_baseline(known):
    (known / "below").mkdir()
    command = [HKKG, "validate", "../one.ttl", known / "two.ttl", "--shapes", "../shapes.ttl"]
    result = subprocess.run(
        [*command, "--baseline", "../old.json"],
        capture_output=True,
        text=True,
        check=False,
        cwd=known / "below",
    )
    assert (result.returncode, result.stderr) == (0, "")


def test_every_format_is_written_beside_a_baseline(known):
    for name in ("turtle", "json", "sarif", "junit", "github"):
        result = run(known, "--format", name)
        assert (result.returncode, result.stderr) == (0, ""), name
    assert json.loads(run(known, "--format", "json").stdout)["conforms"] is False


@pytest.mark.parametrize(
    ("text", "place", "reason"),
    [
        ('{\n "version": 2,\n "findings": []}', "old.json:2: ", "version 2; this hkkg reads version 1"),
        ('{"version": "1", "findings": []}', "old.json:1: ", 'version "1"'),
        ('{\n  "version": 1,,', "old.json:2:16: ", "not JSON"),
        ("[]", "old.json: ", "not a JSON object with a version"),
        ('{"findings": []}', "old.json: ", "not a JSON object with a version"),
        ('{"version": 1}', "old.json: ", "findings are not a list"),
        ('{"version": 1, "findings": [{"file": "a"}]}', "old.json: ", "finding 1 lacks"),
        ('{"version": 1, "findings": [7]}', "old.json: ", "finding 1 lacks"),
        ("[" * 100_000, "old.json: ", "nested too deeply"),
        ("", "old.json: ", "empty"),
    ],
)
@pytest.mark.parametrize("option", [[], ["--update-baseline"]])
def test_a_broken_baseline_is_refused_and_left_alone(folder, text, place, reason, option):
    (folder / "old.json").write_text(text, encoding="utf-8")
    result = run(folder, *option)
    assert result.returncode == 2
    assert "one.ttl:" in result.stdout  # everything else is checked all the same
    assert place in result.stderr
    assert reason in result.stderr
    assert "Traceback" not in result.stderr
    assert (folder / "old.json").read_text(encoding="utf-8") == text


def test_a_baseline_in_another_encoding_is_refused(folder):
    (folder / "old.json").write_bytes(b"\xff\xfe{\x00")
    result = run(folder)
    assert result.returncode == 2
    assert "not UTF-8" in result.stderr


def test_a_missing_baseline_is_refused_unless_it_is_to_be_written(folder):
    result = run(folder)
    assert result.returncode == 2
    assert "old.json: there is no such file" in result.stderr


def test_what_could_not_be_judged_is_not_taken_for_fixed(known):
    before = (known / "old.json").read_text(encoding="utf-8")
    shapes = (known / "shapes.ttl").read_text(encoding="utf-8")
    (known / "shapes.ttl").write_text(shapes.replace("sh:minCount 1", "sh:minCount 'one'"), encoding="utf-8")
    result = run(known, "--update-baseline")
    assert result.returncode == 2
    assert "fixed" not in result.stderr
    assert (known / "old.json").read_text(encoding="utf-8") == before


def test_an_update_needs_a_file_to_write(folder):
    command = [HKKG, "validate", "one.ttl", "--shapes", "shapes.ttl", "--update-baseline"]
    result = subprocess.run(command, capture_output=True, text=True, check=False, cwd=folder)
    assert result.returncode == 2
    assert "--baseline FILE" in result.stderr


def test_a_baseline_that_cannot_be_written_is_said(folder):
    result = run(folder, "--update-baseline", baseline="nowhere/old.json")
    assert result.returncode == 2
    assert "cannot be written" in result.stderr
    assert "one.ttl:1:1: violation" in result.stdout  # what was found is said all the same


def test_a_baseline_is_replaced_whole_and_keeps_its_permissions(known):
    (known / "old.json").chmod(0o640)
    persons(known, "one.ttl", "a")
    assert run(known, "--update-baseline").returncode == 0
    assert stat.S_IMODE((known / "old.json").stat().st_mode) == 0o640
    assert sorted(path.name for path in known.iterdir()) == ["old.json", "one.ttl", "shapes.ttl", "two.ttl"]
