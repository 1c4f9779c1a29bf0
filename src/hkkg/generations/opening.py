"""Opening the graph that a service serves: from files, from the package, or from a durable store."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from hkkg import reasoning, vocab
from hkkg.datasets import statistics, void
from hkkg.datasets.address import Address
from hkkg.errors import Place, StoreUnusableError
from hkkg.generations.directory import Directory
from hkkg.generations.layout import Layout
from hkkg.graph import load_graph
from hkkg.store import EmbeddedStore, NamedNode, Quad

if TYPE_CHECKING:
    from hkkg.config import Settings

# How to open a store likewise that was made without something, or with it.
_REASONING: Final = (
    "Add --no-inference, or --empty if it was made so.",
    "Leave out --no-inference and --empty.",
)
_UNION: Final = ("Add --default-graph standard.", "Add --default-graph union.")


@dataclass(frozen=True, slots=True)
class Opened:
    """A graph that is open.

    Attributes:
        store: its current generation.
        number: of that generation.
        directory: where its generations are kept; None if they are not.
        packaged: whether it is, or has grown from, the packaged graph.
    """

    store: EmbeddedStore
    number: int = 0
    directory: Directory | None = None
    packaged: bool = False


def open_generation(settings: Settings) -> Opened:
    """Open the graph that the settings ask for.

    Raises:
        InputUnreadableError: a file cannot be read.
        SyntaxProblemError: a file is not well-formed.
        StoreUnusableError: the durable store is not to be opened, or not in this way.
        StoreDamagedError: it does not hold what it should.
    """
    opened = _open(settings)
    if settings.writable:
        opened.store.complete_union()
    if opened.packaged and not settings.writable:
        _describe(opened.store)
    return opened


def _describe(store: EmbeddedStore) -> None:
    """Add the description of the dataset, which nothing can make untrue where nothing is written."""
    quads = void.describe(statistics.measure(store), Address())
    graph = NamedNode(vocab.VOID_GRAPH)
    store.add((Quad(q.subject, q.predicate, q.object, graph) for q in quads), in_union=False)


def _open(settings: Settings) -> Opened:
    if settings.store is None:
        return Opened(_fresh(settings), packaged=settings.packaged)
    directory = Directory(settings.store)
    layout = directory.layout
    if layout is None:
        return _begun(directory, settings)
    _refuse_contradictions(layout, settings)
    store = EmbeddedStore(union=layout.union)
    number = directory.load(store, layout.apart)
    return Opened(store, number, directory, layout.packaged)


def _begun(directory: Directory, settings: Settings) -> Opened:
    store = _fresh(settings)
    layout = Layout(settings.standard_default, settings.reasons, store.apart, settings.packaged)
    directory.begin(store, layout)
    return Opened(store, 0, directory, settings.packaged)


def _fresh(settings: Settings) -> EmbeddedStore:
    if settings.empty:
        return EmbeddedStore(union=settings.union)
    store = load_graph(settings.files, union=settings.union)
    if settings.reasons:
        reasoning.materialise(store)
    return store


def _refuse_contradictions(layout: Layout, settings: Settings) -> None:
    """Refuse options that contradict what the store was made with.

    Raises:
        StoreUnusableError: the store would become another one.
    """
    place = Place(str(settings.store))
    if settings.files:
        raise StoreUnusableError(
            "this store holds a graph already, and FILEs would not be read.",
            place=place,
            hint="Leave the FILEs out, or send them with the Graph Store Protocol.",
        )
    union = "the union as its default graph"
    for what, made, wanted, hints in (
        ("inference", layout.inference, settings.reasons, _REASONING),
        (union, not layout.standard_default, not settings.standard_default, _UNION),
    ):
        if made != wanted:
            message = f"this store was made {'with' if made else 'without'} {what}."
            raise StoreUnusableError(message, place=place, hint=hints[made])
