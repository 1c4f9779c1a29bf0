"""Terms that nothing defines, in a namespace that is known: misspelt properties, classes and names."""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Final

from hkkg import vocab
from hkkg.checks.findings import CHECK, Finding, Severity, messages
from hkkg.checks.property_paths import predicate
from hkkg.store import Literal, NamedNode
from hkkg.vocab import namespace_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from hkkg.checks.triples import Triples
    from hkkg.store import Term

_TYPE: Final = vocab.RDF + "type"
_CLASSES: Final = {
    vocab.OWL + "Class",
    vocab.OWL + "DeprecatedClass",
    vocab.RDFS + "Class",
    vocab.RDFS + "Datatype",
}
_PROPERTIES: Final = {vocab.RDF + "Property"} | {
    f"{vocab.OWL}{kind}Property"
    for kind in (
        "Annotation", "Asymmetric", "Datatype", "Deprecated", "Functional", "InverseFunctional",
        "Irreflexive", "Object", "Ontology", "Reflexive", "Symmetric", "Transitive",
    )
}  # fmt: skip
_ONTOLOGY: Final = vocab.OWL + "Ontology"
# What triples `vocabulary` reads: these types, whatever is below or above another, and what is explained.
DEFINING_KINDS: Final = frozenset({*_CLASSES, *_PROPERTIES, _ONTOLOGY})
HIERARCHIES: Final = (vocab.RDFS + "subClassOf", vocab.RDFS + "subPropertyOf")
EXPLAINING: Final = (vocab.RDFS + "label", vocab.RDFS + "comment", vocab.SKOS + "definition")
_OWN: Final = (vocab.HK, vocab.PASSAGE, vocab.CONCEPT, vocab.HKKG)
_STANDARD: Final = (vocab.OWL, vocab.RDF, vocab.RDFS, vocab.SKOS)
_MEMBERSHIP: Final = re.compile(r"_[1-9][0-9]*")
# Where an object is a class or a property, though nothing says so.
_CLASS_PLACES: Final = (
    vocab.RDFS + "subClassOf", vocab.RDFS + "domain", vocab.RDFS + "range", vocab.OWL + "equivalentClass",
    vocab.OWL + "disjointWith", vocab.OWL + "someValuesFrom", vocab.OWL + "allValuesFrom",
    vocab.OWL + "onClass",
)  # fmt: skip
_PROPERTY_PLACES: Final = (
    vocab.RDFS + "subPropertyOf", vocab.OWL + "equivalentProperty", vocab.OWL + "inverseOf",
    vocab.OWL + "onProperty",
)  # fmt: skip


@cache
def standard_terms() -> frozenset[str]:
    """The IRIs of RDF, RDFS, OWL and SKOS, from the W3C's own files."""
    curies = files("hkkg.checks").joinpath("standard_terms.txt").read_text("utf-8").split()
    return frozenset(vocab.expand(curie) or curie for curie in curies)


def one_slip_apart(first: str, second: str) -> bool:
    """Tell whether one slip lies between two names: a letter, the letter case, or two letters swapped."""
    if first.lower() == second.lower():
        return True
    start = next((i for i, (a, b) in enumerate(zip(first, second, strict=False)) if a != b), None)
    if start is None:
        return abs(len(first) - len(second)) == 1
    swapped = first[:start] + first[start : start + 2][::-1] + first[start + 2 :]
    rests = {
        (first[start + 1 :], second[start + 1 :]),
        (first[start + 1 :], second[start:]),
        (first[start:], second[start + 1 :]),
    }
    return swapped == second or any(a == b for a, b in rests)


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """What some triples define.

    Attributes:
        classes: the IRIs of classes and datatypes.
        properties: the IRIs of properties.
        names: every IRI that something is said of.
        whole: the namespaces whose ontology is there, so that what it does not define does not exist.
        partial: the namespaces of other terms that are explained, which may have more than these.
    """

    classes: frozenset[str]
    properties: frozenset[str]
    names: Collection[str]
    whole: frozenset[str]
    partial: frozenset[str]

    @property
    def is_ours(self) -> bool:
        """Whether hkkg's own ontology is there, and with it all that data may refer to."""
        return vocab.HKKG in self.whole

    def lacks(self, iri: str, kind: Collection[str]) -> bool:
        """Tell whether a term of a kind, a class or a property, does not exist."""
        namespace = namespace_of(iri)
        if namespace in _STANDARD:
            return iri not in standard_terms() and not _MEMBERSHIP.fullmatch(iri.removeprefix(vocab.RDF))
        if iri in kind:
            return False
        if namespace in self.whole:
            return True
        if namespace not in self.partial or iri in self.names:
            return False
        near = self.near(iri, kind)
        return near is not None and one_slip_apart(iri, near)

    def near(self, iri: str, kind: Collection[str]) -> str | None:
        """Find the term of the same namespace that is nearest in spelling."""
        namespace = namespace_of(iri)
        name = iri.removeprefix(namespace)
        if namespace in _STANDARD:
            # rdfs:Property is rdf:Property under the wrong prefix.
            moved = [space + name for space in _STANDARD if space + name in standard_terms()]
            if moved:
                return moved[0]
            kind = standard_terms()
        local = {term.removeprefix(namespace): term for term in kind if namespace_of(term) == namespace}
        found = get_close_matches(name, local, n=1)
        return local[found[0]] if found else None


