"""Reading graphs from files: which files an argument means, their formats, and their quads."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

from hkkg import formats, vocab
from hkkg.errors import InputUnreadableError, Place, UnknownFormatError
from hkkg.store import EmbeddedStore, Quad, parse

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from hkkg.catalog import GraphFile
    from hkkg.formats import Format

STANDARD_INPUT = "-"
_EXTENSIONS = {extension for known in formats.RDF_FORMATS for extension in known.extensions}


@dataclass(frozen=True, slots=True)
class Document:
    """A document as read: where it came from, its bytes, its format and the graph that it becomes."""

    source: str
    data: bytes
    format: Format
    graph: str

    def quads(self) -> list[Quad]:
        """Parse the document.

        Raises:
            SyntaxProblemError: with line and column.
        """
        return parse(self.data, self.format, source=self.source, graph=self.graph)


def find_files(arguments: Sequence[str]) -> list[Path]:
    """Expand paths and folders into RDF files, in order and without repetition.

    A folder means every RDF file below it. Globs are the shell's work.

    Raises:
        InputUnreadableError: a path does not exist, or a folder holds no RDF file.
    """
    found: dict[Path, None] = {}
    for argument in arguments:
        for path in _below(Path(argument)):
            found[path] = None
    return list(found)


def _below(path: Path) -> list[Path]:
    if not path.exists():
        raise InputUnreadableError("there is no such file or folder.", place=Place(str(path)))
    if not path.is_dir():
        return [path]
    files = sorted(p for p in path.rglob("*") if p.is_file() and p.suffix.lstrip(".").lower() in _EXTENSIONS)
    if not files:
        known = ", ".join(f".{f.extensions[0]}" for f in formats.RDF_FORMATS)
        raise InputUnreadableError(
            "the folder holds no RDF file.", place=Place(str(path)), hint=f"RDF files end in {known}."
        )
    return files


def read_document(path: Path, *, graph: str | None = None) -> Document:
    """Read a file whole.

    Raises:
        InputUnreadableError: it is missing, a folder, empty, or not to be opened.
        UnknownFormatError: its extension is not an RDF format's.
    """
    place = Place(str(path))
    try:
        source_format = formats.by_path(path)
    except UnknownFormatError as error:
        raise UnknownFormatError("its extension names no RDF format.", place=place, hint=error.hint) from None
    return Document(str(path), _bytes(path, place), source_format, graph or graph_of(path))


def read_standard_input(source_format: Format = formats.TURTLE) -> Document:
    """Read a document from standard input."""
    data = sys.stdin.buffer.read()
    return Document("standard input", data, source_format, vocab.GRAPH + "standard-input")


def read_text(path: Path) -> str:
    """Read a text file whole.

    Raises:
        InputUnreadableError: it is missing, a folder, empty, not to be opened, or not in UTF-8.
    """
    place = Place(str(path))
    return decode(_bytes(path, place), place)


def decode(data: bytes, place: Place) -> str:
    """Decode UTF-8, without a byte order mark.

    Raises:
        InputUnreadableError: it is not UTF-8.
    """
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise InputUnreadableError(
            f"this is not UTF-8: byte {error.start + 1} cannot be read.", place=Place(place.source, line)
        ) from None


def _bytes(path: Path, place: Place) -> bytes:
    try:
        data = path.read_bytes()
    except IsADirectoryError:
        raise InputUnreadableError("this is a folder, not a file.", place=place) from None
    except FileNotFoundError:
        raise InputUnreadableError("there is no such file.", place=place) from None
    except OSError as error:
        raise InputUnreadableError(f"the file cannot be read: {error.strerror}.", place=place) from None
    if not data.strip():
        raise InputUnreadableError("the file is empty.", place=place)
    return data


def graph_of(path: Path) -> str:
    """Name the graph of a user's file by its path, without its extension."""
    return vocab.GRAPH + quote(path.with_suffix("").as_posix().lstrip("/"))


def read_all(arguments: Sequence[str], *, stdin_format: Format = formats.TURTLE) -> list[Document]:
    """Read every document that the arguments mean; `-` is standard input."""
    if list(arguments) == [STANDARD_INPUT]:
        return [read_standard_input(stdin_format)]
    return [read_document(path) for path in find_files(arguments)]


def load_packaged(files: Iterable[GraphFile]) -> EmbeddedStore:
    """Load files of the packaged graph, each into its named graph and, unless apart, into the union."""
    store = EmbeddedStore()
    for file in files:
        store.add(read_document(file.path, graph=file.graph).quads(), in_union=file.in_union)
    return store


def load_documents(documents: Iterable[Document]) -> EmbeddedStore:
    """Load documents, each into its own graph and into the union."""
    store = EmbeddedStore()
    for document in documents:
        store.add(document.quads(), in_union=True)
    return store
