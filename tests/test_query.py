"""`hkkg query`: names, files, standard input, formats, and every way to get it wrong."""

import csv
import json

import pytest

from conftest import serving
from remote_support import always, answering

ASK = "ASK {}"
ROWS = 'SELECT ?a ?b { VALUES (?a ?b) { (1 "香港"@zh-Hant) (22 <https://w3id.org/hkkg/id/hong-kong>) } }'


@pytest.fixture
def query_file(tmp_path):
    path = tmp_path / "mine.rq"
    path.write_text(ROWS, encoding="utf-8")
    return path


def complains(result, *parts, code=2):
    assert result.returncode == code, result.stderr
    assert "Traceback" not in result.stderr
    for part in parts:
        assert part in result.stderr


def test_a_stored_question_is_run_by_its_name(hkkg):
    result = hkkg("query", "laboratories-by-university", "--format", "csv")
    rows = list(csv.DictReader(result.stdout.splitlines()))
    counts = {row["university"].rsplit("/", 1)[1]: (row["laboratories"], row["new"]) for row in rows}
    assert counts["university-of-hong-kong"] == ("5", "1")
    assert sum(int(number) for number, _ in counts.values()) == 16


def test_a_table_lines_up_in_any_script(hkkg, query_file):
    result = hkkg("query", query_file)
    lines = result.stdout.splitlines()
    assert lines[0].split() == ["a", "b"]
    assert [lines[2].rstrip(), lines[3].rstrip()] == [" 1   香港", "22   hk:hong-kong"]
    assert result.stderr == "2 rows\n"


def test_a_table_is_not_cut(hkkg):
    text = "很長的文字" * 100
    result = hkkg("query", "-", stdin=f'SELECT ("{text}" AS ?x) {{}}', environment={"COLUMNS": "40"})
    assert text in result.stdout


def test_markup_in_a_label_is_shown_as_it_is(hkkg):
    assert "[bold]x[/bold]" in hkkg("query", "-", stdin='SELECT ("[bold]x[/bold]" AS ?x) {}').stdout


def test_standard_input_is_read(hkkg):
    assert hkkg("query", "-", stdin=ASK).stdout == "true\n"


@pytest.mark.parametrize("name", ["json", "xml", "csv", "tsv"])
def test_every_result_format_can_be_written(hkkg, query_file, name):
    result = hkkg("query", query_file, "--format", name)
    assert result.returncode == 0
    assert "香港" in result.stdout


@pytest.mark.parametrize("name", ["turtle", "ntriples", "rdfxml", "jsonld", "trig", "nquads"])
def test_every_rdf_format_can_be_written(hkkg, name):
    query = 'CONSTRUCT { <x:a> <x:b> "香港"@zh-Hant } {}'
    assert "香港" in hkkg("query", "-", "--format", name, stdin=query).stdout


def test_a_graph_comes_as_turtle_by_default(hkkg):
    assert hkkg("query", "-", stdin="CONSTRUCT { <x:a> <x:b> 1 } {}").stdout == "<x:a> <x:b> 1 .\n"


def test_a_parameter_changes_the_answer(hkkg):
    arguments = ["query", "laboratories-of-a-university", "--format", "json"]
    default = json.loads(hkkg(*arguments).stdout)
    other = json.loads(hkkg(*arguments, "--param", "university=city-university-of-hong-kong").stdout)
    assert default != other
    assert len(other["results"]["bindings"]) == 2


def test_a_file_with_a_header_takes_parameters(hkkg, tmp_path):
    path = tmp_path / "mine.rq"
    header = (
        "#+ question: {en: Q, zh-Hant: 問}\n#+ tags: [a]\n#+ parameters: {n: {type: integer, default: 1}}\n"
    )
    path.write_text(header + "SELECT ?n { VALUES ?n { 1 } }", encoding="utf-8")
    assert hkkg("query", path, "--param", "n=7", "--format", "csv").stdout.split() == ["n", "7"]


def test_without_inference_nothing_is_inferred(hkkg):
    query = "ASK { GRAPH <https://w3id.org/hkkg/graph/inferred> { ?s ?p ?o } }"
    assert hkkg("query", "-", stdin=query).stdout == "true\n"
    assert hkkg("query", "-", "--no-inference", stdin=query).stdout == "false\n"


