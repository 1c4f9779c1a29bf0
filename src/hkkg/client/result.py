"""The answer of a query, read whole: as rows, as frames, as a graph, and as people see it."""

from __future__ import annotations

from collections import namedtuple
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any, Final, Literal

from hkkg.client import frames, showing
from hkkg.client.values import value_of
from hkkg.store import Table

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import pandas as pd
    import polars as pl
    import rdflib
    import rdflib.query

    from hkkg.client.values import Value
    from hkkg.store import Term, Triple

    Answer = Table | bool | list[Triple]

Kind = Literal["table", "boolean", "graph"]
_TRIPLE: Final = ("subject", "predicate", "object")
_BOOLEAN: Final = ("answer",)


class Result:
    """An answer: a table, the triples of a graph, or true or false.

    It can be gone through row by row, and counted. Each row is a tuple whose members have the names of the
    variables; `row.name` is the same as `row[0]`.

    Attributes:
        kind: table, graph or boolean.
        variables: names of the columns, in their order.
    """

    def __init__(self, answer: Answer) -> None:
        """Take an answer, read whole."""
        self._answer = answer
        self.kind: Kind = (
            "boolean" if isinstance(answer, bool) else "table" if isinstance(answer, Table) else "graph"
        )
        self.variables: tuple[str, ...] = (
            answer.variables
            if isinstance(answer, Table)
            else _BOOLEAN
            if isinstance(answer, bool)
            else _TRIPLE
        )

    @cached_property
    def rows(self) -> list[Any]:
        """The rows as named tuples of numbers, dates, texts and `IRI`; None where nothing is bound."""
        if isinstance(self._answer, bool):
            return [_row_type(_BOOLEAN)(self._answer)]
        row = _row_type(self.variables)
        return [row(*map(value_of, terms)) for terms in self._terms]

    @property
    def _terms(self) -> Sequence[Sequence[Term | None]]:
        if isinstance(self._answer, Table):
            return self._answer.rows
        return (
            []
            if isinstance(self._answer, bool)
            else [(t.subject, t.predicate, t.object) for t in self._answer]
        )

    def column(self, variable: str) -> list[Value]:
        """Return one column.

        Raises:
            KeyError: there is no such variable.
        """
        if variable not in self.variables:
            raise KeyError(f"there is no variable {variable!r}; there are {', '.join(self.variables)}")
        at = self.variables.index(variable)
        return [row[at] for row in self.rows]

    def pandas(self) -> pd.DataFrame:
        """Make a frame of pandas; every column is of a type that can lack values.

        Decimals become `Float64`, as long as these hold each exactly.

        Raises:
            MissingExtraError: pandas is not installed.
        """
        return frames.to_pandas(self.variables, self.rows)

    def polars(self) -> pl.DataFrame:
        """Make a frame of polars; decimals stay decimals.

        Raises:
            MissingExtraError: polars is not installed.
        """
        return frames.to_polars(self.variables, self.rows)

    def rdflib(self) -> rdflib.Graph | rdflib.query.Result:
        """Make a graph of rdflib of the triples, or one of its results of a table.

        Raises:
            TypeError: the answer is true or false, or has a term that RDF 1.1 lacks.
        """
        from hkkg import rdflib_bridge  # noqa: PLC0415 - rdflib is slow to import

        if isinstance(self._answer, bool):
            raise TypeError("true and false are the same to rdflib as to Python; use bool(result)")
        return rdflib_bridge.result_of(self._answer)

    def __len__(self) -> int:
        """Count the rows."""
        return 1 if isinstance(self._answer, bool) else len(self._terms)

    def __iter__(self) -> Iterator[Any]:
        """Go through the rows."""
        return iter(self.rows)

    def __getitem__(self, index: int) -> Any:  # noqa: ANN401 - a row of this answer
        """Return a row by its number, from 0."""
        return self.rows[index]

    def __bool__(self) -> bool:
        """Return what is true or false; for others, whether there is any row."""
        return self._answer if isinstance(self._answer, bool) else bool(self._terms)

    def __repr__(self) -> str:
        """Show the first rows as a table."""
        if isinstance(self._answer, bool):
            return "true" if self._answer else "false"
        return showing.as_table(self.variables, self.rows)

    def _repr_html_(self) -> str:
        """Show the first rows in a notebook."""
        if isinstance(self._answer, bool):
            return f"<p>{self!r}</p>"
        return showing.as_html(self.variables, self.rows)


@lru_cache(maxsize=256)
def _row_type(variables: tuple[str, ...]) -> Any:  # noqa: ANN401 - a class made here
    return namedtuple("Row", variables, rename=True)  # noqa: PYI024 - its members are known when it is run
