"""Parsing RDF documents, with errors that say where."""

from __future__ import annotations

import re
from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE
from contextlib import contextmanager
from io import BytesIO
from typing import IO, TYPE_CHECKING, cast
from xml.parsers.expat import ExpatError, ParserCreate

import pyoxigraph
from pyoxigraph import NamedNode

from hkkg import vocab
from hkkg.errors import Place, SyntaxProblemError
from hkkg.formats import RDFXML, TRIG, TURTLE
from hkkg.store.answers import RDF
from hkkg.store.compact import compact
from hkkg.store.skolem import named_by_iris
from hkkg.store.xml_guard import guarded

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from pyoxigraph import Quad, Triple

    from hkkg.formats import Format
    from hkkg.store.compact import CompactQuads

_LONGEST_EXCERPT = 2000
_LONGEST_REASON = 300
_UNDECLARED = re.compile(r"The prefix (\S*): has not been declared")
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
    base: str | None = None,
) -> list[Quad]:
    """Parse a document whole, so that a broken one leaves nothing behind.

    Blank nodes get new names, so that those of two documents stay apart.

    Args:
        data: the document.
        source_format: its format.
        source: what errors call it, a path or `standard input`.
        graph: the IRI of the graph for triples outside any graph, after which graphs are named that a blank
            node names; None leaves all where they are.
        base: what relative IRIs are relative to; without it they are refused.

    Raises:
        SyntaxProblemError: the document is not well-formed, with line and column.
    """
    data = data.removeprefix(BOM_UTF8)
    with _problems(data, source, source_format):
        quads = list(_stream(data, source_format, rename_blank_nodes=True, base=base))
    return quads if graph is None else named_by_iris(quads, graph)


def parse_as_named(data: bytes, source_format: Format, *, source: str, base: str | None = None) -> list[Quad]:
    """Parse a document whole, with its own names of blank nodes. Relative IRIs are refused without a base.

    Raises:
        SyntaxProblemError: the document is not well-formed, with line and column.
    """
    data = data.removeprefix(BOM_UTF8)
    with _problems(data, source, source_format):
        return list(_stream(data, source_format, rename_blank_nodes=False, base=base))


def parse_compact(
    data: bytes, source_format: Format, *, source: str, base: str | None = None
) -> CompactQuads:
    """Parse a document whole into quads that take little memory and have lost the names of their graphs.

    Blank nodes get new labels. Relative IRIs are refused without a base.

    Raises:
        SyntaxProblemError: the document is not well-formed, with line and column.
    """
    data = data.removeprefix(BOM_UTF8)
    with _problems(data, source, source_format):
        return compact(_stream(data, source_format, rename_blank_nodes=True, base=base))


def load_natively(
    store: pyoxigraph.Store, data: bytes, source_format: Format, *, source: str, graph: str | None = None
) -> None:
    """Parse a document into a store, without a quad in Python; a broken one leaves a part of it behind.

    Raises:
        SyntaxProblemError: the document is not well-formed, with line and column.
    """
    data = data.removeprefix(BOM_UTF8)
    with _problems(data, source, source_format):
        to_graph = NamedNode(graph) if graph else None
        store.bulk_load(data, format=RDF[source_format.name], to_graph=to_graph)


def serialize(
    statements: Iterable[Quad] | Iterable[Triple], target: Format, prefixes: Mapping[str, str] | None = None
) -> bytes:
    """Write quads, or triples in a format that holds no graphs, in their order.

    Raises:
        NotAcceptableError: they hold what XML cannot express.
    """
    output = BytesIO()
    stream = cast("IO[bytes]", guarded(target, output))
    pyoxigraph.serialize(statements, stream, RDF[target.name], prefixes=dict(prefixes) if prefixes else None)
    return output.getvalue()


def _stream(
    data: bytes, source_format: Format, *, rename_blank_nodes: bool, base: str | None = None
) -> Iterator[Quad]:
    return pyoxigraph.parse(
        data, RDF[source_format.name], base_iri=base, rename_blank_nodes=rename_blank_nodes
    )


@contextmanager
def _problems(data: bytes, source: str, source_format: Format) -> Iterator[None]:
    try:
        yield
    except SyntaxError as error:
        raise _syntax_problem(error, data, source, source_format) from None
    except MemoryError:
        message = "a name or text in it is longer than the parser reads, 16 MiB."
        raise SyntaxProblemError(message, place=Place(source, _longest_line(data))) from None
    except ValueError as error:
        raise SyntaxProblemError(f"not well-formed: {error}.", place=Place(source)) from None


def _syntax_problem(
    error: SyntaxError, data: bytes, source: str, source_format: Format
) -> SyntaxProblemError:
    reason = _ENGINE_PLACE.sub("", str(error.msg)).strip().rstrip(".")[:_LONGEST_REASON]
    line, column = error.lineno, error.offset
    if line is None and source_format is RDFXML:
        line, column = _xml_place(data)
    no_text = _no_text(data, line)
    if no_text:
        reason, line, column = no_text
    return SyntaxProblemError(
        f"this is not well-formed {source_format.name}: {reason}.",
        place=Place(source, line, column),
        excerpt=None if no_text else line_of(data, line),
        hint=encoding_hint(data) if no_text else _hint(reason, source_format),
    )


def encoding_hint(data: bytes) -> str | None:
    """Say in which encoding a text that is not in UTF-8 seems to be, if it says so itself."""
    if data.startswith((BOM_UTF16_LE, BOM_UTF16_BE)):
        return "It begins as UTF-16 does: save it as UTF-8."
    return None


def _no_text(data: bytes, line: int | None) -> tuple[str, int, None] | None:
    """Say which byte, up to the line of an error, shows that the document is no text in UTF-8."""
    try:
        data.decode()
        at = data.find(0)
    except UnicodeDecodeError as error:
        at = error.start
    here = data.count(b"\n", 0, at) + 1
    if at < 0 or (line is not None and here > line):
        return None
    return f"it is no text in UTF-8, as byte {at + 1} shows", here, None


def _xml_place(data: bytes) -> tuple[int | None, int | None]:
    """Find where XML is broken, which the engine does not tell."""
    parser = ParserCreate()
    try:
        parser.Parse(data, True)  # noqa: FBT003 - its second argument has no name
    except ExpatError as error:
        return error.lineno, error.offset + 1
    return None, None


def _hint(reason: str, source_format: Format) -> str | None:
    """Say what would be right, where the engine says only what is wrong."""
    undeclared = _UNDECLARED.search(reason)
    if undeclared:
        known = vocab.PREFIXES.get(undeclared[1], "…")
        return f"Put this before it: @prefix {undeclared[1]}: <{known}> ."
    if reason.startswith("No scheme found") and source_format in {TURTLE, TRIG}:
        return "Write the whole IRI, or declare what it is relative to: @base <…> ."
    if reason.startswith("Invalid IRI code point"):
        return 'An IRI holds neither spaces nor any of <>"{}|^`\\; write them as %XX.'
    return None


def _longest_line(data: bytes) -> int:
    """Find the line where the parser must have given up, which tells no place then."""
    lengths = [len(line) for line in data.split(b"\n")]
    return lengths.index(max(lengths)) + 1


def line_of(data: bytes, number: int | None) -> str | None:
    """Return a line of a document, unless it is blank or too long to show."""
    if number is None:
        return None
    lines = data.split(b"\n", number)
    if len(lines) < number or len(lines[number - 1]) > _LONGEST_EXCERPT or not lines[number - 1].strip():
        return None
    return lines[number - 1].decode("utf-8", "replace").rstrip("\r")
