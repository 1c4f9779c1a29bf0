"""The answer of an endpoint: read, checked and re-serialised while it comes."""

from __future__ import annotations

import json
from contextlib import contextmanager
from itertools import chain
from typing import TYPE_CHECKING, BinaryIO, Final, Literal, cast

import pyoxigraph
from pyoxigraph import QueryBoolean, QueryResultsFormat, QuerySolutions, RdfFormat, Triple

from hkkg import formats
from hkkg.errors import EndpointError
from hkkg.store import wire
from hkkg.store.answers import RDF, RESULTS, Answer, Table, refuse_unsuitable
from hkkg.store.refusals import kept_back
from hkkg.store.results_xml import rewritten
from hkkg.store.xml_guard import guarded

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from hkkg.formats import Format
    from hkkg.store.answers import Writable
    from hkkg.store.http import Response

Kind = Literal["table", "boolean", "graph"]

_ASKING_TABLES: Final = frozenset({"SELECT", "ASK"})
_TABLES: Final = {
    **dict.fromkeys(formats.JSON.media_types, QueryResultsFormat.JSON),
    **dict.fromkeys(formats.XML.media_types, QueryResultsFormat.XML),
}
_GRAPHS: Final = {
    **dict.fromkeys(formats.NTRIPLES.media_types, RdfFormat.N_TRIPLES),
    **dict.fromkeys((*formats.TURTLE.media_types, "text/rdf+n3", "text/n3"), RdfFormat.TURTLE),
    **dict.fromkeys((*formats.RDFXML.media_types, "application/xml", "text/xml"), RdfFormat.RDF_XML),
}
# Virtuoso answers a CONSTRUCT with a table if it may: a request names what its query calls for, and no more.
_ACCEPT_TABLE: Final = "application/sparql-results+json, application/sparql-results+xml;q=0.5"
_ACCEPT_GRAPH: Final = "application/n-triples, text/turtle;q=0.5, application/rdf+xml;q=0.2"
_ENDLESS: Final = frozenset({RdfFormat.N_TRIPLES, RdfFormat.TURTLE})
_HEAD: Final = 1 << 16
_LONGEST_REASON: Final = 300


def accepted(form: str) -> str:
    """Return the Accept header of a query by its keyword."""
    return _ACCEPT_TABLE if form in _ASKING_TABLES else _ACCEPT_GRAPH


