import json
import shutil
import subprocess
from functools import partial

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rdflib import Dataset, Graph
from rdflib.compare import isomorphic

from conftest import run_hkkg
from hkkg import errors, formats, paths
from hkkg.comparing import difference, read_revisions, to_turtle, turtle
from hkkg.store import parse

OLD = """@prefix a: <http://a/> .
@prefix hk: <https://w3id.org/hkkg/id/> .
hk:shenzhen a:p 1, "one"@zh-Hant ; a:q [ a:r 1 ], [ a:r 2 ; a:s ( 1 [ a:t "x" ] ) ] .
a:x a:p a:y .
"""
SAME = """@prefix b: <http://a/> .
b:x b:p <http://a/y> .
<https://w3id.org/hkkg/id/shenzhen> b:q _:n, [ b:r 1 ] ; b:p "one"@zh-hant, 1 .
_:n b:s ( 1 [ b:t "x" ] ) ; b:r 2 .
"""
NEW = OLD.replace('"x"', '"y"').replace("a:p a:y", "a:p hk:shenzhen")
needs_git = pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")


run = partial(run_hkkg, "diff")


def write(folder, **texts):
    folder.mkdir(parents=True, exist_ok=True)
    files = [folder / f"{name}.ttl" for name in texts]
    for path, text in zip(files, texts.values(), strict=True):
        path.write_text(text, encoding="utf-8")
    return files


def quads(text):
    return parse(text.encode(), formats.TURTLE, source="a test")


def test_graphs_that_say_the_same_do_not_differ(tmp_path):
    result = run(*write(tmp_path, old=OLD, same=SAME))
    assert (result.returncode, result.stdout, result.stderr) == (0, "0 removed, 0 added\n", "")


def test_text_has_a_group_for_each_subject_with_labels_beside_iris(tmp_path):
    result = run(*write(tmp_path, old=OLD, new=NEW))
    assert result.returncode == 1
    assert result.stdout.splitlines() == [
        "a:x",
        "  − a:p a:y",
        "  + a:p hk:shenzhen (Shenzhen)",
        "",
        "hk:shenzhen (Shenzhen)",
        '  − a:q [ a:r 2 ; a:s ( 1 [ a:t "x" ] ) ]',
        '  + a:q [ a:r 2 ; a:s ( 1 [ a:t "y" ] ) ]',
        "",
        "9 removed, 9 added",
    ]


def test_labels_come_in_the_language_asked_for(tmp_path):
    files = write(tmp_path, old=OLD, new=NEW)
    assert "hk:shenzhen (深圳)" in run(*files, "--language", "zh-Hant").stdout


def test_turtle_holds_each_side_as_a_document(tmp_path):
    files = write(tmp_path, old=OLD, new=NEW)
    removed, added = (run(*files, "--format", name).stdout for name in ("removed", "added"))
    assert '"x"' in removed
    assert '"y"' in added
    both = run(*files, "--format", "turtle").stdout
    assert both == f"# removed: 9\n\n{removed}\n# added: 9\n\n{added}"
    assert len(Graph().parse(data=removed, format="turtle")) == 9


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_a_patch_is_one_that_rdflib_applies(tmp_path):
    old = "@prefix a: <http://a/> . a:x a:p 1, 2 ."
    new = '@prefix a: <http://a/> . a:x a:p 2, "3"@zh-Hant .'
    patch = run(*write(tmp_path, old=old, new=new), "--format", "patch").stdout
    assert patch.splitlines()[0] == "TX ."
    assert patch.splitlines()[-1] == "TC ."
    data = Dataset()
    data.parse(data=old, format="turtle")
    data.parse(data=patch, format="patch")
    triples = {tuple(str(term) for term in triple) for triple in data.triples((None, None, None))}
    assert triples == {("http://a/x", "http://a/p", "2"), ("http://a/x", "http://a/p", "3")}


def test_json_has_terms_as_in_query_results(tmp_path):
    result = run(*write(tmp_path, old=OLD, new=NEW), "--format", "json")
    document = json.loads(result.stdout)
    assert document["same"] is False
    assert document["added"][0]["object"] == {"type": "uri", "value": "https://w3id.org/hkkg/id/shenzhen"}
    assert document["labels"] == {"https://w3id.org/hkkg/id/shenzhen": "Shenzhen"}
    assert {"type": "literal", "value": "y", "datatype": "http://www.w3.org/2001/XMLSchema#string"} in [
        entry["object"] for entry in document["added"]
    ]


