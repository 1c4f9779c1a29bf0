import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from hkkg import paths

HKKG = Path(sys.executable).parent / "hkkg"
DATA = paths.graph_root() / "data"
LABORATORIES = DATA / "takungpao-2026" / "laboratories.ttl"
FIGURES = DATA / "takungpao-2026" / "figures.ttl"


def run(*arguments, stdin=None):
    return subprocess.run(
        [HKKG, "validate", *map(str, arguments)], capture_output=True, text=True, check=False, input=stdin
    )


def changed(tmp_path, source, old, new):
    """Copy a packaged file with its first occurrence of a text changed."""
    copy = tmp_path / source.name
    text = source.read_text(encoding="utf-8")
    assert old in text
    copy.write_text(text.replace(old, new, 1), encoding="utf-8")
    return copy


def test_the_packaged_graph_conforms():
    result = run()
    assert (result.returncode, result.stderr) == (0, "")
    assert result.stdout.startswith("conforms: ")


def test_a_packaged_file_given_by_its_path_conforms():
    result = run(LABORATORIES)
    assert (result.returncode, result.stderr) == (0, "")


def test_a_copy_of_all_data_conforms(tmp_path):
    shutil.copytree(DATA, tmp_path / "data")
    assert run(tmp_path / "data").returncode == 0


@pytest.mark.parametrize(
    ("source", "old", "new", "message"),
    [
        (
            FIGURES,
            "hkkg:value 15 ;\n    qudt:hasUnit unit:NUM",
            "hkkg:value 16 ;\n    qudt:hasUnit unit:NUM",
            "as many",
        ),
        (LABORATORIES, "hkkg:host hk:university-of-hong-kong", "hkkg:host hk:shenzhen", "name a university"),
        (LABORATORIES, "hkkg:host hk:", "hkkg:hots hk:", "Define hkkg:hots or correct its spelling"),
        (LABORATORIES, "實驗室", "实验室", "traditional characters"),
        (
            LABORATORIES,
            "hkkg:StateKeyLaboratory ;",
            "hkkg:StateKeyLab ;",
            "Did you mean hkkg:StateKeyLaboratory?",
        ),
        (FIGURES, "concept:exactly", "concept:measured", "a concept of concept:comparators"),
        (FIGURES, '"2025"^^xsd:gYear', '"2025-13"^^xsd:gYearMonth', "that exists"),
    ],
)
def test_one_change_in_a_copy_is_found_with_its_line(tmp_path, source, old, new, message):
    copy = changed(tmp_path, source, old, new)
    before = copy.read_text(encoding="utf-8").partition(new)[0]
    line = before.count("\n") + 1
    result = run(copy)
    found = [text for text in result.stdout.splitlines() if message in text]
    assert result.returncode == 1
    assert any(re.match(rf"{re.escape(str(copy))}:{line}:\d+: violation: ", text) for text in found), found


def test_a_host_taken_away_is_found(tmp_path):
    text = LABORATORIES.read_text(encoding="utf-8")
    blocks = text.split("\n\n")
    kept = [block for block in blocks if "a hkkg:Hosting ;" not in block]
    copy = tmp_path / "laboratories.ttl"
    copy.write_text("\n\n".join(kept), encoding="utf-8")
    result = run(copy)
    assert result.returncode == 1
    assert "Add an hkkg:Hosting for each host" in result.stdout


def test_standard_input_is_validated():
    result = run(
        "-",
        stdin="@prefix hk: <https://w3id.org/hkkg/id/> .\n"
        "@prefix hkkg: <https://w3id.org/hkkg/ontology#> .\n\nhk:x a hkkg:Launch .\n",
    )
    assert result.returncode == 1
    assert "standard input:4:1: violation: hk:x (hkkg:launched): " in result.stdout


def test_a_record_without_a_name_is_found():
    result = run("-", stdin="@prefix hkkg: <https://w3id.org/hkkg/ontology#> .\n\n[] a hkkg:Launch .\n")
    assert result.returncode == 1
    assert "violation: []: Name a record hk:SLUG" in result.stdout


