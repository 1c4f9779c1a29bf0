"""Where findings stand in their files. Nothing is looked up unless there are findings."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from itertools import count, repeat
from typing import TYPE_CHECKING, Final, NamedTuple

from hkkg import vocab
from hkkg.errors import Place
from hkkg.positions import FORMATS, Positions
from hkkg.store import BlankNode, Literal, NamedNode
from hkkg.turtle_scan import Scan

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from hkkg.checks import Finding
    from hkkg.loading import Document
    from hkkg.store import Quad, Term


_TYPE: Final = vocab.RDF + "type"
_LONGEST_EXCERPT: Final = 2000
_MISSING: Final = {
    vocab.SH + "MinCountConstraintComponent",
    vocab.SH + "QualifiedMinCountConstraintComponent",
}
_EXCESS: Final = vocab.SH + "MaxCountConstraintComponent"
_REPEATED: Final = vocab.SH + "UniqueLangConstraintComponent"
_SUBJECT, _PREDICATE, _OBJECT = range(3)


class _At(NamedTuple):
    """A triple in a document."""

    document: int
    number: int
    quad: Quad


class Places:
    """The documents that findings may be in, and the positions of their triples."""

    def __init__(self, documents: Iterable[tuple[Document, Sequence[Quad]]]) -> None:
        """Keep the documents; they are looked through when findings come."""
        self._documents = list(documents)
        self._scans: dict[int, Scan | None] = {}
        self._holding: dict[Term, list[_At]] = {}
        self._held: dict[Term, list[_At]] = {}
        self._owners: dict[Term, Quad] = {}

    def locate(self, finding: Finding) -> Finding:
        """Return one finding with its place; for many, `locate_all` looks through the documents once."""
        return self.locate_all([finding])[0]

    def locate_all(self, findings: Sequence[Finding]) -> tuple[Finding, ...]:
        """Return findings with the file, line and column of their triples, else of their subjects."""
        self._index(findings)
        return tuple(self._located(finding) for finding in findings)

    def _index(self, findings: Sequence[Finding]) -> None:
        """Note the triples of the focus nodes, and those whose object is a focus node or a distant value."""
        subjects = {finding.focus for finding in findings}
        blank = any(isinstance(node, BlankNode) for node in subjects)
        holding: dict[Term, list[_At]] = defaultdict(list)
        held: dict[Term, list[_At]] = defaultdict(list)
        for number, index, quad in self._triples():
            subject = quad.subject
            if subject in subjects:
                holding[subject].append(_At(number, index, quad))
            if blank and isinstance(quad.object, BlankNode):
                self._owners.setdefault(quad.object, quad)
        objects = subjects - holding.keys()
        for finding in findings:
            if finding.value is not None and finding.path is not None and finding.path.kind != "predicate":
                objects |= {finding.focus, finding.value}
        for number, index, quad in self._triples() if objects else ():
            if quad.object in objects:
                held[quad.object].append(_At(number, index, quad))
        self._holding, self._held = dict(holding), dict(held)

    def _triples(self) -> Iterator[tuple[int, int, Quad]]:
        for number, (_, quads) in enumerate(self._documents):
            yield from zip(repeat(number), count(), quads)

    def _located(self, finding: Finding) -> Finding:
        if finding.place is not None:
            return self._excerpted(finding)
        if isinstance(finding.focus, BlankNode):
            finding = replace(finding, anchor=self._anchor(finding.focus))
        chosen = self._triple(finding) or self._subject(finding.focus) or self._as_object(finding.focus)
        if chosen is None:
            return finding
        (number, index, _), role = chosen
        source = self._documents[number][0].source
        scan = self._scan(number)
        if scan is None:
            return finding.at(Place(source))
        if len(scan.subjects) != len(self._documents[number][1]):
            # The parser read what the scan did not (RDF 1.2): names are all that is left to go by.
            return finding.at(self._by_name(finding, source, scan))
        offset = (scan.subjects, scan.predicates, scan.objects)[role][index]
        if offset < 0:
            offset = scan.objects[index]
        position = scan.position(offset)
        found = replace(finding, place=Place(source, *position), width=scan.width(offset))
        return _with_line(found, scan)

    def _by_name(self, finding: Finding, source: str, scan: Scan) -> Place:
        predicate = finding.path.first_predicate if finding.path else None
        value = getattr(finding.value, "value", None)
        position = Positions(scan).position(getattr(finding.focus, "value", ""), predicate, value)
        return Place(source, *(position or ()))

    def _excerpted(self, finding: Finding) -> Finding:
        """Add the line of a place that is known already."""
        place = finding.place
        if place is None or place.line is None or finding.excerpt is not None:
            return finding
        numbers = [n for n, (document, _) in enumerate(self._documents) if document.source == place.source]
        scan = self._scan(numbers[0]) if numbers else None
        return _with_line(finding, scan) if scan is not None else finding

    def _triple(self, finding: Finding) -> tuple[_At, int] | None:
        """Choose the triple that is wrong, and which of its terms."""
        path, value = finding.path, finding.value
        if finding.component in _MISSING:
            return None
        own = self._holding.get(finding.focus, [])
        if path is None:
            exact = [at for at in own if at.quad.object == value]
            return (exact[0], _OBJECT) if exact and value != finding.focus else None
        if path.kind == "predicate":
            named = [at for at in own if at.quad.predicate.value == path.iri]
            return self._of_predicate(finding, named)
        if value is not None:
            return self._distant(finding, set(path.predicates()))
        first = path.first_predicate
        near = [at for at in own if at.quad.predicate.value == first]
        return (near[0], _OBJECT) if near else None

    def _of_predicate(self, finding: Finding, named: list[_At]) -> tuple[_At, int] | None:
        value = finding.value
        exact = [at for at in named if at.quad.object == value]
        if exact:
            return exact[0], _OBJECT
        if not named:
            return None
        if finding.component == _EXCESS:
            return named[-1], _OBJECT
        if finding.component == _REPEATED:
            return self._repeated(named), _OBJECT
        whole = value is None or value == named[0].quad.predicate
        return named[0], _PREDICATE if whole else _OBJECT

    def _repeated(self, named: list[_At]) -> _At:
        """Find the first literal whose language another before it has."""
        seen = set()
        for at in named:
            obj = at.quad.object
            language = obj.language if isinstance(obj, Literal) else None
            if language in seen:
                return at
            if language:
                seen.add(language)
        return named[-1]

    def _distant(self, finding: Finding, predicates: set[str]) -> tuple[_At, int] | None:
        """Find the value at the end of a path, or where an inverse path starts."""
        near = self._held.get(finding.value, []) if finding.value is not None else []
        candidates = [at for at in near if at.quad.predicate.value in predicates]
        inverse = [
            at
            for at in self._held.get(finding.focus, [])
            if at.quad.predicate.value in predicates and at.quad.subject == finding.value
        ]
        steps = {finding.focus} | {at.quad.object for at in self._holding.get(finding.focus, [])}
        reached = [at for at in candidates if at.quad.subject in steps]
        best = reached or inverse or candidates
        return (best[0], _OBJECT) if best else None

    def _subject(self, focus: Term) -> tuple[_At, int] | None:
        """Find a subject's block, the one that says its type before others."""
        own = self._holding.get(focus, [])
        typed = [at for at in own if at.quad.predicate.value == _TYPE]
        best = typed or own
        return (best[0], _SUBJECT) if best else None

    def _as_object(self, focus: Term) -> tuple[_At, int] | None:
        held = self._held.get(focus, [])
        return (held[0], _OBJECT) if held else None

    def _anchor(self, focus: Term) -> str:
        """Name a blank node by the predicates that lead to it from a named one."""
        steps: list[str] = []
        seen = set()
        while isinstance(focus, BlankNode) and focus in self._owners and focus not in seen:
            seen.add(focus)
            owner = self._owners[focus]
            steps.append(owner.predicate.value)
            focus = owner.subject
        top = focus.value if isinstance(focus, NamedNode) else "[]"
        return " ".join([top, *reversed(steps)])

    def _scan(self, number: int) -> Scan | None:
        if number not in self._scans:
            document = self._documents[number][0]
            text = document.data.decode("utf-8", "replace").removeprefix("\ufeff")
            self._scans[number] = Scan(text) if document.format.name in FORMATS else None
        return self._scans[number]


def _with_line(finding: Finding, scan: Scan) -> Finding:
    line = scan.line(finding.place.line) if finding.place and finding.place.line else None
    return replace(finding, excerpt=line) if line is not None and len(line) <= _LONGEST_EXCERPT else finding
