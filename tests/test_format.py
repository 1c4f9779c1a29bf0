import resource
from functools import partial
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conftest import run_hkkg
from hkkg import errors, formats
from hkkg.formatting import format_turtle
from hkkg.store import canonical, parse

ROOT = Path(__file__).resolve().parents[1]
PREFIXES = "@prefix a: <http://a/> .\n@prefix b: <http://b/> .\n"
IN_STYLE = "@prefix a: <http://a/> .\n\na:x\n    a:p 1 ;\n    .\n"
OUT_OF_STYLE = "@prefix a: <http://a/> .\na:x a:p 1 ."
BROKEN = "@prefix a: <http://a/> .\n\na:x a:p a:y z:z .\n"


run = partial(run_hkkg, "format")


def formatted(body):
    """Format the body of a document that uses both prefixes, and return the body."""
    text = format_turtle(f"{PREFIXES}\n{body}\nb:z b:z a:z .\n", "a test")
    return text.removeprefix(f"{PREFIXES}\n").removesuffix("b:z\n    b:z a:z ;\n    .\n").rstrip("\n")


def test_the_repository_is_in_style():
    result = run("--check", ROOT / "data", ROOT / "ontology")
    assert (result.returncode, result.stdout) == (0, "")


def test_the_packaged_graph_is_what_no_file_means():
    result = run("--check")
    assert (result.returncode, result.stdout) == (0, "")


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("a:x b:q 1, 2 ; a:p 1 ; a b:C .", "a:x\n    a b:C ;\n    a:p 1 ;\n    b:q 1 ;\n    b:q 2 ;\n    ."),
        ("a:x a:p 1 . a:x a:p 2, 1 .", "a:x\n    a:p 1 ;\n    a:p 2 ;\n    ."),
        (
            "a:x <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> a:C .",
            "a:x\n    a a:C ;\n    .",
        ),
        (
            'a:x a:p "b"@zh-Hant, "c"@en, "a"@zh-Hans, "d"@en-GB .',
            'a:x\n    a:p "c"@en ;\n    a:p "d"@en-GB ;\n    a:p "a"@zh-Hans ;\n    a:p "b"@zh-Hant ;\n    .',
        ),
        (
            "a:x a:p [ b:q [] ; a a:C ], [ ] .",
            "a:x\n    a:p [\n        a a:C ;\n        b:q [] ;\n    ] ;\n    a:p [] ;\n    .",
        ),
        ("a:x a:p ( ), (1), (1 2) .", "a:x\n    a:p () ;\n    a:p (1) ;\n    a:p ( 1 2 ) ;\n    ."),
        (
            "a:x a:p (\n1 [ a:q 2 ]) .",
            "a:x\n    a:p (\n        1\n        [\n            a:q 2 ;\n        ]\n    ) ;\n    .",
        ),
        ("[ a:p 1 ] a:q 2 .", "[]\n    a:p 1 ;\n    a:q 2 ;\n    ."),
        ("_:n a:p _:m.k .", "_:n\n    a:p _:m.k ;\n    ."),
        (
            "a:x a:p true, 01, +1.50, -.5e3 .",
            "a:x\n    a:p true ;\n    a:p 01 ;\n    a:p +1.50 ;\n    a:p -.5e3 ;\n    .",
        ),
        (
            "a:x a:p 'x', 'say \"x\"', '''y''' .",
            'a:x\n    a:p "x" ;\n    a:p \'say "x"\' ;\n    a:p """y""" ;\n    .',
        ),
        (
            'a:x a:p """one\r\n # two"""@en-gb .',
            'a:x\n    a:p """one\r\n # two"""@en-gb ;\n    .',
        ),
        (
            "a:x a:p a:c\\,d, a:%20, a:1.x .",
            "a:x\n    a:p a:c\\,d ;\n    a:p a:%20 ;\n    a:p a:1.x ;\n    .",
        ),
        (
            "a:x a:p 1 .\n<http://o> a <http://www.w3.org/2002/07/owl#Ontology> .",
            "<http://o>\n    a <http://www.w3.org/2002/07/owl#Ontology> ;\n    .\n\na:x\n    a:p 1 ;\n    .",
        ),
    ],
)
def test_style(body, expected):
    assert formatted(body) == expected


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("# above\na:x a:p 1 . # behind", "# above\na:x\n    a:p 1 ;  # behind\n    ."),
        (
            "a:x # subject\n  b:q 1 ; # q\n  # about p\n  a:p 1 ; # p\n  # end\n  . # stop",
            "a:x  # subject\n    # about p\n    a:p 1 ;  # p\n    b:q 1 ;  # q\n    # end\n    .  # stop",
        ),
        ("a:x a:p 1, # one\n 2 # two\n .", "a:x\n    a:p 1 ;  # one\n    a:p 2 ;  # two\n    ."),
        (
            "a:x a:p [ # open\n a:q 1 # q\n # end\n ] .",
            "a:x\n    a:p [\n        # open\n        a:q 1 ;  # q\n        # end\n    ] ;\n    .",
        ),
        (
            "a:x a:p ( 1 # one\n # two\n 2 ) .",
            "a:x\n    a:p (\n        1  # one\n        # two\n        2\n    ) ;\n    .",
        ),
        ("# Part\n\n# above\na:x a:p 1 .", "# Part\n\n# above\na:x\n    a:p 1 ;\n    ."),
        ("a:x a:p 1 . # one\na:x a:p 1 . # again", "a:x\n    # again\n    a:p 1 ;  # one\n    ."),
    ],
)
def test_comments_stay_where_they_belong(body, expected):
    assert formatted(body) == expected