def vocabulary(known: Triples) -> Vocabulary:
    """Read what triples define."""
    classes, properties = (_named(known, hierarchy) for hierarchy in HIERARCHIES)
    names: set[str] = set()
    whole: set[str] = set()
    for subject, kind in known.instances():
        if isinstance(subject, NamedNode):
            names.add(subject.value)
            if kind in _CLASSES:
                classes.add(subject.value)
            elif kind in _PROPERTIES:
                properties.add(subject.value)
            elif kind == _ONTOLOGY:
                whole.update(_spaces(subject.value))
    explained = {iri for name in EXPLAINING for iri in _named(known, name)}
    if any(iri.startswith(vocab.HKKG) for iri in classes | properties):
        whole.add(vocab.HKKG)
    names |= explained
    spaces = {namespace_of(iri) for iri in classes | properties}
    partial = {namespace_of(iri) for iri in (classes | properties) & explained} - whole
    return Vocabulary(
        frozenset(classes),
        frozenset(properties),
        frozenset(names),
        frozenset(whole & spaces),
        frozenset(partial),
    )


def _named(known: Triples, property_iri: str) -> set[str]:
    return {subject.value for subject, _ in known.pairs(property_iri) if isinstance(subject, NamedNode)}


def _spaces(ontology: str) -> tuple[str, ...]:
    """Name the namespaces that an ontology's IRI may stand for."""
    bare = ontology.rstrip("#/")
    return bare + "#", bare + "/"


def check_terms(data: Triples, known: Triples, words: Vocabulary | None = None) -> Iterator[Finding]:
    """Find uses of names that the data and what it is read with do not define.

    Args:
        data: what is checked.
        known: the same, with the ontology and all that the data may refer to.
        words: the vocabulary of what is known, if it is read already.
    """
    words = words or vocabulary(known)
    yield from _undefined_properties(data, words)
    yield from _undefined_classes(data, words)
    yield from _undefined_in_axioms(data, words)
    if words.is_ours:
        yield from _undefined_names(data, words)


def _undefined_properties(data: Triples, words: Vocabulary) -> Iterator[Finding]:
    for iri in data.predicates():
        if words.lacks(iri, words.properties):
            near = words.near(iri, words.properties)
            for subject, value in data.pairs(iri):
                yield _undefined(subject, iri, value, iri, near, words)


def _undefined_classes(data: Triples, words: Vocabulary) -> Iterator[Finding]:
    used: dict[str, list[Term]] = {}
    for subject, kind in data.instances():
        used.setdefault(kind, []).append(subject)
    for iri, subjects in used.items():
        if words.lacks(iri, words.classes):
            near = words.near(iri, words.classes)
            for subject in subjects:
                yield _undefined(subject, _TYPE, NamedNode(iri), iri, near, words)


def _undefined_in_axioms(data: Triples, words: Vocabulary) -> Iterator[Finding]:
    for places, kind in ((_CLASS_PLACES, words.classes), (_PROPERTY_PLACES, words.properties)):
        for place in places:
            for subject, value in data.pairs(place):
                if not isinstance(value, NamedNode) or (words.is_ours and value.value.startswith(_OWN)):
                    continue  # the names that are ours are checked wherever they stand
                if words.lacks(value.value, kind):
                    near = words.near(value.value, kind)
                    yield _undefined(subject, place, value, value.value, near, words)


def _undefined_names(data: Triples, words: Vocabulary) -> Iterator[Finding]:
    for iri in list(data.predicates()):
        if iri == _TYPE:
            continue
        for subject, value in data.pairs(iri):
            if isinstance(value, Literal) or not isinstance(value, NamedNode) or value.value in words.names:
                continue
            if value.value.startswith(_OWN):
                near = get_close_matches(value.value, words.names, n=1)
                yield _undefined(subject, iri, value, value.value, near[0] if near else None, words)


def _undefined(  # noqa: PLR0913, PLR0917 - a triple, and the two terms that are compared
    subject: Term, predicate_iri: str, value: Term, unknown: str, near: str | None, words: Vocabulary
) -> Finding:
    hint_en = f" Did you mean {vocab.curie(near)}?" if near else ""
    hint_zh = f"是否 {vocab.curie(near)}？" if near else ""
    guessed = namespace_of(unknown) in words.partial
    return Finding(
        Severity.WARNING if guessed else Severity.VIOLATION,
        subject,
        CHECK + "undefined-term",
        predicate(predicate_iri),
        value,
        messages=messages(
            en=f"Define {vocab.curie(unknown)} or correct its spelling: nothing says what it is.{hint_en}",
            zh_Hant=f"請定義 {vocab.curie(unknown)} 或更正其拼寫：圖譜中並無說明。{hint_zh}",
        ),
        fix=vocab.curie(near) if near else None,
    )
