"""What a command validates: the packaged graph, some files beside it, or files and shapes alone."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from hkkg import catalog, loading, vocab
from hkkg.catalog import Kind
from hkkg.errors import HkkgError, ManyProblemsError
from hkkg.store import NamedNode

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from hkkg.catalog import GraphFile
    from hkkg.loading import Document
    from hkkg.store import Quad

Read = tuple["Document", "list[Quad]"]
_SOURCE_GRAPH: Final = NamedNode(vocab.HKKG + "SourceGraph")


@dataclass(frozen=True, slots=True)
class Task:
    """What to validate against what.

    Attributes:
        documents: what findings are about.
        shapes: the shapes.
        context: what the documents may refer to, and is taken as right.
        own_rules: whether hkkg's own checks of data are made too.
        whole: whether the documents are all that the shapes are for, so that a shape without a target
            is a finding.
    """

    documents: tuple[Read, ...]
    shapes: tuple[Read, ...]
    context: tuple[Read, ...] = ()
    own_rules: bool = True
    whole: bool = False


def packaged() -> Task:
    """Validate the packaged data and ontology against the packaged shapes."""
    documents = _read_packaged(catalog.of_kind(Kind.DATA, Kind.ONTOLOGY))
    return Task(documents, _read_packaged(catalog.of_kind(Kind.SHAPES)), whole=True)


def beside_packaged(arguments: Sequence[str]) -> Task:
    """Validate files as data of the packaged graph, which they may refer to.

    A file takes the place of the packaged one that describes the same `hkkg:SourceGraph`, so that a
    changed copy is judged and not merged with its original.
    """
    documents = _read_arguments(arguments)
    replaced = {
        quad.subject.value
        for _, quads in documents
        for quad in quads
        if quad.object == _SOURCE_GRAPH and isinstance(quad.subject, NamedNode)
    }
    kept = [file for file in catalog.of_kind(Kind.DATA) if file.graph not in replaced]
    context = _read_packaged([*kept, *catalog.of_kind(Kind.ONTOLOGY)])
    return Task(documents, _read_packaged(catalog.of_kind(Kind.SHAPES)), context)


def alone(arguments: Sequence[str], shape_arguments: Sequence[str]) -> Task:
    """Validate files, else the packaged data and ontology, against these shapes alone.

    Raises:
        ManyProblemsError: some of the files cannot be used.
    """
    problems: list[HkkgError] = []
    shapes = _collect(shape_arguments, problems)
    documents = _collect(arguments, problems)
    _refuse(problems)
    documents = documents or _read_packaged(catalog.of_kind(Kind.DATA, Kind.ONTOLOGY))
    return Task(documents, shapes, own_rules=False, whole=True)


def _read_packaged(files: Iterable[GraphFile]) -> tuple[Read, ...]:
    documents = [loading.read_document(_shown(file.path), graph=file.graph) for file in files]
    return tuple((document, document.quads()) for document in documents)


def _shown(path: Path) -> Path:
    """Shorten a path below the working folder, as an editor or a compiler would write it."""
    here = Path.cwd()
    return path.relative_to(here) if path.is_relative_to(here) else path


def _read_arguments(arguments: Sequence[str]) -> tuple[Read, ...]:
    problems: list[HkkgError] = []
    documents = _collect(arguments, problems)
    _refuse(problems)
    return documents


def _collect(arguments: Sequence[str], problems: list[HkkgError]) -> tuple[Read, ...]:
    """Read what can be read, and note what cannot."""
    found: list[Read] = []
    for argument in arguments:
        try:
            paths: list[Path | None] = (
                [None] if argument == loading.STANDARD_INPUT else [*loading.find_files([argument])]
            )
        except HkkgError as error:
            problems.append(error)
            continue
        found += _read_each(paths, problems)
    return tuple(found)


def _read_each(paths: Sequence[Path | None], problems: list[HkkgError]) -> list[Read]:
    found = []
    for path in paths:
        try:
            document = loading.read_standard_input() if path is None else loading.read_document(path)
            found.append((document, document.quads()))
        except HkkgError as error:
            problems.append(error)
    return found


def _refuse(problems: Sequence[HkkgError]) -> None:
    if len(problems) == 1:
        raise problems[0]
    if problems:
        raise ManyProblemsError(problems)
