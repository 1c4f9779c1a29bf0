"""Every way in which what a user gives can be wrong ends with its exit code and one clear message."""

import subprocess
import tracemalloc

import pytest

from conftest import HKKG
from hkkg import loading
from hkkg.errors import InputUnreadableError, ManyProblemsError, Place, SyntaxProblemError

GIGABYTE = 1 << 30
PREFIX = "@prefix hk: <https://w3id.org/hkkg/id/> .\n"
BAD = {
    "syntax": (f"{PREFIX}hk:a hk:b .\n", "bad.ttl:2:11: ", "  hk:a hk:b .\n"),
    "prefix": ("hk:a <x:b> <x:c> .\n", "bad.ttl:1:1: ", "@prefix hk: <https://w3id.org/hkkg/id/> ."),
    "iri": ("<x:a> <x:b> <x y> .\n", "bad.ttl:1:13: ", "write them as %XX"),
    "relative": ("<x:a> <x:b> <y> .\n", "bad.ttl:1:13: ", "@base"),
    "empty": ("", "bad.ttl: the file is empty.\n", ""),
    "binary": (b"\x00\x01\xff" * 100, "bad.ttl:1: ", "no text in UTF-8, as byte 3 shows"),
    "zeros": (bytes(1000), "bad.ttl:1: ", "no text in UTF-8, as byte 1 shows"),
    "encoding": (f"{PREFIX}hk:a hk:b '香港大學' .".encode("big5"), "bad.ttl:2: ", "no text in UTF-8"),
    "utf-16": (PREFIX.encode("utf-16"), "bad.ttl:1: ", "It begins as UTF-16 does: save it as UTF-8."),
}
READERS = {
    "validate": ("validate", "bad.ttl"),
    "shapes": ("validate", "--shapes", "bad.ttl"),
    "check": ("evidence", "check", "bad.ttl", "--source", "source.txt"),
    "show": ("evidence", "show", "--data", "bad.ttl", "hk:a"),
    "cite": ("evidence", "cite", "--data", "bad.ttl", "--source", "source.txt", "text"),
    "why": ("why", "--data", "bad.ttl", "hk:a", "hk:b", "hk:c"),
    "serve": ("serve", "--port", "0", "bad.ttl"),
}


@pytest.fixture
def refused(hkkg, tmp_path):
    """Run a command in a folder of its own, and see that it ends with one message and prints nothing."""

    def run(*arguments, code=2, **options):
        result = hkkg(*arguments, cwd=tmp_path, **options)
        assert result.returncode == code, result.stderr
        assert result.stdout == ""
        assert "Traceback" not in result.stderr
        assert result.stderr.startswith(("hkkg: ", "Usage: ", "Error: "))
        assert "\nhkkg: " not in result.stderr
        assert len(result.stderr) < 1500
        return result.stderr

    return run


def write(path, content):
    path.write_bytes(content if isinstance(content, bytes) else content.encode())


@pytest.mark.parametrize("kind", BAD)
@pytest.mark.parametrize("reader", READERS)
def test_a_bad_graph_is_refused_by_every_command(refused, tmp_path, reader, kind):
    content, place, right = BAD[kind]
    write(tmp_path / "source.txt", "text")
    write(tmp_path / "bad.ttl", content)
    complaint = refused(*READERS[reader])
    assert complaint.startswith(f"hkkg: {place}")
    assert right in complaint


@pytest.mark.parametrize("reader", READERS)
def test_a_missing_graph_and_a_folder_without_one_are_refused_by_every_command(refused, tmp_path, reader):
    assert "bad.ttl: there is no such file or folder." in refused(*READERS[reader])
    (tmp_path / "bad.ttl").mkdir()
    assert "bad.ttl: the folder holds no RDF file.\nRDF files end in .ttl, " in refused(*READERS[reader])


@pytest.mark.parametrize("reader", READERS)
def test_a_name_that_no_file_can_have_is_refused(refused, reader):
    complaint = refused(*("x" * 300 + ".ttl" if part == "bad.ttl" else part for part in READERS[reader]))
    assert "there is no such file or folder." in complaint


