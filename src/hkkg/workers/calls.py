"""What a worker is asked, and what it answers, as both ends see it.

Formats and encodings are given by their names: these are sent thousands of times a second.
"""

from __future__ import annotations

import marshal
from typing import Final, NamedTuple

from hkkg.workers.frames import packed, unpacked


class QueryCall(NamedTuple):
    """A SPARQL query.

    Attributes:
        text: of the query.
        table: the format for the answer of a SELECT or an ASK; None if the client accepts none.
        graph: the format for the answer of a CONSTRUCT or a DESCRIBE; None if the client accepts none.
        encoding: `gzip`, `br`, or nothing.
        default_graphs: IRIs of the graphs that make up the default graph, in place of any FROM clause.
        named_graphs: IRIs of the graphs that GRAPH sees, in place of any FROM NAMED clause.
        base: what relative IRIs are relative to.
    """

    text: str
    table: str | None
    graph: str | None
    encoding: str = ""
    default_graphs: tuple[str, ...] = ()
    named_graphs: tuple[str, ...] = ()
    base: str = ""


class GraphCall(NamedTuple):
    """A whole graph, in a format; without a name, the default graph."""

    name: str | None
    format: str
    encoding: str = ""


class FunctionCall(NamedTuple):
    """One of the service's own functions over the graph, by name; its answer is a pickled value."""

    function: str
    arguments: tuple[object, ...] = ()


class StreamCall(NamedTuple):
    """One of the service's own functions over the graph, which writes its answer to a stream."""

    function: str
    arguments: tuple[object, ...] = ()


Call = QueryCall | GraphCall | FunctionCall | StreamCall

_QUERY: Final = b"Q"
_GRAPH: Final = b"G"
_FUNCTION: Final = b"F"


def write_call(call: Call) -> bytes:
    """Write a call for a frame."""
    match call:
        case QueryCall():
            return _QUERY + marshal.dumps(tuple(call))
        case GraphCall():
            return _GRAPH + marshal.dumps(tuple(call))
        case FunctionCall() | StreamCall():
            return _FUNCTION + packed(call)


def read_call(data: bytes | memoryview) -> Call:
    """Read a call from a frame, which was written by a process of this service."""
    match data[:1]:
        case b"Q":
            return QueryCall(*marshal.loads(data[1:]))  # noqa: S302 - as said
        case b"G":
            return GraphCall(*marshal.loads(data[1:]))  # noqa: S302 - as said
        case _:
            call: FunctionCall | StreamCall = unpacked(data[1:])
            return call


class Answered(NamedTuple):
    """What is known of an answer besides its bytes.

    Attributes:
        format: in which it is written; nothing for a pickled value.
        encoding: how it is compressed; nothing if it is not.
        rows: solutions of a table, as far as they are known.
        seconds: that the evaluation took.
        size: of the bytes before compression.
    """

    format: str = ""
    encoding: str = ""
    rows: int | None = None
    seconds: float = 0.0
    size: int = 0

    def written(self) -> bytes:
        """Write it for a frame."""
        return marshal.dumps(tuple(self))

    @classmethod
    def read(cls, data: bytes | memoryview) -> Answered:
        """Read it from a frame, which was written by a process of this service."""
        return cls(*marshal.loads(data))  # noqa: S302 - as said
