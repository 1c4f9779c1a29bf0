"""Following `owl:imports`, from local files only: nothing here asks the network."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote, urlsplit

from hkkg import catalog, formats, loading, vocab
from hkkg.catalog import Kind
from hkkg.errors import HkkgError
from hkkg.store import NamedNode

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from hkkg.loading import Document
    from hkkg.store import Quad, Term

Read = tuple["Document", "Sequence[Quad]"]
_IMPORTS: Final = vocab.OWL + "imports"
_VERSION: Final = vocab.OWL + "versionIRI"
_ONTOLOGY: Final = NamedNode(vocab.OWL + "Ontology")
_TYPE: Final = vocab.RDF + "type"
_OURS: Final = vocab.HKKG.rstrip("#")


@dataclass(frozen=True, slots=True)
class Reason:
    """Why an import is not met, in two languages."""

    en: str
    zh_hant: str


@dataclass(frozen=True, slots=True)
class Unresolved:
    """An import that no local file meets: whose, of what, in which document, and why."""

    importer: Term
    imported: NamedNode
    source: str
    reason: Reason


@dataclass(frozen=True, slots=True)
class Imports:
    """What documents import: the further documents, each once, and what was not found."""

    documents: tuple[Read, ...]
    unresolved: tuple[Unresolved, ...] = ()


_NO_FILE: Final = Reason("there is no such file", "並無此檔案")
_UNKNOWN: Final = Reason("none of the files given declares it", "所給檔案均無宣告")


def follow(documents: Sequence[Read], folders: Iterable[Path] = ()) -> Imports:
    """Read what documents import, and what that imports in turn, each ontology once.

    An import is met by a document that declares the ontology or its version, by the file that a `file:`
    IRI names, by a file below the folders that declares it, or by the packaged ontology.

    Args:
        documents: the documents that are read already.
        folders: where to look for files that declare an ontology.
    """
    search = _Search(documents, folders)
    found: list[Read] = []
    unresolved: list[Unresolved] = []
    waiting = list(documents)
    while waiting:
        document, quads = waiting.pop(0)
        for importer, imported in _imports(quads):
            if search.has(imported.value):
                continue
            try:
                fresh = search.find(imported.value)
            except HkkgError as error:
                reason = Reason(error.message.rstrip("."), error.message.rstrip("."))
                unresolved.append(Unresolved(importer, imported, document.source, reason))
                continue
            if not fresh:
                reason = _NO_FILE if imported.value.startswith("file:") else _UNKNOWN
                unresolved.append(Unresolved(importer, imported, document.source, reason))
            found += fresh
            waiting += fresh
    return Imports(tuple(found), tuple(unresolved))


def _imports(quads: Iterable[Quad]) -> Iterator[tuple[Term, NamedNode]]:
    for quad in quads:
        if quad.predicate.value == _IMPORTS and isinstance(quad.object, NamedNode):
            yield quad.subject, quad.object


def declared(quads: Iterable[Quad]) -> Iterator[str]:
    """Name the ontologies that a document declares, and their versions."""
    for quad in quads:
        is_ontology = quad.predicate.value == _TYPE and quad.object == _ONTOLOGY
        if is_ontology and isinstance(quad.subject, NamedNode):
            yield quad.subject.value
        if quad.predicate.value == _VERSION and isinstance(quad.object, NamedNode):
            yield quad.object.value


class _Search:
    """The ontologies that are read, and the files where others may be."""

    def __init__(self, documents: Sequence[Read], folders: Iterable[Path]) -> None:
        self._read: set[str] = set()
        self._paths: set[Path] = set()
        self._folders = list(folders)
        self._below: dict[str, Path] | None = None
        for document, quads in documents:
            self._note(document, quads)

    def _note(self, document: Document, quads: Sequence[Quad]) -> None:
        self._read.update(_bare(iri) for iri in declared(quads))
        path = Path(document.source)
        if path.is_file():
            self._paths.add(path.resolve())

    def has(self, iri: str) -> bool:
        """Tell whether an ontology is read already."""
        path = _path_of(iri)
        return _bare(iri) in self._read or (path is not None and path.resolve() in self._paths)

    def find(self, iri: str) -> list[Read]:
        """Read the documents of an ontology; none if it is not found.

        Raises:
            HkkgError: there is a file, and it cannot be read.
        """
        path = _path_of(iri)
        if path is None and self._is_packaged(iri):
            return self._packaged()
        if path is None:
            path = self._index().get(_bare(iri))
        elif not path.is_file():
            path = next((p for p in _with_extensions(path) if p.is_file()), None)
        if path is None:
            return []
        return [self._take(path, iri)]

    def _take(self, path: Path, iri: str) -> Read:
        self._read.add(_bare(iri))
        read = _read(path)
        self._note(*read)
        return read

    def _is_packaged(self, iri: str) -> bool:
        return _bare(iri) == _OURS or iri.startswith(_OURS + "/")

    def _packaged(self) -> list[Read]:
        self._read.add(_OURS)
        read: list[Read] = []
        for file in catalog.of_kind(Kind.ONTOLOGY):
            document = loading.read_document(file.path, graph=file.graph)
            quads = document.compact_quads()
            self._note(document, quads)
            read.append((document, quads))
        return read

    def _index(self) -> dict[str, Path]:
        """Read which ontology each file below the folders declares, once."""
        if self._below is None:
            self._below = {}
            for path in _files(self._folders):
                try:
                    _, quads = _read(path)
                except HkkgError:
                    continue  # a broken file that nobody gave declares nothing
                for iri in declared(quads):
                    self._below.setdefault(_bare(iri), path)
        return self._below


def _read(path: Path) -> Read:
    """Read a file, whose relative IRIs are relative to itself."""
    document = replace(loading.read_document(path), base=path.resolve().as_uri())
    return document, document.compact_quads()


def _files(folders: Iterable[Path]) -> Iterator[Path]:
    for folder in folders:
        if folder.is_dir():
            try:
                yield from loading.find_files([str(folder)])
            except HkkgError:
                continue  # a folder without RDF files
        elif folder.is_file():
            yield folder


def _bare(iri: str) -> str:
    return iri.rstrip("#/")


def _path_of(iri: str) -> Path | None:
    """Return the path that a `file:` IRI names; None for another IRI, or for another host's file."""
    parts = urlsplit(iri)
    if parts.scheme != "file" or parts.netloc not in {"", "localhost"}:
        return None
    return Path(unquote(parts.path))


def _with_extensions(path: Path) -> Iterator[Path]:
    for known in formats.RDF_FORMATS:
        for extension in known.extensions:
            yield path.with_name(f"{path.name}.{extension}")