def test_the_same_difference_is_always_written_the_same(tmp_path):
    files = write(tmp_path, old=OLD, new=NEW)
    for name in ("text", "turtle", "patch", "json"):
        assert run(*files, "--format", name).stdout == run(*files, "--format", name).stdout


def test_folders_and_formats_are_compared_by_what_they_say(tmp_path):
    write(tmp_path / "old", a="<http://a> <http://b> 1 .", b="<http://a> <http://b> 2 .")
    (tmp_path / "new.nt").write_text(
        "".join(
            f'<http://a> <http://b> "{n}"^^<http://www.w3.org/2001/XMLSchema#integer> .\n' for n in (1, 2)
        ),
        encoding="utf-8",
    )
    assert run(tmp_path / "old", tmp_path / "new.nt").returncode == 0


def test_the_same_triple_in_another_named_graph_is_another(tmp_path):
    old, new = tmp_path / "old.trig", tmp_path / "new.trig"
    old.write_text("<http://g> { <http://a> <http://b> 1 }", encoding="utf-8")
    new.write_text("<http://h> { <http://a> <http://b> 1 }", encoding="utf-8")
    result = run(old, new)
    assert result.returncode == 1
    assert "<http://a> in <http://g>\n  − <http://b> 1" in result.stdout


@pytest.mark.parametrize(
    ("old", "new", "count"),
    [
        ("[] a:p 1 . [] a:p 1 .", "[] a:p 1 .", (1, 0)),
        ("_:a a:p _:b . _:b a:p _:a .", "_:a a:p _:a .", (2, 1)),
        ("_:a a:p _:b . _:b a:p _:a .", "_:x a:p _:y . _:y a:p _:x .", (0, 0)),
        ("a:x a:p _:n . a:y a:p _:n .", "a:x a:p [] . a:y a:p [] .", (2, 2)),
        ("a:x a:p 1, 01 .", "a:x a:p 1 .", (1, 0)),
        (f"a:x a:p {'[ a:q [] ], ' * 30} 1 .", f"a:x a:p 1, {'[ a:q [] ], ' * 30} 2 .", (0, 1)),
    ],
)
def test_blank_nodes_are_compared_by_what_they_say(old, new, count):
    prefix = "@prefix a: <http://a/> . "
    found = difference(quads(prefix + old), quads(prefix + new))
    assert (len(found.removed), len(found.added)) == count


def test_blank_nodes_that_cannot_be_told_apart_are_refused_at_once():
    clique = "".join(f"_:n{i} <http://p> _:n{j} .\n" for i in range(20) for j in range(20) if i != j)
    with pytest.raises(errors.InputUnreadableError, match="20 blank nodes cannot be told apart"):
        difference(quads(clique), quads(clique))


@pytest.mark.parametrize("end", ["rdf:nil", "<http://a/end>", "_:c0"])
def test_long_lists_are_written_whether_or_not_they_end_well(end):
    cells = (
        f"_:c{i} rdf:first {i} ; rdf:rest {end if i == 2999 else f'_:c{i + 1}'} .\n" for i in range(3000)
    )
    text = f"{HEAD}a:x a:p _:c0 .\n{''.join(cells)}"
    found = difference((), quads(text))
    assert not difference(quads(text), quads(turtle(found.added, {})))


TERMS = st.sampled_from(["a:x", "a:y", "_:n", "_:m", "_:o", "_:p"])
TRIPLES = st.lists(
    st.tuples(
        TERMS,
        st.sampled_from(["a:p", "a:q", "rdf:rest", "rdf:first"]),
        TERMS | st.sampled_from(["1", '"x\\n"@en', "rdf:nil"]),
    ),
    max_size=10,
)
HEAD = "@prefix a: <http://a/> . @prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .\n"


def turtle_of(triples):
    return HEAD + "".join(f"{s} {p} {o} .\n" for s, p, o in triples)


