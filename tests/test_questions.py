"""Stored questions: headers, parameters, answers, and what the engines make of them."""

import pytest

from conftest import PROJECT
from hkkg import loading, questions
from hkkg.errors import ParameterError, QuestionFileError, UnknownQuestionError
from hkkg.questions.answers import differences, read_answer
from hkkg.questions.catalogue import parse_question
from hkkg.questions.cells import matches, write
from hkkg.rdflib_bridge import RdflibEngine
from hkkg.store import BlankNode, Literal, NamedNode, Table

XSD = "http://www.w3.org/2001/XMLSchema#"
TEXT = """\
#+ question:
#+   en: What is called so?
#+   zh-Hant: 甚麼以此為名？
#+ description: All kinds of labels.
#+ tags: [look-up]
#+ parameters:
#+   thing:
#+     type: iri
#+     description: {en: A thing.}
#+     default: hk:yin-hejun
#+   text: {type: string, default: 港大}
#+   number: {type: decimal, default: 2.50}
#+   count: {type: integer, default: 3}
#+   day: {type: date, default: 2026-06-30}
#+   tag: {type: language, default: zh-Hant}
PREFIX hk: <https://w3id.org/hkkg/id/>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>
# VALUES ?comment { 1 }
SELECT * {
  VALUES ?thing { hk:yin-hejun }
  VALUES ?text { "港大"@zh-Hant }
  VALUES ?number { 2.5 }
  VALUES ?count { 3 }
  VALUES ?day { "2026-06-30"^^xsd:date }
  VALUES ?tag { "zh-Hant" }
  VALUES ?constant { 1 2 }
  BIND("VALUES ?string { 1 }" AS ?x)
}
"""


def parsed(text=TEXT):
    return parse_question(text, name="names", source="names.rq")


def bound(**values):
    return parsed().bind(values.items())


def row(store, query):
    table = store.query(query).table()
    return dict(zip(table.variables, table.rows[0], strict=True))


@pytest.fixture
def store(small_file):
    return loading.load_documents(loading.read_all([str(small_file)]))


def test_every_stored_question_can_be_read():
    stored = questions.all_questions()
    assert len(stored) >= 60
    for question in stored:
        assert {"en", "zh-Hant"} <= question.question.keys()


def test_every_stored_question_has_an_answer():
    missing = [n for n in questions.names() if not list((PROJECT / "tests" / "answers").glob(f"{n}.t*"))]
    assert missing == []


def test_the_header_is_read():
    question = parsed()
    assert question.question["zh-Hant"] == "甚麼以此為名？"
    assert question.description == {"en": "All kinds of labels."}
    assert question.tags == ("look-up",)
    assert not question.ordered
    assert [p.name for p in question.parameters] == ["thing", "text", "number", "count", "day", "tag"]
    assert question.parameters[0].description == {"en": "A thing."}


def test_defaults_leave_the_text_as_it_is():
    assert parsed().bind([]) == TEXT


@pytest.mark.parametrize(
    ("name", "value", "term"),
    [
        ("thing", "university-of-hong-kong", NamedNode("https://w3id.org/hkkg/id/university-of-hong-kong")),
        ("thing", "concept:planned", NamedNode("https://w3id.org/hkkg/concept/planned")),
        ("thing", "<http://example.org/a>", NamedNode("http://example.org/a")),
        ("thing", "http://example.org/香港", NamedNode("http://example.org/香港")),
        ("thing", "urn:isbn:1", NamedNode("urn:isbn:1")),
        (
            "text",
            'a "quoted" \\ text\n} UNION {',
            Literal('a "quoted" \\ text\n} UNION {', language="zh-hant"),
        ),
        ("number", "-3", Literal("-3", datatype=NamedNode(f"{XSD}decimal"))),
        ("count", "15", Literal(15)),
        (
            "day",
            "2024-02-29",
            Literal("2024-02-29", datatype=NamedNode(f"{XSD}date")),
        ),
        ("tag", "ZH-HANS", Literal("zh-Hans")),
    ],
)
def test_a_value_is_bound_as_a_term_of_its_type(store, name, value, term):
    assert row(store, bound(**{name: value}))[name] == term


@pytest.mark.parametrize(
    ("name", "value", "right"),
    [
        ("thing", "two words", "CURIE"),
        ("thing", "unknown:prefix", "hkkg:"),
        ("thing", "http://example.org/a b", "well-formed IRI"),
        ("thing", "hk:a> } #", "well-formed IRI"),
        ("thing", "", "CURIE"),
        ("number", "1,5", "2.5"),
        ("number", "1e3", "2.5"),
        ("count", "1.5", "whole number"),
        ("count", "١٥", "whole number"),
        ("day", "30/06/2026", "2026-06-30"),
        ("day", "2026-02-30", "2026-06-30"),
        ("day", "20260630", "2026-06-30"),
        ("tag", "zh-Hnt", "the nearest is zh-Hant"),
    ],
)
def test_a_value_of_the_wrong_type_is_refused(name, value, right):
    with pytest.raises(ParameterError) as caught:
        bound(**{name: value})
    assert name in caught.value.message
    assert right in caught.value.hint


