import re
from dataclasses import replace
from pathlib import Path

import pytest
import rdflib

from hkkg import catalog, formats, importing, loading, vocab
from hkkg.catalog import Kind
from hkkg.checks import CHECK, RULES, Finding, Severity, Triples, lint, literals, property_paths, syntax
from hkkg.checks.language_tags import canonical_case, well_formed
from hkkg.checks.rules import table
from hkkg.checks.suggestions import suggest
from hkkg.checks.terms import standard_terms
from hkkg.loading import Document
from hkkg.store import Literal, NamedNode
from hkkg.validation.places import Places

LINT = Path(__file__).with_name("lint")
IDS = [rule.id for rule in RULES]
# A line of a fixture that ends so is where a finding is, with the fix that is offered.
EXPECTED = re.compile(r"# here(?:; fix: (.*))?$")


def document(text, source="f.ttl", file_format=formats.TURTLE):
    return Document(source, text.encode(), file_format, "https://example.org/graph")


def linted(path):
    """Lint a file that is its own data, shapes and ontology, and return each finding in its place."""
    read = loading.read_document(path)
    reading = syntax.read(read)
    assert reading.problems == ()
    pair = (read, reading.quads)
    triples = Triples(reading.quads)
    unresolved = importing.follow([pair]).unresolved
    found = list(lint(triples, triples, triples, documents=[read], unresolved=unresolved))
    return Places([pair]).locate_all(found)


def expected(path):
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        found = EXPECTED.search(line)
        if found:
            yield number, found[1]


@pytest.mark.parametrize("rule", IDS)
def test_the_bad_file_of_a_rule_triggers_it_where_it_says(rule):
    path = LINT / rule / "bad.ttl"
    found = [f for f in linted(path) if f.component == CHECK + rule]
    assert found
    assert sorted({f.place.line for f in found}) == [line for line, _ in expected(path)]
    fixes = {f.place.line: f.fix for f in found}
    for line, fix in expected(path):
        if fix:
            assert fixes[line] == fix


@pytest.mark.parametrize("rule", IDS)
def test_the_good_file_of_a_rule_does_not_trigger_it(rule):
    found = linted(LINT / rule / "good.ttl")
    assert [f.message() for f in found if f.component == CHECK + rule] == []


@pytest.mark.parametrize("rule", RULES, ids=IDS)
def test_a_rule_is_as_bad_as_it_says_and_speaks_two_languages(rule):
    found = [f for f in linted(LINT / rule.id / "bad.ttl") if f.component == rule.iri]
    assert {f.severity for f in found} == {rule.severity}
    assert all({tag for tag, _ in f.messages} == {"en", "zh-Hant"} for f in found)


def test_every_rule_has_a_bad_and_a_good_file_and_every_file_a_rule():
    files = {path.relative_to(LINT).as_posix() for path in LINT.rglob("*.ttl")}
    assert files == {f"{rule}/{name}.ttl" for rule in IDS for name in ("bad", "good")}
    assert len(IDS) == len(set(IDS))


def test_the_packaged_graph_is_without_findings():
    documents = {kind: [*map(read_packaged, catalog.of_kind(kind))] for kind in Kind}
    data = documents[Kind.DATA] + documents[Kind.ONTOLOGY]
    triples = Triples(*(d.quads() for d in data))
    shapes = Triples(*(d.quads() for d in documents[Kind.SHAPES]))
    found = lint(triples, triples, shapes, documents=[*data, *documents[Kind.SHAPES]])
    assert [(str(f.focus), f.message()) for f in found] == []


def read_packaged(file):
    return loading.read_document(file.path, graph=file.graph)


def test_the_table_of_rules_has_a_row_for_each():
    for language in ("en", "zh-Hant"):
        assert [row.split("`")[1] for row in table(language).splitlines()[2:]] == IDS


