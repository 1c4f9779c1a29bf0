"""What would be right, where the shape implies it: the fix that a SHACL finding is shown with."""

from __future__ import annotations

from dataclasses import replace
from difflib import get_close_matches
from typing import TYPE_CHECKING, Final

from hkkg import vocab
from hkkg.checks import property_paths
from hkkg.checks.findings import show
from hkkg.checks.language_tags import canonical_case
from hkkg.checks.literals import repaired, typed_literal
from hkkg.checks.scripts import script_of
from hkkg.store import Literal, NamedNode

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from hkkg.checks.findings import Finding
    from hkkg.checks.triples import Triples
    from hkkg.store import Term

_SH: Final = vocab.SH
_MOST_CANDIDATES: Final = 20_000


def suggest(finding: Finding, shapes: Triples, data: Triples) -> Finding:
    """Return a finding with its fix, if its shape implies one."""
    rule = _RULES.get(finding.component.removeprefix(_SH).removesuffix("ConstraintComponent"))
    if finding.fix is not None or rule is None:
        return finding
    for shape in _shapes_of(finding, shapes):
        fix = rule(finding, shape, shapes, data)
        if fix:
            return replace(finding, fix=fix)
    return finding


def _shapes_of(finding: Finding, shapes: Triples) -> Iterator[Term]:
    """Yield the shapes that a finding may be of: the one that it names, else those with its path."""
    named = NamedNode(finding.shape) if finding.shape else None
    if named is not None and shapes.about(named):
        inner = [
            shape
            for shape in shapes.values(named, _SH + "property")
            if _path(shapes, shape) == str(finding.path)
        ]
        yield from (named, *inner)
        return
    if finding.path is None:
        return
    for shape, _ in shapes.pairs(_SH + "path"):
        if _path(shapes, shape) == str(finding.path):
            yield shape


def _path(shapes: Triples, shape: Term) -> str:
    node = shapes.value(shape, _SH + "path")
    return str(property_paths.read(shapes, node)) if node is not None else ""


def _in(finding: Finding, shape: Term, shapes: Triples, _data: Triples) -> str | None:
    """Offer the allowed value that is spelt most nearly like the wrong one."""
    head = shapes.value(shape, _SH + "in")
    if head is None or finding.value is None:
        return None
    members = shapes.members(head)
    return _nearest(finding.value, members) if finding.value not in members else None


def _nearest(value: Term, others: list[Term]) -> str | None:
    names = {_name(other): other for other in others}
    near = get_close_matches(_name(value), names, n=1)
    if not near:
        folded = {name.lower(): name for name in names}
        near = [folded[name] for name in get_close_matches(_name(value).lower(), folded, n=1)]
    if near:
        return show(names[near[0]])
    return show(others[0]) if len(others) == 1 else None


def _name(term: Term) -> str:
    if isinstance(term, NamedNode):
        return term.value[max(term.value.rfind("#"), term.value.rfind("/")) + 1 :]
    return str(getattr(term, "value", term))


def _has_value(finding: Finding, shape: Term, shapes: Triples, _data: Triples) -> str | None:
    """Offer the value that is asked for."""
    value = shapes.value(shape, _SH + "hasValue")
    return f"{finding.path} {show(value)}" if value is not None and finding.path else None


def _datatype(finding: Finding, shape: Term, shapes: Triples, _data: Triples) -> str | None:
    """Offer the same text with the right datatype, if it is a value of that."""
    datatype = shapes.value(shape, _SH + "datatype")
    value = finding.value
    if not isinstance(datatype, NamedNode):
        return None
    text = value.value if isinstance(value, Literal | NamedNode) else ""
    local = datatype.value.removeprefix(vocab.XSD)
    if isinstance(value, NamedNode) and local != "anyURI":
        return None
    if local == "string" and text:
        return show(Literal(text))
    if datatype.value == vocab.RDF + "langString" and text:
        return f"{show(Literal(text))}@en" if text.isascii() else "a language tag"
    return typed_literal(text, datatype.value) or _only(repaired(text, local), local)


def _only(fix: str | None, datatype: str) -> str | None:
    return fix if fix and fix.endswith(f"^^xsd:{datatype}") else None


def _node_kind(finding: Finding, shape: Term, shapes: Triples, _data: Triples) -> str | None:
    """Offer a link for a text that is an address, and a text for a link."""
    kinds = {getattr(kind, "value", "") for kind in shapes.values(shape, _SH + "nodeKind")}
    value = finding.value
    is_address = isinstance(value, Literal) and value.value.startswith(("http://", "https://", "urn:"))
    if is_address and isinstance(value, Literal) and kinds & {_SH + "IRI", _SH + "BlankNodeOrIRI"}:
        return vocab.curie(value.value)
    if isinstance(value, NamedNode) and kinds == {_SH + "Literal"}:
        return f'"{value.value}"^^xsd:anyURI'
    return None


