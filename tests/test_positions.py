"""Where in a file each triple stands."""

from __future__ import annotations

import pytest

from hkkg.positions import Positions
from hkkg.turtle_scan import Position

A = "http://a/"
TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
TEXT = '''@prefix a: <http://a/> .
# a comment; with "quotes" .

a:x
    a a:C ;
    a:v 5 ,
        6 ; a:w true ;
    a:d "2025-13"^^<http://www.w3.org/2001/XMLSchema#gYearMonth> ;
    a:n [
        a a:D ;
        a:q """first
second""" ;
    ] ;
    a:list ( 1 2 ) ;
    a:z "後"@zh-Hant ;
    .

<http://a/y> a a:C .
a:x a:again a:y .
'''


@pytest.fixture
def positions():
    return Positions.of_text(TEXT)


@pytest.mark.parametrize(
    ("predicate", "obj", "line", "column"),
    [
        (TYPE, A + "C", 5, 7),
        (A + "v", "5", 6, 9),
        (A + "v", "6", 7, 9),
        (A + "w", "true", 7, 17),
        (A + "d", "2025-13", 8, 9),
        (A + "n", None, 9, 9),
        (A + "z", "後", 15, 9),
        (A + "again", A + "y", 19, 13),
    ],
)
def test_finds_a_triple(positions, predicate, obj, line, column):
    assert positions.position(A + "x", predicate, obj) == Position(line, column)
    assert positions.line(A + "x", predicate, obj) == line


def test_falls_back_to_the_predicate(positions):
    assert positions.line(A + "x", A + "v", "7") == 6


def test_falls_back_to_the_subjects_first_line(positions):
    assert positions.line(A + "x", A + "unknown") == 4
    assert positions.line(A + "x") == 4
    assert positions.line(A + "y") == 18


def test_does_not_know_other_subjects(positions):
    assert positions.line(A + "unknown") is None
    assert positions.line(A + "C") is None


def test_keeps_what_a_broken_document_has_before_its_error():
    positions = Positions.of_text("<http://a/x> <http://a/p> 1 .\n<http://a/y> <http://a/p> oops .\n")
    assert positions.line(A + "x", A + "p", "1") == 1


def test_reads_windows_line_ends_and_a_byte_order_mark(tmp_path):
    path = tmp_path / "x.ttl"
    path.write_bytes("\ufeff<http://a/x>\r\n  <http://a/p> 1 ;\r\n  <http://a/q> 2 .\r\n".encode())
    assert Positions.of_file(path).line(A + "x", A + "q", "2") == 3


@pytest.mark.parametrize("name", ["x.jsonld", "missing.ttl"])
def test_other_files_have_no_positions(tmp_path, name):
    (tmp_path / "x.jsonld").write_text("{}", encoding="utf-8")
    assert Positions.of_file(tmp_path / name).line(A + "x") is None
