"""Shapes of a gate as its engine reads them, written once; what that is wrong about for some data, apart."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hkkg.checks import Triples
from hkkg.validation import engines, soundness
from hkkg.validation.blank_focus import BlankFocus
from hkkg.validation.marking import shapes_ntriples
from hkkg.validation.shape_graph import ShapeGraph
from hkkg.validation.tasks import refuse

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from hkkg.store import Quad, Term
    from hkkg.validation.engines import Engine


class Prepared:
    """Shapes and their engine."""

    def __init__(self, quads: Iterable[Quad], engine: Engine) -> None:
        """Write the shapes."""
        self._quads = list(quads)
        self._graph = ShapeGraph(Triples(self._quads))
        self._blank = BlankFocus(self._graph)
        self.engine = engine
        self.ntriples = self._without(())

    def _without(self, untargeted: Collection[Term]) -> bytes:
        return shapes_ntriples(self._quads, self._graph.shapes, untargeted=untargeted)

    def parts(self, data: bytes) -> list[tuple[Engine, bytes]]:
        """Share the shapes out among the engines that are right about them for some data, as N-Triples.

        Raises:
            ShapesProblemError: none is.
        """
        slow = self._blank.roots(data) if self.engine.name == "pyshifty" else set()
        if not slow:
            return [(self.engine, self.ntriples)]
        refuse(soundness.located(soundness.beyond(self._graph, slow), ()))
        fast = set(self._graph.roots()) - slow
        return [(self.engine, self._without(slow)), (engines.get("pyshacl"), self._without(fast))]