def test_an_unknown_parameter_is_refused_with_the_nearest():
    with pytest.raises(ParameterError, match="Did you mean thing"):
        bound(things="x")


def test_an_unknown_parameter_without_a_near_one_lists_all():
    with pytest.raises(ParameterError, match="thing, text, number, count, day, tag"):
        bound(zzz="x")


def test_a_repeated_parameter_is_refused():
    with pytest.raises(ParameterError, match="given twice"):
        parsed().bind([("count", "1"), ("count", "2")])


def test_a_question_without_parameters_says_so():
    text = "#+ question: {en: Q, zh-Hant: 問}\n#+ tags: [a]\nASK {}"
    with pytest.raises(ParameterError, match="takes no parameters"):
        parsed(text).bind([("a", "b")])


@pytest.mark.parametrize(
    ("old", "new", "line", "complaint"),
    [
        ("#+ tags: [look-up]", "#+ tags: [look-up", 6, "not YAML"),
        ("#+ tags: [look-up]", "#+ tags: look-up", 5, "list of one or more tags"),
        ("#+ tags: [look-up]\n", "", 1, "lacks 'tags'"),
        ("#+ tags", "#+ topics", 5, "no key 'topics'"),
        ("#+ tags: [look-up]", "#+ tags: [look-up]\n#+ tags: [b]", 6, "given twice"),
        ("#+ tags: [look-up]", "#+ tags: [look-up]\n#+ ordered: maybe", 6, "true or false"),
        ("#+   zh-Hant: 甚麼以此為名？\n", "", 2, "in en and zh-Hant"),
        ("type: iri", "type: uri", 8, "no type 'uri'"),
        ("#+     default: hk:yin-hejun\n", "", 8, "lacks 'default'"),
        ("default: hk:yin-hejun", "default: hk:someone", 10, "the default of thing is"),
        ("default: 2026-06-30", "default: yesterday", 14, "the default is wrong"),
        ("{ hk:yin-hejun }", "{ hk:a hk:b }", 10, "no block VALUES ?thing"),
        ("VALUES ?thing", "VALUES ?someone", 20, "no parameter 'someone'"),
        ("VALUES ?constant { 1 2 }", "VALUES ?thing { hk:a }", 26, "two blocks"),
        ("{ hk:yin-hejun }", "{ ex:yin-hejun }", None, "a VALUES block cannot be read"),
        ("#+", "#", 1, "there is no header"),
    ],
)
def test_a_malformed_question_is_refused_with_its_line(old, new, line, complaint):
    with pytest.raises(QuestionFileError) as caught:
        parsed(TEXT.replace(old, new))
    assert complaint in caught.value.message
    assert caught.value.place.source == "names.rq"
    assert caught.value.place.line == line


def test_an_unknown_question_is_refused_with_the_nearest():
    with pytest.raises(UnknownQuestionError) as caught:
        questions.find_question("laboratories-by-universty")
    assert "laboratories-by-university" in caught.value.hint


@pytest.mark.parametrize(
    ("cell", "term"),
    [
        ("hk:yin-hejun", NamedNode("https://w3id.org/hkkg/id/yin-hejun")),
        ("<https://w3id.org/hkkg/id/yin-hejun>", NamedNode("https://w3id.org/hkkg/id/yin-hejun")),
        ("<http://example.org/a>", NamedNode("http://example.org/a")),
        ("港大", Literal("港大", language="zh-Hant")),
        ("港大@zh-Hant", Literal("港大", language="zh-hant")),
        ('"港大"@zh-Hant', Literal("港大", language="zh-hant")),
        ("a\\tb\\nc", Literal("a\tb\nc")),
        ("3", Literal(3)),
        ("3.0", Literal(3)),
        (
            "3.33333333333",
            Literal("3.3333333333333333", datatype=NamedNode(f"{XSD}decimal")),
        ),
        ("2.5", Literal("25E-1", datatype=NamedNode(f"{XSD}double"))),
        ('"2026"^^xsd:gYear', Literal("2026", datatype=NamedNode(f"{XSD}gYear"))),
        ("true", Literal("true", datatype=NamedNode(f"{XSD}boolean"))),
        ("true", Literal("1", datatype=NamedNode(f"{XSD}boolean"))),
        ("", None),
        ("UNDEF", None),
        ("[]", BlankNode("any")),
        ("someone@example.org", Literal("someone@example.org")),
    ],
)
def test_a_cell_says_what_a_term_is(cell, term):
    assert matches(cell, term)


