"""Shapes that cannot do what they are for: those that nothing fails, nothing passes, or nobody uses."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING, Final

from hkkg import vocab
from hkkg.checks import shape_model
from hkkg.checks.findings import CHECK, Finding, Severity, messages, show
from hkkg.checks.property_paths import predicate
from hkkg.store import NamedNode

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hkkg.checks.triples import Triples
    from hkkg.store import Term

_SH: Final = vocab.SH
_NIL: Final = NamedNode(vocab.RDF + "nil")
_BOUNDS: Final = (
    ("minCount", "maxCount"),
    ("minLength", "maxLength"),
    ("minInclusive", "maxInclusive"),
    ("qualifiedMinCount", "qualifiedMaxCount"),
)
_STRICT_BOUNDS: Final = (
    ("minExclusive", "maxExclusive"),
    ("minExclusive", "maxInclusive"),
    ("minInclusive", "maxExclusive"),
)
_NO_LITERALS: Final = {_SH + "IRI", _SH + "BlankNode", _SH + "BlankNodeOrIRI"}
_LITERALS: Final = {_SH + "Literal"}


def check_idle_shapes(shapes: Triples) -> Iterator[Finding]:
    """Find shapes without a constraint, or with such alone as everything meets."""
    known = shape_model.parameters(shapes)
    for shape in shape_model.shapes_of(shapes):
        if not shape_model.asks(shapes, shape, known) and not _asks_in_sparql(shapes, shape):
            yield Finding(
                Severity.WARNING,
                shape,
                CHECK + "shape-never-fails",
                messages=messages(
                    en="Give this shape a constraint: nothing can fail it as it is.",
                    zh_Hant="請為此形狀加上約束：現時任何數據均不會違反。",
                ),
            )


def _asks_in_sparql(shapes: Triples, shape: Term) -> bool:
    """Tell whether the node is a target or a component that holds a query, and no shape."""
    return any(shapes.values(shape, _SH + name) for name in ("select", "ask", "nodeValidator", "validator"))


def check_deactivated(shapes: Triples) -> Iterator[Finding]:
    """Find shapes that are switched off."""
    for shape, _ in shapes.pairs(_SH + "deactivated"):
        if shape_model.is_deactivated(shapes, shape):
            yield Finding(
                Severity.INFO,
                shape,
                CHECK + "shape-deactivated",
                predicate(_SH + "deactivated"),
                messages=messages(
                    en="This shape is deactivated and checks nothing.",
                    zh_Hant="此形狀已停用，不作任何檢查。",
                ),
            )


def check_unused_shapes(shapes: Triples) -> Iterator[Finding]:
    """Find shapes that have no target and that no other shape refers to."""
    targeted = {subject for name in shape_model.TARGETS for subject, _ in shapes.pairs(_SH + name)}
    targeted |= set(shape_model.implicit_targets(shapes))
    pointed_at = {value for iri in shapes.predicates() for _, value in shapes.pairs(iri)}
    for shape in shape_model.shapes_of(shapes):
        if shape not in targeted and shape not in pointed_at:
            yield Finding(
                Severity.WARNING,
                shape,
                CHECK + "shape-unused",
                messages=messages(
                    en="Give this shape a target, or refer to it from another: nothing uses it.",
                    zh_Hant="請為此形狀加上目標，或由其他形狀引用：現時無處使用。",
                ),
            )


def check_undefined_shapes(shapes: Triples) -> Iterator[Finding]:
    """Find references to shapes that are not there, which everything conforms to."""
    named = [shape.value for shape in shape_model.shapes_of(shapes) if isinstance(shape, NamedNode)]
    for subject, name, shape in shape_model.references(shapes):
        if shapes.about(shape) or shape == _NIL:
            continue
        near = get_close_matches(shape.value, named, n=1) if isinstance(shape, NamedNode) else []
        yield Finding(
            Severity.VIOLATION,
            subject,
            CHECK + "shape-undefined",
            predicate(_SH + name),
            shape,
            messages=messages(
                en=f"There is no shape {show(shape)}, so this checks nothing.",
                zh_Hant=f"並無形狀 {show(shape)}，故此處未作任何檢查。",
            ),
            fix=vocab.curie(near[0]) if near else None,
        )


def check_impossible_shapes(shapes: Triples) -> Iterator[Finding]:
    """Find shapes that no value can meet."""
    for shape in shape_model.shapes_of(shapes):
        for first, second in _contradictions(shapes, shape):
            yield Finding(
                Severity.VIOLATION,
                shape,
                CHECK + "shape-never-passes",
                predicate(_SH + first),
                messages=messages(
                    en=f"Correct this shape: nothing can meet {second}.",
                    zh_Hant=f"請更正此形狀：無任何數據能滿足 {second}。",
                ),
            )


def _contradictions(shapes: Triples, shape: Term) -> Iterator[tuple[str, str]]:
    yield from _crossed_bounds(shapes, shape)
    yield from _crossed_kinds(shapes, shape)
    heads = shapes.values(shape, _SH + "in")
    if _NIL in heads:
        yield "in", "an empty sh:in"
    allowed = [set(shapes.members(head)) for head in heads if head != _NIL]
    for value in shapes.values(shape, _SH + "hasValue"):
        if any(value not in values for values in allowed):
            yield "hasValue", f"sh:hasValue {show(value)} with an sh:in that lacks it"
    datatypes = list(dict.fromkeys(shapes.values(shape, _SH + "datatype")))
    if len(datatypes) > 1:
        yield "datatype", " and ".join(f"sh:datatype {show(value)}" for value in datatypes)


def _crossed_bounds(shapes: Triples, shape: Term) -> Iterator[tuple[str, str]]:
    for pairs, touching in ((_BOUNDS, False), (_STRICT_BOUNDS, True)):
        for low, high in pairs:
            least, most = shape_model.number(shapes, shape, low), shape_model.number(shapes, shape, high)
            if least is not None and most is not None and (least > most or (touching and least == most)):
                yield low, f"sh:{low} {least:g} with sh:{high} {most:g}"


def _crossed_kinds(shapes: Triples, shape: Term) -> Iterator[tuple[str, str]]:
    kinds = {getattr(kind, "value", "") for kind in shapes.values(shape, _SH + "nodeKind")}
    has = {
        name for name in ("class", "datatype", "languageIn", "property") if shapes.values(shape, _SH + name)
    }
    for name in sorted(has & {"datatype", "languageIn"}):
        if kinds and kinds <= _NO_LITERALS:
            yield name, f"sh:{name} with sh:nodeKind {vocab.curie(min(kinds))}"
    if "class" in has and kinds and kinds <= _LITERALS:
        yield "class", "sh:class with sh:nodeKind sh:Literal"
    if {"class", "datatype"} <= has:
        yield "class", "sh:class with sh:datatype"
    strings = {vocab.RDF + "langString", vocab.RDF + "dirLangString"}
    for datatype in shapes.values(shape, _SH + "datatype"):
        if "languageIn" in has and getattr(datatype, "value", "") not in strings:
            yield "languageIn", f"sh:languageIn with sh:datatype {show(datatype)}"