@pytest.mark.parametrize(
    ("datatype", "good", "bad"),
    [
        ("boolean", "true false 1 0", "True yes 2"),
        ("integer", "0 -0 +1 007", "1.0 １ -"),
        ("byte", "127 -128", "128 -129"),
        ("unsignedLong", "18446744073709551615", "18446744073709551616 -1"),
        ("positiveInteger", "1", "0"),
        ("decimal", "1 1. .5 -0.0", "1e3 . INF"),
        ("double", "1 1e3 -.5E-2 INF NaN", "inf nan e3"),
        ("date", "2024-02-29 2000-02-29 -0001-01-01 12024-02-29 2024-01-01Z 2024-01-01+14:00",
         "2023-02-29 1900-02-29 2024-13-01 2024-04-31 24-01-01 02024-01-01 2024-01-01+14:01 2024-1-1"),
        ("dateTime", "2024-01-01T00:00:00 2024-01-01T24:00:00 2024-01-01T00:00:00.5Z",
         "2024-01-01 2024-01-01T24:00:01 2024-01-01T23:60:00 2024-02-30T00:00:00"),
        ("dateTimeStamp", "2024-01-01T00:00:00Z", "2024-01-01T00:00:00"),
        ("time", "23:59:59 24:00:00", "25:00:00 12:00"),
        ("gYear", "2024 0000 -12024", "24 02024"),
        ("gYearMonth", "2024-12", "2024-13 2024"),
        ("gMonth", "--12", "--13 12"),
        ("gMonthDay", "--02-29", "--02-30 02-29"),
        ("gDay", "---31", "---32 31"),
        ("duration", "P1Y PT1.5S -P1DT1H", "P PT P1YT 1Y P1.5Y"),
        ("yearMonthDuration", "P1Y2M", "P P1D"),
        ("dayTimeDuration", "P1DT2H", "P1Y PT"),
        ("hexBinary", "0fB7", "0f7 xx"),
        ("base64Binary", "YWJj YQ== YWI=", "YWJ YQ= ===="),
        ("language", "en zh-Hant", "abcdefghi en_GB"),
        ("NCName", "a-b _a 名", "1a a:b"),
    ],
)  # fmt: skip
def test_literals_are_judged_by_xml_schema(datatype, good, bad):
    assert [text for text in good.split() if not literals.well_formed(text, datatype)] == []
    assert [text for text in bad.split() if literals.well_formed(text, datatype)] == []


def test_white_space_is_part_of_a_literal():
    assert not literals.well_formed(" 1", "integer")
    assert not literals.well_formed("1\n", "integer")
    assert not literals.well_formed("a  b", "token")
    assert literals.well_formed("a b", "token")


def test_a_number_of_a_million_digits_is_judged_without_being_read():
    assert literals.well_formed("9" * 1_000_000, "nonNegativeInteger")
    assert not literals.well_formed("9" * 1_000_000, "long")


@pytest.mark.parametrize(
    ("tag", "canonical"),
    [
        ("EN", "en"), ("zh-hant-hk", "zh-Hant-HK"), ("sr-latn", "sr-Latn"), ("en-ca-x-CA", "en-CA-x-ca"),
        ("I-KLINGON", "i-klingon"), ("zh-min-nan", "zh-min-nan"), ("es-419", "es-419"), ("x-ours", "x-ours"),
        ("sl-rozaj-biske-1994", "sl-rozaj-biske-1994"), ("de-a-FOO-x-b", "de-a-foo-x-b"),
    ],
)  # fmt: skip
def test_well_formed_tags_and_their_letter_case(tag, canonical):
    assert well_formed(tag)
    assert canonical_case(tag) == canonical


@pytest.mark.parametrize("tag", ["e", "a-bb", "en-a", "en-x", "abcdefghi", "en-toolongsub", "i-nothing", ""])
def test_tags_that_are_not_well_formed(tag):
    assert not well_formed(tag)


BROKEN = """\
@prefix ex: <http://example.org/> .
ex:a ex:p missing:x ; ex:q other:y .
ex:b ex:p "open .
ex:c ex:p ex:d
ex:d ex:p ex:e ; ex:q .
ex:e ex:p \"\"\"a.
ex:f says missing:z.
\"\"\" .
ex:g ex:p <http://example.org/a b> .
PREFIX late: <http://example.org/late/>
ex:h ex:p late:x , missing:v .
ex:i ex:p "fine"@e , nonsense .
"""


def test_every_error_of_a_file_is_found_in_its_place():
    problems = syntax.read(document(BROKEN)).problems
    assert [(p.place.line, p.place.column) for p in problems] == [
        (2, 11), (2, 28), (3, 18), (5, 1), (5, 23), (9, 11), (12, 22),
    ]  # fmt: skip
    assert "missing: is not declared. It is used on 2 lines." in problems[0].message
    assert problems[0].excerpt == "ex:a ex:p missing:x ; ex:q other:y ."


def test_a_known_prefix_comes_with_its_namespace_and_a_misspelt_one_with_the_declared():
    text = "@prefix example: <http://e.org/> .\nexample:a skos:prefLabel exampel:b .\n"
    hints = {p.message.split()[2]: p.hint for p in syntax.read(document(text)).problems}
    assert hints["skos:"] == f"Declare it: @prefix skos: <{vocab.SKOS}> ."
    assert hints["exampel:"].startswith("Did you mean example:?")


def test_an_ill_formed_language_tag_does_not_keep_the_rest_from_being_read():
    reading = syntax.read(document('<http://e.org/a> <http://e.org/b> "x"@e , "y"@en .'))
    assert reading.problems == ()
    assert len(reading.quads) == 2


def test_errors_without_end_are_cut():
    text = "".join(f"<http://e.org/{n}> nonsense .\n" for n in range(300))
    assert len(syntax.read(document(text)).problems) == syntax.MOST_PROBLEMS