@pytest.mark.parametrize(
    ("cell", "term"),
    [
        ("hk:yin-hejun", NamedNode("https://w3id.org/hkkg/id/someone")),
        ("港大@zh-Hans", Literal("港大", language="zh-hant")),
        ('"港大"@en', Literal("港大")),
        ('"2026"^^xsd:gYear', Literal(2026)),
        ("3.0", Literal("3")),
        ("4", Literal(3)),
        ("true", Literal(1)),
        ("true", Literal("0", datatype=NamedNode(f"{XSD}boolean"))),
        (
            "3.3333",
            Literal("3.3333333333333333", datatype=NamedNode(f"{XSD}decimal")),
        ),
        ("", Literal("")),
        ("", Literal(0)),
        ("x", None),
    ],
)
def test_a_cell_says_what_a_term_is_not(cell, term):
    assert not matches(cell, term)


@pytest.mark.parametrize(
    "term",
    [
        None,
        NamedNode("http://example.org/a"),
        Literal(""),
        Literal("UNDEF"),
        Literal("a\tb\\"),
        Literal("港", language="zh-hant"),
    ],
)
def test_a_term_written_as_a_cell_is_that_term(term):
    assert matches(write(term), term)


def answer(tmp_path, text, name="a.tsv"):
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return read_answer(path)


TABLE = Table(("a", "b"), ((Literal(1), Literal("x")), (Literal(1), Literal("x")), (Literal(2), None)))


def test_rows_are_compared_as_a_multiset(tmp_path):
    stored = answer(tmp_path, "# From F001.\n?a\t?b\n2\t\n1\tx\n1\tx\n")
    assert differences(stored, TABLE, ordered=False) == []


def test_a_row_too_few_or_too_many_is_reported(tmp_path):
    stored = answer(tmp_path, "?a\t?b\n1\tx\n3\ty\n2\t\n")
    assert differences(stored, TABLE, ordered=False) == ["missing     3\ty", "unexpected  1\tx"]


def test_order_matters_only_where_the_header_says_so(tmp_path):
    stored = answer(tmp_path, "?a\t?b\n2\t\n1\tx\n1\tx\n")
    assert differences(stored, TABLE, ordered=True) == [
        "in row 1    expected 2\t",
        "            answered 1\tx",
    ]


def test_columns_may_come_in_any_order(tmp_path):
    stored = answer(tmp_path, "?b\t?a\n\t2\nx\t1\nx\t1\n")
    assert differences(stored, TABLE, ordered=False) == []


def test_other_columns_are_reported(tmp_path):
    stored = answer(tmp_path, "?a\t?c\n")
    assert differences(stored, TABLE, ordered=False) == ["expected    columns a c", "answered    columns a b"]


def test_booleans_are_compared(tmp_path):
    stored = answer(tmp_path, "# Certainly.\ntrue\n")
    assert differences(stored, got=True, ordered=False) == []
    assert differences(stored, got=False, ordered=False) == ["expected    true", "answered    false"]


def test_another_kind_of_answer_is_reported(tmp_path):
    stored = answer(tmp_path, "true\n")
    assert differences(stored, TABLE, ordered=False) == ["expected    true or false", "answered    a table"]


def test_graphs_are_compared_up_to_blank_nodes(tmp_path, store):
    stored = answer(tmp_path, "<x:a> <x:p> [ <x:q> 1.0 ] .", "a.ttl")
    query = "CONSTRUCT {{ <x:a> <x:p> _:b . _:b <x:q> {} }} {{}}"
    assert differences(stored, store.query(query.format("1.0")).triples(), ordered=False) == []
    assert differences(stored, store.query(query.format("2.0")).triples(), ordered=False) != []


def test_a_row_with_too_few_cells_is_refused_with_its_line(tmp_path):
    with pytest.raises(QuestionFileError) as caught:
        answer(tmp_path, "# comment\n?a\t?b\n1\n")
    assert caught.value.place.line == 3


@pytest.mark.parametrize(
    "query",
    [
        "SELECT ?s ?p ?o { ?s ?p ?o }",
        "SELECT ?s (COUNT(*) AS ?n) { ?s ?p ?o } GROUP BY ?s",
        "SELECT ?g ?s ?p ?o { GRAPH ?g { ?s ?p ?o } }",
        'SELECT ?s { ?s ?p "港大"@zh-Hant }',
        'SELECT ?o { ?s ?p ?o FILTER(langMatches(lang(?o), "zh-Hant")) }',
        'SELECT ?s { VALUES ?o { "HKU"@en } ?s ?p ?o }',
        "SELECT ?o { <x:none> ?p ?o }",
        "SELECT ?x ?y { VALUES (?x ?y) { (1 UNDEF) (2.5 <x:a>) } }",
    ],
)
def test_both_engines_answer_alike(store, query):
    embedded = questions.PyoxigraphEngine(store).read(query, "test")
    other = RdflibEngine(store.quads()).read(query, "test")
    assert sorted(map(str, embedded.rows)) == sorted(map(str, other.rows))


