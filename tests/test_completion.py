"""Labels of records and bounds of their dates, which software generates."""

from collections import defaultdict

import pytest

from hkkg import graph, reasoning, vocab
from hkkg.reasoning import INFERRED, UNION
from hkkg.store import Literal, NamedNode
from reasoning_support import inferred, reasoned, store_of

MODEL = """
hkkg:Record rdfs:label "record"@en .
hkkg:Event rdfs:subClassOf hkkg:Record ; rdfs:label "event"@en .
hkkg:Hosting rdfs:subClassOf hkkg:Record ;
    rdfs:label "hosting"@en , "實驗室依託"@zh-Hant , "实验室依托"@zh-Hans .
hkkg:Opening rdfs:subClassOf hkkg:Event ; rdfs:label "opening"@en .
hkkg:Observation rdfs:subClassOf hkkg:Record ; rdfs:label "observation"@en .
hkkg:Claim rdfs:subClassOf hkkg:Record ; rdfs:label "claim"@en , "主張"@zh-Hant .
hkkg:hostedLaboratory rdfs:subPropertyOf hkkg:party . hkkg:host rdfs:subPropertyOf hkkg:party .
hkkg:about rdfs:subPropertyOf hkkg:party . hkkg:condition rdfs:subPropertyOf hkkg:party .
hkkg:hosting owl:inverseOf hkkg:hostedLaboratory .
hkkg:hostedBy owl:propertyChainAxiom ( hkkg:hosting hkkg:host ) .
hkkg:referencePeriod rdfs:subPropertyOf hkkg:date .
hk:lab skos:prefLabel "Laboratory of Ice"@en , "冰實驗室"@zh-Hant , "冰实验室"@zh-Hans .
hk:uni skos:prefLabel "University of Fire"@en , "火大學"@zh-Hant , "火大学"@zh-Hans .
hk:power skos:prefLabel "computing power"@en , "算力"@zh-Hant , "算力"@zh-Hans .
concept:more-than skos:prefLabel "more than"@en , "多於"@zh-Hant , "多于"@zh-Hans .
concept:planned skos:prefLabel "planned"@en , "計劃"@zh-Hant , "计划"@zh-Hans .
"""
LABEL = NamedNode(vocab.RDFS + "label")


def labels(turtle, record="hk:r"):
    store, _ = reasoned(MODEL + turtle)
    quads = store.quads(NamedNode(vocab.expand(record)), LABEL, None, INFERRED)
    return {vocab.canonical_tag(quad.object.language): quad.object.value for quad in quads}


def bounds(turtle):
    store, _ = reasoned(MODEL + "hk:r a hkkg:Opening ; " + turtle)
    found = {}
    for name in ("notBefore", "notAfter"):
        quads = list(store.quads(NamedNode(vocab.HK + "r"), NamedNode(vocab.HKKG + name), None, UNION))
        assert len(quads) <= 1
        found[name] = quads[0].object.value if quads else None
        assert all(quad.object.datatype.value == vocab.XSD + "date" for quad in quads)
    return found["notBefore"], found["notAfter"]


def test_a_record_is_named_by_its_class_and_its_parties_in_three_scripts():
    assert labels("hk:r a hkkg:Hosting ; hkkg:host hk:uni ; hkkg:hostedLaboratory hk:lab .") == {
        "en": "Hosting: Laboratory of Ice – University of Fire",
        "zh-Hans": "实验室依托：冰实验室 – 火大学",
        "zh-Hant": "實驗室依託：冰實驗室 – 火大學",
    }


def test_the_most_specific_class_names_the_record():
    assert (
        labels("hk:r a hkkg:Event , hkkg:Opening ; hkkg:about hk:lab .")["en"] == "Opening: Laboratory of Ice"
    )


def test_a_record_without_parties_is_named_by_its_class():
    assert labels("hk:r a hkkg:Opening .")["en"] == "Opening"


def test_a_missing_label_is_taken_from_the_nearest_script_or_the_iri():
    record = "hk:r a hkkg:Hosting ; hkkg:hostedLaboratory hk:l ; hkkg:host hk:u-1 ."
    assert labels(f'{record} hk:l skos:prefLabel "冰"@zh-Hant .') == {
        "en": "Hosting: 冰 – u-1",
        "zh-Hans": "实验室依托：冰 – u-1",
        "zh-Hant": "實驗室依託：冰 – u-1",
    }


def test_of_many_parties_the_first_are_named():
    parties = " , ".join(f"hk:p{n}" for n in range(9))
    assert (
        labels(f"hk:r a hkkg:Opening ; hkkg:about {parties} .")["en"]
        == "Opening: p0 – p1 – p2 – p3 – p4 – p5 – …"
    )