@settings(max_examples=100, deadline=None)
@given(TRIPLES, TRIPLES)
def test_a_difference_is_empty_if_and_only_if_graphs_are_isomorphic(left, right):
    left, right = turtle_of(left), turtle_of(right)
    found = difference(quads(left), quads(right))
    graphs = [Graph().parse(data=text, format="turtle") for text in (left, right)]
    assert bool(found) == (not isomorphic(*graphs))
    to_turtle(found, {})


@settings(max_examples=100, deadline=None)
@given(TRIPLES)
def test_turtle_of_a_difference_says_what_was_added(triples):
    text = turtle_of(triples)
    found = difference((), quads(text))
    assert not difference(quads(text), quads(turtle(found.added, {})))


# Git revisions.


def git(folder, *arguments):
    subprocess.run(
        ["git", "-c", "user.name=n", "-c", "user.email=e@example.org", *arguments],
        cwd=folder,
        check=True,
        capture_output=True,
    )


@pytest.fixture
def repository(tmp_path):
    folder = tmp_path / "a repository"
    write(folder / "data", a=OLD, b="<http://a> <http://b> 2 .")
    write(folder / "ontology", o="<http://a> <http://b> 3 .")
    git(folder, "init", "--initial-branch=main")
    git(folder, "add", ".")
    git(folder, "commit", "-m", "one")
    write(folder / "data", a=NEW)
    git(folder, "commit", "-am", "two")
    return folder


@needs_git
@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("HEAD~1:data/a.ttl", "HEAD:data/a.ttl", 1),
        ("HEAD~1:data", "HEAD:data", 1),
        ("HEAD:data", "data", 0),
        ("main:./data/a.ttl", "data/a.ttl", 0),
        ("HEAD:", ".", 0),
    ],
)
def test_revisions_are_compared(repository, old, new, code):
    result = run(old, new, cwd=repository)
    assert (result.returncode, result.stderr) == (code, "")


@needs_git
@pytest.mark.parametrize(
    ("argument", "problem"),
    [
        ("HEAD:nothing.ttl", "there is no such file, folder or revision"),
        ("nowhere:data", "there is no such file, folder or revision"),
        ("--output=x:data", "no such"),
        ("HEAD:data/a.ttl; touch x", "there is no such file, folder or revision"),
        ("nothing.ttl", "there is no such file or folder"),
    ],
)
def test_what_is_not_in_git_ends_with_2(repository, argument, problem):
    result = run("--", argument, "data", cwd=repository)
    assert (result.returncode, result.stdout) == (2, "")
    assert problem in result.stderr
    assert sorted(path.name for path in repository.iterdir()) == [".git", "data", "ontology"]


@needs_git
@pytest.mark.parametrize(
    ("revisions", "number"),
    [("HEAD~1..HEAD", 9), ("HEAD~1..", 9), ("HEAD~1", 10), ("HEAD", 1), ("HEAD..HEAD", 0), ("..HEAD~1", 9)],
)
def test_packaged_folders_are_compared_at_revisions(repository, monkeypatch, revisions, number):
    write(repository / "data", b="<http://a> <http://b> 4 .")
    monkeypatch.setattr(paths, "graph_root", lambda: repository)
    old, new = read_revisions(revisions)
    assert len(difference(old.quads, new.quads).added) == number


@needs_git
def test_outside_a_repository_a_revision_ends_with_2(tmp_path):
    result = run("HEAD:data", "HEAD:data", cwd=tmp_path)
    assert result.returncode == 2
    assert "Traceback" not in result.stderr


@pytest.mark.parametrize(
    "arguments",
    [(), ("a.ttl",), ("--rev", "HEAD..HEAD", "a.ttl"), ("a", "b", "--format", "other"), ("a", "b", "c")],
)
def test_a_wrong_call_ends_with_2(arguments):
    result = run(*arguments)
    assert (result.returncode, result.stdout) == (2, "")


def test_every_broken_file_is_named_with_its_place(tmp_path):
    files = write(tmp_path / "old", a="<http://a> .\n", b="\n<http://b> .\n", c="<http://a> <http://b> 1 .")
    result = run(tmp_path / "old", files[2])
    assert result.returncode == 2
    assert f"{files[0]}:1:" in result.stderr
    assert f"{files[1]}:2:" in result.stderr