def test_an_endpoint_is_asked(hkkg, small_file):
    with serving(small_file) as (_, address):
        arguments = ["query", "-", "--endpoint", f"{address}sparql", "--format", "csv"]
        result = hkkg(*arguments, stdin='SELECT ?s { ?s ?p "蔭和俊"@zh-Hant }')
        assert result.stdout.split() == ["s", "https://w3id.org/hkkg/id/yin-hejun"]
        complains(hkkg(*arguments, stdin="SELECT * {"), "refused the query")


def test_an_endpoint_that_is_not_there(hkkg):
    complains(hkkg("query", "-", "--endpoint", "http://127.0.0.1:1/", stdin=ASK), "did not answer", code=3)


def test_an_answer_of_an_endpoint_that_breaks_off_is_not_written(hkkg):
    body = b'{"head":{"vars":["o"]},"results":{"bindings":[{"o":{"type":"literal","value":"1"}},'
    with answering(always(body)) as url:
        result = hkkg("query", "-", "--endpoint", url, "--format", "csv", stdin="SELECT * {}")
    complains(result, "broken or incomplete", code=3)
    assert result.stdout == ""


def test_no_text_of_an_endpoint_commands_the_terminal(hkkg):
    value = b"\\u001b]0;title\\u0007\\u001b[31mred\\r\\u202eback"
    body = b'{"head":{"vars":["o"]},"results":{"bindings":[{"o":{"type":"literal","value":"%b"}}]}}' % value
    with answering(always(body)) as url:
        result = hkkg("query", "-", "--endpoint", url, stdin="SELECT * {}")
    assert "\ufffd]0;title\ufffd\ufffd[31mred\ufffd\ufffdback" in result.stdout


def test_an_unknown_question(hkkg):
    complains(hkkg("query", "laboratories-by-universty"), "no stored question", "laboratories-by-university")


def test_an_unknown_question_unlike_any(hkkg):
    complains(hkkg("query", "zzzzzzzz"), "no stored question 'zzzzzzzz'", "hkkg questions")


def test_a_missing_file(hkkg, tmp_path):
    complains(hkkg("query", tmp_path / "missing.rq"), "missing.rq: there is no such file")


def test_a_folder(hkkg, tmp_path):
    complains(hkkg("query", tmp_path), "this is a folder")


def test_an_empty_file(hkkg, tmp_path):
    (tmp_path / "empty.rq").write_text("")
    complains(hkkg("query", tmp_path / "empty.rq"), "the file is empty")


def test_a_file_that_is_not_text(hkkg, tmp_path):
    (tmp_path / "a.rq").write_bytes(b"SELECT \xff")
    complains(hkkg("query", tmp_path / "a.rq"), "not UTF-8")


def test_an_empty_query(hkkg):
    complains(hkkg("query", "-", stdin="# nothing\n"), "standard input: the query is empty")


def test_a_syntax_error_shows_place_and_line(hkkg, tmp_path):
    path = tmp_path / "wrong.rq"
    path.write_text("SELECT * {\n  ?s ex:p ?o\n}", encoding="utf-8")
    complains(hkkg("query", path), f"{path}:2:6: the prefix ex: is not declared", "  ?s ex:p ?o\n", "^")


def test_an_update_is_no_query(hkkg):
    complains(hkkg("query", "-", stdin="INSERT DATA { <x:a> <x:b> 1 }"), "this is an update")


def test_an_unknown_parameter(hkkg):
    complains(
        hkkg("query", "laboratories-of-a-university", "--param", "univercity=x"), "Did you mean university"
    )


def test_a_parameter_of_the_wrong_type(hkkg):
    complains(hkkg("query", "laboratories-of-a-university", "--param", "university="), "university", "CURIE")


def test_a_repeated_parameter(hkkg):
    twice = ["--param", "university=hk:a", "--param", "university=hk:b"]
    complains(hkkg("query", "laboratories-of-a-university", *twice), "given twice")


def test_a_parameter_without_a_value(hkkg):
    complains(hkkg("query", "laboratories-of-a-university", "--param", "university"), "NAME=VALUE")


def test_a_parameter_for_a_query_without_a_header(hkkg, query_file):
    complains(hkkg("query", query_file, "--param", "a=b"), "no header")


def test_an_unknown_format(hkkg, query_file):
    complains(hkkg("query", query_file, "--format", "yaml"), "no format 'yaml'", "json, xml, csv, tsv")


def test_a_format_that_does_not_suit_the_answer(hkkg, query_file):
    complains(hkkg("query", query_file, "--format", "turtle"), "cannot be written as turtle")


def test_an_option_without_effect(hkkg):
    complains(hkkg("query", "-", "--endpoint", "http://x/", "--no-inference", stdin=ASK), "no effect")