@pytest.fixture
def own(tmp_path):
    """A person without a name, and a shape that wants one."""
    (tmp_path / "data.ttl").write_text(
        "<https://example.org/a> a <https://example.org/P> .\n", encoding="utf-8"
    )
    (tmp_path / "shapes.ttl").write_text(
        "@prefix sh: <http://www.w3.org/ns/shacl#> .\n"
        "<https://example.org/S> sh:targetClass <https://example.org/P> ;\n"
        "    sh:property [ sh:path <https://example.org/name> ; sh:minCount 1 ; sh:severity sh:Warning ] .\n",
        encoding="utf-8",
    )
    return tmp_path


def test_shapes_of_ones_own_are_used_alone(own):
    result = run(own / "data.ttl", "--shapes", own / "shapes.ttl")
    assert result.returncode == 0
    assert "warning: <https://example.org/a> (<https://example.org/name>)" in result.stdout
    assert run(own / "data.ttl", "--shapes", own / "shapes.ttl", "--fail-on", "warning").returncode == 1


@pytest.mark.parametrize("engine", ["auto", "pyshifty", "pyshacl"])
def test_every_engine_can_be_asked_for(own, engine):
    result = run(own / "data.ttl", "--shapes", own / "shapes.ttl", "--format", "json", "--engine", engine)
    report = json.loads(result.stdout)
    assert report["engine"] == ("pyshifty" if engine == "auto" else engine)
    assert [f["line"] for f in report["findings"]] == [1]


def test_a_shape_without_a_target_is_warned_of(own):
    (own / "data.ttl").write_text("<https://example.org/a> a <https://example.org/Q> .\n", encoding="utf-8")
    result = run(own / "data.ttl", "--shapes", own / "shapes.ttl", "--fail-on", "warning")
    assert result.returncode == 1
    assert (
        "shapes.ttl:2:40: warning: <https://example.org/S> (sh:targetClass): Nothing in the data"
        in result.stdout
    )


def test_the_report_is_written_as_turtle(own):
    result = run(own / "data.ttl", "--shapes", own / "shapes.ttl", "--format", "turtle")
    assert "sh:ValidationReport" in result.stdout


def test_what_can_be_read_is_checked_beside_what_cannot(tmp_path):
    (tmp_path / "good.ttl").write_text(
        "@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .\n"
        '<https://example.org/a> <https://example.org/p> "2024-13-40"^^xsd:date .\n',
        encoding="utf-8",
    )
    (tmp_path / "broken.ttl").write_text("<https://example.org/a> a\n", encoding="utf-8")
    result = run(tmp_path / "broken.ttl", tmp_path / "good.ttl")
    assert result.returncode == 2
    assert "good.ttl:2:" in result.stdout
    assert "2024-13-40" in result.stdout
    assert "broken.ttl:" in result.stderr


def test_every_unreadable_file_is_reported(tmp_path):
    (tmp_path / "broken.ttl").write_text("<https://example.org/a> a\n", encoding="utf-8")
    (tmp_path / "empty.ttl").write_text("", encoding="utf-8")
    (tmp_path / "prefix.ttl").write_text("no:such a no:prefix .\n", encoding="utf-8")
    (tmp_path / "iri.ttl").write_text(
        "<https://example.org/a b> a <https://example.org/C> .\n", encoding="utf-8"
    )
    (tmp_path / "notes.txt").write_text("hello", encoding="utf-8")
    names = ("missing.ttl", "broken.ttl", "empty.ttl", "prefix.ttl", "iri.ttl", "notes.txt")
    result = run(*(tmp_path / name for name in names))
    assert (result.returncode, result.stdout) == (2, "")
    assert [name for name in names if str(tmp_path / name) not in result.stderr] == []
    assert "Traceback" not in result.stderr


def test_an_empty_folder_is_refused(tmp_path):
    result = run(tmp_path)
    assert result.returncode == 2
    assert "the folder holds no RDF file" in result.stderr


def test_shapes_that_are_not_well_formed_are_refused(own):
    (own / "shapes.ttl").write_text(
        "@prefix sh: <http://www.w3.org/ns/shacl#> .\n"
        "<https://example.org/S> sh:targetClass <https://example.org/P> ;\n"
        "    sh:sparql [ sh:select 'SELECT' ] .\n",
        encoding="utf-8",
    )
    result = run(own / "data.ttl", "--shapes", own / "shapes.ttl")
    assert result.returncode == 2
    assert "the shape <https://example.org/S> is not well-formed: " in result.stderr


