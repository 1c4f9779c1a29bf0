"""The versions of the graph: those that were released, and the one that is served."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Final

from hkkg import __version__, vocab
from hkkg.store import DefaultGraph, Literal, NamedNode

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from hkkg.store import EmbeddedStore

SHOWN: Final = 12
_ONTOLOGY: Final = NamedNode(vocab.HKKG.removesuffix("#"))
_VERSION: Final = NamedNode(vocab.OWL + "versionInfo")
_DATES: Final = tuple(NamedNode(vocab.DCTERMS + name) for name in ("modified", "issued", "created"))


@dataclass(frozen=True, slots=True)
class Release:
    """A released version of the graph.

    Attributes:
        version: its number (Semantic Versioning).
        issued: the day of its release.
        sha256: of its `hkkg-stated.nq`, in lower-case hex.
        archive: where its files are kept; None if nowhere.
    """

    version: str
    issued: date
    sha256: str
    archive: str | None = None


@dataclass(frozen=True, slots=True)
class Version:
    """The version that is served, among those that were released.

    Attributes:
        name: the number of a release, if it is one; else of the next, with the digest as build metadata.
        sha256: of its `hkkg-stated.nq`, in lower-case hex.
        issued: the day of its release; None if it is no release.
        others: the releases that it is not, oldest first.
    """

    name: str
    sha256: str
    issued: date | None
    others: tuple[Release, ...]

    @property
    def previous(self) -> Release | None:
        """The release before it."""
        earlier = [r for r in self.others if self.issued is None or r.issued < self.issued]
        return earlier[-1] if earlier else None


@cache
def released() -> tuple[Release, ...]:
    """List the released versions, oldest first."""
    return read(files("hkkg.datasets").joinpath("releases.toml").read_text(encoding="utf-8"))


def read(text: str) -> tuple[Release, ...]:
    """Read a list of releases."""
    return tuple(Release(**entry) for entry in tomllib.loads(text).get("release", []))


def identify(number: str, sha256: str, releases: Sequence[Release]) -> Version:
    """Say which version a graph is.

    Args:
        number: of the version that it says it is, or that it is on the way to.
        sha256: of its `hkkg-stated.nq`.
        releases: all that there were, oldest first.
    """
    for release in releases:
        if release.sha256 == sha256:
            others = tuple(other for other in releases if other is not release)
            return Version(release.version, sha256, release.issued, others)
    return Version(f"{number}+{sha256[:SHOWN]}", sha256, None, tuple(releases))


def number_of(store: EmbeddedStore) -> str:
    """Return the version that the ontology in a graph says it is; else that of the software."""
    stated = store.quads(_ONTOLOGY, _VERSION, None, DefaultGraph())
    return min((q.object.value for q in stated if isinstance(q.object, Literal)), default=__version__)


def day_of(store: EmbeddedStore) -> str | None:
    """Return the latest date that the ontology in a graph gives of itself, as xsd:date has it."""
    found = (q for p in _DATES for q in store.quads(_ONTOLOGY, p, None, DefaultGraph()))
    return max((q.object.value for q in found if isinstance(q.object, Literal)), default=None)