def test_another_format_gives_its_first_error():
    broken = document("<rdf:RDF", file_format=formats.RDFXML)
    assert len(syntax.read(broken).problems) == 1


def test_any_text_at_all_can_be_read_for_errors():
    for text in ('"""', "<", "@prefix", "[[[[", "ex:", ". . .", "\\", "'", "@prefix : <"):
        assert syntax.read(document(text)).problems


def pair(path):
    read = loading.read_document(path)
    return read, read.quads()


def write(path, iri, *imports):
    lines = "".join(f"<{iri}> <{vocab.OWL}imports> <{name}> .\n" for name in imports)
    path.write_text(f"<{iri}> a <{vocab.OWL}Ontology> .\n{lines}", encoding="utf-8")
    return path


def sources(imports):
    return [Path(read.source).name for read, _ in imports.documents]


def test_imports_are_followed_by_file_and_by_ontology_and_round_in_circles(tmp_path):
    core = write(tmp_path / "core.ttl", "https://example.org/core", "https://example.org/top")
    further = write(tmp_path / "further.ttl", "https://example.org/further", core.as_uri())
    top = write(
        tmp_path / "top.ttl", "https://example.org/top", further.as_uri(), "https://example.org/core#"
    )
    found = importing.follow([pair(top)], [tmp_path])
    assert sources(found) == ["further.ttl", "core.ttl"] or sources(found) == ["core.ttl", "further.ttl"]
    assert found.unresolved == ()


def test_a_file_without_its_extension_is_found(tmp_path):
    write(tmp_path / "core.ttl", "https://example.org/core")
    top = write(tmp_path / "top.ttl", "https://example.org/top", (tmp_path / "core").as_uri())
    assert sources(importing.follow([pair(top)])) == ["core.ttl"]


def test_our_own_ontology_is_at_hand(tmp_path):
    top = write(tmp_path / "top.ttl", "https://example.org/top", vocab.HKKG.rstrip("#"))
    found = importing.follow([pair(top)])
    assert "agents.ttl" in sources(found)
    assert found.unresolved == ()


@pytest.mark.parametrize(
    ("imported", "reason"),
    [
        ("https://example.org/elsewhere", "none of the files given declares it"),
        ("file:///nowhere/at-all.ttl", "there is no such file"),
        ("file://host/at-all.ttl", "there is no such file"),
    ],
)
def test_an_import_that_is_not_met_is_warned_of(tmp_path, imported, reason):
    top = write(tmp_path / "top.ttl", "https://example.org/top", imported)
    (missing,) = importing.follow([pair(top)], [tmp_path]).unresolved
    assert missing.imported.value == imported
    assert missing.reason.en == reason


def test_a_broken_import_is_warned_of_with_its_reason(tmp_path):
    (tmp_path / "broken.ttl").write_text("nonsense .", encoding="utf-8")
    top = write(tmp_path / "top.ttl", "https://example.org/top", (tmp_path / "broken.ttl").as_uri())
    (missing,) = importing.follow([pair(top)]).unresolved
    assert "not well-formed" in missing.reason.en


EX = "http://example.org/"
SHACL_PREFIXES = f"@prefix ex: <{EX}> .\n@prefix sh: <{vocab.SH}> .\n@prefix xsd: <{vocab.XSD}> .\n"


def triples(text):
    return Triples(document(SHACL_PREFIXES + text).quads())


@pytest.mark.parametrize(
    ("component", "shape", "value", "data", "fix"),
    [
        ("In", 'sh:in ( "open" "closed" )', Literal("opn"), "", '"open"'),
        ("In", "sh:in ( ex:Red ex:Green )", NamedNode(EX + "Gren"), "", f"<{EX}Green>"),
        ("HasValue", "sh:hasValue 3", None, "", f"<{EX}p> 3"),
        ("Datatype", "sh:datatype xsd:date", Literal("2024-01-05"), "", '"2024-01-05"^^xsd:date'),
        ("Datatype", "sh:datatype xsd:date", Literal("2024/1/5"), "", '"2024-01-05"^^xsd:date'),
        ("Datatype", "sh:datatype xsd:date", Literal("soon"), "", None),
        ("NodeKind", "sh:nodeKind sh:IRI", Literal("https://example.com/"), "", "<https://example.com/>"),
        ("LanguageIn", 'sh:languageIn ( "en" "zh-Hant" )', Literal("大學"), "", '"大學"@zh-Hant'),
        ("QualifiedMinCount", 'sh:qualifiedValueShape [ sh:languageIn ( "zh-Hant" ) ]', None,
         'ex:a ex:p "a"@en .', f'<{EX}p> "…"@zh-Hant'),
        ("UniqueLang", "sh:uniqueLang true", None, 'ex:a ex:p "a"@en , "b"@en .',
         f"one <{EX}p> with each of: @en"),
        ("Class", "sh:class ex:C", NamedNode(EX + "alhpa"), "ex:alpha a ex:C . ex:beta a ex:C .",
         f"<{EX}alpha>"),
        ("MinInclusive", "sh:minInclusive 3", Literal(2), "", "at least 3"),
        ("Pattern", 'sh:pattern "^a"', Literal("b"), "", None),
    ],
)  # fmt: skip
def test_a_fix_is_suggested_where_the_shape_implies_it(component, shape, value, data, fix):
    finding = Finding(
        Severity.VIOLATION,
        NamedNode(EX + "a"),
        f"{vocab.SH}{component}ConstraintComponent",
        property_paths.predicate(EX + "p"),
        value,
    )
    shapes = triples(f"ex:S sh:property [ sh:path ex:p ; {shape} ] .")
    assert suggest(finding, shapes, triples(data)).fix == fix
    assert suggest(replace(finding, shape=EX + "S"), shapes, triples(data)).fix == fix


