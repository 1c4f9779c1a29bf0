"""What a command validates: the packaged graph, some files beside it, or files and shapes alone."""

from __future__ import annotations

import glob
import os
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from hkkg import catalog, formats, importing, loading, progress, vocab
from hkkg.catalog import Kind
from hkkg.checks import Triples, syntax
from hkkg.checks.shape_model import shapes_of
from hkkg.errors import HkkgError, ManyProblemsError, ParameterError, Place, ShapesProblemError
from hkkg.importing import Imports
from hkkg.store import NamedNode

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from hkkg.catalog import GraphFile
    from hkkg.formats import Format
    from hkkg.importing import Unresolved
    from hkkg.loading import Document
    from hkkg.store import Quad

Read = tuple["Document", "Sequence[Quad]"]
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
        unresolved: the imports that no local file meets.
        problems: what could not be read, or holds no shapes where it should.
    """

    documents: tuple[Read, ...]
    shapes: tuple[Read, ...]
    context: tuple[Read, ...] = ()
    own_rules: bool = True
    whole: bool = False
    unresolved: tuple[Unresolved, ...] = ()
    problems: tuple[HkkgError, ...] = ()


def packaged() -> Task:
    """Validate the packaged data and ontology against the packaged shapes."""
    documents = _read_packaged(catalog.of_kind(Kind.DATA, Kind.ONTOLOGY))
    return Task(documents, _read_packaged(catalog.of_kind(Kind.SHAPES)), whole=True)


def beside_packaged(arguments: Sequence[str], source_format: Format | None = None) -> Task:
    """Validate files as data of the packaged graph, which they may refer to.

    Args:
        arguments: files, folders, globs, or `-` for standard input.
        source_format: the format of all, else the one that the extension names, and Turtle of standard input.

    Raises:
        ManyProblemsError: none of the files can be used.
    """
    problems: list[HkkgError] = []
    documents = _collect(arguments, problems, source_format)
    if not documents:
        refuse(problems)
    return replace(beside(documents, _folders(arguments)), problems=tuple(problems))


def alone(
    arguments: Sequence[str], shape_arguments: Sequence[str], source_format: Format | None = None
) -> Task:
    """Validate files, else the packaged data and ontology, against these shapes alone.

    Args:
        arguments: as for `beside_packaged`.
        shape_arguments: the shapes, given in the same ways; each by its own extension.
        source_format: as for `beside_packaged`.

    Raises:
        ManyProblemsError: none of the shapes can be used, or none of the files.
        ParameterError: standard input is both.
    """
    if loading.STANDARD_INPUT in arguments and loading.STANDARD_INPUT in shape_arguments:
        raise ParameterError("standard input cannot be both data and shapes.", hint="Name a file for one.")
    problems: list[HkkgError] = []
    shapes = _collect(shape_arguments, problems, based=bool(arguments))
    documents = _collect(arguments, problems, source_format, based=bool(arguments))
    if not shapes or (arguments and not documents):
        refuse(problems)
    task = against(shapes, documents, _folders([*arguments, *shape_arguments]))
    return replace(task, problems=(*problems, *task.problems))


def beside(documents: tuple[Read, ...], folders: Sequence[Path] | None) -> Task:
    """Validate documents as data of the packaged graph.

    A document takes the place of the packaged one that describes the same `hkkg:SourceGraph`, so that a
    changed copy is judged and not merged with its original.

    Args:
        documents: what findings are about.
        folders: where imports are looked for; None does not follow imports.
    """
    replaced = {
        quad.subject.value
        for _, quads in documents
        for quad in quads
        if quad.object == _SOURCE_GRAPH and isinstance(quad.subject, NamedNode)
    }
    kept = [file for file in catalog.of_kind(Kind.DATA) if file.graph not in replaced]
    context = _read_packaged([*kept, *catalog.of_kind(Kind.ONTOLOGY)])
    imports = _imports([*documents, *context], folders)
    return Task(
        documents,
        _read_packaged(catalog.of_kind(Kind.SHAPES)),
        (*context, *imports.documents),
        unresolved=imports.unresolved,
    )


def against(shapes: tuple[Read, ...], documents: tuple[Read, ...], folders: Sequence[Path] | None) -> Task:
    """Validate documents, else the packaged data and ontology, against shapes of one's own.

    Args:
        shapes: the shapes.
        documents: what findings are about.
        folders: where imports are looked for; None does not follow imports.
    """
    documents = documents or _read_packaged(catalog.of_kind(Kind.DATA, Kind.ONTOLOGY))
    imports, shape_imports = _imports(documents, folders), _imports(shapes, folders)
    return Task(
        documents,
        (*shapes, *shape_imports.documents),
        imports.documents,
        whole=True,
        unresolved=imports.unresolved + shape_imports.unresolved,
        problems=tuple(without_shapes((*shapes, *shape_imports.documents))),
    )


def without_shapes(read: Sequence[Read]) -> list[ShapesProblemError]:
    """Say of each file that was given for its shapes that it has none, if none of them has any."""
    if shapes_of(Triples(*(quads for _, quads in read))):
        return []
    return [
        ShapesProblemError(
            "there is no shape in this file.",
            place=Place(document.source),
            hint="Give the files of your shapes: what has sh:targetClass or is an sh:NodeShape.",
        )
        for document, _ in read
    ]


def _imports(documents: Sequence[Read], folders: Sequence[Path] | None) -> Imports:
    return Imports((), ()) if folders is None else importing.follow(documents, folders)


def _folders(arguments: Sequence[str]) -> list[Path]:
    """List the folders given, and those that the files given are in: there imports are looked for."""
    paths = [Path(argument) for argument in arguments if argument != loading.STANDARD_INPUT]
    return list(dict.fromkeys(path if path.is_dir() else _fixed(path.parent) for path in paths))


def _fixed(folder: Path) -> Path:
    """Return the last folder of a glob's path that is written out."""
    while glob.has_magic(str(folder)) and not folder.exists():
        folder = folder.parent
    return folder