def test_rdflib_sees_language_tags_as_they_are_published(store):
    engine = RdflibEngine(store.quads())
    assert engine.read('SELECT ?o { ?s ?p ?o FILTER(lang(?o) = "zh-Hant") }', "test").rows
    assert not engine.read('SELECT ?o { ?s ?p ?o FILTER(lang(?o) = "zh-hant") }', "test").rows


def test_rdflib_fetches_nothing(store, small_file):
    engine = RdflibEngine(store.quads())
    query = "SELECT * FROM <FILE> { ?s ?p ?o }".replace("FILE", small_file.as_uri())
    assert engine.read(query, "test").rows == ()


STORED = """\
#+ question: {en: Who is it?, zh-Hant: 是誰？}
#+ tags: [people]
#+ parameters:
#+   name: {type: string, default: 蔭和俊}
SELECT ?s { VALUES ?name { "蔭和俊"@zh-Hant } ?s ?p ?name }
"""


def checked(store, tmp_path, answers, text=STORED):
    for name, rows in answers.items():
        (tmp_path / name).write_text(rows, encoding="utf-8")
    question = parse_question(text, name="who", source="who.rq")
    engines = [questions.PyoxigraphEngine(store), RdflibEngine(store.quads())]
    return [outcome.differences for outcome in questions.check([question], engines, tmp_path)]


def test_a_right_answer_is_right_on_both_engines(store, tmp_path):
    assert checked(store, tmp_path, {"who.tsv": "?s\nhk:yin-hejun\n"}) == [(), ()]


def test_a_wrong_answer_is_wrong_on_both_engines(store, tmp_path):
    wrong = ("missing     hk:someone", "unexpected  hk:yin-hejun")
    assert checked(store, tmp_path, {"who.tsv": "?s\nhk:someone\n"}) == [wrong, wrong]


def test_an_answer_may_be_stored_for_other_values(store, tmp_path):
    answers = {"who.tsv": "?s\nhk:yin-hejun\n", "who@name=港大.tsv": "?s\nhk:yin-hejun\n"}
    wrong = ("with name=港大:", "missing     hk:yin-hejun", "unexpected  hk:university-of-hong-kong")
    assert checked(store, tmp_path, answers) == [wrong, wrong]


def test_a_missing_answer_is_reported(store, tmp_path):
    assert checked(store, tmp_path, {}) == [("there is no stored answer",)] * 2


def test_a_query_that_an_engine_cannot_run_is_reported(store, tmp_path):
    text = STORED.replace("?s ?p ?name }", "?s ?p ?name FILTER(<x:unknown>(?s)) }")
    for found in checked(store, tmp_path, {"who.tsv": "?s\nhk:yin-hejun\n"}, text):
        assert found


def test_an_answer_to_no_question_is_found(tmp_path):
    (tmp_path / "who.tsv").write_text("true")
    (tmp_path / "which.tsv").write_text("true")
    question = parse_question(STORED, name="who", source="who.rq")
    assert [path.name for path in questions.unused_answers([question], tmp_path)] == ["which.tsv"]


def test_questions_are_listed_by_theme(hkkg):
    result = hkkg("questions", "--lang", "zh-Hant")
    assert result.returncode == 0
    assert "laboratories-by-university" in result.stdout
    assert "國重點實驗室" in result.stdout


def test_all_questions_are_right_on_both_engines(hkkg):
    result = hkkg("questions", "check")
    assert result.stdout.endswith("questions right on pyoxigraph and rdflib\n"), result.stdout + result.stderr
    assert result.returncode == 0


def test_check_fails_with_the_difference(hkkg, tmp_path):
    (tmp_path / "laboratories-by-university.tsv").write_text("?university\t?name\t?laboratories\t?new\n")
    result = hkkg(
        "questions", "check", "laboratories-by-university", "--engine", "pyoxigraph", "--answers", tmp_path
    )
    assert result.returncode == 1
    assert "unexpected  hk:university-of-hong-kong\tThe University of Hong Kong@en\t5\t1" in result.stdout
    assert "pyoxigraph: 0 of 1 right" in result.stdout


def test_check_without_answers_says_so(hkkg, tmp_path):
    result = hkkg("questions", "check", "--answers", tmp_path / "missing")
    assert result.returncode == 2
    assert "no such folder" in result.stderr
