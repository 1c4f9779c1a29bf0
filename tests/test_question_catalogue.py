"""The stored questions as a graph, found by the queries that tools for such catalogues send."""

import httpx
import pytest

from conftest import DEADLINE
from hkkg import questions, vocab
from hkkg.store import EmbeddedStore, Literal, NamedNode

GRAPH = vocab.QUESTIONS_GRAPH
# As the SIB's editor and its loader of examples send them.
EXAMPLES = """\
PREFIX sh: <http://www.w3.org/ns/shacl#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
SELECT DISTINCT ?sq ?comment ?query WHERE {
    ?sq a sh:SPARQLExecutable ;
        rdfs:comment ?comment ;
        sh:select|sh:ask|sh:construct|sh:describe ?query .
} ORDER BY ?sq
"""
PREFIXES = """\
PREFIX sh: <http://www.w3.org/ns/shacl#>
SELECT DISTINCT ?prefix ?namespace WHERE { [] sh:namespace ?namespace ; sh:prefix ?prefix } ORDER BY ?prefix
"""


@pytest.fixture(scope="module")
def catalogue():
    store = EmbeddedStore()
    store.add(questions.described(questions.all_questions()), in_union=True)
    return store


def found(server, query):
    parameters = {"query": query, "default-graph-uri": GRAPH, "format": "json"}
    answer = httpx.get(f"{server}sparql", params=parameters, timeout=DEADLINE).json()
    return answer["results"]["bindings"]


def test_tools_find_every_question_in_three_scripts(server):
    rows = found(server, EXAMPLES)
    assert len(rows) == 3 * len(questions.names())
    assert {row["comment"]["xml:lang"].lower() for row in rows} == {"en", "zh-hant", "zh-hans"}


def test_tools_find_the_prefixes(server):
    rows = found(server, PREFIXES)
    assert {row["prefix"]["value"]: row["namespace"]["value"] for row in rows} == vocab.PREFIXES


def test_a_plain_query_does_not_see_them(packaged):
    asks = "PREFIX sh: <http://www.w3.org/ns/shacl#> ASK { %s { ?q a sh:SPARQLExecutable } }"
    assert packaged.query(asks % "").boolean is False
    assert packaged.query(asks % f"GRAPH <{GRAPH}>").boolean is True


def test_each_question_runs_as_the_graph_has_it(catalogue, packaged):
    queries = {
        row[0].value.rpartition("/")[2]: row[2].value for row in catalogue.query(EXAMPLES).table().rows
    }
    for question in questions.all_questions():
        kept, stored = (packaged.query(text) for text in (queries[question.name], question.text))
        if stored.boolean is not None:
            assert kept.boolean == stored.boolean
        elif stored.is_graph:
            assert set(kept.triples()) == set(stored.triples())
        else:
            assert kept.table() == stored.table()


def test_each_question_says_its_form_its_endpoint_and_its_tags(catalogue):
    sh, schema = vocab.SH, vocab.SCHEMA
    forms = {"table": "Select", "boolean": "Ask", "graph": "Construct"}
    for question in questions.all_questions():
        this = NamedNode(f"https://w3id.org/hkkg/questions/{question.name}")
        objects = {}
        for quad in catalogue.quads(this, None, None, NamedNode(GRAPH)):
            objects.setdefault(quad.predicate.value, set()).add(quad.object)
        form = forms[questions.form_of(question.text).kind]
        assert NamedNode(f"{sh}SPARQL{form}Executable") in objects[vocab.RDF + "type"]
        assert sum(sh + name in objects for name in ("select", "ask", "construct")) == 1
        assert objects[schema + "target"] == {NamedNode("https://w3id.org/hkkg/sparql")}
        assert objects[schema + "keywords"] == {Literal(tag) for tag in question.tags}
        assert len(objects.get(sh + "parameter", ())) == len(question.parameters)


def test_a_parameter_says_its_kind_and_its_default(catalogue):
    query = """
    PREFIX sh: <http://www.w3.org/ns/shacl#>
    SELECT ?kind ?default {
        <https://w3id.org/hkkg/questions/%s> sh:parameter [ sh:name ?n ; sh:defaultValue ?default ;
            sh:nodeKind|sh:datatype ?kind ] } ORDER BY ?n
    """
    hosted = catalogue.query(query % "laboratories-of-a-university").table().rows
    assert hosted == ((NamedNode(vocab.SH + "IRI"), NamedNode(vocab.HK + "university-of-hong-kong")),)
    dates = catalogue.query(query % "happenings-between-two-dates").table().rows
    assert {row[0].value for row in dates} == {vocab.XSD + "date"}