def _read_packaged(files: Iterable[GraphFile]) -> tuple[Read, ...]:
    documents = [loading.read_document(_shown(file.path), graph=file.graph) for file in files]
    return tuple((document, document.compact_quads()) for document in documents)


def _shown(path: Path) -> Path:
    """Shorten a path below the working folder, as an editor or a compiler would write it."""
    here = Path.cwd()
    return path.relative_to(here) if path.is_relative_to(here) else path


def _collect(
    arguments: Sequence[str],
    problems: list[HkkgError],
    source_format: Format | None = None,
    *,
    based: bool = False,
) -> tuple[Read, ...]:
    """Read what can be read, each file once, and note what cannot."""
    paths: dict[str, Path | None] = {}
    for argument in arguments:
        if argument == loading.STANDARD_INPUT:
            paths[argument] = None
            continue
        for path in loading.find_each([argument]):
            if isinstance(path, HkkgError):
                problems.append(path)
            else:
                paths.setdefault(os.path.realpath(path), path)
    return tuple(_read_each(paths.values(), problems, source_format, based=based))


def _read_each(
    paths: Iterable[Path | None], problems: list[HkkgError], source_format: Format | None, *, based: bool
) -> list[Read]:
    found: list[Read] = []
    for path in paths:
        try:
            document = _read(path, source_format)
            if based and path is not None:
                # A document's relative IRIs are relative to itself; the packaged graph's data has none.
                document = replace(document, base=path.resolve().as_uri())
            progress.step("reading", len(document.data))
            reading = syntax.read(document)
            problems.extend(reading.problems)
            if not reading.problems:
                found.append((document, reading.quads))
        except HkkgError as error:
            problems.append(error)
    return found


def _read(path: Path | None, source_format: Format | None) -> Document:
    if path is None:
        return loading.read_standard_input(source_format or formats.TURTLE)
    return loading.read_document(path, source_format=source_format)


def refuse(problems: Sequence[HkkgError]) -> None:
    """Raise what could not be used, if anything.

    Raises:
        HkkgError: the one problem.
        ManyProblemsError: several.
    """
    if len(problems) == 1:
        raise problems[0]
    if problems:
        raise ManyProblemsError(problems)
