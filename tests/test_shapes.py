"""Each shape against its fixtures in tests/shapes, by both engines.

A fixture is judged together with context.ttl, which holds one or two sound things of each class, and
with the hierarchy of the ontology. `invalid.<reason>.ttl` has the findings that it must give beside it.
"""

import csv
from functools import cache
from pathlib import Path

import pytest

from hkkg import catalog, loading, vocab
from hkkg.catalog import Kind
from hkkg.checks import Triples, show
from hkkg.validation import engines, marking, reading

FIXTURES = Path(__file__).parent / "shapes"
HIERARCHY = {
    vocab.RDFS + "subClassOf",
    vocab.RDFS + "subPropertyOf",
    vocab.RDFS + "domain",
    vocab.OWL + "inverseOf",
    vocab.OWL + "propertyChainAxiom",
}
# Each parameter with the component that reports it; the others of SHACL only help these.
COMPONENTS = {
    "class": "Class",
    "datatype": "Datatype",
    "disjoint": "Disjoint",
    "hasValue": "HasValue",
    "in": "In",
    "languageIn": "LanguageIn",
    "lessThan": "LessThan",
    "lessThanOrEquals": "LessThanOrEquals",
    "maxCount": "MaxCount",
    "maxLength": "MaxLength",
    "minCount": "MinCount",
    "minInclusive": "MinInclusive",
    "minLength": "MinLength",
    "node": "Node",
    "nodeKind": "NodeKind",
    "not": "Not",
    "or": "Or",
    "pattern": "Pattern",
    "qualifiedMinCount": "QualifiedMinCount",
    "sparql": "SPARQL",
    "uniqueLang": "UniqueLang",
}
HELPERS = {
    "description",
    "declare",
    "message",
    "namespace",
    "inversePath",
    "path",
    "prefix",
    "prefixes",
    "property",
    "qualifiedValueShape",
    "select",
    "targetClass",
    "targetNode",
    "targetSubjectsOf",
}


@cache
def shape_quads():
    files = catalog.of_kind(Kind.SHAPES)
    return [quad for file in files for quad in loading.read_document(file.path).quads()]


@cache
def shapes():
    return Triples(shape_quads())


@cache
def hierarchy():
    files = catalog.of_kind(Kind.ONTOLOGY)
    quads = [quad for file in files for quad in loading.read_document(file.path).quads()]
    return [quad for quad in quads if quad.predicate.value in HIERARCHY]


@cache
def context():
    blocks = {}
    for quad in loading.read_document(FIXTURES / "context.ttl").quads():
        blocks.setdefault(quad.subject, []).append(quad)
    return blocks


def with_context(quads):
    """Add the blocks of the context that the quads lead to: pySHACL takes long over the others."""
    everything, waiting, known = list(quads), list(quads), {quad.subject for quad in quads}
    while waiting:
        reached = waiting.pop().object
        if reached in context() and reached not in known:
            known.add(reached)
            everything += context()[reached]
            waiting += context()[reached]
    return everything


def found(path, engine):
    data = with_context(loading.read_document(path).quads())
    report = engines.get(engine).report(
        reading.ntriples(hierarchy() + data), marking.shapes_ntriples(shape_quads(), shapes())
    )
    return {row(finding) for finding in reading.findings(report, shapes())}


def row(finding):
    path = str(finding.path) if finding.path else ""
    return show(finding.focus), vocab.curie(finding.component), path, vocab.curie(finding.shape)


def expected(path):
    if path.name.startswith("valid."):
        return set()
    with path.with_name(path.stem + ".expected.tsv").open(encoding="utf-8", newline="") as file:
        return {
            (r["focus"], r["component"], r["path"], r["shape"]) for r in csv.DictReader(file, delimiter="\t")
        }


def fixtures(pattern="*/*.ttl"):
    return sorted(FIXTURES.glob(pattern))


def name(path):
    return path.relative_to(FIXTURES).as_posix().removesuffix(".ttl")


