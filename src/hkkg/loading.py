"""Reading graphs from files: which files an argument means, their formats, and their quads."""

from __future__ import annotations

import glob
import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from hkkg import formats, vocab
from hkkg.errors import InputUnreadableError, Place
from hkkg.store import CompactQuads, EmbeddedStore, Quad, encoding_hint, parse, parse_compact

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence
    from typing import BinaryIO

    from hkkg.catalog import GraphFile
    from hkkg.formats import Format

STANDARD_INPUT = "-"
_PIECE: Final = 1 << 20
_LONGEST_LINE: Final = 16 << 20
_EXTENSIONS = {extension for known in formats.RDF_FORMATS for extension in known.extensions}


@dataclass(frozen=True, slots=True)
class Document:
    """A document as read.

    Attributes:
        source: where it came from.
        data: its bytes.
        format: its format.
        graph: the graph that it becomes.
        base: what its relative IRIs are relative to; without it they are refused.
    """

    source: str
    data: bytes
    format: Format
    graph: str
    base: str | None = None

    def quads(self) -> list[Quad]:
        """Parse the document.

        Raises:
            SyntaxProblemError: with line and column.
        """
        return parse(self.data, self.format, source=self.source, graph=self.graph)

    def compact_quads(self) -> CompactQuads:
        """Parse the document into quads that take little memory, without the names of their graphs.

        Raises:
            SyntaxProblemError: with line and column.
        """
        return parse_compact(self.data, self.format, source=self.source, base=self.base)


def find_files(arguments: Sequence[str]) -> list[Path]:
    """Expand paths, globs and folders into RDF files, in order and without repetition.

    A folder means every RDF file below it, hidden ones left out; `**` in a glob goes down into folders. A
    path that exists as it is written is no glob. A pipe or device is read only where it is named itself.

    Raises:
        InputUnreadableError: a path does not exist, a glob matches nothing or what is no file, or a folder
            holds no RDF file.
    """
    found: dict[str, Path] = {}
    for path in find_each(arguments):
        if isinstance(path, InputUnreadableError):
            raise path
        found.setdefault(os.path.realpath(path), path)
    return list(found.values())


def find_each(arguments: Iterable[str]) -> Iterator[Path | InputUnreadableError]:
    """Expand arguments as `find_files` does, with what is wrong in the place of what cannot be found."""
    for argument in arguments:
        try:
            matching = _matching(argument)
        except InputUnreadableError as error:
            yield error
            continue
        for written in matching:
            try:
                if written != argument:
                    _refuse_special(Path(written))
                yield from _below(Path(written))
            except InputUnreadableError as error:
                yield error


def _matching(argument: str) -> list[str]:
    """Expand a glob, which a shell leaves as it is between quotation marks."""
    if not argument:
        raise InputUnreadableError(
            "an empty argument names no file.", hint="Is it a variable that is not set?"
        )
    if not glob.has_magic(argument) or os.path.lexists(argument):
        return [argument]
    found = sorted(glob.glob(argument, recursive=True))  # noqa: PTH207 - the pattern may be absolute
    if not found:
        raise InputUnreadableError("no file matches.", place=Place(argument))
    return found


def _refuse_special(path: Path) -> None:
    """Refuse what a glob matches and whose reading may never end, or never begin."""
    if path.exists() and not (path.is_file() or path.is_dir()):
        message = "a pipe or device, which the glob matches, is no file."
        hint = "Name it itself if it is to be read, or leave it out."
        raise InputUnreadableError(message, place=Place(str(path)), hint=hint)


def _below(path: Path) -> list[Path]:
    if not os.path.lexists(path):  # Path.exists fails on a name that is too long
        raise InputUnreadableError("there is no such file or folder.", place=Place(str(path)))
    if not path.is_dir():
        return [path]
    files = files_below(path, _EXTENSIONS)
    if not files:
        raise InputUnreadableError(
            "the folder holds no RDF file.",
            place=Place(str(path)),
            hint=f"RDF files end in {formats.EXTENSIONS}.",
        )
    return files


def files_below(folder: Path, extensions: Collection[str]) -> list[Path]:
    """List the files below a folder that have one of some extensions, sorted, hidden ones left out."""
    found: list[Path] = []
    for here, below, names in os.walk(folder):
        below[:] = (name for name in below if not name.startswith("."))
        paths = (Path(here, name) for name in names if not name.startswith("."))
        found += (p for p in paths if p.suffix.lstrip(".").lower() in extensions and p.is_file())
    return sorted(found)


def read_document(path: Path, *, graph: str | None = None, source_format: Format | None = None) -> Document:
    """Read a file whole.

    Args:
        path: the file.
        graph: the graph that it becomes, else one named by its path.
        source_format: its format, else the one that its extension names.

    Raises:
        InputUnreadableError: it is missing, a folder, empty, or not to be opened.
        UnknownFormatError: its extension is not an RDF format's.
    """
    source_format = source_format or formats.by_path(path)
    data = read_bytes(path, may_be_one_line=source_format is formats.JSONLD)
    return Document(str(path), data, source_format, graph or graph_of(path))


