"""What results say where the shape has no message."""

import pytest

from hkkg import formats, loading, validation, vocab
from hkkg.validation import engines
from hkkg.validation.complaints import COMPLAINTS

PREFIXES = (
    f"@prefix sh: <{vocab.SH}> .\n@prefix xsd: <{vocab.XSD}> .\n@prefix schema: <https://schema.org/> .\n"
)
# Each component: the parameters of a property shape, the values that violate it, and what is said.
CASES = {
    "And": (
        "sh:and (schema:A [ sh:nodeKind sh:IRI ])",
        "1",
        "Must conform to all of schema:A, a shape without a name.",
    ),
    "Class": ("sh:class schema:Person", "schema:a", "Must be of the class schema:Person."),
    "Datatype": ("sh:datatype xsd:date", "1", "Must have the datatype xsd:date."),
    "Disjoint": ("sh:disjoint schema:q", "2", "Must not be a value of schema:q too."),
    "Equals": ("sh:equals schema:q", "2, 3", "Must have the same values as schema:q."),
    "HasValue": ("sh:hasValue 5", "1", "Must have the value 5."),
    "In": ('sh:in (1 "x"@en schema:b)', "2", 'Must be one of 1, "x"@en, schema:b.'),
    "LanguageIn": (
        'sh:languageIn ("en" "zh-Hant")',
        '"x"@fr',
        'Must be in one of the languages "en", "zh-Hant".',
    ),
    "LessThan": ("sh:lessThan schema:q", "2", "Must be less than the values of schema:q."),
    "LessThanOrEquals": ("sh:lessThanOrEquals schema:q", "3", "Must not exceed the values of schema:q."),
    "MaxCount": ("sh:maxCount 1", "1, 2", "Too many values: at most 1 allowed."),
    "MaxExclusive": ("sh:maxExclusive 5", "5", "Must be less than 5."),
    "MaxInclusive": ("sh:maxInclusive 1.5", "2", 'Must be at most "1.5"^^xsd:decimal.'),
    "MaxLength": ("sh:maxLength 2", '"abc"', "Too long: at most 2 characters allowed."),
    "MinCount": ("sh:minCount 2", "1", "Too few values: at least 2 wanted."),
    "MinExclusive": ("sh:minExclusive 5", "5", "Must be greater than 5."),
    "MinInclusive": ("sh:minInclusive 5", "4", "Must be at least 5."),
    "MinLength": ("sh:minLength 3", '"ab"', "Too short: at least 3 characters wanted."),
    "Node": ("sh:node schema:A", "1", "Must conform to schema:A."),
    "NodeKind": ("sh:nodeKind sh:IRI", "1", "Must be of the kind sh:IRI."),
    "Not": ("sh:not [ sh:nodeKind sh:Literal ]", "1", "Must not conform to a shape without a name."),
    "Or": ("sh:or (schema:A)", "1", "Must conform to one of schema:A at least."),
    "Pattern": ('sh:pattern "^a{2}$"', '"b"', 'Must match the pattern "^a{2}$".'),
    "QualifiedMaxCount": (
        "sh:qualifiedValueShape schema:A ; sh:qualifiedMaxCount 0",
        "schema:a",
        "Too many values conform to schema:A: at most 0 allowed.",
    ),
    "QualifiedMinCount": (
        "sh:qualifiedValueShape schema:A ; sh:qualifiedMinCount 1",
        "1",
        "Too few values conform to schema:A: at least 1 wanted.",
    ),
    "UniqueLang": ("sh:uniqueLang true", '"x"@en, "y"@en', "There is more than one value in a language."),
    "Xone": ("sh:xone (schema:A)", "1", "Must conform to exactly one of schema:A."),
}  # fmt: skip


def said(shapes, data, engine):
    """Validate, and return the messages of the findings of SHACL's own components."""
    documents = [
        loading.Document(name, (PREFIXES + text).encode(), formats.TURTLE, "https://example.org/g")
        for name, text in (("data.ttl", data), ("shapes.ttl", shapes))
    ]
    return [dict(f.messages) for f in validation.validate(documents[:1], documents[1:], engine).findings]


@pytest.mark.parametrize("engine", engines.NAMES)
@pytest.mark.parametrize("name", CASES)
def test_a_result_without_a_message_says_what_its_shape_wants(name, engine):
    parameters, values, text = CASES[name]
    shapes = (
        "schema:A a sh:NodeShape ; sh:nodeKind sh:IRI .\n"
        f"schema:S sh:targetNode schema:x ; sh:property [ sh:path schema:p ; {parameters} ] .\n"
    )
    found = said(shapes, f"schema:x schema:p {values} ; schema:q 2 .", engine)
    assert found
    assert {messages["en"] for messages in found} == {text}
    assert {tag for messages in found for tag in messages} == {"en", "zh-Hans", "zh-Hant"}


@pytest.mark.parametrize("engine", engines.NAMES)
def test_a_closed_shape_says_that_it_does_not_allow_a_property(engine):
    shapes = "schema:S sh:targetNode schema:x ; a sh:NodeShape ; sh:closed true ; sh:ignoredProperties () ."
    assert [m["en"] for m in said(shapes, "schema:x schema:p 1 .", engine)] == [
        "The shape does not allow this property."
    ]


def test_every_complaint_has_a_case():
    assert set(CASES) | {"Closed"} == set(COMPLAINTS)


@pytest.mark.parametrize("engine", engines.NAMES)
def test_a_long_list_is_cut(engine):
    shapes = f"schema:S sh:targetNode schema:x ; sh:in ({' '.join(map(str, range(40)))}) ; a sh:NodeShape ."
    (messages,) = said(shapes, "schema:x schema:p 1 .", engine)
    assert messages["en"] == "Must be one of 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, …."


@pytest.mark.parametrize("engine", engines.NAMES)
def test_a_message_of_the_shape_stands_alone(engine):
    shapes = "schema:S sh:targetNode schema:x ; sh:nodeKind sh:Literal ; sh:message 'Why?' ; a sh:NodeShape ."
    assert said(shapes, "schema:x schema:p 1 .", engine) == [{"": "Why?"}]


@pytest.mark.parametrize("engine", engines.NAMES)
def test_a_query_without_a_message_is_said_not_to_be_met_in_three_languages(engine):
    shapes = (
        "schema:S a sh:NodeShape ; sh:targetNode schema:x ; sh:sparql [ a sh:SPARQLConstraint ; "
        "sh:select 'SELECT $this WHERE { $this ?p ?o }' ] ."
    )
    (messages,) = said(shapes, "schema:x schema:p 1 .", engine)
    assert messages["zh-Hant"] == "未能符合約束。"
    assert messages["en"] == "The constraint is not met."
