"""Where the packaged graph lies: inside an installed wheel, or at the top of a checkout."""

from __future__ import annotations

from pathlib import Path

_HERE = Path(__file__).resolve().parent


def graph_root() -> Path:
    """Return the folder that holds `data`, `ontology` and `queries`."""
    installed = _HERE / "graph_files"
    return installed if installed.is_dir() else _HERE.parent.parent