def test_prefixes_are_sorted_and_unused_ones_dropped():
    text = (
        "# licence\n\n# first\nPREFIX z: <http://z/>\n"
        "@prefix q: <http://q/> . # unused\n@base <http://b/> .\n"
        "@prefix : <http://e/> . # empty\n\n<x> :p z:y . # end\n\n# eof\n"
    )
    assert format_turtle(text, "a test") == (
        "# licence\n\n# first\n# unused\n@base <http://b/> .\n@prefix : <http://e/> .  # empty\n"
        "@prefix z: <http://z/> .\n\n<x>\n    :p z:y ;  # end\n    .\n\n# eof\n"
    )


@pytest.mark.parametrize(("text", "expected"), [("", ""), (" \n\n", ""), ("\n# c\n\n\n# d", "# c\n\n# d\n")])
def test_a_document_without_triples(text, expected):
    assert format_turtle(text, "a test") == expected


def test_a_document_of_prefixes_alone_keeps_them():
    text = "@prefix b: <http://b/> .\n@prefix a: <http://a/> .\n"
    assert format_turtle(text, "a test") == "@prefix a: <http://a/> .\n@prefix b: <http://b/> .\n"


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (
            "@prefix a: <http://a/> . a:x a:p 1 . @prefix a: <http://b/> . a:x a:p 1 .",
            "declared a second time",
        ),
        ("@base <http://a/> . <x> <p> 1 . @base <http://b/> . <x> <p> 1 .", "the base IRI changes here"),
        ("<http://a> <http://b> <<( <http://a> <http://b> 1 )>> .", "it is no Turtle 1.1"),
        (f"<http://a> <http://b> {'[ <http://b> ' * 200}1{']' * 200} .", "more than 100 deep"),
    ],
)
def test_what_cannot_be_formatted_is_refused_with_its_place(text, problem):
    with pytest.raises(errors.FormattingError, match=problem) as caught:
        format_turtle(text, "a test")
    assert caught.value.place.line == 1
    assert caught.value.place.column > 1


@pytest.mark.parametrize(
    "text",
    [
        "@prefix a: <http://a/> . a:x a:p 1, 1, [ a:p [], [], [], [], [], [], [], [], [], [], [] ] .",
        f"<http://a> <http://b> ({' 1' * 20000}) .",
    ],
)
def test_repetition_and_long_lists_take_no_time(text):
    once = format_turtle(text, "a test")
    assert format_turtle(once, "a test") == once


# Documents of every shape, with comments and space anywhere.

