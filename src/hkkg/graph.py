"""Opening a graph as every front end uses it: loaded, and reasoned over unless told otherwise."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hkkg import catalog, loading, questions, reasoning
from hkkg.catalog import Kind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hkkg.store import EmbeddedStore


def open_graph(arguments: Sequence[str] = (), *, inference: bool = True) -> EmbeddedStore:
    """Open the packaged graph, or the files that the arguments mean.

    Args:
        arguments: paths and folders; none means the packaged graph.
        inference: whether to materialise `graph:inferred`; a user's files are reasoned over by the
            axioms that they themselves hold.
    """
    store = load_graph(arguments)
    if inference:
        reasoning.materialise(store)
    return store


def load_graph(arguments: Sequence[str] = (), *, union: bool = True) -> EmbeddedStore:
    """Load the packaged graph, or the files that the arguments mean.

    Args:
        arguments: paths and folders; none means the packaged graph.
        union: whether the default graph is the union of the named graphs.
    """
    if arguments:
        return loading.load_documents(loading.read_all(arguments), union=union)
    files = catalog.of_kind(Kind.DATA, Kind.ONTOLOGY, Kind.MAPPINGS, Kind.SHAPES)
    store = loading.load_packaged(files, union=union)
    store.add(questions.described(questions.all_questions()), in_union=False)
    return store
