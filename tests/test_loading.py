"""Reading files: every way in which one can be wrong is one clear message."""

import pytest

from hkkg import loading, vocab
from hkkg.errors import InputUnreadableError, SyntaxProblemError, UnknownFormatError
from hkkg.store import DefaultGraph, NamedNode


def written(tmp_path, content, name="a.ttl"):
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def test_a_file_becomes_a_named_graph_and_part_of_the_union(small_file):
    store = loading.load_documents(loading.read_all([str(small_file)]))
    (graph,) = store.graphs()
    every = "SELECT (COUNT(*) AS ?triples) { ?s ?p ?o }"
    named = f"SELECT (COUNT(*) AS ?triples) {{ GRAPH <{graph}> {{ ?s ?p ?o }} }}"
    assert store.query(every).table().rows == store.query(named).table().rows
    assert store.graph_sizes()[graph] > 0


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.trig", "_:g <x:of> [] . _:g { <x:a> <x:b> _:g , <<( _:g <x:b> _:g )>> . } _:h { <x:a> <x:b> 1 }"),
        ("a.nq", '_:g <x:of> _:n .\n<x:a> <x:b> _:g _:g .\n<x:a> <x:b> "1" _:h .\n'),
        ("a.jsonld", '[{"@id": "_:g", "x:of": {}, "@graph": [{"@id": "x:a", "x:b": {"@id": "_:g"}}]}]'),
    ],
)
def test_a_graph_that_a_blank_node_names_gets_an_iri(tmp_path, name, text):
    """SPARQL names graphs by IRIs alone; elsewhere the node is the same thing."""
    store = loading.load_documents(loading.read_all([str(written(tmp_path, text, name))]))
    first, *others = [graph for graph in store.graphs() if "#" in graph]
    assert first == vocab.GRAPH + f"{tmp_path}/a".lstrip("/") + "#genid-1"
    assert others in ([], [first.removesuffix("1") + "2"])
    described = f"ASK {{ <{first}> <x:of> ?n GRAPH <{first}> {{ ?s ?p <{first}> }} FILTER(ISBLANK(?n)) }}"
    assert store.query(described).boolean
    assert all(isinstance(quad.graph_name, (NamedNode, DefaultGraph)) for quad in store.quads())


def test_a_folder_means_every_rdf_file_below_it(tmp_path):
    (tmp_path / "sub").mkdir()
    written(tmp_path, "<x:a> <x:b> <x:c> .", "sub/b.nt")
    written(tmp_path, "<x:a> <x:b> <x:c> .", "a.ttl")
    written(tmp_path, "no RDF", "notes.md")
    assert [path.name for path in loading.find_files([str(tmp_path)])] == ["a.ttl", "b.nt"]


def test_a_file_named_twice_is_read_once(small_file):
    assert loading.find_files([str(small_file), str(small_file)]) == [small_file]


def test_a_file_named_in_two_ways_is_read_once(tmp_path, monkeypatch):
    path = written(tmp_path, "<x:a> <x:b> <x:c> .")
    (tmp_path / "link.ttl").symlink_to(path)
    (tmp_path / "loop").symlink_to(tmp_path)
    monkeypatch.chdir(tmp_path)
    names = ["a.ttl", str(path), f"../{tmp_path.name}/a.ttl", "link.ttl", "**/*.ttl", "."]
    assert [str(path) for path in loading.find_files(names)] == ["a.ttl"]


