import pytest

from hkkg import catalog, checks, formats, loading, vocab
from hkkg.catalog import Kind
from hkkg.checks import Severity, Triples, scripts, show
from hkkg.checks.vacuous import shacl_properties
from hkkg.store import BlankNode, Literal, NamedNode, parse

PREFIXES = "".join(f"@prefix {prefix}: <{iri}> .\n" for prefix, iri in vocab.PREFIXES.items())


def triples(text):
    return Triples(parse((PREFIXES + text).encode(), formats.TURTLE, source="test"))


def brief(findings):
    return [(show(f.focus), str(f.path), f.component.removeprefix(checks.CHECK)) for f in findings]


RORS = ["02zhqgq86", "00t33hh48", "00q4vv597", "0030zas98", "03q8dnn23", "0145fw131", "034179816"]


@pytest.mark.parametrize("ror", RORS)
def test_a_ror_identifier_checks(ror):
    assert checks.valid_ror(f"https://ror.org/{ror}")


@pytest.mark.parametrize(
    "ror",
    [
        "02zhqgq87",
        "02zhqgq68",
        "02zhqgp86",
        "20zhqgq86",
        "02zhqgq8",
        "02zhqgq866",
        "02zhqgqxx",
        "02zhqgu86",
        "",
    ],
)
def test_a_mistyped_ror_identifier_does_not_check(ror):
    assert not checks.valid_ror(f"https://ror.org/{ror}")


def test_every_single_wrong_character_of_a_ror_identifier_is_found():
    alphabet, good = "0123456789abcdefghjkmnpqrstvwxyz", RORS[0]
    wrong = [good[:i] + c + good[i + 1 :] for i in range(7) for c in alphabet if c != good[i]]
    assert [ror for ror in wrong if checks.valid_ror(ror)] == []


def test_isni_and_orcid_check():
    assert checks.valid_isni("0000000121742757")
    assert not checks.valid_isni("0000000121742758")
    assert checks.valid_orcid("https://orcid.org/0000-0002-1825-0097")
    assert not checks.valid_orcid("https://orcid.org/0000-0002-1825-0098")


def test_wrong_check_digits_are_found():
    data = triples(
        'hk:a hkkg:ror "https://ror.org/02zhqgq87"^^xsd:anyURI ; hkkg:isni "0000000121742757" .'
        'hk:b hkkg:isni "0000000121742758" ; hkkg:orcid "0000-0002-1825-0098" .'
    )
    assert sorted(brief(checks.check_digits(data))) == [
        ("hk:a", "hkkg:ror", "check-digits"),
        ("hk:b", "hkkg:isni", "check-digits"),
        ("hk:b", "hkkg:orcid", "check-digits"),
    ]


@pytest.mark.parametrize(
    ("text", "simplified"),
    [
        ("香港大學", ""),
        ("香港科技园", "园"),
        ("部长", "长"),
        ("全国重点实验室", "国点实验"),
        ("科技集群峰會衛星用戶", ""),
        ("鄰里、皇后、台灣、干涉、茶杯", ""),
        ("准許游泳、海淀、東涌、范先生", ""),
        ("HKGAI V3", ""),
    ],
)
def test_simplified_characters_in_traditional_text(text, simplified):
    assert scripts.simplified_in(text) == simplified


@pytest.mark.parametrize(
    ("text", "traditional"),
    [
        ("香港大学", ""),
        ("香港大學", "學"),
        ("乾隆皇帝", ""),
        ("里程、皇后、干部", ""),
        ("國家", "國"),
        ("PFLOPS", ""),
    ],
)
def test_traditional_characters_in_simplified_text(text, traditional):
    assert scripts.traditional_in(text) == traditional


def test_labels_in_the_wrong_script_are_found():
    data = triples(
        'hk:a skos:prefLabel "大学"@zh-Hant , "大學"@zh-Hans , "大學 University"@en .'
        'hk:b skos:prefLabel "大學"@zh-Hant , "大学"@zh-Hans , "University"@en .'
        'hk:c skos:hiddenLabel "科技园"@zh-Hant ; skos:note "It prints 园."@en ; skos:altLabel "無標籤" .'
    )
    found = list(scripts.check_scripts(data))
    assert brief(found) == [("hk:a", "skos:prefLabel", "script")] * 3
    assert {f.value.language for f in found} == {"en", "zh-hans", "zh-hant"}
    assert any("學" in f.message() for f in found)


def test_the_shared_characters_are_single_and_unique():
    path = catalog.paths.graph_root() / "src/hkkg/checks/shared_characters.txt"
    lines = path.read_text(encoding="utf-8").split() if path.exists() else sorted(scripts.shared_characters())
    assert all(len(line) == 1 for line in lines)
    assert len(lines) == len(set(lines))


