"""The files in which the whole graph is published: their names, and their bytes, always the same."""

from __future__ import annotations

import gzip
import shutil
from dataclasses import dataclass
from difflib import get_close_matches
from hashlib import sha256
from io import BytesIO
from typing import IO, TYPE_CHECKING, Final

from hkkg import exporting, formats
from hkkg.errors import UnknownResourceError
from hkkg.store import canonical

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from _typeshed import SupportsRead

    from hkkg.formats import Format
    from hkkg.store import EmbeddedStore

CHECKSUMS: Final = "SHA256SUMS"
GZIP: Final = "application/gzip"
_LEVEL: Final = 6
_NEAR: Final = 3


@dataclass(frozen=True, slots=True)
class Dump:
    """One file of the whole graph.

    Attributes:
        format: in which it is written.
        inference: whether it holds what reasoning adds.
        compressed: whether it is compressed with gzip.
    """

    format: Format
    inference: bool
    compressed: bool

    @property
    def name(self) -> str:
        """The file's name."""
        stem = "hkkg" if self.inference else "hkkg-stated"
        return f"{stem}.{self.format.extensions[0]}" + (".gz" if self.compressed else "")

    @property
    def media_type(self) -> str:
        """What the file is as it stands: an archive, if it is compressed."""
        return GZIP if self.compressed else self.format.media_type

    @property
    def plain(self) -> Dump:
        """The file that it is compressed from, or itself."""
        return Dump(self.format, self.inference, compressed=False)

    @property
    def group(self) -> tuple[Dump, ...]:
        """The plain files with the same quads, which are written together."""
        alike = (known for known in formats.RDF_FORMATS if known.holds_graphs is self.format.holds_graphs)
        return tuple(Dump(known, self.inference, compressed=False) for known in alike)


@dataclass(frozen=True, slots=True)
class Listed:
    """What is known of a file that was written: its size in bytes, and its SHA-256 in lower-case hex."""

    dump: Dump
    size: int
    sha256: str

    def as_dict(self) -> dict[str, object]:
        """Return it as JSON's types."""
        return {
            "name": self.dump.name,
            "mediaType": self.dump.media_type,
            "format": self.dump.format.name,
            "inference": self.dump.inference,
            "compressed": self.dump.compressed,
            "byteSize": self.size,
            "sha256": self.sha256,
        }


ALL: Final = tuple(
    Dump(known, inference, compressed)
    for inference in (True, False)
    for known in formats.RDF_FORMATS
    for compressed in (False, True)
)
_BY_NAME: Final = {dump.name: dump for dump in ALL}


def find(name: str) -> Dump:
    """Find a dump by the name of its file.

    Raises:
        UnknownResourceError: there is none; the nearest are offered.
    """
    if name in _BY_NAME:
        return _BY_NAME[name]
    near = get_close_matches(name, _BY_NAME, n=_NEAR)
    hint = f"Nearest: {', '.join(near)}." if near else "/dump/ lists the files."
    raise UnknownResourceError(f"there is no dump {name[:100]!r}.", hint=hint)


def write(store: EmbeddedStore, group: Sequence[Dump]) -> Iterator[bytes]:
    """Write a group of plain files: sorted, blank nodes named by RDFC-1.0, always the same bytes."""
    targets = [dump.format for dump in group]
    quads = exporting.whole(store, targets[0], inference=group[0].inference)
    return store.dumps(targets, canonical(quads))


def write_all(store: EmbeddedStore) -> Iterator[tuple[Dump, bytes]]:
    """Write every file."""
    for group in dict.fromkeys(dump.group for dump in ALL):
        for dump, data in zip(group, write(store, group), strict=True):
            yield dump, data
            yield Dump(dump.format, dump.inference, compressed=True), compressed(data)


def compressed(data: bytes) -> bytes:
    """Compress with gzip, the same bytes always to the same bytes.

    Another version of zlib may compress otherwise: the bytes of the plain file depend on the graph alone.
    """
    output = BytesIO()
    compress(BytesIO(data), output)
    return output.getvalue()


def compress(source: SupportsRead[bytes], target: IO[bytes]) -> None:
    """Compress one stream into another with gzip (RFC 1952), without a name and a time."""
    with gzip.GzipFile(filename="", mode="wb", compresslevel=_LEVEL, fileobj=target, mtime=0) as file:
        shutil.copyfileobj(source, file)


def listed(dump: Dump, data: bytes) -> Listed:
    """Say what is known of a dump that was written."""
    return Listed(dump, len(data), sha256(data).hexdigest())


def checksums(files: Iterable[Listed]) -> str:
    """Write checksums as `sha256sum --check` reads them."""
    return "".join(f"{file.sha256}  {file.dump.name}\n" for file in files)