@pytest.mark.parametrize("name", ["big.ttl", "big.nq", "big.rdf"])
def test_a_line_of_a_gigabyte_is_refused_before_it_fills_the_memory(tmp_path, name):
    with (tmp_path / name).open("wb") as file:
        file.write(b"<x:a> <x:b> <x:c> .\n")
        file.truncate(GIGABYTE)
    tracemalloc.start()
    with pytest.raises(InputUnreadableError, match="longer than 16 MiB") as caught:
        loading.read_document(tmp_path / name)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert caught.value.place == Place(str(tmp_path / name), 2)
    assert peak < GIGABYTE / 10


@pytest.mark.parametrize(
    "arguments",
    [
        ("validate", "big"),
        ("query", "big"),
        ("query", "-"),
        ("evidence", "check", "--source", "big"),
        ("evidence", "cite", "--source", "big", "text"),
    ],
    ids=" ".join,
)
def test_a_line_of_a_gigabyte_is_refused_wherever_it_comes(tmp_path, arguments):
    path = tmp_path / "big.ttl"
    with path.open("wb") as file:
        file.truncate(GIGABYTE)
    command = [HKKG, *(str(path) if part == "big" else part for part in arguments)]
    with path.open("rb") as file:
        result = subprocess.run(command, stdin=file, capture_output=True, text=True, timeout=20, check=False)
    assert result.returncode == 2
    assert "the line is longer than 16 MiB." in result.stderr


def test_a_long_line_of_json_is_read(tmp_path):
    texts = ", ".join(f'"{n:01000d}"' for n in range(17_000))
    write(tmp_path / "a.jsonld", f'{{"@id": "x:a", "x:b": [{texts}]}}')
    assert len(loading.read_document(tmp_path / "a.jsonld").quads()) == 17_000


def test_broken_xml_is_refused_with_its_line(tmp_path):
    rdf = '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">\n'
    write(tmp_path / "a.rdf", f"{rdf}  <rdf:Description></rdf:RDF>\n")
    with pytest.raises(SyntaxProblemError) as caught:
        loading.read_document(tmp_path / "a.rdf").quads()
    assert caught.value.place.line == 2


def test_a_file_that_is_wrong_twice_is_told_of_once():
    problem = InputUnreadableError("the file is empty.", place=Place("a.ttl"))
    assert str(ManyProblemsError([problem, problem])) == "a.ttl: the file is empty."


@pytest.mark.parametrize(
    "arguments", [("query", "-"), ("validate", "-"), ("why", "--data", "-", "a", "a", "b")]
)
def test_an_empty_standard_input_is_refused(refused, arguments):
    assert "standard input: it is empty." in refused(*arguments, stdin="")


def test_a_closed_standard_input_is_refused():
    process = subprocess.run(
        ["sh", "-c", f"{HKKG} query - <&-"], capture_output=True, text=True, timeout=20, check=False
    )
    assert process.returncode == 2
    assert "standard input: there is none" in process.stderr


@pytest.mark.parametrize("command", [("check",), ("show", "hk:hong-kong"), ("cite", "text")], ids=" ".join)
@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        ("", "source.txt: the file is empty."),
        ("甲\n乙", "this is not a source that the graph cites"),
        ("甲\n乙".encode("big5"), "source.txt:1: this is not UTF-8: byte 1 cannot be read."),
        (b"a\nb\0", "source.txt:2: this is no text, as byte 4 shows"),
    ],
    ids=["empty", "other", "encoding", "binary"],
)
def test_a_source_that_is_not_the_one_cited_is_refused(refused, tmp_path, command, content, complaint):
    write(tmp_path / "source.txt", content)
    assert complaint in refused("evidence", *command, "--source", "source.txt")


@pytest.mark.parametrize(
    ("content", "place", "right"),
    [
        ("SELECT ?s WHERE {\n  ?s ?p ?o\n\n", "2:11: ", "The { in line 1 is not closed."),
        ("SELECT ?s { ?s a hkkg:X }", "1:18: ", "PREFIX hkkg: <https://w3id.org/hkkg/ontology#>"),
        ("ASK { ?s a <x y> }", "1:12: ", "<x y> is no absolute IRI"),
        ("ASK { ?s a ?t FILTR(?t) }", "1:15: ", "Did you mean FILTER?"),
        ("\0" * 10, "1: ", "this is no text"),
        (b"ASK { ?s a '\xad' }", "1: ", "this is not UTF-8"),
    ],
    ids=["end", "prefix", "iri", "keyword", "binary", "encoding"],
)
def test_a_bad_query_is_refused_with_its_place(refused, tmp_path, content, place, right):
    write(tmp_path / "bad.rq", content)
    complaint = refused("query", "bad.rq")
    assert complaint.startswith(f"hkkg: bad.rq:{place}")
    assert right in complaint