@pytest.mark.parametrize("path", fixtures(), ids=name)
@pytest.mark.parametrize("engine", engines.NAMES)
def test_a_fixture_gives_the_stored_findings(path, engine):
    assert found(path, engine) == expected(path)


@pytest.mark.parametrize("path", fixtures("*/invalid.*.ttl"), ids=name)
def test_an_invalid_fixture_fails_for_the_shape_of_its_folder(path):
    node, wanted = path.parent.name, expected(path)
    properties = {vocab.curie(p.value) for p in shapes().values(named(node), vocab.SH + "property")}
    assert wanted
    assert any(shape in {f"shape:{node}", *properties} for *_, shape in wanted)


def named(node):
    return next(s for s in shapes().subjects() if getattr(s, "value", "") == vocab.SHAPE + node)


def constraints():
    """Yield every constraint that a named, used shape states, as shape and component."""
    for parameter, component in COMPONENTS.items():
        for shape, _ in shapes().pairs(vocab.SH + parameter):
            if getattr(shape, "value", "").startswith(vocab.SHAPE) and is_reported(shape):
                yield vocab.curie(shape.value), f"sh:{component}ConstraintComponent"


def is_reported(shape):
    """Tell a shape that results name from one that only sh:node and sh:or refer to."""
    targets = ("targetClass", "targetNode", "targetSubjectsOf")
    has_target = any(shapes().values(shape, vocab.SH + target) for target in targets)
    return has_target or any(value == shape for _, value in shapes().pairs(vocab.SH + "property"))


def test_every_constraint_is_seen_to_fail():
    exercised = {
        (shape, component) for p in fixtures("*/invalid.*.ttl") for _, component, _, shape in expected(p)
    }
    assert sorted(set(constraints()) - exercised) == []


def test_every_parameter_of_the_shapes_is_a_known_one():
    used = {p.removeprefix(vocab.SH) for p in shapes().predicates() if p.startswith(vocab.SH)}
    assert used - set(COMPONENTS) - HELPERS == set()


def test_every_target_has_a_fixture_that_conforms():
    targeted = {
        shape.value.removeprefix(vocab.SHAPE)
        for target in ("targetClass", "targetNode", "targetSubjectsOf")
        for shape, _ in shapes().pairs(vocab.SH + target)
    }
    assert targeted == {path.parent.name for path in fixtures("*/valid.*.ttl")}


def test_every_class_of_record_has_a_shape():
    targeted = {target.value for _, target in shapes().pairs(vocab.SH + "targetClass")}
    below, waiting = set(), [vocab.HKKG + "Record"]
    parents = [
        (q.subject.value, q.object.value) for q in hierarchy() if q.predicate.value.endswith("subClassOf")
    ]
    while waiting:
        parent = waiting.pop()
        fresh = {child for child, above in parents if above == parent} - below
        below |= fresh
        waiting += fresh
    assert below - targeted == set()


def test_every_shape_has_labels_and_messages_in_both_languages():
    wanted = {"en", "zh-hant"}
    for shape, kind in shapes().instances():
        if not kind.startswith(vocab.SH) or not shape.value.startswith(vocab.SHAPE):
            continue
        assert languages(shape, vocab.RDFS + "label") == wanted, shape
        if kind.endswith("PropertyShape"):
            assert languages(shape, vocab.SH + "message") == wanted, shape


def test_every_constraint_of_its_own_has_messages_in_both_languages():
    reported = {
        shape
        for parameter in set(COMPONENTS) - {"sparql"}
        for shape, _ in shapes().pairs(vocab.SH + parameter)
    }
    holders = {s for s in reported if getattr(s, "value", "").startswith(vocab.SHAPE) and is_reported(s)}
    holders |= {constraint for _, constraint in shapes().pairs(vocab.SH + "sparql")}
    assert [h for h in holders if languages(h, vocab.SH + "message") != {"en", "zh-hant"}] == []


def languages(subject, predicate):
    return {text.language for text in shapes().values(subject, predicate)}


def test_a_property_shape_has_the_place_of_no_other():
    paths = shapes().pairs(vocab.SH + "path")
    assert len(paths) == len({shape for shape, _ in paths})
