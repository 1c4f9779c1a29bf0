"""The harness itself: it tells what differs, and every group that the W3C's suite has is here."""

import pytest
import yaml

from conformance import cases, compare
from conformance.cases import own_cases, table
from conformance.model import Contents, Match, Verdict
from conformance.results import read

CSV = "text/csv"
GROUPS = {
    *(
        "algebra",
        "ask",
        "basic",
        "bnode-coreference",
        "boolean-effective-value",
        "bound",
        "cast",
        "construct",
    ),
    *("dataset", "distinct", "expr-builtin", "expr-equals", "expr-ops", "graph", "i18n", "open-world"),
    *("optional", "optional-filter", "reduced", "regex", "solution-seq", "sort", "triple-match"),
    *("type-promotion", "aggregates", "bind", "csv-tsv-res", "exists", "functions", "grouping", "json-res"),
    *("negation", "project-expression", "property-path", "subquery", "values", "syntax-query"),
    *("update-add-copy-move", "update-clear-drop-create", "update-delete", "update-delete-insert"),
    *("update-insert", "update-silent", "syntax-templates", "syntax-update"),
}


def rows(text, match=Match.BAG):
    return table(text, match)


@pytest.mark.parametrize(
    ("expected", "actual"),
    [
        ("?x\n1", "?x\n2"),
        ("?x\n1\n1", "?x\n1"),
        ("?x\n1", "?y\n1"),
        ("?x\n1", "?x\nUNDEF"),
        ("?x\n1", "?x\n1.0"),
        ('?x\n"a"', '?x\n"a"@en'),
        ("?x | ?y\n_:a | _:a", "?x | ?y\n_:a | _:b"),
        ("?x\n_:a\n_:b", "?x\n_:a\n_:a"),
        ("?x\n_:a", "?x\n:a"),
    ],
)
def test_tables_that_differ(expected, actual):
    assert compare.difference(rows(expected), rows(actual)) != ""


@pytest.mark.parametrize(
    ("expected", "actual"),
    [
        ("?x | ?y\n1 | 2", "?y | ?x\n2 | 1"),
        ("?x\n1\n2", "?x\n2\n1"),
        ("?x | ?y\n_:a | _:b\n_:b | _:a", "?x | ?y\n_:p | _:q\n_:q | _:p"),
        ("?x\n1.50", "?x\n1.5"),
        ("?x\n1e1", "?x\n10.0e0"),
        ('?x\n"a"@EN', '?x\n"a"@en'),
    ],
)
def test_tables_that_do_not_differ(expected, actual):
    assert compare.difference(rows(expected), rows(actual)) == ""


def test_the_order_counts_where_it_is_asked_for():
    expected, actual = rows("?x\n1\n2", Match.SEQUENCE), rows("?x\n2\n1")
    assert compare.difference(expected, actual) != ""
    assert compare.difference(expected, rows("?x\n1\n2")) == ""


def test_reduced_tables_may_lose_duplicates_and_gain_none():
    expected = rows("?x\n1\n1\n2", Match.REDUCED)
    assert compare.difference(expected, rows("?x\n2\n1")) == ""
    assert compare.difference(expected, rows("?x\n1\n1\n1\n2")) != ""
    assert compare.difference(expected, rows("?x\n1")) != ""


def test_a_difference_names_what_is_missing_and_what_is_besides():
    said = compare.difference(rows("?x\n1"), rows("?x\n2"))
    assert 'missing: ?x="1"' in said
    assert 'besides: ?x="2"' in said


def test_stores_differ_by_the_graph_of_a_triple():
    one, other = (Contents(frozenset(cases.quads(text))) for text in (":s :p 1 .", "GRAPH :g { :s :p 1 }"))
    assert compare.difference(one, other) != ""
    assert compare.difference(one, one) == ""


def test_unlike_outcomes_differ():
    assert compare.difference(Verdict.ACCEPTED, Verdict.REFUSED) != ""
    assert compare.difference(True, rows("?x\n1")) != ""  # noqa: FBT003 - an answer to ASK


def test_csv_keeps_quoted_line_ends():
    table_read = read(b'x\r\n"a\nb"\r\n', CSV)
    assert table_read == rows('?x\n"a\\nb"')


def test_a_case_named_twice_is_refused():
    with pytest.raises(yaml.constructor.ConstructorError, match="twice"):
        yaml.load("a: 1\na: 2\n", cases.StrictLoader)  # noqa: S506 - a safe loader


def test_a_table_with_a_short_line_is_refused():
    with pytest.raises(ValueError, match="cells"):
        rows("?x | ?y\n1")


def test_cases_have_names_of_their_own():
    names = [case.identifier for case in own_cases()]
    assert len(names) == len(set(names))


def test_every_group_of_the_standard_suite_has_cases():
    groups = {case.group for case in own_cases()}
    assert groups == {path.stem for path in cases.GROUPS.glob("*.yaml")}
    assert groups >= GROUPS
