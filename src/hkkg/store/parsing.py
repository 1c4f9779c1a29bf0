"""Parsing RDF documents, with errors that say where."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pyoxigraph
from pyoxigraph import NamedNode, Quad

from hkkg.errors import Place, SyntaxProblemError
from hkkg.store.answers import RDF

if TYPE_CHECKING:
    from hkkg.formats import Format

_LONGEST_EXCERPT = 2000
_LONGEST_REASON = 300
# The engine writes the place into its message; the error carries it apart.
_ENGINE_PLACE = re.compile(
    r"^Parser error at line \d+( between columns \d+ and (column )?\d+| column \d+)?: "
)


def parse(
    data: bytes,
    source_format: Format,
    *,
    source: str,
    graph: str | None = None,
    rename_blank_nodes: bool = True,
) -> list[Quad]:
    """Parse a document whole, so that a broken one leaves nothing behind.

    Args:
        data: the document.
        source_format: its format.
        source: what errors call it, a path or `standard input`.
        graph: the IRI of the graph for triples outside any graph; None leaves them in the default graph.
        rename_blank_nodes: whether blank nodes get new labels, so that those of two documents stay apart.

    Raises:
        SyntaxProblemError: the document is not well-formed, with line and column.
    """
    try:
        quads = list(
            pyoxigraph.parse(
                data, RDF[source_format.name], base_iri=None, rename_blank_nodes=rename_blank_nodes
            )
        )
    except SyntaxError as error:
        raise _syntax_problem(error, data, source, source_format) from None
    except MemoryError:
        message = "a name or text in it is longer than the parser reads, 16 MiB."
        raise SyntaxProblemError(message, place=Place(source, _longest_line(data))) from None
    except ValueError as error:
        raise SyntaxProblemError(f"not well-formed: {error}.", place=Place(source)) from None
    if graph is None:
        return quads
    name = NamedNode(graph)
    return [
        Quad(q.subject, q.predicate, q.object, name)
        if isinstance(q.graph_name, pyoxigraph.DefaultGraph)
        else q
        for q in quads
    ]


def _syntax_problem(
    error: SyntaxError, data: bytes, source: str, source_format: Format
) -> SyntaxProblemError:
    reason = _ENGINE_PLACE.sub("", str(error.msg)).strip().rstrip(".")[:_LONGEST_REASON]
    return SyntaxProblemError(
        f"this is not well-formed {source_format.name}: {reason}.",
        place=Place(source, error.lineno, error.offset),
        excerpt=line_of(data, error.lineno),
    )


def _longest_line(data: bytes) -> int:
    """Find the line where the parser must have given up, which tells no place then."""
    lengths = [len(line) for line in data.split(b"\n")]
    return lengths.index(max(lengths)) + 1


def line_of(data: bytes, number: int | None) -> str | None:
    """Return a line of a document, unless it is too long to show."""
    if number is None:
        return None
    lines = data.split(b"\n", number)
    if len(lines) < number or len(lines[number - 1]) > _LONGEST_EXCERPT:
        return None
    return lines[number - 1].decode("utf-8", "replace").rstrip("\r")
