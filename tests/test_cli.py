"""The command as a whole: help, what to do next, exit codes, and bad files told in one message."""

import subprocess
import sys

import click
import pytest

from conftest import DEADLINE, HKKG
from hkkg import errors
from hkkg.cli import command
from hkkg.cli.exits import FAILED, USAGE, exit_code

HEAVY = {"fastapi", "jinja2", "opencc", "pyoxigraph", "pyshacl", "rdflib", "shifty", "tantivy", "uvicorn"}
NAMES = command.list_commands(click.Context(command))


def test_without_arguments_it_says_what_to_do_next(hkkg):
    result = hkkg()
    assert result.returncode == 0
    assert "What next?" in result.stdout
    assert "hkkg serve" in result.stdout


def test_the_package_can_be_run_as_a_module(hkkg):
    command = [sys.executable, "-m", "hkkg", "query", "--help"]
    result = subprocess.run(command, capture_output=True, encoding="utf-8", timeout=DEADLINE, check=False)
    assert (result.returncode, result.stdout[:18]) == (0, "Usage: hkkg query ")
    assert hkkg("query", "--help").stdout.split() == result.stdout.split()


def test_what_it_suggests_works(hkkg):
    suggested = [
        line.split("  ")[1].split() for line in hkkg().stdout.splitlines() if line.startswith("  hkkg ")
    ]
    assert len(suggested) == 6
    for arguments in suggested:
        if arguments[1] != "serve":
            assert hkkg(*arguments[1:]).returncode == 0, arguments


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (("questions", "--lang", "zh-Hans"), "哪些实验室由多于一所大学合办？"),
        (("questions", "--lang", "ZH-HANT"), "哪些實驗室由多於一所大學合辦？"),
        (("why", "hkgai-v3", "a", "hkkg:AIModel", "--lang", "zh-hant"), "陳述者"),
        (("validate", "--lang", "zh-hans"), "303"),
    ],
)
def test_languages_are_the_same_three_in_any_case(hkkg, arguments, expected):
    assert expected in hkkg(*arguments).stdout


def test_where_to_listen_is_refused_where_nothing_listens(hkkg):
    result = hkkg("mcp", "--port", "0")
    assert result.returncode == USAGE
    assert "--http" in result.stderr


@pytest.mark.parametrize("name", NAMES)
def test_every_command_has_help(hkkg, name):
    result = hkkg(name, "--help")
    assert result.returncode == 0
    assert f"Usage: hkkg {name}" in result.stdout


def test_help_imports_nothing_heavy(hkkg):
    """So that it comes at once; the benchmarks measure how soon."""
    result = hkkg("--help", environment={"PYTHONPROFILEIMPORTTIME": "1"})
    imported = {line.rpartition("|")[2].strip().partition(".")[0] for line in result.stderr.splitlines()}
    assert {"hkkg", "click"} <= imported
    assert not imported & HEAVY


def test_the_version_is_told(hkkg):
    assert hkkg("--version").stdout.startswith("hkkg, version ")


@pytest.mark.parametrize(
    "arguments", [["nothing"], ["query"], ["query", "a", "b"], ["search", "--limit", "x", "a"]]
)
def test_wrong_usage_is_one_message(hkkg, arguments):
    result = hkkg(*arguments)
    assert result.returncode == USAGE
    assert result.stderr.count("Error:") == 1
    assert "Traceback" not in result.stderr


def test_a_closed_pipe_is_no_error():
    process = subprocess.Popen(
        [HKKG, "export", "--format", "nquads"], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    process.stdout.readline()
    process.stdout.close()
    complaint = process.stderr.read()
    process.stderr.close()
    process.wait(timeout=DEADLINE)
    assert b"Traceback" not in complaint


@pytest.mark.parametrize(
    ("name", "content", "complaint"),
    [
        ("a.ttl", b"<x:a> <x:b> .\n", "a.ttl:1:"),
        ("a.ttl", b"<x:a> <x:b> 1 .\n<x:a> ex:b <x:c> .\n", "a.ttl:2:"),
        ("a.ttl", b"<x:a> <x:b> <x y> .\n", "a.ttl:1:"),
        ("a.ttl", b"", "the file is empty"),
        ("a.doc", b"x", "names no RDF format"),
        ("a.jsonld", b"{", "a.jsonld"),
        ("a.rdf", b"<rdf:RDF>", "a.rdf"),
        ("a.nq", b"<x:a> <x:b>", "a.nq:1:"),
        ("a.ttl", b"<x:a> <x:b> " + b"x" * 20_000_000, "a.ttl:1:"),
    ],
    ids=["syntax", "prefix", "iri", "empty", "extension", "jsonld", "rdfxml", "nquads", "long-line"],
)
def test_a_bad_file_is_one_message(hkkg, tmp_path, name, content, complaint):
    (tmp_path / name).write_bytes(content)
    result = hkkg("serve", "--port", "0", name, cwd=tmp_path)
    assert result.returncode == USAGE
    assert result.stdout == ""
    assert complaint in result.stderr
    assert "Traceback" not in result.stderr
    assert len(result.stderr) < 2000


@pytest.mark.parametrize(("name", "complaint"), [("missing.ttl", "no such file"), (".", "no RDF file")])
def test_a_path_without_data_is_one_message(hkkg, tmp_path, name, complaint):
    result = hkkg("serve", "--port", "0", name, cwd=tmp_path)
    assert result.returncode == USAGE
    assert complaint in result.stderr


def every_error(base=errors.HkkgError):
    for error in base.__subclasses__():
        if not error.__module__.startswith("hkkg.web."):  # those are told by HTTP alone
            yield error
        yield from every_error(error)


@pytest.mark.parametrize("error", list(every_error()), ids=lambda e: e.__name__)
def test_every_error_has_an_exit_code(error):
    assert exit_code(error("wrong")) in {USAGE, FAILED}


def test_an_error_tells_place_message_excerpt_and_hint():
    place = errors.Place("a.rq", 2, 3)
    error = errors.QuerySyntaxError("that is wrong.", place=place, excerpt="abcdef", hint="Write this.")
    assert str(error).splitlines() == ["a.rq:2:3: that is wrong.", "  abcdef", "    ^", "Write this."]


def test_the_caret_stands_below_wide_characters():
    place = errors.Place("a.ttl", 1, 4)
    error = errors.SyntaxProblemError("wrong.", place=place, excerpt="港\t大X")
    assert str(error).splitlines()[1:] == ["  港 大X", "       ^"]


def test_nothing_in_a_message_commands_the_terminal():
    error = errors.SyntaxProblemError("\x1b[31m\0", excerpt="\x07\udcff")
    assert str(error) == "\ufffd[31m\ufffd\n  \ufffd\ufffd"


def test_a_long_excerpt_is_cut_around_the_caret():
    error = errors.QuerySyntaxError(
        "wrong.", place=errors.Place("a", 1, 500), excerpt="x" * 499 + "Y" + "x" * 499
    )
    _, shown, caret = str(error).splitlines()
    assert shown[caret.index("^")] == "Y"
    assert len(shown) < 110