def read_standard_input(source_format: Format = formats.TURTLE) -> Document:
    """Read a document from standard input.

    Raises:
        InputUnreadableError: it is closed, empty, or one endless line.
    """
    data = read_standard_input_bytes(may_be_one_line=source_format is formats.JSONLD)
    return Document("standard input", data, source_format, vocab.GRAPH + "standard-input")


def read_standard_input_bytes(*, may_be_one_line: bool = False) -> bytes:
    """Read standard input whole.

    Raises:
        InputUnreadableError: it is closed, empty, or one endless line.
    """
    place = Place("standard input")
    if sys.stdin is None:
        raise InputUnreadableError("there is none: it is closed.", place=place)
    return _filled(_pieces(sys.stdin.buffer, place, may_be_one_line=may_be_one_line), "it is empty.", place)


def read_text(path: Path) -> str:
    """Read a text file whole.

    Raises:
        InputUnreadableError: it is missing, a folder, empty, not to be opened, or not in UTF-8.
    """
    return decode(read_bytes(path), Place(str(path)))


def decode(data: bytes, place: Place, *, encoding: str = "utf-8-sig") -> str:
    """Decode UTF-8, without a byte order mark unless the encoding is plain `utf-8`.

    Raises:
        InputUnreadableError: it is not UTF-8, or binary.
    """
    try:
        text = data.decode(encoding)
        at, complaint = data.find(0), "no text, as byte {} shows, which is 0."
    except UnicodeDecodeError as error:
        at, complaint = error.start, "not UTF-8: byte {} cannot be read."
    if at < 0:
        return text
    line = data.count(b"\n", 0, at) + 1
    message = f"this is {complaint.format(at + 1)}"
    raise InputUnreadableError(message, place=Place(place.source, line), hint=encoding_hint(data))


def read_bytes(path: Path, *, may_be_one_line: bool = False) -> bytes:
    """Read a file whole.

    Args:
        path: the file.
        may_be_one_line: whether a line may be of any length; else one beyond all reason is refused as soon
            as it is met, before it fills the memory.

    Raises:
        InputUnreadableError: it is missing, a folder, empty, not to be opened, or one endless line.
    """
    place = Place(str(path))
    try:
        with path.open("rb") as file:
            data = _pieces(file, place, may_be_one_line=may_be_one_line)
    except IsADirectoryError:
        raise InputUnreadableError("this is a folder, not a file.", place=place) from None
    except FileNotFoundError:
        raise InputUnreadableError("there is no such file.", place=place) from None
    except OSError as error:
        raise InputUnreadableError(f"the file cannot be read: {error.strerror}.", place=place) from None
    return _filled(data, "the file is empty.", place)


def _filled(data: bytes, complaint: str, place: Place) -> bytes:
    if not data or data.isspace():
        raise InputUnreadableError(complaint, place=place)
    return data


def _pieces(file: BinaryIO, place: Place, *, may_be_one_line: bool) -> bytes:
    if may_be_one_line:
        return file.read()
    pieces = []
    line, length = 1, 0
    while piece := file.read(_PIECE):
        pieces.append(piece)
        last = piece.rfind(b"\n")
        length = length + len(piece) if last < 0 else len(piece) - last - 1
        line += piece.count(b"\n")
        if length > _LONGEST_LINE:
            message = f"the line is longer than {_LONGEST_LINE >> 20} MiB."
            raise InputUnreadableError(message, place=Place(place.source, line), hint="Break it into lines.")
    return b"".join(pieces)


def graph_of(path: Path) -> str:
    """Name the graph of a user's file by its path, without its extension."""
    return vocab.GRAPH + quote(path.with_suffix("").as_posix().lstrip("/"))


def read_all(arguments: Sequence[str], *, stdin_format: Format = formats.TURTLE) -> list[Document]:
    """Read every document that the arguments mean; `-` is standard input."""
    documents: list[Document] = []
    if STANDARD_INPUT in arguments:
        documents.append(read_standard_input(stdin_format))
    files = find_files([argument for argument in arguments if argument != STANDARD_INPUT])
    return [*documents, *(read_document(path) for path in files)]


def load_packaged(files: Iterable[GraphFile], *, union: bool = True) -> EmbeddedStore:
    """Load files of the packaged graph, each into its named graph and, unless apart, into the union."""
    store = EmbeddedStore(union=union)
    for file in files:
        store.add(read_document(file.path, graph=file.graph).quads(), in_union=file.in_union)
    return store


def load_documents(documents: Iterable[Document], *, union: bool = True) -> EmbeddedStore:
    """Load documents, each into its own graph and into the union."""
    store = EmbeddedStore(union=union)
    for document in documents:
        if document.format.holds_graphs:
            store.add(document.quads(), in_union=True)
        else:
            store.load(document.data, document.format, source=document.source, graph=document.graph)
    return store
