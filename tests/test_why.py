"""Explanations of triples, down to the passages that state them."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from hkkg import graph, reasoning, why
from hkkg.errors import ParameterError, UnknownResourceError
from hkkg.reasoning import INFERRED
from hkkg.why import Status
from reasoning_support import PREFIXES, reasoned, store_of, written

HKKG = Path(sys.executable).parent / "hkkg"

AXIOMS = """
hkkg:Hosting rdfs:subClassOf hkkg:Record ; rdfs:label "hosting"@en .
hkkg:hostedLaboratory rdfs:subPropertyOf hkkg:party . hkkg:host rdfs:subPropertyOf hkkg:party .
hkkg:hosting owl:inverseOf hkkg:hostedLaboratory .
hkkg:hostedBy owl:propertyChainAxiom ( hkkg:hosting hkkg:host ) .
hkkg:Derived rdfs:subClassOf hkkg:Record .
"""
DATA = """
<https://w3id.org/hkkg/graph/data/article> a hkkg:SourceGraph ; prov:wasAttributedTo hk:paper .
hk:paper skos:prefLabel "The Paper"@en , "報紙"@zh-Hant .
hk:hosting-of-ice a hkkg:Hosting ; hkkg:host hk:fire ; hkkg:hostedLaboratory hk:ice ;
    hkkg:date "2026"^^xsd:gYear ; hkkg:dateQualifier concept:by ; hkkg:statedIn passage:a.5-9 .
hk:ice a hkkg:Laboratory ; skos:prefLabel "冰實驗室"@zh-Hant ; hkkg:statedIn passage:a.1-3 .
hk:half a hkkg:Derived ; hkkg:value 5 ; hkkg:formula "hk:ten / hk:two" ; prov:wasDerivedFrom hk:ten , hk:two .
hk:ten hkkg:value 10 ; hkkg:statedIn passage:a.1-3 . hk:two hkkg:value 2 .
passage:a.5-9 a hkkg:Passage ; dcterms:isPartOf hk:section ; hkkg:keyWord "冰" ; oa:hasSource hk:article ;
    hkkg:passageKind concept:body ; hkkg:readWith passage:a.1-3 ;
    oa:hasSelector [ a oa:TextPositionSelector ; oa:start 5 ; oa:end 9 ] .
