"""The gate of updates: what a change has made wrong, found without validating everything."""

from __future__ import annotations

import re
from importlib import import_module
from typing import TYPE_CHECKING, Final

from hkkg import checks, vocab
from hkkg.checks import Severity, Triples, language_tags
from hkkg.checks.literals import check_literals, untold
from hkkg.checks.shape_model import named_shapes
from hkkg.errors import ShapesProblemError
from hkkg.store import Literal, NamedNode, Quad
from hkkg.validation import engines, gaps, reach, reading, soundness
from hkkg.validation.adapting import MARK, as_stored, with_own_targets, with_stored_datatype
from hkkg.validation.definitions import redefines, uses_of_undefined, vocabulary_of
from hkkg.validation.excerpt import Stated, TooFarError, Walks
from hkkg.validation.prepared import Prepared
from hkkg.validation.report import Report
from hkkg.validation.shape_graph import ShapeGraph
from hkkg.validation.tasks import refuse

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

    from hkkg.checks import Finding
    from hkkg.checks.terms import Vocabulary
    from hkkg.store import Change, EmbeddedStore, Term
    from hkkg.validation.tasks import Read

_Results = tuple[list["Finding"], str]
# So many nodes and triples take as long to walk as it takes to validate some thousand triples.
_FARTHEST: Final = 40_000
_TAG: Final = re.compile(rb'(?<="@)[a-z0-9-]+(?= \.$)', re.MULTILINE)


