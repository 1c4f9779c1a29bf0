"""Opening a graph as every front end uses it: loaded, and reasoned over unless told otherwise."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hkkg import catalog, loading, questions, reasoning
from hkkg.catalog import Kind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hkkg.loading import Document
    from hkkg.store import EmbeddedStore

_PACKAGED = (Kind.DATA, Kind.ONTOLOGY, Kind.MAPPINGS, Kind.SHAPES)


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


def open_documents(
    arguments: Sequence[str] = (), *, inference: bool = True
) -> tuple[list[Document], EmbeddedStore]:
    """Open a graph likewise, with the documents that it is made of, whose terms the store has rewritten."""
    if arguments:
        documents = loading.read_all(arguments)
        store = loading.load_documents(documents)
    else:
        files = catalog.of_kind(*_PACKAGED)
        documents = [loading.read_document(file.path, graph=file.graph) for file in files]
        store = load_graph()
    if inference:
        reasoning.materialise(store)
    return documents, store


def load_graph(arguments: Sequence[str] = (), *, union: bool = True) -> EmbeddedStore:
    """Load the packaged graph, or the files that the arguments mean.

    Args:
        arguments: paths and folders; none means the packaged graph.
        union: whether the default graph is the union of the named graphs.
    """
    if arguments:
        return loading.load_documents(loading.read_all(arguments), union=union)
    files = catalog.of_kind(*_PACKAGED)
    store = loading.load_packaged(files, union=union)
    store.add(questions.described(questions.all_questions()), in_union=False)
    return store