def test_a_folder_or_glob_leaves_out_what_is_hidden(tmp_path):
    for name in (".git/a.ttl", "sub/.venv/b.ttl", ".c.ttl", "sub/d.ttl"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        written(tmp_path, "<x:a> <x:b> <x:c> .", name)
    for argument in (tmp_path, tmp_path / "**/*.ttl"):
        assert loading.find_files([str(argument)]) == [tmp_path / "sub/d.ttl"]
    assert loading.find_files([str(tmp_path / ".git")]) == [tmp_path / ".git/a.ttl"]


def test_an_empty_argument_is_not_the_current_folder(small_file, monkeypatch):
    monkeypatch.chdir(small_file.parent)
    with pytest.raises(InputUnreadableError, match="an empty argument"):
        loading.find_files([""])


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.ttl", "@prefix x: <x:> . x:a x:b x:c ."),
        ("a.nt", "<x:a> <x:b> <x:c> ."),
        ("a.trig", "<x:a> <x:b> <x:c> ."),
        ("a.nq", "<x:a> <x:b> <x:c> ."),
        ("a.jsonld", '{"@id": "x:a", "x:b": {"@id": "x:c"}}'),
        (
            "a.rdf",
            (
                f'<rdf:RDF xmlns:rdf="{vocab.RDF}" xmlns:x="x:"><rdf:Description rdf:about="x:a">'
                '<x:b rdf:resource="x:c"/></rdf:Description></rdf:RDF>'
            ),
        ),
    ],
)
def test_a_byte_order_mark_is_no_part_of_a_document(tmp_path, name, text):
    path = written(tmp_path, b"\xef\xbb\xbf" + text.encode(), name)
    store = loading.load_documents(loading.read_all([str(path)]))
    assert {str(quad.triple) for quad in store.quads()} == {"<x:a> <x:b> <x:c>"}
    assert len(loading.read_document(path).compact_quads()) == 1


@pytest.mark.parametrize(
    ("content", "line", "complaint"),
    [
        ("<x:a> <x:b> .\n", 1, "not well-formed turtle"),
        ("\n<x:a> ex:b <x:c> .\n", 2, "prefix"),
        ("<x:a> <x:b> <x y> .\n", 1, "not well-formed turtle"),
        ("<x:a> <x:b> <relative> .\n", 1, "not well-formed turtle"),
        (b"<x:a> <x:b> '\xff' .\n", 1, "not well-formed turtle"),
    ],
)
def test_a_broken_document_is_refused_with_its_line(tmp_path, content, line, complaint):
    path = written(tmp_path, content)
    with pytest.raises(SyntaxProblemError) as caught:
        loading.load_documents(loading.read_all([str(path)]))
    assert caught.value.place.source == str(path)
    assert caught.value.place.line == line
    assert complaint in caught.value.message


def test_a_missing_file_is_refused(tmp_path):
    with pytest.raises(InputUnreadableError, match="no such file"):
        loading.read_all([str(tmp_path / "missing.ttl")])


def test_an_empty_file_is_refused(tmp_path):
    with pytest.raises(InputUnreadableError, match="empty"):
        loading.read_all([str(written(tmp_path, " \n"))])


def test_a_folder_without_rdf_is_refused(tmp_path):
    with pytest.raises(InputUnreadableError, match="no RDF file"):
        loading.read_all([str(tmp_path)])


def test_an_extension_that_names_no_format_is_refused(tmp_path):
    with pytest.raises(UnknownFormatError, match="names no RDF format"):
        loading.read_all([str(written(tmp_path, "x", "a.doc"))])


def test_a_very_long_line_is_not_shown(tmp_path):
    path = written(tmp_path, "<x:a> <x:b> " + "x" * 1_000_000)
    with pytest.raises(SyntaxProblemError) as caught:
        loading.load_documents(loading.read_all([str(path)]))
    assert len(str(caught.value)) < 1000


def test_a_text_that_is_not_utf_8_is_refused_with_its_line(tmp_path):
    with pytest.raises(InputUnreadableError) as caught:
        loading.read_text(written(tmp_path, b"a\nb\xff", "a.rq"))
    assert caught.value.place.line == 2


def test_a_byte_order_mark_is_no_part_of_a_text(tmp_path):
    assert loading.read_text(written(tmp_path, b"\xef\xbb\xbfASK {}", "a.rq")) == "ASK {}"


@pytest.mark.parametrize("name", ["a.ttl", "a.trig", "a.nt", "a.nq", "a.rdf", "a.jsonld"])
def test_nor_of_a_graph(tmp_path, name):
    triple = "<x:a> <x:b> <x:c> ."
    rdf = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
    content = {
        "a.jsonld": '{"@id": "x:a", "x:b": {"@id": "x:c"}}',
        "a.rdf": f'<r:RDF xmlns:r="{rdf}" xmlns:x="x:"><r:Description r:about="x:a"><x:b r:resource="x:c"/>'
        "</r:Description></r:RDF>",
    }.get(name, triple)
    path = written(tmp_path, f"\ufeff{content}", name)
    store = loading.load_documents(loading.read_all([str(path)]))
    assert store.query("ASK { <x:a> <x:b> <x:c> }").boolean