KNOWN = """
hkkg:Hosting a owl:Class . hkkg:host a owl:ObjectProperty . hkkg:value a owl:DatatypeProperty .
hk:the-university a hkkg:Hosting . concept:exactly a skos:Concept .
"""


@pytest.mark.parametrize(
    ("text", "path", "near"),
    [
        ("hk:x a hkkg:Hostng .", "rdf:type", "hkkg:Hosting"),
        ("hk:x a hkkg:Hosting ; hkkg:hosst hk:the-university .", "hkkg:hosst", "hkkg:host"),
        ("hk:x a hkkg:Hosting ; hkkg:host hk:the-univrsity .", "hkkg:host", "hk:the-university"),
        ("hk:x a hkkg:Hosting ; hkkg:host concept:exatly .", "hkkg:host", "concept:exactly"),
    ],
)
def test_a_misspelt_name_is_found_and_the_nearest_offered(text, path, near):
    (finding,) = checks.check_terms(triples(text), triples(KNOWN + text))
    assert str(finding.path) == path
    assert f"Did you mean {near}?" in finding.message()


def test_names_of_others_and_defined_ones_pass():
    text = (
        "hk:x a hkkg:Hosting , <https://example.org/C> ; hkkg:host hk:the-university ; hkkg:value 3 ;"
        "dcterms:source <https://example.org/> ."
    )
    assert list(checks.check_terms(triples(text), triples(KNOWN + text))) == []


def test_a_parameter_that_is_not_shacls_is_found():
    (finding,) = checks.check_parameters(triples("shape:S sh:minLenght 3 ; sh:maxLength 9 ."))
    assert finding.severity is Severity.VIOLATION
    assert "sh:minLength" in finding.message()


def test_the_shacl_vocabulary_is_whole():
    assert {"path", "minCount", "targetClass", "sparql", "flags", "zeroOrOnePath"} <= shacl_properties()
    assert len(shacl_properties()) == 101


@pytest.mark.parametrize(
    ("shapes", "parameter"),
    [
        ("shape:S sh:targetClass hkkg:Nothing .", "sh:targetClass"),
        ("shape:S sh:path [ sh:inversePath hkkg:nothing ] .", "sh:path"),
        ("shape:S sh:class hkkg:Nothing .", "sh:class"),
        ("shape:S sh:targetSubjectsOf hkkg:nothing .", "sh:targetSubjectsOf"),
        ("shape:S sh:lessThanOrEquals hkkg:nothing .", "sh:lessThanOrEquals"),
    ],
)
def test_a_shape_about_an_undefined_term_is_found(shapes, parameter):
    assert brief(checks.check_shape_terms(triples(shapes), triples(KNOWN))) == [
        ("shape:S", parameter, "shape-term")
    ]


def test_a_shape_whose_target_nothing_meets_is_warned_of():
    shapes = triples(
        "shape:A sh:targetClass hkkg:Empty . shape:B sh:targetClass hkkg:Super ."
        "shape:C sh:targetSubjectsOf hkkg:unused . shape:D sh:targetSubjectsOf hkkg:host ."
        "shape:E sh:targetObjectsOf hkkg:unused ."
    )
    data = triples(
        "hkkg:Hosting rdfs:subClassOf hkkg:Super . hkkg:Super rdfs:subClassOf hkkg:Hosting ."
        "hk:x a hkkg:Hosting ; hkkg:host hk:y ."
    )
    found = list(checks.check_targets(shapes, data))
    assert {f.severity for f in found} == {Severity.WARNING}
    assert brief(found) == [
        ("shape:A", "sh:targetClass", "no-target"),
        ("shape:C", "sh:targetSubjectsOf", "no-target"),
        ("shape:E", "sh:targetObjectsOf", "no-target"),
    ]


def test_a_list_without_end_is_cut():
    loop = triples("_:a rdf:first 1 ; rdf:rest _:a .")
    head = next(iter(loop.subjects()))
    assert len(loop.members(head)) == 10_000


@pytest.mark.parametrize(
    ("term", "shown"),
    [
        (NamedNode(vocab.HK + "a"), "hk:a"),
        (BlankNode("b"), "[]"),
        (Literal("名", language="zh-Hant"), '"名"@zh-Hant'),
        (Literal('a "b"'), '"a \\"b\\""'),
        (Literal(3), "3"),
        (Literal("2026", datatype=NamedNode(vocab.XSD + "gYear")), '"2026"^^xsd:gYear'),
    ],
)
def test_terms_are_shown_as_turtle_writes_them(term, shown):
    assert show(term) == shown


def test_the_packaged_labels_are_in_their_scripts():
    files = catalog.of_kind(Kind.DATA, Kind.ONTOLOGY)
    quads = [quad for file in files for quad in loading.read_document(file.path).quads()]
    assert [f.message() for f in scripts.check_scripts(Triples(quads))] == []