def test_an_unknown_format_is_a_mistake_of_usage():
    assert run("--format", "poem").returncode == 2


def test_a_glob_of_shapes_may_stand_after_the_data(own):
    (own / "more.ttl").write_text(
        "@prefix sh: <http://www.w3.org/ns/shacl#> .\n"
        "<https://example.org/T> sh:targetClass <https://example.org/P> ;\n"
        "    sh:property [ sh:path <https://example.org/age> ; sh:minCount 1 ] .\n",
        encoding="utf-8",
    )
    both = run(own / "data.ttl", "--shapes", own / "shapes.ttl", own / "more.ttl", "--format", "json")
    assert len(json.loads(both.stdout)["findings"]) == 2
    first = run("--shapes", own / "shapes.ttl", own / "data.ttl", "--format", "json")
    assert len(json.loads(first.stdout)["findings"]) == 1


def test_messages_come_in_the_readers_language(own):
    result = run(own / "data.ttl", "--shapes", own / "shapes.ttl", "--lang", "zh-Hans")
    assert "值不足：至少 1 个。" in result.stdout
    assert "1 项警告：" in result.stdout
    assert run("--lang", "fr").returncode == 2


def test_a_quoted_glob_is_expanded_by_the_command(own):
    result = run(own / "da*.ttl", "--shapes", own / "**" / "shapes.ttl")
    assert "1 triples against" in result.stdout
    result = run(own / "nothing*.ttl", "--shapes", own / "shapes.ttl")
    assert (result.returncode, result.stdout) == (2, "")
    assert "nothing*.ttl: no file matches." in result.stderr


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("ntriples", "<https://example.org/a> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> {} ."),
        ("trig", "<https://example.org/g> {{ <https://example.org/a> a {} }}"),
        ("jsonld", '{{"@id": "https://example.org/a", "@type": "https://example.org/P"}}'),
    ],
)
def test_standard_input_is_read_in_the_format_that_is_named(own, hkkg, name, text):
    text = text.format("<https://example.org/P>")
    command = ("validate", "-", "--shapes", own / "shapes.ttl", "--format", "json")
    named = hkkg(*command, "--input-format", name, stdin=text)
    assert [f["focus"] for f in json.loads(named.stdout)["findings"]] == ["https://example.org/a"]
    assert (hkkg(*command, stdin=text).returncode == 2) is (name != "ntriples")


def test_a_file_of_any_name_is_read_in_the_format_that_is_named(own):
    data = own / "data.ttl"
    data.rename(own / "data.txt")
    assert run(own / "data.txt", "--shapes", own / "shapes.ttl").returncode == 2
    assert run(own / "data.txt", "--shapes", own / "shapes.ttl", "--input-format", "turtle").returncode == 0


def test_a_pipe_that_a_glob_matches_is_refused_and_one_that_is_named_is_read(own, hkkg):
    os.mkfifo(own / "pipe.ttl")
    shapes = ("--shapes", own / "shapes.ttl")
    result = hkkg("validate", own / "*.ttl", *shapes)
    assert result.returncode == 2
    assert "data.ttl:1:1: warning: " in result.stdout
    assert "pipe.ttl: a pipe or device, which the glob matches, is no file.\nName it itself" in result.stderr
    named = run("/dev/stdin", "--input-format", "turtle", *shapes, stdin=(own / "data.ttl").read_text())
    assert "/dev/stdin:1:1: warning: " in named.stdout


def test_one_bad_match_of_a_glob_does_not_keep_the_others_from_being_checked(own):
    (own / "folder.ttl").mkdir()
    (own / "gone.ttl").symlink_to(own / "nowhere.ttl")
    result = run(own / "*.ttl", "--shapes", own / "shapes.ttl")
    assert result.returncode == 2
    assert "data.ttl:1:1: warning: " in result.stdout
    assert "folder.ttl: the folder holds no RDF file." in result.stderr
    assert "gone.ttl: there is no such file." in result.stderr