PREDICATES = st.sampled_from(["a", "a:p", "b:q", "<http://b/q>", "a:z"])
LITERALS = st.sampled_from(
    [
        "1", "01", "-2.50", "1e6", "true", '"x"', "'x'", '"x"@en', '"x"@zh-Hant', '"y"@en',
        '"""a\n # b\n"""', "'''q\"q'''@fr", '"\\u00e9\\n"', '"1"^^a:t', '"字"@zh-Hans',
        "1.0e5", "-.5E-3", "+7", "false", '"\\t\\b\\r\\f\\"\\\'\\\\"', '"""a""b\\"""c\r\nd"""',
        '"\\U0001F600😀"',
        '"x"^^<http://c/%41#?é>', '"2026-11-26"^^b:date', '"x"@de-CH-1996', "'''\n\t'''", '""', "''",
    ]
)  # fmt: skip
NAMES = st.sampled_from(
    [
        "a:x", "a:y", "b:c\\-d", "<http://c/x>", "_:n", "_:m", "a:", "b:1.2", "a:%41", "b:港:大", "_:b.1",
        "<http://c/%E6%B8%AF?q=1&r=(2)#\\u00e9>", "<urn:x:😀>", "<mailto:a@b>", "b:a\\,b\\~", "<http://a/>",
    ]
)  # fmt: skip
NODES = st.recursive(
    (LITERALS | NAMES).map(lambda text: [text]),
    lambda inner: (
        st.lists(inner, max_size=3).map(lambda items: ["(", *[t for item in items for t in item], ")"])
        | st.lists(st.tuples(PREDICATES, inner), max_size=2).map(
            lambda pairs: ["[", *[t for p, o in pairs for t in (p, *o, ";")], "]"]
        )
    ),
    max_leaves=5,
)
BLOCKS = st.builds(
    lambda subject, pairs: [subject, *[t for p, objects in pairs for t in (p, *objects, ";")], "."],
    NAMES,
    st.lists(
        st.tuples(
            PREDICATES,
            st.lists(NODES, min_size=1, max_size=2).map(
                lambda nodes: [t for i, node in enumerate(nodes) for t in ([","] if i else []) + node]
            ),
        ),
        min_size=1,
        max_size=3,
    ),
)
SPACES = st.sampled_from(
    [" ", " ", " ", "\n", "\n\n", "\t", " # c\n", "\n# d\n", "\n\n# e\n\n", " # f\r\n  # g\n"]
)


@st.composite
def documents(draw):
    heads = draw(st.permutations([["@prefix", "a:", "<http://a/>", "."], ["PREFIX", "b:", "<http://b/>"]]))
    blocks = draw(st.lists(BLOCKS, max_size=4))
    words = [token for part in [*heads, *blocks] for token in part]
    return draw(SPACES) + "".join(word + draw(SPACES) for word in words)


def meaning(text):
    return {str(quad) for quad in canonical(parse(text.encode(), formats.TURTLE, source="a test"))}


def comments(text):
    return sorted(letter for letter in "cdefg" for _ in range(text.count(f"# {letter}")))


@settings(max_examples=150, deadline=None)
@given(documents())
def test_formatting_any_document_keeps_its_meaning_and_comments_and_is_done_once(text):
    once = format_turtle(text, "a test")
    assert meaning(once) == meaning(text)
    assert comments(once) == comments(text)
    assert format_turtle(once, "a test") == once


# The command.


def test_a_file_is_formatted_in_place_and_then_left_alone(tmp_path):
    path = tmp_path / "a.ttl"
    path.write_text(OUT_OF_STYLE, encoding="utf-8")
    assert run(path).returncode == 0
    assert path.read_text(encoding="utf-8") == IN_STYLE
    before = path.stat().st_mtime_ns
    result = run(path)
    assert (result.returncode, result.stdout) == (0, "")
    assert path.stat().st_mtime_ns == before


def test_check_names_what_would_change_and_writes_nothing(tmp_path):
    (tmp_path / "in.ttl").write_text(IN_STYLE, encoding="utf-8")
    path = tmp_path / "out.ttl"
    path.write_text(OUT_OF_STYLE, encoding="utf-8")
    result = run("--check", tmp_path)
    assert (result.returncode, result.stdout) == (1, f"{path} would change\n")
    assert path.read_text(encoding="utf-8") == OUT_OF_STYLE


