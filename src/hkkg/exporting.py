"""Writing the graph, or some of its named graphs: the same graph always gives the same bytes."""

from __future__ import annotations

import os
import stat
import tempfile
from contextlib import suppress
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING

from hkkg import vocab
from hkkg.errors import OutputError, Place, UnknownResourceError
from hkkg.store import DefaultGraph, NamedNode, Quad, canonical

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from hkkg.formats import Format
    from hkkg.store import EmbeddedStore

_USUAL_MODE = 0o666
_INFERRED = NamedNode(vocab.INFERRED_GRAPH)
_DESCRIPTION = NamedNode(vocab.VOID_GRAPH)


def export(
    store: EmbeddedStore, target: Format, graphs: Sequence[str] = (), *, inference: bool = True
) -> bytes:
    """Write named graphs, sorted and with stable names of blank nodes.

    Args:
        store: where they are.
        target: the format. One that holds graphs gets every named graph; one that does not gets what a plain
            query sees, which leaves out the shapes.
        graphs: IRIs or CURIEs of the named graphs to write, in place of all.
        inference: whether to write what reasoning added.

    Raises:
        UnknownResourceError: the store has no such graph.
    """
    if graphs:
        names = [_graph(store, text) for text in graphs]
        return store.dump(target, canonical(quad for name in names for quad in store.quads(graph=name)))
    return store.dump(target, canonical(whole(store, target, inference=inference)))


def whole(store: EmbeddedStore, target: Format, *, inference: bool = True) -> Iterable[Quad]:
    """Choose the quads that an export of everything has.

    The description of the dataset is left out: it would have to hold the checksum of what it is in.

    Args:
        store: where they are.
        target: the format, which holds graphs or not.
        inference: whether they include what reasoning added.
    """
    if not target.holds_graphs and inference:
        return store.quads(graph=DefaultGraph())
    chosen = (quad for quad in store.quads() if _belongs(store, quad, target, inference=inference))
    return chosen if target.holds_graphs else (Quad(q.subject, q.predicate, q.object) for q in chosen)


def _belongs(store: EmbeddedStore, quad: Quad, target: Format, *, inference: bool) -> bool:
    graph = quad.graph_name
    if isinstance(graph, DefaultGraph):
        return not store.union  # else it repeats the named graphs
    if graph == _DESCRIPTION or (graph == _INFERRED and not inference):
        return False
    return target.holds_graphs or (store.union and store.in_union(graph))


def _graph(store: EmbeddedStore, text: str) -> NamedNode:
    known = store.graphs()
    iri = vocab.read_iri(text) or vocab.GRAPH + text
    if iri in known:
        return NamedNode(iri)
    names = [name.removeprefix(vocab.GRAPH) for name in known]
    near = get_close_matches(iri.removeprefix(vocab.GRAPH), names, n=1)
    hint = f"The nearest is graph:{near[0]}. " if near else ""
    raise UnknownResourceError(f"there is no graph <{iri}>.", hint=f"{hint}`hkkg stats` lists the graphs.")


def write_file(data: bytes, path: Path) -> None:
    """Write a file whole or not at all.

    Raises:
        OutputError: it is a folder, or cannot be written.
    """
    place = Place(str(path))
    if os.path.isdir(path):  # noqa: PTH112 - Path.is_dir fails on a name that is too long
        raise OutputError("this is a folder, not a file.", place=place)
    try:
        if path.exists() and not stat.S_ISREG(path.stat().st_mode):
            path.write_bytes(data)  # a device or a pipe cannot be replaced
        else:
            _replace(data, path)
    except OSError as error:
        raise OutputError(f"the file cannot be written: {error.strerror}.", place=place) from None


def _replace(data: bytes, path: Path) -> None:
    """Write beside the file and rename, so that nobody ever sees half of it."""
    target = path.resolve()
    handle, name = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        temporary.chmod(_mode(target))
        temporary.replace(target)
    except BaseException:
        with suppress(OSError):
            temporary.unlink()
        raise


def _mode(target: Path) -> int:
    if target.exists():
        return stat.S_IMODE(target.stat().st_mode)
    mask = os.umask(0)
    os.umask(mask)
    return _USUAL_MODE & ~mask
