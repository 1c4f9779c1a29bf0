"""Terms of hkkg's own namespaces that nothing defines: misspelt properties, classes and names."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING, Final

from hkkg import vocab
from hkkg.checks.findings import CHECK, Finding, Severity, messages
from hkkg.checks.property_paths import predicate
from hkkg.store import Literal, NamedNode

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from hkkg.checks.triples import Triples
    from hkkg.store import Term

_CLASSES: Final = {vocab.OWL + "Class", vocab.RDFS + "Class"}
_PROPERTIES: Final = {
    vocab.OWL + kind for kind in ("AnnotationProperty", "DatatypeProperty", "ObjectProperty")
}
_NAMESPACES: Final = (vocab.HK, vocab.PASSAGE, vocab.CONCEPT, vocab.HKKG)


def check_terms(data: Triples, known: Triples) -> Iterator[Finding]:
    """Find uses of names that the data and what it is read with do not define.

    Args:
        data: what is checked.
        known: the same, with the ontology and all that the data may refer to.
    """
    defined = [(subject, kind) for subject, kind in known.instances() if isinstance(subject, NamedNode)]
    classes = {subject.value for subject, kind in defined if kind in _CLASSES}
    properties = {subject.value for subject, kind in defined if kind in _PROPERTIES}
    names = {subject.value for subject, _ in defined}
    yield from _undefined_properties(data, properties)
    yield from _undefined_classes(data, classes)
    yield from _undefined_names(data, names)


def _undefined_properties(data: Triples, properties: Collection[str]) -> Iterator[Finding]:
    for iri in data.predicates():
        if iri.startswith(vocab.HKKG) and iri not in properties:
            for subject, value in data.pairs(iri):
                yield _undefined(subject, iri, value, iri, properties)


def _undefined_classes(data: Triples, classes: Collection[str]) -> Iterator[Finding]:
    for subject, kind in data.instances():
        if kind.startswith(vocab.HKKG) and kind not in classes:
            yield _undefined(subject, vocab.RDF + "type", NamedNode(kind), kind, classes)


def _undefined_names(data: Triples, names: Collection[str]) -> Iterator[Finding]:
    for iri in list(data.predicates()):
        if iri == vocab.RDF + "type":
            continue
        for subject, value in data.pairs(iri):
            if isinstance(value, Literal) or not isinstance(value, NamedNode) or value.value in names:
                continue
            if value.value.startswith(_NAMESPACES):
                yield _undefined(subject, iri, value, value.value, names)


def _undefined(
    subject: Term, predicate_iri: str, value: Term, unknown: str, known: Collection[str]
) -> Finding:
    near = get_close_matches(unknown, known, n=1)
    hint_en = f" Did you mean {vocab.curie(near[0])}?" if near else ""
    hint_zh = f"是否 {vocab.curie(near[0])}？" if near else ""
    return Finding(
        Severity.VIOLATION,
        subject,
        CHECK + "undefined-term",
        predicate(predicate_iri),
        value,
        messages=messages(
            en=f"Define {vocab.curie(unknown)} or correct its spelling: nothing says what it is.{hint_en}",
            zh_Hant=f"請定義 {vocab.curie(unknown)} 或更正其拼寫：圖譜中並無說明。{hint_zh}",
        ),
    )
