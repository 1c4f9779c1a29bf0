"""The open, cited knowledge graph of Hong Kong's innovation and technology, and a validator for any graph.

As a library: `hkkg.connect()` opens the graph, here or behind an endpoint, and returns a `hkkg.Client`.
`hkkg.validate("data/*.ttl", shapes="shapes/*.ttl")` returns a `hkkg.Report`.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from hkkg.api import validate
    from hkkg.checks import Finding, Severity
    from hkkg.client import IRI, Client, Result, connect
    from hkkg.errors import HkkgError, Place
    from hkkg.validation import Report

__version__ = "0.1.0"
__all__ = [
    "IRI",
    "Client",
    "Finding",
    "HkkgError",
    "Place",
    "Report",
    "Result",
    "Severity",
    "__version__",
    "connect",
    "validate",
]

# Imported when first used, so that `import hkkg` and the command's help come at once.
_HOMES = {
    "Client": "hkkg.client",
    "Finding": "hkkg.checks",
    "HkkgError": "hkkg.errors",
    "IRI": "hkkg.client",
    "Place": "hkkg.errors",
    "Report": "hkkg.validation",
    "Result": "hkkg.client",
    "Severity": "hkkg.checks",
    "connect": "hkkg.client",
    "validate": "hkkg.api",
}


def __getattr__(name: str) -> Any:  # noqa: ANN401 - each name has a type of its own
    """Import a public name."""
    if name not in _HOMES:
        raise AttributeError(f"module 'hkkg' has no attribute {name!r}")
    found = globals()[name] = getattr(import_module(_HOMES[name]), name)
    return found


def __dir__() -> list[str]:
    """List the public names too that are not imported yet."""
    return sorted({*globals(), *__all__})
