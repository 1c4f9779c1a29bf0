"""The fast SHACL engine, pyshifty."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from shifty._shifty import PreparedValidator

from hkkg.errors import ShapesProblemError, ValidatorFailedError


class _Pyshifty:
    """Validates in native code, without a graph in Python."""

    name = "pyshifty"

    def report(self, data: bytes, shapes: bytes) -> bytes:
        """Validate, and return the report as N-Triples."""
        try:
            result = _prepared(shapes).validate_w3c(
                data=data,
                data_format="nt",
                graph_mode="data",
                run_infer=False,
                on_unsupported="error",
            )
        except ValueError as error:
            raise ShapesProblemError(f"the shapes are not well-formed: {_first_line(error)}.") from None
        except RuntimeError as error:
            raise ValidatorFailedError(f"pyshifty gave up: {_first_line(error)}.") from None
        if result.diagnostics:
            raise ShapesProblemError(f"the shapes are not well-formed: {'; '.join(result.diagnostics)}.")
        return result._report_ntriples.encode()  # noqa: SLF001 - `report_turtle` names blank nodes anew


# The public `shifty.PreparedValidator` parses the report into rdflib, whose import alone takes longer.
@lru_cache(maxsize=2)
def _prepared(shapes: bytes) -> PreparedValidator:
    """Keep the shapes that were prepared last: many small graphs are validated against the same ones."""
    return PreparedValidator(shapes, shapes_format="nt")


def _first_line(error: Exception) -> str:
    return str(error).partition("\n")[0].rstrip(".")


ENGINE: Final = _Pyshifty()