def test_diff_shows_what_would_change(tmp_path):
    path = tmp_path / "out.ttl"
    path.write_text(OUT_OF_STYLE, encoding="utf-8")
    result = run("--diff", path)
    assert result.returncode == 1
    assert "-a:x a:p 1 .\n" in result.stdout
    assert "+    a:p 1 ;\n" in result.stdout
    assert path.read_text(encoding="utf-8") == OUT_OF_STYLE


def test_standard_input_goes_to_standard_output():
    result = run("-", stdin=OUT_OF_STYLE)
    assert (result.returncode, result.stdout) == (0, IN_STYLE)
    assert run("-", "--check", stdin=IN_STYLE).returncode == 0
    result = run("-", "--check", stdin=OUT_OF_STYLE)
    assert (result.returncode, result.stdout) == (1, "standard input would change\n")


def test_a_broken_file_is_named_with_its_place_and_the_others_are_formatted(tmp_path):
    broken, other = tmp_path / "a.ttl", tmp_path / "b.ttl"
    broken.write_text(BROKEN, encoding="utf-8")
    other.write_text(OUT_OF_STYLE, encoding="utf-8")
    result = run(tmp_path)
    assert result.returncode == 2
    assert f"{broken}:3:" in result.stderr
    assert broken.read_text(encoding="utf-8") == BROKEN
    assert other.read_text(encoding="utf-8") == IN_STYLE


@pytest.mark.parametrize(
    ("name", "content", "problem"),
    [
        ("a.nt", b"<http://a> <http://b> <http://c> .", "only Turtle is formatted"),
        ("a.jsonld", b"{}", "only Turtle is formatted"),
        ("a.ttl", b"", "the file is empty"),
        ("a.ttl", b"\xff\xfe\x00", "this is not UTF-8"),
        ("a.ttl", b"\x00\x01", "a.ttl:1"),
        ("a.ttl", None, "there is no such file"),
    ],
)
def test_bad_input_ends_with_2_and_the_reason(tmp_path, name, content, problem):
    path = tmp_path / name
    if content is not None:
        path.write_bytes(content)
    result = run(path)
    assert result.returncode == 2
    assert f"{path}" in result.stderr
    assert problem in result.stderr
    assert "Traceback" not in result.stderr


def test_a_folder_leaves_out_hidden_ones_and_other_formats(tmp_path):
    hidden = tmp_path / ".venv" / "a.ttl"
    hidden.parent.mkdir()
    hidden.write_text(OUT_OF_STYLE, encoding="utf-8")
    (tmp_path / "a.nt").write_text("<http://a> <http://b> <http://c> .", encoding="utf-8")
    result = run(tmp_path)
    assert result.returncode == 2
    assert "the folder holds no Turtle" in result.stderr
    (tmp_path / "b.ttl").write_text(OUT_OF_STYLE, encoding="utf-8")
    assert run(tmp_path).returncode == 0
    assert hidden.read_text(encoding="utf-8") == OUT_OF_STYLE


def test_standard_input_stands_alone(tmp_path):
    result = run("-", tmp_path, stdin=IN_STYLE)
    assert (result.returncode, result.stdout) == (2, "")


def test_a_file_that_cannot_be_replaced_stays_whole(tmp_path):
    path = tmp_path / "a.ttl"
    path.write_text(OUT_OF_STYLE, encoding="utf-8")
    result = run(path, preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (10, 10)))
    assert result.returncode == 2
    assert "Traceback" not in result.stderr
    assert [entry.name for entry in tmp_path.iterdir()] == ["a.ttl"]
    assert path.read_text(encoding="utf-8") == OUT_OF_STYLE


def test_relative_iris_stay_as_they_are_written():
    text = "<> <#p> <other.ttl> , <../up> .\n"
    formatted = format_turtle(text, "a.ttl")
    assert formatted == "<>\n    <#p> <other.ttl> ;\n    <#p> <../up> ;\n    .\n"
    assert format_turtle(formatted, "a.ttl") == formatted
