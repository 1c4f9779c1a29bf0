"""The files of the packaged graph: what each holds, and the named graph that it becomes."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from functools import cache
from typing import TYPE_CHECKING
from urllib.parse import quote

from hkkg import paths, vocab

if TYPE_CHECKING:
    from pathlib import Path


class Kind(Enum):
    """What a file of the packaged graph holds."""

    DATA = "data"
    ONTOLOGY = "ontology"
    MAPPINGS = "mappings"
    SHAPES = "shapes"


@dataclass(frozen=True, slots=True)
class GraphFile:
    """One Turtle file and the IRI of the named graph that it becomes."""

    path: Path
    graph: str
    kind: Kind

    @property
    def in_union(self) -> bool:
        """Whether a plain query sees it: shapes are a graph apart."""
        return self.kind is not Kind.SHAPES


def graph_name(path: Path, root: Path) -> str:
    """Name the graph of a file by its path below a root, without its extension."""
    relative = path.relative_to(root).with_suffix("").as_posix()
    return vocab.GRAPH + quote(relative)


@cache
def packaged() -> tuple[GraphFile, ...]:
    """List the files of the packaged graph, sorted by path."""
    root = paths.graph_root()
    files = [*root.glob("data/*/*.ttl"), *root.glob("ontology/*.ttl"), *root.glob("ontology/shapes/*.ttl")]
    return tuple(GraphFile(path, graph_name(path, root), _kind(path)) for path in sorted(files))


def _kind(path: Path) -> Kind:
    if path.parent.name == "shapes":
        return Kind.SHAPES
    if path.name == "mappings.ttl":
        return Kind.MAPPINGS
    return Kind.ONTOLOGY if path.parent.name == "ontology" else Kind.DATA


def of_kind(*kinds: Kind) -> tuple[GraphFile, ...]:
    """List the packaged files of these kinds."""
    return tuple(file for file in packaged() if file.kind in kinds)
