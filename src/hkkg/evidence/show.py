"""Where a resource is stated: its passages, and the records about it with theirs."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING, Final

from hkkg import vocab
from hkkg.errors import UnknownResourceError
from hkkg.evidence.model import STATED_IN, Evidence, Model
from hkkg.evidence.passages import KEY_WORD, PASSAGE, Passage, read_passages

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from hkkg.evidence.source import SourceText
    from hkkg.evidence.statements import Statements

_SECTION: Final = vocab.DCTERMS + "isPartOf"
_KIND: Final = vocab.HKKG + "passageKind"
_NEAR: Final = 3
_SHORTENED: Final = (vocab.HK, vocab.CONCEPT, vocab.PASSAGE, vocab.HKKG)


@dataclass(frozen=True, slots=True)
class Showing:
    """A resource, its classes, and its passages as lines of text."""

    resource: str
    classes: tuple[str, ...]
    passages: tuple[str, ...]

    def __str__(self) -> str:
        """Write the resource and its passages, one a line, indented."""
        head = vocab.curie(self.resource)
        kinds = ", ".join(self.classes)
        return "\n".join([f"{head} ({kinds})" if kinds else head, *self.passages])


def show(statements: Statements, name: str, sources: Mapping[str, SourceText]) -> list[Showing]:
    """Show where a resource is stated, and then where the records about it are; of a passage, what it states.

    Args:
        statements: the graph.
        name: an IRI, a CURIE, or the bare slug of a resource.
        sources: the texts of sources, so that the passages' own words are shown.

    Raises:
        UnknownResourceError: the graph does not speak of it; the nearest that it does are offered.
    """
    evidence = Evidence(statements, read_passages(statements, sources), Model.of(statements))
    resource = resolve(statements, name)
    if PASSAGE in statements.types(resource):
        lines = tuple(_lines(evidence, [resource]))
        stated = [s for s in statements.having(STATED_IN) if resource in statements.values(s, STATED_IN)]
        return [Showing(resource, ("hkkg:Passage",), lines), *(_showing(evidence, s, ()) for s in stated)]
    about = [s for s in statements.having(STATED_IN) if resource in evidence.parties(s)]
    return [_showing(evidence, s, statements.values(s, STATED_IN)) for s in (resource, *about)]


def resolve(statements: Statements, name: str) -> str:
    """Find the resource that an IRI, a CURIE or a slug means.

    Raises:
        ParameterError: it is empty, malformed, or a CURIE whose prefix is unknown.
        UnknownResourceError: there is none.
    """
    expanded = vocab.read_iri(name)
    candidates = [expanded] if expanded else [namespace + name for namespace in _SHORTENED]
    for candidate in candidates:
        if candidate in statements:
            return candidate
    near = _nearest(statements, expanded or vocab.HK + name)
    hint = f"Nearest: {', '.join(near)}." if near else "`hkkg search TEXT` finds things by their names."
    raise UnknownResourceError(f"the graph does not speak of {name}.", hint=hint)


def _nearest(statements: Statements, iri: str) -> list[str]:
    """Offer the names of the same namespace that look most like it."""
    namespace = next((n for n in sorted(_SHORTENED, key=len, reverse=True) if iri.startswith(n)), None)
    if namespace is None:
        return []
    known = [s.removeprefix(namespace) for s in statements if s.startswith(namespace)]
    near = get_close_matches(iri.removeprefix(namespace), known, n=_NEAR)
    return [vocab.curie(namespace + name) for name in near]


def _showing(evidence: Evidence, resource: str, passages: Iterable[str]) -> Showing:
    classes = tuple(vocab.curie(name) for name in sorted(evidence.statements.types(resource)))
    return Showing(resource, classes, tuple(_lines(evidence, passages)))


def _lines(evidence: Evidence, passages: Iterable[str]) -> Iterator[str]:
    for name in passages:
        for passage in evidence.passages.reach(name):
            yield _line(evidence.statements, passage, read_with=passage.iri != name)


def _line(statements: Statements, passage: Passage, *, read_with: bool) -> str:
    words = "、".join(statements.values(passage.iri, KEY_WORD))
    described = [
        vocab.curie(passage.iri),
        *(vocab.curie(value) for p in (_KIND, _SECTION) for value in statements.values(passage.iri, p)),
        words,
    ]
    head = "    read with " if read_with else "  "
    text = f"\n      {passage.text}" if passage.text is not None else ""
    return head + "  ".join(described) + text