def test_an_observation_is_named_by_indicator_thing_period_and_value():
    turtle = """hk:r a hkkg:Observation ; hkkg:about hk:lab ; hkkg:indicator hk:power ; hkkg:value 180000 ;
        hkkg:referencePeriod "2032"^^xsd:gYear ; hkkg:comparator concept:more-than ;
        hkkg:modality concept:planned ; qudt:hasUnit unit:PetaFLOPS ."""
    assert labels(turtle) == {
        "en": "Computing power: Laboratory of Ice – 2032, more than 180,000 PetaFLOPS, planned",
        "zh-Hans": "算力：冰实验室 – 2032，多于 180,000 PetaFLOPS，计划",
        "zh-Hant": "算力：冰實驗室 – 2032，多於 180,000 PetaFLOPS，計劃",
    }


@pytest.mark.parametrize(
    ("unit", "value", "shown"),
    [
        ("NUM", "51", "51"),
        ("UNITLESS", "3", "3"),
        ("PERCENT", "12.5", "12.5 %"),
        ("CCY_HKD", "73000000000", "73,000,000,000 HKD"),
        ("HR", "1", "1 h"),
        ("NUM", "'many'", "many"),
    ],
)
def test_what_is_plain_goes_unsaid(unit, value, shown):
    turtle = f"""hk:r a hkkg:Observation ; hkkg:about hk:lab ; hkkg:indicator hk:power ; hkkg:value {value} ;
        hkkg:comparator concept:exactly ; hkkg:modality concept:measured ; qudt:hasUnit unit:{unit} ."""
    assert labels(turtle)["en"] == f"Computing power: Laboratory of Ice – {shown}"


def test_a_claim_is_named_by_what_it_asserts():
    found = labels('hk:r a hkkg:Claim ; hkkg:about hk:lab ; hkkg:assertion "It is the first."@en .')
    assert found["en"] == "Claim: It is the first."
    assert found["zh-Hant"] == "主張：冰實驗室"


def test_a_record_about_a_record_is_named_after_it():
    turtle = "hk:a a hkkg:Opening ; hkkg:condition hk:r . hk:r a hkkg:Opening ; hkkg:about hk:lab ."
    assert labels(turtle, "hk:a")["en"] == "Opening: Opening: Laboratory of Ice"


def test_records_in_a_circle_are_named_by_their_slugs():
    turtle = "hk:r a hkkg:Opening ; hkkg:condition hk:s . hk:s a hkkg:Opening ; hkkg:condition hk:r ."
    assert labels(turtle)["en"] == "Opening: s"


def test_an_indicator_that_is_a_record_gives_its_name():
    turtle = "hk:o a hkkg:Observation ; hkkg:indicator hk:r ; hkkg:value 1 . hk:r a hkkg:Opening ."
    assert labels(turtle, "hk:o")["en"] == "Opening – 1"


def test_what_cannot_be_a_party_goes_unnamed():
    turtle = "hk:r a hkkg:Observation ; hkkg:about 'text' , <<( hk:a hk:b hk:c )>> ; hkkg:value 1 ;"
    assert labels(turtle + "hkkg:indicator hk:power .")["en"] == "Computing power – 1"
    assert labels("hk:r a hkkg:Opening ; hkkg:party 'text' , <<( hk:a hk:b hk:c )>> .")["en"] == "Opening"


def test_of_two_assertions_the_first_names_the_claim():
    turtle = "hk:r a hkkg:Claim ; hkkg:assertion {}@en , {}@en ."
    for pair in (("'A'", "'B'"), ("'B'", "'A'")):
        assert labels(turtle.format(*pair))["en"] == "Claim: A"


def test_a_stated_label_is_kept():
    assert labels('hk:r a hkkg:Opening ; rdfs:label "Grand opening"@en .').keys() == {"zh-Hans", "zh-Hant"}


def test_only_records_are_completed():
    store, _ = reasoned(MODEL + 'hk:lab hkkg:date "2026"^^xsd:gYear ; a hkkg:Laboratory .')
    assert not list(store.quads(NamedNode(vocab.HK + "lab"), None, None, INFERRED))


@pytest.mark.parametrize(
    ("date", "first", "last"),
    [
        ('"2026"^^xsd:gYear', "2026-01-01", "2026-12-31"),
        ('"2026-05"^^xsd:gYearMonth', "2026-05-01", "2026-05-31"),
        ('"2024-02"^^xsd:gYearMonth', "2024-02-01", "2024-02-29"),
        ('"2025-02"^^xsd:gYearMonth', "2025-02-01", "2025-02-28"),
        ('"2026-05-24"^^xsd:date', "2026-05-24", "2026-05-24"),
    ],
)
@pytest.mark.parametrize("predicate", ["date", "referencePeriod"])
def test_a_date_has_the_bounds_of_its_precision(predicate, date, first, last):
    assert bounds(f"hkkg:{predicate} {date} .") == (first, last)


