"""The admission of writes: tried on a copy of a generation, reasoned over and validated there."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from hkkg import catalog, formats, isolation, loading, vocab
from hkkg.catalog import Kind
from hkkg.checks import Severity
from hkkg.errors import NonconformingError, NotAcceptableError, UpdateRefusedError
from hkkg.generations.management import DEFAULT
from hkkg.reasoning import Reasoner
from hkkg.store import Change, DefaultGraph, EmbeddedStore, NamedNode, Quad, parse
from hkkg.validation.definitions import redefines
from hkkg.validation.gate import Gate
from hkkg.validation.output.words import headline
from hkkg.validation.tasks import refuse, without_shapes

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from hkkg.config import Settings
    from hkkg.generations.opening import Opened
    from hkkg.generations.updates import Write
    from hkkg.validation import Report


@dataclass(frozen=True, slots=True)
class Admitted:
    """A write that may become the next generation.

    Attributes:
        change: the whole of it, with what reasoning adds and takes away.
        stated: how many quads it adds and removes without that.
    """

    change: Change
    stated: tuple[int, int]


class Admission:
    """Judges writes to a store, in a process whose copy of it is thrown away.

    Args:
        opened: the current generation; `follow` keeps what is remembered of it right.
        settings: of the service.

    Raises:
        ShapesProblemError: a shape is not well-formed, or recursive, or there is none.
        ManyProblemsError: several are.
    """

    def __init__(self, opened: Opened, settings: Settings) -> None:
        """Prepare what does not depend on a write."""
        self._store = opened.store
        self._settings = settings
        self._reasoner = Reasoner(opened.store) if settings.reasons else None
        self._context = _context(opened, settings)
        self._own_shapes = opened.packaged and not settings.shapes
        self._gate = _gate(opened, settings, self._context)
        self._words = self._gate.vocabulary(self._store) if self._gate else None

    def admit(self, write: Write) -> Admitted:
        """Carry out a write on the store, unless it is refused.

        Raises:
            NonconformingError: the graph would violate its shapes.
            HkkgError: the write is not to be carried out; its type says why.
        """
        with isolation.opening_nothing():
            stated = self._change(write)
        whole = self._advance(stated) if stated else stated
        if stated and self._gate:
            report = self._report(self._gate, stated)
            _refuse(report, "would violate", "The report names each; nothing was changed.", write.report)
        return Admitted(whole, (len(stated.added), len(stated.removed)))

    def refuse_nonconforming(self) -> None:
        """Refuse to begin with a graph that violates its shapes, since nobody could mend it step by step.

        Raises:
            NonconformingError: it does.
        """
        if self._gate:
            hint = "See them all with hkkg validate; start with --no-gate to mend them here."
            _refuse(self._gate.check_all(self._store), "violates", hint)

    def _report(self, gate: Gate, stated: Change) -> Report:
        if not self._changes_shapes(stated):
            return gate.check(self._store, stated, self._words)
        return self._gate_of_store().check_by_all(self._store, stated, self._words)

    def _changes_shapes(self, change: Change) -> bool:
        names = {quad.graph_name for quad in (*change.added, *change.removed)}
        return self._own_shapes and any(NamedNode(name) in names for name in _shapes_graphs(self._store))

    def _gate_of_store(self) -> Gate:
        shapes = _shapes_of(self._store)
        if not shapes:
            raise UpdateRefusedError(
                "the update would remove all the shapes that the graph must conform to.",
                hint="Leave their graphs out, or start with --no-gate.",
            )
        return Gate(shapes)

    def follow(self, change: Change) -> None:
        """Take note of a change that was carried out on the store.

        Raises:
            ShapesProblemError: shapes that it brought are not well-formed.
        """
        if self._gate and self._changes_shapes(change):
            self._gate = self._gate_of_store()
        if self._gate and redefines(change):
            self._words = self._gate.vocabulary(self._store)
        if self._reasoner and self._reasoner.touches_axioms(change):
            self._reasoner = Reasoner(self._store)

    def _change(self, write: Write) -> Change:
        if not (self._store.union and self._settings.standard_default):
            return write.change(self._store)
        return _with_default(write.change(_standard_view(self._store)))

    def _advance(self, stated: Change) -> Change:
        if self._reasoner:
            return self._reasoner.advance(stated)
        self._store.apply(stated)
        return stated


def _refuse(report: Report, verb: str, hint: str, wanted: str = formats.TURTLE.name) -> None:
    if not report.fails():
        return
    worst = [finding for finding in report.findings if finding.severity is Severity.VIOLATION]
    places = f"{len(worst)} place{'s' if len(worst) > 1 else ''}"
    text, written = _written(report, wanted)
    raise NonconformingError(
        f"the graph {verb} its shapes in {places}: {headline(worst[0], 'en')}",
        report=text,
        written=written,
        hint=hint,
    )


def _written(report: Report, wanted: str) -> tuple[str, str]:
    """Write a report in a format, or as Turtle if that cannot hold it, and say which of them it is."""
    turtle = report.to_turtle(own_rules=True)
    target = formats.by_name(wanted, formats.RDF_FORMATS)
    if target is not formats.TURTLE:
        with suppress(NotAcceptableError):
            quads = parse(turtle, formats.TURTLE, source="report")
            return EmbeddedStore().dump(target, quads).decode(), target.name
    return turtle.decode(), formats.TURTLE.name


def _context(opened: Opened, settings: Settings) -> EmbeddedStore | None:
    """Return what the graph may refer to besides itself: the packaged one, if its shapes are the gate's."""
    if not settings.gated or settings.empty or settings.shapes or opened.packaged:
        return None
    return loading.load_packaged(catalog.of_kind(Kind.DATA, Kind.ONTOLOGY), union=False)


