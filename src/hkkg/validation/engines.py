"""The SHACL engines behind one interface: N-Triples in, the triples of a standard report out."""

from __future__ import annotations

import importlib
import re
from typing import TYPE_CHECKING, Final, Protocol

from hkkg import vocab
from hkkg.errors import ParameterError

if TYPE_CHECKING:
    from hkkg.checks import Triples

AUTO: Final = "auto"
NAMES: Final = ("pyshifty", "pyshacl")

# pyshifty 0.5.1 finds 5 and 4 equal, and 5 and 5.0 different, where SPARQL compares two variables, or
# a variable and a number, by = or !=.
_MISTAKEN: Final = re.compile(r"[?$]\w+\s*!?=\s*(?:[?$]\w|[-+]?[\d.])|[\d.]\s*!?=\s*[?$]\w")


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


def choose(name: str, shapes: Triples) -> Engine:
    """Return an engine by name; `auto` is the fast one unless these shapes hold what it gets wrong.

    Raises:
        ParameterError: there is no such engine.
    """
    if name == AUTO:
        name = "pyshacl" if misread_by_pyshifty(shapes) else "pyshifty"
    if name not in NAMES:
        known = ", ".join((AUTO, *NAMES))
        raise ParameterError(f"there is no SHACL engine {name!r}.", hint=f"Use one of: {known}.")
    # Each engine is imported only when used: pySHACL and rdflib take as long as a whole fast validation.
    module = importlib.import_module(f"hkkg.validation.{name}_engine")
    engine: Engine = module.ENGINE
    return engine


def misread_by_pyshifty(shapes: Triples) -> bool:
    """Tell whether a SPARQL constraint compares in a way that pyshifty mistakes."""
    texts = [*shapes.pairs(vocab.SH + "select"), *shapes.pairs(vocab.SH + "ask")]
    return any(_MISTAKEN.search(getattr(text, "value", "")) for _, text in texts)
