"""Shapes that check nothing: a misspelt parameter, a class nobody is of, a term nobody defines."""

from __future__ import annotations

from difflib import get_close_matches
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Final

from hkkg import vocab
from hkkg.checks import property_paths, shape_model
from hkkg.checks.findings import CHECK, Finding, Severity, messages
from hkkg.checks.property_paths import predicate
from hkkg.checks.terms import vocabulary
from hkkg.store import NamedNode

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hkkg.checks.terms import Vocabulary
    from hkkg.checks.triples import Triples
    from hkkg.store import Term

_SH: Final = vocab.SH
_CLASS_PARAMETERS: Final = {"targetClass", "class"}


@cache
def shacl_properties() -> frozenset[str]:
    """The local names of the properties and parameters in SHACL's vocabulary, the W3C's own file."""
    return frozenset(files("hkkg.checks").joinpath("shacl_properties.txt").read_text("utf-8").split())


def check_parameters(shapes: Triples) -> Iterator[Finding]:
    """Find properties of SHACL's namespace that SHACL does not have, which engines pass over in silence."""
    for iri in shapes.predicates():
        name = iri.removeprefix(_SH)
        if not iri.startswith(_SH) or name in shacl_properties():
            continue
        near = get_close_matches(name, shacl_properties(), n=1)
        for subject, value in shapes.pairs(iri):
            yield Finding(
                Severity.VIOLATION,
                subject,
                CHECK + "shacl-parameter",
                predicate(iri),
                value,
                messages=messages(
                    en=f"SHACL has no sh:{name}, so this checks nothing."
                    + (f" Did you mean sh:{near[0]}?" if near else ""),
                    zh_Hant=f"SHACL 並無 sh:{name}，故此處未作任何檢查。"
                    + (f"是否 sh:{near[0]}？" if near else ""),
                ),
                fix=f"sh:{near[0]}" if near else None,
            )


def check_shape_terms(shapes: Triples, known: Triples, words: Vocabulary | None = None) -> Iterator[Finding]:
    """Find classes and properties in shapes that the ontology of their namespace does not define."""
    words = words or vocabulary(known)
    for shape, parameter, iri in _terms_used(shapes):
        kind = words.classes if parameter in _CLASS_PARAMETERS else words.properties
        if iri in words.names or not words.lacks(iri, kind):
            continue
        near = words.near(iri, kind)
        yield Finding(
            Severity.VIOLATION,
            shape,
            CHECK + "shape-term",
            predicate(_SH + parameter),
            NamedNode(iri),
            messages=messages(
                en=f"The ontology has no {vocab.curie(iri)}: correct the shape or define the term.",
                zh_Hant=f"本體未定義 {vocab.curie(iri)}：請更正形狀或定義該術語。",
            ),
            fix=vocab.curie(near) if near else None,
        )


def _terms_used(shapes: Triples) -> Iterator[tuple[Term, str, str]]:
    for parameter in ("targetClass", "class", "targetSubjectsOf", "targetObjectsOf"):
        for shape, value in shapes.pairs(_SH + parameter):
            if isinstance(value, NamedNode):
                yield shape, parameter, value.value
    for parameter in ("path", "lessThan", "lessThanOrEquals", "equals", "disjoint"):
        for shape, value in shapes.pairs(_SH + parameter):
            path = property_paths.read(shapes, value)
            for iri in path.predicates() if path else ():
                yield shape, parameter, iri


def check_targets(shapes: Triples, data: Triples) -> Iterator[Finding]:
    """Find shapes whose target no data meets: they can never fail."""
    subclasses = _subclasses(data)
    classes = {kind for _, kind in data.instances()}
    for shape, target in shapes.pairs(_SH + "targetClass"):
        if isinstance(target, NamedNode) and not _below(target.value, subclasses) & classes:
            yield _without_target(shape, "targetClass", target)
    for shape in shape_model.implicit_targets(shapes):
        if not _below(shape.value, subclasses) & classes:
            yield _without_target(shape, None, shape)
    for parameter in ("targetSubjectsOf", "targetObjectsOf"):
        for shape, target in shapes.pairs(_SH + parameter):
            if isinstance(target, NamedNode) and not data.pairs(target.value):
                yield _without_target(shape, parameter, target)


def _subclasses(data: Triples) -> dict[str, set[str]]:
    below: dict[str, set[str]] = {}
    for child, parent in data.pairs(vocab.RDFS + "subClassOf"):
        if isinstance(child, NamedNode) and isinstance(parent, NamedNode):
            below.setdefault(parent.value, set()).add(child.value)
    return below


def _below(top: str, subclasses: dict[str, set[str]]) -> set[str]:
    found, waiting = {top}, [top]
    while waiting:
        fresh = subclasses.get(waiting.pop(), set()) - found
        found |= fresh
        waiting += fresh
    return found


def _without_target(shape: Term, parameter: str | None, target: NamedNode) -> Finding:
    name = vocab.curie(target.value)
    return Finding(
        Severity.WARNING,
        shape,
        CHECK + "no-target",
        predicate(_SH + parameter) if parameter else None,
        target,
        messages=messages(
            en=f"Nothing in the data is a target of this shape by {name}: add data, or drop the shape.",
            zh_Hant=f"數據中沒有以 {name} 為目標的事物：請補上數據或刪去此形狀。",
        ),
    )