class RemoteAnswer:
    """The answer of an endpoint, of which the head has come; read the rest once, on the thread that asked.

    Attributes:
        kind: table, boolean or graph.
        boolean: the answer of an ASK query, None for other queries.
    """

    kind: Kind
    boolean: bool | None = None

    def __init__(self, response: Response, form: str, lets_out: Callable[[int], bool]) -> None:
        """Read the head of an answer.

        Args:
            response: the answer, with status 200.
            form: the query's keyword: SELECT, ASK, CONSTRUCT or DESCRIBE.
            lets_out: asks Virtuoso whether it lets out so many rows and no more.

        Raises:
            EndpointTimeoutError: the head does not come.
            EndpointError: it is not the head of what the query asks for.
        """
        self._response = response
        is_virtuoso = "Virtuoso" in response.headers.get("server", "")
        self._lets_out = lets_out if is_virtuoso and form == "CONSTRUCT" else None
        self._count = 0
        self._raw: QuerySolutions | QueryBoolean | None = None
        media_type = response.media_type
        if form in _ASKING_TABLES and media_type in _TABLES:
            self._open_table(_TABLES[media_type], form)
        elif form not in _ASKING_TABLES and media_type in _GRAPHS:
            self._open_graph(_GRAPHS[media_type])
        else:
            raise EndpointError(
                f"{response.name} answered with {media_type or 'no media type'},"
                f" which is no SPARQL result that answers {form}.",
                hint="Is this the address of a SPARQL query endpoint?",
            )

    def _open_table(self, results_format: QueryResultsFormat, form: str) -> None:
        head, rest = self._head()
        pieces = chain([head], rest)
        checked = rewritten if results_format == QueryResultsFormat.XML else wire.with_blank_nodes
        self._stream = wire.as_file(checked(pieces))
        with self._reading():
            self._raw = pyoxigraph.parse_query_results(self._stream, results_format)
            self.kind = "boolean" if isinstance(self._raw, QueryBoolean) else "table"
            if (form == "ASK") != (self.kind == "boolean"):
                raise SyntaxError(f"this is a {self.kind}, which answers no {form}")
            if isinstance(self._raw, QueryBoolean):
                self._read_on()
                if results_format == QueryResultsFormat.JSON:
                    _refuse_cut_json(head)  # the engine's parser does not miss the end
                self.boolean = bool(self._raw)

    def _open_graph(self, rdf_format: RdfFormat) -> None:
        if rdf_format in _ENDLESS and not self._response.says_its_end:
            raise EndpointError(
                f"{self._response.name} sent an answer that nobody can tell from one that breaks off:"
                " it has neither a length nor an end of its own."
            )
        head, rest = self._head()
        pieces = chain([head], rest)
        self._stream = wire.as_file(wire.whole_xml(pieces) if rdf_format == RdfFormat.RDF_XML else pieces)
        self._rdf_format = rdf_format
        self.kind = "graph"

    def _head(self) -> tuple[bytes, Iterator[bytes]]:
        """Read the first pieces of the body, the whole of it if it is short."""
        pieces = self._response.pieces()
        head = bytearray()
        for piece in pieces:
            head += piece
            if len(head) >= _HEAD:
                break
        return bytes(head), pieces

    @contextmanager
    def _reading(self) -> Iterator[None]:
        try:
            yield
        except BaseException as error:
            # It must end on its own thread, which is not where a traceback that holds this answer may end.
            self._raw = None
            if not isinstance(error, SyntaxError):
                raise
            reason = " ".join(str(error.msg).split()).rstrip(".")[:_LONGEST_REASON]
            message = f"{self._response.name} sent broken or incomplete results: {reason}."
            raise EndpointError(message) from None

    def _read_on(self) -> None:
        """Read to the end, where HTTP tells whether something is missing."""
        while self._stream.read(_HEAD):
            pass

    @property
    def is_graph(self) -> bool:
        """Whether the query was a CONSTRUCT or DESCRIBE."""
        return self.kind == "graph"

    @property
    def offered(self) -> tuple[Format, ...]:
        """The formats that this kind of answer can be written in."""
        return formats.RDF_FORMATS if self.is_graph else formats.RESULT_FORMATS

    def write(self, target: Format, output: Writable) -> None:
        """Write the answer in a format while it comes, in little memory.

        What the output raises comes through as it is.

        Raises:
            UnknownFormatError: the format does not suit this kind of answer.
            NotAcceptableError: it holds what XML cannot express; some of it may have been written.
            EndpointTimeoutError: the next piece does not come.
            EndpointError: the answer breaks off or is broken; some of it may have been written.
        """
        refuse_unsuitable(target, self.offered)
        stream = cast("BinaryIO", guarded(target, output))
        with self._reading():
            if isinstance(self._raw, QuerySolutions):
                self._raw.serialize(stream, RESULTS[target.name])
            elif self._raw is not None:
                Answer(self._raw).write(target, output)
            else:
                pyoxigraph.serialize(self._triples(), stream, RDF[target.name])
            self._read_on()
        self._refuse_cut_graph()

    def table(self) -> Table:
        """Read the solutions of a SELECT query.

        Raises:
            TypeError: the query was no SELECT.
            EndpointTimeoutError: the next piece does not come.
            EndpointError: the answer breaks off or is broken.
        """
        if not isinstance(self._raw, QuerySolutions):
            raise TypeError("only a SELECT query answers with a table")
        with self._reading():
            variables = tuple(v.value for v in self._raw.variables)
            table = Table(variables, tuple(map(tuple, self._raw)))
            self._read_on()
        return table

    def triples(self) -> list[Triple]:
        """Read the triples of a CONSTRUCT or DESCRIBE query.

        Raises:
            TypeError: the query was neither.
            EndpointTimeoutError: the next piece does not come.
            EndpointError: the answer breaks off or is broken.
        """
        if not self.is_graph:
            raise TypeError("only a CONSTRUCT or DESCRIBE query answers with triples")
        with self._reading():
            triples = list(self._triples())
            self._read_on()
        self._refuse_cut_graph()
        return triples

    def _triples(self) -> Iterator[Triple]:
        parsed = pyoxigraph.parse(self._stream, self._rdf_format, base_iri=self._response.name)
        for quad in parsed:
            self._count += 1
            yield quad.triple

    def _refuse_cut_graph(self) -> None:
        """Refuse what Virtuoso cuts without a word: a CONSTRUCT, one triple behind its limit of rows."""
        most = self._count - 1
        if self._lets_out and most > 0 and self._lets_out(most):
            raise kept_back(self._response.name, str(most))

    def close(self) -> None:
        """Let the rest of the answer be."""
        self._response.close()


def _refuse_cut_json(text: bytes) -> None:
    try:
        json.loads(text)
    except ValueError as error:
        raise SyntaxError(str(error)) from None
    except RecursionError:
        raise SyntaxError("it is nested too deeply") from None
