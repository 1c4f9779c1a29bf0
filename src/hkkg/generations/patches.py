"""Changes as RDF Patch, the format in which they are stored and passed between processes.

RDF Patch (https://afs.github.io/rdf-delta/rdf-patch.html): a header, then a transaction of rows that delete
(`D`) or add (`A`) a quad. Graphs that come to be or are no more, which it has no rows for, are headers here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from hkkg.errors import Place, StoreDamagedError
from hkkg.formats import NQUADS
from hkkg.store import Change, NamedNode, Quad, parse_as_named, serialize

if TYPE_CHECKING:
    from collections.abc import Iterable

_BEGIN: Final = b"TX .\n"
_END: Final = b"TC .\n"
_ADD, _DELETE = b"A ", b"D "
_CREATED, _DROPPED = b"H created ", b"H dropped "


def write_patch(change: Change) -> bytes:
    """Write a change."""
    graphs = [(_CREATED, change.created), (_DROPPED, change.dropped)]
    headers = b"".join(start + f"{name} .\n".encode() for start, names in graphs for name in names)
    return headers + _BEGIN + _rows(_DELETE, change.removed) + _rows(_ADD, change.added) + _END


def _rows(start: bytes, quads: Iterable[Quad]) -> bytes:
    return b"".join(start + line for line in serialize(quads, NQUADS).splitlines(keepends=True))


def read_patch(data: bytes, source: str) -> Change:
    """Read a change.

    Raises:
        StoreDamagedError: it is no patch of ours.
        SyntaxProblemError: a row holds no quad.
    """
    lines = data.splitlines(keepends=True)
    if _BEGIN not in lines or not lines or lines[-1] != _END:
        raise StoreDamagedError("the file is no whole RDF Patch.", place=Place(source))
    return Change(
        added=_quads(lines, _ADD, source),
        removed=_quads(lines, _DELETE, source),
        created=_names(lines, _CREATED),
        dropped=_names(lines, _DROPPED),
    )


def _quads(lines: list[bytes], start: bytes, source: str) -> tuple[Quad, ...]:
    rows = b"".join(line[len(start) :] for line in lines if line.startswith(start))
    return tuple(parse_as_named(rows, NQUADS, source=source))


def _names(lines: list[bytes], start: bytes) -> tuple[NamedNode, ...]:
    texts = (line[len(start) :].decode().strip() for line in lines if line.startswith(start))
    return tuple(NamedNode(text.removesuffix(" .")[1:-1]) for text in texts)