@pytest.mark.parametrize(
    ("qualifier", "expected"),
    [
        ("by", (None, "2032-12-31")),
        ("before", (None, "2031-12-31")),
        ("since", ("2032-01-01", None)),
        ("for-the-year", ("2032-01-01", None)),
        ("year-end", ("2032-01-01", "2032-12-31")),
        ("mid-year", ("2032-01-01", "2032-12-31")),
        ("as-of", ("2032-01-01", "2032-12-31")),
        ("within", ("2032-01-01", "2032-12-31")),
    ],
)
def test_a_qualifier_narrows_nothing_that_the_source_does_not_say(qualifier, expected):
    assert bounds(f'hkkg:date "2032"^^xsd:gYear ; hkkg:dateQualifier concept:{qualifier} .') == expected


def test_before_a_month_ends_with_the_month_before_it():
    turtle = 'hkkg:date "2024-03"^^xsd:gYearMonth ; hkkg:dateQualifier concept:before , concept:by .'
    assert bounds(turtle) == (None, "2024-02-29")


@pytest.mark.parametrize(
    "date",
    [
        '"---08"^^xsd:gDay',
        '"--05-24"^^xsd:gMonthDay',
        '"--05"^^xsd:gMonth',
        '"2026-13"^^xsd:gYearMonth',
        '"2026-02-30"^^xsd:date',
        '"0000"^^xsd:gYear',
        '"26"^^xsd:gYear',
        '"2026Z"^^xsd:gYear',
        '"２０２６"^^xsd:gYear',
        '"2026"',
        "2026",
        "hk:lab",
        '"2026"^^xsd:gYear , "2025"^^xsd:gYear',
    ],
)
def test_what_names_no_one_period_has_no_bounds(date):
    assert bounds(f"hkkg:date {date} .") == (None, None)


def test_the_first_year_has_nothing_before_it():
    assert bounds('hkkg:date "0001"^^xsd:gYear ; hkkg:dateQualifier concept:before .') == (None, None)


def test_a_qualifier_alone_has_no_bounds():
    assert bounds("hkkg:dateQualifier concept:current .") == (None, None)


def test_a_stated_bound_is_not_repeated():
    store, _ = reasoned(
        MODEL + 'hk:r a hkkg:Opening ; hkkg:date "2026"^^xsd:gYear ; hkkg:notAfter "2026-12-31"^^xsd:date .'
    )
    assert not list(store.quads(None, NamedNode(vocab.HKKG + "notAfter"), None, INFERRED))


def test_completing_again_changes_nothing():
    store = store_of(MODEL + 'hk:r a hkkg:Opening ; hkkg:about hk:lab ; hkkg:date "2026"^^xsd:gYear .')
    reasoning.materialise(store)
    before = inferred(store)
    reasoning.materialise(store)
    assert inferred(store) == before


def test_a_label_follows_what_it_is_made_of():
    store = store_of(MODEL + "hk:r a hkkg:Opening .")
    reasoning.materialise(store)
    store_of("hk:r hkkg:about hk:lab .", graph="http://example.org/more", store=store)
    reasoning.materialise(store)
    found = {q.object for q in store.quads(NamedNode(vocab.HK + "r"), LABEL, None, UNION)}
    assert Literal("Opening", language="en") not in found
    assert Literal("Opening: Laboratory of Ice", language="en") in found


@pytest.fixture(scope="module")
def packaged():
    return graph.open_graph()


def test_every_packaged_record_has_one_label_in_each_language(packaged):
    query = f"""{vocab.prefix_header()} SELECT ?record (LANG(?label) AS ?language) WHERE {{
        ?record a hkkg:Record OPTIONAL {{ ?record rdfs:label ?label }} }}"""
    found = defaultdict(list)
    for record, language in packaged.query(query).table().rows:
        found[record].append(language.value if language else None)
    assert {tuple(sorted(languages, key=str)) for languages in found.values()} == {
        ("en", "zh-hans", "zh-hant")
    }


def test_every_packaged_record_with_a_year_has_a_bound(packaged):
    query = f"""{vocab.prefix_header()} ASK {{
        ?record a hkkg:Record ; hkkg:date ?date .
        FILTER(DATATYPE(?date) IN (xsd:gYear, xsd:gYearMonth, xsd:date))
        FILTER NOT EXISTS {{ ?record hkkg:notAfter ?last }}
        FILTER NOT EXISTS {{ ?record hkkg:notBefore ?first }} }}"""
    assert packaged.query(query).boolean is False
    assert packaged.query(f"{vocab.prefix_header()} ASK {{ ?record hkkg:notAfter ?last }}").boolean
