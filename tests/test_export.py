"""Exports: readable by other tools, always the same, and written whole or not at all."""

import shutil
import subprocess

import pytest
import rdflib
import rdflib.compare

from hkkg import exporting, formats, loading
from hkkg.errors import OutputError, UnknownResourceError
from hkkg.formats import RDF_FORMATS
from hkkg.store import DefaultGraph, EmbeddedStore, Quad, canonical, parse

RDFLIB = {"ntriples": "nt", "rdfxml": "xml", "jsonld": "json-ld"}
RAPPER = {"turtle": "turtle", "ntriples": "ntriples", "rdfxml": "rdfxml", "trig": "trig", "nquads": "nquads"}
GRAPH = "https://w3id.org/hkkg/graph/data/ror/organizations"


def seen(store, target):
    """The quads that an export in a format should hold, with stable names of blank nodes."""
    if target.holds_graphs:
        return set(canonical(q for q in store.quads() if not isinstance(q.graph_name, DefaultGraph)))
    return set(canonical(store.quads(graph=DefaultGraph())))


def reread(data, target):
    """Parse an export, and spell numbers as a store does."""
    store = EmbeddedStore()
    store.add(parse(data, target, source="export"), in_union=False)
    return set(canonical(store.quads()))


@pytest.mark.parametrize("target", RDF_FORMATS, ids=lambda f: f.name)
def test_an_export_read_again_is_the_same_graph(packaged, target):
    assert reread(exporting.export(packaged, target), target) == seen(packaged, target)


# rdflib uses what its own Dataset deprecates.
@pytest.mark.filterwarnings("ignore:(Dataset|ConjunctiveGraph):DeprecationWarning")
@pytest.mark.parametrize("target", RDF_FORMATS, ids=lambda f: f.name)
def test_rdflib_reads_every_export_to_the_same_graph(packaged, target):
    graph = rdflib.Dataset() if target.holds_graphs else rdflib.Graph()
    graph.parse(data=exporting.export(packaged, target), format=RDFLIB.get(target.name, target.name))
    written = formats.NQUADS if target.holds_graphs else formats.NTRIPLES
    data = graph.serialize(format=RDFLIB.get(written.name, written.name), encoding="utf-8")
    assert reread(data, written) == seen(packaged, target)


@pytest.mark.needs_raptor
@pytest.mark.skipif(not shutil.which("rapper"), reason="raptor is not installed")
@pytest.mark.parametrize("name", RAPPER)
def test_raptor_reads_every_export_to_as_many_triples(packaged, tmp_path, name):
    target = formats.by_name(name, RDF_FORMATS)
    path = tmp_path / f"graph.{target.extensions[0]}"
    path.write_bytes(exporting.export(packaged, target))
    command = ["rapper", "-q", "-i", RAPPER[name], "-o", "nquads", str(path)]
    result = subprocess.run(command, capture_output=True, check=True)
    assert len(result.stdout.splitlines()) == len(seen(packaged, target))


@pytest.mark.parametrize("target", RDF_FORMATS, ids=lambda f: f.name)
def test_the_same_files_give_the_same_bytes(tmp_path, target):
    path = tmp_path / "a.ttl"
    path.write_text("<x:b> <x:p> [ <x:q> 2 , 1 ] . <x:a> <x:p> [ <x:q> 3 ] .", encoding="utf-8")
    first, second = (loading.load_documents(loading.read_all([str(path)])) for _ in range(2))
    assert exporting.export(first, target) == exporting.export(second, target)


def test_one_graph_can_be_chosen(packaged):
    quads = parse(exporting.export(packaged, formats.NQUADS, [GRAPH]), formats.NQUADS, source="export")
    assert {q.graph_name.value for q in quads} == {GRAPH}


def test_a_graph_can_be_named_by_its_path(packaged):
    assert exporting.export(packaged, formats.TRIG, ["data/ror/organizations"])


def test_an_unknown_graph_is_refused_with_the_nearest(packaged):
    with pytest.raises(UnknownResourceError) as caught:
        exporting.export(packaged, formats.TRIG, ["graph:data/ror/organisations"])
    assert "graph:data/ror/organizations" in caught.value.hint


def test_shapes_are_in_no_export_of_triples(packaged):
    shape = b"http://www.w3.org/ns/shacl#NodeShape"
    assert shape not in exporting.export(packaged, formats.NTRIPLES)
    assert shape in exporting.export(packaged, formats.NQUADS)


def test_a_file_is_replaced_and_keeps_its_mode(tmp_path):
    path = tmp_path / "graph.ttl"
    path.write_text("old")
    path.chmod(0o640)
    exporting.write_file(b"new", path)
    assert path.read_bytes() == b"new"
    assert path.stat().st_mode & 0o777 == 0o640
    assert list(tmp_path.iterdir()) == [path]


def test_a_link_is_followed(tmp_path):
    target = tmp_path / "target.ttl"
    target.write_text("old")
    link = tmp_path / "link.ttl"
    link.symlink_to(target)
    exporting.write_file(b"new", link)
    assert link.is_symlink()
    assert target.read_bytes() == b"new"


def test_a_write_that_fails_leaves_the_old_file(tmp_path, monkeypatch):
    path = tmp_path / "graph.ttl"
    path.write_text("old")

    def full(_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(exporting.os, "fsync", full)
    with pytest.raises(OutputError, match="No space left"):
        exporting.write_file(b"new", path)
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_device_is_written_to(hkkg):
    assert hkkg("export", "--format", "ntriples", "--output", "/dev/null").returncode == 0


def test_the_command_writes_what_the_name_says(hkkg, tmp_path):
    path = tmp_path / "graph.nt"
    assert hkkg("export", "--output", path, "--graph", GRAPH).returncode == 0
    graph = rdflib.Graph().parse(path)
    assert len(graph) > 0


def test_the_command_writes_trig_by_default(hkkg):
    result = hkkg("export", "--graph", "graph:data/ror/organizations")
    assert result.stdout.startswith("@prefix ")


def test_without_inference_nothing_inferred_is_written(hkkg):
    inferred = "<https://w3id.org/hkkg/graph/inferred>"
    assert inferred in hkkg("export", "--format", "nquads").stdout
    assert inferred not in hkkg("export", "--format", "nquads", "--no-inference").stdout


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["--format", "yaml"], "no format 'yaml'"),
        (["--output", "."], "this is a folder"),
        (["--output", "missing/graph.ttl"], "cannot be written"),
        (["--output", "graph.doc"], "names no RDF format"),
        (["--output", "a" * 5000 + ".ttl"], "cannot be written"),
        (["--graph", "nothing"], "there is no graph"),
        (["--graph", "<x y>"], "not an IRI"),
    ],
)
def test_bad_input_is_one_message(hkkg, tmp_path, arguments, complaint):
    result = hkkg("export", *arguments, cwd=tmp_path)
    assert result.returncode == 2
    assert complaint in result.stderr
    assert "Traceback" not in result.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_default_graph_quad_is_no_named_one():
    quads = parse(b"<x:a> <x:b> <x:c> .", formats.TURTLE, source="test")
    assert quads == [Quad(quads[0].subject, quads[0].predicate, quads[0].object)]
