"""What a SPARQL query answers: a table of bindings, a boolean, or triples."""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO
from typing import IO, TYPE_CHECKING, Final, Protocol, cast

import pyoxigraph
from pyoxigraph import BlankNode, Literal, NamedNode, QueryResultsFormat, RdfFormat, Triple

from hkkg import formats, vocab
from hkkg.errors import QueryEvaluationError, UnknownFormatError
from hkkg.store.xml_guard import guarded

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hkkg.formats import Format
    from hkkg.store.remote_answer import RemoteAnswer


class Writable(Protocol):
    """What bytes can be written to."""

    def write(self, data: bytes, /) -> object:
        """Take bytes."""

    def flush(self) -> object:
        """Pass on what was taken."""


Term = NamedNode | BlankNode | Literal | Triple

RESULTS = {
    formats.JSON.name: QueryResultsFormat.JSON,
    formats.XML.name: QueryResultsFormat.XML,
    formats.CSV.name: QueryResultsFormat.CSV,
    formats.TSV.name: QueryResultsFormat.TSV,
}
RDF = {
    formats.TURTLE.name: RdfFormat.TURTLE,
    formats.TRIG.name: RdfFormat.TRIG,
    formats.NTRIPLES.name: RdfFormat.N_TRIPLES,
    formats.NQUADS.name: RdfFormat.N_QUADS,
    formats.RDFXML.name: RdfFormat.RDF_XML,
    formats.JSONLD.name: RdfFormat.JSON_LD,
}


FAILURES: Final = (RuntimeError, ValueError, OSError)
"""What the engine raises when it gives up; it evaluates a query while its answer is read."""


def evaluation_problem(error: Exception) -> QueryEvaluationError:
    """Turn what the engine fails at into an error of hkkg's."""
    reason = str(error).strip().rstrip(".")
    return QueryEvaluationError(f"the query could not be evaluated: {reason}.")


@dataclass(frozen=True, slots=True)
class Table:
    """The bindings of a SELECT query: one tuple for each solution, in the order of the variables."""

    variables: tuple[str, ...]
    rows: tuple[tuple[Term | None, ...], ...]

    def column(self, variable: str) -> list[Term | None]:
        """Return the bindings of one variable, solution by solution."""
        index = self.variables.index(variable)
        return [row[index] for row in self.rows]


class Answer:
    """The answer of one query; read it once, as a table, a boolean, triples or bytes."""

    def __init__(
        self,
        raw: pyoxigraph.QuerySolutions | pyoxigraph.QueryBoolean | pyoxigraph.QueryTriples,
    ) -> None:
        """Wrap an answer of the engine."""
        self._raw = raw

    @property
    def offered(self) -> tuple[Format, ...]:
        """The formats that this kind of answer can be written in."""
        return formats.RDF_FORMATS if self.is_graph else formats.RESULT_FORMATS

    @property
    def is_graph(self) -> bool:
        """Whether the query was a CONSTRUCT or DESCRIBE."""
        return isinstance(self._raw, pyoxigraph.QueryTriples)

    @property
    def boolean(self) -> bool | None:
        """The answer of an ASK query, None for other queries."""
        return bool(self._raw) if isinstance(self._raw, pyoxigraph.QueryBoolean) else None

    def table(self) -> Table:
        """Read the solutions of a SELECT query.

        Raises:
            TypeError: the query was no SELECT.
        """
        if not isinstance(self._raw, pyoxigraph.QuerySolutions):
            raise TypeError("only a SELECT query answers with a table")
        variables = tuple(v.value for v in self._raw.variables)
        try:
            return Table(variables, tuple(tuple(solution) for solution in self._raw))
        except FAILURES as error:
            raise evaluation_problem(error) from None

    def triples(self) -> list[Triple]:
        """Read the triples of a CONSTRUCT or DESCRIBE query.

        Raises:
            TypeError: the query was neither.
        """
        if not isinstance(self._raw, pyoxigraph.QueryTriples):
            raise TypeError("only a CONSTRUCT or DESCRIBE query answers with triples")
        try:
            return list(self._raw)
        except FAILURES as error:
            raise evaluation_problem(error) from None

    def serialize(self, target: Format) -> bytes:
        """Write the whole answer in a format.

        Raises:
            UnknownFormatError: the format does not suit this kind of answer.
        """
        output = BytesIO()
        self.write(target, output)
        return output.getvalue()

    def write(self, target: Format, output: Writable) -> None:
        """Write the answer in a format while it is evaluated.

        Raises:
            UnknownFormatError: the format does not suit this kind of answer.
            NotAcceptableError: it holds what XML cannot express; a part may have been written.
            QueryEvaluationError: the engine gave up; a part may have been written.
        """
        refuse_unsuitable(target, self.offered)
        stream = cast("IO[bytes]", guarded(target, output))
        try:
            if isinstance(self._raw, pyoxigraph.QueryTriples):
                self._raw.serialize(stream, RDF[target.name])
            elif isinstance(self._raw, pyoxigraph.QueryBoolean) and target.name in {"csv", "tsv"}:
                # SPARQL 1.1 defines no CSV or TSV for ASK; one bare word is what other engines send.
                output.write(b"true" if bool(self._raw) else b"false")
            else:
                self._raw.serialize(stream, RESULTS[target.name])
        except FAILURES as error:
            raise evaluation_problem(error) from None


def whole(answer: Answer | RemoteAnswer) -> bool | list[Triple] | Table:
    """Read the whole of an answer, whichever it is."""
    if answer.boolean is not None:
        return answer.boolean
    return answer.triples() if answer.is_graph else answer.table()


def refuse_unsuitable(target: Format, offered: Sequence[Format]) -> None:
    """Refuse a format that an answer cannot be written in.

    Raises:
        UnknownFormatError: it is not among those that are offered.
    """
    if target not in offered:
        known = ", ".join(f.name for f in offered)
        raise UnknownFormatError(
            f"this query's answer cannot be written as {target.name}.", hint=f"Use one of: {known}."
        )


def term_text(term: Term | None) -> str:
    """Write a term for people: a CURIE for an IRI, the bare text of a literal, nothing for an unbound one."""
    match term:
        case None:
            return ""
        case NamedNode():
            return vocab.curie(term.value)
        case Literal():
            return term.value
        case _:
            return str(term)