passage:a.1-3 a hkkg:Passage ; hkkg:readWith passage:a.5-9 .
"""
EDITORS = 'hk:ice skos:prefLabel "Laboratory of Ice"@en .'


@pytest.fixture(scope="module")
def store():
    made = store_of(AXIOMS, graph="https://w3id.org/hkkg/graph/ontology/test")
    store_of(DATA, graph="https://w3id.org/hkkg/graph/data/article", store=made)
    store_of(EDITORS, graph="https://w3id.org/hkkg/graph/data/editors", store=made)
    reasoning.materialise(made)
    return made


def test_a_stated_triple_has_its_graph_its_speaker_and_its_passages(store):
    explanation = why.explain_texts(store, "hk:hosting-of-ice", "hkkg:host", "hk:fire")
    assert explanation.status is Status.STATED
    assert explanation.holds
    assert explanation.statements == (
        why.Statement("https://w3id.org/hkkg/graph/data/article", ("https://w3id.org/hkkg/id/paper",)),
    )
    (passage,) = explanation.passages
    assert passage.iri == "https://w3id.org/hkkg/passage/a.5-9"
    assert (passage.start, passage.end, passage.key_words) == (5, 9, ("冰",))
    assert passage.kind == "https://w3id.org/hkkg/concept/body"
    assert passage.section == "https://w3id.org/hkkg/id/section"
    assert passage.source == "https://w3id.org/hkkg/id/article"


def test_passages_that_are_read_with_each_other_end(store):
    (passage,) = why.explain_texts(store, "hk:hosting-of-ice", "hkkg:host", "hk:fire").passages
    (other,) = passage.read_with
    assert other.iri == "https://w3id.org/hkkg/passage/a.1-3"
    assert other.read_with == ()


def test_the_editors_words_are_not_held_to_be_in_the_passages(store):
    assert why.explain_texts(store, "ice", "skos:prefLabel", '"冰實驗室"@zh-Hant').passages
    editors = why.explain_texts(store, "ice", "skos:prefLabel", '"Laboratory of Ice"@en')
    assert editors.statements[0].graph.endswith("/editors")
    assert editors.passages == ()


def test_a_citation_is_explained_by_the_passage_that_it_cites(store):
    explanation = why.explain_texts(store, "hk:ice", "hkkg:statedIn", "passage:a.1-3")
    assert [passage.iri for passage in explanation.passages] == ["https://w3id.org/hkkg/passage/a.1-3"]


def test_a_chain_is_explained_down_to_the_passages(store):
    explanation = why.explain_texts(store, "hk:ice", "hkkg:hostedBy", "hk:fire")
    assert (explanation.status, explanation.rule) == (Status.INFERRED, "prp-spo2")
    assert explanation.axiom == "hkkg:hostedBy owl:propertyChainAxiom ( hkkg:hosting hkkg:host )"
    inverse, host = explanation.premises
    assert (inverse.rule, inverse.axiom) == ("prp-inv2", "hkkg:hosting owl:inverseOf hkkg:hostedLaboratory")
    assert host.status is Status.STATED
    leaves = [node for node in explanation.walk() if not node.premises]
    assert [written(leaf.triple) for leaf in leaves] == [
        "hk:hosting-of-ice hkkg:hostedLaboratory hk:ice",
        "hk:hosting-of-ice hkkg:host hk:fire",
    ]
    assert all(leaf.passages for leaf in leaves)


def test_a_bound_is_explained_by_its_date_and_qualifiers(store):
    explanation = why.explain_texts(store, "hosting-of-ice", "notAfter", '"2026-12-31"^^xsd:date')
    assert (explanation.status, explanation.rule) == (Status.GENERATED, "date-bounds")
    assert [written(premise.triple) for premise in explanation.premises] == [
        'hk:hosting-of-ice hkkg:date "2026"^^<http://www.w3.org/2001/XMLSchema#gYear>',
        "hk:hosting-of-ice hkkg:dateQualifier concept:by",
    ]


def test_a_label_is_explained_by_what_it_is_made_of(store):
    explanation = why.explain_texts(
        store, "hosting-of-ice", "rdfs:label", "Hosting: Laboratory of Ice – fire"
    )
    assert (explanation.status, explanation.rule) == (Status.GENERATED, "record-label")
    assert {written(premise.triple) for premise in explanation.premises} == {
        "hk:hosting-of-ice rdf:type hkkg:Hosting",
        'hkkg:Hosting rdfs:label "hosting"@en',
        "hk:hosting-of-ice hkkg:hostedLaboratory hk:ice",
        "hk:hosting-of-ice hkkg:host hk:fire",
        'hk:ice skos:prefLabel "Laboratory of Ice"@en',
    }


def test_a_derived_figure_is_explained_by_its_inputs(store):
    explanation = why.explain_texts(store, "hk:half", "hkkg:value", "5")
    assert (explanation.rule, explanation.axiom) == ("formula", "hk:ten / hk:two")
    assert [premise.triple.subject.value[-3:] for premise in explanation.premises] == ["ten", "two"]
    assert explanation.premises[0].passages


def test_what_does_not_hold_says_what_does(store):
    explanation = why.explain_texts(store, "hk:ice", "hkkg:hostedBy", "hk:paper")
    assert explanation.status is Status.ABSENT
    assert not explanation.holds
    assert [written(triple) for triple in explanation.nearby] == ["hk:ice hkkg:hostedBy hk:fire"]


def test_of_several_derivations_the_shortest_is_given():
    store, _ = reasoned(
        ":A rdfs:subClassOf :B . :B rdfs:subClassOf :C . :C rdfs:subClassOf :D . :p rdfs:domain :D ."
        ":x a :A ; :p :y ."
    )
    explanation = why.explain_texts(store, "http://example.org/x", "a", "http://example.org/D")
    assert explanation.rule == "prp-dom"
    assert len(list(explanation.walk())) == 2


def test_a_circle_of_axioms_ends_at_what_is_stated():
    store, _ = reasoned(":p owl:inverseOf :q . :q owl:inverseOf :p . :p a owl:SymmetricProperty . :x :p :y .")
    for predicate in "pq":
        for start, end in ("xy", "yx"):
            names = (f"http://example.org/{name}" for name in (start, predicate, end))
            leaves = [n for n in why.explain_texts(store, *names).walk() if not n.premises]
            assert [leaf.status for leaf in leaves] == [Status.STATED]


def test_a_long_transitive_path_has_a_flat_derivation():
    links = "".join(f":n{i} :p :n{i + 1} . " for i in range(16))
    store, _ = reasoned(f":p a owl:TransitiveProperty . {links}")
    names = (f"http://example.org/{name}" for name in ("n0", "p", "n16"))
    leaves = [n for n in why.explain_texts(store, *names).walk() if not n.premises]
    assert len(leaves) == 16
    assert {leaf.status for leaf in leaves} == {Status.STATED}


def test_what_nothing_derives_any_more_is_unexplained():
    store, _ = reasoned(":p owl:inverseOf :q . :x :p :y .")
    gone = "<http://example.org/x> <http://example.org/p> <http://example.org/y>"
    store.update(f"DELETE DATA {{ {gone} . GRAPH <http://example.org/graph> {{ {gone} }} }}")
    names = (f"http://example.org/{name}" for name in ("y", "q", "x"))
    explanation = why.explain_texts(store, *names)
    assert explanation.status is Status.UNEXPLAINED
    assert "no rule derives it" in why.as_text(explanation, store)


@pytest.mark.parametrize(
    ("triple", "hint"),
    [
        (("hk:icy", "hkkg:hostedBy", "hk:fire"), "hk:ice"),
        (("hk:ice", "hkkg:hostdBy", "hk:fire"), "hkkg:hostedBy"),
        (("hk:ice", "hkkg:hostedBy", "hk:fires"), "hk:fire"),
        (("hosting-ice", "host", "hk:fire"), "hk:hosting-of-ice"),
        (("ice", "hostedBy", "fires"), "hk:fire"),
    ],
)
def test_what_the_graph_does_not_speak_of_is_refused_with_the_nearest(store, triple, hint):
    with pytest.raises(UnknownResourceError) as caught:
        why.explain_texts(store, *triple)
    assert hint in caught.value.hint


@pytest.mark.parametrize(
    ("triple", "message"),
    [
        (("foo:ice", "a", "hkkg:Hosting"), "knows no prefix foo:"),
        (("hk:i ce", "a", "hkkg:Hosting"), "not an IRI"),
        (("hk:half", "hkkg:value", '"5"^^foo:int'), "no datatype"),
    ],
)
def test_malformed_terms_are_refused(store, triple, message):
    with pytest.raises(ParameterError, match=message):
        why.explain_texts(store, *triple)


@pytest.mark.parametrize(
    "written_so",
    ["5", '"5"^^xsd:integer', '"5"^^<http://www.w3.org/2001/XMLSchema#integer>'],
)
def test_a_number_is_found_however_it_is_written(store, written_so):
    assert why.explain_texts(store, "hk:half", "hkkg:value", written_so).holds


def test_bare_text_is_found_whatever_its_language(store):
    assert why.explain_texts(store, "ice", "skos:prefLabel", "冰實驗室").holds


@pytest.mark.parametrize(
    "text", ["6", "5.0", "true", "ice, but not this", '"5"', '"冰實驗室"@en', r'"a \" b"']
)
def test_a_literal_that_is_not_there_does_not_hold(store, text):
    assert not why.explain_texts(store, "hk:half", "hkkg:value", text).holds


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ["hk:ice [Laboratory of Ice]", "inferred by prp-spo2", "by The Paper"]),
        ("zh-Hant", ["hk:ice [冰實驗室]", "據prp-spo2推得", "陳述者：報紙"]),
        ("zh-Hans", ["hk:ice [冰實驗室]", "据prp-spo2推得", "陈述者：報紙"]),
    ],
)
def test_the_text_speaks_the_language_that_was_asked_for(store, language, words):
    text = why.as_text(why.explain_texts(store, "hk:ice", "hkkg:hostedBy", "hk:fire"), store, language)
    assert all(word in text for word in words)


def test_each_step_of_the_text_is_indented_below_what_it_supports(store):
    text = why.as_text(why.explain_texts(store, "hk:ice", "hkkg:hostedBy", "hk:fire"), store)
    depths = [len(line) - len(line.lstrip()) for line in text.splitlines() if line.lstrip().startswith("hk:")]
    assert depths == [0, 4, 8, 4]


def test_what_is_inferred_in_the_packaged_graph_can_be_explained():
    packaged = graph.open_graph()
    sample = sorted(packaged.quads(graph=INFERRED), key=str)[::50]
    assert len(sample) > 50
    for quad in sample:
        explanation = why.explain(packaged, quad.subject, quad.predicate, quad.object)
        assert explanation.status in {Status.INFERRED, Status.GENERATED}
        assert all(node.status is not Status.UNEXPLAINED for node in explanation.walk())
        assert all(node.status is Status.STATED for node in explanation.walk() if not node.premises)


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    folder = tmp_path_factory.mktemp("graph")
    (folder / "axioms.ttl").write_text(PREFIXES + AXIOMS, encoding="utf-8")
    (folder / "data.ttl").write_text(PREFIXES + DATA + EDITORS, encoding="utf-8")
    return folder


def run(*arguments):
    return subprocess.run([HKKG, "why", *arguments], capture_output=True, text=True, check=False)


def test_the_command_prints_the_derivation_and_exits_with_0(files):
    done = run("hk:ice", "hkkg:hostedBy", "hk:fire", "--data", files)
    assert done.returncode == 0
    assert "passage:a.5-9" in done.stdout
    assert done.stderr == ""


def test_the_command_exits_with_1_if_the_triple_does_not_hold(files):
    done = run("hk:ice", "hkkg:hostedBy", "hk:paper", "--data", files, "--lang", "zh-Hant")
    assert done.returncode == 1
    assert "不成立" in done.stdout


def test_the_command_exits_with_2_if_the_graph_does_not_speak_of_it(files):
    done = run("hk:icee", "hkkg:hostedBy", "hk:fire", "--data", files)
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr == "hkkg: the graph does not speak of hk:icee.\nNearest: hk:ice.\n"


def test_the_command_writes_json(files):
    done = run("hk:ice", "hkkg:hostedBy", "hk:fire", "--data", files, "--format", "json", "--lang", "zh-Hant")
    tree = json.loads(done.stdout)
    assert tree["status"] == "inferred"
    assert tree["holds"] is True
    assert tree["triple"]["object"] == {"type": "uri", "value": "https://w3id.org/hkkg/id/fire"}
    assert tree["premises"][1]["passages"][0]["keyWords"] == ["冰"]
    assert tree["labels"]["https://w3id.org/hkkg/id/ice"] == "冰實驗室"


def test_the_command_explains_the_packaged_graph():
    done = run("hk:tianyun-camera", "hkkg:installedOn", "hk:shenzhou-23")
    assert done.returncode == 0
    assert "hkkg:installation hkkg:platform" in done.stdout
    assert "passage:tkp-2026.1553-1574" in done.stdout