def _gate(opened: Opened, settings: Settings, context: EmbeddedStore | None) -> Gate | None:
    """Prepare the shapes that the graph must conform to, if there are any."""
    if not settings.gated:
        return None
    if settings.shapes:
        return _gate_of_files(settings.shapes)
    if settings.empty:
        return None
    if opened.packaged:
        return Gate(_shapes_of(opened.store))
    return Gate(_shapes_of(loading.load_packaged(catalog.of_kind(Kind.SHAPES))), context)


def _gate_of_files(arguments: Sequence[str]) -> Gate:
    read = tuple((document, document.quads()) for document in loading.read_all(arguments))
    refuse(without_shapes(read))
    return Gate([quad for _, quads in read for quad in quads], documents=read)


def _shapes_of(store: EmbeddedStore) -> list[Quad]:
    return [quad for name in _shapes_graphs(store) for quad in store.quads(graph=NamedNode(name))]


def _shapes_graphs(store: EmbeddedStore) -> list[str]:
    """Return the graphs that are apart from the union, but for the questions."""
    return [name for name in store.apart if name != vocab.QUESTIONS_GRAPH]


def _standard_view(store: EmbeddedStore) -> EmbeddedStore:
    """Copy a store that keeps a union into one whose default graph is its own."""
    view = EmbeddedStore(union=False)
    names = tuple(NamedNode(name) for name in store.graphs() if name != DEFAULT.value)
    view.apply(Change(created=names))
    named = (quad for quad in store.quads() if isinstance(quad.graph_name, NamedNode))
    view.add(_renamed(named, DEFAULT, DefaultGraph()), in_union=True)
    return view


def _with_default(change: Change) -> Change:
    return Change(
        tuple(_renamed(change.added, DefaultGraph(), DEFAULT)),
        tuple(_renamed(change.removed, DefaultGraph(), DEFAULT)),
        change.created,
        change.dropped,
    )


def _renamed(
    quads: Iterable[Quad], old: NamedNode | DefaultGraph, new: NamedNode | DefaultGraph
) -> Iterable[Quad]:
    return (Quad(q.subject, q.predicate, q.object, new) if q.graph_name == old else q for q in quads)
