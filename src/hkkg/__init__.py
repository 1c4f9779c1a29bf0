"""The open, cited knowledge graph of Hong Kong's innovation and technology, and a validator for any graph.

As a library: `hkkg.validate("data/*.ttl", shapes="shapes/*.ttl")` returns a `hkkg.Report`.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from hkkg.api import validate
    from hkkg.checks import Finding, Severity
    from hkkg.errors import HkkgError, Place
    from hkkg.validation import Report

__version__ = "0.1.0"
__all__ = ["Finding", "HkkgError", "Place", "Report", "Severity", "__version__", "validate"]

# Imported when first used, so that `import hkkg` and the command's help come at once.
_HOMES = {
    "Finding": "hkkg.checks",
    "HkkgError": "hkkg.errors",
    "Place": "hkkg.errors",
    "Report": "hkkg.validation",
    "Severity": "hkkg.checks",
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
