"""What the address of a request names: IRIs of the graph, and a format."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import unquote

from hkkg import formats
from hkkg.errors import ParameterError
from hkkg.web.addresses import ONTOLOGY, PLACES
from hkkg.web.problems import RequestError

_NAMESPACES: Final = {
    **{place: namespace for namespace, place in PLACES.items() if place.endswith("/")},
    "/ontology": ONTOLOGY,
}
_FORMATS: Final = (*formats.RDF_FORMATS, formats.HTML)
_LONGEST_NUMBER: Final = 9
_BROKEN: Final = re.compile("%(?![0-9A-Fa-f]{2})")


def spoken(raw_path: bytes) -> str:
    """Return a path as it was sent, once it is known to be decodable.

    Raises:
        RequestError: its percent-encoding is broken.
    """
    path = raw_path.decode("ascii", "replace")
    try:
        unquote(path, errors="strict")
    except UnicodeDecodeError:
        raise RequestError("the address holds percent-encoded bytes that are not UTF-8.") from None
    if _BROKEN.search(path):
        raise RequestError(
            "the address holds a % that no two hexadecimal digits follow.", hint="Write it as %25."
        )
    return path


def candidates(path: str) -> tuple[tuple[str, str], ...]:
    """Return the IRIs that a path may mean in the order of preference, each with the format that it names.

    A suffix names a format, unless the name as a whole is that of a resource alone. What is percent-encoded
    may be so in the IRI too, or only in the path.
    """
    place, namespace = next(entry for entry in _NAMESPACES.items() if path.startswith(entry[0]))
    name = path.removeprefix(place)
    stem, dot, suffix = name.rpartition(".")
    known = next((known for known in _FORMATS if dot and suffix in known.extensions), None)
    found = [(stem, known.name)] if known else []
    return tuple(
        dict.fromkeys(
            (namespace + written, form)
            for text, form in [*found, (name, "")]
            for written in (text, unquote(text))
            if written or place == "/ontology"
        )
    )


def number(parameters: dict[str, str], name: str, usual: int) -> int:
    """Read a whole number from 1 among the parameters of an address.

    Raises:
        ParameterError: it is something else.
    """
    text = parameters.get(name)
    if text is None:
        return usual
    if not (text.isascii() and text.isdecimal() and len(text) <= _LONGEST_NUMBER and int(text)):
        raise ParameterError(
            f"{name}: {text!r} is no whole number from 1.", hint=f"The usual one is {usual}."
        )
    return int(text)
