"""What validation finds, in one form for SHACL engines and for hkkg's own checks."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import IntEnum
from typing import TYPE_CHECKING, Final

from hkkg import vocab
from hkkg.store import BlankNode, Literal, NamedNode

if TYPE_CHECKING:
    from hkkg.checks.property_paths import PropertyPath
    from hkkg.errors import Place
    from hkkg.store import Term

CHECK: Final = "https://w3id.org/hkkg/check/"
# The embedded engine lower-cases language tags; people read them as BCP 47 writes them.
_TAGS: Final = {"zh-hant": "zh-Hant", "zh-hans": "zh-Hans"}


class Severity(IntEnum):
    """How bad a finding is; a greater one is worse."""

    INFO = 1
    WARNING = 2
    VIOLATION = 3

    @property
    def iri(self) -> str:
        """The severity as SHACL names it."""
        return vocab.SH + self.name.capitalize()

    @classmethod
    def of_iri(cls, iri: str) -> Severity:
        """Read SHACL's name; a severity of one's own counts as a violation."""
        return {severity.iri: severity for severity in cls}.get(iri, cls.VIOLATION)


@dataclass(frozen=True, slots=True)
class Origin:
    """What the standard report says of a result beyond the finding.

    Attributes:
        severity: the IRI of the severity, which may be one of the shapes' own.
        shape: the source shape, which may be blank.
        constraint: the node of the SPARQL constraint.
        times: how many results of the report are this finding.
        details: the results for the shapes that the value ought to conform to.
    """

    severity: str | None = None
    shape: Term | None = None
    constraint: Term | None = None
    times: int = 1
    details: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong with one focus node.

    Attributes:
        severity: how bad it is.
        focus: the node that is wrong.
        component: the IRI of the SHACL constraint component, or of the check.
        path: the property path whose values are wrong, if it is not the node itself.
        value: the wrong value, if there is one.
        shape: the IRI of the shape, if it has one.
        messages: what to do, as pairs of language tag and text, sorted.
        place: the file, line and column, once located.
        fix: what would be right, as one sentence or value.
        excerpt: the line of the file that the place is in.
        width: how many characters the wrong term has in that line.
        anchor: a name for a blank focus node that stays when other lines change.
        old: whether the baseline has it, so that it does not fail.
        origin: what only the standard report says.
    """

    severity: Severity
    focus: Term
    component: str
    path: PropertyPath | None = None
    value: Term | None = None
    shape: str | None = None
    messages: tuple[tuple[str, str], ...] = ()
    place: Place | None = None
    fix: str | None = None
    excerpt: str | None = None
    width: int = 1
    anchor: str = ""
    old: bool = False
    origin: Origin = field(default=Origin(), compare=False)

    def message(self, language: str = "en") -> str:
        """Return what to do in a language, else in whichever there is."""
        texts = dict(self.messages)
        return texts.get(language) or texts.get("") or next(iter(texts.values()), "")

    def at(self, place: Place | None) -> Finding:
        """Return the same finding with its place."""
        return replace(self, place=place)

    @property
    def key(self) -> tuple[int, str, str, str, str]:
        """What findings are sorted by: the worst first, then by focus."""
        return (-self.severity, str(self.focus), str(self.path or ""), self.component, str(self.value or ""))


def messages(**texts: str) -> tuple[tuple[str, str], ...]:
    """Pair texts with language tags; `zh_Hant="…"` is tagged zh-Hant."""
    return tuple(sorted((tag.replace("_", "-"), text) for tag, text in texts.items()))


def language_tag(tag: str) -> str:
    """Write a language tag as BCP 47 does."""
    return _TAGS.get(tag.lower(), tag)


def show(term: Term) -> str:
    """Write a term for people, in Turtle's syntax."""
    match term:
        case NamedNode():
            return vocab.curie(term.value)
        case BlankNode():
            return "[]"
        case Literal():
            return _show_literal(term)
        case _:
            return str(term)


def _show_literal(literal: Literal) -> str:
    quoted = str(Literal(literal.value))
    if literal.language:
        return f"{quoted}@{language_tag(literal.language)}"
    if literal.datatype.value == vocab.XSD + "string":
        return quoted
    if literal.datatype.value == vocab.XSD + "integer" and literal.value.isdecimal():
        return literal.value
    return f"{quoted}^^{vocab.curie(literal.datatype.value)}"
