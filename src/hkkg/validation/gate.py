"""The gate of updates: what a change has made wrong, found without validating everything."""

from __future__ import annotations

import re
from importlib import import_module
from typing import TYPE_CHECKING, Final

from hkkg import checks, vocab
from hkkg.checks import Severity, Triples, language_tags
from hkkg.checks.literals import check_literals, untold
from hkkg.checks.shape_model import named_shapes
from hkkg.store import EmbeddedStore, Literal, NamedNode, Quad
from hkkg.validation import engines, reach, reading
from hkkg.validation.excerpt import Stated, TooFarError, Walks
from hkkg.validation.report import Report

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from hkkg.checks import Finding
    from hkkg.store import Change

# So many nodes and triples take as long to walk as it takes to validate some thousand triples.
_FARTHEST: Final = 40_000
_DATATYPE: Final = vocab.SH + "datatype"
_SAMPLES: Final = ("1", "2000-01-01T00:00:00Z")
_TAG: Final = re.compile(rb'(?<="@)[a-z0-9-]+(?= \.$)', re.MULTILINE)


class Gate:
    """Validates changes of a store that conforms, against shapes that stay.

    SHACL sees what the graphs of the store's union state, as the store writes it: never `graph:inferred`,
    nor the shapes. A gate does not change after it is made, and a forked process can go on using it.
    """

    def __init__(self, shapes: Iterable[Quad]) -> None:
        """Analyse and prepare shapes.

        A datatype that the store does not keep (`xsd:int`, which becomes `xsd:integer`) is replaced in the
        shapes as it is in the data.

        Args:
            shapes: the quads of all shapes graphs.

        Raises:
            ShapesProblemError: the shapes are not well-formed SHACL.
        """
        quads = [_with_stored_datatype(quad) for quad in _as_stored(shapes)]
        self._shapes = Triples(quads)
        self._ntriples = reading.shapes_ntriples(quads)
        self._engine = engines.choose(engines.AUTO, self._shapes)
        self._engine.report(b"", self._ntriples)
        self._reach = reach.analyse(self._shapes)
        self._number = len(named_shapes(self._shapes))
        # OpenCC's dictionaries load now and not in each forked process.
        self._check_scripts = import_module("hkkg.checks.scripts").check_scripts

    def check(self, store: EmbeddedStore, change: Change) -> Report:
        """Validate the focus nodes whose results a change can have changed.

        Every result of SHACL that the new state has and the old one had not is found, and of other results
        those of the same focus nodes. Hkkg's own rules about single triples are applied to what was added;
        it should be as the request wrote it, since the store rewrites ill-formed literals.

        Args:
            store: the new state; the default graph and `graph:inferred` need not be up to date.
            change: what was stated or withdrawn to make it. Quads of shapes graphs and of `graph:inferred`
                are passed over: if the shapes have changed, make another gate and use `check_all`.

        Raises:
            ValidatorFailedError: the engine gave up.
        """
        stated = Stated(store)
        added = [quad for quad in change.added if quad in stated]
        changed = _as_stored([*added, *(quad for quad in change.removed if quad in stated)])
        own = tuple(self._own_findings(Triples(added)))
        if self._reach.unknown is not None:
            return self._full_report(stated, own)
        try:
            walks = Walks(self._reach, stated, _FARTHEST)
            focus_nodes = walks.focus_nodes(changed)
            excerpt = walks.excerpt(focus_nodes).values() if focus_nodes else ()
        except TooFarError:
            return self._full_report(stated, own)
        found = self._results(excerpt) if excerpt else []
        return self._report([f for f in found if f.focus in focus_nodes], own, len(excerpt))

    def check_all(self, store: EmbeddedStore) -> Report:
        """Validate every focus node of a store.

        Raises:
            ValidatorFailedError: the engine gave up.
        """
        return self._full_report(Stated(store))

    def _full_report(self, stated: Stated, own: Iterable[Finding] = ()) -> Report:
        everything = {quad.triple: quad for quad in stated.match()}
        return self._report(self._results(everything.values()), own, len(everything))

    def _results(self, quads: Collection[Quad]) -> list[Finding]:
        data = _TAG.sub(_in_canonical_case, reading.ntriples(quads))
        return reading.findings(self._engine.report(data, self._ntriples), self._shapes)

    def _report(self, found: list[Finding], own: Iterable[Finding], triples: int) -> Report:
        findings = sorted([*found, *untold(own, found)], key=lambda finding: finding.key)
        return Report(tuple(findings), self._engine.name, triples, self._number)

    def _own_findings(self, added: Triples) -> Iterator[Finding]:
        """Apply the rules that one triple can break; a warning of theirs does not concern the gate."""
        for rule in (check_literals, checks.check_digits, self._check_scripts):
            yield from (finding for finding in rule(added) if finding.severity is Severity.VIOLATION)


def _as_stored(quads: Iterable[Quad]) -> list[Quad]:
    """Write literals as a store writes them."""
    store = EmbeddedStore(union=False)
    store.add(quads, in_union=True)
    return list(store.quads())


def _with_stored_datatype(quad: Quad) -> Quad:
    if quad.predicate.value != _DATATYPE or not isinstance(quad.object, NamedNode):
        return quad
    samples = [Quad(quad.subject, quad.predicate, Literal(text, datatype=quad.object)) for text in _SAMPLES]
    for stored in _as_stored(samples):
        if isinstance(stored.object, Literal) and stored.object.datatype != quad.object:
            return Quad(quad.subject, quad.predicate, stored.object.datatype, quad.graph_name)
    return quad


def _in_canonical_case(tag: re.Match[bytes]) -> bytes:
    """Undo the store's lower-casing, which a SPARQL constraint that compares tags would see."""
    return language_tags.canonical_case(tag[0].decode()).encode()