class Gate:
    """Validates changes of a store that conforms, against shapes that stay.

    SHACL sees what the graphs of the store's union state, as the store writes it: never `graph:inferred`,
    nor the shapes. A gate does not change after it is made, and a forked process can go on using it.
    """

    def __init__(
        self,
        shapes: Iterable[Quad],
        context: EmbeddedStore | None = None,
        documents: Sequence[Read] = (),
    ) -> None:
        """Analyse and prepare shapes.

        A datatype that the store does not keep (`xsd:int`, which becomes `xsd:integer`) is replaced in the
        shapes as it is in the data.

        Args:
            shapes: the quads of all shapes graphs.
            context: what the graphs may refer to besides each other, taken as right.
            documents: the files that they were read from, if any, so that what is wrong has its place.

        Raises:
            ShapesProblemError: a shape is not well-formed, or recursive.
            ManyProblemsError: several are.
        """
        self._context = context
        quads = [with_stored_datatype(quad) for quad in as_stored(shapes)]
        self._shapes = Triples(quads)
        self._number = len(named_shapes(self._shapes))
        # One engine has all of them: a prepared shapes graph cannot be shared out as a single run's can.
        self._engine = engines.get("pyshacl" if gaps.holders(self._shapes) else "pyshifty")
        self._complete = Prepared(quads, self._engine)
        refuse(soundness.located(self._unusable(quads), documents))
        self._reach = reach.analyse(self._shapes)
        own_targets = with_own_targets(quads, self._shapes, self._reach.starts)
        self._narrowed = Prepared(own_targets, self._engine)
        self._warm_up()

    def _unusable(self, quads: Iterable[Quad]) -> dict[Term, str]:
        """Say of each shape that cannot be used why, before any change depends on it."""
        graph = ShapeGraph(self._shapes)
        found = soundness.unusable(reading.ntriples(quads), graph)
        if self._engine.name == "pyshacl":
            found |= soundness.beyond(graph, graph.roots())
        try:
            self._engine.report(b"", self._complete.ntriples)
        except ShapesProblemError:
            refused = soundness.refused(self._engine, graph)
            if not found and not refused:
                raise
            return refused | found
        # pySHACL reads a query only when it has to ask it.
        return found or (soundness.refused(self._engine, graph) if self._engine.name == "pyshacl" else {})

    def _warm_up(self) -> None:
        """Load now what each forked process would load anew: the shapes, and OpenCC's dictionaries."""
        self._engine.report(b"", self._narrowed.ntriples)
        label = NamedNode(vocab.SKOS + "prefLabel")
        texts = [Literal("科技", language=language) for language in ("zh-Hans", "zh-Hant")]
        tuple(_own_findings(Triples([Quad(label, label, text) for text in texts])))

    def vocabulary(self, store: EmbeddedStore) -> Vocabulary:
        """Read what a store and its context define, for checks of changes that define nothing else."""
        return vocabulary_of(Stated(store, self._context))

    def check(self, store: EmbeddedStore, change: Change, words: Vocabulary | None = None) -> Report:
        """Validate the focus nodes whose results a change can have changed.

        Every result of SHACL that the new state has and the old one had not is found, and of other results
        those of the same focus nodes. Hkkg's own rules about single triples are applied to what was added;
        it should be as the request wrote it, since the store rewrites ill-formed literals. The rule on
        undefined terms is applied to what uses a term that lost its definition, too.

        Args:
            store: the new state; the default graph and `graph:inferred` need not be up to date.
            change: what was stated or withdrawn to make it. Quads of shapes graphs and of `graph:inferred`
                are passed over: if the shapes have changed, have another gate `check_by_all`.
            words: what the store defines, by `vocabulary`; it is read anew where it is not given, or not
                right any more after this change.

        Raises:
            ValidatorFailedError: the engine gave up.
        """
        stated = Stated(store, self._context)
        changed = as_stored(quad for quad in (*change.added, *change.removed) if quad in stated)
        own = self._own(store, change, words)
        excerpt = self._excerpt(stated, changed)
        if excerpt is None:
            return self._full_report(stated, own)
        triples, marks = excerpt
        results = self._results(triples + marks, self._narrowed) if marks else ([], self._engine.name)
        return self._report(results, own, triples.count(b"\n"))

    def check_all(self, store: EmbeddedStore) -> Report:
        """Validate every focus node of a store.

        Raises:
            ValidatorFailedError: the engine gave up.
        """
        return self._full_report(Stated(store, self._context), [])

    def check_by_all(self, store: EmbeddedStore, change: Change, words: Vocabulary | None = None) -> Report:
        """Validate every focus node of a store, since its shapes have changed; else as `check` does.

        Raises:
            ValidatorFailedError: the engine gave up.
        """
        return self._full_report(Stated(store, self._context), self._own(store, change, words))

    def _own(self, store: EmbeddedStore, change: Change, words: Vocabulary | None) -> list[Finding]:
        """Apply hkkg's own rules to a change."""
        stated = Stated(store, self._context)
        added = [quad for quad in change.added if quad in stated]
        if words is None or redefines(change):
            words = self.vocabulary(store)
        used = Triples(added, uses_of_undefined(stated, change))
        return [*_own_findings(Triples(added)), *_undefined(used, words)]

    def _excerpt(self, stated: Stated, changed: Collection[Quad]) -> tuple[bytes, bytes] | None:
        """Write as N-Triples what the focus nodes that a change reaches read, and the marks of these.

        None stands for everything, where the shapes or the change reach too far to be followed.
        """
        if self._reach.unknown is not None:
            return None
        try:
            walks = Walks(self._reach, stated, _FARTHEST)
            focus_nodes = walks.focus_nodes(changed)
            triples = reading.ntriples(walks.excerpt(focus_nodes))
        except TooFarError:
            return None
        marks = (
            f"<{MARK}> <{MARK}{start}> {node} .\n" for node, starts in focus_nodes.items() for start in starts
        )
        return triples, "".join(marks).encode()

    def _full_report(self, stated: Stated, own: list[Finding]) -> Report:
        everything = reading.ntriples({quad.triple: quad for quad in stated.match()}.values())
        return self._report(self._results(everything, self._complete), own, everything.count(b"\n"))

    def _results(self, ntriples: bytes, shapes: Prepared) -> _Results:
        data = _TAG.sub(_in_canonical_case, ntriples)
        parts = shapes.parts(data)
        reports = [engine.report(data, part) for engine, part in parts]
        found = [finding for report in reports for finding in reading.findings(report, self._shapes)]
        return found, " and ".join(engine.name for engine, _ in parts)

    def _report(self, results: _Results, own: list[Finding], triples: int) -> Report:
        found, engines_used = results
        findings = sorted([*found, *untold(own, found)], key=lambda finding: finding.key)
        return Report(tuple(findings), engines_used, triples, self._number)


def _own_findings(added: Triples) -> Iterator[Finding]:
    """Apply the rules that one triple can break; a warning of theirs does not concern the gate."""
    scripts = import_module("hkkg.checks.scripts")
    for rule in (check_literals, checks.check_digits, scripts.check_scripts):
        yield from _violations(rule(added))


def _undefined(used: Triples, words: Vocabulary) -> Iterator[Finding]:
    return _violations(checks.check_terms(used, used, words))


def _violations(found: Iterable[Finding]) -> Iterator[Finding]:
    return (finding for finding in found if finding.severity is Severity.VIOLATION)


def _in_canonical_case(tag: re.Match[bytes]) -> bytes:
    """Undo the store's lower-casing, which a SPARQL constraint that compares tags would see."""
    return language_tags.canonical_case(tag[0].decode()).encode()