@pytest.mark.parametrize(
    "query",
    [
        f"SELECT * {{ FILTER({'(' * 100_000}1{')' * 100_000}) }}",
        f"SELECT * {{ FILTER({'!' * 300_000}true) }}",
        f"SELECT * {{ FILTER(1{'+1' * 300_000}) }}",
        f"SELECT * {{ {'MINUS {}' * 30_000} }}",
    ],
    ids=["brackets", "signs", "sums", "patterns"],
)
def test_a_query_that_would_overflow_the_stack_is_refused(refused, query):
    assert "the query " in refused("query", "-", stdin=query)


@pytest.mark.parametrize(
    "query",
    [
        f"SELECT * {{ {'MINUS {}' * 5_000} }}",
        f"SELECT * {{ FILTER({'!' * 19_000}true) }}",
        f"SELECT * {{ VALUES ?x {{ {'1 ' * 30_000} }} }}",
    ],
    ids=["patterns", "signs", "data"],
)
def test_a_large_query_is_evaluated(hkkg, query):
    result = hkkg("query", "-", "--format", "csv", stdin=query)
    assert result.returncode == 0, result.stderr


def test_what_fails_while_the_answer_is_read_is_one_message(refused):
    query = "SELECT * { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }"
    assert "could not be evaluated" in refused("query", "-", stdin=query, code=3)


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (("query", ""), "QUERY is empty"),
        (("query", "laboratories-by-universty"), "The nearest are laboratories-by-university, "),
        (("query", "x" * 300), "there is no stored question"),
        (("query", "-", "--param", "a=1"), "the query has no parameter 'a'"),
        (("query", "laboratories-by-university", "--endpoint", "elsewhere"), "Write its whole URL"),
        (("search", " "), "TEXT is empty"),
        (("search", "港大", "--type", "ex:Thing"), "`hkkg stats` lists the classes."),
        (("serve", "--port", "0", "--host", "nowhere.invalid"), "Choose an address of this machine"),
    ],
    ids=lambda value: " ".join(value)[:40] if isinstance(value, tuple) else None,
)
def test_a_bad_argument_is_refused(refused, arguments, complaint):
    code = 3 if arguments[0] == "serve" else 2
    assert complaint in refused(*arguments, stdin="ASK {}", code=code)


@pytest.mark.parametrize(
    ("iri", "complaint"),
    [
        ("hk:univrsity-of-hong-kong", "Nearest: hk:university-of-hong-kong"),
        ("no-such-thing", "the graph does not speak of no-such-thing."),
        ("http://example.org/x", "`hkkg search TEXT` finds things by their names."),
        ("ex:thing", "hkkg knows no prefix ex:.\nUse one of: concept:, "),
        ("<x y>", "this is not an IRI that RDF allows."),
        ("", "an IRI is empty."),
    ],
)
@pytest.mark.parametrize("position", ["show", "subject", "predicate", "object"])
def test_an_iri_that_the_graph_does_not_know_is_refused(refused, position, iri, complaint):
    if position == "show":
        told = refused("evidence", "show", iri)
    else:
        triple = {"subject": "hk:tianyun-camera", "predicate": "hkkg:installedOn", "object": "hk:tiangong"}
        told = refused("why", *{**triple, position: iri}.values())
    assert complaint in told or (iri == "no-such-thing" and "does not speak of" in told)


def test_an_argument_in_another_encoding_is_refused():
    result = subprocess.run([HKKG, "search", b"\xad\xbb"], capture_output=True, timeout=20, check=False)
    assert result.returncode == 2
    assert result.stderr.endswith(b"is not UTF-8.\n")


def test_any_locale_will_do(hkkg):
    result = hkkg("search", "港大", environment={"PYTHONIOENCODING": "ascii"})
    assert "香港大學" in result.stdout


@pytest.mark.parametrize("command", ["stats", "query laboratories-by-university", "export", "--help"])
def test_a_full_disk_is_no_finding(command):
    with open("/dev/full", "wb") as full:  # noqa: PTH123 - a device
        result = subprocess.run(
            [HKKG, *command.split()], stdout=full, stderr=subprocess.PIPE, text=True, timeout=20, check=False
        )
    assert result.returncode == 3
    assert result.stderr == "hkkg: standard output cannot be written: No space left on device.\n"
