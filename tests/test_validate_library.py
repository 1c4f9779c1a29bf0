"""`hkkg.validate`, as a program or another project's tests use it."""

import subprocess
import sys
from pathlib import Path

import pytest
import rdflib

import hkkg

PREFIXES = """\
@prefix ex: <https://example.org/> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
"""
PERSON = f"{PREFIXES}ex:ann a ex:Person .\n"
NAMED = f'{PREFIXES}ex:bob a ex:Person ; ex:name "Bob" .\n'
SHAPES = f"""{PREFIXES}
ex:Person-shape a sh:NodeShape ; sh:targetClass ex:Person ; sh:property ex:name-shape .
ex:name-shape sh:path ex:name ; sh:minCount 1 ; sh:message "Give a name."@en .
"""


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A project that keeps data and shapes as Turtle, as the working folder."""
    for name, text in {
        "data/ann.ttl": PERSON,
        "data/more/bob.ttl": NAMED,
        "shapes/person.ttl": SHAPES,
    }.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def graph(text):
    return rdflib.Graph().parse(data=text, format="turtle")


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize(
    ("sources", "triples"),
    [
        ("data/*.ttl", 1),
        ("data/**/*.ttl", 3),
        ("data", 3),
        (Path("data"), 3),
        (["data/ann.ttl", Path("data/more/bob.ttl")], 3),
        ((name for name in ("data/*.ttl", "data/more/*.ttl")), 3),
    ],
)
def test_files_folders_and_globs(sources, triples):
    report = hkkg.validate(sources, shapes="shapes/*.ttl")
    assert report.triples == triples
    (finding,) = report.findings
    assert Path(finding.place.source) == Path("data/ann.ttl")
    assert finding.place.line == 3


def test_an_absolute_glob(folder):
    assert hkkg.validate(str(folder / "data" / "*.ttl"), shapes=folder / "shapes").triples == 1


def test_a_file_whose_name_looks_like_a_glob(folder):
    (folder / "data" / "[a].ttl").write_text(NAMED, encoding="utf-8")
    assert hkkg.validate("data/[a].ttl", shapes="shapes").triples == 2


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize("text", [PERSON, PERSON.encode()])
def test_turtle_as_text(text):
    (finding,) = hkkg.validate(data=text, shapes="shapes").findings
    assert str(finding.place).startswith("text:3")


@pytest.mark.usefixtures("folder")
def test_text_and_files_are_validated_together():
    assert hkkg.validate("data/ann.ttl", data=NAMED, shapes="shapes").triples == 3


def test_a_graph_of_rdflibs():
    report = hkkg.validate(graph(PERSON), shapes=graph(SHAPES))
    (finding,) = report.findings
    assert finding.focus.value == "https://example.org/ann"
    assert finding.message() == "Give a name."
    assert (finding.place.source, finding.place.line, finding.excerpt) == ("graph", None, None)
    assert hkkg.validate([graph(NAMED)], shapes=[graph(SHAPES)]).conforms


def test_a_dataset_of_rdflibs():
    dataset = rdflib.Dataset()
    dataset.graph(rdflib.URIRef("https://example.org/g")).parse(data=PERSON, format="turtle")
    assert len(hkkg.validate(dataset, shapes=graph(SHAPES)).findings) == 1


def test_an_ill_typed_literal_in_a_graph_of_rdflibs_stays_as_it_is():
    date = rdflib.Literal("2024-13-40", datatype=rdflib.XSD.date, normalize=False)
    data = rdflib.Graph().add((rdflib.URIRef("https://example.org/ann"), rdflib.RDFS.label, date))
    shapes = graph(
        f"{PREFIXES}ex:S sh:targetNode ex:ann ; sh:property ["
        f" sh:path <{rdflib.RDFS.label}> ; sh:datatype <{rdflib.XSD.date}> ] ."
    )
    assert hkkg.validate(data, shapes=shapes).findings[0].value.value == "2024-13-40"


def test_without_shapes_the_packaged_graph_is_what_data_may_refer_to():
    data = """
    @prefix hk: <https://w3id.org/hkkg/id/> .
    @prefix hkkg: <https://w3id.org/hkkg/ontology#> .
    hk:x a hkkg:Siting ; hkkg:sited hk:city-university-of-hong-kong ; hkkg:place hk:nowhere .
    """
    paths = {str(finding.path) for finding in hkkg.validate(data=data).findings}
    assert "hkkg:place" in paths
    assert "hkkg:sited" not in paths


def test_a_packaged_file_is_not_merged_with_itself(project):
    report = hkkg.validate(project / "data" / "ror" / "organizations.ttl")
    assert report.conforms, report


def test_nothing_means_the_packaged_graph():
    report = hkkg.validate()
    assert report.conforms, report
    assert report.triples > 10_000


@pytest.mark.parametrize("engine", ["pyshifty", "pyshacl"])
def test_the_engine_may_be_chosen(engine):
    assert hkkg.validate(data=PERSON, shapes=graph(SHAPES), engine=engine).engine == engine


@pytest.mark.parametrize(
    ("sources", "said"),
    [
        ("missing.ttl", "missing.ttl: there is no such file"),
        ("*.nothing", "no file matches"),
        (["missing.ttl", "*.nothing"], "missing.ttl"),
        ([], "nothing in the list"),
        (3, "int is nothing to validate"),
        ([None], "NoneType is nothing to validate"),
        ("notes.txt", "RDF format"),
    ],
)
def test_what_cannot_be_used_is_an_hkkg_error(folder, sources, said):
    (folder / "notes.txt").write_text("hello", encoding="utf-8")
    with pytest.raises(hkkg.HkkgError, match=said):
        hkkg.validate(sources, shapes="shapes")


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize(
    "options", [{"data": "nonsense"}, {"data": " "}, {"shapes": "missing"}, {"engine": "steam"}]
)
def test_other_mistakes_are_hkkg_errors_too(options):
    with pytest.raises(hkkg.HkkgError):
        hkkg.validate(**{"data": PERSON, "shapes": "shapes", **options})


def test_every_problem_is_reported_at_once(folder):
    (folder / "broken.ttl").write_text("nonsense", encoding="utf-8")
    with pytest.raises(hkkg.HkkgError) as caught:
        hkkg.validate("broken.ttl", data="more nonsense", shapes="shapes")
    assert "broken.ttl:1" in str(caught.value)
    assert "text:1" in str(caught.value)


def test_the_public_names():
    assert set(hkkg.__all__) <= set(dir(hkkg))
    assert all(getattr(hkkg, name) for name in hkkg.__all__)
    assert "pytest" not in hkkg.validate.__module__
    with pytest.raises(AttributeError, match="nothing_such"):
        hkkg.nothing_such  # noqa: B018 - that it is looked up is the test


def loaded(code):
    run = subprocess.run(
        [sys.executable, "-c", f"import sys\n{code}\nprint(*sys.modules)"],
        capture_output=True,
        text=True,
        check=True,
    )
    return set(run.stdout.split())


def test_importing_hkkg_imports_nothing_heavy():
    heavy = {"rdflib", "pyshacl", "pyoxigraph", "fastapi", "click", "shifty", "opencc", "hkkg.errors"}
    assert not loaded("import hkkg") & heavy
    assert not loaded("import hkkg; hkkg.HkkgError") & (heavy - {"hkkg.errors"})


@pytest.mark.usefixtures("folder")
def test_a_validation_without_findings_does_without_rdflib():
    code = f"import hkkg\nassert hkkg.validate(data={NAMED!r}, shapes='shapes').conforms"
    assert "rdflib" not in loaded(code)


def test_the_help_of_the_command_imports_nothing_heavy():
    code = "sys.argv = ['hkkg', '--help']\nfrom hkkg.cli import main\ntry: main()\nexcept SystemExit: pass"
    assert not loaded(code) & {"rdflib", "pyshacl", "pyoxigraph", "fastapi", "rich"}


def test_the_types_are_those_of_rdflib(tmp_path):
    script = tmp_path / "use.py"
    script.write_text(
        "import rdflib\n\nimport hkkg\n\n"
        "report: hkkg.Report = hkkg.validate([rdflib.Graph(), 'a.ttl'], shapes=rdflib.Dataset())\n"
        "error: type[Exception] = hkkg.HkkgError\n",
        encoding="utf-8",
    )
    run = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", "--cache-dir", tmp_path, script],
        capture_output=True,
        text=True,
        check=False,
    )
    assert "Success" in run.stdout, run.stdout
