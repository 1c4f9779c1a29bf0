"""One judgement from two engines: each shape goes to the engine that is right about it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from hkkg import catalog
from hkkg.catalog import Kind
from hkkg.errors import ShapesProblemError
from hkkg.validation import engines, gaps, reading, soundness
from hkkg.validation.blank_focus import BlankFocus
from hkkg.validation.details import explained
from hkkg.validation.marking import shapes_ntriples
from hkkg.validation.shape_graph import ShapeGraph, leading_to

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from hkkg.checks import Finding, Triples
    from hkkg.store import Quad, Term
    from hkkg.validation.engines import Engine
    from hkkg.validation.tasks import Read


@dataclass(frozen=True, slots=True)
class Judgement:
    """What the engines found.

    Attributes:
        findings: their results.
        engines: the names of those that ran.
        problems: one for each shape that cannot be used; shapes that lead to it were not judged.
    """

    findings: list[Finding]
    engines: tuple[str, ...]
    problems: tuple[ShapesProblemError, ...]


class Judge:
    """Judges one data graph against one shapes graph."""

    def __init__(self, data: bytes, documents: tuple[Read, ...], shapes: Triples) -> None:
        """Keep the graphs.

        Args:
            data: the data, as N-Triples.
            documents: the shapes.
            shapes: the same, indexed.
        """
        self._data = data
        self._documents = documents
        self._shapes = shapes
        self._graph = ShapeGraph(shapes)
        self._problems = soundness.recursive(self._graph)
        if not _is_packaged(documents):
            ntriples = reading.ntriples(*(quads for _, quads in documents))
            self._problems |= soundness.malformed(ntriples, self._graph)

    def judge(self, engine: str) -> Judgement:
        """Judge by an engine, or with `auto` by the fast one and what it gets wrong by the reference.

        Raises:
            ParameterError: there is no such engine.
            ShapesProblemError: the shapes are refused, and none of them alone is.
            ValidatorFailedError: an engine gave up.
        """
        findings: list[Finding] = []
        names: list[str] = []
        for chosen, roots in self._parts(engine):
            findings += self._ask(chosen, roots)
            names.append(chosen.name)
        return Judgement(findings, tuple(names), soundness.located(self._problems, self._documents))

    def _parts(self, name: str) -> list[tuple[Engine, set[Term]]]:
        """Share the shapes that have targets out among the engines."""
        roots = set(self._graph.roots())
        if name != engines.AUTO:
            return [(engines.get(name), roots)]
        slow = leading_to(self._graph, gaps.holders(self._shapes), roots)
        slow |= BlankFocus(self._graph).roots(self._data)
        self._problems |= soundness.beyond(self._graph, slow)
        fast = roots - slow
        parts = [(engines.get("pyshifty"), fast)] if fast or not slow else []
        return [*parts, *([(engines.get("pyshacl"), slow)] if slow else [])]

    def _ask(self, engine: Engine, roots: set[Term]) -> list[Finding]:
        try:
            return self._findings(engine, roots)
        except ShapesProblemError:
            found = soundness.refused(engine, self._graph)
            if not found.keys() - self._problems.keys():
                raise
            self._problems |= found
            return self._findings(engine, roots)

    def _findings(self, engine: Engine, roots: Collection[Term]) -> list[Finding]:
        found = self._results(engine, set(self._graph.roots()) - set(roots))
        return explained(found, self._shapes, partial(self._explain, engine))

    def _explain(self, engine: Engine, data: bytes, targets: list[Quad]) -> list[Finding]:
        return self._results(engine, self._graph.roots(), data, targets)

    def _results(
        self, engine: Engine, untargeted: Collection[Term], data: bytes = b"", targets: Sequence[Quad] = ()
    ) -> list[Finding]:
        shapes = shapes_ntriples(
            chain.from_iterable(quads for _, quads in self._documents),
            self._shapes,
            untargeted=untargeted,
            dropped=self._graph.using(self._problems),
            targets=targets,
        )
        return reading.findings(engine.report(self._data + data, shapes), self._shapes)


def _is_packaged(documents: tuple[Read, ...]) -> bool:
    """Tell whether all shapes are hkkg's own, which its tests hold against the syntax rules once for all."""
    own = {file.path.resolve() for file in catalog.of_kind(Kind.SHAPES)}
    return all(Path(document.source).resolve() in own for document, _ in documents)
