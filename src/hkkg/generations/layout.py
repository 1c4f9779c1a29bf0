"""How a durable store was made: a description in its folder, in JSON that holds its own checksum."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from typing import Any, Final

from hkkg import __version__
from hkkg.errors import Place, StoreDamagedError, StoreUnusableError
from hkkg.generations.sealing import RESTORE

FORMAT: Final = 2
_CHECKSUM: Final = "sha256"


@dataclass(frozen=True, slots=True)
class Layout:
    """How the quads of a store hang together, which must not change between two openings.

    Attributes:
        standard_default: whether a plain query sees the default graph alone, and not the union.
        inference: whether `graph:inferred` is kept.
        apart: IRIs of the graphs that the union leaves out.
        packaged: whether it began as the packaged graph.
    """

    standard_default: bool
    inference: bool
    apart: tuple[str, ...] = ()
    packaged: bool = False

    @property
    def union(self) -> bool:
        """Whether the quads are kept with a union, which reasoning needs too."""
        return self.inference or not self.standard_default


def write_layout(layout: Layout) -> bytes:
    """Write the description of a store."""
    return _sealed({"format": FORMAT, "version": __version__, "layout": asdict(layout)})


def _sealed(about: dict[str, Any]) -> bytes:
    checksum = hashlib.sha256(_json(about)).hexdigest()
    return _json({**about, _CHECKSUM: checksum})


def _json(about: dict[str, Any]) -> bytes:
    return json.dumps(about, indent=2).encode() + b"\n"


def read_layout(data: bytes, source: str) -> Layout:
    """Read the description of a store.

    Raises:
        StoreUnusableError: the store is of another version.
        StoreDamagedError: it is no description, or not as it was written.
    """
    try:
        about = json.loads(data)
        if about["format"] == FORMAT:
            return _layout(about, data)
        made = f"format {about['format']}, written by hkkg {about.get('version', '?')}"
    except (ValueError, KeyError, TypeError, RecursionError):
        raise StoreDamagedError(
            "this is no description of a store, or not as it was written: its checksum does not fit.",
            place=Place(source),
            hint=RESTORE,
        ) from None
    raise StoreUnusableError(
        f"the store has {made}; hkkg {__version__} reads format {FORMAT}.",
        place=Place(source),
        hint="Export it with the version that wrote it.",
    )


def _layout(about: dict[str, Any], data: bytes) -> Layout:
    """Read a description of this version; whatever is raised says that it is none."""
    del about[_CHECKSUM]
    if _sealed(about) != data:
        raise ValueError
    return Layout(**{**about["layout"], "apart": tuple(about["layout"]["apart"])})