def _class(finding: Finding, shape: Term, shapes: Triples, data: Triples) -> str | None:
    """Offer the instance of the class that is spelt most nearly like a thing that nothing describes."""
    wanted = shapes.value(shape, _SH + "class")
    value = finding.value
    if not isinstance(wanted, NamedNode) or not isinstance(value, NamedNode):
        return None
    if data.about(value):
        return f"{vocab.curie(value.value)} a {vocab.curie(wanted.value)}"
    instances: list[Term] = [subject for subject, kind in data.instances() if kind == wanted.value]
    return _nearest(value, instances) if 1 < len(instances) < _MOST_CANDIDATES else None


def _language_in(finding: Finding, shape: Term, shapes: Triples, _data: Triples) -> str | None:
    """Offer the one allowed tag, or the one whose script the text is in."""
    head = shapes.value(shape, _SH + "languageIn")
    if head is None or not isinstance(finding.value, Literal):
        return None
    tags = [tag.value for tag in shapes.members(head) if isinstance(tag, Literal)]
    latin = finding.value.value.isascii()
    fitting = [tag for tag in tags if (script_of(tag) == "Latn") == latin]
    return f"{Literal(finding.value.value)}@{canonical_case(fitting[0])}" if len(fitting) == 1 else None


def _missing_tag(finding: Finding, shape: Term, shapes: Triples, data: Triples) -> str | None:
    """Name the tags that the values of a path have not got, where a shape counts them by language."""
    predicate = finding.path.first_predicate if finding.path else None
    if predicate is None:
        return None
    present = {
        value.language.lower()
        for value in data.values(finding.focus, predicate)
        if isinstance(value, Literal) and value.language
    }
    wanted = [tag.value for counted in _counted(shapes, shape) for tag in _tags(shapes, counted)]
    missing = [tag for tag in dict.fromkeys(wanted) if tag.lower() not in present]
    if not missing:
        return None
    return " , ".join(f'{finding.path} "…"@{canonical_case(tag)}' for tag in missing)


def _counted(shapes: Triples, shape: Term) -> list[Term]:
    """List the shapes whose languages count: the one that is counted, else the shape itself."""
    return shapes.values(shape, _SH + "qualifiedValueShape") or [shape]


def _tags(shapes: Triples, shape: Term) -> list[Literal]:
    head = shapes.value(shape, _SH + "languageIn")
    return [tag for tag in shapes.members(head) if isinstance(tag, Literal)] if head is not None else []


def _unique_language(finding: Finding, _shape: Term, _shapes: Triples, data: Triples) -> str | None:
    """Name the tag that several values have."""
    predicate = finding.path.first_predicate if finding.path else None
    tags = [
        canonical_case(value.language)
        for value in (data.values(finding.focus, predicate) if predicate else [])
        if isinstance(value, Literal) and value.language
    ]
    repeated = sorted({tag for tag in tags if tags.count(tag) > 1})
    return (
        f"one {finding.path} with each of: {', '.join('@' + tag for tag in repeated)}" if repeated else None
    )


def _closed(finding: Finding, shape: Term, shapes: Triples, _data: Triples) -> str | None:
    """Offer the allowed property that is spelt most nearly like the wrong one."""
    if finding.path is None or finding.path.kind != "predicate":
        return None
    allowed: list[Term] = []
    for inner in shapes.values(shape, _SH + "property"):
        allowed += shapes.values(inner, _SH + "path")
    names = [iri for iri in allowed if isinstance(iri, NamedNode) and iri.value != finding.path.iri]
    near = get_close_matches(finding.path.iri, [iri.value for iri in names], n=1, cutoff=0.8)
    return vocab.curie(near[0]) if near else None


def _bound(name: str) -> Callable[[Finding, Term, Triples, Triples], str | None]:
    def rule(_finding: Finding, shape: Term, shapes: Triples, _data: Triples) -> str | None:
        value = shapes.value(shape, _SH + name)
        least = "at least" if name.startswith("min") else "at most"
        return f"{least} {show(value)}" if value is not None else None

    return rule


_RULES: Final[dict[str, Callable[[Finding, Term, Triples, Triples], str | None]]] = {
    "Class": _class,
    "Closed": _closed,
    "Datatype": _datatype,
    "HasValue": _has_value,
    "In": _in,
    "LanguageIn": _language_in,
    "MaxInclusive": _bound("maxInclusive"),
    "MinCount": _missing_tag,
    "MinInclusive": _bound("minInclusive"),
    "NodeKind": _node_kind,
    "QualifiedMinCount": _missing_tag,
    "UniqueLang": _unique_language,
}