def test_a_misspelt_property_of_a_closed_shape_is_put_right():
    path = property_paths.predicate(EX + "nmae")
    finding = Finding(
        Severity.VIOLATION,
        NamedNode(EX + "a"),
        vocab.SH + "ClosedConstraintComponent",
        path,
        Literal("Ann"),
        shape=EX + "S",
    )
    shapes = triples("ex:S sh:closed true ; sh:property [ sh:path ex:name ] , [ sh:path ex:age ] .")
    assert suggest(finding, shapes, triples("")).fix == f"<{EX}name>"


def test_terms_of_a_namespace_without_its_ontology_are_no_finding_unless_nearly_the_same():
    header = f"@prefix ex: <{EX}> .\n@prefix rdfs: <{vocab.RDFS}> .\n"
    stated = header + 'ex:Person a rdfs:Class ; rdfs:label "Person"@en .\n'
    for text, severities in (
        ("ex:a a ex:Place .", []),
        ("ex:a a ex:Persom .", [Severity.WARNING]),
        ("ex:a a ex:Presno .", []),
        ("ex:a a ex:person .", [Severity.WARNING]),
        ("ex:a a ex:Perosn .", [Severity.WARNING]),
        ("ex:a a ex:PersonOf .", []),
        ("ex:a ex:another ex:b .", []),
    ):
        data = Triples(document(stated + text).quads())
        assert [f.severity for f in lint(data, data, Triples())] == severities


def test_our_names_are_checked_only_beside_our_ontology():
    data = Triples(document(f"<{vocab.HK}a> <{EX}p> <{vocab.HK}b> .").quads())
    assert list(lint(data, data, Triples())) == []


def test_a_wrong_literal_is_found_among_many_that_are_held_as_text():
    lines = "".join(f'<{EX}{n}> <{EX}p> "{n}"^^<{vocab.XSD}integer> .\n' for n in range(31_000))
    wrong = f'<{EX}x> <{EX}p> "a \\"b\\""^^<{vocab.XSD}integer> .\n'
    for text, number in ((lines, 0), (lines + wrong, 1)):
        data = Triples(document(text, file_format=formats.NTRIPLES).compact_quads())
        assert len(list(literals.check_literals(data))) == number


@pytest.mark.parametrize(
    ("term", "right"),
    [("rdfs:Property", "rdf:Property"), ("owl:Clas", "owl:Class"), ("skos:Concpt", "skos:Concept")],
)
def test_a_misspelt_standard_term_is_put_right(term, right):
    header = "".join(f"@prefix {prefix}: <{iri}> .\n" for prefix, iri in vocab.PREFIXES.items())
    data = Triples(document(f"{header}hk:a a {term} .").quads())
    assert [f.fix for f in lint(data, data, Triples())] == [right]


def test_the_standard_terms_are_those_of_the_w3c():
    for namespace in (rdflib.RDF, rdflib.RDFS, rdflib.OWL, rdflib.SKOS):
        assert {str(term) for term in dir(namespace) if term.startswith(str(namespace))} <= standard_terms()
    assert str(rdflib.RDFS.label) in standard_terms()


def test_a_datatype_in_the_wrong_letter_case_is_put_right():
    data = Triples(document(f'<{EX}a> <{EX}p> "1"^^<{vocab.XSD}DECIMAL> .').quads())
    assert [f.fix for f in literals.check_literals(data)] == ["xsd:decimal"]


@pytest.mark.parametrize("piece", ["a.", "<", "a-", '"', "'''", "1.", "ex:a.", "[", "@a-", "\\"])
def test_no_text_takes_long_to_be_read_for_errors(piece):
    assert syntax.read(document(piece * 100_000 + " nonsense")).problems
