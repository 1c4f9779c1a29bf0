"""Source texts: the files that passages cite, and which source of the graph each of them is."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from hkkg import loading, vocab
from hkkg.errors import Place, SourceMismatchError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from hkkg.evidence.statements import Statements

SHA256: Final = vocab.SCHEMA + "sha256"


@dataclass(frozen=True, slots=True)
class SourceText:
    """A source's text as its file holds it, and the digest of the file's bytes."""

    path: str
    text: str
    digest: str


def digest(data: bytes | str) -> str:
    """Return the SHA-256 of bytes, or of a text in UTF-8, in lower-case hex."""
    return hashlib.sha256(data.encode() if isinstance(data, str) else data).hexdigest()


def read_source(path: Path) -> SourceText:
    """Read a source's file whole; its line ends stay as they are, since offsets count them.

    Raises:
        InputUnreadableError: it is missing, a folder, empty, or not UTF-8.
    """
    data = loading.read_bytes(path)
    return SourceText(str(path), loading.decode(data, Place(str(path)), encoding="utf-8"), digest(data))


def match_sources(statements: Statements, texts: Iterable[SourceText]) -> dict[str, SourceText]:
    """Find by digest which cited source each text is.

    Raises:
        SourceMismatchError: a text is not one that the graph cites, or a cited source has no text.
    """
    matched = match_texts(statements, texts)
    missing = [vocab.curie(source) for source in cited_digests(statements) if source not in matched]
    if missing:
        raise SourceMismatchError(
            f"no text was given for {', '.join(missing)}.", hint="Give one --source for each cited source."
        )
    return matched


def match_texts(statements: Statements, texts: Iterable[SourceText]) -> dict[str, SourceText]:
    """Find by digest which cited source each text is; the other sources stay without a text.

    Raises:
        SourceMismatchError: a text is not one that the graph cites.
    """
    cited = cited_digests(statements)
    matched = {}
    for text in texts:
        if not cited:
            raise SourceMismatchError(
                "the data cites no source: nothing carries schema:sha256.",
                hint="Give the files that describe the source, too.",
            )
        matched[_matching(text, cited)] = text
    return matched


def cited_digests(statements: Statements) -> dict[str, str]:
    """Return the sources of the graph, each with the digest that it carries."""
    return {
        source: found
        for source in statements.having(SHA256)
        if (found := statements.first(source, SHA256)) is not None
    }


def _matching(text: SourceText, cited: dict[str, str]) -> str:
    for source, expected in cited.items():
        if expected == text.digest:
            return source
    known = ", ".join(f"{vocab.curie(source)} has {expected}" for source, expected in cited.items())
    raise SourceMismatchError(
        f"this is not a source that the graph cites: its SHA-256 is {text.digest}, but {known}.",
        place=Place(text.path),
        hint="Give the very file that was cited; a changed space or line end changes its digest.",
    )
