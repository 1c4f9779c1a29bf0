"""The data against the list of facts, and every figure and date of the data against the source."""

from __future__ import annotations

from itertools import product

import pytest

from evidence_support import ARTICLE, ARTICLE_DIR, NO_ARTICLE, tsv_rows
from hkkg import paths, vocab
from hkkg.evidence import Checker, read_source, read_statements
from hkkg.evidence.model import ORDINAL, STATED_IN, VALUE
from hkkg.evidence.periods import dates_of
from hkkg.store import Literal

FACTS = ARTICLE_DIR / "facts.tsv"
MAPPING = paths.graph_root() / "tests" / "facts.tsv"

pytestmark = [
    pytest.mark.needs_article,
    pytest.mark.skipif(not (ARTICLE.is_file() and FACTS.is_file()), reason=NO_ARTICLE),
]


@pytest.fixture(scope="module")
def checker():
    return Checker.of(read_statements([]), [read_source(ARTICLE)])


@pytest.fixture(scope="module")
def facts():
    return tsv_rows(FACTS)


@pytest.fixture(scope="module")
def mapping():
    rows = [line.split("\t") for line in MAPPING.read_text(encoding="utf-8").splitlines()]
    assert all(len(row) == 2 and row[1].strip() for row in rows)
    assert len({fact for fact, _ in rows}) == len(rows)
    return {fact: [vocab.expand(name) for name in names.split(" ")] for fact, names in rows}


def test_every_fact_is_mapped(facts, mapping):
    assert sorted(mapping) == sorted(fact["id"] for fact in facts)
    assert len(facts) == 314


def test_every_mapped_resource_is_in_the_graph(mapping, checker):
    statements = checker.evidence.statements
    assert [name for names in mapping.values() for name in names if name not in statements] == []


def cited_offsets(checker, resources):
    """The offsets of all passages of resources, with what these are read with."""
    evidence = checker.evidence
    reached = (
        passage
        for resource in resources
        for stated in evidence.statements.values(resource, STATED_IN)
        for passage in evidence.passages.reach(stated)
    )
    return {offset for passage in reached for offset in range(passage.start, passage.end)}


def test_every_span_is_covered_by_the_passages_of_what_states_it(facts, mapping, checker):
    uncovered = []
    for fact in facts:
        offsets = cited_offsets(checker, mapping[fact["id"]])
        for first, last in (("char_start", "char_end"), ("aux_start", "aux_end")):
            span = range(int(fact[first] or 0), int(fact[last] or 0))
            if not offsets.issuperset(span):
                uncovered.append(f"{fact['id']}: {span.start}-{span.stop}")
    assert uncovered == []


def test_the_spans_of_the_list_are_those_of_the_article(facts):
    text = read_source(ARTICLE).text
    assert [f["id"] for f in facts if text[int(f["char_start"]) : int(f["char_end"])] != f["span_text"]] == []


def test_the_packaged_graph_has_no_finding(checker):
    assert checker.problems() == []


def changed_digits(lexical):
    """Every text that differs from this one in one digit."""
    for at, digit in product(range(len(lexical)), "0123456789"):
        if lexical[at].isdigit() and lexical[at] != digit:
            yield lexical[:at] + digit + lexical[at + 1 :]


def figures(checker):
    """Every figure and date of the data, as subject, predicate and literal."""
    statements = checker.evidence.statements
    for resource in checker.resources():
        for predicate in (VALUE, ORDINAL):
            yield from ((resource, predicate, term) for term in statements.objects(resource, predicate))
        yield from ((resource, predicate, term) for predicate, term in dates_of(checker.evidence, resource))


def accepted_changes(checker, resource, predicate, term):
    """The changes of one digit that the check does not refuse."""
    for lexical in changed_digits(term.value):
        changed = Literal(lexical, datatype=term.datatype)
        statements = checker.evidence.statements.replaced(resource, predicate, term, changed)
        if not any(checker.with_statements(statements).problems_of(resource)):
            yield f"{vocab.curie(resource)} {vocab.curie(predicate)} {term.value} -> {lexical}"


def test_every_change_of_a_digit_is_refused(checker):
    found = list(figures(checker))
    assert len(found) > 100
    assert [change for figure in found for change in accepted_changes(checker, *figure)] == []
