"""SPARQL results in XML, written anew.

The engine's parser trims texts, keeps of one with a comment in it the end alone, and knows only UTF-8.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Final
from xml.parsers.expat import ExpatError, ParserCreate
from xml.sax.saxutils import escape, quoteattr

if TYPE_CHECKING:
    from collections.abc import Iterator

_BLANKS: Final = " \t\n\r"
_REFERENCES: Final = {"\r": "&#13;"}


@contextmanager
def well_formed() -> Iterator[None]:
    """Say what is wrong with XML as the engine's parser would.

    Raises:
        SyntaxError: it is not well-formed, or in an encoding that is not known.
    """
    try:
        yield
    except ExpatError as error:
        raise SyntaxError(f"its XML is not well-formed: {error}") from None
    except (ValueError, LookupError) as error:
        raise SyntaxError(f"its XML is in an encoding that is not known here: {error}") from None


def rewritten(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """Write XML anew in UTF-8, with no comments, and such that no blank of a literal is lost.

    Raises:
        SyntaxError: it is not well-formed, ends too soon, or refers to what is not in it.
    """
    document = _Document()
    for piece in pieces:
        yield document.read(piece)
    yield document.read(b"", is_last=True)


class _Document:
    """What is read of a document."""

    def __init__(self) -> None:
        self._written: list[str] = []
        self._text: list[str] = []
        self._opened = ""
        self._parser = ParserCreate()
        self._parser.buffer_text = True
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._text.append
        self._parser.ExternalEntityRefHandler = lambda *_: 0
        self._parser.SkippedEntityHandler = self._skip

    def read(self, piece: bytes, *, is_last: bool = False) -> bytes:
        with well_formed():
            self._parser.Parse(piece, is_last)
        written = "".join(self._written)
        self._written.clear()
        return written.encode()

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._write_text()
        named = "".join(f" {key}={quoteattr(value)}" for key, value in attributes.items())
        self._written.append(f"<{name}{named}>")
        self._opened = name

    def _end(self, name: str) -> None:
        self._write_text(is_literal=self._opened.rpartition(":")[2] == "literal")
        self._written.append(f"</{name}>")
        self._opened = ""

    def _write_text(self, *, is_literal: bool = False) -> None:
        text = "".join(self._text)
        self._text.clear()
        inner = text.strip(_BLANKS)
        written = escape(inner, _REFERENCES)
        if is_literal and inner:
            before, _, after = text.partition(inner)
            written = f"{_referred(before)}{written}{_referred(after)}"
        elif is_literal:
            written = _referred(text)
        self._written.append(written)

    def _skip(self, name: str, _: bool) -> None:  # noqa: FBT001 - as it is called
        raise SyntaxError(f"its XML refers to {name}, which is not in it")


def _referred(blanks: str) -> str:
    return "".join(f"&#{ord(blank)};" for blank in blanks)
