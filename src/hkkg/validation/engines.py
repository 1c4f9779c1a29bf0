"""The SHACL engines behind one interface: N-Triples in, the triples of a standard report out."""

from __future__ import annotations

import importlib
from typing import Final, Protocol

from hkkg.errors import ParameterError

AUTO: Final = "auto"
NAMES: Final = ("pyshifty", "pyshacl")


class Engine(Protocol):
    """A SHACL engine."""

    name: str

    def report(self, data: bytes, shapes: bytes) -> bytes:
        """Validate N-Triples against N-Triples and return the report as N-Triples.

        Raises:
            ShapesProblemError: the shapes are not well-formed.
            ValidatorFailedError: the engine gave up.
        """
        ...


def get(name: str) -> Engine:
    """Return an engine by name.

    Raises:
        ParameterError: there is no such engine.
    """
    if name not in NAMES:
        known = ", ".join((AUTO, *NAMES))
        raise ParameterError(f"there is no SHACL engine {name!r}.", hint=f"Use one of: {known}.")
    # Each engine is imported only when used: pySHACL and rdflib take as long as a whole fast validation.
    module = importlib.import_module(f"hkkg.validation.{name}_engine")
    engine: Engine = module.ENGINE
    return engine