def test_a_file_that_is_named_in_two_ways_is_judged_once(own):
    (own / "data.ttl").write_text("[] a <https://example.org/P> .\n", encoding="utf-8")
    command = (own, own / "data.ttl", own / ".." / own.name / "data.ttl", "--shapes", own / "shapes.ttl")
    assert len(json.loads(run(*command, "--format", "json").stdout)["findings"]) == 1


def test_standard_input_is_data_or_shapes_and_not_both(own):
    shapes = (own / "shapes.ttl").read_text(encoding="utf-8")
    assert "data.ttl:1:1: warning: " in run(own / "data.ttl", "--shapes", "-", stdin=shapes).stdout
    both = run("-", "--shapes", "-", stdin=shapes)
    assert (both.returncode, both.stdout) == (2, "")
    assert "standard input cannot be both data and shapes." in both.stderr


@pytest.mark.parametrize("closed", [">&-", "2>&-"])
def test_a_closed_stream_changes_no_exit_code(own, closed):
    command = f'"$0" validate data.ttl --shapes shapes.ttl --fail-on warning {closed}'
    result = subprocess.run(["sh", "-c", command, HKKG], capture_output=True, text=True, check=False, cwd=own)
    assert (result.returncode, result.stderr) == (1, "")
    assert ("1 warning: " in result.stdout) is (closed == "2>&-")


def test_the_report_is_written_to_files_in_other_formats_too(own):
    files = {name: own / f"report.{name}" for name in ("sarif", "junit", "json")}
    further = [f"--report={name}={path}" for name, path in files.items()]
    result = run(own / "data.ttl", "--shapes", own / "shapes.ttl", *further)
    assert (result.returncode, result.stderr) == (0, "")
    assert result.stdout.endswith("by pyshifty\n")
    for name, path in files.items():
        alone = run(own / "data.ttl", "--shapes", own / "shapes.ttl", "--format", name)
        assert path.read_text(encoding="utf-8") == alone.stdout, name


def test_a_report_that_cannot_be_written_is_said_and_the_others_are_written(own):
    further = [
        "--report",
        f"sarif={own}",
        "--report",
        "json=nowhere/a.json",
        "--report",
        f"json={own}/b.json",
    ]
    result = run(own / "data.ttl", "--shapes", own / "shapes.ttl", *further)
    assert result.returncode == 2
    assert "data.ttl:1:1: warning: " in result.stdout
    assert f"{own}: this is a folder, not a file." in result.stderr
    assert "nowhere/a.json: the file cannot be written: No such file or directory." in result.stderr
    assert len(json.loads((own / "b.json").read_text(encoding="utf-8"))["findings"]) == 1


@pytest.mark.parametrize("given", ["sarif", "sarif=", "=a", "poem=a"])
def test_a_report_file_has_a_format_and_a_name(own, given):
    result = run(own / "data.ttl", "--shapes", own / "shapes.ttl", "--report", given)
    assert (result.returncode, result.stdout) == (2, "")
    assert "is not FORMAT=FILE, with one of text, turtle, json, sarif, junit, github." in result.stderr


@pytest.mark.parametrize("name", ["github", "json", "junit", "sarif"])
def test_programs_are_told_of_the_line_even_if_nothing_can_be_judged(own, name):
    (own / "data.ttl").write_text("<https://example.org/a> a\n  ex:P .\n", encoding="utf-8")
    command = (own / "data.ttl", "--shapes", own / "shapes.ttl", "--format", name)
    result = run(*command, "--report", f"{name}={own / 'report'}")
    assert result.returncode == 2
    assert result.stderr.startswith(f"hkkg: {own}/data.ttl:2:3: the prefix ex: is not declared.")
    assert re.search(r"the prefix ex: is not declared\.", result.stdout)
    assert re.search(r'line=2,|"line": 2,|line="2"|"startLine": 2,', result.stdout)
    assert (own / "report").read_text(encoding="utf-8") == result.stdout
    both = run(*command, "--report", f"{name}={own / 'nowhere' / 'report'}")
    assert both.returncode == 2
    assert "the file cannot be written" in both.stderr
    assert "the prefix ex: is not declared" in both.stderr
