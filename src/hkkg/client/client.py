"""A client of the graph, in this process or behind an endpoint: the same questions of either."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Final, Self

from hkkg import api, questions, vocab
from hkkg.client.engines import Embedded, Remote
from hkkg.client.result import Result
from hkkg.client.values import IRI
from hkkg.errors import HkkgError, NotOfferedError, ParameterError, QuerySyntaxError
from hkkg.store import Literal, NamedNode, Table

if TYPE_CHECKING:
    from types import TracebackType

    from hkkg.search import LabelIndex
    from hkkg.validation import Report
    from hkkg.why import Explanation

_SEARCH: Final = """\
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
SELECT ?thing (SAMPLE(?preferred) AS ?name) (MIN(STR(?found)) AS ?label) {{
    ?thing skos:prefLabel|skos:altLabel|skos:hiddenLabel ?found .
    FILTER(CONTAINS(LCASE(STR(?found)), LCASE({text})))
    OPTIONAL {{ ?thing skos:prefLabel ?preferred FILTER(LANGMATCHES(LANG(?preferred), "en")) }}
}}
GROUP BY ?thing
ORDER BY STRLEN(MIN(STR(?found))) ?thing
LIMIT {limit}
"""
_DECLARATIONS: Final = " ".join(f"PREFIX {name}: <{iri}>" for name, iri in vocab.PREFIXES.items())
_LISTED: Final = ("name", "question", "parameters", "tags")
_FOUND: Final = ("thing", "name", "label")
_MOST: Final = 1_000


@dataclass(frozen=True, slots=True)
class Why:
    """Why a triple holds, or that it does not.

    Attributes:
        explanation: the passages that state it, or the rule and premises that infer it.
        text: the same for people.
    """

    explanation: Explanation
    text: str

    @property
    def holds(self) -> bool:
        """Whether the triple is in the graph."""
        return self.explanation.holds

    def __repr__(self) -> str:
        """Show the text."""
        return self.text


class Client:
    """A client of a graph; `hkkg.connect` makes one.

    It is a context manager, which closes it. One client may be used by several threads.

    Args:
        engine: what it asks.
        sources: the files that the graph was read from; none for the packaged graph.
    """

    def __init__(self, engine: Embedded | Remote, sources: tuple[str, ...] = ()) -> None:
        """Take what it asks."""
        self._engine: Embedded | Remote | None = engine
        self._sources = sources
        self._index: LabelIndex | None = None
        self._resolved: dict[str, str] = {}

    def query(self, text: str, *, prefixes: bool = True) -> Result:
        """Answer a SPARQL query.

        ```python
        client.query("SELECT ?lab { ?lab hkkg:hostedBy hk:university-of-hong-kong }").pandas()
        ```

        Args:
            text: SPARQL 1.1: SELECT, ASK, CONSTRUCT or DESCRIBE.
            prefixes: whether hkkg's own prefixes need no declaration.

        Raises:
            QuerySyntaxError: it is not well-formed; the message has line and column.
            EndpointError: the endpoint failed, or answered with something else than results.
            TimeExceededError: it took too long in this process.
        """
        if not prefixes:
            return Result(self._read(text))
        try:
            return Result(self._read(f"{_DECLARATIONS}\n{text}"))
        except QuerySyntaxError as error:
            raise _as_written(error) from None

    def question(self, name: str, **parameters: object) -> Result:
        """Answer a stored question.

        ```python
        client.question("laboratories-of-a-university", university="港大")
        ```

        Args:
            name: of the question; `questions()` lists all.
            parameters: values in place of the defaults. A thing may be given by IRI, CURIE or any of its
                names in any script.

        Raises:
            UnknownQuestionError: there is none of this name; the nearest are offered.
            ParameterError: a value is not of its type, or names nothing or several things.
        """
        question = questions.find_question(name)
        values = [(each, _text_of(each, value)) for each, value in parameters.items()]
        resolved = [
            (each.name, self._find(value, f"the parameter {each.name}") if each.type == "iri" else value)
            for each, value in question.given(values)
        ]
        return Result(self._read(question.bind(resolved), f"{name}.rq"))

    def questions(self, text: str = "", *, tag: str | None = None) -> Result:
        """List the stored questions, as a table of names, questions, parameters and tags.

        Args:
            text: words that they all have, in any script.
            tag: that they have.
        """
        found = [q for q in questions.all_questions() if q.has(text) and (tag is None or tag in q.tags)]
        rows = (
            (q.name, q.question["en"], ", ".join(p.name for p in q.parameters), ", ".join(q.tags))
            for q in found
        )
        return Result(Table(_LISTED, tuple(tuple(map(Literal, row)) for row in rows)))

    def describe(self, thing: str) -> Result:
        """Return the triples about a thing, its records, passages and labels, as a graph.

        Of an endpoint it is what its own DESCRIBE gives.

        Args:
            thing: its IRI, CURIE, or any of its names in any script.

        Raises:
            ParameterError: the graph knows nothing of this name, or several things.
        """
        from hkkg import describing  # noqa: PLC0415 - only here

        iri, engine = self._find(thing, "the thing"), self._open()
        if isinstance(engine, Remote):
            return Result(self._read(f"DESCRIBE {iri}"))
        described = describing.describe(engine.store, iri[1:-1])
        return Result(list(dict.fromkeys(quad.triple for quad in described.quads())))

    def search(self, text: str, *, limit: int = 10) -> Result:
        """Find things by a name or a part of one, the best match first.

        Of an endpoint only parts of names as they are written are found, in any letter case: neither another
        script nor a misspelling.

        Args:
            text: what to look for.
            limit: how many to return at most, from 1 to 1,000.

        Raises:
            ParameterError: the limit is out of range.
        """
        if not 1 <= limit <= _MOST:
            raise ParameterError(f"the limit cannot be {limit}.", hint=f"It must be from 1 to {_MOST:,}.")
        if not text.strip():
            return Result(Table(_FOUND, ()))
        engine = self._open()
        if isinstance(engine, Remote):
            return Result(self._read(_SEARCH.format(text=Literal(text.strip()), limit=limit)))
        return Result(Table(_FOUND, tuple(self._hits(engine, text, limit))))

    def why(self, subject: str, predicate: str, obj: str, *, language: str = "en") -> Why:
        """Say why a triple holds, down to the passages of its source.

        Args:
            subject: an IRI, a CURIE or a name after `hk:`.
            predicate: likewise, or `a`.
            obj: likewise, or a literal as Turtle writes it.
            language: in which things are named.

        Raises:
            UnknownResourceError: the graph does not speak of one of them; the nearest are offered.
            NotOfferedError: the graph is behind an endpoint.
        """
        from hkkg import why  # noqa: PLC0415 - only here

        engine = self._open()
        if isinstance(engine, Remote):
            hint = "Open it here: hkkg.connect(), or hkkg.connect(FILE, …)."
            raise NotOfferedError("an endpoint does not tell what a triple was inferred from.", hint=hint)
        explanation = why.explain_texts(engine.store, subject, predicate, obj)
        return Why(explanation, why.as_text(explanation, engine.store, language))

    def validate(self, *sources: Any, **options: Any) -> Report:  # noqa: ANN401 - as hkkg.validate takes them
        """Validate RDF as `hkkg.validate` does; without sources, the graph of this client.

        Raises:
            NotOfferedError: there are no sources, and the graph is behind an endpoint.
        """
        engine = self._open()
        if not sources and "data" not in options:
            if isinstance(engine, Remote):
                hint = "Give files, or data= as Turtle."
                raise NotOfferedError("a graph behind an endpoint is not validated from here.", hint=hint)
            sources = self._sources
        return api.validate(list(sources) or None, **options)

    def close(self) -> None:
        """Let go of the graph; the client answers nothing any more."""
        self._engine = self._index = None

    def __enter__(self) -> Self:
        """Return the client itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close it."""
        self.close()

    def __repr__(self) -> str:
        """Say what it is a client of."""
        match self._engine:
            case None:
                what = "closed"
            case Remote() as remote:
                what = remote.name
            case _:
                what = ", ".join(self._sources) or "the packaged graph"
        return f"<hkkg.Client: {what}>"

    def _open(self) -> Embedded | Remote:
        if self._engine is None:
            raise HkkgError("the client is closed.", hint="Make another: hkkg.connect().")
        return self._engine

    def _read(self, text: str, source: str = "query") -> Any:  # noqa: ANN401 - an answer of any kind
        return self._open().read(text, source)

    def _find(self, text: str, what: str) -> str:
        """Find a thing, and remember it where the graph does not change."""
        if text not in self._resolved:
            found = f"<{questions.find(text, self._read, what).value}>"
            if isinstance(self._open(), Remote):
                return found
            self._resolved[text] = found
        return self._resolved[text]

    def _hits(self, engine: Embedded, text: str, limit: int) -> Any:  # noqa: ANN401 - rows
        from hkkg.search import LabelIndex  # noqa: PLC0415 - only here

        if self._index is None:
            self._index = LabelIndex(engine.store)
        for hit in self._index.search(text, limit=limit):
            name = hit.names.get("en") or next(iter(hit.names.values()), hit.label)
            label = Literal(hit.label, language=hit.language) if hit.language else Literal(hit.label)
            yield NamedNode(hit.iri), Literal(name), label


def _as_written(error: QuerySyntaxError) -> QuerySyntaxError:
    """Count lines from the first of the query as it was given."""
    place = error.place
    if place is not None and place.line is not None:
        place = replace(place, line=max(1, place.line - 1))
    return QuerySyntaxError(error.message, place=place, hint=error.hint, excerpt=error.excerpt)


def _text_of(name: str, value: object) -> str:
    """Write a value of Python as a parameter's value."""
    match value:
        case IRI():
            return f"<{value}>"
        case bool():
            return "true" if value else "false"
        case datetime():
            pass
        case date():
            return value.isoformat()
        case str():
            return str(value)
        case int() | float():
            return format(value)
        case _ if type(value).__name__ == "Decimal":
            return format(value, "f")
        case _:
            pass
    message = f"the parameter {name} cannot be a {type(value).__name__}."
    raise ParameterError(message, hint="Give a text, a number or a date.")
