"""XML that no parser reads, which the engine writes for terms that XML has no way to write."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from hkkg import formats
from hkkg.errors import NotAcceptableError

if TYPE_CHECKING:
    from hkkg.formats import Format
    from hkkg.store.answers import Writable

_XML: Final = frozenset({formats.XML, formats.RDFXML})
_UNREADABLE: Final = re.compile(
    rb"(?P<character>[\x00-\x08\x0b\x0c\x0e-\x1f]|\xef\xbf[\xbe\xbf])|<[\w.-]*:(?P<nameless>[\s/>])"
)
"""Characters that XML 1.0 does not have (section 2.2), and elements without a local name."""

_LONGEST: Final = 64
"""Bytes of what is looked for that may end one piece, with the rest in the next."""


class XmlGuard:
    """Passes bytes of XML on to an output, as long as a parser could read them."""

    def __init__(self, output: Writable) -> None:
        """Take where they go."""
        self._output = output
        self._seen = b""

    def write(self, data: bytes) -> int:
        """Take a piece.

        Raises:
            NotAcceptableError: it would not be well-formed.
        """
        self._seen = self._seen[-_LONGEST:] + data
        found = _UNREADABLE.search(self._seen)
        if found:
            raise NotAcceptableError(
                f"this cannot be written as XML, which has no {_named(found)}.",
                hint="Ask for another format.",
            )
        # A parser would read a bare carriage return as the end of a line (XML 1.0, section 2.11).
        self._output.write(data.replace(b"\r", b"&#xD;"))
        return len(data)

    def flush(self) -> None:
        """Pass on what was taken."""
        self._output.flush()


def guarded(target: Format, output: Writable) -> Writable:
    """Guard an output that takes XML."""
    return XmlGuard(output) if target in _XML else output


def _named(found: re.Match[bytes]) -> str:
    if found["character"]:
        return f"character U+{ord(found['character'].decode()):04X}"
    return "name for one of its properties: the end of the property's IRI is none"
