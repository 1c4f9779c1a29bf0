"""Answers as frames of pandas and polars, each column of the type that its values have in common."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

from hkkg.errors import MissingExtraError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from types import ModuleType

    import pandas as pd
    import polars as pl

    from hkkg.client.values import Value

_TEXT, _BOOLEAN, _INTEGER, _DECIMAL = "text", "boolean", "integer", "decimal"
_FLOAT, _DATE, _TIME, _TIME_UTC, _MIXED = "float", "date", "time", "time in UTC", "mixed"
_KINDS: Final = (
    (str, _TEXT),
    (bool, _BOOLEAN),
    (int, _INTEGER),
    (Decimal, _DECIMAL),
    (float, _FLOAT),
    (date, _DATE),
)
_LARGEST: Final = 2**63 - 1
_PRECISION: Final = 38
_EXACT_DIGITS: Final = 15
_PANDAS: Final = {_TEXT: "string", _BOOLEAN: "boolean", _INTEGER: "Int64", _FLOAT: "Float64"}


def package(name: str) -> ModuleType:
    """Import a package that one of hkkg's extras brings.

    Raises:
        MissingExtraError: it is not installed.
    """
    try:
        return import_module(name)
    except ImportError:
        raise MissingExtraError(name) from None


def kind_of(values: Iterable[Value]) -> str:
    """Say what type the values of a column have in common, those that are not bound left out."""
    kinds = {_kind(value) for value in values if value is not None}
    if len(kinds) == 1:
        return kinds.pop()
    if kinds == {_INTEGER, _DECIMAL}:
        return _DECIMAL
    if kinds and kinds <= {_INTEGER, _DECIMAL, _FLOAT}:
        return _FLOAT
    return _MIXED if kinds else _TEXT


def _kind(value: Value) -> str:
    if isinstance(value, datetime):
        return _TIME if value.tzinfo is None else _TIME_UTC
    if isinstance(value, int) and abs(value) > _LARGEST:
        return _DECIMAL
    return next((kind for known, kind in _KINDS if isinstance(value, known)), _MIXED)


def to_pandas(variables: Sequence[str], rows: Sequence[Sequence[Value]]) -> pd.DataFrame:
    """Make a frame of pandas.

    Raises:
        MissingExtraError: pandas is not installed.
    """
    pandas: Any = package("pandas")
    columns = {name: [row[at] for row in rows] for at, name in enumerate(variables)}
    frame: pd.DataFrame = pandas.DataFrame(
        {name: _pandas_column(pandas, values) for name, values in columns.items()}, columns=list(variables)
    )
    return frame


def _pandas_column(pandas: Any, values: list[Value]) -> Any:  # noqa: ANN401 - of a package that may not be there
    kind = kind_of(values)
    if kind == _TEXT:
        return pandas.array([None if value is None else str(value) for value in values], dtype="string")
    if kind == _DECIMAL and all(_is_exact_as_float(value) for value in values):
        return pandas.array([None if value is None else float(value) for value in values], dtype="Float64")  # type: ignore[arg-type]
    if kind in _PANDAS:
        return pandas.array(values, dtype=_PANDAS[kind])
    if kind.startswith((_DATE, _TIME)):
        return pandas.to_datetime(
            pandas.Series(values, dtype="object"), utc=kind.endswith("UTC"), errors="raise"
        )
    return pandas.Series(values, dtype="object")


def _is_exact_as_float(value: Value) -> bool:
    return value is None or len(Decimal(str(value)).as_tuple().digits) <= _EXACT_DIGITS


def to_polars(variables: Sequence[str], rows: Sequence[Sequence[Value]]) -> pl.DataFrame:
    """Make a frame of polars.

    Raises:
        MissingExtraError: polars is not installed.
    """
    polars: Any = package("polars")
    columns = ([row[at] for row in rows] for at in range(len(variables)))
    series = [_polars_column(polars, name, values) for name, values in zip(variables, columns, strict=True)]
    frame: pl.DataFrame = polars.DataFrame(series)
    return frame


def _polars_column(polars: Any, name: str, values: list[Value]) -> Any:  # noqa: ANN401 - of a package that may not be there
    kind = kind_of(values)
    types = {
        _BOOLEAN: polars.Boolean,
        _INTEGER: polars.Int64,
        _FLOAT: polars.Float64,
        _DATE: polars.Date,
        _TIME: polars.Datetime("us"),
        _TIME_UTC: polars.Datetime("us", "UTC"),
    }
    if kind == _DECIMAL:
        given = [None if value is None else Decimal(str(value)) for value in values]
        return polars.Series(name, given, dtype=polars.Decimal(_PRECISION, _scale(given)))
    if kind == _FLOAT:
        return polars.Series(name, [None if v is None else float(v) for v in values], dtype=polars.Float64)  # type: ignore[arg-type]
    if kind in types:
        return polars.Series(name, values, dtype=types[kind])
    return polars.Series(
        name, [None if value is None else str(value) for value in values], dtype=polars.String
    )


def _scale(values: Iterable[Decimal | None]) -> int:
    exponents = (value.as_tuple().exponent for value in values if value is not None)
    return max((-exponent for exponent in exponents if isinstance(exponent, int)), default=0)
